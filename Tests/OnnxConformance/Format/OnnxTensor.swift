/// A tensor as it lies in a file.
package struct OnnxTensor {
    private(set) var name = ""
    package private(set) var shape: [Int] = []
    /// The number of the element type in onnx.proto.
    private(set) var typeCode: Int64 = 0
    /// The elements as bytes, where they are given so.
    private(set) var raw: ArraySlice<UInt8>?
    /// The elements as numbers, where they are given so: small integers, halves and truth values too.
    private(set) var integers: [Int64] = []
    private(set) var floats: [Float] = []
    private(set) var doubles: [Double] = []
    private(set) var texts: [String] = []
    /// Whether the elements lie in another file.
    private(set) var isExternal = false
    /// The number of elements that the shape has.
    private(set) var count = 1

    package init(_ bytes: ArraySlice<UInt8>) throws(OnnxFormatError) {
        var reader = ProtobufReader("TensorProto", bytes)
        var extents: [Int64] = []
        while let (number, value) = try reader.next() {
            switch number {
            case 1: extents += try reader.varints(value)
            case 2: typeCode = try reader.number(value)
            case 4: floats += try reader.floats(value)
            case 5, 7, 11: integers += try reader.varints(value)
            case 6: texts.append(try reader.text(value))
            case 8: name = try reader.text(value)
            case 9: raw = try reader.bytes(value)
            case 10: doubles += try reader.doubles(value)
            case 14: isExternal = try reader.number(value) == 1
            default: break
            }
        }
        guard extents.count <= 64 else { throw reader.error("a tensor of \(extents.count) axes") }
        // No product of some of the extents overflows, even where another one is 0.
        var largest = 1
        for extent in extents {
            let (product, overflows) = largest.multipliedReportingOverflow(by: max(1, Int(extent)))
            guard extent >= 0, !overflows, product <= 1 << 48 else { throw reader.error("a tensor of the shape \(extents)") }
            largest = product
        }
        shape = extents.map { Int($0) }
        count = shape.reduce(1, *)
    }
}
