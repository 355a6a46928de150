import Testing

@Suite("A wrong argument")
struct BadArgumentTests {
    @Test("stops the program with a message that says what is wrong", arguments: BadArgument.byMessage.keys.sorted())
    func stops(message: String) async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) { [message] in
            BadArgument.byMessage[message]?()
        }
        let found = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(found.contains(message), "the message was: \(found)")
    }
}
