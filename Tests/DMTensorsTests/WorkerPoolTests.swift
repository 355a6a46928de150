import DMTensors
import Foundation
import Synchronization
import Testing

@Suite struct WorkerPoolTests {
    /// The sum of 0 ..< count, by way of many small chunks.
    private func sum(below count: Int, size: Int) -> Int {
        let total = Atomic(0)
        Parallelism.forEachChunk(of: count, size: size) { range in
            for number in range { total.wrappingAdd(number, ordering: .relaxed) }
        }
        return total.load(ordering: .relaxed)
    }

    @Test func manyShortJobsAreEachDoneOnce() {
        for round in 0..<5000 {
            let count = 2 + round % 61
            #expect(sum(below: count, size: 1) == count * (count - 1) / 2)
        }
    }

    @Test func workersWakeFromSleep() {
        for _ in 0..<5 {
            // Longer than workers look for work before they sleep.
            Thread.sleep(forTimeInterval: 0.01)
            #expect(sum(below: 1000, size: 3) == 499_500)
        }
    }

    @Test func aJobWithinAJobIsDoneToo() {
        let total = Atomic(0)
        Parallelism.forEachChunk(of: 20, size: 1) { outer in
            total.wrappingAdd(sum(below: 100, size: 7) + outer.lowerBound, ordering: .relaxed)
        }
        #expect(total.load(ordering: .relaxed) == 20 * 4950 + 190)
    }

    @Test func severalThreadsMayBringJobsAtOnce() async {
        let sums = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { (0..<200).reduce(0) { sum, _ in sum + self.sum(below: 64, size: 4) } } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(sums == Array(repeating: 200 * 2016, count: 8))
    }
}
