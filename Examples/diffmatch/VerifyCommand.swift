import ArgumentParser
import DMExperiments
import Foundation

/// Checks a data set.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Read every file of a data set and list all its faults.",
        discussion: """
            Shows how many images each part has, the share of each class, and everything that is wrong: files that cannot \
            be read, images and masks that do not fit each other, labels that are no class, samples of two parts, lists \
            with unknown names, and whatever else would keep a training of these settings from beginning. Notes tell what \
            is left out: files that are not read, ignored pixels, classes without a pixel. The exit status is 1 where there \
            are faults.
            """)

    @OptionGroup var settings: SettingOptions

    @Option(help: ArgumentHelp("Write what was found to this file.", valueName: "file"))
    var json: String?

    func run() throws {
        var faultCount = 0
        try reportingErrors {
            let report = try DatasetReport(settings.resolved(), readers: max(2, ProcessInfo.processInfo.activeProcessorCount))
            if let json { try report.write(to: json) }
            try writeLine(report, terminator: "")
            faultCount = report.faults.count
        }
        if faultCount > 0 { throw ExitCode.failure }
    }
}
