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
