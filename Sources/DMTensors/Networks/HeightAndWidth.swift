/// One whole number for each axis of an image.
public struct HeightAndWidth: Sendable, Hashable {
    /// The number along the rows' axis.
    public var height: Int
    /// The number along the columns' axis.
    public var width: Int

    /// A number for each axis.
    public init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }

    /// The same number for both axes.
    public init(_ both: Int) { self.init(height: both, width: both) }
}
