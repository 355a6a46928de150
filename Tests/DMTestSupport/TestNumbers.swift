package import DMTensors

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

/// The largest difference between two tensors of one shape; infinite if one of them is not a number.
package func largestDifference<T: FloatingPointScalar>(_ x: Tensor<T>, _ y: Tensor<Double>) -> Double {
    zip(x.scalars, y.scalars).reduce(0) {
        let difference = abs(Double($1.0) - $1.1)
        return difference.isNaN ? .infinity : max($0, difference)
    }
}
