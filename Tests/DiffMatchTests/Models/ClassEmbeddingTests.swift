import DMDiffusion
import DMLayers
import DMTensors
import DiffMatch
import Foundation
import Testing

@Suite("Codes of the classes")
struct ClassEmbeddingTests {
    @Test("learned codes follow their formula, b (2 sigmoid(e) - 1)")
    func formula() {
        var random = RandomSource(seed: 1)
        var table = Embedding(count: 2, features: 2, random: &random)
        table.weight.value = Tensor([0, 1, -2, 3], shape: [2, 2])
        let codes = ClassEmbedding.learned(table, scale: 0.1).encoding.codes.scalars
        // 2 sigmoid(e) - 1 = tanh(e / 2).
        for (code, entry) in zip(codes, [0, 1, -2, 3] as [Float]) { #expect(abs(code - 0.1 * tanh(entry / 2)) < 1e-7) }
    }
}
