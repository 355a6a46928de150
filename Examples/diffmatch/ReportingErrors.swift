import ArgumentParser

/// Runs a command; what goes wrong ends the program with one clear line.
func reportingErrors(_ body: () throws -> Void) throws {
    do {
        try body()
    } catch let error as ValidationError {
        throw error
    } catch {
        throw CleanExitFailure(message: "\(error)")
    }
}

/// A failure that is shown as its message alone.
struct CleanExitFailure: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}
