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
