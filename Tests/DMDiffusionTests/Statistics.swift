import DMTensors
import Foundation

/// Pearson's test of counts of three classes against their probabilities.
enum ChiSquare {
    /// The statistic `sum_k (n_k - n p_k)² / (n p_k)`.
    static func statistic(counts: [Int], probabilities: [Double]) -> Double {
        let total = Double(counts.reduce(0, +))
        return zip(counts, probabilities).reduce(0) { sum, pair in
            let expected = total * pair.1
            return sum + (Double(pair.0) - expected) * (Double(pair.0) - expected) / expected
        }
    }

    /// The value that the statistic exceeds with the given probability if the counts do follow the probabilities.
    ///
    /// Three classes leave two degrees of freedom, for which `P(X > x) = exp(-x / 2)`.
    static func criticalValueForThreeClasses(falseAlarm: Double) -> Double { -2 * log(falseAlarm) }
}

/// The largest absolute difference of two tensors of one shape.
func largestDifference(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Float { (x - y).absoluteValue().maximum() }
