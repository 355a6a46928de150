import DMDatasets
import DMTensors
import Foundation
import Testing

@Suite("CamVid")
struct CamVidTests {
    static func write(_ tree: Tree) throws {
        for (part, name) in [("train", "0001TP_006690"), ("train", "0001TP_006720"), ("val", "0016E5_07959"), ("test", "Seq05VD_f00000")] {
            try tree.image("\(part)/\(name).png")
            try tree.mask("\(part)annot/\(name).png", [0, 10, 11])
        }
    }

    @Test("the folders make the parts, 11 is void")
    func folders() throws {
        try Tree.temporary { tree in
            try Self.write(tree)
            let camVid = try FileDataset(.camvid, root: tree.root)
            #expect(camVid.faults.isEmpty && camVid.classNames.count == 11 && camVid.classNames[10] == "bicyclist")
            #expect(DatasetPart.allCases.map { camVid.samples(of: $0).count } == [2, 1, 1])
            #expect(try camVid.samples(of: .test).sample(at: 0).mask?.scalars.prefix(3) == [0, 10, 255])
        }
    }

    @Test("a list makes its part, whatever folders its paths begin with")
    func lists() throws {
        try Tree.temporary { tree in
            try Self.write(tree)
            try tree.text("train.txt", "/SegNet/CamVid/train/0001TP_006720.png /SegNet/CamVid/trainannot/0001TP_006720.png\n")
            let camVid = try FileDataset(.camvid, root: tree.root)
            #expect(camVid.samples(of: .training).identifiers == ["0001TP_006720"])
            #expect(camVid.samples(of: .validation).count == 1)
        }
    }

    @Test("the real training and validation parts are complete and have no fault", .enabled(if: CamVidTests.isThere))
    func real() throws {
        let root = try #require(Self.root)
        let check = try DatasetCheck(of: FileDataset(.camvid, root: root))
        #expect(check.faults == [])
        #expect(check.counts[.train] == 367 && check.counts[.val] == 101)
        let shares = try #require(check.shares[.train])
        // As published with the selection, in percent of all pixels, void ones among them.
        let published = [16.9, 23.3, 1.0, 31.7, 4.5, 9.7, 1.2, 1.1, 5.9, 0.64, 0.29]
        for (count, expected) in zip(shares.pixelCounts, published) {
            let share = 100 * Double(count) / Double(367 * 480 * 360)
            #expect(abs(share - expected) < 0.06, "\(share) against \(expected)")
        }
        #expect(abs(try #require(shares.headToTailRatio) - 110) < 5)
    }

    static let root = ProcessInfo.processInfo.environment["DIFFMATCH_CAMVID"]

    static var isThere: Bool {
        if root == nil { print("skipped: real CamVid images; DIFFMATCH_CAMVID names no folder") }
        return root != nil
    }
}
