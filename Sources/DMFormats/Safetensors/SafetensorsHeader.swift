import DMTensors

/// The header of a safetensors file: where each array lies, and free text.
struct SafetensorsHeader {
    /// One array of the file.
    struct Entry {
        var name: String
        var type: ElementType
        var shape: [Int]
        /// The array's bytes, counted from the first one after the header.
        var range: Range<Int>
    }

    /// The arrays, in the order in which the header names them.
    var entries: [Entry] = []
    /// Free texts by key.
    var metadata: [String: String] = [:]

    static let metadataKey = "__metadata__"

    init() {}

    /// Reads a header and checks it against the number of bytes that follow it.
    init(json: ByteRegion, dataSize: Int) throws(SafetensorsError) {
        guard json.text != nil else { throw .headerNotUTF8 }
        let first: UInt8? = json.integer(at: 0)
        guard first == UInt8(ascii: "{") else { throw .invalidHeaderStart(found: first) }
        var reader = HeaderReader(json.array[...])
        var names: Set<ExactName> = []
        try reader.readObject { reader, name throws(SafetensorsError) in
            guard names.insert(ExactName(name)).inserted else { throw .duplicateName(name) }
            if name == Self.metadataKey {
                metadata = try Self.readMetadata(&reader)
            } else {
                entries.append(try Self.readEntry(&reader, name: name))
            }
        }
        try reader.readEnd()
        try checkLayout(dataSize: dataSize)
    }

    private static func readMetadata(_ reader: inout HeaderReader) throws(SafetensorsError) -> [String: String] {
        var metadata: [String: String] = [:]
        try reader.readObject { reader, key throws(SafetensorsError) in
            let text = try reader.readString()
            guard metadata.updateValue(text, forKey: key) == nil else { throw .duplicateName(key) }
        }
        return metadata
    }

    private static func readEntry(_ reader: inout HeaderReader, name: String) throws(SafetensorsError) -> Entry {
        let start = reader.offset
        var type: String?
        var shape: [Int]?
        var offsets: [Int]?
        try reader.readObject { reader, field throws(SafetensorsError) in
            switch field {
            case "dtype" where type == nil: type = try reader.readString()
            case "shape" where shape == nil: shape = try reader.readIntegers()
            case "data_offsets" where offsets == nil: offsets = try reader.readIntegers()
            case "dtype", "shape", "data_offsets": throw .duplicateName("\(name).\(field)")
            default: throw .malformedHeader(offset: reader.offset, expected: "dtype, shape or data_offsets, not '\(field.quoted)'")
            }
        }
        guard let type, let shape, let offsets, offsets.count == 2 else {
            throw .malformedHeader(offset: start, expected: "dtype, shape and two data_offsets of '\(name.quotedName)'")
        }
        guard let known = SafetensorsType(rawValue: type) else { throw .unknownType(array: name, type: type) }
        guard let elementType = known.elementType else { throw .unsupportedType(array: name, type: type) }
        guard offsets[0] <= offsets[1] else { throw .invalidRange(array: name, from: offsets[0], to: offsets[1]) }
        return Entry(name: name, type: elementType, shape: shape, range: offsets[0]..<offsets[1])
    }

    /// Every array has the bytes that its shape asks for, and together they cover the data once.
    private func checkLayout(dataSize: Int) throws(SafetensorsError) {
        for entry in entries {
            let count = ElementLayout.count(entry.shape)
            guard let (size, overflow) = count?.multipliedReportingOverflow(by: entry.type.size), !overflow else {
                throw .sizeOverflow(array: entry.name)
            }
            guard size == entry.range.count else {
                throw .sizeMismatch(array: entry.name, expected: size, found: entry.range.count)
            }
        }
        var end = 0
        for entry in entries.sorted(by: { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }) {
            guard entry.range.lowerBound >= end else { throw .overlap(array: entry.name) }
            guard entry.range.lowerBound == end else { throw .hole(offset: end) }
            end = entry.range.upperBound
            guard end <= dataSize else {
                throw .invalidRange(array: entry.name, from: entry.range.lowerBound, to: entry.range.upperBound)
            }
        }
        guard end == dataSize else { throw .uncoveredBytes(offset: end, count: dataSize - end) }
    }

    /// The header as JSON, filled with blanks so that the data begins on a multiple of eight bytes.
    var json: [UInt8] {
        var fields: [String] = []
        if !metadata.isEmpty {
            let texts = metadata.sorted { $0.key < $1.key }.map { "\($0.key.jsonQuoted):\($0.value.jsonQuoted)" }
            fields.append("\"\(Self.metadataKey)\":{\(texts.joined(separator: ","))}")
        }
        for entry in entries {
            let shape = entry.shape.map(\.description).joined(separator: ",")
            fields.append(
                "\(entry.name.jsonQuoted):{\"dtype\":\"\(SafetensorsType(entry.type).rawValue)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(entry.range.lowerBound),\(entry.range.upperBound)]}")
        }
        let bytes = Array("{\(fields.joined(separator: ","))}".utf8)
        return bytes + Array(repeating: UInt8(ascii: " "), count: (8 - bytes.count % 8) % 8)
    }
}

extension String {
    /// The text between JSON's quotes.
    fileprivate var jsonQuoted: String {
        var quoted = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

/// The element types that the safetensors format knows.
enum SafetensorsType: String, CaseIterable {
    case bool = "BOOL"
    case float4 = "F4"
    case float6E2M3 = "F6_E2M3"
    case float6E3M2 = "F6_E3M2"
    case uint8 = "U8"
    case int8 = "I8"
    case float8E5M2 = "F8_E5M2"
    case float8E4M3 = "F8_E4M3"
    case float8E8M0 = "F8_E8M0"
    case float8E4M3FNUZ = "F8_E4M3FNUZ"
    case float8E5M2FNUZ = "F8_E5M2FNUZ"
    case int16 = "I16"
    case uint16 = "U16"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int32 = "I32"
    case uint32 = "U32"
    case float32 = "F32"
    case complex64 = "C64"
    case float64 = "F64"
    case int64 = "I64"
    case uint64 = "U64"

    /// The type of the library's for the same elements, nil where it has none.
    var elementType: ElementType? {
        switch self {
        case .bool: .bool
        case .uint8: .uint8
        case .int8: .int8
        case .int16: .int16
        case .uint16: .uint16
        case .float16: .float16
        case .bfloat16: .bfloat16
        case .int32: .int32
        case .uint32: .uint32
        case .float32: .float32
        case .float64: .float64
        case .int64: .int64
        case .uint64: .uint64
        case .float4, .float6E2M3, .float6E3M2, .float8E5M2, .float8E4M3, .float8E8M0, .float8E4M3FNUZ, .float8E5M2FNUZ, .complex64:
            nil
        }
    }

    /// The type of elements of one of the library's types.
    init(_ type: ElementType) {
        switch type {
        case .bool: self = .bool
        case .uint8: self = .uint8
        case .int8: self = .int8
        case .int16: self = .int16
        case .uint16: self = .uint16
        case .float16: self = .float16
        case .bfloat16: self = .bfloat16
        case .int32: self = .int32
        case .uint32: self = .uint32
        case .float32: self = .float32
        case .float64: self = .float64
        case .int64: self = .int64
        case .uint64: self = .uint64
        }
    }
}
