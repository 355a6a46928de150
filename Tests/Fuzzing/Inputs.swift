// What scripts/fuzz puts in and mends: inputs to begin with, and the checksums of changed ones.

import DMDiffusion
import DMTensors
import Foundation

@testable import DMDatasets
@testable import DMExperiments
@testable import DMFormats

/// The bytes with the right checksums, nil where none are known.
func mended(_ bytes: [UInt8]) -> [UInt8]? {
    switch kind {
    case "pth", "npz", "weights": mended(zip: bytes)
    case "image": mended(png: bytes)
    case "manifest": mended(manifest: bytes)
    default: nil
    }
}

private func mended(zip bytes: [UInt8]) -> [UInt8]? {
    let file = ByteRegion(copying: bytes)
    guard let archive = try? ZipArchive(file, inflatedLimit: 1 << 20), let directory = try? ZipDirectory(endOf: file) else { return nil }
    var (bytes, offset) = (bytes, directory.range.lowerBound)
    for entry in archive.entries {
        if let content = entry.isDeflated ? Deflate.inflated(entry.stored, size: entry.size) : entry.stored {
            let sum = Deflate.checksum(content)
            for place in 0..<4 { bytes[offset + 16 + place] = UInt8(truncatingIfNeeded: sum >> (8 * place)) }
        }
        offset = sure { try ZipRecord(file, at: offset, within: directory.range).end }
    }
    return bytes
}

private func mended(png bytes: [UInt8]) -> [UInt8]? {
    guard bytes.starts(with: [0x89, 0x50]) else { return nil }
    var (bytes, place) = (bytes, 8)
    while place + 12 <= bytes.count {
        let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
        guard length <= bytes.count - place - 12 else { break }
        let sum = Deflate.checksum(ByteRegion(copying: Array(bytes[place + 4..<place + 8 + length])))
        for digit in 0..<4 { bytes[place + 8 + length + digit] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * digit)) }
        place += 12 + length
    }
    return bytes
}

private func mended(manifest bytes: [UInt8]) -> [UInt8]? {
    guard let start = bytes.firstRange(of: Array("\"digest\" : \"".utf8))?.upperBound, start + 64 <= bytes.count else { return nil }
    var bytes = bytes
    bytes.replaceSubrange(start..<start + 64, with: Array(repeating: UInt8(ascii: "0"), count: 64))
    bytes.replaceSubrange(start..<start + 64, with: Array(SHA256.hexadecimalDigest(of: bytes).utf8))
    return bytes
}

/// Inputs to begin with, besides the tests' reference files.
func seeds(of kind: String) -> [[UInt8]] {
    let tensor = StoredArray(Tensor<Float>([1, 2, 3, 4], shape: [2, 2]))
    let arrays: Arrays = [("a", tensor), ("b", StoredArray(converting: Tensor<Float>([1], shape: [1]), to: .uint8))]
    let texts: [String]
    switch kind {
    case "safetensors": return [sure { try Safetensors(arrays: arrays, metadata: ["k": "v"]).bytes() }]
    case "pth": return [sure { try PyTorchFile.bytes(arrays) }]
    case "pickle": return pickles
    case "npz": return [false, true].map { isCompressed in sure { try NumPyArchive.bytes(arrays, isCompressed: isCompressed) } }
    case "manifest":
        let state = CheckpointState(
            configuration: Configuration(), classCount: 2, classes: nil, prior: ClassPrior(classCount: 2), best: nil, seconds: 1,
            compute: nil, data: nil)
        let file = CheckpointManifest<CheckpointState>.ArraysFile(
            file: "checkpoint-00000002-0123456789abcdef.safetensors", bytes: 8, sha256: String(repeating: "0", count: 64))
        return [sure { try CheckpointManifest(step: 2, arrays: file, state: state).bytes(for: "a") }]
    case "onnx":
        return [
            [0x08, 2, 0x08, 1, 0x10, 1, 0x4A, 8, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40], [0x08, 2, 0x10, 7, 0x3A, 2, 1, 0x7F],
            [0x3A, 0x14, 0x0A, 0x12, 0x0A, 1, 0x78, 0x12, 1, 0x7A, 0x22, 3, 0x41, 0x64, 0x64, 0x2A, 5, 0x0A, 1, 0x61, 0xA0, 1, 2],
        ]
    case "exif": return [[0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]]
    case "json": texts = [#"{"a": [1, -2.5e3, 0.1, "b\u00e9\ud83d\ude00\n", true, false, null, NaN], "": {}}"#]
    case "coco":
        texts = [
            """
            {"images": [{"id": 1, "file_name": "a.jpg", "height": 5, "width": 4}],
             "categories": [{"id": 1, "name": "cat", "supercategory": "none"}], "annotations": [
             {"id": 1, "image_id": 1, "category_id": 1, "area": 2.5, "bbox": [0, 0, 2, 2], "segmentation": [[0.5, 0, 3, 1, 2, 4.5]]},
             {"id": 2, "image_id": 1, "category_id": 1, "iscrowd": 1, "segmentation": {"size": [5, 4], "counts": [3, 7, 10]}},
             {"id": 3, "image_id": 1, "category_id": 1, "segmentation": {"size": [5, 4], "counts": "37:"}}]}
            """
        ]
    case "list": texts = ["a\nb/c.jpg\nd e.png\tmask/d e.png\r\n\u{FEFF}x y\n"]
    case "classes": texts = [#"{"classes": [{"name": "a", "color": [0, 80, 200]}, {"name": "b"}], "ignore": 255}"#]
    case "configuration":
        texts = ["seed: 3\nmethod: fixmatch\ndataset: {name: camvid, root: \"a b\\u00e9 [\\uFFFE\"}\n", Configuration().yaml]
    case "report":
        texts = [
            #"{"seed": 1, "steps": 2, "seconds": 3, "mIoU": 0.5, "samplingSteps": [0.5, null], "#
                + #""classes": [{"name": "a", "share": 1, "iou": 0.5}], "confusion": [[4]], "#
                + #""calibration": {"bins": [{"count": 4, "correct": 2, "confidence": 3.5}]}}"#
        ]
    case "records": texts = ["{\"step\": 1, \"loss\": 0.5}\n{\"step\": 2}\n{\"step\": 2, \"mIoU\": \"nan\"}\n{\"a\": 1}\n{\"st"]
    case "weights": texts = [#"{"weight_map": {"a": "b.safetensors"}}"#]
    default: texts = []
    }
    return texts.map { Array($0.utf8) }
}

/// The pickles of the tests' files of PyTorch's.
private var pickles: [[UInt8]] {
    let folder = "Tests/DMFormatsTests/Reference"
    let names = sure { try FileFolder.content(of: folder) }.names.filter { $0.hasSuffix(".pth") }
    return names.sorted().compactMap { name in
        guard let archive = try? ZipArchive(ByteRegion(mapping: "\(folder)/\(name)")) else { return nil }
        return try? archive.entries.first { $0.name.hasSuffix("/data.pkl") }?.content().array
    }
}
