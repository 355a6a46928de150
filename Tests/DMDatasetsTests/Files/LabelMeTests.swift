import DMDatasets
import DMTensors
import Foundation
import Testing

/// The samples of Debian's package `labelme-examples`, which were made by other programs from photographs.
@Suite("Samples of labelme-examples", .enabled(if: LabelMeExamples.areThere))
struct LabelMeTests {
    @Test("the samples in the form of VOC are read without a fault")
    func pascal() throws {
        for folder in ["semantic_segmentation", "instance_segmentation"] {
            let voc = try FileDataset(.pascal, root: "\(LabelMeExamples.root)/\(folder)/data_dataset_voc")
            let check = try DatasetCheck(of: voc)
            #expect(check.faults.isEmpty && check.counts[.train] == 3)
            let shares = try #require(check.shares[.train])
            let shown = shares.imageCounts.indices.filter { shares.imageCounts[$0] > 0 }.map { voc.classNames[$0] }
            #expect(shown == ["background", "bottle", "bus", "car", "chair", "person", "sofa"])
            #expect(try voc.samples(of: .training).sample(at: 0).image.shape == [338, 500, 3])
        }
    }

    @Test("the samples in the form of COCO give nearly the masks of those in the form of VOC")
    func coco() throws {
        let coco = try FileDataset(.coco, root: "\(LabelMeExamples.root)/instance_segmentation/data_dataset_coco")
        let voc = try FileDataset(.pascal, root: "\(LabelMeExamples.root)/instance_segmentation/data_dataset_voc").samples(of: .training)
        let check = try DatasetCheck(of: coco)
        #expect(check.faults.isEmpty && check.counts[.train] == 3 && coco.classNames.count == 21)
        let samples = coco.samples(of: .training)
        for index in 0..<samples.count {
            let other = try #require((0..<3).first { voc.identifier(at: $0) == samples.identifier(at: index) })
            let (mine, theirs) = (try #require(try samples.labels(at: index)), try #require(try voc.labels(at: other)))
            // What VOC ignores has no part in COCO; objects overlap in another order.
            let pairs = zip(mine.scalars, theirs.scalars).filter { $1 != 255 }
            let share = Double(pairs.count { $0 == $1 }) / Double(pairs.count)
            #expect(share > 0.97, "\(samples.identifier(at: index)): \(share)")
        }
    }
}

/// Where the package puts its samples.
private enum LabelMeExamples {
    static let root = "/usr/share/doc/labelme-examples/examples"

    static var areThere: Bool {
        let areThere = FileManager.default.fileExists(atPath: root + "/instance_segmentation")
        if !areThere { print("skipped: samples of labelme-examples; that package of Debian is not installed") }
        return areThere
    }
}
