import DMDatasets
import Synchronization

/// Files that were left out of a training, each reported once.
final class FaultLog: Sendable {
    private let found = Mutex<[DatasetFault]>([])
    private let report: @Sendable (DatasetFault) -> Void

    /// - Parameter report: Is told each new fault, from whatever thread meets it.
    init(report: @escaping @Sendable (DatasetFault) -> Void) { self.report = report }

    /// Notes a fault.
    func note(_ fault: DatasetFault) {
        let isNew = found.withLock { found in
            guard !found.contains(fault) else { return false }
            found.append(fault)
            return true
        }
        if isNew { report(fault) }
    }

    /// All faults so far, by path: readers meet them in no order of their own.
    var faults: [DatasetFault] { found.withLock { $0 }.sorted { ($0.path, $0.message) < ($1.path, $1.message) } }
}
