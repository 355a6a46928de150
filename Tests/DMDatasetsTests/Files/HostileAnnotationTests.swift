import DMDatasets
import DMTensors
import Foundation
import Testing

@Suite("Annotations that would cost too much")
struct HostileAnnotationTests {
    /// The mask of one annotated image, whose own size is another one where `real` says so.
    private func mask(_ segmentations: [String], height: Int, width: Int, real: (height: Int, width: Int)? = nil) throws -> Tensor<UInt8>? {
        try Tree.temporary { tree in
            try tree.image("1.png", height: real?.height ?? height, width: real?.width ?? width)
            let annotations = segmentations.enumerated().map {
                #"{"id": \#($0), "image_id": 1, "category_id": 1, "segmentation": \#($1)}"#
            }.joined(separator: ",")
            try tree.text(
                "annotations.json",
                #"""
                {"images": [{"id": 1, "file_name": "1.png", "height": \#(height), "width": \#(width)}],
                 "categories": [{"id": 1, "name": "thing"}], "annotations": [\#(annotations)]}
                """#)
            let coco = try FileDataset(.coco, root: tree.root)
            #expect(coco.faults == [])
            return try coco.samples(of: .training).labels(at: 0)
        }
    }

    @Test("coordinates beyond all images are cut off at the image's edge")
    func farCoordinates() throws {
        let all = try mask(["[[-1e308,-1e308, 1e308,-1e308, 1e308,1e308, -1e308,1e308]]"], height: 4, width: 6)
        #expect(all?.scalars == [UInt8](repeating: 1, count: 24))
        for polygon in ["[[-1e308,0.5, 1e308,4, 0,4]]", "[[1e200,1e200, -1e200,1e200, 1e200,-1e200]]"] {
            #expect(try mask([polygon], height: 4, width: 6)?.count == 24)
        }
    }

    @Test("the size that annotations claim is compared with the image before much memory is taken")
    func claimedSize() throws {
        let fault = #expect(throws: DatasetError.self) {
            try mask([], height: 65536, width: 2048, real: (8, 8))
        }
        #expect(fault?.kind == .sizesDiffer && fault?.message == "expected the annotated size, 2048 x 65536, found 8 x 8")
    }

    @Test("a zigzag of thousands of corners is refused before it is painted", .timeLimit(.minutes(1)))
    func zigzag() throws {
        let corners = (0..<5000).map { "\($0 % 100),\($0 % 2 == 0 ? -1 : 65537)" }.joined(separator: ",")
        let fault = #expect(throws: DatasetError.self) { try mask(["[[\(corners)]]"], height: 65536, width: 8) }
        #expect(fault?.kind == .malformed && fault?.message.contains("too many and too large") == true)
    }

    @Test("many edges in few rows are painted", .timeLimit(.minutes(1)))
    func manyEdges() throws {
        let corners = (0..<20_000).map { "\($0 % 9),\($0 % 2 == 0 ? -1 : 9)" }.joined(separator: ",")
        #expect(try mask(["[[\(corners)]]"], height: 8, width: 8)?.count == 64)
    }

    @Test("whole columns of a run are painted as pixel by pixel")
    func columns() throws {
        for (skip, length) in [(0, 35), (3, 1), (3, 4), (3, 17), (5, 10), (6, 29), (34, 1), (1, 34), (5, 5)] {
            let runs = #"{"size": [5, 7], "counts": [\#(skip), \#(length), \#(35 - skip - length)]}"#
            let expected = (0..<35).map { pixel in
                let place = pixel % 7 * 5 + pixel / 7
                return UInt8(place >= skip && place < skip + length ? 1 : 0)
            }
            #expect(try mask([runs], height: 5, width: 7)?.scalars == expected, "\(skip) \(length)")
        }
    }

    @Test("a polygon that is painted some rows at a time is the same")
    func bands() throws {
        // So many corners that a band has 16 rows: a saw with teeth of one pixel, whose left edge is the column 3.
        let teeth = (0..<70_000).map { "\(4 + $0 % 2),\(Double($0) / 1000)" }
        let corners = ["3,0"] + teeth + ["3,70"]
        let found = try #require(try mask(["[[\(corners.joined(separator: ","))]]"], height: 100, width: 8))
        for row in 0..<100 {
            #expect(found.scalars[8 * row + 3] == (row < 70 ? 1 : 0) && found.scalars[8 * row + 2] == 0 && found.scalars[8 * row + 5] == 0)
        }
    }
}
