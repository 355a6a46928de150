import DMExperiments
import DiffMatch
import Testing

@Suite struct SHA256Tests {
    /// Examples of the standard's own test data, and the block boundary.
    @Test func bytesInMemoryHaveTheSameDigest() {
        for count in [0, 63, 64, 65, 1000] {
            let bytes = (0..<count).map { UInt8($0 % 251) }
            #expect(bytes.withUnsafeBytes { SHA256.hexadecimalDigest(of: $0) } == SHA256.hexadecimalDigest(of: bytes))
        }
    }

    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func knownAnswers(text: String, digest: String) {
        #expect(SHA256.hexadecimalDigest(of: Array(text.utf8)) == digest)
    }

    @Test func manyBlocks() {
        let million = [UInt8](repeating: UInt8(ascii: "a"), count: 100_000)
        #expect(SHA256.hexadecimalDigest(of: million) == "6d1cf22d7cc09b085dfc25ee1a1f3ae0265804c607bc2074ad253bcc82fd81ee")
    }
}
