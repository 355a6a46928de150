import DMTensors

/// Arrays and numbers of NumPy's within a pickle, which keeps them as calls of NumPy's functions.
///
/// Checkpoints hold them where a measure was never turned into a plain number, as in UniMatch's `previous_best`.
struct NumPyObjects {
    /// The bytes of the objects that stand for bytes, nil for those that stand for none: many arrays may lie in one.
    private var decoded: [Int: ByteRegion?] = [:]
    /// The bytes of texts that may still be looked at to be turned into bytes: each is written once.
    private var budget: Int

    /// - Parameter pickleSize: The bytes of the pickle, which bound what it can hold.
    init(pickleSize: Int) { budget = pickleSize }

    /// The array that an object is, nil where it is something else, or its elements are no numbers.
    mutating func array(_ object: PickledObject, _ heap: PickleHeap) throws(PyTorchFileError) -> StoredArray? {
        switch object.name {
        case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct":
            // (version, shape, type, whether the first axis is contiguous, bytes)
            guard let state = object.state.flatMap(heap.sequence), state.count >= 4, case .bool(let isColumnMajor) = state[state.count - 2]
            else { return nil }
            let last = state.count - 1
            return try array(bytes: state[last], type: state[last - 2], shape: state[last - 3], isColumnMajor: isColumnMajor, heap)
        case "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer":
            guard object.arguments.count == 4, case .text(let order) = object.arguments[3] else { return nil }
            return try array(
                bytes: object.arguments[0], type: object.arguments[1], shape: object.arguments[2], isColumnMajor: order == "F", heap)
        default: return nil
        }
    }

    /// The number that an object is, nil where it is something else.
    mutating func scalar(_ object: PickledObject, _ heap: PickleHeap) -> PyTorchValue? {
        guard ["numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar"].contains(object.name), object.arguments.count == 2,
            let type = elementType(object.arguments[0], heap), let bytes = bytes(object.arguments[1], heap),
            bytes.count == type.type.size
        else { return nil }
        let array = StoredArray(type.type, shape: [], isByteSwapped: type.isBigEndian, bytes: bytes)
        return switch type.type {
        case .bool: .bool(Tensor<Bool>(converting: array).scalar)
        case .float16, .bfloat16, .float32, .float64: .number(Tensor<Double>(converting: array).scalar)
        case .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: .integer(Int(Tensor<Int64>(converting: array).scalar))
        }
    }

    private mutating func array(
        bytes value: PickleValue, type: PickleValue, shape: PickleValue, isColumnMajor: Bool, _ heap: PickleHeap
    ) throws(PyTorchFileError) -> StoredArray? {
        guard let type = elementType(type, heap), let bytes = bytes(value, heap), let extents = heap.sequence(shape),
            extents.count <= NumPyFile.maximumRank
        else { return nil }
        var shape: [Int] = []
        for extent in extents {
            guard case .integer(let extent) = extent else { return nil }
            shape.append(extent)
        }
        let size = ElementLayout.count(shape)?.multipliedReportingOverflow(by: type.type.size)
        guard let size, !size.overflow, size.partialValue == bytes.count else {
            throw .malformedPickle(offset: 0, expected: "the bytes of an array of shape \(shape), found \(bytes.count)")
        }
        return StoredArray(
            type.type, shape: shape, strides: isColumnMajor ? ElementLayout.columnMajorStrides(of: shape) : nil,
            isByteSwapped: type.isBigEndian, bytes: bytes)
    }

    /// The type of `numpy.dtype("f4", ...)`, whose order of bytes stands in its state; nil for texts, objects and records.
    private func elementType(_ value: PickleValue, _ heap: PickleHeap) -> (type: ElementType, isBigEndian: Bool)? {
        guard case .object(let position) = value, heap.objects[position].name == "numpy.dtype",
            case .text(let name)? = heap.objects[position].arguments.first,
            let type = ElementType.allCases.first(where: { $0.numPyName == name })
        else { return nil }
        guard let state = heap.objects[position].state.flatMap(heap.sequence), state.count > 1, case .text(let order) = state[1] else {
            return (type, false)
        }
        return (type, order == ">")
    }

    /// Bytes, or what stands for them in older pickles: a text whose characters they are.
    private mutating func bytes(_ value: PickleValue, _ heap: PickleHeap) -> ByteRegion? {
        if case .bytes(let bytes) = value { return bytes }
        guard case .object(let position) = value else { return nil }
        let object = heap.objects[position]
        guard
            ["_codecs.encode", "__builtin__.bytes", "builtins.bytes", "__builtin__.bytearray", "builtins.bytearray"].contains(object.name)
        else { return nil }
        switch object.arguments.first {
        case nil: return ByteRegion(copying: [])
        case .bytes(let bytes): return bytes
        case .text(let text):
            if let known = decoded[position] { return known }
            guard text.utf8.count <= budget else { return nil }
            budget -= text.utf8.count
            let isOfBytes = text.unicodeScalars.allSatisfy { $0.value < 256 }
            let bytes = isOfBytes ? ByteRegion(copying: text.unicodeScalars.map { UInt8($0.value) }) : nil
            decoded.updateValue(bytes, forKey: position)
            return bytes
        default: return nil
        }
    }
}
