/// Calls `body` with working memory for a kernel, uninitialised.
func withScratch(_ byteCount: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
    withUnsafeTemporaryAllocation(byteCount: max(1, byteCount), alignment: 64) { body($0.baseAddress!) }
}
