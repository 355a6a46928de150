package import DMTensors

/// Numbers spread evenly over `range` that depend on the seed alone.
package func seededTensor(_ shape: [Int], seed: UInt64, in range: ClosedRange<Double> = -1...1) -> Tensor<Double> {
    var state = seed
    return Tensor(shape: shape) { elements in
        for i in elements.indices {
            // Steele, Lea & Flood 2014: SplitMix64.
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            z ^= z >> 31
            elements[i] = range.lowerBound + (range.upperBound - range.lowerBound) * Double(z >> 11) / Double(1 << 53)
        }
    }
}

/// The largest difference between elements of two tensors of one shape; infinite if the shapes differ or one is not a number.
package func distance<S: FloatingPointScalar>(_ x: Tensor<S>, _ y: Tensor<Double>) -> Double {
    guard x.shape == y.shape else { return .infinity }
    return zip(x.scalars, y.scalars).reduce(0) {
        let difference = abs(Double($1.0) - $1.1)
        return difference.isNaN ? .infinity : max($0, difference)
    }
}
