/// Calls `body` with working memory for a kernel, recycled and uninitialized, on a 64-byte boundary.
func withScratch(_ byteCount: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
    let scratch = Storage<UInt8>(count: byteCount)
    withExtendedLifetime(scratch) { body(UnsafeMutableRawPointer(scratch.elements.baseAddress!)) }
}
