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
