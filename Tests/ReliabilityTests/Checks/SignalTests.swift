import Foundation
import Glibc
import Testing

extension ReliabilityTests {
    /// Signals that ask a training to end, and those that hold it.
    @Suite struct SignalTests {
        /// A training whose only checkpoint by itself is the last one: what a signal costs is then everything.
        private static func training(in folder: String, steps: Int = 20) -> TinyTraining {
            TinyTraining(in: folder, steps: steps, ["training.checkpointEvery": "0", "training.evaluateEvery": "0"])
        }

        @Test("TERM, INT and HUP end a training at the next step, with a checkpoint, a word and a status")
        func polite() throws {
            try FileTree.withScratch { scratch in
                let training = Self.training(in: "\(scratch)/run")
                let reference = try training.moved(to: "\(scratch)/undisturbed").reference()
                let cases = Effort.cases(of: [(SIGTERM, 143), (SIGINT, 130), (SIGHUP, 129)], quick: 1)
                for (signal, status) in cases {
                    FileTree.remove(training.folder)
                    let program = try training.begin().start()
                    #expect(program.wait { training.recordCount >= 3 })
                    program.send(signal)
                    let ending = program.wait()
                    #expect(ending.status == Int32(status), "signal \(signal): \(ending)")
                    #expect(ending.text.contains("--resume"), "signal \(signal): how to go on is not said: \(ending.text)")
                    #expect(training.checkpoints == [training.recordCount], "signal \(signal): every step that was taken is kept")
                    let after = try training.goOn().run()
                    #expect(after.status == 0, "resumed after signal \(signal): \(after)")
                    try expectSameEnd(training, as: reference, sparingOlderCheckpoints: true, "signal \(signal)")
                }
                Effort.report("signals: \(cases.count) of TERM, INT and HUP, resumed to the same end")
            }
        }

        @Test("A second signal ends a training at once", .enabled(if: Effort.isFull))
        func impatient() throws {
            try FileTree.withScratch { scratch in
                // A step of this one takes some seconds.
                var training = Self.training(in: "\(scratch)/run", steps: 3)
                training.settings.merge([
                    "dataset.side": "256", "augmentation.crop": "256", "encoder.channels": "64", "training.batchSize": "8",
                ]) {
                    $1
                }
                for (first, second) in [(SIGTERM, SIGTERM), (SIGINT, SIGINT), (SIGINT, SIGTERM)] {
                    FileTree.remove(training.folder)
                    let program = try training.begin().start()
                    #expect(program.wait { FileTree.exists("\(training.folder)/config.yaml") })
                    usleep(400_000)
                    program.send(first)
                    usleep(100_000)
                    #expect(program.isRunning, "the first signal waits for the step")
                    program.send(second)
                    let ending = program.wait(atMost: 10)
                    let isAtOnce = ending.signal == second || ending.status == 128 + second
                    #expect(isAtOnce && training.recordCount == 0, "signals \(first) and \(second): \(ending)")
                }
            }
        }

        @Test("A training that is stopped and continued ends as if nothing had been", .enabled(if: Effort.isFull))
        func held() throws {
            try FileTree.withScratch { scratch in
                let training = Self.training(in: "\(scratch)/run")
                let reference = try training.moved(to: "\(scratch)/undisturbed").reference()
                let program = try training.begin().start()
                for count in [3, 8, 14] {
                    _ = program.wait { training.recordCount >= count }
                    program.send(SIGSTOP)
                    usleep(300_000)
                    let records = training.recordCount
                    usleep(300_000)
                    #expect(training.recordCount == records)
                    program.send(SIGCONT)
                }
                let ending = program.wait()
                #expect(ending.status == 0, "\(ending)")
                try expectSameEnd(training, as: reference, sparingOlderCheckpoints: true)
            }
        }

        @Test("A terminal that is closed ends a training with a checkpoint", .enabled(if: Effort.isFull))
        func hungUp() throws {
            try FileTree.withScratch { scratch in
                let training = Self.training(in: "\(scratch)/run")
                let reference = try training.moved(to: "\(scratch)/undisturbed").reference()
                let terminal = try Self.openTerminal()
                var launch = training.begin()
                (launch.output, launch.errors, launch.leadsSession) = (.path(terminal.name), .path(terminal.name), true)
                let program = try launch.start()
                var buffer = [UInt8](repeating: 0, count: 4096)
                #expect(
                    program.wait {
                        _ = read(terminal.file, &buffer, buffer.count)
                        return training.recordCount >= 3
                    })
                close(terminal.file)
                let ending = program.wait()
                #expect(ending.status == 129, "\(ending)")
                #expect(training.checkpoints == [training.recordCount])
                let after = try training.resume().run()
                #expect(after.status == 0, "\(after)")
                try expectSameEnd(training, as: reference, sparingOlderCheckpoints: true)
            }
        }

        /// A terminal: the end that is held here, and the name of the other one.
        private static func openTerminal() throws -> (file: Int32, name: String) {
            let file = try POSIXFailure.check(open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC), "open a terminal")
            // Linux: TIOCSPTLCK unlocks the other end, TIOCGPTN tells its number.
            var (lock, number): (Int32, UInt32) = (0, 0)
            try POSIXFailure.check(ioctl(file, 0x4004_5431, &lock), "unlock a terminal")
            try POSIXFailure.check(ioctl(file, 0x8004_5430, &number), "name a terminal")
            return (file, "/dev/pts/\(number)")
        }
    }
}
