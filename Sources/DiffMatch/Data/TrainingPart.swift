import DMDatasets
import DMTensors

/// What one reading of all training masks tells: the class frequencies, and which images show which classes.
struct TrainingPart {
    /// The pixels of each class.
    private(set) var shares: ClassShares
    /// The classes that each image shows; nil for one without a usable mask.
    private(set) var presence: [Set<Int>?] = []

    /// Reads all masks; where faults are skipped, an unreadable one makes its image unlabeled.
    ///
    /// - Throws: What keeps a mask from being read, unless it is to be skipped.
    init(_ samples: any SegmentationSamples, classCount: Int, skippingInto log: FaultLog?, progress: (Int, Int) -> Void = { _, _ in })
        throws
    {
        shares = ClassShares(classCount: classCount)
        let masks = Prefetcher(of: 0..<samples.count, readers: 2) { index in
            do {
                return try samples.labels(at: index)
            } catch let fault as DatasetError {
                guard let log else { throw fault }
                log.note(fault)
                return nil
            }
        }
        while let mask = try masks.next() {
            presence.append(mask.map { shares.add($0) })
            progress(presence.count, samples.count)
        }
    }

    /// The partition that labels a share of the images with masks; all others are unlabeled.
    func partition(fraction: Double, seed: UInt64) -> Partition {
        let masked = presence.indices.filter { presence[$0] != nil }
        let order = NestedSplit(presence: masked.map { presence[$0] ?? [] }, classCount: shares.pixelCounts.count, seed: seed)
        let labeled = masked.isEmpty ? [] : order.partition(fraction: fraction).labeled.map { masked[$0] }
        return Partition(labeled: labeled, unlabeled: Set(presence.indices).subtracting(labeled).sorted())
    }
}
