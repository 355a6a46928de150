import DMTensors
import Testing

@Suite struct TensorMemoryTests {
    /// In a process of its own, where no other test holds tensors.
    @Test func blocksAreCountedAndUsedAgain() async {
        await #expect(processExitsWith: .success) {
            let block = 8 << 20
            func address(_ x: Tensor<Float>) -> UnsafeRawPointer? { x.withUnsafeElements { UnsafeRawPointer($0.baseAddress) } }
            var x: Tensor? = Tensor<Float>(repeating: 1, shape: [2 << 20])
            #expect(TensorMemory.bytesInUse == block)
            let first = address(x!)
            #expect(UInt(bitPattern: first) % (2 << 20) == 0)
            x = nil
            #expect(TensorMemory.bytesInUse == 0)
            #expect(TensorMemory.unusedBytes == block)
            #expect(TensorMemory.peakMemory == block)
            x = Tensor(repeating: 2, shape: [2 << 20])
            #expect(address(x!) == first)
            #expect(TensorMemory.unusedBytes == 0)
            do {
                let other = Tensor<Double>(repeating: 3, shape: [1 << 20])
                #expect(other.count == 1 << 20 && TensorMemory.peakMemory == 2 * block)
            }
            let meter = TensorMemory.PeakMeter()
            #expect(meter.peak == block)
            do {
                let inner = TensorMemory.PeakMeter()
                let other = Tensor<Double>(repeating: 3, shape: [1 << 20])
                #expect(other.count == 1 << 20 && inner.peak == 2 * block)
            }
            let later = TensorMemory.PeakMeter()
            #expect(meter.peak == 2 * block && later.peak == block, "each meter measures for itself")
            TensorMemory.releaseUnused()
            #expect(TensorMemory.unusedBytes == 0)
            TensorMemory.unusedLimit = block - 1
            x = nil
            #expect(TensorMemory.unusedBytes == 0 && TensorMemory.bytesInUse == 0)
        }
    }

    @Test func everySizeIsAlignedAndWritable() {
        for count in [0, 1, 15, 16, 17, 100, 1000, 1025, 12_345, 524_287, 524_288, 524_289] {
            let x = Tensor<Float>(repeating: 1, shape: [count]), y = Tensor<Float>(repeating: 2, shape: [count])
            #expect(x.scalars.allSatisfy { $0 == 1 } && y.scalars.allSatisfy { $0 == 2 })
            x.withUnsafeElements { #expect(UInt(bitPattern: $0.baseAddress) % 64 == 0) }
        }
    }
}
