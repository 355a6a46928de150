import DMTensors
import Foundation

/// The JSON half of a checkpoint: its state, and what the file of its arrays must look like.
///
/// Since format 2 the manifest holds a SHA-256 digest of itself, `digest`: that of its own bytes, in which the 64 digits of
/// this one are zeros. Anybody can check it:
///
/// ```sh
/// digest=$(grep -m1 '"digest"' checkpoint-00000200.json | cut -d'"' -f4)
/// sed "0,/$digest/s//$(printf '0%.0s' $(seq 64))/" checkpoint-00000200.json | sha256sum
/// ```
struct CheckpointManifest<State: Codable & Sendable>: Codable {
    /// The version of the files' format.
    var format: Int
    /// The digest of the manifest; nil in format 1.
    var digest: String?
    /// The number of training steps taken.
    var step: Int
    /// The file of the arrays.
    var arrays: ArraysFile
    /// Everything that is not an array.
    var state: State

    /// Name, size and digest of a file, which tell a damaged one from a whole one.
    struct ArraysFile: Codable {
        var file: String
        var bytes: Int
        var sha256: String
    }
}

extension CheckpointManifest {
    /// The most bytes that a manifest may have: a thousand times what it has with 255 classes.
    static var maximumSize: Int { 1 << 26 }

    /// A manifest of the current format.
    init(step: Int, arrays: ArraysFile, state: State) {
        self.init(format: ManifestHead.currentFormat, digest: ManifestDigest.placeholder, step: step, arrays: arrays, state: state)
    }

    /// The manifest as JSON, its digest filled in.
    ///
    /// - Throws: ``CheckpointError/malformedManifest(path:reason:)`` for a state that is no JSON.
    func bytes(for path: String) throws(CheckpointError) -> [UInt8] {
        do {
            return ManifestDigest.filled(in: Array(try JSONEncoder.readable.encode(self)))
        } catch {
            throw .malformedManifest(path: path, reason: "\(error)")
        }
    }

    /// The manifest that bytes are, if they are those that were written.
    ///
    /// - Throws: ``CheckpointError`` for anything else.
    init(_ bytes: [UInt8], path: String) throws(CheckpointError) {
        do {
            let head = try JSONDecoder.readable.decode(ManifestHead.self, from: Data(bytes))
            guard (1...ManifestHead.currentFormat).contains(head.format) else {
                throw CheckpointError.unknownFormat(path: path, expected: ManifestHead.currentFormat, found: head.format)
            }
            // A digest in format 1 is one whose format was changed.
            guard head.format > 1 ? ManifestDigest.fits(bytes, head.digest) : head.digest == nil else {
                throw CheckpointError.manifestDigestMismatch(path: path)
            }
            self = try JSONDecoder.readable.decode(Self.self, from: Data(bytes))
        } catch let error as CheckpointError {
            throw error
        } catch {
            throw .malformedManifest(path: path, reason: jsonFault(error))
        }
        guard step >= 0, CheckpointFileName(arrays: arrays.file)?.step == step else {
            throw .inconsistent(path: path, reason: "it is of step \(step), its arrays '\(arrays.file.quoted)' are not")
        }
    }
}

/// The part of every manifest that is read first: a later format need not keep anything else.
struct ManifestHead: Codable {
    var format: Int
    var digest: String?

    static let currentFormat = 2
}

/// What a manifest of whatever state says of its files: all that is needed to tell which files belong to it.
struct ManifestFiles: Decodable {
    var step: Int
    var arrays: CheckpointManifest<[String: Int]>.ArraysFile
}

/// The digest of a manifest, which stands in the manifest itself.
private enum ManifestDigest {
    static let placeholder = String(repeating: "0", count: 64)

    /// The bytes with the digest in the place of its placeholder.
    static func filled(in bytes: [UInt8]) -> [UInt8] {
        guard let range = range(of: placeholder, in: bytes) else { return bytes }
        var bytes = bytes
        bytes.replaceSubrange(range, with: Array(SHA256.hexadecimalDigest(of: bytes).utf8))
        return bytes
    }

    /// Whether the digest that stands in the bytes is theirs.
    static func fits(_ bytes: [UInt8], _ digest: String?) -> Bool {
        guard let digest, let range = range(of: digest, in: bytes) else { return false }
        var blank = bytes
        blank.replaceSubrange(range, with: Array(placeholder.utf8))
        return SHA256.hexadecimalDigest(of: blank) == digest
    }

    /// Where the member `digest` has its value: keys are sorted, and before this one there are only names and numbers.
    private static func range(of digest: String, in bytes: [UInt8]) -> Range<Int>? {
        guard digest.utf8.count == 64 else { return nil }
        let wanted = Array("\"digest\" : \"\(digest)\"".utf8)
        guard let found = bytes.firstRange(of: wanted) else { return nil }
        let start = found.upperBound - 65
        return start..<(start + 64)
    }
}

/// The exact form of the names of a checkpoint's files; no file with another name is ever removed.
struct CheckpointFileName {
    /// The step that the name holds.
    let step: Int
    /// The beginning of the arrays' digest; nil for a manifest.
    let digest: String?

    static let prefix = "checkpoint-"

    /// The part of the names of a step's files that all of them begin with.
    static func stem(_ step: Int) -> String {
        let digits = String(step)
        return prefix + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    /// The name of a manifest, such as `checkpoint-00000200.json`.
    init?(manifest name: String) {
        guard let stem = name.dropping(suffix: ".json"), let step = Self.step(of: stem) else { return nil }
        (self.step, digest) = (step, nil)
    }

    /// The name of a file of arrays, such as `checkpoint-00000200-0123456789abcdef.safetensors`.
    init?(arrays name: String) {
        guard let whole = name.dropping(suffix: ".safetensors"), let hyphen = whole.lastIndex(of: "-"),
            let step = Self.step(of: whole[..<hyphen])
        else { return nil }
        let digest = whole[whole.index(after: hyphen)...]
        guard digest.utf8.count == 16, digest.utf8.allSatisfy(Array("0123456789abcdef".utf8).contains) else { return nil }
        (self.step, self.digest) = (step, String(digest))
    }

    private static func step(of stem: Substring) -> Int? {
        guard stem.hasPrefix(prefix), let step = Int(stem.dropFirst(prefix.count)), Self.stem(step) == stem else { return nil }
        return step
    }
}

extension String {
    /// What stands before an ending; nil where there is another.
    fileprivate func dropping(suffix: String) -> Substring? { hasSuffix(suffix) ? dropLast(suffix.count) : nil }
}
