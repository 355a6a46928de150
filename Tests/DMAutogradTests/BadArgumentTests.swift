import Testing

@Suite("A wrong argument")
struct BadArgumentTests {
    @Test("stops the program with a message that names the operation and the shapes", arguments: BadArgument.allCases)
    func stops(_ mistake: BadArgument) async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) { [mistake] in
            mistake.make()
        }
        let message = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(message.contains(mistake.message), "the message was: \(message)")
    }
}
