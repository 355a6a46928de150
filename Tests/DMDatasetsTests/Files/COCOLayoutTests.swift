import DMDatasets
import DMTensors
import Foundation
import Testing

/// Each test writes the tree that a program exports, as far as it is read.
@Suite("Annotations in COCO's form as other programs export them")
struct COCOLayoutTests {
    /// Annotations of images of 6 x 4 pixels, each with one region of its left half, of the category `category`.
    static func annotations(
        _ files: [String], category: Int = 1, categories: String = #"{"id": 1, "name": "cup"}, {"id": 2, "name": "cat"}"#
    ) -> String {
        let images = files.enumerated().map {
            #"{"id": \#($0), "file_name": "\#($1.replacing("\\", with: "\\\\"))", "height": 4, "width": 6}"#
        }
        let regions = files.indices.map {
            #"{"id": \#($0), "image_id": \#($0), "category_id": \#(category), "segmentation": [[0,0, 3,0, 3,4, 0,4]], "iscrowd": 0}"#
        }
        return #"""
            {"info": {}, "images": [\#(images.joined(separator: ","))], "categories": [\#(categories)],
             "annotations": [\#(regions.joined(separator: ","))]}
            """#
    }

    /// The images of each part as listed, after a check that all have the label 1 on the left and 0 on the right.
    private func parts(of tree: Tree) throws -> [[String]] {
        let coco = try FileDataset(.coco, root: tree.root)
        #expect(coco.faults == [])
        var found: [[String]] = []
        for part in DatasetPart.allCases {
            let samples = coco.samples(of: part)
            found.append((0..<samples.count).map { samples.listing(at: $0) })
            for index in 0..<samples.count {
                let labels = try #require(try samples.sample(at: index).mask).scalars
                #expect(labels.prefix(6) == [1, 1, 1, 0, 0, 0])
            }
        }
        return found
    }

    @Test("CVAT: a folder of images for each subset, or one for all")
    func cvat() throws {
        try Tree.temporary { tree in
            try tree.image("images/default/a.jpg")
            try tree.text("annotations/instances_default.json", Self.annotations(["a.jpg"]))
            #expect(try parts(of: tree) == [["images/default/a.jpg"], [], []])
        }
        try Tree.temporary { tree in
            for name in ["Train", "Validation"] {
                try tree.image("images/\(name)/a.jpg")
                try tree.text("annotations/instances_\(name).json", Self.annotations(["a.jpg"]))
                // CVAT writes keypoints beside them.
                try tree.text("annotations/person_keypoints_\(name).json", "{}")
            }
            #expect(try parts(of: tree) == [["images/Train/a.jpg"], ["images/Validation/a.jpg"], []])
        }
        try Tree.temporary { tree in
            try tree.image("images/a.jpg")
            try tree.text("annotations/instances_default.json", Self.annotations(["a.jpg"]))
            #expect(try parts(of: tree) == [["images/a.jpg"], [], []])
        }
    }

    @Test("Roboflow: annotations beside the images of each part, an unused root category")
    func roboflow() throws {
        try Tree.temporary { tree in
            let categories =
                #"{"id": 0, "name": "cells", "supercategory": "none"}, {"id": 1, "name": "cell", "supercategory": "cells"}"#
            for part in ["train", "valid", "test"] {
                try tree.image("\(part)/\(part)_png.rf.0a.jpg")
                try tree.text("\(part)/_annotations.coco.json", Self.annotations(["\(part)_png.rf.0a.jpg"], categories: categories))
            }
            try tree.text("README.roboflow.txt", "")
            #expect(
                try parts(of: tree) == [
                    ["train/train_png.rf.0a.jpg"], ["valid/valid_png.rf.0a.jpg"], ["test/test_png.rf.0a.jpg"],
                ])
            #expect(try FileDataset(.coco, root: tree.root).classNames == ["background", "cell"])
        }
    }

    @Test(
        "Label Studio: the images' paths may be those of Windows, or of another machine",
        arguments: ["images/1-a.jpg", #"images\1-a.jpg"#, #"images\1/1-a.jpg"#, #"..\..\label-studio\media\upload\4\1-a.jpg"#])
    func labelStudio(file: String) throws {
        try Tree.temporary { tree in
            let categories = #"{"id": 0, "name": "cup"}, {"id": 1, "name": "cat"}"#
            try tree.image("images/1-a.jpg")
            try tree.text("result.json", Self.annotations([file], category: 0, categories: categories))
            #expect(try parts(of: tree) == [["images/1-a.jpg"], [], []])
            #expect(try FileDataset(.coco, root: tree.root).classNames == ["background", "cup", "cat"])
        }
    }

    @Test("FiftyOne: data and labels.json, at the top or for each part")
    func fiftyOne() throws {
        try Tree.temporary { tree in
            try tree.image("data/a.jpg")
            try tree.text("labels.json", Self.annotations(["a.jpg"]))
            #expect(try parts(of: tree) == [["data/a.jpg"], [], []])
        }
        try Tree.temporary { tree in
            for part in ["train", "validation"] {
                try tree.image("\(part)/data/\(part).jpg")
                try tree.text("\(part)/labels.json", Self.annotations(["\(part).jpg"]))
            }
            #expect(try parts(of: tree) == [["train/data/train.jpg"], ["validation/data/validation.jpg"], []])
        }
    }

    @Test("labelme: JPEGImages beside annotations.json, the background a category of its own")
    func labelme() throws {
        try Tree.temporary { tree in
            let categories = #"{"id": 0, "name": "_background_", "supercategory": null}, {"id": 1, "name": "cup", "supercategory": null}"#
            try tree.image("JPEGImages/a.jpg")
            try tree.text("annotations.json", Self.annotations(["JPEGImages/a.jpg"], categories: categories))
            #expect(try parts(of: tree) == [["JPEGImages/a.jpg"], [], []])
            #expect(try FileDataset(.coco, root: tree.root).classNames == ["_background_", "cup"])
        }
    }

    @Test("labelme2coco, MMDetection and Supervisely: a file for each part, or one of any name")
    func others() throws {
        for folder in ["", "annotations/"] {
            try Tree.temporary { tree in
                try tree.image("images/a.jpg")
                try tree.image("images/b.jpg")
                try tree.text("\(folder)train.json", Self.annotations(["images/a.jpg"]))
                try tree.text("\(folder)val.json", Self.annotations(["images/b.jpg"]))
                #expect(try parts(of: tree) == [["images/a.jpg"], ["images/b.jpg"], []])
            }
        }
        for name in ["annotations/instances.json", "any name.json"] {
            try Tree.temporary { tree in
                try tree.image("images/a.jpg")
                try tree.text(name, Self.annotations(["a.jpg"]))
                #expect(try parts(of: tree) == [["images/a.jpg"], [], []])
            }
        }
    }

    @Test("images of one name in two parts are two samples, which lists and predictions tell apart by their folders")
    func sameNames() throws {
        try Tree.temporary { tree in
            for part in ["train", "val"] {
                for name in ["a.jpg", "b.jpg"] { try tree.image("\(part)2017/\(name)") }
                try tree.text("annotations/instances_\(part)2017.json", Self.annotations(["a.jpg", "b.jpg"]))
            }
            let coco = try FileDataset(.coco, root: tree.root)
            #expect(coco.samples(of: .training).identifiers == ["train2017/a", "train2017/b"])
            #expect(try DatasetCheck(of: coco).faults == [])
            #expect(coco.identifiers(ofListed: "/elsewhere/val2017/a.jpg") == ["val2017/a"])
            #expect(coco.identifiers(ofListed: "a") == ["train2017/a", "val2017/a"])
            #expect(coco.identifiers(ofListed: "test2017/a.jpg") == [])

            try tree.text("list.txt", "train2017/a.jpg\nval2017/b.jpg\nb\n")
            let listed = try FileDataset(.coco, root: tree.root, lists: FileLists(validation: tree.path("list.txt")))
            #expect(listed.samples(of: .validation).identifiers == ["train2017/a", "val2017/b"])
            #expect(listed.samples(of: .training).identifiers == ["train2017/b"])
            #expect(listed.faults.map(\.kind) == [.unknownSample])
            #expect(listed.faults[0].message.contains("'train2017/b.jpg' and 'val2017/b.jpg'"))
        }
    }

    @Test("what is not read is noted: other annotation files, images without annotations, images found by their names alone")
    func notes() throws {
        try Tree.temporary { tree in
            for name in ["images/a.jpg", "images/b.jpg", "images/c.jpg"] { try tree.image(name) }
            try tree.text("images/d.gif", "GIF89a")
            try tree.text("result.json", Self.annotations(["/data/upload/1/a.jpg"]))
            try tree.text("old.json", "{}")
            #expect(
                try FileDataset(.coco, root: tree.root).notes == [
                    "old.json is not read; annotations are those of result.json",
                    "result.json: images are found by their names alone, not by paths such as '/data/upload/1/a.jpg'",
                    "images: 2 of 3 images are in no annotation file and are left out", "images: 1 file is not read (.gif 1)",
                ])
        }
    }

    @Test("where it is open what the annotations are, or there are none, that is told")
    func none() throws {
        try Tree.temporary { tree in
            try tree.text("one.json", "{}")
            try tree.text("two.json", "{}")
            let open = #expect(throws: DatasetError.self) { try FileDataset(.coco, root: tree.root) }
            #expect(open?.message.contains("'one.json', 'two.json'") == true)
        }
        try Tree.temporary { tree in
            let none = #expect(throws: DatasetError.self) { try FileDataset(.coco, root: tree.root) }
            #expect(none?.kind == .missing && none?.message.contains("'annotations/instances_train2017.json'") == true)
        }
    }

    @Test("of very many missing images the first are told, their number, and where they were looked for")
    func missing() throws {
        try Tree.temporary { tree in
            try tree.image("images/z.jpg")
            try tree.text("result.json", Self.annotations((0..<300).map { "\($0).jpg" }))
            let faults = try FileDataset(.coco, root: tree.root).faults
            #expect(faults.count == 51 && faults.allSatisfy { $0.kind == .missingImage })
            #expect(faults[50].message.hasPrefix("300 of 300 annotated images are not there; looked in the data set's folder, 'images'"))
        }
    }
}
