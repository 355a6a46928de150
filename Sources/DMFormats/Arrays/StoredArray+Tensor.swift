public import DMTensors

extension StoredArray {
    /// The elements of a tensor, which are not copied.
    public init<Scalar: TensorScalar>(_ tensor: Tensor<Scalar>) {
        self.init(ElementType(of: Scalar.self), shape: tensor.shape, bytes: ByteRegion(elementsOf: tensor))
    }

    /// The elements of a tensor, which are not copied.
    public init(_ tensor: AnyTensor) {
        switch tensor {
        case .float(let x): self.init(x)
        case .double(let x): self.init(x)
        case .int32(let x): self.init(x)
        case .int64(let x): self.init(x)
        case .uint8(let x): self.init(x)
        case .bool(let x): self.init(x)
        }
    }

    /// The elements as they are, copied; nil where their type is none that tensors have.
    public var tensor: AnyTensor? {
        switch elementType {
        case .float32: .float(elements())
        case .float64: .double(elements())
        case .int32: .int32(elements())
        case .int64: .int64(elements())
        case .uint8: .uint8(elements())
        case .bool: .bool(truthValues)
        case .int8, .uint16, .int16, .uint32, .uint64, .float16, .bfloat16: nil
        }
    }

    /// The elements, whose type is `Scalar`.
    fileprivate func elements<Scalar: TensorScalar>() -> Tensor<Scalar> {
        Tensor(shape: shape) { elements in
            contiguousBytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(elements).copyMemory(from: $0) }
        }
    }

    /// Bytes as truth values: all but 0 are true.
    fileprivate var truthValues: Tensor<Bool> { mapped { (x: UInt8) in x != 0 } }

    /// The elements, whose bytes are those of `Word`, each changed by a function.
    fileprivate func mapped<Word: BitwiseCopyable, Scalar: TensorScalar>(_ transform: (Word) -> Scalar) -> Tensor<Scalar> {
        Tensor(shape: shape) { elements in
            contiguousBytes.withUnsafeBytes { words in
                for i in elements.indices {
                    let word = words.loadUnaligned(fromByteOffset: i * MemoryLayout<Word>.size, as: Word.self)
                    elements.initializeElement(at: i, to: transform(word))
                }
            }
        }
    }
}

extension Tensor {
    /// The elements of a file's array as numbers of this type, whatever the file's type is.
    ///
    /// Single and double precision hold those of half precision exactly. Otherwise as between tensors: fractions
    /// are cut off toward zero, what lies beyond the range of the type becomes its nearest bound, what is no
    /// number becomes 0; `true` is 1, and everything but 0 is `true`.
    public init(converting array: StoredArray) {
        switch array.elementType {
        case .float32: self.init(converting: array.elements() as Tensor<Float>)
        case .float64: self.init(converting: array.elements() as Tensor<Double>)
        case .float16: self.init(converting: array.mapped { (x: UInt16) in Float(half: x) })
        case .bfloat16: self.init(converting: array.mapped { (x: UInt16) in Float(brainHalf: x) })
        case .bool: self.init(converting: array.truthValues)
        case .uint8: self.init(converting: array.elements() as Tensor<UInt8>)
        case .int8: self.init(converting: array.mapped { (x: Int8) in Int32(x) })
        case .uint16: self.init(converting: array.mapped { (x: UInt16) in Int32(x) })
        case .int16: self.init(converting: array.mapped { (x: Int16) in Int32(x) })
        case .int32: self.init(converting: array.elements() as Tensor<Int32>)
        case .uint32: self.init(converting: array.mapped { (x: UInt32) in Int64(x) })
        case .int64: self.init(converting: array.elements() as Tensor<Int64>)
        case .uint64:
            // No tensor holds all of them: each kind of target has a way of its own.
            switch Scalar.self {
            case is Float.Type: self.init(converting: array.mapped { (x: UInt64) in Float(x) })
            case is Double.Type: self.init(converting: array.mapped { (x: UInt64) in Double(x) })
            default: self.init(converting: array.mapped { (x: UInt64) in Int64(clamping: x) })
            }
        }
    }
}
