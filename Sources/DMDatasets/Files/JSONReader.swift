import DMFormats
import DMTensors

/// Reads a JSON text from its front to its back, value by value, and knows at each one where it is.
///
/// It reads what RFC 8259 allows, a byte order mark in front, and the numbers `NaN`, `Infinity` and `-Infinity`, which
/// Python writes. Values are handed on as they come: a text of any length and depth takes no memory of its own.
struct JSONReader {
    private let bytes: UnsafeRawBufferPointer
    /// The place of the next byte.
    private(set) var offset = 0
    /// The place of the key that was read last.
    private(set) var keyOffset = 0

    /// What is wrong with a text, and where.
    struct Fault: Error {
        /// The place of the byte concerned.
        let offset: Int
        let message: String
        /// Whether the text is no JSON from there on, rather than JSON that holds something unexpected.
        let isSyntax: Bool
    }

    /// A sort of value, told by its first byte.
    enum Kind: String {
        case object = "an object", array = "a list", string = "a text", number = "a number", boolean = "true or false", null
    }

    /// Calls `body` with a reader at the start of a text, which has to be used up by it.
    static func read<R>(_ bytes: UnsafeRawBufferPointer, _ body: (inout JSONReader) throws(Fault) -> R) throws(Fault) -> R {
        var reader = JSONReader(bytes: bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.offset = 3 }
        if bytes.count >= 2, bytes[0] == 0 || bytes[1] == 0 || (bytes[0] ^ bytes[1] == 1 && bytes[0] >= 0xFE) {
            throw reader.syntax("expected a text in UTF-8, found one in UTF-16 or UTF-32; save it as UTF-8")
        }
        let result = try body(&reader)
        reader.skipSpace()
        guard reader.offset == bytes.count else { throw reader.unexpected("the end of the text") }
        return result
    }

    private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    // MARK: Values

    /// The sort of the next value.
    mutating func kind() throws(Fault) -> Kind {
        skipSpace()
        guard offset < bytes.count else { throw syntax("the text ends where a value should stand; it may have been cut off") }
        switch bytes[offset] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "N"), UInt8(ascii: "I"): return .number
        default: throw unexpected("a value")
        }
    }

    /// Reads an object; `member` reads the value of each key.
    mutating func object(_ member: (inout JSONReader, String) throws(Fault) -> Void) throws(Fault) {
        try expect(.object)
        offset += 1
        if try closes("}") { return }
        while true {
            skipSpace()
            guard offset < bytes.count else { throw syntax("the text ends within an object; it may have been cut off") }
            guard bytes[offset] == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
            keyOffset = offset
            let key = try string()
            skipSpace()
            guard offset < bytes.count, bytes[offset] == UInt8(ascii: ":") else { throw unexpected("':' after the key '\(key.quoted)'") }
            offset += 1
            try member(&self, key)
            if try !continues("}") { return }
        }
    }

    /// Reads a list; `element` reads each value.
    mutating func array(_ element: (inout JSONReader) throws(Fault) -> Void) throws(Fault) {
        try expect(.array)
        offset += 1
        if try closes("]") { return }
        while true {
            try element(&self)
            if try !continues("]") { return }
        }
    }

    /// Reads a text.
    mutating func string() throws(Fault) -> String {
        try expect(.string)
        let start = offset + 1
        let end = try endOfString()
        offset = end + 1
        let content = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        if !content.contains(UInt8(ascii: "\\")) {
            guard let text = String(validating: content, as: UTF8.self) else { throw invalidText(at: start) }
            return text
        }
        return try unescaped(content, at: start)
    }

    /// Reads a number; one too large for 64 bits is infinite.
    mutating func number() throws(Fault) -> Double { try numberOrWhole().value }

    /// Reads a number, and its digits if they are all there is to it, in case it is too large to be exact.
    mutating func numberOrWhole() throws(Fault) -> (value: Double, whole: Int?, digits: String?) {
        try expect(.number)
        let start = offset
        let isNegative = bytes[offset] == UInt8(ascii: "-")
        if isNegative { offset += 1 }
        if let value = infinityOrNaN() { return (isNegative ? -value : value, nil, nil) }
        var (mantissa, digits, scale) = (0, 0, 0)
        func isDigit(_ place: Int) -> Bool { place < bytes.count && bytes[place] &- UInt8(ascii: "0") < 10 }
        guard isDigit(offset) else { throw unexpected("a digit") }
        func take() {
            if digits < 18 { mantissa = mantissa * 10 + Int(bytes[offset] - UInt8(ascii: "0")) }
            digits += 1
            offset += 1
        }
        while isDigit(offset) { take() }
        var isWhole = true
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            isWhole = false
            offset += 1
            guard isDigit(offset) else { throw unexpected("a digit after the point") }
            while isDigit(offset) {
                take()
                scale += 1
            }
        }
        var exponent = false
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            (isWhole, exponent) = (false, true)
            offset += 1
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") { offset += 1 }
            guard isDigit(offset) else { throw unexpected("a digit of the exponent") }
            while isDigit(offset) { offset += 1 }
        }
        // Both are exact, and so is their quotient to the last bit (Clinger, 1990).
        if digits <= 15, scale <= 15, !exponent {
            let value = Double(mantissa) / Self.powersOfTen[scale]
            return (isNegative ? -value : value, isWhole ? (isNegative ? -mantissa : mantissa) : nil, nil)
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        return (Double(text) ?? .nan, isWhole ? Int(text) : nil, isWhole ? text : nil)
    }

    private mutating func infinityOrNaN() -> Double? {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "N") || bytes[offset] == UInt8(ascii: "I") else { return nil }
        let found: (word: String, value: Double) = bytes[offset] == UInt8(ascii: "N") ? ("NaN", .nan) : ("Infinity", .infinity)
        guard has(found.word) else { return nil }
        offset += found.word.utf8.count
        return found.value
    }

    /// Reads `true` or `false`.
    mutating func boolean() throws(Fault) -> Bool {
        try expect(.boolean)
        if has("true") {
            offset += 4
            return true
        }
        guard has("false") else { throw unexpected("a value") }
        offset += 5
        return false
    }

    /// Reads `null` where it stands.
    mutating func null() throws(Fault) -> Bool {
        guard try kind() == .null else { return false }
        guard has("null") else { throw unexpected("a value") }
        offset += 4
        return true
    }

    /// Reads the next value and forgets it.
    mutating func skip() throws(Fault) {
        // The brackets that are open: values may lie deeper within each other than the stack reaches.
        var open: [UInt8] = []
        repeat {
            switch try kind() {
            case .object, .array:
                let end = bytes[offset] == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]")
                offset += 1
                if try !closes(Unicode.Scalar(end)) {
                    open.append(end)
                    if end == UInt8(ascii: "}") { try skipKey() }
                    continue
                }
            case .string: offset = try endOfString() + 1
            case .number: _ = try numberOrWhole()
            case .boolean: _ = try boolean()
            case .null: _ = try null()
            }
            while let end = open.last, try !continues(Unicode.Scalar(end)) { open.removeLast() }
            if open.last == UInt8(ascii: "}") { try skipKey() }
        } while !open.isEmpty
    }

    /// Goes back to the start of a value that has been begun.
    mutating func rewind(to place: Int) { offset = place }

    // MARK: Faults

    /// A fault of the text's content at the next value.
    func unfit(_ message: String, at place: Int? = nil) -> Fault { Fault(offset: place ?? offset, message: message, isSyntax: false) }

    private func syntax(_ message: String) -> Fault { Fault(offset: offset, message: message, isSyntax: true) }

    private func invalidText(at place: Int) -> Fault {
        Fault(offset: place, message: "expected a text in UTF-8, found other bytes", isSyntax: true)
    }

    /// What was found instead of what should be there, with the mistakes that are made most often by their names.
    private func unexpected(_ expected: String) -> Fault {
        guard offset < bytes.count else { return syntax("expected \(expected), found the end of the text; it may have been cut off") }
        let byte = bytes[offset]
        let found =
            switch byte {
            case UInt8(ascii: "'"): "a single quote; JSON's texts stand in double quotes"
            case UInt8(ascii: "/"), UInt8(ascii: "#"): "'\(Unicode.Scalar(byte))'; JSON has no comments"
            case UInt8(ascii: "T"), UInt8(ascii: "F"): "a word; JSON has true, false and null, in small letters"
            case 0x21..<0x7F: "'\(Unicode.Scalar(byte))'"
            default: "the byte 0x\(String(byte, radix: 16))"
            }
        return syntax("expected \(expected), found \(found)")
    }

    // MARK: Parts of the text

    private mutating func expect(_ wanted: Kind) throws(Fault) {
        let found = try kind()
        guard found == wanted else { throw unfit("expected \(wanted.rawValue), found \(found.rawValue)") }
    }

    private mutating func skipSpace() {
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            offset += 1
        }
    }

    /// Takes the closing bracket of an empty list or object.
    private mutating func closes(_ bracket: Unicode.Scalar) throws(Fault) -> Bool {
        skipSpace()
        guard offset < bytes.count else { throw syntax("the text ends after an opening bracket; it may have been cut off") }
        guard bytes[offset] == UInt8(ascii: bracket) else { return false }
        offset += 1
        return true
    }

    /// Takes a comma, after which more follows, or the closing bracket.
    private mutating func continues(_ bracket: Unicode.Scalar) throws(Fault) -> Bool {
        skipSpace()
        guard offset < bytes.count else { throw syntax("the text ends before its '\(bracket)'; it may have been cut off") }
        if bytes[offset] == UInt8(ascii: bracket) {
            offset += 1
            return false
        }
        guard bytes[offset] == UInt8(ascii: ",") else { throw unexpected("',' or '\(bracket)'") }
        offset += 1
        skipSpace()
        if offset < bytes.count, bytes[offset] == UInt8(ascii: bracket) { throw syntax("a comma stands before the closing '\(bracket)'") }
        return true
    }

    private mutating func skipKey() throws(Fault) {
        skipSpace()
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
        offset = try endOfString() + 1
        skipSpace()
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: ":") else { throw unexpected("':' after a key") }
        offset += 1
    }

    private func has(_ word: String) -> Bool {
        word.utf8.count <= bytes.count - offset && zip(word.utf8, bytes[offset...]).allSatisfy { $0 == $1 }
    }

    /// The place of the quote that ends the text at `offset`.
    private func endOfString() throws(Fault) -> Int {
        var place = offset + 1
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""): return place
            case UInt8(ascii: "\\"): place += 2
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                throw Fault(offset: place, message: "a text ends with its line, without a quote", isSyntax: true)
            default: place += 1
            }
        }
        throw syntax("a text has no closing quote; the file may have been cut off")
    }

    private func unescaped(_ content: UnsafeRawBufferPointer, at start: Int) throws(Fault) -> String {
        var units: [UInt8] = []
        var place = 0
        func wrong() -> Fault { Fault(offset: start + place, message: "expected an escape of JSON after '\\'", isSyntax: true) }
        func hexadecimal(at first: Int) throws(Fault) -> UInt32 {
            // A sign, which a number in Swift may have, is no digit.
            guard first + 4 <= content.count, content[first] != UInt8(ascii: "+"), content[first] != UInt8(ascii: "-"),
                let value = UInt32(String(decoding: content[first..<first + 4], as: UTF8.self), radix: 16)
            else { throw wrong() }
            return value
        }
        while place < content.count {
            guard content[place] == UInt8(ascii: "\\") else {
                units.append(content[place])
                place += 1
                continue
            }
            let escape = content[place + 1]
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(escape)
            case UInt8(ascii: "b"): units.append(0x08)
            case UInt8(ascii: "f"): units.append(0x0C)
            case UInt8(ascii: "n"): units.append(0x0A)
            case UInt8(ascii: "r"): units.append(0x0D)
            case UInt8(ascii: "t"): units.append(0x09)
            case UInt8(ascii: "u"):
                var value = try hexadecimal(at: place + 2)
                if value & 0xFC00 == 0xD800, place + 12 <= content.count, content[place + 6] == UInt8(ascii: "\\"),
                    content[place + 7] == UInt8(ascii: "u")
                {
                    let low = try hexadecimal(at: place + 8)
                    if low & 0xFC00 == 0xDC00 {
                        value = 0x10000 + (value & 0x3FF) << 10 + low & 0x3FF
                        place += 6
                    }
                }
                units += String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8
                place += 4
            default: throw wrong()
            }
            place += 2
        }
        guard let text = String(validating: units, as: UTF8.self) else { throw invalidText(at: start) }
        return text
    }

    private static let powersOfTen: [Double] = (0...15).map { exponent in (0..<exponent).reduce(1) { power, _ in power * 10 } }
}

extension JSONReader {
    /// The line and the column, from 1, of some places in a text; places in ascending order.
    ///
    /// - Complexity: One look at the text, however many places there are.
    static func positions(of places: [Int], in bytes: UnsafeRawBufferPointer) -> [(line: Int, column: Int)] {
        var (line, column, passed) = (1, 1, 0)
        return places.map { place in
            while passed < min(place, bytes.count) {
                let byte = bytes[passed]
                if byte == 0x0A {
                    (line, column) = (line + 1, 1)
                } else if byte & 0xC0 != 0x80 {
                    // Columns count characters, not the bytes that continue one.
                    column += 1
                }
                passed += 1
            }
            return (line, column)
        }
    }
}
