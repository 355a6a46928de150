import Foundation

/// A program whose calls that change files of one folder are logged, or fail.
///
/// `faults.c` stands between the program and the system; it is compiled for each check.
struct FaultyCalls {
    /// What happens at a call.
    enum Action {
        /// It fails with an error.
        case fails(Int32)
        /// It fails with an error, and so do all later calls that need room.
        case failsFromThere(Int32)
        /// The program is killed before it.
        case kills
        /// The program is killed when half of a write is done.
        case tears
    }

    /// A call that succeeded.
    struct Call {
        enum Kind: String { case create, write, resize, sync, rename, link, remove, folder }

        let kind: Kind
        /// The file, and its new name for a rename or a link.
        let path: String, other: String
        /// Where a write began, in bytes.
        let offset: Int
        /// The size that a resize made, in bytes.
        let size: Int
        /// What a write wrote.
        let data: Data
    }

    private let folder: String, library: String

    /// The calls that concern files of a folder, or of one below it.
    ///
    /// - Parameters:
    ///   - folder: The folder, as an absolute path without links.
    ///   - scratch: Where the library is compiled to.
    init(below folder: String, scratch: String) throws {
        self.folder = folder
        library = "\(scratch)/faults.so"
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "faults.c").path
        // The Swift toolchain comes with a C compiler of this name.
        let compiler = Launch(program: "/usr/bin/env", arguments: ["clang", "-O1", "-shared", "-fPIC", "-o", library, source])
        let ending = try compiler.run()
        guard ending.status == 0, FileTree.exists(library) else {
            throw CheckFailure("faults.c could not be compiled: \(ending) \(ending.text)")
        }
    }

    /// A program that logs its calls.
    func logging(_ launch: Launch, to log: String) -> Launch { preloaded(launch, ["FAULTS_LOG": log]) }

    /// A program whose call of a number, counted from 1, goes wrong.
    func failing(_ launch: Launch, at call: Int, _ action: Action) -> Launch {
        var variables = ["FAULTS_AT": "\(call)"]
        switch action {
        case .fails(let code): variables["FAULTS_ACTION"] = "\(code)"
        case .failsFromThere(let code): variables.merge(["FAULTS_ACTION": "\(code)", "FAULTS_FROM": "1"]) { $1 }
        case .kills: variables["FAULTS_ACTION"] = "kill"
        case .tears: variables["FAULTS_ACTION"] = "tear"
        }
        return preloaded(launch, variables)
    }

    private func preloaded(_ launch: Launch, _ variables: [String: String]) -> Launch {
        var launch = launch
        launch.environment.merge(variables) { $1 }
        launch.environment.merge(["LD_PRELOAD": library, "FAULTS_FOLDER": folder]) { $1 }
        return launch
    }

    /// The calls of a log, in their order.
    static func calls(in log: String) throws -> [Call] {
        let bytes = try Data(contentsOf: URL(filePath: log))
        var calls: [Call] = []
        var place = 0
        while let end = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) {
            let fields = String(decoding: bytes[place..<end], as: UTF8.self).split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 5, let kind = Call.Kind(rawValue: String(fields[0])), let offset = Int(fields[3]),
                let size = Int(fields[4])
            else { throw CheckFailure("the log of calls is damaged at byte \(place)") }
            place = end + 1
            let data = kind == .write ? bytes[place..<place + size] : Data()
            place += data.count
            calls.append(
                Call(kind: kind, path: String(fields[1]), other: String(fields[2]), offset: offset, size: size, data: data))
        }
        return calls
    }
}
