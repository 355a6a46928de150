import DMDatasets
import Foundation
import Testing

@Suite("Prefetching")
struct PrefetcherTests {
    struct Failure: Error, Equatable { let number: Int }

    /// Counts calls from several threads.
    final class Counter: @unchecked Sendable {
        private let lock = NSLock()
        private var value = 0
        func increment() { lock.withLock { value += 1 } }
        var count: Int { lock.withLock { value } }
    }

    static func all<Element>(_ sequence: Prefetcher<Element>) throws -> [Element] {
        var elements: [Element] = []
        while let element = try sequence.next() { elements.append(element) }
        return elements
    }

    @Test("elements come in order, whatever the number of readers", arguments: 1...4)
    func order(readers: Int) throws {
        let sequence = Prefetcher(of: 3..<43, readers: readers) { number in
            // Later elements are made faster than earlier ones.
            Thread.sleep(forTimeInterval: Double(7 - number % 8) * 2e-4)
            return number * number
        }
        #expect(try Self.all(sequence) == (3..<43).map { $0 * $0 })
        #expect(try sequence.next() == nil)
    }

    @Test("no more elements are made ahead than allowed")
    func bounded() throws {
        let made = Counter()
        let sequence = Prefetcher(of: 0..<100, readers: 3, ahead: 5) { number in
            made.increment()
            return number
        }
        #expect(Self.settled(made, at: 5) == 5)
        #expect(try sequence.next() == 0)
        #expect(Self.settled(made, at: 6) == 6)
    }

    /// The count some time after it has reached `expected`, so that one too many would be seen.
    static func settled(_ counter: Counter, at expected: Int) -> Int {
        for _ in 0..<1000 where counter.count < expected { Thread.sleep(forTimeInterval: 0.01) }
        Thread.sleep(forTimeInterval: 0.03)
        return counter.count
    }

    @Test("an error comes in its turn and ends the sequence", arguments: 1...4)
    func errors(readers: Int) throws {
        let sequence = Prefetcher(of: 0..<20, readers: readers) { number in
            if number >= 6 { throw Failure(number: number) }
            return number
        }
        for number in 0..<6 { #expect(try sequence.next() == number) }
        #expect(throws: Failure(number: 6)) { try sequence.next() }
        #expect(try sequence.next() == nil)
    }

    @Test("a canceled sequence ends and its readers stop")
    func cancellation() throws {
        let made = Counter()
        let sequence = Prefetcher(of: 0..<1_000_000, readers: 2) { number in
            made.increment()
            return number
        }
        #expect(try sequence.next() == 0)
        sequence.cancel()
        #expect(try sequence.next() == nil)
        #expect(made.count < 20)
    }

    @Test("a released sequence lets go of what its readers hold")
    func release() {
        final class Resource: Sendable {}
        weak var watched: Resource?
        do {
            let resource = Resource()
            watched = resource
            let sequence = Prefetcher(of: 0..<1_000_000, readers: 2) { number in withExtendedLifetime(resource) { number } }
            withExtendedLifetime(sequence) {}
        }
        for _ in 0..<1000 where watched != nil { Thread.sleep(forTimeInterval: 0.01) }
        #expect(watched == nil)
    }

    @Test("an empty range ends at once")
    func empty() throws {
        #expect(try Prefetcher(of: 4..<4, make: { $0 }).next() == nil)
    }
}
