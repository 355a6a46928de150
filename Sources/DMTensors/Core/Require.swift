/// Stops the program when a shape is wrong, with a message that names the operation and the shapes.
///
/// `precondition` drops its message from release builds; this keeps it.
@inline(__always)
public func require(
    _ holds: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
    if !holds { fatalError(message(), file: file, line: line) }
}
