import DMTensors

/// How close results have to come to what is expected: |found − expected| ≤ absolute + relative · |expected|.
enum Tolerance {
    static let relative = 1e-3
    static let absolute = 1e-7
}

extension OnnxValue {
    /// In what this result differs from what is expected; `nil` if it is close enough.
    ///
    /// Whole numbers and truth values are equal or they differ.
    func difference(from expected: OnnxValue) -> String? {
        guard type == expected.type else { return "the type is \(type), not \(expected.type)" }
        guard shape == expected.shape else { return "the shape is \(shape), not \(expected.shape)" }
        guard type.isReal else {
            let (found, wanted) = (tensor.converted(to: Int64.self).scalars, expected.tensor.converted(to: Int64.self).scalars)
            let wrong = found.indices.filter { found[$0] != wanted[$0] }
            return wrong.first.map { "\(wrong.count) of \(found.count) elements differ: element \($0) is \(found[$0]), not \(wanted[$0])" }
        }
        let (found, wanted) = (tensor.converted(to: Double.self).scalars, expected.tensor.converted(to: Double.self).scalars)
        let wrong = found.indices.filter { !isClose(found[$0], wanted[$0]) }
        return wrong.first.map { "\(wrong.count) of \(found.count) elements differ: element \($0) is \(found[$0]), not \(wanted[$0])" }
    }

    private func isClose(_ found: Double, _ expected: Double) -> Bool {
        if found == expected || (found.isNaN && expected.isNaN) { return true }
        return abs(found - expected) <= Tolerance.absolute + Tolerance.relative * abs(expected) && expected.isFinite
    }
}
