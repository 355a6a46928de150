import Foundation
import Synchronization

/// The memory of all tensors: blocks that are let go of are kept and handed out again.
///
/// Fresh memory costs about ten times what rewriting recycled memory does, because the system clears
/// every page at its first use.
///
/// Where there is no memory left, even after all unused blocks are handed back, the program ends with one line on standard
/// error and the status ``exitStatus``.
public enum TensorMemory {
    /// The bytes that live tensors occupy, rounded up to whole blocks.
    public static var bytesInUse: Int { pool.withLock { $0.inUse } }

    /// The bytes of blocks kept to be handed out again.
    public static var unusedBytes: Int { pool.withLock { $0.unused } }

    /// The most bytes that were in use at once since the process began (its high-water mark).
    public static var peakMemory: Int { pool.withLock { $0.peakMemory } }

    /// Measures the most bytes that are in use at once from its creation on.
    ///
    /// ```swift
    /// let meter = TensorMemory.PeakMeter()
    /// train()
    /// print(meter.peak)
    /// ```
    ///
    /// Each meter measures for itself; what is measured are the tensors of the whole process.
    public final class PeakMeter: Sendable {
        private let number: Int

        /// Begins to measure.
        public init() { number = pool.withLock { $0.addMeter() } }

        deinit { pool.withLock { $0.removeMeter(number) } }

        /// The most bytes in use at once since the measurement began.
        public var peak: Int { pool.withLock { $0.peak(of: number) } }
    }

    /// The most unused bytes that are kept; half of the machine's memory unless set.
    public static var unusedLimit: Int {
        get { pool.withLock { $0.unusedLimit } }
        set { pool.withLock { $0.unusedLimit = newValue } }
    }

    /// Hands all unused blocks back to the system.
    public static func releaseUnused() { pool.withLock { $0.releaseUnused() } }

    static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
        let size = BlockSize(holding: byteCount)
        if let block = pool.withLock({ $0.reuse(size) }) { return block.address }
        if let address = size.allocate() { return address }
        // Blocks of other sizes may hold what is missing.
        releaseUnused()
        if let address = size.allocate() { return address }
        stopForLackOfMemory(byteCount: byteCount)
    }

    static func deallocate(_ block: UnsafeMutableRawPointer, byteCount: Int) {
        let size = BlockSize(holding: byteCount)
        if !pool.withLock({ $0.keep(Block(address: block), size) }) { free(block) }
    }
}

extension TensorMemory {
    /// The status with which the program ends where there is no memory left: `EX_OSERR` of `sysexits.h`.
    public static let exitStatus: Int32 = 71

    /// Ends the program with one line on standard error.
    ///
    /// Nothing is cleaned up: other threads may be anywhere, and whatever wanted to run at the program's end may need
    /// memory or wait for them. The line itself is made on the stack.
    package static func stopForLackOfMemory(byteCount: Int) -> Never {
        let inUse = bytesInUse
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { line in
            var count = 0
            func add(_ text: StaticString) {
                text.withUTF8Buffer { for byte in $0 { (line[count], count) = (byte, count + 1) } }
            }
            func add(_ number: Int) {
                var power = 1
                while number / power > 9 { power *= 10 }
                while power > 0 {
                    (line[count], count) = (UInt8(ascii: "0") + UInt8(number / power % 10), count + 1)
                    power /= 10
                }
            }
            add("error: no memory left for a tensor of ")
            add(byteCount)
            add(" bytes; all tensors together have ")
            add(inUse)
            add(" bytes; smaller batches, crops or windows need less\n")
            _ = write(STDERR_FILENO, line.baseAddress!, count)
        }
        _exit(exitStatus)
    }
}

private let pool = Mutex(BlockPool())

/// One of the sizes that blocks come in: four to each power of two.
private struct BlockSize {
    let index: Int
    let byteCount: Int

    init(holding byteCount: Int) {
        let needed = max(64, byteCount)
        let exponent = Int.bitWidth - 1 - needed.leadingZeroBitCount
        let quarter = 1 << (exponent - 2)
        self.byteCount = (needed + quarter - 1) / quarter * quarter
        index = exponent * 4 + (self.byteCount >> (exponent - 2)) - 4
    }

    /// Large blocks ask for large pages, which are faulted in and looked up five hundred times less.
    ///
    /// - Returns: The block, nil where the system has no memory left.
    func allocate() -> UnsafeMutableRawPointer? {
        let largePage = 2 << 20
        let isLarge = byteCount >= largePage
        var address: UnsafeMutableRawPointer?
        guard posix_memalign(&address, isLarge ? largePage : 64, byteCount) == 0, let address else { return nil }
        #if os(Linux)
            if isLarge { madvise(address, byteCount, MADV_HUGEPAGE) }
        #endif
        return address
    }
}

/// A block that belongs to nobody but the pool, and may change threads with it.
private struct Block: @unchecked Sendable {
    let address: UnsafeMutableRawPointer
}

private struct BlockPool {
    private var blocks = [[Block]](repeating: [], count: 4 * Int.bitWidth)
    private(set) var inUse = 0
    private(set) var unused = 0
    private(set) var peakMemory = 0
    /// The meters that are measuring: their numbers and peaks.
    private var meters: [(number: Int, peak: Int)] = []
    private var metersSoFar = 0
    var unusedLimit = Int(ProcessInfo.processInfo.physicalMemory / 2)

    /// Counts a block as in use, and takes it from those that are kept if there is one.
    mutating func reuse(_ size: BlockSize) -> Block? {
        inUse += size.byteCount
        peakMemory = max(peakMemory, inUse)
        for index in meters.indices where meters[index].peak < inUse { meters[index].peak = inUse }
        let block = blocks[size.index].popLast()
        if block != nil { unused -= size.byteCount }
        return block
    }

    /// Counts a block as no longer in use, and keeps it if there is room.
    mutating func keep(_ block: Block, _ size: BlockSize) -> Bool {
        inUse -= size.byteCount
        guard unused + size.byteCount <= unusedLimit else { return false }
        unused += size.byteCount
        blocks[size.index].append(block)
        return true
    }

    mutating func addMeter() -> Int {
        metersSoFar += 1
        meters.append((metersSoFar, inUse))
        return metersSoFar
    }

    mutating func removeMeter(_ number: Int) { meters.removeAll { $0.number == number } }

    func peak(of number: Int) -> Int { meters.first { $0.number == number }?.peak ?? 0 }

    mutating func releaseUnused() {
        for index in blocks.indices {
            for block in blocks[index] { free(block.address) }
            blocks[index] = []
        }
        unused = 0
    }
}

/// The elements of a tensor, on a 64-byte boundary, in a block of `TensorMemory`.
///
/// Written only by the one tensor that holds it (`isKnownUniquelyReferenced`): this is what makes
/// the unchecked conformance sound.
package final class Storage<Scalar: TensorScalar>: @unchecked Sendable {
    package let elements: UnsafeMutableBufferPointer<Scalar>

    package init(count: Int) {
        let block = TensorMemory.allocate(byteCount: count * MemoryLayout<Scalar>.stride)
        elements = UnsafeMutableBufferPointer(start: block.bindMemory(to: Scalar.self, capacity: count), count: count)
    }

    package convenience init(copying other: Storage) {
        self.init(count: other.elements.count)
        _ = elements.initialize(from: other.elements)
    }

    deinit {
        TensorMemory.deallocate(elements.baseAddress!, byteCount: elements.count * MemoryLayout<Scalar>.stride)
    }
}

/// Calls `body` with the addresses of the elements of several tensors.
package func withElements<each S: TensorScalar>(
    of tensors: repeat Tensor<each S>, perform body: (repeat UnsafePointer<each S>) -> Void
) {
    body(repeat UnsafePointer((each tensors).storage.elements.baseAddress!))
    withExtendedLifetime((repeat each tensors)) {}
}

extension Storage {
    /// Where the elements lie, for a kernel that writes them before any tensor holds them.
    package var address: UnsafeMutablePointer<Scalar> { elements.baseAddress! }
}

/// Calls `body` with working memory for a kernel, recycled and uninitialized, on a 64-byte boundary.
func withScratch(_ byteCount: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
    let scratch = Storage<UInt8>(count: byteCount)
    withExtendedLifetime(scratch) { body(UnsafeMutableRawPointer(scratch.elements.baseAddress!)) }
}
