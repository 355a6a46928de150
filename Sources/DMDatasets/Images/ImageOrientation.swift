import DMTensors

/// How a stored image has to be turned or mirrored to stand upright: the tag `Orientation` of EXIF.
///
/// Cameras store what the sensor saw and note how they were held; viewers turn the image by this note.
public enum ImageOrientation: Int, CaseIterable, Sendable {
    /// As stored.
    case upright = 1
    /// Mirrored from left to right.
    case mirrored
    /// Turned by 180 degrees.
    case turnedAround
    /// Mirrored from top to bottom.
    case flipped
    /// Rows and columns exchanged.
    case transposed
    /// To be turned clockwise by 90 degrees: the camera was held upright.
    case turnedRight
    /// Exchanged along the other diagonal.
    case transversed
    /// To be turned counterclockwise by 90 degrees.
    case turnedLeft

    /// Whether height and width change places.
    public var exchangesSides: Bool { rawValue >= 5 }

    /// An image as it stands upright.
    ///
    /// - Parameter image: As stored, `[height, width, channels]`.
    /// - Returns: `[height, width, channels]`, or `[width, height, channels]` where sides are exchanged.
    func applied(to image: Tensor<UInt8>) -> Tensor<UInt8> {
        guard self != .upright else { return image }
        let (height, width, channels) = (image.shape[0], image.shape[1], image.shape[2])
        let (rows, columns) = exchangesSides ? (width, height) : (height, width)
        // The stored place of an upright pixel is linear in its row and column.
        let (origin, down, right) = places(height: height, width: width)
        return Tensor(shape: [rows, columns, channels]) { target in
            image.withUnsafeElements { source in
                for row in 0..<rows {
                    var place = (origin + row * down) * channels
                    var pixel = row * columns * channels
                    for _ in 0..<columns {
                        for channel in 0..<channels { target[pixel + channel] = source[place + channel] }
                        pixel += channels
                        place += right * channels
                    }
                }
            }
        }
    }

    /// The stored place of the first upright pixel, and the steps from a pixel to the one below it and to the right of it.
    private func places(height: Int, width: Int) -> (origin: Int, down: Int, right: Int) {
        let (bottom, end) = ((height - 1) * width, width - 1)
        return switch self {
        case .upright: (0, width, 1)
        case .mirrored: (end, width, -1)
        case .turnedAround: (bottom + end, -width, -1)
        case .flipped: (bottom, -width, 1)
        case .transposed: (0, 1, width)
        case .turnedRight: (bottom, 1, -width)
        case .transversed: (bottom + end, -1, -width)
        case .turnedLeft: (end, -1, width)
        }
    }
}

extension ImageOrientation {
    /// The orientation that a block of EXIF notes; upright where it notes none, or none that is known.
    ///
    /// The block is a small TIFF file: a byte order, and a directory of tags of 12 bytes each.
    init(exif block: some RandomAccessCollection<UInt8>) {
        self = Self.noted(in: Array(block.prefix(1 << 16))) ?? .upright
    }

    private static func noted(in given: [UInt8]) -> ImageOrientation? {
        let prefix = Array("Exif\0\0".utf8)
        let bytes = given.starts(with: prefix) ? Array(given.dropFirst(prefix.count)) : given
        let isLittleEndian = bytes.starts(with: [0x49, 0x49])
        guard isLittleEndian || bytes.starts(with: [0x4D, 0x4D]) else { return nil }
        func number(at offset: Int, count: Int) -> Int? {
            guard offset >= 0, offset + count <= bytes.count else { return nil }
            let digits = bytes[offset..<offset + count]
            return isLittleEndian ? digits.reversed().reduce(0) { $0 << 8 | Int($1) } : digits.reduce(0) { $0 << 8 | Int($1) }
        }
        guard number(at: 2, count: 2) == 42, let directory = number(at: 4, count: 4), let count = number(at: directory, count: 2)
        else { return nil }
        for entry in 0..<count {
            let place = directory + 2 + 12 * entry
            guard let tag = number(at: place, count: 2) else { return nil }
            guard tag == 0x0112 else { continue }
            // A number of 16 bits by the standard; some programs write one of 32.
            let isLong = number(at: place + 2, count: 2) == 4
            return number(at: place + 8, count: isLong ? 4 : 2).flatMap(ImageOrientation.init)
        }
        return nil
    }
}
