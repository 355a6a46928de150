public import DMTensors

extension StoredArray {
    /// The elements of a tensor as numbers of a file's type.
    ///
    /// Real types round to the nearest number, the even one of two. Integers cut fractions off toward zero; what
    /// lies beyond the range becomes its nearest bound, and what is no number becomes 0.
    public init<Scalar: TensorScalar>(converting tensor: Tensor<Scalar>, to type: ElementType) {
        switch type {
        case .float32: self.init(Tensor<Float>(converting: tensor))
        case .float64: self.init(Tensor<Double>(converting: tensor))
        case .int32: self.init(Tensor<Int32>(converting: tensor))
        case .int64: self.init(Tensor<Int64>(converting: tensor))
        case .uint8: self.init(Tensor<UInt8>(converting: tensor))
        case .bool: self.init(Tensor<Bool>(converting: tensor))
        // Through single precision: a number in double precision is rounded twice.
        case .float16: self.init(Tensor<Float>(converting: tensor), type) { $0.half }
        case .bfloat16: self.init(Tensor<Float>(converting: tensor), type) { $0.brainHalf }
        case .int8: self.init(Tensor<Int64>(converting: tensor), type) { Int8(clamping: $0) }
        case .uint16: self.init(Tensor<Int64>(converting: tensor), type) { UInt16(clamping: $0) }
        case .int16: self.init(Tensor<Int64>(converting: tensor), type) { Int16(clamping: $0) }
        case .uint32: self.init(Tensor<Int64>(converting: tensor), type) { UInt32(clamping: $0) }
        case .uint64:
            if let real = tensor as? Tensor<Float> {
                self.init(real, type) { UInt64(nearest: Double($0)) }
            } else if let real = tensor as? Tensor<Double> {
                self.init(real, type) { UInt64(nearest: $0) }
            } else {
                self.init(Tensor<Int64>(converting: tensor), type) { UInt64(clamping: $0) }
            }
        }
    }

    private init<Scalar, Word: BitwiseCopyable>(_ tensor: Tensor<Scalar>, _ type: ElementType, _ transform: (Scalar) -> Word) {
        let bytes = ByteRegion(count: tensor.count * type.size) { target in
            tensor.withUnsafeElements { elements in
                for i in elements.indices {
                    target.storeBytes(of: transform(elements[i]), toByteOffset: i * MemoryLayout<Word>.size, as: Word.self)
                }
            }
        }
        self.init(type, shape: tensor.shape, bytes: bytes)
    }
}

extension UInt64 {
    /// The integer part, or the nearest bound; 0 for what is no number.
    fileprivate init(nearest x: Double) {
        self = x >= 0x1p64 ? .max : x > 0 ? UInt64(x) : 0
    }
}
