/// A plain value beside the tensors of a file.
public enum PyTorchValue: Sendable, Equatable {
    /// Python's `None`.
    case none
    /// A truth value.
    case bool(Bool)
    /// An integer of at most 64 bits.
    case integer(Int)
    /// A number in double precision.
    case number(Double)
    /// A text.
    case text(String)
}
