import DMFormats
import DMTensors

/// Pickles instruction by instruction, and the archives that they are in.
struct PickleMaker {
    private(set) var bytes: [UInt8] = [0x80, 2]

    /// An archive in which the pickle describes storages of the given bytes.
    func archive(storages: [String: [UInt8]] = [:]) -> [UInt8] {
        var writer = ZipWriter()
        writer.append("x/data.pkl", ByteRegion(copying: bytes))
        for (key, bytes) in storages.sorted(by: { $0.key < $1.key }) { writer.append("x/data/\(key)", ByteRegion(copying: bytes)) }
        return writer.finished().joinedBytes
    }

    /// Adds instructions as they are: characters, or bytes.
    mutating func add(_ instructions: String) { bytes += Array(instructions.utf8) }
    mutating func add(_ instructions: [UInt8]) { bytes += instructions }

    mutating func add(text: String) { bytes += [0x58] + littleEndian(text.utf8.count, 4) + Array(text.utf8) }

    mutating func add(integer: Int) { bytes += [0x8a, 8] + littleEndian(integer, 8) }

    mutating func add(integers: [Int]) {
        add("(")
        for integer in integers { add(integer: integer) }
        add("t")
    }

    mutating func add(storage key: String, type: String, count: Int, part: [UInt8] = []) {
        add("(")
        add(text: "storage")
        add("ctorch\n\(type)\n")
        add(text: key)
        add(text: "cpu")
        add(integer: count)
        bytes += part
        add("tQ")
    }

    mutating func add(tensorOf key: String, type: String = "FloatStorage", count: Int, offset: Int = 0, shape: [Int], strides: [Int]) {
        add("ctorch._utils\n_rebuild_tensor_v2\n(")
        add(storage: key, type: type, count: count)
        add(integer: offset)
        add(integers: shape)
        add(integers: strides)
        add([0x89])
        add("ccollections\nOrderedDict\n)RtR")
    }

    private func littleEndian(_ number: Int, _ size: Int) -> [UInt8] { (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
}
