import DMTensors

/// The segmentation of an annotated region: polygons or a run-length encoding (RLE).
enum COCOSegmentation: Sendable {
    /// Polygons; a pixel whose center lies inside one of them belongs to the region.
    case polygons([[Double]])
    /// Lengths of runs down the columns, the first one outside the region.
    case runs([Int])

    /// - Throws: `COCODocument.Flaw` for a polygon with fewer than three corners, and for runs that do not fill the image.
    init(_ segmentation: COCODocument.Segmentation, height: Int, width: Int, annotation: Int) throws(COCODocument.Flaw) {
        switch segmentation {
        case .polygons(let polygons):
            guard polygons.allSatisfy({ $0.count.isMultiple(of: 2) && $0.count >= 6 && $0.allSatisfy(\.isFinite) }) else {
                throw COCODocument.Flaw("annotation \(annotation): a polygon has pairs of numbers, at least three of them")
            }
            self = .polygons(polygons)
        case .runs(let counts, let size):
            try self.init(counts: counts, size: size, height: height, width: width, annotation: annotation)
        case .compressedRuns(let text, let size):
            guard let counts = Self.decompressed(text) else {
                throw COCODocument.Flaw("annotation \(annotation): its runs are no text of COCO's form")
            }
            try self.init(counts: counts, size: size, height: height, width: width, annotation: annotation)
        }
    }

    private init(counts: [Int], size: [Int], height: Int, width: Int, annotation: Int) throws(COCODocument.Flaw) {
        var total = 0
        for count in counts {
            guard count >= 0, count <= height * width - total else {
                throw COCODocument.Flaw("annotation \(annotation): its runs reach beyond the image")
            }
            total += count
        }
        guard size == [height, width], total == height * width else {
            throw COCODocument.Flaw(
                "annotation \(annotation): its runs fill \(total) pixels of \(size), the image has \(width) x \(height)")
        }
        self = .runs(counts)
    }

    /// The lengths of the runs of a compressed RLE.
    ///
    /// Each character holds six bits, counted from 48: five of a number, and one that says whether more follow. From the
    /// fourth length on, the number is the difference from the last length but one.
    static func decompressed(_ text: String) -> [Int]? {
        var counts: [Int] = []
        var (value, shift) = (0, 0)
        for byte in text.utf8 {
            guard (48..<112).contains(byte), shift < 60 else { return nil }
            let digit = Int(byte) - 48
            value |= (digit & 0x1F) << shift
            shift += 5
            if digit & 0x20 != 0 { continue }
            if digit & 0x10 != 0 { value |= -1 << shift }
            let (count, isTooLarge) = value.addingReportingOverflow(counts.count > 2 ? counts[counts.count - 2] : 0)
            if isTooLarge { return nil }
            counts.append(count)
            (value, shift) = (0, 0)
        }
        return shift == 0 ? counts : nil
    }

    /// The area of the region in pixels; of polygons, the sum of their areas.
    var area: Double {
        switch self {
        case .runs(let counts):
            return counts.indices.reduce(0) { $0 + ($1.isMultiple(of: 2) ? 0 : Double(counts[$1])) }
        case .polygons(let polygons):
            return polygons.reduce(0) { sum, polygon in
                let corners = polygon.count / 2
                let twice = (0..<corners).reduce(0.0) { sum, corner in
                    let next = (corner + 1) % corners
                    return sum + polygon[2 * corner] * polygon[2 * next + 1] - polygon[2 * next] * polygon[2 * corner + 1]
                }
                return sum + abs(twice) / 2
            }
        }
    }

    /// Gives all pixels of the region a label.
    ///
    /// - Parameter pixels: Row by row.
    func paint(_ label: UInt8, into pixels: UnsafeMutableBufferPointer<UInt8>, height: Int, width: Int) {
        switch self {
        case .polygons(let polygons):
            for polygon in polygons { Self.paint(polygon, label, into: pixels, height: height, width: width) }
        case .runs(let counts):
            var place = 0
            for (index, count) in counts.enumerated() {
                if !index.isMultiple(of: 2) {
                    for pixel in place..<place + count { pixels[pixel % height * width + pixel / height] = label }
                }
                place += count
            }
        }
    }

    /// Row by row, between the first and the second crossing of the outline, the third and the fourth, and so on.
    private static func paint(
        _ polygon: [Double], _ label: UInt8, into pixels: UnsafeMutableBufferPointer<UInt8>, height: Int, width: Int
    ) {
        let corners = polygon.count / 2
        var crossings = [[Double]](repeating: [], count: height)
        /// The first pixel whose center does not lie before a position, within the image.
        func first(_ place: Double, limit: Int) -> Int { Int(min(max((place - 0.5).rounded(.up), 0), Double(limit))) }
        for corner in 0..<corners {
            let next = (corner + 1) % corners
            var (x0, y0, x1, y1) = (polygon[2 * corner], polygon[2 * corner + 1], polygon[2 * next], polygon[2 * next + 1])
            if y0 > y1 { (x0, y0, x1, y1) = (x1, y1, x0, y0) }
            let rows = (first(y0, limit: height), first(y1, limit: height))
            for row in rows.0..<max(rows.0, rows.1) {
                crossings[row].append(x0 + (Double(row) + 0.5 - y0) * (x1 - x0) / (y1 - y0))
            }
        }
        for row in 0..<height where !crossings[row].isEmpty {
            let sorted = crossings[row].sorted()
            for pair in stride(from: 0, to: sorted.count - 1, by: 2) {
                let columns = (first(sorted[pair], limit: width), first(sorted[pair + 1], limit: width))
                for column in columns.0..<max(columns.0, columns.1) { pixels[row * width + column] = label }
            }
        }
    }
}
