import DMDatasets
import DMTensors
import DMTestSupport
import Foundation
import Testing

@Suite struct MaskDiffusionTests {
    @Test func restoresTheMaskAndDrawsIt() throws {
        let picture = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).png")
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: picture) } }
        let run = try ExampleRun(of: "mask-diffusion", arguments: [picture.path])
        #expect(run.status == 0)

        // "restored after step 3: 97 % of the pixels have their class"
        let shares = run.lines.compactMap { $0.split(separator: ": ").last?.split(separator: " ").first.flatMap { Int($0) } }
        #expect(shares.count == 7)
        #expect(shares[0] > shares[1] && shares[1] > shares[2], "more noise leaves fewer pixels")
        #expect(shares[3] < 50 && shares[6] > 90, "what is restored is far better than what was seen")

        // Eight panels of 96 pixels, each with a margin of 2; the first shows the mask itself.
        let map = try ImageFile.readLabelMap(at: picture.path)
        #expect(map.labels.shape == [100, 800])
        let mask = map.labels.sliced(along: 0, from: 2, to: 98).sliced(along: 1, from: 2, to: 98)
        #expect(mask == BuiltInScenes(seed: 1).samples(of: .validation).mask(at: 5))
    }
}
