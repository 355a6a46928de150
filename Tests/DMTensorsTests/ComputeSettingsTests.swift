import DMTensors
import DMTestSupport
import Foundation
import Testing

@Suite("What decides the bits of results is known") struct ComputeSettingsTests {
    @Test("The kernels are those of a set that this processor runs, and OpenBLAS has a name") func names() {
        let settings = ComputeSettings.current
        #expect(runnableKernelSets.map(\.name).contains(settings.kernelSet))
        #expect(settings.blas.contains("OpenBLAS"))
        #expect(settings.description.hasPrefix("\(settings.kernelSet) kernels, "))
    }

    @Test("Exactness holds for its scope alone, and changes the algorithm") func exactness() {
        let test = ConvolutionCase([16, 24, 24, 64], [3, 3, 64, 64], padding: 1)
        func fastest() -> ConvolutionAlgorithm { .fastest(forInput: test.x, weights: test.w, test.geometry, of: Float.self) }
        ConvolutionPrecision.withExact(false) {
            #expect(fastest() == .winograd(tile: 4))
            ConvolutionPrecision.withExact {
                #expect(fastest() == .direct)
                #expect(ComputeSettings.current.usesExactConvolutions)
                #expect(ComputeSettings.current.description.contains("exact convolutions"))
            }
            #expect(!ComputeSettings.current.usesExactConvolutions)
            #expect(ComputeSettings.current.description.contains("Winograd convolutions"))
        }
    }

    @Test("Settings survive being stored, and differ from others") func stored() throws {
        let settings = ComputeSettings.current
        #expect(try JSONDecoder().decode(ComputeSettings.self, from: JSONEncoder().encode(settings)) == settings)
        var others = settings
        others.usesExactConvolutions.toggle()
        #expect(others != settings)
    }
}
