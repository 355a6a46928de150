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

/// Numbers in -1 ..< 1 that depend on `seed` alone.
package func testNumbers(_ shape: [Int], seed: UInt64) -> Tensor<Double> {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    return Tensor(shape: shape) { elements in
        for i in elements.indices {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            elements[i] = Double(Int64(bitPattern: state) >> 32) / Double(1 << 31)
        }
    }
}

/// Σ x y, added up in order.
package func dotProduct(_ x: Tensor<Double>, _ y: Tensor<Double>) -> Double {
    zip(x.scalars, y.scalars).reduce(0) { $0 + $1.0 * $1.1 }
}

/// The same numbers rounded to single precision.
package func rounded(_ x: Tensor<Double>) -> Tensor<Float> { Tensor(x.scalars.map { Float($0) }, shape: x.shape) }

/// The largest difference between elements of two tensors; infinite if one has more, or an element is not a number.
package func largestDifference<T: FloatingPointScalar>(_ x: Tensor<T>, _ y: Tensor<Double>) -> Double {
    guard x.count == y.count else { return .infinity }
    return zip(x.scalars, y.scalars).reduce(0) {
        let difference = abs(Double($1.0) - $1.1)
        return difference.isNaN ? .infinity : max($0, difference)
    }
}

/// Whether shapes agree, and elements to a fraction of the larger of 1 and their size.
package func isClose<Scalar: FloatingPointScalar>(_ x: Tensor<Scalar>, _ y: Tensor<Scalar>, _ tolerance: Scalar) -> Bool {
    x.shape == y.shape && zip(x.scalars, y.scalars).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}
