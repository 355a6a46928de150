import DMExperiments
import DMFormats
import DMTensors
import DiffMatch
import Foundation
import Testing

private struct Record: Codable, Equatable {
    var step: Int
    var loss: Double
}

private func withFile(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "records-\(UUID().uuidString).jsonl").path
    defer {
        if FileManager.default.fileExists(atPath: path) {
            #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) }
        }
    }
    try body(path)
}

private func text(_ path: String) throws -> String { String(decoding: try FileBytes.read(path), as: UTF8.self) }

@Suite struct RecordWriterTests {
    @Test func oneObjectOnEachLine() throws {
        try withFile { path in
            let records = RecordWriter(path: path)
            try records.append(Record(step: 1, loss: 0.5))
            #expect(try text(path) == "{\"loss\":0.5,\"step\":1}\n")
            try RecordWriter(path: path).append(Record(step: 2, loss: .infinity))
            #expect(try text(path) == "{\"loss\":0.5,\"step\":1}\n{\"loss\":\"inf\",\"step\":2}\n")
        }
    }

    @Test func resumingDropsLaterRecords() throws {
        try withFile { path in
            let records = RecordWriter(path: path)
            try records.keep(upToStep: 3)
            #expect(!FileManager.default.fileExists(atPath: path))
            try records.append(["method": "diffmatch"])
            for step in 1...5 { try records.append(Record(step: step, loss: 1)) }
            let whole = try text(path)
            try records.keep(upToStep: 9)
            #expect(try text(path) == whole)
            try records.keep(upToStep: 3)
            #expect(try text(path).split(separator: "\n").count == 4)
            #expect(try text(path).hasSuffix("\"step\":3}\n"))
            try records.keep(upToStep: 0)
            #expect(try text(path) == "{\"method\":\"diffmatch\"}\n")
        }
    }

    @Test func cutOffLinesGo() throws {
        try withFile { path in
            let records = RecordWriter(path: path)
            try records.append(Record(step: 1, loss: 1))
            let whole = try text(path)
            for rest in [#"{"step":2"#, #"{"step":2,"loss":1}"#, "{\"st\n"] {
                try FileBytes.append(Array(rest.utf8), to: path)
                try records.keep(upToStep: 9)
                #expect(try text(path) == whole)
            }
        }
    }

    @Test func whatWasLostIsTold() throws {
        try withFile { path in
            let records = RecordWriter(path: path)
            #expect(try records.keep(upToStep: 3).warning == "3 steps have no record")
            for step in [1, 2, 2, 4] {
                try records.append(Record(step: step, loss: 1))
                try records.append(["step": Double(step), "mIoU": 0.5])
            }
            try FileBytes.append(Array("{\"step\":3,\"loss\":@}\n".utf8), to: path)
            try records.append(Record(step: 5, loss: 1))
            try records.synchronize()
            let kept = try records.keep(upToStep: 4)
            #expect(kept == RecordWriter.Kept(damagedLines: 1, missingSteps: 1))
            #expect(kept.warning == "1 damaged lines are dropped, 1 steps have no record")
            let lines = try text(path).split(separator: "\n")
            #expect(lines.count == 6, "three steps, each with two records")
            #expect(lines.allSatisfy { !$0.contains("@") })
            #expect(try records.keep(upToStep: 2).warning == nil)
        }
    }

    @Test func unwritableFilesAreNamed() {
        #expect {
            try RecordWriter(path: "/nowhere/records.jsonl").append(Record(step: 1, loss: 1))
        } throws: {
            "\($0)" == "cannot open '/nowhere/records.jsonl': No such file or directory"
        }
    }
}
