import DMExperiments
import DiffMatch
import Synchronization
import Testing

/// An output that keeps what is written, with a clock that the test moves.
private final class Recorder: Sendable {
    let text = Mutex("")
    let time = Mutex(0.0)

    func output(isTerminal: Bool, width: Int = 200) -> ProgressOutput {
        ProgressOutput(
            isTerminal: isTerminal, width: { width }, seconds: { self.time.withLock { $0 } },
            write: { text in self.text.withLock { $0 += text } })
    }

    func advance(_ seconds: Double) { time.withLock { $0 += seconds } }

    var written: String { text.withLock { $0 } }

    func clear() { text.withLock { $0 = "" } }
}

private func progress(_ step: Int, of count: Int = 100, mIoU: Double? = nil) -> TrainingProgress {
    TrainingProgress(step: step, stepCount: count, losses: [.init(name: "total", value: 1.23456)], learningRate: 0.00066, mIoU: mIoU)
}

@Suite struct ProgressBarTests {
    @Test func terminalLineIsDrawnOver() {
        let recorder = Recorder()
        var bar = ProgressBar(title: "diffmatch", output: recorder.output(isTerminal: true))
        bar.show(progress(10))
        #expect(recorder.written == "\r" + "diffmatch [##------------------] 10/100  total 1.235  lr 6.6e-04\u{1B}[K")
        recorder.clear()
        recorder.advance(2)
        bar.show(progress(20, mIoU: 0.5834))
        #expect(
            recorder.written == "\r" + "diffmatch [####----------------] 20/100  total 1.235  lr 6.6e-04  mIoU 58.3  0:16 left\u{1B}[K")
        recorder.clear()
        bar.finish()
        #expect(recorder.written == "\n")
    }

    @Test func drawsNotTooOftenButTheEnd() {
        let recorder = Recorder()
        var bar = ProgressBar(title: "x", output: recorder.output(isTerminal: true))
        bar.show(progress(98))
        recorder.clear()
        recorder.advance(0.05)
        bar.show(progress(99))
        #expect(recorder.written.isEmpty)
        bar.show(progress(100))
        #expect(recorder.written.contains("[####################] 100/100"))
        #expect(recorder.written.contains("0:00 left"))
    }

    @Test func longLinesAreCut() {
        let recorder = Recorder()
        var bar = ProgressBar(title: "x", output: recorder.output(isTerminal: true, width: 20))
        bar.show(progress(1))
        #expect(recorder.written == "\rx [----------------\u{1B}[K")
    }

    @Test func elsewherePlainLinesNowAndThen() {
        let recorder = Recorder()
        var bar = ProgressBar(title: "supervised", output: recorder.output(isTerminal: false))
        bar.show(progress(0, of: 10_000))
        for step in 1..<100 {
            recorder.advance(1)
            bar.show(progress(step, of: 10_000))
        }
        let lines = recorder.written.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 8)
        #expect(lines[0] == "supervised 0/10000  total 1.235  lr 6.6e-04")
        #expect(lines[1] == "supervised 15/10000  total 1.235  lr 6.6e-04  2:46:25 left")
        #expect(lines[7].isEmpty)
        bar.finish()
        #expect(!recorder.written.contains("\r"))
    }

    @Test func whatIsCountedIsShownOnceItTakesTime() {
        let recorder = Recorder()
        var bar = ProgressBar(title: "training masks", output: recorder.output(isTerminal: false))
        for count in 1...100 {
            bar.show(count: count, of: 100)
            recorder.advance(0.4)
        }
        bar.finish()
        #expect(recorder.written == "training masks 39/100\ntraining masks 77/100\n")
        recorder.clear()
        var quick = ProgressBar(title: "training masks", output: recorder.output(isTerminal: true))
        quick.show(count: 1, of: 2)
        recorder.advance(0.05)
        quick.show(count: 2, of: 2)
        quick.finish()
        #expect(recorder.written.isEmpty)
    }

    @Test func notesStandOnTheirOwnLine() {
        let recorder = Recorder()
        var bar = ProgressBar(title: "x", output: recorder.output(isTerminal: true))
        bar.show(progress(1))
        recorder.clear()
        bar.note("step 1: mIoU 12.0")
        #expect(recorder.written == "\r\u{1B}[Kstep 1: mIoU 12.0\n")
        recorder.clear()
        bar.show(progress(2))
        #expect(!recorder.written.isEmpty)
    }
}
