import Foundation

/// Prefetches the elements of a sequence: background threads make them before they are needed, and they come in order.
///
/// Element number `n` is made by a function of `n` alone, so the sequence does not depend on the number of readers. At most
/// `ahead` elements are being made or waiting at any time. An element that cannot be made throws when its turn comes, and
/// the sequence ends there. Readers stop when the prefetcher is canceled or released.
///
/// ```swift
/// let samples = BuiltInScenes(seed: 1).samples(of: .training)
/// let prefetcher = Prefetcher(of: 0..<samples.count, readers: 2) { index in samples.sample(at: index) }
/// while let sample = try prefetcher.next() { print(sample.identifier) }
/// ```
public final class Prefetcher<Element: Sendable>: Sendable {
    private let queue: Queue

    /// Starts to make elements.
    ///
    /// - Parameters:
    ///   - numbers: The numbers of the elements, in order; a run that resumes begins where it stopped.
    ///   - readers: The number of threads, at least 1.
    ///   - ahead: The largest number of elements made or waiting, at least 1; twice the readers by default.
    ///   - make: Makes the element of a number; called from several threads at once.
    public init(of numbers: Range<Int>, readers: Int = 2, ahead: Int? = nil, make: @escaping @Sendable (Int) throws -> Element) {
        let queue = Queue(numbers: numbers, ahead: max(1, ahead ?? 2 * readers))
        self.queue = queue
        for _ in 0..<max(1, readers) {
            // A reader holds the queue, not the sequence: releasing the sequence ends it.
            let thread = Thread {
                while let number = queue.claim() { queue.deliver(Result { try make(number) }, number: number) }
            }
            thread.name = "prefetch"
            thread.start()
        }
    }

    /// The next element; waits until it is made.
    ///
    /// - Returns: The element, or nil after the last one and after ``cancel()``.
    /// - Throws: What kept the element from being made; nil follows from then on.
    public func next() throws -> Element? { try queue.take()?.get() }

    /// Ends the sequence: waiting elements are dropped and readers stop after the element that they are making.
    public func cancel() { queue.cancel() }

    deinit { queue.cancel() }
}

extension Prefetcher {
    /// What readers and user share; every variable is guarded by `condition`, which makes the conformance sound.
    private final class Queue: @unchecked Sendable {
        private let condition = NSCondition()
        private let end: Int
        private let ahead: Int
        private var nextClaimed: Int
        private var nextTaken: Int
        private var ready: [Int: Result<Element, any Error>] = [:]
        private var isCanceled = false

        init(numbers: Range<Int>, ahead: Int) {
            end = numbers.upperBound
            self.ahead = ahead
            nextClaimed = numbers.lowerBound
            nextTaken = numbers.lowerBound
        }

        /// The number of the next element to make; waits while enough are waiting, nil when there is nothing left to do.
        func claim() -> Int? {
            condition.lock()
            defer { condition.unlock() }
            while !isCanceled, nextClaimed < end, nextClaimed >= nextTaken + ahead { condition.wait() }
            guard !isCanceled, nextClaimed < end else { return nil }
            nextClaimed += 1
            return nextClaimed - 1
        }

        func deliver(_ result: Result<Element, any Error>, number: Int) {
            condition.lock()
            defer { condition.unlock() }
            if !isCanceled { ready[number] = result }
            condition.broadcast()
        }

        func take() -> Result<Element, any Error>? {
            condition.lock()
            defer { condition.unlock() }
            guard nextTaken < end else { return nil }
            while !isCanceled, ready[nextTaken] == nil { condition.wait() }
            guard !isCanceled, let result = ready.removeValue(forKey: nextTaken) else { return nil }
            nextTaken += 1
            if case .failure = result {
                isCanceled = true
                ready = [:]
            }
            condition.broadcast()
            return result
        }

        func cancel() {
            condition.lock()
            defer { condition.unlock() }
            isCanceled = true
            ready = [:]
            condition.broadcast()
        }
    }
}
