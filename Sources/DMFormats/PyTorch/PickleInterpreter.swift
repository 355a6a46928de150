/// Runs the instructions of a pickle that describes tensors: a machine with a stack that can make plain values,
/// containers, storages and tensors, and nothing else.
///
/// A pickle is a program, and Python's own reader lets it call what it likes. This one has no way to: a name that is
/// not in ``PyTorchGlobal`` ends the reading with an error that says which.
struct PickleInterpreter {
    private(set) var reader: PickleReader
    /// What the instructions have made so far.
    var heap = PickleHeap()
    private var stack: [PickleValue] = []
    /// The heights of the stack at the open marks.
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    private let start: Int
    /// How many values have been copied from one container to another by a single instruction.
    private var copiedCount = 0

    /// The most values that are kept at a time: more than ten for each of a hundred thousand tensors.
    private static let maximumValueCount = 1 << 21

    /// A machine whose program begins at a position of a file.
    init(_ file: ByteRegion, at position: Int = 0) {
        reader = PickleReader(file, at: position)
        start = position
    }

    /// Runs up to the program's end and returns its value.
    mutating func run() throws(PyTorchFileError) -> PickleValue {
        guard try reader.readInteger(UInt8.self) == PickleOpcode.proto.rawValue, (2...5).contains(try reader.readInteger(UInt8.self))
        else { throw malformed("a pickle of protocol 2 to 5") }
        while true {
            let offset = reader.position
            guard offset - start < PyTorchFile.maximumPickleSize else {
                throw .tooLarge("a pickle of more than \(PyTorchFile.maximumPickleSize) bytes")
            }
            guard stack.count + marks.count + memo.count + heap.count < Self.maximumValueCount else {
                throw .tooLarge("a pickle of more than \(Self.maximumValueCount) values")
            }
            let byte = try reader.readInteger(UInt8.self)
            guard let opcode = PickleOpcode(rawValue: byte) else { throw .refusedInstruction(byte, offset: offset) }
            if opcode == .stop {
                let value = try pop()
                guard stack.isEmpty, marks.isEmpty else { throw malformed("one value at the end") }
                return value
            }
            try execute(opcode)
        }
    }

    private mutating func execute(_ opcode: PickleOpcode) throws(PyTorchFileError) {
        switch opcode {
        case .none, .newTrue, .newFalse, .binInt, .binInt1, .binInt2, .long1, .binFloat, .binUnicode, .shortBinUnicode,
            .binUnicode8, .binString, .shortBinString:
            push(try readPlainValue(opcode))
        case .proto, .stop: throw malformed("no such instruction here")
        case .frame: _ = try reader.readInteger(UInt64.self)
        case .mark, .pop, .popMark, .dup, .binGet, .longBinGet, .binPut, .longBinPut, .memoize: try executeStack(opcode)
        case .emptyTuple, .tuple, .tuple1, .tuple2, .tuple3, .emptyList, .append, .appends, .emptyDict, .setItem, .setItems:
            try executeContainer(opcode)
        case .global:
            let module = try reader.readLine()
            push(try global(module, try reader.readLine()))
        case .stackGlobal:
            guard case .text(let name) = try pop(), case .text(let module) = try pop() else { throw malformed("two names") }
            push(try global(module, name))
        case .reduce:
            let arguments = try popSequence()
            push(try call(try pop(), arguments))
        case .build:
            // What PyTorch hangs on dictionaries are versions, which nothing here depends on.
            _ = try pop()
            guard case .dictionary = try top() else { throw .refusedCall(offset: reader.position, expected: "attributes of a dictionary") }
        case .binPersID: push(try storage(try popSequence()))
        }
    }

    private mutating func readPlainValue(_ opcode: PickleOpcode) throws(PyTorchFileError) -> PickleValue {
        switch opcode {
        case .newTrue: .bool(true)
        case .newFalse: .bool(false)
        case .binInt: .integer(Int(try reader.readInteger(Int32.self)))
        case .binInt1: .integer(Int(try reader.readInteger(UInt8.self)))
        case .binInt2: .integer(Int(try reader.readInteger(UInt16.self)))
        case .long1: Self.integer(try reader.readCounted(by: UInt8.self).array)
        case .binFloat: .number(Double(bitPattern: try reader.readInteger(UInt64.self).byteSwapped))
        case .binUnicode: .text(try reader.readText(countedBy: UInt32.self))
        case .shortBinUnicode, .shortBinString: .text(try reader.readText(countedBy: UInt8.self))
        case .binUnicode8: .text(try reader.readText(countedBy: UInt64.self))
        case .binString: .text(try reader.readText(countedBy: Int32.self))
        default: .none
        }
    }

    /// The integer of which these are the bytes in two's complement, the low one first.
    private static func integer(_ bytes: [UInt8]) -> PickleValue {
        guard bytes.count <= 8 else { return .longInteger(bytes) }
        let fill: UInt64 = bytes.last.map { $0 >= 0x80 } == true ? .max : 0
        return .integer(Int(truncatingIfNeeded: bytes.reversed().reduce(fill) { $0 << 8 | UInt64($1) }))
    }

    private mutating func executeStack(_ opcode: PickleOpcode) throws(PyTorchFileError) {
        switch opcode {
        case .mark: marks.append(stack.count)
        case .pop:
            // Python takes a mark away where there is nothing above it.
            if stack.count == marks.last { marks.removeLast() } else { _ = try pop() }
        case .popMark: _ = try popToMark()
        case .dup: push(try top())
        case .binGet: push(try recall(Int(try reader.readInteger(UInt8.self))))
        case .longBinGet: push(try recall(Int(try reader.readInteger(UInt32.self))))
        case .binPut: memo[Int(try reader.readInteger(UInt8.self))] = try top()
        case .longBinPut: memo[Int(try reader.readInteger(UInt32.self))] = try top()
        default: memo[memo.count] = try top()
        }
    }

    private mutating func executeContainer(_ opcode: PickleOpcode) throws(PyTorchFileError) {
        switch opcode {
        case .emptyTuple, .emptyList: push(heap.makeSequence([]))
        case .tuple: push(heap.makeSequence(try popToMark()))
        case .tuple1: push(heap.makeSequence(try pop(1)))
        case .tuple2: push(heap.makeSequence(try pop(2)))
        case .tuple3: push(heap.makeSequence(try pop(3)))
        case .emptyDict: push(heap.makeDictionary())
        case .append, .appends:
            let elements = opcode == .append ? try pop(1) : try popToMark()
            guard case .sequence(let list) = try top() else { throw malformed("a list") }
            heap.containers[list] += elements
        default:
            let elements = opcode == .setItem ? try pop(2) : try popToMark()
            guard case .dictionary(let dictionary) = try top(), elements.count.isMultiple(of: 2) else {
                throw malformed("a dictionary, and keys with values")
            }
            heap.containers[dictionary] += elements
        }
    }

    /// Takes note of values that one instruction copies.
    ///
    /// A container can be copied again and again, but was written once: what is copied in a file that `torch.save`
    /// wrote is never more than what has been read.
    mutating func countCopies(_ count: Int) throws(PyTorchFileError) {
        copiedCount += count
        guard copiedCount <= reader.position - start else { throw .tooLarge("values that are copied again and again") }
    }

    private mutating func push(_ value: PickleValue) { stack.append(value) }

    private mutating func pop() throws(PyTorchFileError) -> PickleValue {
        guard stack.count > marks.last ?? 0 else { throw malformed("a value on the stack") }
        return stack.removeLast()
    }

    private mutating func pop(_ count: Int) throws(PyTorchFileError) -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else { throw malformed("\(count) values on the stack") }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popToMark() throws(PyTorchFileError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw malformed("a mark") }
        return try pop(stack.count - mark)
    }

    private mutating func popSequence() throws(PyTorchFileError) -> [PickleValue] {
        guard case .sequence(let position) = try pop() else { throw malformed("a tuple") }
        return heap.containers[position]
    }

    private func top() throws(PyTorchFileError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.last else { throw malformed("a value on the stack") }
        return value
    }

    private func recall(_ position: Int) throws(PyTorchFileError) -> PickleValue {
        guard let value = memo[position] else { throw malformed("a value remembered at \(position)") }
        return value
    }

    private func global(_ module: String, _ name: String) throws(PyTorchFileError) -> PickleValue {
        guard let global = PyTorchGlobal(module: module, name: name) else { throw .refusedGlobal("\(module).\(name)") }
        return .global(global)
    }

    private func malformed(_ expected: String) -> PyTorchFileError { .malformedPickle(offset: reader.position, expected: expected) }
}

extension PickleInterpreter {
    /// What a call of one of the known functions makes.
    mutating func call(_ function: PickleValue, _ arguments: [PickleValue]) throws(PyTorchFileError) -> PickleValue {
        guard case .global(let global) = function else { throw refused("a known function") }
        switch global {
        case .orderedDictionary: return try dictionary(arguments)
        case .size:
            guard arguments.count == 1, case .sequence = arguments[0] else { throw refused("one tuple") }
            return arguments[0]
        case .rebuildParameter:
            guard let first = arguments.first, case .tensor = first else { throw refused("a tensor") }
            return first
        case .rebuildTensor: return try tensor(arguments, type: nil)
        case .rebuildTypedTensor:
            guard arguments.count >= 7, case .global(.elementType(let type)) = arguments[6] else { throw refused("an element type") }
            return try tensor(arguments, type: type)
        case .storage, .untypedStorage, .elementType: throw refused("a function")
        }
    }

    /// The storage of a reference: `("storage", class, key, device, count)`, and in the older format the part of it.
    mutating func storage(_ reference: [PickleValue]) throws(PyTorchFileError) -> PickleValue {
        guard reference.count == 5 || reference.count == 6, case .text("storage") = reference[0],
            case .global(let storageClass) = reference[1], case .text(let name) = reference[2], case .text = reference[3],
            case .integer(let count) = reference[4], count >= 0
        else { throw refused("the class, key, device and size of a storage") }
        let elementType: ElementType?
        switch storageClass {
        case .storage(let type): elementType = type
        case .untypedStorage: elementType = nil
        default: throw refused("a storage class")
        }
        var part: Range<Int>?
        if reference.count == 6 { part = try storagePart(reference[5], of: count) }
        return try heap.makeStorage(PickledStorage(key: .init(name: name, part: part), elementType: elementType, count: count))
    }

    /// The part of a storage that another one is: `(key, offset, count)`, or nothing.
    private func storagePart(_ value: PickleValue, of count: Int) throws(PyTorchFileError) -> Range<Int>? {
        if case .none = value { return nil }
        guard case .sequence(let position) = value, heap.containers[position].count == 3,
            case .text = heap.containers[position][0], case .integer(let offset) = heap.containers[position][1],
            case .integer(let partCount) = heap.containers[position][2], offset >= 0, partCount >= 0, offset <= count,
            partCount <= count - offset
        else { throw refused("a part within the storage") }
        return offset..<offset + partCount
    }

    /// The tensor of `(storage, offset, shape, strides, ...)`; what else there is concerns training.
    private mutating func tensor(_ arguments: [PickleValue], type: ElementType?) throws(PyTorchFileError) -> PickleValue {
        guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1],
            let shape = integers(arguments[2]), let strides = integers(arguments[3]),
            let elementType = type ?? heap.storages[storage].elementType
        else { throw refused("a storage, an offset, a shape and strides") }
        try countCopies(shape.count + strides.count)
        return heap.makeTensor(
            PickledTensor(storage: storage, elementType: elementType, offset: offset, shape: shape, strides: strides))
    }

    /// A new dictionary, of a list of pairs if one is given.
    private mutating func dictionary(_ arguments: [PickleValue]) throws(PyTorchFileError) -> PickleValue {
        var elements: [PickleValue] = []
        if let argument = arguments.first {
            guard arguments.count == 1, case .sequence(let pairs) = argument else { throw refused("a list of pairs") }
            try countCopies(heap.containers[pairs].count)
            for pair in heap.containers[pairs] {
                guard case .sequence(let position) = pair, heap.containers[position].count == 2 else { throw refused("a list of pairs") }
                elements += heap.containers[position]
            }
        }
        let dictionary = heap.makeDictionary()
        heap.containers[heap.containers.count - 1] = elements
        return dictionary
    }

    private func integers(_ value: PickleValue) -> [Int]? {
        guard case .sequence(let position) = value, heap.containers[position].count <= Self.maximumRank else { return nil }
        var integers: [Int] = []
        for element in heap.containers[position] {
            guard case .integer(let integer) = element else { return nil }
            integers.append(integer)
        }
        return integers
    }

    /// More axes than any tensor of PyTorch's has.
    private static let maximumRank = 64

    private func refused(_ expected: String) -> PyTorchFileError { .refusedCall(offset: reader.position, expected: expected) }
}
