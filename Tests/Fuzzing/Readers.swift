// Coverage-guided fuzzing of the Swift readers; scripts/fuzz builds and runs it.
//
// The variable DIFFMATCH_FUZZ names the reader. Each one throws, or what it has read is checked: numbers agree, memory is in
// proportion, and what is written is read back the same. What is not so stops the program, and so does an input that takes a
// second of the processor.

import DMTensors
import Foundation

@testable import DMDatasets
@testable import DMExperiments
@testable import DMFormats
@testable import OnnxConformance

/// What libFuzzer calls at its start.
@c(LLVMFuzzerInitialize)
public func initialize(_: UnsafeMutableRawPointer?, _: UnsafeMutableRawPointer?) -> CInt {
    // A block that is kept for later use hides a byte too many from the sanitizer.
    TensorMemory.unusedLimit = 0
    guard let folder = ProcessInfo.processInfo.environment["DIFFMATCH_FUZZ_SEEDS"] else { return 0 }
    for (number, seed) in seeds(of: kind).enumerated() { sure { try FileBytes.append(seed, to: "\(folder)/own-\(number)") } }
    return 0
}

/// What libFuzzer calls with each input.
@c(LLVMFuzzerTestOneInput)
public func test(_ input: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: input, count: count))
    run(bytes)
    // Checksums would keep most inputs from being looked into: the right ones are put in.
    if let mended = mended(bytes), mended != bytes { run(mended) }
    return 0
}

let kind = ProcessInfo.processInfo.environment["DIFFMATCH_FUZZ"] ?? "safetensors"

private func run(_ bytes: [UInt8]) {
    let start = clock()
    do { try read(bytes) } catch {
        let message = "\(error)"
        check(message.utf8.count < 4096, "a message of \(message.utf8.count) bytes")
        check(!message.unicodeScalars.contains { $0.properties.generalCategory == .control }, "a message of several lines: \(message)")
    }
    let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
    check(seconds < 1, "\(seconds) seconds")
}

private func check(_ condition: Bool, _ fault: @autoclosure () -> String, line: UInt = #line) {
    if !condition { fatalError(fault(), line: line) }
}

/// What cannot fail, since the like of it has succeeded.
func sure<R>(_ body: () throws -> R) -> R {
    do { return try body() } catch { fatalError("\(error)") }
}

/// A file that holds the bytes.
private func file(_ bytes: [UInt8]) -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "diffmatch-fuzz-\(getpid())").path
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    check(write(descriptor, bytes, bytes.count) == bytes.count, "no file could be written")
    close(descriptor)
    return path
}

private func read(_ bytes: [UInt8]) throws {
    switch kind {
    case "safetensors":
        let found = try Safetensors(bytes: bytes)
        check(found.arrays, limit: bytes.count)
        let again = sure { try Safetensors(bytes: found.bytes()) }
        checkEqual(found.arrays, again.arrays)
        check(found.metadata == again.metadata, "other texts")
    case "pickle": try checkTorch(archive(ofPickle: bytes))
    case "pth": try checkTorch(bytes)
    case "npy":
        let found = try NumPyFile(bytes: bytes).array
        check([("", found)], limit: bytes.count)
        checkEqual([("", found)], [("", sure { try NumPyFile(bytes: NumPyFile(found).bytes()).array })])
    case "npz":
        let archive = try NumPyArchive(bytes: bytes, inflatedLimit: 1 << 20)
        let found = try archive.arrays()
        check(found, limit: bytes.count + 1 << 20)
        check(found.map(\.name) == archive.names && archive.sizes.count == found.count, "other names")
        checkEqual(found, sure { try NumPyArchive(bytes: NumPyArchive.bytes(found, isCompressed: true)).arrays() })
    case "weights": check(try WeightFile(path: file(bytes)).arrays, limit: 2 * bytes.count + 2 << 20)
    case "coco": try checkCOCO(file(bytes))
    case "json": try checkJSON(bytes)
    case "list": try checkList(SampleList(path: file(bytes)), size: bytes.count)
    case "classes":
        let classes = try UserClasses(path: file(bytes))
        check((1...255).contains(classes.names.count) && classes.palette.colors.count == classes.names.count, "other numbers of classes")
    case "configuration":
        let found = try Configuration.load(file: file(bytes))
        _ = found.makeTrainer()
        check(sure { try Configuration.load(yaml: found.yaml, file: "again") } == found, "another configuration")
        check(sure { try Configuration.loadSaved(file: file(bytes)) } == found, "another saved configuration")
    case "manifest": try checkManifest(bytes)
    case "report":
        let found = try EvaluationReport(path: file(bytes))
        let table = ComparisonTable([found])
        check(!table.description.isEmpty && !table.means.isEmpty, "no table")
        let again = sure { try JSONDecoder.readable.decode(EvaluationReport.self, from: JSONEncoder.readable.encode(found)) }
        check(again == found, "another report")
    case "records":
        let records = RecordWriter(path: file(bytes))
        let (kept, left) = (try records.keep(upToStep: 3), try FileBytes.read(records.path))
        check(left.count <= bytes.count && (0...3).contains(kept.missingSteps), "more than was there")
        let again = try records.keep(upToStep: 3)
        check(again == .init(missingSteps: kept.missingSteps), "something else is kept the second time")
        let second = try FileBytes.read(records.path)
        check(second == left, "something else is left the second time")
    case "onnx":
        if let model = try? OnnxModel(bytes) {
            check(model.nodes.count + model.constants.count <= bytes.count, "more than was there")
        }
        let tensor = try OnnxTensor(bytes[...])
        let value = try OnnxValue(tensor)
        check(value.tensor.shape == tensor.shape, "another shape")
    case "exif": _ = ImageOrientation(exif: bytes)
    case "bmp", "webp", "image": try checkImage(file(bytes))
    default: fatalError("unknown reader '\(kind)'")
    }
}

// MARK: - Arrays

typealias Arrays = [(name: String, array: StoredArray)]

/// Whether arrays can be converted, and take no more than some bytes; equal ones count once.
private func check(_ arrays: Arrays, limit: Int) {
    let size = Set(arrays.map(\.array)).reduce(0) { $0 + $1.byteCount }
    check(size <= limit, "arrays of \(size) bytes where \(limit) are justified")
    for (_, array) in arrays.prefix(20) {
        check(array.bytes.count == array.byteCount && array.nonFiniteCount <= array.count, "another number of bytes")
        check(
            Tensor<Float>(converting: array).shape == array.shape && Tensor<Int64>(converting: array).shape == array.shape, "another shape")
    }
}

private func checkEqual(_ x: Arrays, _ y: Arrays) {
    check(x.count == y.count, "\(y.count) arrays in place of \(x.count)")
    for (x, y) in zip(x, y) {
        check(x.name.utf8.elementsEqual(y.name.utf8), "'\(y.name)' in place of '\(x.name)'")
        check(x.array.elementType == y.array.elementType && x.array.shape == y.array.shape, "another type or shape")
        check(x.array.bytes == y.array.bytes, "other elements")
    }
}

private func checkTorch(_ bytes: [UInt8]) throws {
    let found = try PyTorchFile(bytes: bytes)
    // A storage may be in two arrays, a pickle's own arrays besides, and compressed entries may be a megabyte.
    check(found.arrays, limit: 4 * max(1 << 20, bytes.count))
    checkEqual(found.arrays, sure { try PyTorchFile(bytes: PyTorchFile.bytes(found.arrays)).arrays })
}

/// A file of PyTorch's with a pickle and the storages that it announces.
private func archive(ofPickle pickle: [UInt8]) -> [UInt8] {
    let pickle = ByteRegion(copying: pickle)
    var writer = ZipWriter()
    writer.append("a/data.pkl", pickle)
    var interpreter = PickleInterpreter(pickle)
    _ = try? interpreter.run()
    for storage in interpreter.heap.storages where storage.count <= 64 && storage.key.part == nil {
        writer.append("a/data/\(storage.key.name)", ByteRegion(copying: Array(repeating: 1, count: storage.count * storage.elementSize)))
    }
    return writer.finished().joinedBytes
}

// MARK: - Texts

private func checkJSON(_ bytes: [UInt8]) throws {
    func skipped() -> Bool {
        (try? bytes.withUnsafeBytes { try JSONReader.read($0) { (x) throws(JSONReader.Fault) in try x.skip() } }) != nil
    }
    // Deeper texts are only skipped: this function calls itself.
    var depth = 0
    func visit(_ reader: inout JSONReader) throws(JSONReader.Fault) {
        depth += 1
        defer { depth -= 1 }
        let (kind, start) = (try reader.kind(), reader.offset)
        switch kind {
        case .array where depth < 100: try reader.array { (reader) throws(JSONReader.Fault) in try visit(&reader) }
        case .object where depth < 100: try reader.object { (reader, _) throws(JSONReader.Fault) in try visit(&reader) }
        case .array, .object: try reader.skip()
        case .string:
            let text = try reader.string()
            let raw = bytes[start..<reader.offset]
            let other = try? JSONDecoder().decode([String].self, from: Data([0x5B] + raw + [0x5D]))
            // Foundation refuses two things that stand in many files: halves of surrogate pairs, and tabs.
            let isOdd = raw.contains { $0 < 0x20 } || String(decoding: raw, as: UTF8.self).lowercased().contains("\\ud")
            check(other == [text] || other == nil && isOdd, "another text than Foundation's")
        case .number:
            let (value, whole, _) = try reader.numberOrWhole()
            let digits = String(decoding: bytes[start..<reader.offset], as: UTF8.self)
            guard let last = digits.utf8.last, last < 0x3A else { return }
            check(value == Double(digits) && (whole == nil || whole == Int(digits)), "another number than \(digits)")
        case .boolean: _ = try reader.boolean()
        case .null: _ = try reader.null()
        }
    }
    let isSound = (try? bytes.withUnsafeBytes { try JSONReader.read($0) { (x) throws(JSONReader.Fault) in try visit(&x) } }) != nil
    check(!isSound || skipped(), "a text that can be read and not skipped")
    // Of what Foundation reads besides, other encodings and commas behind a last value are known.
    let dense = String(decoding: bytes.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }, as: UTF8.self)
    let isOdd = bytes.contains(0) || bytes.starts(with: [0xEF]) || dense.contains(",]") || dense.contains(",}")
    if !isOdd, (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil {
        check(isSound, "a text that only Foundation reads")
    }
}

private func checkCOCO(_ path: String) throws {
    var limits = ImageLimits()
    limits.pixels = 1 << 14
    let file = try COCOFile(path: path)
    let classes = try COCOClasses([file])
    let found = COCOAnnotations(file, classes: classes, limits: limits)
    check(
        (2...255).contains(classes.names.count) && classes.labels.values.allSatisfy { $0 < classes.names.count }, "a label without a class")
    check(found.faults.count <= COCOAnnotations.faultLimit + 1, "\(found.faults.count) faults")
    for (number, image) in found.images.enumerated().prefix(4) {
        let mask = try found.mask(ofImage: number)
        check(mask.shape == [image.height, image.width], "another size")
        check(mask.scalars.allSatisfy { $0 == 255 || $0 < classes.names.count }, "a label without a class")
    }
}

private func checkList(_ list: SampleList, size: Int) {
    check(list.entries.count <= size && !list.entries.contains { $0.text.isEmpty }, "an empty entry")
    let known = ["a": 0, "b/c": 1, "d e": 2]
    let (indices, faults) = list.resolved(among: known) { [ImageEnding.dropped(from: $0)] }
    check(Set(indices).count == indices.count && Set(indices).isSubset(of: known.values), "an unknown sample, or one twice")
    check(indices.count + faults.count <= list.entries.count + 3, "more than was there")
    for fault in faults { check(!"\(fault)".contains { $0.isNewline }, "a message of several lines") }
}

private func checkManifest(_ bytes: [UInt8]) throws {
    let found = try CheckpointManifest<CheckpointState>(bytes, path: "a")
    func written(_ manifest: CheckpointManifest<CheckpointState>) throws -> [UInt8] {
        try CheckpointManifest(step: manifest.step, arrays: manifest.arrays, state: manifest.state).bytes(for: "a")
    }
    let again = try written(found)
    let second = sure { try written(CheckpointManifest(again, path: "a")) }
    check(second == again, "another manifest")
    let checkpoint = Checkpoint(step: found.step, arrays: ParameterValues(), state: found.state)
    try checkpoint.checkConsistent(at: "a")
    _ = checkpoint.state.configuration.makeTrainer()
    check(checkpoint.progress.prior.probabilities.allSatisfy { (0...1).contains($0) }, "no probabilities")
}

// MARK: - Images

private func checkImage(_ path: String) throws {
    var limits = ImageLimits()
    (limits.pixels, limits.scanPixels) = (1 << 14, 1 << 18)
    if let map = try? ImageFile.readLabelMap(at: path, limits: limits) {
        check(map.labels.rank == 2 && map.labels.count <= limits.pixels, "another size")
    }
    _ = try? ImageFile.readStoredMask(at: path, limits: limits)
    let (image, properties) = try ImageFile.readImageAndProperties(
        at: path, reading: ImageReading(orientation: .apply, limits: limits))
    let size = [properties.height, properties.width]
    check(image.shape == (properties.orientation.exchangesSides ? size.reversed() : size) + [3], "another size")
    check(properties == sure { try ImageFile.properties(at: path, limits: limits) }, "other properties")
    let stored = sure { try ImageFile.readImage(at: path, reading: ImageReading(orientation: .ignore, limits: limits)) }
    check(image.scalars.reduce(0) { $0 + Int($1) } == stored.scalars.reduce(0) { $0 + Int($1) }, "other pixels")
}
