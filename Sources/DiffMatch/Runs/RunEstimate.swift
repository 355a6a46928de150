/// How long a run takes in all, from the time of its first steps.
package struct RunEstimate: Sendable {
    /// The number of steps of the whole run.
    package let stepCount: Int
    private var before: Double?
    private var steps = 0
    private var seconds = 0.0
    private var isMade = false

    /// The steps that an estimate needs at most, and the seconds that do as well.
    private static let (enoughSteps, enoughSeconds) = (20, 5.0)

    /// No estimate yet.
    package init(stepCount: Int) { self.stepCount = stepCount }

    /// Takes a step into account.
    ///
    /// The first one is left out of the mean: it waits for fresh memory.
    ///
    /// - Parameters:
    ///   - step: The number of steps taken, this one included.
    ///   - stepSeconds: The time that it took.
    ///   - runSeconds: The time that all steps so far took, those before a resumption included.
    /// - Returns: The estimate, once, when enough steps were seen.
    package mutating func add(step: Int, stepSeconds: Double, runSeconds: Double) -> (total: Double, perStep: Double)? {
        guard before != nil else {
            before = runSeconds
            return nil
        }
        steps += 1
        seconds += stepSeconds
        guard !isMade, steps >= Self.enoughSteps || seconds >= Self.enoughSeconds else { return nil }
        isMade = true
        let perStep = seconds / Double(steps)
        return (runSeconds + perStep * Double(stepCount - step), perStep)
    }
}
