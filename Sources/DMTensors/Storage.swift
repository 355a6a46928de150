/// The elements of a tensor, on a 64-byte boundary.
///
/// Written only by the one tensor that holds it (`isKnownUniquelyReferenced`): this is what makes
/// the unchecked conformance sound.
package final class Storage<Scalar: TensorScalar>: @unchecked Sendable {
    package let elements: UnsafeMutableBufferPointer<Scalar>

    package init(count: Int) {
        let raw = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(1, count) * MemoryLayout<Scalar>.stride, alignment: 64)
        elements = UnsafeMutableBufferPointer(rebasing: raw.bindMemory(to: Scalar.self)[..<count])
    }

    package convenience init(copying other: Storage) {
        self.init(count: other.elements.count)
        _ = elements.initialize(from: other.elements)
    }

    deinit { UnsafeMutableRawPointer(elements.baseAddress!).deallocate() }
}
