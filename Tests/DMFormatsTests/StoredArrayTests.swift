import DMFormats
import DMTensors
import Testing

@Suite struct StoredArrayTests {
    @Test(arguments: ElementType.allCases) func everyTypeConverts(type: ElementType) {
        let numbers = ReferenceFile.numbers(type)
        let array = ReferenceFile.array(type)
        #expect(array.elementType == type)
        #expect(array.shape == ReferenceFile.shape)
        #expect(array.byteCount == 30 * type.size)
        #expect(Tensor(converting: array) == numbers)
        #expect(Tensor<Float>(converting: array) == Tensor(converting: numbers))
        #expect(Tensor<Bool>(converting: array) == Tensor(converting: numbers))
        #expect(Tensor<Int32>(converting: array) == Tensor(converting: numbers))
        let isHeld = [.float32, .float64, .int32, .int64, .uint8, .bool].contains(type)
        #expect((array.tensor != nil) == isHeld)
        if let tensor = array.tensor { #expect(StoredArray(tensor).bytes == array.bytes) }
    }

    @Test func boundsOfIntegers() {
        let extremes = Tensor<Double>([-1e30, -1.9, 1.9, 1e30, .nan, .infinity])
        func converted(_ type: ElementType) -> [Int64] { Tensor<Int64>(converting: StoredArray(converting: extremes, to: type)).scalars }
        #expect(converted(.int8) == [-128, -1, 1, 127, 0, 127])
        #expect(converted(.uint16) == [0, 0, 1, 65535, 0, 65535])
        #expect(converted(.int16) == [-32768, -1, 1, 32767, 0, 32767])
        #expect(converted(.uint32) == [0, 0, 1, 4_294_967_295, 0, 4_294_967_295])
        #expect(converted(.uint64) == [0, 0, 1, .max, 0, .max])
        let largest = StoredArray(converting: extremes, to: .uint64)
        #expect(largest.bytes.suffix(8) == [UInt8](repeating: 255, count: 8)[...])
        #expect(Tensor<Float>(converting: largest).scalars == [0, 0, 1, 0x1p64, 0, 0x1p64])
        #expect(Tensor<Double>(converting: largest).scalars.last == 0x1p64)
        #expect(Tensor<UInt8>(converting: largest).scalars == [0, 0, 1, 255, 0, 255])
    }

    @Test func allBytesButZeroAreTrue() throws {
        let array = try StoredArray(.bool, shape: [4], bytes: [0, 1, 2, 255])
        #expect(array.tensor == .bool(Tensor([false, true, true, true])))
        #expect(Tensor<Int32>(converting: array) == Tensor([0, 1, 1, 1]))
    }

    @Test func emptyAndSingleArrays() throws {
        for shape in [[], [1, 1], [0], [3, 0, 2]] {
            let tensor = Tensor<Float>(repeating: 2, shape: shape)
            #expect(StoredArray(tensor).tensor == .float(tensor))
            #expect(Tensor<Float>(converting: StoredArray(converting: tensor, to: .float16)) == tensor)
        }
    }
}

@Suite struct HalfPrecisionTests {
    @Test func everyHalfIsHeldBySinglePrecision() throws {
        let patterns = (0...UInt16.max).flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
        let array = try StoredArray(.float16, shape: [65536], bytes: patterns)
        let numbers = Tensor<Float>(converting: array)
        let differing = zip(0...UInt16.max, numbers.scalars).filter { pattern, number in
            let expected = Float(Float16(bitPattern: pattern))
            return number.bitPattern != expected.bitPattern && !(number.isNaN && expected.isNaN)
        }
        #expect(differing.map(\.0) == [])
        // Numbers come back as they were; what is no number stays none.
        let restored = StoredArray(converting: numbers, to: .float16).bytes
        let changed = (0...UInt16.max).filter { pattern in
            let found = UInt16(restored[2 * Int(pattern)]) | UInt16(restored[2 * Int(pattern) + 1]) << 8
            return found != pattern && !(Float16(bitPattern: pattern).isNaN && Float16(bitPattern: found).isNaN)
        }
        #expect(changed == [])
    }

    @Test func singlePrecisionRoundsToTheNearestHalf() {
        var mutator = FileMutator(seed: 3)
        var numbers: [Float] = [65519.996, 65520, -65520, 0x1p-25, 0x1.000002p-25, 0x1p-24, 0x1.8p-24, 1.00048828125, 1.0014648, 0.1]
        // Exponents of and around those of halves.
        for _ in 0..<20_000 {
            numbers.append(Float(bitPattern: UInt32(96 + mutator.random(below: 50)) << 23 | UInt32(mutator.random(below: 1 << 23))))
        }
        let halves = StoredArray(converting: Tensor(numbers), to: .float16).bytes
        let differing = numbers.indices.filter { i in
            UInt16(halves[2 * i]) | UInt16(halves[2 * i + 1]) << 8 != Float16(numbers[i]).bitPattern
        }
        #expect(differing.map { numbers[$0] } == [])
    }

    @Test func brainHalves() {
        let numbers: [Float] = [1, -2, 1.00390625, 1.01171875, 3.3895314e38, .infinity, -.infinity, 0x1p-130, 0.1]
        let halves = Tensor<Float>(converting: StoredArray(converting: Tensor(numbers), to: .bfloat16)).scalars
        // Half-way cases go to the even one; the largest numbers to infinity only beyond half a step.
        #expect(halves == [1, -2, 1, 1.015625, 3.3895314e38, .infinity, -.infinity, 0x1p-130, 0.100097656])
        let none = Tensor<Float>(converting: StoredArray(converting: Tensor([Float.nan]), to: .bfloat16))
        #expect(none.scalar.isNaN)
    }
}
