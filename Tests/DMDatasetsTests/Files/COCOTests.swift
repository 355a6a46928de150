import DMDatasets
import DMTensors
import Foundation
import Testing

@Suite("COCO")
struct COCOTests {
    /// Annotations of one image of 6 x 4 pixels, `1.jpg`.
    private static func annotations(_ annotations: String, categories: String = #"{"id": 1, "name": "cup"}, {"id": 90, "name": "cat"}"#)
        -> String
    {
        #"{"images": [{"id": 7, "file_name": "1.jpg", "height": 4, "width": 6}], "categories": [\#(categories)], "annotations": [\#(annotations)]}"#
    }

    private func mask(_ annotations: String) throws -> [UInt8]? {
        try Tree.temporary { tree in
            try tree.image("train2017/1.jpg")
            try tree.text("annotations/instances_train2017.json", Self.annotations(annotations))
            return try FileDataset(.coco, root: tree.root).samples(of: .training).sample(at: 0).mask?.scalars
        }
    }

    @Test("mask files and images of both parts are paired by their numbers")
    func maskFiles() throws {
        try Tree.temporary { tree in
            try tree.image("train2017/000000000009.jpg")
            try tree.image("val2017/000000000139.jpg")
            for name in ["000000000009", "000000000139"] { try tree.mask("masks/\(name).png", [0, 80, 255]) }
            let coco = try FileDataset(.coco, root: tree.root)
            #expect(coco.faults.isEmpty && coco.classNames.count == 81 && coco.classNames[80] == "toothbrush")
            #expect(coco.samples(of: .training).identifiers == ["000000000009"])
            #expect(try coco.samples(of: .validation).sample(at: 0).mask?.scalars.prefix(3) == [0, 80, 255])
        }
    }

    @Test("categories become classes in the order of their numbers; smaller objects lie over larger ones")
    func polygons() throws {
        let large = #"{"id": 1, "image_id": 7, "category_id": 1, "area": 24, "iscrowd": 0, "segmentation": [[0,0, 6,0, 6,4, 0,4]]}"#
        let small =
            #"{"id": 2, "image_id": 7, "category_id": 90, "area": 4, "iscrowd": 0, "segmentation": [[1,1, 3,1, 3,2, 1,2], [4,3, 6,3, 6,4, 4,4]]}"#
        let expected: [UInt8] = [1, 1, 1, 1, 1, 1, 1, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2]
        #expect(try mask(small + "," + large) == expected, "whatever their order in the file")
        #expect(try mask(large + "," + small) == expected)
    }

    @Test("crowds are ignored where no object lies over them")
    func crowd() throws {
        // The first column but its first pixel, and the second column.
        let crowd =
            #"{"id": 3, "image_id": 7, "category_id": 1, "area": 1, "iscrowd": 1, "segmentation": {"size": [4, 6], "counts": [1, 7, 16]}}"#
        let object = #"{"id": 2, "image_id": 7, "category_id": 90, "area": 2, "segmentation": [[1,3, 3,3, 3,4, 1,4]]}"#
        #expect(
            try mask(object + "," + crowd) == [0, 255, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 255, 2, 2, 0, 0, 0])
    }

    @Test("an image without annotations is background")
    func background() throws { #expect(try mask("") == [UInt8](repeating: 0, count: 24)) }

    /// What listing the files of one image finds.
    private func listed(_ json: String) throws -> FileDataset {
        try Tree.temporary { tree in
            try tree.image("train2017/1.jpg")
            try tree.text("annotations/instances_train2017.json", json)
            return try FileDataset(.coco, root: tree.root)
        }
    }

    @Test(
        "what is wrong with an annotation is a fault of its own, with its place",
        arguments: [
            (#"{"id": 1, "image_id": 8, "category_id": 1}"#, "image 8"), (#"{"id": 1, "image_id": 7, "category_id": 2}"#, "category 2"),
            (#"{"id": 1, "image_id": 7, "category_id": 1, "segmentation": [[0, 0, 1, 1]]}"#, "at least three"),
            (#"{"id": 1, "image_id": 7, "category_id": 1, "segmentation": [[0, 0, 1, 1, 2]]}"#, "pairs"),
            (#"{"id": 1, "image_id": 7, "category_id": 1, "segmentation": {"size": [4, 6], "counts": [1, 24]}}"#, "beyond the image"),
            (#"{"id": 1, "image_id": 7, "category_id": 1, "segmentation": {"size": [4, 6], "counts": [-1, 25]}}"#, "beyond the image"),
            (#"{"id": 1, "image_id": 7, "category_id": 1, "segmentation": {"size": [4, 6], "counts": [1, 3]}}"#, "4 pixels"),
            (#"{"id": 1, "image_id": 7, "category_id": 1, "segmentation": {"size": [6, 4], "counts": [24]}}"#, "[6, 4]"),
            (#"{"id": 1, "image_id": 7, "category_id": 1, "segmentation": {"size": [4, 6], "counts": "é"}}"#, "no text"),
            (#"{"id": 1, "image_id": 7, "category_id": 1, "segmentation": {"size": [4, 6]}}"#, "no 'counts'"),
            (#"{"id": 1, "image_id": 7, "category_id": 1, "segmentation": 5}"#, "segmentation: expected polygons or runs"),
            (#"{"id": 1, "image_id": 7, "category_id": 1, "iscrowd": "maybe"}"#, "iscrowd: expected 0 or 1"),
            (#"{"id": 1, "image_id": 7, "category_id": 1, "area": NaN}"#, "area: expected a number, found NaN"),
            (#"{"id": 1, "image_id": 7, "category_id": 1.5}"#, "category_id: expected a whole number"),
            (#"{"id": 1, "image_id": 7, "category_id": 1, "segmentation": [[0, 0, 1e400, 1, 2, 2]]}"#, "a number too large"),
            (#"{"id": 1, "image_id": null, "category_id": 1}"#, "image_id"), (#"{"id": 1}"#, "image_id"), ("5", "expected an object"),
        ])
    func badAnnotations(annotation: String, words: String) throws {
        let good = #"{"id": 2, "image_id": 7, "category_id": 90, "segmentation": [[0,0, 6,0, 6,4, 0,4]]}"#
        let before = try listed(Self.annotations(good + "," + annotation))
        #expect(before.faults.count == 1 && before.faults.first?.kind == .malformed, "\(before.faults)")
        #expect(before.faults.first?.message.contains(words) == true, "\(before.faults)")
        #expect(before.faults.first?.path.contains("instances_train2017.json:1:") == true)
        #expect(before.classNames == ["background", "cup", "cat"], "the others are read")
        // Each one is told.
        #expect(try listed(Self.annotations(annotation + "," + annotation + "," + good)).faults.count == 2)
    }

    @Test(
        "a text that is no JSON is refused with line, column and reason",
        arguments: [
            ("", "an empty file", ""), ("{", "cut off", "1:2"), ("[]", "expected an object, found a list", "1:1"),
            ("{\n  'images': []}", "a single quote", "2:3"), (#"{"images": [1,]}"#, "a comma stands before", "1:15"),
            ("{\"images\": [],\n \"images\": []}", "a second time", "2:2"),
            (#"{"images": [], "categories": []} x"#, "the end of the text", "1:34"),
            (#"{"images": [], "annotations": [True]}"#, "small letters", "1:32"), ("{// none\n}", "no comments", "1:2"),
            (#"{"images": [{"id": 1, "file_name": "a"#, "no closing quote", "1:36"),
            (#"{"annotations": []}"#, "'images' and 'categories'", "1:1"),
            ("\u{FEFF}{", "cut off", ""),
        ])
    func noJSON(text: String, words: String, place: String) throws {
        let fault = #expect(throws: DatasetError.self) { try listed(text) }
        #expect(fault?.kind == .malformed && fault?.message.contains(words) == true, "\(fault?.message ?? "")")
        #expect(fault?.path.hasSuffix(place) == true, "\(fault?.path ?? "")")
    }

    @Test("a text in UTF-16 is told")
    func otherEncoding() throws {
        try Tree.temporary { tree in
            try tree.image("train2017/1.jpg")
            try tree.text("annotations/instances_train2017.json", "")
            let path = URL(fileURLWithPath: tree.path("annotations/instances_train2017.json"))
            try #require(Self.annotations("").data(using: .utf16)).write(to: path)
            let fault = #expect(throws: DatasetError.self) { try FileDataset(.coco, root: tree.root) }
            #expect(fault?.message.contains("UTF-16") == true)
        }
    }

    @Test("an annotated image that is not there is at fault")
    func missingImage() throws {
        try Tree.temporary { tree in
            try tree.image("train2017/2.jpg")
            try tree.text("annotations/instances_train2017.json", Self.annotations(""))
            let coco = try FileDataset(.coco, root: tree.root)
            #expect(coco.faults.map(\.kind) == [.missingImage] && coco.faults[0].path == tree.path("train2017/1.jpg"))
        }
    }

    /// What pycocotools makes of regions.
    private struct Reference: Decodable {
        var height: Int
        var width: Int
        var regions: [Region]

        struct Region: Decodable {
            var polygon: [Double]
            var counts: [Int]
            var text: String
            var area: Int
        }
    }

    @Test("runs, texts of runs and polygons give what pycocotools gives; of polygons, pixels at the edge may differ")
    func reference() throws {
        let reference = try JSONDecoder().decode(Reference.self, from: Fixtures.reference("coco-regions.json"))
        for region in reference.regions {
            func pixels(_ segmentation: String) throws -> [UInt8] {
                try Tree.temporary { tree in
                    try tree.image("1.jpg", height: reference.height, width: reference.width)
                    try tree.text(
                        "annotations.json",
                        """
                        {"images": [{"id": 1, "file_name": "1.jpg", "height": \(reference.height), "width": \(reference.width)}],
                        "categories": [{"id": 4, "name": "thing"}],
                        "annotations": [{"id": 1, "image_id": 1, "category_id": 4, "segmentation": \(segmentation)}]}
                        """)
                    let labels = try FileDataset(.coco, root: tree.root).samples(of: .training).labels(at: 0)
                    return try #require(labels).scalars
                }
            }
            let size = "[\(reference.height), \(reference.width)]"
            let text = String(decoding: try JSONEncoder().encode(region.text), as: UTF8.self)
            let (runs, compressed) = try (
                pixels(#"{"size": \#(size), "counts": \#(region.counts)}"#), pixels(#"{"size": \#(size), "counts": \#(text)}"#)
            )
            #expect(runs == compressed && runs.reduce(0) { $0 + Int($1) } == region.area)
            let polygon = try pixels("[\(region.polygon)]")
            let (both, either) = zip(runs, polygon).reduce((0, 0)) { ($0.0 + Int($1.0 & $1.1), $0.1 + Int($1.0 | $1.1)) }
            #expect(Double(both) / Double(either) > 0.93, "\(both) of \(either) pixels")
        }
    }
}
