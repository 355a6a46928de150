/// What an image file may cost at most.
///
/// Some kilobytes can announce, and truly hold, an image of gigabytes. Files beyond a limit are refused by their headers,
/// before memory is taken.
public struct ImageLimits: Sendable, Equatable {
    /// The largest number of pixels; reading takes up to 9 bytes for each (3 for most PNG and JPEG files).
    ///
    /// The default, 2 x 89,478,485, is where Pillow refuses images.
    public var pixels = 178_956_970
    /// The longest side in pixels.
    public var side = 65_536
    /// The largest product of pixels and scans of a JPEG file: by default 16 scans of the largest image, more of smaller ones.
    ///
    /// A progressive file is decoded in several scans, each of which may change every pixel; encoders write some ten.
    public var scanPixels = 16 * 178_956_970
    /// The largest file in bytes.
    public var bytes = 1 << 30

    /// The default limits.
    public init() {}

    /// Whether an image of this size is read.
    func allows(height: Int, width: Int) -> Bool {
        height <= side && width <= side && height * width <= pixels
    }

    /// Refuses an image that is too large.
    func check(height: Int, width: Int, path: String) throws(ImageFileError) {
        guard height <= side && width <= side else {
            throw ImageFileError(path: path, expected: "sides of at most \(side) pixels", found: "\(width) x \(height)")
        }
        guard height * width <= pixels else {
            throw ImageFileError(
                path: path, expected: "an image of at most \(pixels) pixels (dataset.pixelLimit raises the limit)",
                found: "\(width) x \(height), which are \(height * width)")
        }
    }
}

/// How image files are read.
public struct ImageReading: Sendable, Equatable {
    /// What happens to photographs that their camera noted as turned.
    public var orientation: OrientationHandling
    /// The largest images that are read.
    public var limits: ImageLimits

    /// The default leaves photographs as they are stored.
    public init(orientation: OrientationHandling = .ignore, limits: ImageLimits = ImageLimits()) {
        self.orientation = orientation
        self.limits = limits
    }

    /// What happens to images whose files note an orientation.
    public enum OrientationHandling: String, CaseIterable, Sendable {
        /// The image is read as it is stored, as Pillow does unless told otherwise.
        case ignore
        /// The image is turned upright, as viewers show it.
        case apply
    }
}
