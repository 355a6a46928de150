import DMDatasets
import DMTensors
import Foundation
import Testing

/// Views of one image with fixed draws, against Pillow and torchvision.
///
/// Pillow rounds to bytes after every step and works with bytes of hue and with three box filters for a Gaussian; the
/// views here keep fractions. The tolerances, in levels of 255, are what that makes.
@Suite("Views against Pillow and torchvision")
struct ViewReferenceTests {
    private struct Reference: Decodable {
        var height: Int
        var width: Int
        var image: [UInt8]
        var mask: [UInt8]
        var weak: [Weak]
        var changes: [Change]
        var gray: [UInt8]
        var blurs: [Blur]

        struct Weak: Decodable {
            var height: Int
            var width: Int
            var top: Int
            var left: Int
            var flipped: Bool
            var side: Int
            var image: [UInt8]
            var mask: [UInt8]
        }

        struct Change: Decodable {
            var kind: String
            var factor: Float
            var tensor: [Float]
            var pillow: [UInt8]
        }

        struct Blur: Decodable {
            var sigma: Float
            var tensor: [Float]
            var pillow: [UInt8]
        }

        var sample: SegmentationSample {
            SegmentationSample(
                identifier: "reference", image: Tensor(image, shape: [height, width, 3]), mask: Tensor(mask, shape: [height, width]))
        }
    }

    private let reference: Reference

    init() throws { reference = try JSONDecoder().decode(Reference.self, from: Fixtures.reference("views.json")) }

    /// The largest and the mean difference in levels of 255.
    private func levels(_ values: [Float], _ expected: [UInt8]) -> (largest: Float, mean: Float) {
        let differences = zip(values, expected).map { abs(255 * $0 - Float($1)) }
        return (differences.max() ?? 0, differences.reduce(0, +) / Float(max(1, differences.count)))
    }

    private func largest(_ values: [Float], _ expected: [Float]) -> Float { zip(values, expected).map { abs($0 - $1) }.max() ?? 0 }

    @Test("weak views scale, pad, crop and flip as Pillow does, masks exactly")
    func weak() {
        for case let view in reference.weak {
            let found = WeakTransform(
                scaledHeight: view.height, scaledWidth: view.width, top: view.top, left: view.left, isFlipped: view.flipped, side: view.side
            )(
                reference.sample)
            #expect(found.mask.scalars == view.mask, "\(view.width) wide")
            let difference = levels(found.image.scalars, view.image)
            // Two roundings of half a level each.
            #expect(difference.largest <= 1.01, "\(view.width) wide: \(difference)")
        }
    }

    @Test("the short side is rounded as in the field's code")
    func shortSide() {
        for view in reference.weak {
            let scale = Float(view.width) / Float(reference.width)
            var random = RandomSource(seed: 1)
            let drawn = WeakTransform(
                height: reference.height, width: reference.width,
                augmentation: Augmentation(cropSize: 16, scale: (scale + 1e-3)...(scale + 1e-3)), using: &random)
            #expect(drawn.scaledWidth == view.width && drawn.scaledHeight == view.height)
        }
    }

    @Test("color changes are those of torchvision")
    func changes() throws {
        for change in reference.changes {
            let kind: StrongTransform.ColorChange =
                switch change.kind {
                case "brightness": .brightness(change.factor)
                case "contrast": .contrast(change.factor)
                case "saturation": .saturation(change.factor)
                default: .hue(change.factor)
                }
            let found = StrongTransform(colorChanges: [kind])(reference.sample.image.unitInterval).scalars
            // torchvision weighs red by 0.2989 in tensors, by 0.299 in images.
            #expect(largest(found, change.tensor) < 2e-4, "\(change.kind) \(change.factor): \(largest(found, change.tensor))")
            let difference = levels(found, change.pillow)
            let tolerance: (largest: Float, mean: Float) = change.kind == "hue" ? (9, 1.5) : (1.6, 0.6)
            #expect(
                difference.largest <= tolerance.largest && difference.mean <= tolerance.mean,
                "\(change.kind) \(change.factor): \(difference)")
        }
    }

    @Test("an image without color is Pillow's")
    func gray() {
        let found = StrongTransform(isGrayscale: true)(reference.sample.image.unitInterval).scalars
        let first = stride(from: 0, to: found.count, by: 3).map { found[$0] }
        #expect(levels(first, reference.gray).largest <= 1)
    }

    @Test("a blur is torchvision's away from the edges, and near Pillow's")
    func blurs() {
        for blur in reference.blurs {
            let found = StrongTransform(blurSigma: blur.sigma)(reference.sample.image.unitInterval).scalars
            let reach = max(1, Int((3 * blur.sigma).rounded(.up)))
            var inner: [(found: Float, tensor: Float, pillow: UInt8)] = []
            for row in reach..<reference.height - reach {
                for column in reach..<reference.width - reach {
                    let place = (row * reference.width + column) * 3
                    for channel in 0..<3 {
                        inner.append((found[place + channel], blur.tensor[place + channel], blur.pillow[place + channel]))
                    }
                }
            }
            #expect(!inner.isEmpty && inner.allSatisfy { abs($0.found - $0.tensor) < 2e-5 }, "\(blur.sigma)")
            #expect(levels(inner.map(\.found), inner.map(\.pillow)).largest <= 6.1, "\(blur.sigma)")
            // Pillow's three box filters each go on beyond the edge as the one before ended there.
            let difference = levels(found, blur.pillow)
            #expect(difference.mean <= 2 && difference.largest <= 20.5, "\(blur.sigma): \(difference)")
        }
    }
}
