import DMTensors

/// The header of a file of NumPy's: a dictionary in Python's notation.
struct NumPyHeader {
    let elementType: ElementType
    let isBigEndian: Bool
    let isColumnMajor: Bool
    let shape: [Int]
    /// The offset of the array's first byte.
    let end: Int

    /// The largest offset of an array's first byte.
    static let maximumEnd = NumPyFile.maximumHeaderSize + 12

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// The header of an array that is yet to be written.
    init(_ array: StoredArray) {
        elementType = array.elementType
        shape = array.shape
        isBigEndian = false
        isColumnMajor = false
        end = 0
    }

    /// Reads the header that a file begins with.
    init(startOf file: ByteRegion) throws(NumPyFileError) {
        let magic = Self.magic
        guard file.count >= magic.count, file[0..<magic.count].array == magic else { throw .unknownFormat }
        guard let major: UInt8 = file.integer(at: 6), let minor: UInt8 = file.integer(at: 7) else {
            throw .truncated(expected: 8, found: file.count)
        }
        guard (1...3).contains(major), minor == 0 else { throw .unsupportedVersion(major: Int(major), minor: Int(minor)) }
        let start = major == 1 ? 10 : 12
        let announced = major == 1 ? file.integer(at: 8, as: UInt16.self).map(Int.init) : file.integer(at: 8, as: UInt32.self).map(Int.init)
        guard let size = announced else { throw .truncated(expected: start, found: file.count) }
        guard size <= NumPyFile.maximumHeaderSize else { throw .headerTooLarge(size) }
        guard size <= file.count - start else { throw .truncated(expected: start + size, found: file.count) }
        var reader = PythonLiteralReader(file[start..<start + size].array)
        var typeName: String?
        var columnMajor: Bool?
        var extents: [Int]?
        try reader.readDictionary { reader, key throws(NumPyFileError) in
            switch key {
            case "descr" where typeName == nil: typeName = try reader.readTypeName()
            case "fortran_order" where columnMajor == nil: columnMajor = try reader.readBool()
            case "shape" where extents == nil: extents = try reader.readShape()
            default:
                throw .malformedHeader(offset: reader.offset, expected: "descr, fortran_order and shape once each, not '\(key.quoted)'")
            }
        }
        guard let typeName, let columnMajor, let extents else {
            throw .malformedHeader(offset: reader.offset, expected: "descr, fortran_order and shape")
        }
        guard let type = Self.elementType(typeName) else { throw .unsupportedType(typeName) }
        elementType = type
        isBigEndian = typeName.hasPrefix(">")
        isColumnMajor = columnMajor
        shape = extents
        end = start + size
    }

    /// The bytes of the header, as NumPy writes them.
    func bytes() throws(NumPyFileError) -> [UInt8] {
        guard let name = elementType.numPyName else { throw .unsupportedType("\(elementType)") }
        guard shape.count <= NumPyFile.maximumRank else { throw .sizeOverflow(shape: shape) }
        let extents = shape.count == 1 ? "(\(shape[0]),)" : "(\(shape.map(String.init).joined(separator: ", ")))"
        var text = "{'descr': '\(elementType.size == 1 ? "|" : "<")\(name)', 'fortran_order': False, 'shape': \(extents), }"
        // NumPy leaves room for the first extent to grow to 20 digits and a sign, and aligns the data to 64 bytes.
        if let first = shape.first { text += String(repeating: " ", count: 21 - String(first).count) }
        let start = Self.magic.count + 4
        text += String(repeating: " ", count: 63 - (start + text.utf8.count) % 64) + "\n"
        let count = text.utf8.count
        return Self.magic + [1, 0, UInt8(count & 0xff), UInt8(count >> 8)] + Array(text.utf8)
    }

    /// The type of a name such as `<f4`, whatever the order of its bytes; nil where it is none of the library's.
    private static func elementType(_ name: String) -> ElementType? {
        guard let order = name.first, "<>|=".contains(order) else { return nil }
        let type = ElementType.allCases.first { $0.numPyName == String(name.dropFirst()) }
        return type.flatMap { order != "|" || $0.size == 1 ? $0 : nil }
    }
}

extension ElementType {
    /// NumPy's name of the type, without the order of bytes; nil where it has none.
    var numPyName: String? {
        switch self {
        case .bool: "b1"
        case .uint8: "u1"
        case .int8: "i1"
        case .uint16: "u2"
        case .int16: "i2"
        case .uint32: "u4"
        case .int32: "i4"
        case .uint64: "u8"
        case .int64: "i8"
        case .float16: "f2"
        case .float32: "f4"
        case .float64: "f8"
        case .bfloat16: nil
        }
    }
}

/// Reads the little Python that a header of NumPy's is made of: a dictionary of texts, truth values and tuples.
struct PythonLiteralReader {
    private let bytes: [UInt8]
    /// The bytes read so far.
    private(set) var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Calls `body` for each key of a dictionary, after which there is nothing but blanks; `body` reads the value.
    mutating func readDictionary(
        _ body: (inout PythonLiteralReader, String) throws(NumPyFileError) -> Void
    ) throws(NumPyFileError) {
        try read("{")
        while !skip("}") {
            let key = try readText()
            try read(":")
            try body(&self, key)
            if !skip(",") {
                try read("}")
                break
            }
        }
        skipBlanks()
        guard offset == bytes.count else { throw expected("the end of the header") }
    }

    /// The name of an element type; records, which are lists, are none.
    mutating func readTypeName() throws(NumPyFileError) -> String {
        skipBlanks()
        if peek == UInt8(ascii: "[") { throw .unsupportedType("record") }
        return try readText()
    }

    /// `True` or `False`.
    mutating func readBool() throws(NumPyFileError) -> Bool {
        skipBlanks()
        for (text, value) in [("True", true), ("False", false)] where bytes[offset...].starts(with: text.utf8) {
            offset += text.utf8.count
            return value
        }
        throw expected("True or False")
    }

    /// A tuple of whole numbers, none negative.
    mutating func readShape() throws(NumPyFileError) -> [Int] {
        try read("(")
        var extents: [Int] = []
        while !skip(")") {
            extents.append(try readInteger())
            if skip(",") { continue }
            // A number in parentheses is a tuple only with a comma.
            guard extents.count > 1 else { throw expected("','") }
            try read(")")
            break
        }
        return extents
    }

    private mutating func readText() throws(NumPyFileError) -> String {
        skipBlanks()
        guard let quote = peek, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { throw expected("a text") }
        let rest = bytes[(offset + 1)...]
        guard let end = rest.firstIndex(of: quote), rest[..<end].allSatisfy({ (0x20..<0x7f).contains($0) && $0 != UInt8(ascii: "\\") })
        else { throw expected("a text of plain characters") }
        offset = end + 1
        return String(decoding: rest[..<end], as: UTF8.self)
    }

    private mutating func readInteger() throws(NumPyFileError) -> Int {
        skipBlanks()
        let digits = bytes[offset...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let value = Int(String(decoding: digits, as: UTF8.self)) else { throw expected("a whole number") }
        offset += digits.count
        return value
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipBlanks() {
        while let byte = peek, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { offset += 1 }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard peek == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func read(_ character: Unicode.Scalar) throws(NumPyFileError) {
        guard skip(character) else { throw expected("'\(character)'") }
    }

    private func expected(_ what: String) -> NumPyFileError { .malformedHeader(offset: offset, expected: what) }
}
