public import DMDatasets
import DMFormats
import DMTensors
import Foundation

/// What `diffmatch verify` finds, as text and as JSON.
public struct DatasetReport: Sendable, Encodable {
    private let check: DatasetCheck

    /// Everything that is wrong, at once.
    public var faults: [DatasetError] { check.faults }

    /// Reads all files of a configuration's data set and its lists.
    ///
    /// A folder that does not have the configured layout at all, or a list that cannot be read, is the only fault then.
    public init(_ configuration: Configuration, readers: Int = 2) throws {
        do {
            check = try Self.check(configuration, readers: readers)
        } catch let fault as DatasetError {
            check = DatasetCheck(fault: fault)
        }
    }

    /// Checks the files, and whatever else would keep a training of the configuration from beginning.
    private static func check(_ configuration: Configuration, readers: Int) throws -> DatasetCheck {
        let dataset = try configuration.makeDataset()
        var check = try DatasetCheck(of: dataset, readers: readers)
        let lists =
            (dataset as? FileDataset)?.lists
            ?? FileLists(labeled: configuration.dataset.labeledList, unlabeled: configuration.dataset.unlabeledList)
        guard let survey = check.surveys[.train] else { return check }
        let partition: Partition
        if let labeled = lists.labeled {
            let found = try Partition.resolved(
                labeled: SampleList(path: labeled), unlabeled: lists.unlabeled.map(SampleList.init(path:)), of: dataset)
            partition = found.partition
            check.add(partition, faults: found.faults)
        } else {
            partition = TrainingPart(survey).partition(fraction: configuration.dataset.labeledFraction, seed: configuration.dataset.seed)
        }
        check.notes += configuration.notes(on: partition, survey, classNames: dataset.classNames)
        let root = configuration.dataset.root ?? configuration.dataset.name.rawValue
        var obstacles = configuration.obstacles(to: dataset, partition).map(\.description)
        if configuration.encoder.weights != nil {
            do {
                _ = try configuration.pretrainedState(classCount: dataset.classNames.count)
            } catch {
                obstacles.append("\(error)")
            }
        }
        check.faults += obstacles.map { DatasetError(path: root, kind: .missing, message: $0) }
        return check
    }

    private enum CodingKeys: String, CodingKey {
        case classes, counts, classPixels, headToTailRatio, faults, notes
    }

    /// Writes counts and class pixels per split, the faults and the notes.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(check.classNames, forKey: .classes)
        try container.encode(byName(check.counts), forKey: .counts)
        try container.encode(byName(check.shares.mapValues(\.pixelCounts)), forKey: .classPixels)
        try container.encode(check.shares[.train]?.headToTailRatio, forKey: .headToTailRatio)
        try container.encode(check.faults, forKey: .faults)
        try container.encode(check.notes, forKey: .notes)
    }

    private func byName<Value>(_ values: [DatasetCheck.Split: Value]) -> [String: Value] {
        Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) })
    }

    /// Writes the report as JSON, as a whole or not at all.
    ///
    /// - Throws: `FileError` where the system refuses.
    public func write(to path: String) throws {
        try AtomicFile.write(Array(JSONEncoder.readable.encode(self)) + Array("\n".utf8), to: path)
    }
}

extension DatasetReport: CustomStringConvertible {
    /// Counts, class shares from head to tail, notes, and all faults.
    public var description: String {
        var lines = DatasetCheck.Split.allCases.compactMap { split in
            check.counts[split].map { count in
                let labeled = check.labeledCounts[split].map { $0 == count ? "" : ", \($0) with a mask" } ?? ""
                return "\(split.rawValue): \(count) images\(labeled)"
            }
        }
        if let shares = check.shares[.train], let ratio = shares.headToTailRatio {
            lines.append("share of the training pixels, and images that show the class:")
            let width = check.classNames.map(\.count).max() ?? 0
            lines += shares.headToTail.map { label in
                let name = check.classNames[label].padding(toLength: width, withPad: " ", startingAt: 0)
                // Two decimals, so that rare classes do not all read 0.
                let share = percent(shares.shares[label], decimals: 2)
                let padding = String(repeating: " ", count: max(0, 6 - share.count))
                return "  \(name)  \(padding)\(share) %  \(shares.imageCounts[label])"
            }
            lines.append("head-to-tail ratio: \(Int(ratio.rounded()))")
        }
        lines += check.notes.map { "note: \($0)" }
        lines += check.faults.map { "fault: \($0)" }
        let count = check.faults.count
        lines.append(count == 0 ? "no faults" : count == 1 ? "1 fault" : "\(count) faults")
        return lines.joined(separator: "\n") + "\n"
    }
}
