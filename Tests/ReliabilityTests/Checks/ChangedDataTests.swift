import Foundation
import Testing

extension ReliabilityTests {
    /// A data set that changes between a stop and the resumption.
    @Suite struct ChangedDataTests {
        /// What becomes of a resumption.
        private enum Wanted: Sendable {
            /// It ends as if nothing had been.
            case goesOn
            /// It is refused, unless other images are accepted.
            case isRefused
            /// It is refused in any case.
            case isAlwaysRefused
        }

        /// A change of a data set that lies in a folder.
        private struct Change: Sendable {
            let name: String
            let wanted: Wanted
            let make: @Sendable (_ root: String) throws -> Void
        }

        private static func writeImage(_ index: Int, label: UInt8, to root: String) throws {
            let name = index < 10 ? "0\(index)" : "\(index)"
            var rows: [UInt8] = []
            for row in 0..<32 { rows += [0] + (0..<32).map { UInt8(truncatingIfNeeded: 13 * row + 7 * $0 + 11 * index) } }
            var image = PNGImage(32, 32, .gray)
            image.data = Zlib.stored(rows)
            try FileTree.write(image.bytes, to: "\(root)/images/\(name).png")
            try FileTree.write(PNGImage.mask(side: 32, label: label), to: "\(root)/masks/\(name).png")
        }

        private static func writeClasses(_ names: String..., to root: String) throws {
            let list = names.map { #"{"name":"\#($0)"}"# }.joined(separator: ",")
            try FileTree.write(#"{"classes":[\#(list)]}"#, to: "\(root)/classes.json")
        }

        private static func writeData(to root: String) throws {
            FileTree.remove(root)
            for index in 0..<16 { try writeImage(index, label: UInt8(index % 2), to: root) }
            try writeClasses("a", "b", to: root)
            try FileTree.write("00\n01\n", to: "\(root)/val.txt")
            try FileTree.write("02\n03\n", to: "\(root)/test.txt")
        }

        private static let changes: [Change] = [
            Change(name: "an image is added", wanted: .isRefused) { try writeImage(99, label: 1, to: $0) },
            Change(name: "nothing", wanted: .goesOn) { _ in },
            Change(name: "an image is removed", wanted: .isRefused) { root in
                for folder in ["images", "masks"] { FileTree.remove("\(root)/\(folder)/09.png") }
            },
            Change(name: "the classes are in another order", wanted: .isAlwaysRefused) { try writeClasses("b", "a", to: $0) },
            Change(name: "a class is added", wanted: .isAlwaysRefused) { try writeClasses("a", "b", "c", to: $0) },
            Change(name: "a class is added and occurs", wanted: .isAlwaysRefused) { root in
                try writeClasses("a", "b", "c", to: root)
                for index in 0..<16 { try writeImage(index, label: 2, to: root) }
            },
            Change(name: "a class is taken away", wanted: .isAlwaysRefused) { root in
                try FileTree.write(#"{"classes":[{"name":"a"},{"name":"c"}]}"#, to: "\(root)/classes.json")
            },
        ]

        @Test("A training whose images or classes have changed is refused in words")
        func changedData() throws {
            try FileTree.withScratch { scratch in
                let root = "\(scratch)/data"
                let settings = ["dataset.name": "folder", "dataset.root": root, "dataset.labeledFraction": "1/2"]
                let training = TinyTraining(in: "\(scratch)/run", steps: 3, settings)
                try Self.writeData(to: root)
                let reference = try training.reference()
                for file in FileTree.names(in: training.folder) where file.hasPrefix("checkpoint-00000003") {
                    FileTree.remove("\(training.folder)/\(file)")
                }
                try FileTree.copy(training.folder, to: "\(scratch)/stopped")
                let cases = Effort.cases(of: Self.changes, quick: 1)
                for change in cases {
                    try Self.writeData(to: root)
                    try change.make(root)
                    try FileTree.copy("\(scratch)/stopped", to: training.folder)
                    let ending = try training.resume().run()
                    if change.wanted == .goesOn {
                        #expect(ending.status == 0, "\(change.name): \(ending)")
                        try expectSameEnd(training, as: reference, change.name)
                        continue
                    }
                    #expect(ending.status == 1 && !ending.errors.isEmpty, "\(change.name): \(ending)")
                    let accepted = try training.resume("--accept-other-images").run()
                    #expect(accepted.status == (change.wanted == .isRefused ? 0 : 1), "\(change.name), accepted: \(accepted)")
                }
                Effort.report("changed data: \(cases.count) changes")
            }
        }
    }
}
