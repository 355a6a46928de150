import DMTensors

extension OnnxValue {
    /// The value of a tensor in a file.
    ///
    /// - Parameter declared: The number of the type that the model states. NumPy has no type for bfloat16: files that were
    ///   made with it hold such numbers as the unsigned integers of their bits.
    init(_ file: OnnxTensor, declared: Int64 = 0) throws {
        let holdsBits = declared == ElementType.bfloat16.rawValue && file.typeCode == ElementType.uint16.rawValue
        guard let type = ElementType(rawValue: holdsBits ? declared : file.typeCode) else {
            throw Unsupported("elements of the type number \(file.typeCode)")
        }
        if file.isExternal { throw Unsupported("elements in another file") }
        self.type = type
        switch type {
        case .float: tensor = try file.filled { try file.reals { Float(bitPattern: $0) } ?? file.floats }
        case .double: tensor = try file.filled { try file.raw64 { Double(bitPattern: $0) } ?? file.doubles }
        case .int32: tensor = try file.filled { try file.whole(Int32.self) { $0 } }
        case .int64: tensor = try file.filled { try file.whole(Int64.self) { $0 } }
        case .uint8: tensor = try file.filled { try file.whole(UInt8.self) { $0 } }
        case .bool: tensor = try file.filled { try file.whole(UInt8.self) { $0 != 0 } }
        case .int8: tensor = try file.filled { try file.whole(Int8.self) { Int32($0) } }
        case .int16: tensor = try file.filled { try file.whole(Int16.self) { Int32($0) } }
        case .uint16: tensor = try file.filled { try file.whole(UInt16.self) { Int32($0) } }
        case .uint32: tensor = try file.filled { try file.whole(UInt32.self) { Int64($0) } }
        case .uint64: tensor = try file.filled { try file.whole(UInt64.self) { Int64(bitPattern: $0) } }
        case .float16: tensor = try file.filled { try file.whole(UInt16.self) { Float(Float16(bitPattern: $0)) } }
        case .bfloat16: tensor = try file.filled { try file.whole(UInt16.self) { Float(bitPattern: UInt32($0) << 16) } }
        case .string, .complex64, .complex128: throw Unsupported("elements of the type \(type)")
        }
    }
}

extension OnnxTensor {
    /// A tensor of the elements that are read; as many as the shape has.
    fileprivate func filled<Scalar>(_ elements: () throws -> [Scalar]) throws -> Tensor<Scalar> {
        let elements = try elements()
        guard elements.count == count else { throw fault("\(elements.count) elements for the shape \(shape)") }
        return Tensor(elements, shape: shape)
    }

    fileprivate func reals(_ convert: (UInt32) -> Float) throws -> [Float]? {
        try raw.map { try numbers($0, UInt32.self).map(convert) }
    }

    fileprivate func raw64(_ convert: (UInt64) -> Double) throws -> [Double]? {
        try raw.map { try numbers($0, UInt64.self).map(convert) }
    }

    /// Whole numbers, from bytes or from the list of numbers.
    fileprivate func whole<T: FixedWidthInteger, Scalar>(_: T.Type, _ convert: (T) -> Scalar) throws -> [Scalar] {
        try (raw.map { try numbers($0, T.self) } ?? integers.map { T(truncatingIfNeeded: $0) }).map(convert)
    }

    private func numbers<T: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, _: T.Type) throws -> [T] {
        let size = MemoryLayout<T>.size
        guard bytes.count == count.multipliedReportingOverflow(by: size).partialValue else {
            throw fault("\(bytes.count) bytes for \(count) elements of \(size)")
        }
        return bytes.littleEndian(T.self)
    }

    private func fault(_ fault: String) -> OnnxFormatError {
        OnnxFormatError(message: "TensorProto", offset: raw?.startIndex ?? 0, fault: fault)
    }
}
