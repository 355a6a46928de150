/// Stops the program where a requirement does not hold, with a message that names the operation, the shapes or the
/// numbers.
///
/// `precondition` drops its message from release builds; this keeps it.
@inline(__always)
package func require(
    _ holds: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
    if !holds { fatalError(message(), file: file, line: line) }
}
