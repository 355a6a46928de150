import DMTensors
import Foundation
import Testing

@Suite("Memory that is left") struct AvailableMemoryTests {
    @Test("The machine's table") func machine() {
        let table = "MemTotal:       16000 kB\nMemFree:        1000 kB\nMemAvailable:   5000 kB\nCached: 3000 kB\nHugePages_Total:  0\n"
        let promises = "CommitLimit: 9000 kB\nCommitted_AS: 8500 kB\n"
        #expect(AvailableMemory.ofMachine(table, isOvercommitStrict: false) == 5000 << 10)
        #expect(AvailableMemory.ofMachine(table + promises, isOvercommitStrict: false) == 5000 << 10)
        #expect(AvailableMemory.ofMachine(table + promises, isOvercommitStrict: true) == 500 << 10)
        #expect(AvailableMemory.ofMachine("MemFree: 1000 kB\nCached: 3000 kB", isOvercommitStrict: false) == 4000 << 10)
        for text in ["", "MemAvailable: x kB", "MemAvailable: 99999999999999999999 kB", "MemAvailable"] {
            #expect(AvailableMemory.ofMachine(text, isOvercommitStrict: false) == nil)
        }
    }

    @Test("The process's limits") func process() {
        let table = "Name:\tdiffmatch\nVmSize:\t    1000 kB\nVmData:\t     400 kB\n"
        #expect(AvailableMemory.ofProcess(table, addressSpace: .max, data: .max) == nil)
        #expect(AvailableMemory.ofProcess(table, addressSpace: 1500 << 10, data: .max) == 500 << 10)
        #expect(AvailableMemory.ofProcess(table, addressSpace: 1500 << 10, data: 500 << 10) == 100 << 10)
    }

    @Test("Groups of the second form: the least that any of them leaves") func secondForm() {
        let files = [
            "/sys/fs/cgroup/a/b/memory.max": "max\n", "/sys/fs/cgroup/a/b/memory.current": "5\n",
            "/sys/fs/cgroup/a/memory.max": "1000\n", "/sys/fs/cgroup/a/memory.current": "700\n",
            "/sys/fs/cgroup/a/memory.stat": "anon 500\ninactive_file 150\nactive_file 50\n",
            "/sys/fs/cgroup/memory.max": "2000\n", "/sys/fs/cgroup/memory.current": "900\n",
        ]
        #expect(ControlGroup.available("0::/a/b\n") { files[$0] } == 450)
        #expect(ControlGroup.available("0::/\n") { files[$0] } == 1100)
        #expect(ControlGroup.available("0::/a/b\n") { _ in nil } == nil)
        #expect(ControlGroup.available("nonsense") { files[$0] } == nil)
    }

    @Test("Groups of the first form, also where a container sees the machine's path") func firstForm() {
        let files = [
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "800\n", "/sys/fs/cgroup/memory/memory.usage_in_bytes": "300\n",
            "/sys/fs/cgroup/memory/memory.stat": "cache 9\ntotal_inactive_file 100\n",
        ]
        #expect(ControlGroup.available("4:memory:/docker/0123\n0::/\n") { files[$0] } == 600)
        let unlimited = [
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n", "/sys/fs/cgroup/memory/memory.usage_in_bytes": "3\n",
        ]
        #expect(ControlGroup.available("4:cpu,memory:/\n") { unlimited[$0] } == nil)
    }

    @Test("Sizes in words") func words() {
        let words = [
            (0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (123_456, "123 kB"), (999_600, "1.0 MB"), (6_100_000_000, "6.1 GB"),
            (.max, "9.2 EB"),
        ]
        for (size, text) in words { #expect(AvailableMemory.words(size) == text) }
    }

    #if os(Linux)
        @Test("What this process can have is less than the machine has") func here() throws {
            let bytes = try #require(AvailableMemory.bytes)
            #expect(bytes > 0 && UInt64(bytes) <= ProcessInfo.processInfo.physicalMemory)
        }

        /// Sanitizers keep far more address space than the test allows, and stop the program in their own way.
        private static let isSanitized = ["ASAN_OPTIONS", "TSAN_OPTIONS"].contains { ProcessInfo.processInfo.environment[$0] != nil }

        @Test(
            "Beyond a limit, the program ends with one line and a status, and recycled memory is given back before",
            .enabled(if: !isSanitized)) func limited()
            async throws
        {
            let result = try await #require(processExitsWith: .exitCode(71), observing: [\.standardErrorContent]) {
                let megabyte = 1 << 20
                let used =
                    Int(try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[0])! * Int(getpagesize())
                var limit = rlimit(rlim_cur: rlim_t(used + 256 * megabyte), rlim_max: rlim_t(used + 256 * megabyte))
                try #require(setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0)
                let left = try #require(AvailableMemory.bytes)
                try #require(left <= 256 * megabyte && left > 128 * megabyte)
                // One block after another, each of another size, of which none is used any more.
                for size in [80, 96, 112, 128, 160] { _ = Tensor<UInt8>(repeating: 1, shape: [size * megabyte]) }
                let kept = Tensor<UInt8>(repeating: 1, shape: [4096])
                withExtendedLifetime(kept) { _ = Tensor<UInt8>(repeating: 1, shape: [300 * megabyte]) }
            }
            let words = String(decoding: result.standardErrorContent, as: UTF8.self)
            #expect(words.hasPrefix("error: no memory left for a tensor of 314572800 bytes; all tensors together have "))
            #expect(words.hasSuffix(" bytes; smaller batches, crops or windows need less\n"))
            #expect(words.split(separator: "\n").count == 1)
        }

        @Test("A tensor beyond every machine ends the program in the same way", .enabled(if: !isSanitized)) func impossible() async {
            await #expect(processExitsWith: .exitCode(71)) { _ = Tensor<UInt8>(repeating: 1, shape: [1 << 60]) }
        }
    #endif

}
