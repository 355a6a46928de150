/// Reads the little JSON that a safetensors header is made of: objects, strings, lists of whole numbers.
///
/// The bytes are UTF-8. A general JSON reader keeps one of two equal keys and says nothing; this one hands over every key.
struct HeaderReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// The bytes read so far.
    var offset: Int { position - bytes.startIndex }

    /// Calls `body` for each key of an object; `body` reads the value.
    mutating func readObject(
        _ body: (inout HeaderReader, String) throws(SafetensorsError) -> Void
    ) throws(SafetensorsError) {
        try read("{")
        if skip("}") { return }
        repeat {
            let key = try readString()
            try read(":")
            try body(&self, key)
        } while skip(",")
        try read("}")
    }

    /// A list of whole numbers, none negative.
    mutating func readIntegers() throws(SafetensorsError) -> [Int] {
        try read("[")
        if skip("]") { return [] }
        var values: [Int] = []
        repeat { values.append(try readInteger()) } while skip(",")
        try read("]")
        return values
    }

    /// A string.
    mutating func readString() throws(SafetensorsError) -> String {
        try read("\"")
        var text: [UInt8] = []
        while let byte = next() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += try readEscape().utf8
            case 0..<0x20: throw expected("no control character in a string")
            default: text.append(byte)
            }
        }
        throw expected("the end of a string")
    }

    /// Nothing but blanks.
    mutating func readEnd() throws(SafetensorsError) {
        skipBlanks()
        guard position == bytes.endIndex else { throw expected("the end of the header") }
    }

    private mutating func readInteger() throws(SafetensorsError) -> Int {
        skipBlanks()
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        let digits = bytes[start..<position]
        guard digits.count == 1 || digits.first != UInt8(ascii: "0"), let value = Int(String(decoding: digits, as: UTF8.self)) else {
            throw expected("a whole number")
        }
        return value
    }

    private mutating func readEscape() throws(SafetensorsError) -> String {
        switch next() {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            var units = [try readCodeUnit()]
            if UTF16.isLeadSurrogate(units[0]) {
                guard next() == UInt8(ascii: "\\"), next() == UInt8(ascii: "u") else {
                    throw expected("the second half of a surrogate pair")
                }
                units.append(try readCodeUnit())
            }
            let text = String(decoding: units, as: UTF16.self)
            guard text.utf16.elementsEqual(units) else { throw expected("a valid surrogate pair") }
            return text
        default: throw expected("an escaped character")
        }
    }

    private mutating func readCodeUnit() throws(SafetensorsError) -> UInt16 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw expected("four hexadecimal digits") }
        position += 4
        return unit
    }

    private var peek: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    private mutating func next() -> UInt8? {
        guard let byte = peek else { return nil }
        position += 1
        return byte
    }

    private mutating func skipBlanks() {
        while let byte = peek, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func read(_ character: Unicode.Scalar) throws(SafetensorsError) {
        guard skip(character) else { throw expected("'\(character)'") }
    }

    private func expected(_ what: String) -> SafetensorsError { .malformedHeader(offset: offset, expected: what) }
}
