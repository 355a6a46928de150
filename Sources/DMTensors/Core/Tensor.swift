/// A dense array of numbers with a shape.
///
/// Elements lie in row-major order: the last axis is contiguous. A tensor is a value; copies share
/// their storage until one of them is written.
///
/// ```swift
/// let x = Tensor<Float>([1, 2, 3, 4, 5, 6], shape: [2, 3])
/// let y = (x * x).sum(along: [1])     // [14, 77]
/// ```
///
/// By convention images are `[batch, height, width, channels]`, convolution weights
/// `[height, width, in, out]` and linear weights `[in, out]`.
///
/// A wrong shape is a programming error and stops the program, naming the operation and the shapes.
public struct Tensor<Scalar: TensorScalar>: Sendable {
    /// The extent of each axis; `[]` for a single number.
    public let shape: [Int]
    package private(set) var storage: Storage<Scalar>

    package init(shape: [Int], storage: Storage<Scalar>) {
        self.shape = shape
        self.storage = storage
    }

    /// A tensor whose elements `body` writes, every one of them.
    ///
    /// - Parameters:
    ///   - shape: The extent of each axis, none negative.
    ///   - body: Is handed the uninitialized elements in row-major order.
    public init<E>(
        shape: [Int], initializingWith body: (UnsafeMutableBufferPointer<Scalar>) throws(E) -> Void
    ) throws(E) {
        require(shape.allSatisfy { $0 >= 0 }, "a shape has no negative extent: \(shape)")
        self.shape = shape
        storage = Storage(count: shape.reduce(1, *))
        try body(storage.elements)
    }

    /// A tensor of the given elements in row-major order.
    ///
    /// - Parameters:
    ///   - scalars: The elements.
    ///   - shape: The extents, whose product is the number of elements; `[scalars.count]` by default.
    public init(_ scalars: [Scalar], shape: [Int]? = nil) {
        let shape = shape ?? [scalars.count]
        require(shape.reduce(1, *) == scalars.count, "\(scalars.count) elements do not fill the shape \(shape)")
        self.init(shape: shape) { _ = $0.initialize(from: scalars) }
    }

    /// A tensor that holds `value` everywhere.
    public init(repeating value: Scalar, shape: [Int]) {
        self.init(shape: shape) { $0.initialize(repeating: value) }
    }

    /// A tensor of shape `[]` that holds one number.
    public init(_ scalar: Scalar) { self.init([scalar], shape: []) }

    /// The number of axes.
    public var rank: Int { shape.count }

    /// The number of elements.
    public var count: Int { storage.elements.count }

    /// The elements in row-major order, copied.
    public var scalars: [Scalar] { Array(storage.elements) }

    /// The only element.
    ///
    /// - Precondition: `count == 1`.
    public var scalar: Scalar {
        require(count == 1, "a tensor of shape \(shape) is not one number")
        return storage.elements[0]
    }

    /// Calls `body` with the elements in row-major order.
    public func withUnsafeElements<R, E>(_ body: (UnsafeBufferPointer<Scalar>) throws(E) -> R) throws(E) -> R {
        try body(UnsafeBufferPointer(storage.elements))
    }

    /// Calls `body` with the elements, to be changed in place; copies them first if they are shared.
    public mutating func withUnsafeMutableElements<R, E>(
        _ body: (UnsafeMutableBufferPointer<Scalar>) throws(E) -> R
    ) throws(E) -> R {
        if !isKnownUniquelyReferenced(&storage) { storage = Storage(copying: storage) }
        return try body(storage.elements)
    }

    /// The same elements under another shape; nothing is copied.
    ///
    /// - Parameter shape: Extents with the same product; one of them may be -1 and is worked out.
    public func reshaped(to shape: [Int]) -> Tensor {
        var resolved = shape
        if let free = shape.firstIndex(of: -1) {
            let known = shape.reduce(-1, *)
            resolved[free] = known > 0 ? count / known : 0
        }
        require(
            resolved.allSatisfy { $0 >= 0 } && resolved.reduce(1, *) == count, "cannot reshape \(self.shape) to \(shape)")
        return Tensor(shape: resolved, storage: storage)
    }
}

extension Tensor: Equatable where Scalar: Equatable {
    /// Whether shapes and elements are equal.
    public static func == (x: Tensor, y: Tensor) -> Bool {
        x.shape == y.shape && x.storage.elements.elementsEqual(y.storage.elements)
    }
}
