import DMDatasets
import DMExperimentFixtures
import DMExperiments
import DMFormats
import DMTensors
import DiffMatch
import Foundation
import Testing

@Suite("The identity of a run's data")
struct DatasetIdentityTests {
    private func identity(_ root: String, _ assignments: String...) throws -> DatasetIdentity {
        var settings = try UserFolder.settings(root)
        try settings.set(assignments)
        return try ExperimentData(settings).identity
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        try withTemporaryFolder { root in
            try UserFolder.write(at: root)
            try body(root)
        }
    }

    @Test("equal data have one identity, wherever they lie, and it survives a file")
    func equal() throws {
        try withFolder { root in
            let one = try identity(root)
            #expect((one.labeled, one.unlabeled, one.validation, one.test) == (2, 10, 2, 0))
            #expect(one.classes.count == 5 && one.classPixels.reduce(0, +) > 0 && one.digest.utf8.count == 64)
            try FileManager.default.createSymbolicLink(atPath: "\(root)-link", withDestinationPath: root)
            defer { unlink("\(root)-link") }
            #expect(try identity("\(root)-link") == one)
            #expect(try JSONDecoder().decode(DatasetIdentity.self, from: JSONEncoder().encode(one)) == one)
            #expect(one.differences(from: one) == [])
        }
    }

    @Test("other images, parts, labels, classes and masks are told")
    func differences() throws {
        try withFolder { root in
            let began = try identity(root)
            #expect(
                try identity(root, "dataset.labeledFraction=1/2").differences(from: began) == [
                    "there are 4 labeled training images, and were 2", "there are 8 unlabeled training images, and were 10",
                ])
            #expect(
                try identity(root, "dataset.seed=77").differences(from: began)
                    == ["other images are there, in another order, or in other parts"])

            let mask = "\(root)/masks/00.png"
            let labels = try ImageFile.readLabelMap(at: mask).labels
            // One pixel of another class that the image shows as well: which images are drawn does not depend on it.
            var pixels = labels.scalars
            pixels[0] = try #require(pixels.last { $0 != pixels[0] })
            try ImageFile.write(LabelMap(Tensor(pixels, shape: labels.shape)), to: mask)
            #expect(try identity(root).differences(from: began) == ["the training masks have other pixels"])
            try ImageFile.write(LabelMap(labels), to: mask)
            #expect(try identity(root) == began)

            try FileManager.default.moveItem(atPath: "\(root)/images/11.png", toPath: "\(root)/images/99.png")
            #expect(try identity(root).differences(from: began) == ["other images are there, in another order, or in other parts"])
            try FileManager.default.moveItem(atPath: "\(root)/images/99.png", toPath: "\(root)/images/11.png")

            let names = began.classes
            let swapped = ([names[1], names[0]] + names.dropFirst(2)).map { #"{"name": "\#($0)"}"# }.joined(separator: ", ")
            try AtomicFile.write(#"{"classes": [\#(swapped)]}"#, to: "\(root)/classes.json")
            let words = try identity(root).differences(from: began)
            #expect(words.count == 1 && words[0].hasPrefix("the classes are \(names[1]), \(names[0])"))
        }
    }

    @Test("names that run into each other are not confused")
    func boundaries() {
        struct Named: SegmentationDataset, SegmentationSamples {
            let classNames: [String]
            let count = 0
            func image(at index: Int) -> Tensor<UInt8> { Tensor(repeating: 0, shape: [1, 1, 3]) }
        }
        func digest(_ names: [String]) -> String {
            DatasetIdentity(
                of: Named(classNames: names), Partition(labeled: [], unlabeled: []), ClassShares(classCount: names.count)
            ).digest
        }
        #expect(digest(["a", "b"]) != digest(["b", "a"]))
        #expect(digest(["a\nb"]) != digest(["a", "b"]) && digest(["ab", ""]) != digest(["a", "b"]))
    }
}
