import DMTensors

/// How far apart the codes of the classes lie, 'no label' left out.
///
/// What a scale `b` means depends on the encoding and on its number of channels: distances grow with
/// the square root of the latter. Results for different scales are comparable through these numbers.
public struct CodeDistances: Sendable, Hashable, Codable {
    /// The distance of the two nearest codes.
    public let smallest: Double
    /// The mean over all pairs of codes.
    public let mean: Double
}

extension LabelEncoding {
    /// The Euclidean distances between the codes of the classes in units of the noise:
    /// `alpha(t) |c_i - c_j| / sigma(t)`.
    ///
    /// - Parameters:
    ///   - schedule: The noise schedule.
    ///   - time: The time, from 0 to 1.
    /// - Precondition: There are two classes at least.
    public func codeDistances(in schedule: NoiseSchedule, at time: Double) -> CodeDistances {
        require(classCount >= 2, "there is no distance between the codes of \(classCount) class")
        let rows = (0..<classCount).map { codes[$0].scalars.map(Double.init) }
        var distances: [Double] = []
        for (index, row) in rows.enumerated() {
            for other in rows[..<index] {
                let squares = zip(row, other).map { ($0 - $1) * ($0 - $1) }
                distances.append(squares.reduce(0, +).squareRoot() * schedule.alpha(at: time) / schedule.sigma(at: time))
            }
        }
        return CodeDistances(smallest: distances.min() ?? 0, mean: distances.reduce(0, +) / Double(distances.count))
    }
}
