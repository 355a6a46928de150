import ArgumentParser
import DMExperiments

/// Runs a command; what goes wrong ends the program with one clear line.
func reportingErrors(_ body: () throws -> Void) throws {
    do {
        try body()
    } catch let error as ValidationError {
        throw error
    } catch let code as ExitCode {
        throw code
    } catch {
        throw CleanExitFailure(message: "\(error)")
    }
}

/// Shows warnings, apart from what a command reports.
func warn(_ warnings: [String]) {
    for warning in warnings { StandardStream.error.show("warning: \(warning)\n") }
}

/// The `--set` options under the keys of today; those of earlier versions are told.
func current(_ assignments: [String]) -> [String] { Configuration.renamedKeys(in: assignments, telling: { warn([$0]) }) }

/// Writes a line of what a command reports; one that cannot be written is an error.
func writeLine(_ line: Any, terminator: String = "\n") throws { try StandardStream.output.write("\(line)\(terminator)") }

/// A failure that is shown as its message alone.
struct CleanExitFailure: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}
