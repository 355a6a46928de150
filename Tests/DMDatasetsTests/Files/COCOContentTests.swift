import DMDatasets
import DMTensors
import Foundation
import Testing

@Suite("What COCO's annotations mean")
struct COCOContentTests {
    /// A data set of one image of 6 x 4 pixels.
    private func dataset(
        _ annotations: String, categories: String = #"{"id": 1, "name": "cup"}, {"id": 2, "name": "cat"}"#,
        images: String = #"{"id": 7, "file_name": "1.png", "height": 4, "width": 6}"#
    ) throws -> (classNames: [String], faults: [DatasetError], notes: [String], mask: [UInt8]?) {
        try Tree.temporary { tree in
            try tree.image("1.png")
            try tree.text(
                "annotations.json", #"{"images": [\#(images)], "categories": [\#(categories)], "annotations": [\#(annotations)]}"#)
            let coco = try FileDataset(.coco, root: tree.root)
            let samples = coco.samples(of: .training)
            return (coco.classNames, coco.faults, coco.notes, samples.count > 0 ? try samples.labels(at: 0)?.scalars : nil)
        }
    }

    private static let left = #""segmentation": [[0,0, 3,0, 3,4, 0,4]]"#
    private static let leftHalf: [UInt8] = [1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0]

    @Test(
        "a category of the number 0 is a class, unless nothing is of it and it only groups the others",
        arguments: [
            (#"{"id": 0, "name": "cup"}, {"id": 1, "name": "cat"}"#, 0, ["background", "cup", "cat"], UInt8(1)),
            (#"{"id": 0, "name": "cup"}"#, 0, ["background", "cup"], 1),
            (#"{"id": 0, "name": "cup"}, {"id": 1, "name": "cat"}"#, 1, ["background", "cup", "cat"], 2),
            (
                #"{"id": 0, "name": "all", "supercategory": "none"}, {"id": 1, "name": "cat", "supercategory": "all"}"#, 1,
                ["background", "cat"], 1
            ),
            (#"{"id": 0, "name": "all"}, {"id": 1, "name": "cat", "supercategory": "all"}"#, 1, ["background", "cat"], 1),
            (
                #"{"id": 0, "name": "all", "supercategory": "none"}, {"id": 1, "name": "cat", "supercategory": "all"}"#, 0,
                ["background", "all", "cat"], 1
            ), (#"{"id": 0, "name": "Background"}, {"id": 1, "name": "cat"}"#, 1, ["Background", "cat"], 1),
            (#"{"id": 5, "name": "background"}, {"id": 1, "name": "cat"}"#, 5, ["background", "cat"], 0),
        ])
    func categoryZero(categories: String, used: Int, names: [String], label: UInt8) throws {
        let found = try dataset(#"{"id": 1, "image_id": 7, "category_id": \#(used), \#(Self.left)}"#, categories: categories)
        #expect(found.classNames == names && found.faults == [] && found.mask?[0] == label && found.mask?[5] == 0)
    }

    @Test(
        "numbers may be texts or have a point, and a crowd may be anything that means yes or no",
        arguments: [
            (#""id": 1, "image_id": 7, "category_id": 1, "iscrowd": false"#, UInt8(1)),
            (#""id": "1", "image_id": "7", "category_id": "1", "iscrowd": "0""#, 1),
            (#""id": 1.0, "image_id": 7.0, "category_id": 1.0, "iscrowd": 0.0"#, 1),
            (#""id": 9223372036854775813, "image_id": 7, "category_id": 1, "iscrowd": null"#, 1),
            (#""id": "c0ffee", "image_id": 7, "category_id": 1"#, 1), (#""image_id": 7, "category_id": 1, "iscrowd": """#, 1),
            (#""id": null, "image_id": 7, "category_id": 1, "iscrowd": true"#, 255),
            (#""id": 1, "image_id": 7, "category_id": 1, "iscrowd": "true", "area": null, "bbox": null"#, 255),
        ])
    func spellings(fields: String, label: UInt8) throws {
        let found = try dataset("{\(fields), \(Self.left)}")
        #expect(found.faults == [] && found.mask?[0] == label && found.mask?[5] == 0)
        let images = #"{"id": "7", "file_name": "1.png", "height": "4", "width": 6.0}"#
        #expect(try dataset("{\(fields), \(Self.left)}", images: images).mask?[0] == label)
    }

    @Test("names of images may be texts of any sort, and tell images apart")
    func textNames() throws {
        let images = #"{"id": "a-1", "file_name": "1.png", "height": 4, "width": 6}"#
        let found = try dataset(#"{"id": 1, "image_id": "a-1", "category_id": 1, \#(Self.left)}"#, images: images)
        #expect(found.faults == [] && found.mask == Self.leftHalf)
    }

    @Test(
        "annotations without an outline are counted and told; where all are so, that is a fault",
        arguments: [
            #""segmentation": []"#, #""segmentation": null"#, #""segmentation": [[]]"#, #""bbox": [0, 0, 3, 4]"#, #""segmentation": {}"#,
        ])
    func boxes(outline: String) throws {
        let box = #"{"id": 1, "image_id": 7, "category_id": 2, \#(outline)}"#
        let found = try dataset(box + "," + #"{"id": 2, "image_id": 7, "category_id": 1, \#(Self.left)}"#)
        #expect(found.faults == [] && found.mask == Self.leftHalf)
        #expect(found.notes == ["annotations.json: 1 of 2 annotations have no outline (a box at most) and are in no mask"])
        let alone = try dataset(box)
        #expect(alone.faults.count == 1 && alone.faults[0].message.contains("boxes alone give no masks"))
    }

    @Test("a single polygon may do without a list around it")
    func flatPolygon() throws {
        #expect(try dataset(#"{"id": 1, "image_id": 7, "category_id": 1, "segmentation": [0,0, 3,0, 3,4, 0,4]}"#).mask == Self.leftHalf)
    }

    @Test("of a region with a polygon that is none, the others are painted, and it is told")
    func partOfRegion() throws {
        let found = try dataset(
            #"{"id": 1, "image_id": 7, "category_id": 1, "segmentation": [[0,0, 3,0, 3,4, 0,4], [5,5, 9,9]]}"#)
        #expect(found.mask == Self.leftHalf)
        #expect(found.faults.map(\.message) == ["annotation 1: a polygon has pairs of numbers, at least three of them; found 4 numbers"])
    }

    @Test("what is at fault is ignored where its place is known: a wrong mask is never taught")
    func ignoredPlaces() throws {
        let unknown = try dataset(#"{"id": 1, "image_id": 7, "category_id": 9, \#(Self.left)}"#)
        #expect(unknown.faults.count == 1 && unknown.mask?.prefix(6) == [255, 255, 255, 0, 0, 0])
        let broken = try dataset(
            #"{"id": 1, "image_id": 7, "category_id": 1, "segmentation": {"size": [4, 6], "counts": "~"}, "bbox": [0, 0, 3, 4]}"#)
        #expect(broken.faults.count == 1 && broken.mask?.prefix(6) == [255, 255, 255, 0, 0, 0])
    }

    @Test("two of one number, or of one name, are told")
    func repeated() throws {
        let image = #"{"id": 7, "file_name": "1.png", "height": 4, "width": 6}"#
        func faults(_ images: String, _ categories: String) throws -> [String] {
            try dataset(#"{"id": 1, "image_id": 7, "category_id": 1, \#(Self.left)}"#, categories: categories, images: images).faults
                .map(\.message)
        }
        let category = #"{"id": 1, "name": "cup"}"#
        #expect(
            try faults(image + "," + #"{"id": 7, "file_name": "2.png", "height": 4, "width": 6}"#, category)
                == ["image 7 is there twice: '1.png' and '2.png'"])
        #expect(
            try faults(image + "," + #"{"id": 8, "file_name": "1.png", "height": 4, "width": 6}"#, category)
                == ["image 8 and image 7 are both of the file '1.png'"])
        #expect(try faults(image, category + "," + #"{"id": 1, "name": "cat"}"#) == ["two categories have the number 1"])
        #expect(
            try faults(image, category + "," + #"{"id": 2, "name": "cup"}"#) == ["categories 1 and 2 have one name, 'cup'"])
        let twice = #"{"id": 1, "image_id": 7, "category_id": 1, \#(Self.left)}"#
        #expect(try dataset(twice + "," + twice).notes == ["annotations.json: 1 of 2 annotations have the id of another one"])
    }

    @Test("of very many faults the first are told, and their number")
    func many() throws {
        let bad = #"{"id": 1, "image_id": 9, "category_id": 1}"#
        let found = try dataset([String](repeating: bad, count: 1000).joined(separator: ",\n"))
        #expect(found.faults.count == 51 && found.faults[50].message == "950 more faults like these")
        #expect(found.faults[49].path.hasSuffix("annotations.json:50:1"))
    }
}
