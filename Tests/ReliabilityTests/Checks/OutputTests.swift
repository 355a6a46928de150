import Foundation
import Glibc
import Testing

extension ReliabilityTests {
    /// Outputs that take nothing, and outputs that are no regular files.
    @Suite struct OutputTests {
        /// A finished training, given to the body.
        private func withFinishedRun(_ body: (_ scratch: String, _ run: String) throws -> Void) throws {
            try FileTree.withScratch { scratch in
                _ = try TinyTraining(in: "\(scratch)/run", steps: 2).reference()
                try body(scratch, "\(scratch)/run")
            }
        }

        @Test("A training goes on where nobody takes its output: full, closed, or a reader that left")
        func outputsThatTakeNothing() throws {
            try FileTree.withScratch { scratch in
                let training = TinyTraining(in: "\(scratch)/run", steps: 3)
                let reference = try training.moved(to: "\(scratch)/undisturbed").reference()
                let sinks: [(String, Launch.Sink, Launch.Sink)] = [
                    ("both outputs full", .path("/dev/full"), .path("/dev/full")), ("standard output full", .path("/dev/full"), .kept),
                    ("both outputs closed", .closed, .closed), ("standard output closed", .closed, .kept),
                    ("standard error closed", .kept, .closed),
                ]
                var launches = sinks.map { name, output, errors in
                    var launch = training.begin()
                    (launch.output, launch.errors) = (output, errors)
                    return (name, launch)
                }
                launches.append(("a reader that left", training.begin().inShell(#""$@" | head -1; exit ${PIPESTATUS[0]}"#)))
                launches.append(("standard input closed", training.begin().inShell(#"exec "$@" <&-"#)))
                for (name, launch) in Effort.cases(of: launches, quick: 2, seed: 2) {
                    FileTree.remove(training.folder)
                    let ending = try launch.run()
                    #expect(ending.isOrderly, "\(name): \(ending)")
                    try expectSameEnd(training, as: reference, "\(name): \(ending)")
                }
                Effort.report("outputs that take nothing: \(launches.count) ways, all to the same end")
            }
        }

        @Test("A report that could not be written ends with a status other than 0")
        func reportsThatAreLost() throws {
            try withFinishedRun { scratch, run in
                let data = TinyTraining(in: "").options
                var launches = [
                    Launch(arguments: ["verify"] + data), .diffmatch("compare", run), .diffmatch("evaluate", "--checkpoint", run),
                    .diffmatch("settings"),
                ]
                for index in launches.indices { launches[index].output = .path("/dev/full") }
                let full = "\(scratch)/full"
                if try makeDevice(full, 1, 7) {
                    launches.append(.diffmatch("evaluate", "--checkpoint", run, "--json", full))
                    launches.append(Launch(arguments: ["verify", "--json", full] + data))
                }
                for launch in Effort.cases(of: launches, quick: 2) {
                    let ending = try launch.run()
                    #expect(ending.isOrderly && ending.status != 0, "\(launch.arguments.prefix(5)): \(ending)")
                    #expect(!ending.errors.isEmpty, "\(launch.arguments.prefix(5)) says why")
                }
            }
        }

        @Test("Devices, pipes and links stay what they are when results are written to them", .enabled(if: Effort.isFull))
        func specialOutputs() throws {
            try withFinishedRun { scratch, run in
                let evaluate = Launch.diffmatch("evaluate", "--checkpoint", run, "--json")
                func json(to path: String) throws -> Ending {
                    var launch = evaluate
                    launch.arguments.append(path)
                    return try launch.run(atMost: 20)
                }
                // Like /dev/null: everything vanishes in it.
                let null = "\(scratch)/null"
                if try makeDevice(null, 1, 3) {
                    let ending = try json(to: null)
                    #expect(ending.status == 0 && FileTree.kind(of: null) == S_IFCHR, "a device: \(ending)")
                }
                let pipe = "\(scratch)/pipe"
                try POSIXFailure.check(mkfifo(pipe, 0o600), "make a pipe")
                let alone = try json(to: pipe)
                #expect(alone.isOrderly && FileTree.kind(of: pipe) == S_IFIFO, "a pipe that nobody reads: \(alone)")
                let reader = try Launch(program: "/bin/cat", arguments: [pipe]).start()
                let read = try json(to: pipe)
                #expect(read.status == 0 && FileTree.kind(of: pipe) == S_IFIFO, "a pipe: \(read)")
                #expect(reader.wait(atMost: 10).output.contains("mIoU"), "the reader of the pipe gets the report")

                let (target, link) = ("\(scratch)/elsewhere/scores.json", "\(scratch)/link.json")
                try FileTree.write("old", to: target)
                chmod(target, 0o600)
                try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
                let linked = try json(to: link)
                #expect(linked.status == 0 && FileTree.kind(of: link) == S_IFLNK, "a link: \(linked)")
                #expect(FileTree.text(at: target).contains("mIoU"), "the link's target is written")
                #expect(FileTree.permissions(of: target) == 0o600, "and keeps its permissions")
            }
        }

        @Test("A picture is never written over the photograph or through a link to another file", .enabled(if: Effort.isFull))
        func precious() throws {
            try withFinishedRun { scratch, run in
                let photograph = try FileTree.write(PNGImage.gray(side: 32), to: "\(scratch)/photos/a.png")
                let before = try FileTree.bytes(at: photograph)
                func predict(to output: String) throws -> Ending {
                    try Launch.diffmatch("predict", "--checkpoint", run, photograph, "--output", output).run()
                }
                let same = try predict(to: "\(scratch)/photos")
                #expect(same.isOrderly && same.status != 0, "\(same)")
                for (name, make) in [("links", { symlink($0, $1) }), ("hard-links", { link($0, $1) })]
                    as [(String, (String, String) -> Int32)]
                {
                    try FileTree.makeFolder("\(scratch)/\(name)")
                    try POSIXFailure.check(make(photograph, "\(scratch)/\(name)/a.png"), "link")
                    let ending = try predict(to: "\(scratch)/\(name)")
                    #expect(ending.isOrderly, "\(name): \(ending)")
                    #expect(try FileTree.bytes(at: photograph) == before, "\(name)")
                }
                try POSIXFailure.check(symlink("\(scratch)/photos", "\(scratch)/way"), "link")
                let linked = try predict(to: "\(scratch)/way")
                #expect(linked.isOrderly, "\(linked)")
                #expect(try FileTree.bytes(at: photograph) == before)
            }
        }

        @Test("Too little memory costs one line and a status", .enabled(if: Effort.isFull))
        func littleMemory() throws {
            try withFinishedRun { scratch, run in
                let photograph = try FileTree.write(PNGImage.gray(side: 1024), to: "\(scratch)/photograph.png")
                var large = TinyTraining(in: "\(scratch)/large")
                large.settings.merge(["dataset.side": "1024", "augmentation.crop": "1024", "encoder.channels": "64"]) { $1 }
                let predict = Launch.diffmatch("predict", "--checkpoint", run, photograph, "--output", "\(scratch)/out")
                for (launch, megabytes) in [(large.begin(), 1000), (predict, 600), (predict, 300), (.diffmatch("settings"), 150)] {
                    var limited = launch
                    limited.addressSpace = megabytes
                    let ending = try limited.run()
                    #expect(ending.isOrderly, "\(launch.arguments[0]) in \(megabytes) MB: \(ending)")
                    #expect(ending.errors.count { $0 == "\n" } <= 3, "\(launch.arguments[0]) in \(megabytes) MB: \(ending.errors)")
                }
            }
        }

        /// Makes a character device; false where only the superuser may, or devices do not work there.
        private func makeDevice(_ path: String, _ major: UInt32, _ minor: UInt32) throws -> Bool {
            guard mknod(path, S_IFCHR | 0o666, dev_t(major << 8 | minor)) == 0 else {
                Effort.report("devices: skipped, making one needs the superuser")
                return false
            }
            let file = open(path, O_WRONLY)
            guard file >= 0 else {
                Effort.report("devices: skipped, \(path) lies where devices do not work")
                unlink(path)
                return false
            }
            close(file)
            return true
        }
    }
}
