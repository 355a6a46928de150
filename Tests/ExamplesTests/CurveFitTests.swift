import DMTestSupport
import Testing

@Suite struct CurveFitTests {
    @Test func theErrorFallsToTheNoise() throws {
        let run = try ExampleRun(of: "curve-fit")
        #expect(run.status == 0)
        // "step 400: mean squared error 0.0123"
        let errors = run.lines.filter { $0.hasPrefix("step ") }.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
        #expect(errors.count == 6)
        #expect(try #require(errors.first) > 0.1)
        #expect(try #require(errors.last) < 0.02, "the noise has a variance of 0.01")
        let plot = run.lines.suffix(21)
        #expect(plot.allSatisfy { $0.count == 72 })
        #expect(plot.joined().count { $0 == "*" } > 60 && plot.joined().count { $0 == "o" } > 20)
    }
}
