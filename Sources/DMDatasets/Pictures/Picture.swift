public import DMTensors

/// A canvas of red, green and blue bytes for overview pictures: images, masks, rectangles and text.
///
/// Coordinates are pixels from the left upper corner. What falls outside the canvas is cut off.
///
/// ```swift
/// var picture = Picture(width: 200, height: 120)
/// picture.paste(Picture(sample.image), x: 4, y: 14)
/// picture.write("image", x: 4, y: 4)
/// try ImageFile.write(picture.image, to: "overview.png")
/// ```
public struct Picture: Sendable, Equatable {
    /// The width in pixels.
    public let width: Int
    /// The height in pixels.
    public let height: Int
    var pixels: [UInt8]

    /// A canvas of one color.
    ///
    /// - Precondition: Width and height are at least 1.
    public init(width: Int, height: Int, background: RGBColor = RGBColor(255, 255, 255)) {
        require(width > 0 && height > 0, "a picture has pixels, not \(width) x \(height)")
        self.width = width
        self.height = height
        pixels = [UInt8](repeating: 0, count: width * height * 3)
        fill(x: 0, y: 0, width: width, height: height, color: background)
    }

    /// The picture of an image.
    ///
    /// - Parameter image: `[height, width, 3]`.
    public init(_ image: Tensor<UInt8>) {
        require(image.rank == 3 && image.shape[2] == 3 && image.count > 0, "a picture shows [height, width, 3], not \(image.shape)")
        height = image.shape[0]
        width = image.shape[1]
        pixels = image.scalars
    }

    /// The picture of an image of floating-point numbers.
    ///
    /// - Parameter image: `[height, width, 3]` in [0, 1]; what lies outside is cut off.
    public init(_ image: Tensor<Float>) { self.init(image.bytes) }

    /// The picture of a mask: each label in the color of its class.
    ///
    /// - Parameters:
    ///   - labels: `[height, width]`.
    ///   - palette: The colors of the classes.
    public init(_ labels: Tensor<UInt8>, palette: Palette) {
        require(labels.rank == 2 && labels.count > 0, "a picture of labels shows [height, width], not \(labels.shape)")
        height = labels.shape[0]
        width = labels.shape[1]
        pixels = labels.scalars.flatMap { label in
            let color = palette[label]
            return [color.red, color.green, color.blue]
        }
    }

    /// The picture as an image `[height, width, 3]`.
    public var image: Tensor<UInt8> { Tensor(pixels, shape: [height, width, 3]) }

    /// The color of a pixel.
    ///
    /// - Precondition: The pixel lies on the canvas.
    public subscript(x: Int, y: Int) -> RGBColor {
        get {
            let place = (y * width + x) * 3
            return RGBColor(pixels[place], pixels[place + 1], pixels[place + 2])
        }
        set {
            let place = (y * width + x) * 3
            pixels[place] = newValue.red
            pixels[place + 1] = newValue.green
            pixels[place + 2] = newValue.blue
        }
    }
}
