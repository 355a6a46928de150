import DMTensors
import Testing

@Suite("Texts in messages")
struct QuotedTextTests {
    @Test(
        "a text of a file neither begins a line nor moves the cursor",
        arguments: [
            ("a b", "a b"), ("é名", "é名"), ("a\nb\r\n", "a\\u{a}b\\u{d}\\u{a}"), ("\u{1B}[2J", "\\u{1b}[2J"), ("\u{202E}x", "\\u{202e}x"),
            ("a\u{2028}b", "a\\u{2028}b"), ("\u{0}", "\\u{0}"),
        ])
    func visible(text: String, shown: String) {
        #expect(text.visible == shown && text.quoted == shown && text.quotedName == shown)
    }

    @Test("of a long text the beginning is quoted, however few characters it has")
    func long() {
        #expect(String(repeating: "x", count: 61).quoted == String(repeating: "x", count: 60) + "...")
        #expect(String(repeating: "x", count: 60).quoted == String(repeating: "x", count: 60))
        let accents = "e" + String(repeating: "\u{301}", count: 10_000)
        #expect(accents.count == 1 && accents.quoted.unicodeScalars.count == 63)
        #expect(accents.visible == accents)
    }
}
