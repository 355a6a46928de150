/// Runs the instructions of a pickle that describes tensors: a machine with a stack that can make plain values,
/// containers, storages and tensors, and nothing else.
///
/// A pickle is a program, and Python's own reader lets it call what it likes. This one has no way to: what a name that is
/// not in ``PyTorchGlobal`` would make becomes a ``PickledObject`` that says so.
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
        case .none, .newTrue, .newFalse, .binInt, .binInt1, .binInt2, .long1, .long4, .binFloat, .binUnicode, .shortBinUnicode,
            .binUnicode8, .binString, .shortBinString, .binBytes, .shortBinBytes, .binBytes8, .byteArray8:
            push(try readPlainValue(opcode))
        case .proto, .stop: throw malformed("no such instruction here")
        case .frame: _ = try reader.readInteger(UInt64.self)
        case .mark, .pop, .popMark, .dup, .binGet, .longBinGet, .binPut, .longBinPut, .memoize: try executeStack(opcode)
        case .emptyTuple, .tuple, .tuple1, .tuple2, .tuple3, .emptyList, .append, .appends, .emptyDict, .setItem, .setItems,
            .emptySet, .addItems, .frozenSet:
            try executeContainer(opcode)
        case .global:
            let module = try reader.readLine()
            push(try global(module, try reader.readLine()))
        case .stackGlobal:
            guard case .text(let name) = try pop(), case .text(let module) = try pop() else { throw malformed("two names") }
            push(try global(module, name))
        case .reduce, .newObject:
            let arguments = try popSequence()
            push(try call(try pop(), arguments))
        case .newObjectEx:
            // Arguments with names are an object's as well, and need none here.
            _ = try pop()
            let arguments = try popSequence()
            push(try call(try pop(), arguments))
        case .build:
            // What PyTorch hangs on dictionaries and tensors are versions and marks, which nothing here depends on.
            let state = try pop()
            if case .object(let position) = try top() { heap.objects[position].state = state }
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
        case .long1: Self.integer(try reader.readCounted(by: UInt8.self))
        case .long4: Self.integer(try reader.readCounted(by: Int32.self))
        case .binFloat: .number(Double(bitPattern: try reader.readInteger(UInt64.self).byteSwapped))
        case .binUnicode: .text(try reader.readText(countedBy: UInt32.self))
        case .shortBinUnicode, .shortBinString: .text(try reader.readText(countedBy: UInt8.self))
        case .binUnicode8: .text(try reader.readText(countedBy: UInt64.self))
        case .binString: .text(try reader.readText(countedBy: Int32.self))
        case .shortBinBytes: .bytes(try reader.readCounted(by: UInt8.self))
        case .binBytes: .bytes(try reader.readCounted(by: UInt32.self))
        case .binBytes8, .byteArray8: .bytes(try reader.readCounted(by: UInt64.self))
        default: .none
        }
    }

    /// The integer of which these are the bytes in two's complement, the low one first.
    private static func integer(_ region: ByteRegion) -> PickleValue {
        guard region.count <= 8 else { return .longInteger(region) }
        let bytes = region.array
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
        case .emptyTuple, .emptyList, .emptySet: push(heap.makeSequence([]))
        case .tuple, .frozenSet: push(heap.makeSequence(try popToMark()))
        case .tuple1: push(heap.makeSequence(try pop(1)))
        case .tuple2: push(heap.makeSequence(try pop(2)))
        case .tuple3: push(heap.makeSequence(try pop(3)))
        case .emptyDict: push(heap.makeDictionary())
        case .append, .appends, .addItems:
            let elements = opcode == .append ? try pop(1) : try popToMark()
            switch try top() {
            case .sequence(let list): heap.containers[list] += elements
            case .object(let position): heap.objects[position].elements += elements
            default: throw malformed("a list")
            }
        default:
            let elements = opcode == .setItem ? try pop(2) : try popToMark()
            guard elements.count.isMultiple(of: 2) else { throw malformed("a dictionary, and keys with values") }
            switch try top() {
            case .dictionary(let dictionary): heap.containers[dictionary] += elements
            case .object(let position): heap.objects[position].items += elements
            default: throw malformed("a dictionary, and keys with values")
            }
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
        if let global = PyTorchGlobal(module: module, name: name) { return .global(global) }
        // One text may be in any number of names, each of which takes memory.
        guard module.utf8.count + name.utf8.count <= Self.maximumNameSize else { throw malformed("a name that a class may have") }
        return .foreign("\(module).\(name)")
    }

    /// The most bytes that the name of a class, or of a storage, may have: several times what occurs.
    static let maximumNameSize = 256

    private func malformed(_ expected: String) -> PyTorchFileError { .malformedPickle(offset: reader.position, expected: expected) }
}
