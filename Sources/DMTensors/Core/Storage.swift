/// The elements of a tensor, on a 64-byte boundary, in a block of `TensorMemory`.
///
/// Written only by the one tensor that holds it (`isKnownUniquelyReferenced`): this is what makes
/// the unchecked conformance sound.
package final class Storage<Scalar: TensorScalar>: @unchecked Sendable {
    package let elements: UnsafeMutableBufferPointer<Scalar>

    package init(count: Int) {
        let block = TensorMemory.allocate(byteCount: count * MemoryLayout<Scalar>.stride)
        elements = UnsafeMutableBufferPointer(start: block.bindMemory(to: Scalar.self, capacity: count), count: count)
    }

    package convenience init(copying other: Storage) {
        self.init(count: other.elements.count)
        _ = elements.initialize(from: other.elements)
    }

    deinit {
        TensorMemory.deallocate(elements.baseAddress!, byteCount: elements.count * MemoryLayout<Scalar>.stride)
    }
}
