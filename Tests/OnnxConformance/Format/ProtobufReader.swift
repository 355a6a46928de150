/// What a field of a protocol buffer holds, as it lies in the file.
enum WireValue {
    case varint(UInt64)
    case fixed64(UInt64)
    case bytes(ArraySlice<UInt8>)
    case fixed32(UInt32)
}

/// Reads the fields of one protocol buffer message, one after another.
///
/// Bytes come from outside: whatever they are, they are read within their bounds or refused. The wire format is
/// described at https://protobuf.dev/programming-guides/encoding.
struct ProtobufReader {
    /// The name of the message, for errors.
    let message: String
    private var rest: ArraySlice<UInt8>

    init(_ message: String, _ bytes: ArraySlice<UInt8>) {
        self.message = message
        rest = bytes
    }

    /// The next field; `nil` at the end of the message.
    mutating func next() throws(OnnxFormatError) -> (number: UInt64, value: WireValue)? {
        if rest.isEmpty { return nil }
        let key = try varint()
        let number = key >> 3
        guard number > 0 else { throw error("a field has the number 0") }
        switch key & 7 {
        case 0: return (number, .varint(try varint()))
        case 1: return (number, .fixed64(try fixed(8)))
        case 2:
            let length = try varint()
            guard length <= UInt64(rest.count) else { throw error("a field of \(length) bytes where \(rest.count) are left") }
            return (number, .bytes(try take(Int(length))))
        case 5: return (number, .fixed32(UInt32(try fixed(4))))
        case let type: throw error("a field of the unknown wire type \(type)")
        }
    }

    /// An error at the place that is read next.
    func error(_ fault: String) -> OnnxFormatError { OnnxFormatError(message: message, offset: rest.startIndex, fault: fault) }

    private mutating func take(_ count: Int) throws(OnnxFormatError) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw error("\(count) bytes are wanted where \(rest.count) are left") }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private mutating func fixed(_ count: Int) throws(OnnxFormatError) -> UInt64 {
        try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func varint() throws(OnnxFormatError) -> UInt64 {
        var result: UInt64 = 0
        for place in 0..<10 {
            guard let byte = rest.popFirst() else { throw error("a number is cut off") }
            guard place < 9 || byte <= 1 else { break }
            result |= UInt64(byte & 0x7F) << (7 * place)
            if byte & 0x80 == 0 { return result }
        }
        throw error("a number has more than 64 bits")
    }
}

extension ProtobufReader {
    /// The numbers of a repeated field: one by itself, or several packed.
    func varints(_ value: WireValue) throws(OnnxFormatError) -> [Int64] {
        switch value {
        case .varint(let number): return [Int64(bitPattern: number)]
        case .bytes(let bytes):
            var packed = ProtobufReader(message, bytes)
            var numbers: [Int64] = []
            while !packed.rest.isEmpty { numbers.append(Int64(bitPattern: try packed.varint())) }
            return numbers
        default: throw error("whole numbers are wanted")
        }
    }

    /// The single-precision numbers of a repeated field: one by itself, or several packed.
    func floats(_ value: WireValue) throws(OnnxFormatError) -> [Float] {
        switch value {
        case .fixed32(let bits): return [Float(bitPattern: bits)]
        case .bytes(let bytes):
            guard bytes.count % 4 == 0 else { throw error("\(bytes.count) bytes of single-precision numbers") }
            return bytes.littleEndian(UInt32.self).map { Float(bitPattern: $0) }
        default: throw error("single-precision numbers are wanted")
        }
    }

    /// The double-precision numbers of a repeated field: one by itself, or several packed.
    func doubles(_ value: WireValue) throws(OnnxFormatError) -> [Double] {
        switch value {
        case .fixed64(let bits): return [Double(bitPattern: bits)]
        case .bytes(let bytes):
            guard bytes.count % 8 == 0 else { throw error("\(bytes.count) bytes of double-precision numbers") }
            return bytes.littleEndian(UInt64.self).map { Double(bitPattern: $0) }
        default: throw error("double-precision numbers are wanted")
        }
    }

    /// A whole number.
    func number(_ value: WireValue) throws(OnnxFormatError) -> Int64 {
        guard case .varint(let number) = value else { throw error("a whole number is wanted") }
        return Int64(bitPattern: number)
    }

    /// The bytes of a field: a text, raw data, or a message.
    func bytes(_ value: WireValue) throws(OnnxFormatError) -> ArraySlice<UInt8> {
        guard case .bytes(let bytes) = value else { throw error("bytes are wanted") }
        return bytes
    }

    /// A text.
    func text(_ value: WireValue) throws(OnnxFormatError) -> String { String(decoding: try bytes(value), as: UTF8.self) }
}

extension ArraySlice<UInt8> {
    /// Whole numbers that lie one behind the other, the least significant byte first.
    ///
    /// - Precondition: The number of bytes is a multiple of the type's.
    func littleEndian<T: FixedWidthInteger>(_: T.Type) -> [T] {
        let size = MemoryLayout<T>.size
        return withUnsafeBytes { bytes in
            (0..<count / size).map { T(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * size, as: T.self)) }
        }
    }
}
