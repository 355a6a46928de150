import Foundation
import OnnxConformance

/// Runs a folder of ONNX's backend cases on this library's operations.
@main struct OnnxConformanceCommand {
    private static let usage = """
        Usage: onnx-conformance FOLDER

        Runs cases of ONNX operators on the operations of this library and compares the results
        (relative tolerance 1e-3, absolute 1e-7).

        FOLDER is laid out as ONNX's backend node cases:
          FOLDER/CASE/model.onnx
          FOLDER/CASE/test_data_set_0/input_0.pb, ..., output_0.pb, ...
        On Debian and Ubuntu the package libonnx-testdata has them in /usr/share/libonnx-testdata/data/node.

        Prints passed, failed and unsupported cases by operator, then each case that failed or is
        unsupported with the reason, then 'N passed, N failed, N unsupported'.
        Exit status: 0 if none failed, 1 if one failed, 2 if the cases cannot be run.
        """

    /// How this program calls itself to run the cases from one on.
    private static let workerOption = "--worker"

    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            if arguments.count == 3, arguments[0] == workerOption, let first = Int(arguments[2]) {
                return try ConformanceSuite.work(folder: arguments[1], from: first)
            }
            if arguments.contains("--help") || arguments.contains("-h") { return print(usage) }
            guard arguments.count == 1, let folder = arguments.first, !folder.hasPrefix("-") else {
                let given = arguments.isEmpty ? "and none is given" : "not '\(arguments.joined(separator: " "))'"
                stop("onnx-conformance takes one folder, \(given); see onnx-conformance --help")
            }
            let suite = try ConformanceSuite(folder: folder) { [workerOption, folder, "\($0)"] }
            print(suite.text)
            if suite.counts.failed > 0 { exit(1) }
        } catch {
            stop("onnx-conformance: \(error)")
        }
    }

    private static func stop(_ message: String) -> Never {
        FileHandle.standardError.write(Data((message + "\n").utf8))
        exit(2)
    }
}
