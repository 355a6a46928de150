import Foundation

/// A checkpoint's manifest, changed so that its digests fit all the same.
struct ManifestFile {
    /// The folder of the checkpoint, and the name of the manifest in it.
    let folder: String, name: String
    /// The JSON object.
    private(set) var content: [String: Any]

    /// The manifest of a step.
    init(ofStep step: Int, in folder: String) throws {
        (self.folder, name) = (folder, TinyTraining.manifest(step))
        let data = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
        guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw CheckFailure("\(name) is no object")
        }
        content = object
    }

    /// Changes the value at a path of keys; nil removes it.
    mutating func set(_ path: [String], to value: Any?) { content = Self.changed(content, path[...], value) as? [String: Any] ?? content }

    /// The value at a path of keys.
    func value(at path: [String]) -> Any? { path.reduce(content as Any?) { ($0 as? [String: Any])?[$1] } }

    /// A JSON value with another value at a path of keys and indices; nil removes what is there.
    static func changed(_ object: Any, _ path: ArraySlice<String>, _ value: Any?) -> Any {
        guard let key = path.first else { return value ?? NSNull() }
        if var list = object as? [Any], let index = Int(key), list.indices.contains(index) {
            if path.count == 1, value == nil { list.remove(at: index) } else { list[index] = changed(list[index], path.dropFirst(), value) }
            return list
        }
        var members = object as? [String: Any] ?? [:]
        members[key] = path.count == 1 ? value : changed(members[key] ?? [String: Any](), path.dropFirst(), value)
        return members
    }

    /// Writes the manifest with the digest that its bytes have when the digits of this one are zeros.
    func write() throws {
        var content = content
        let blank = String(repeating: "0", count: 64)
        content["digest"] = blank
        let path = "\(folder)/\(name)"
        // The spelling of the program: keys in order, a blank on either side of the colon.
        let json = try JSONSerialization.data(withJSONObject: content, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        var text = String(decoding: json, as: UTF8.self)
        if !text.contains("\"digest\" : ") { text = text.replacing("\"digest\": ", with: "\"digest\" : ") }
        try FileTree.write(text, to: path)
        if let place = text.range(of: blank) { text.replaceSubrange(place, with: try Self.digest(ofFile: path)) }
        try FileTree.write(text, to: path)
    }

    /// Changes the arrays and writes both files; the manifest then names the new arrays.
    mutating func writeArrays(_ change: (inout SafetensorsContent) throws -> Void) throws {
        guard let old = value(at: ["arrays", "file"]) as? String else { throw CheckFailure("\(name) names no arrays") }
        var arrays = try SafetensorsContent(FileTree.bytes(at: "\(folder)/\(old)"))
        try change(&arrays)
        let bytes = try arrays.bytes()
        try FileTree.write(bytes, to: "\(folder)/\(old)")
        let digest = try Self.digest(ofFile: "\(folder)/\(old)")
        let new = old.replacing(/-[0-9a-f]{16}\./, with: "-\(digest.prefix(16)).")
        if new != old { try FileManager.default.moveItem(atPath: "\(folder)/\(old)", toPath: "\(folder)/\(new)") }
        set(["arrays"], to: ["file": new, "bytes": bytes.count, "sha256": digest] as [String: Any])
        try write()
    }

    private static func digest(ofFile path: String) throws -> String {
        let ending = try Launch(program: "/usr/bin/sha256sum", arguments: [path]).run()
        guard ending.status == 0 else { throw CheckFailure("sha256sum: \(ending)") }
        return String(ending.output.prefix(64))
    }
}

/// The arrays of a safetensors file, to be changed.
struct SafetensorsContent {
    /// The bytes and the description of each array.
    var arrays: [String: (description: [String: Any], data: [UInt8])] = [:]
    private var metadata: Any?

    init(_ bytes: [UInt8]) throws {
        let size = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + size])) as? [String: Any] ?? [:]
        for (name, value) in header {
            guard let description = value as? [String: Any], let range = description["data_offsets"] as? [Int] else {
                metadata = value
                continue
            }
            arrays[name] = (description, Array(bytes[(8 + size + range[0])..<(8 + size + range[1])]))
        }
    }

    /// The file.
    func bytes() throws -> [UInt8] {
        var (header, data): ([String: Any], [UInt8]) = ([:], [])
        header["__metadata__"] = metadata
        for (name, array) in arrays.sorted(by: { $0.key < $1.key }) {
            header[name] = array.description.merging(["data_offsets": [data.count, data.count + array.data.count]]) { $1 }
            data += array.data
        }
        let text = String(decoding: try JSONSerialization.data(withJSONObject: header, options: .sortedKeys), as: UTF8.self)
        return SafetensorsFile(header: text + String(repeating: " ", count: (8 - text.utf8.count % 8) % 8), data: data).bytes
    }

    /// Puts a number in the place of the first one of an array.
    mutating func poke(_ name: String, _ number: Float) {
        arrays[name]?.data.replaceSubrange(0..<4, with: number.bitPattern.littleEndianBytes)
    }

    /// Whether every number of every array of floats is finite.
    var areFinite: Bool {
        arrays.values.allSatisfy { array in
            guard array.description["dtype"] as? String == "F32" else { return true }
            // The exponent of infinities and of what is no number is all ones.
            return !stride(from: 3, to: array.data.count, by: 4).contains {
                array.data[$0] & 0x7f == 0x7f && array.data[$0 - 1] & 0x80 == 0x80
            }
        }
    }
}
