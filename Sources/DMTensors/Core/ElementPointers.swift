/// Calls `body` with the addresses of the elements of several tensors.
package func withElements<each S: TensorScalar>(
    of tensors: repeat Tensor<each S>, perform body: (repeat UnsafePointer<each S>) -> Void
) {
    body(repeat UnsafePointer((each tensors).storage.elements.baseAddress!))
    withExtendedLifetime((repeat each tensors)) {}
}

extension Storage {
    /// Where the elements lie, for a kernel that writes them before any tensor holds them.
    package var address: UnsafeMutablePointer<Scalar> { elements.baseAddress! }
}
