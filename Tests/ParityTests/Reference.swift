import DMFormats
import DMTensors
import DMTestSupport
import Foundation
import Testing

/// How far a group of tensors is from its reference, in units of the norm.
struct ParityError {
    /// The tensor that is farthest off, in units of its own norm.
    var worst = 0.0
    /// All tensors as one vector, in units of its norm.
    var together = 0.0
}

/// What PyTorch gave, as the programs in `scripts/parity` wrote it down: a few entries and the norm of each tensor.
struct Reference {
    /// The file's name, without its ending.
    let name: String
    private let file: Safetensors

    /// The file of a case.
    init(_ name: String) throws {
        self.name = name
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "References")
        file = try Safetensors(path: folder.appending(path: "\(name).safetensors").path())
    }

    /// A remark of the program that made the file.
    func remark(_ key: String) -> String { file.metadata[key] ?? "unknown" }

    /// How far PyTorch's own float32 is from its float64, in both layouts.
    var ownErrors: String { "PyTorch's own float32: NCHW \(remark("torch NCHW")), NHWC \(remark("torch NHWC"))" }

    /// The names of a group's tensors, in order.
    func names(of group: String) -> [String] {
        file.metadata[group].map { $0.split(separator: "\n").map(String.init) } ?? []
    }

    /// The largest error of a group's tensors, in units of the norm.
    func error<Scalar: FloatingPointScalar>(of group: String, _ found: [String: Tensor<Scalar>]) throws -> Double {
        try errors(of: group, found).worst
    }

    /// The errors of a group's tensors, estimated from entries and norm.
    ///
    /// A tensor with less than 1e-3 of the largest norm of its group is measured against that much, as what nearly
    /// cancels has few digits to compare; one with less than 1e-6 is zero but for rounding (the gradient of a
    /// shift before a normalization), and measured against the largest.
    func errors<Scalar: FloatingPointScalar>(of group: String, _ found: [String: Tensor<Scalar>]) throws -> ParityError {
        let names = names(of: group)
        #expect(Set(names) == Set(found.keys), "\(name): the tensors of '\(group)'")
        if names.isEmpty { return ParityError() }
        let entries = try #require(numbers(group)), norms = try #require(numbers(group + ".norms"))
        let samples = entries.count / names.count
        let largest = norms.max() ?? 0
        var (worst, all) = (0.0, 0.0)
        for (row, name) in names.enumerated() {
            let digest = Digest(try #require(found[name]), samples: samples)
            let norm = norms[row]
            let squares = zip(digest.entries, entries[(row * samples)...]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            let spread = (Double(digest.count) / Double(max(1, digest.entries.count)) * squares).squareRoot()
            let distance = max(spread, abs(digest.norm - norm))
            let error = distance / (norm < 1e-6 * largest ? largest : max(norm, 1e-3 * largest))
            worst = error.isNaN ? .infinity : max(worst, error)
            all += distance * distance
        }
        let norm = norms.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return ParityError(worst: worst, together: all.isNaN ? .infinity : all.squareRoot() / norm)
    }

    /// The entries that the file holds of a tensor.
    func entries(of tensor: String, in group: String) -> [Double]? {
        guard let all = numbers(group), let row = names(of: group).firstIndex(of: tensor) else { return nil }
        let samples = all.count / names(of: group).count
        return Array(all[(row * samples)..<((row + 1) * samples)])
    }

    private func numbers(_ array: String) -> [Double]? {
        file[array].map { Tensor<Double>(converting: $0).scalars }
    }
}

/// A few entries and the norm of a tensor.
private struct Digest {
    let entries: [Double]
    let norm: Double
    let count: Int

    init<Scalar: FloatingPointScalar>(_ x: Tensor<Scalar>, samples: Int) {
        let count = x.count
        entries = x.withUnsafeElements { elements in
            count <= samples
                ? elements.map { Double($0) }
                : (0..<samples).map { Double(elements[Int((UInt64($0) * 2_654_435_761 + 40503) % UInt64(count))]) }
        }
        norm = Double(x.squared().sum()).squareRoot()
        self.count = count
    }
}
