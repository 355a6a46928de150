import DMDatasets
import Synchronization

/// Files that were left out of a training, each reported once.
final class FaultLog: Sendable {
    private let found = Mutex<[DatasetError]>([])
    private let report: @Sendable (DatasetError) -> Void

    /// - Parameter report: Is told each new fault, from whatever thread meets it.
    init(report: @escaping @Sendable (DatasetError) -> Void) { self.report = report }

    /// Notes a fault.
    func note(_ fault: DatasetError) {
        let isNew = found.withLock { found in
            guard !found.contains(fault) else { return false }
            found.append(fault)
            return true
        }
        if isNew { report(fault) }
    }

    /// All faults so far, by path: readers meet them in no order of their own.
    var faults: [DatasetError] { found.withLock { $0 }.sorted { ($0.path, $0.message) < ($1.path, $1.message) } }
}
