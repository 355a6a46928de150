import DMAutograd
import Testing

@Suite("Every operation's gradient")
struct GradientTests {
    @Test("is checked at five shapes or more", arguments: Operation.allCases)
    func hasCases(operation: Operation) {
        let cases = GradientCase.cases(of: operation)
        #expect(cases.count >= 5, "\(operation) has \(cases.count) gradient cases")
        for example in cases {
            let result = example.function(example.operands.map { .tracked($0) })
            #expect(result.operations.contains(operation), "the case '\(example)' does not use the operation")
        }
    }

    @Test("agrees with central differences")
    func agrees() {
        var derivatives = 0
        for example in GradientCase.all {
            do throws(GradientMismatch) {
                derivatives += try GradientCheck().verify(at: example.operands, of: example.function)
            } catch {
                Issue.record("\(example): \(error)")
            }
        }
        let operations = Set(GradientCase.all.map(\.operation)).count
        print("gradient checks: \(operations) operations, \(GradientCase.all.count) cases, \(derivatives) derivatives")
        #expect(derivatives > 0)
    }
}
