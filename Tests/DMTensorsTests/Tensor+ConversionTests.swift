import DMTensors
import Testing

@Suite struct ConversionTests {
    /// Every type into every type, for numbers that all of them hold.
    @Test(arguments: [0, 1, 19, 70_001]) func smallWholeNumbersAreKept(count: Int) {
        let bytes = Tensor((0..<count).map { UInt8(truncatingIfNeeded: $0) })
        checkFrom(bytes, bytes)
        checkFrom(Tensor<Float>(converting: bytes), bytes)
        checkFrom(Tensor<Double>(converting: bytes), bytes)
        checkFrom(Tensor<Int32>(converting: bytes), bytes)
        checkFrom(Tensor<Int64>(converting: bytes), bytes)
        let bits = Tensor(bytes.scalars.map { $0 % 2 })
        checkFrom(Tensor<Bool>(converting: bits), bits)
    }

    private func checkFrom<Source>(_ x: Tensor<Source>, _ bytes: Tensor<UInt8>) {
        #expect(Tensor<UInt8>(converting: x) == bytes)
        #expect(Tensor<Float>(converting: x).scalars == bytes.scalars.map(Float.init))
        #expect(Tensor<Double>(converting: x).scalars == bytes.scalars.map(Double.init))
        #expect(Tensor<Int32>(converting: x).scalars == bytes.scalars.map(Int32.init))
        #expect(Tensor<Int64>(converting: x).scalars == bytes.scalars.map(Int64.init))
        #expect(Tensor<Bool>(converting: x).scalars == bytes.scalars.map { $0 != 0 })
    }

    @Test func whatDoesNotFitBecomesTheNearestBound() {
        let x = Tensor<Double>([1.9, -1.9, 1e30, -1e30, .infinity, .nan, 255.5])
        #expect(Tensor<Int32>(converting: x).scalars == [1, -1, .max, .min, .max, 0, 255])
        #expect(Tensor<Int64>(converting: x).scalars == [1, -1, .max, .min, .max, 0, 255])
        #expect(Tensor<UInt8>(converting: x).scalars == [1, 0, 255, 0, 255, 0, 255])
        #expect(Tensor<Bool>(converting: x).scalars == [true, true, true, true, true, true, true])
        let y = Tensor<Float>(converting: x)
        #expect(Tensor<Int32>(converting: y) == Tensor<Int32>(converting: x))
        #expect(Tensor<Int64>(converting: y) == Tensor<Int64>(converting: x))
        #expect(Tensor<UInt8>(converting: y) == Tensor<UInt8>(converting: x))
        let z = Tensor<Int64>([.max, .min, -1, 256])
        #expect(Tensor<Int32>(converting: z).scalars == [.max, .min, -1, 256])
        #expect(Tensor<UInt8>(converting: z).scalars == [255, 0, 0, 255])
        #expect(Tensor<UInt8>(converting: Tensor<Int32>(converting: z)).scalars == [255, 0, 0, 255])
    }
}
