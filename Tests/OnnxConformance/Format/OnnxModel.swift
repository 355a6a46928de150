/// The part of an ONNX model that is computed with: nodes in an order in which they can be run.
///
/// Field numbers are those of onnx.proto.
package struct OnnxModel {
    /// The version of the operators of the standard domain.
    private(set) var operatorSet = 1
    private(set) var nodes: [OnnxNode] = []
    /// Constants of the graph.
    private(set) var constants: [OnnxTensor] = []
    private(set) var inputs: [OnnxPort] = []
    private(set) var outputs: [OnnxPort] = []

    package init(_ bytes: [UInt8]) throws(OnnxFormatError) {
        var reader = ProtobufReader("ModelProto", bytes[...])
        var hasGraph = false
        while let (number, value) = try reader.next() {
            switch number {
            case 7:
                hasGraph = true
                try readGraph(try reader.bytes(value))
            case 8: try readOperatorSet(try reader.bytes(value))
            default: break
            }
        }
        guard hasGraph else { throw reader.error("a model without a graph") }
    }

    private mutating func readGraph(_ bytes: ArraySlice<UInt8>) throws(OnnxFormatError) {
        var reader = ProtobufReader("GraphProto", bytes)
        while let (number, value) = try reader.next() {
            switch number {
            case 1: nodes.append(try OnnxNode(try reader.bytes(value)))
            case 5: constants.append(try OnnxTensor(try reader.bytes(value)))
            case 11: inputs.append(try OnnxPort(try reader.bytes(value)))
            case 12: outputs.append(try OnnxPort(try reader.bytes(value)))
            default: break
            }
        }
    }

    private mutating func readOperatorSet(_ bytes: ArraySlice<UInt8>) throws(OnnxFormatError) {
        var reader = ProtobufReader("OperatorSetIdProto", bytes)
        var (domain, version): (String, Int64) = ("", 1)
        while let (number, value) = try reader.next() {
            if number == 1 { domain = try reader.text(value) }
            if number == 2 { version = try reader.number(value) }
        }
        if domain.isEmpty || domain == "ai.onnx" { operatorSet = Int(version) }
    }
}

/// An input or output of a graph.
struct OnnxPort {
    private(set) var name = ""
    /// Whether a tensor is passed here, rather than a sequence or an optional value.
    private(set) var isTensor = true
    /// The number of the tensor's element type in onnx.proto; 0 where it is not stated.
    private(set) var typeCode: Int64 = 0

    fileprivate init(_ bytes: ArraySlice<UInt8>) throws(OnnxFormatError) {
        var reader = ProtobufReader("ValueInfoProto", bytes)
        while let (number, value) = try reader.next() {
            if number == 1 { name = try reader.text(value) }
            guard number == 2 else { continue }
            var type = ProtobufReader("TypeProto", try reader.bytes(value))
            while let (kind, value) = try type.next() {
                // Kind 1 is a tensor; others are sequences, maps, sparse and optional values.
                if kind == 1 { try readTensorType(try type.bytes(value)) }
                if [4, 5, 8, 9].contains(kind) { isTensor = false }
            }
        }
    }

    private mutating func readTensorType(_ bytes: ArraySlice<UInt8>) throws(OnnxFormatError) {
        var reader = ProtobufReader("TypeProto.Tensor", bytes)
        while let (number, value) = try reader.next() {
            if number == 1 { typeCode = try reader.number(value) }
        }
    }
}

/// One step of a graph.
struct OnnxNode {
    private(set) var operation = ""
    private(set) var domain = ""
    /// The names of what it reads; an empty one stands for an operand that is left out.
    private(set) var inputs: [String] = []
    /// The names of what it makes; an empty one is not wanted.
    private(set) var outputs: [String] = []
    private(set) var attributes: [String: OnnxAttribute] = [:]

    init(_ bytes: ArraySlice<UInt8>) throws(OnnxFormatError) {
        var reader = ProtobufReader("NodeProto", bytes)
        while let (number, value) = try reader.next() {
            switch number {
            case 1: inputs.append(try reader.text(value))
            case 2: outputs.append(try reader.text(value))
            case 4: operation = try reader.text(value)
            case 5:
                let (name, attribute) = try OnnxAttribute.read(try reader.bytes(value))
                attributes[name] = attribute
            case 7: domain = try reader.text(value)
            default: break
            }
        }
        guard !operation.isEmpty else { throw reader.error("a node without an operator") }
    }
}

/// A setting of a node.
enum OnnxAttribute {
    case number(Int64)
    case numbers([Int64])
    case real(Float)
    case reals([Float])
    case text(String)
    case texts([String])
    case tensor(OnnxTensor)
    /// A graph of its own, or something else that is not read.
    case other

    /// The name and the value of a setting.
    static func read(_ bytes: ArraySlice<UInt8>) throws(OnnxFormatError) -> (String, OnnxAttribute) {
        var reader = ProtobufReader("AttributeProto", bytes)
        var name = ""
        var type: Int64 = 0
        var (number, real, text): (Int64, Float, String) = (0, 0, "")
        var (numbers, reals, texts): ([Int64], [Float], [String]) = ([], [], [])
        var tensor: OnnxTensor?
        while let (field, value) = try reader.next() {
            switch field {
            case 1: name = try reader.text(value)
            case 2: real = try reader.floats(value).first ?? 0
            case 3: number = try reader.number(value)
            case 4: text = try reader.text(value)
            case 5: tensor = try OnnxTensor(try reader.bytes(value))
            case 7: reals += try reader.floats(value)
            case 8: numbers += try reader.varints(value)
            case 9: texts.append(try reader.text(value))
            case 20: type = try reader.number(value)
            default: break
            }
        }
        switch type {
        case 1: return (name, .real(real))
        case 2: return (name, .number(number))
        case 3: return (name, .text(text))
        case 4: return (name, tensor.map { .tensor($0) } ?? .other)
        case 6: return (name, .reals(reals))
        case 7: return (name, .numbers(numbers))
        case 8: return (name, .texts(texts))
        default: return (name, .other)
        }
    }
}
