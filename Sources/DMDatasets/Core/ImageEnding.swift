/// The ending of a file's name, in small letters and with its point, such as `.png`.
struct ImageEnding {
    /// The ending.
    let text: String

    /// The ending of a name; nil for a name without one.
    init?(of name: some StringProtocol) {
        guard let point = name.lastIndex(of: "."), point > name.startIndex, name[point...].utf8.count > 1 else { return nil }
        text = name[point...].lowercased()
    }

    /// Endings whose files are listed as images, whatever is in them.
    private static let read: Set<String> = [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".dib"]

    /// Endings that programs give images; a file with one of them is listed where its content can be read.
    private static let known: Set<String> = [
        ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".jfi", ".jif", ".webp", ".bmp", ".dib", ".tif", ".tiff", ".gif", ".jp2", ".heic",
        ".avif", ".ppm", ".pgm", ".pnm",
    ]

    /// Whether a file of this name is an image, or a damaged one.
    static func alwaysRead(_ name: some StringProtocol) -> Bool { ImageEnding(of: name).map { read.contains($0.text) } ?? false }

    /// Whether a name ends like that of an image.
    static func isKnown(_ name: some StringProtocol) -> Bool { ImageEnding(of: name).map { known.contains($0.text) } ?? false }

    /// A name without the ending of an image; any other name stays as it is.
    static func dropped(from name: String) -> String {
        guard isKnown(name), let point = name.lastIndex(of: ".") else { return name }
        return String(name[..<point])
    }
}
