/// A finite, ordered collection of samples that can be read in any order and from any thread.
public protocol Dataset<Sample>: Sendable {
    /// What one reading yields.
    associatedtype Sample: Sendable

    /// The number of samples.
    var count: Int { get }

    /// The sample at `index`; the same one at every call.
    ///
    /// - Parameter index: In `0..<count`.
    /// - Throws: What keeps the sample from being read, for example an ``ImageFileError``.
    func sample(at index: Int) throws -> Sample
}
