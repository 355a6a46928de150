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

extension StoredArray {
    /// How many elements are infinite or no numbers, as they are stored.
    package var nonFiniteCount: Int {
        func count<Word: FixedWidthInteger & BitwiseCopyable>(exponent: Word) -> Int {
            contiguousBytes.withUnsafeBytes { bytes in
                var found = 0
                for offset in stride(from: 0, to: bytes.count, by: MemoryLayout<Word>.size) {
                    let word = bytes.loadUnaligned(fromByteOffset: offset, as: Word.self)
                    if word & exponent == exponent { found += 1 }
                }
                return found
            }
        }
        return switch elementType {
        case .float16: count(exponent: 0x7c00 as UInt16)
        case .bfloat16: count(exponent: 0x7f80 as UInt16)
        case .float32: count(exponent: 0x7f80_0000 as UInt32)
        case .float64: count(exponent: 0x7ff0_0000_0000_0000 as UInt64)
        case .bool, .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: 0
        }
    }
}

extension Sequence where Element == (name: String, array: StoredArray) {
    /// The arrays under a prefix as numbers in single precision, under the rest of their names.
    ///
    /// Equal arrays, the same elements of one file, are converted once.
    func parameterValues(prefix: String) -> ParameterValues {
        var converted: [StoredArray: Tensor<Float>] = [:]
        var values = ParameterValues()
        for (name, array) in self where name.hasPrefix(prefix) {
            let value = converted[array] ?? Tensor(converting: array)
            converted[array] = value
            values.append(String(name.dropFirst(prefix.count)), value)
        }
        return values
    }
}

extension ParameterValues {
    /// The tensors as arrays of a file, in order.
    public var arrays: [(name: String, array: StoredArray)] { map { (name: $0.name, array: StoredArray($0.value)) } }
}

/// A tensor of one of the library's scalars, for files that hold several kinds.
public enum AnyTensor: Sendable, Equatable {
    /// Single precision.
    case float(Tensor<Float>)
    /// Double precision.
    case double(Tensor<Double>)
    /// Signed integers of 32 bits.
    case int32(Tensor<Int32>)
    /// Signed integers of 64 bits.
    case int64(Tensor<Int64>)
    /// Unsigned integers of 8 bits.
    case uint8(Tensor<UInt8>)
    /// Truth values.
    case bool(Tensor<Bool>)

    /// The extent of each axis.
    public var shape: [Int] {
        switch self {
        case .float(let x): x.shape
        case .double(let x): x.shape
        case .int32(let x): x.shape
        case .int64(let x): x.shape
        case .uint8(let x): x.shape
        case .bool(let x): x.shape
        }
    }
}
