/// The segmentation of an annotated region: polygons or a run-length encoding (RLE).
enum COCOSegmentation: Sendable {
    /// Polygons; a pixel whose center lies inside one of them belongs to the region.
    case polygons([[Double]])
    /// Lengths of runs down the columns, the first one outside the region.
    case runs([Int])

    /// What is wrong with a segmentation, in words.
    struct Flaw: Error {
        let message: String

        init(_ message: String) { self.message = message }
    }

    /// - Parameter note: Is told of each polygon that is none and was left out.
    /// - Throws: A flaw where nothing is left, and for runs that do not fill the image.
    init(_ segmentation: COCODocument.Segmentation, height: Int, width: Int, note: (Flaw) -> Void) throws(Flaw) {
        switch segmentation {
        case .polygons(let polygons):
            var whole: [[Double]] = []
            for polygon in polygons {
                let flaw = Flaw("a polygon has pairs of numbers, at least three of them; found \(polygon.count) numbers")
                if polygon.count.isMultiple(of: 2) && polygon.count >= 6 {
                    whole.append(polygon)
                } else if polygons.count == 1 {
                    throw flaw
                } else {
                    note(flaw)
                }
            }
            self = .polygons(whole)
        case .runs(let counts, let size):
            try self.init(counts: counts, size: size, height: height, width: width)
        case .compressedRuns(let text, let size):
            guard let counts = Self.decompressed(text) else { throw Flaw("its runs are no text of COCO's form") }
            try self.init(counts: counts, size: size, height: height, width: width)
        }
    }

    /// A rectangle, from its left upper corner.
    init(x: Double, y: Double, width: Double, height: Double) {
        self = .polygons([[x, y, x + width, y, x + width, y + height, x, y + height]])
    }

    private init(counts: [Int], size: [Int], height: Int, width: Int) throws(Flaw) {
        guard size == [height, width] else {
            let found = size.prefix(4).map(\.description).joined(separator: ", ")
            throw Flaw("its runs are of the size [\(found)], height and width; the image has [\(height), \(width)]")
        }
        var total = 0
        for count in counts {
            guard count >= 0, count <= height * width - total else { throw Flaw("its runs reach beyond the image") }
            total += count
        }
        guard total == height * width else {
            throw Flaw("its runs fill \(total) pixels, the image has \(width) x \(height)")
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
            let area = polygons.reduce(0) { sum, polygon in
                let corners = polygon.count / 2
                let twice = (0..<corners).reduce(0.0) { sum, corner in
                    let next = (corner + 1) % corners
                    return sum + polygon[2 * corner] * polygon[2 * next + 1] - polygon[2 * next] * polygon[2 * corner + 1]
                }
                return sum + abs(twice) / 2
            }
            // Of coordinates whose products are beyond all numbers.
            return area.isNaN ? .greatestFiniteMagnitude : area
        }
    }
}

// MARK: - Painting

extension COCOSegmentation {
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
                if !index.isMultiple(of: 2) { Self.paint(place..<place + count, label, into: pixels, height: height, width: width) }
                place += count
            }
        }
    }

    /// What painting the region costs, in pixels: those that it may cover, and 64 for each row that an edge crosses.
    func cost(height: Int, width: Int) -> Int {
        switch self {
        case .runs(let counts): counts.indices.reduce(counts.count) { $0 + ($1.isMultiple(of: 2) ? 0 : counts[$1]) }
        case .polygons(let polygons):
            polygons.reduce(0) { sum, polygon in
                var crossings = 0
                Self.forEachEdge(of: polygon, height: height) { _, _, rows in crossings += rows.count }
                // Each pair of crossings covers a row at most.
                return sum + 64 * crossings + min(crossings / 2 * width, Self.extent(of: polygon, height: height, width: width))
            }
        }
    }

    /// The pixels of the rectangle around a polygon, within the image.
    private static func extent(of polygon: [Double], height: Int, width: Int) -> Int {
        func length(_ first: Int, limit: Int) -> Int {
            let places = stride(from: first, to: polygon.count, by: 2).map { min(max(polygon[$0], 0), Double(limit)) }
            return Int(((places.max() ?? 0) - (places.min() ?? 0)).rounded(.up))
        }
        return length(0, limit: width) * length(1, limit: height)
    }

    /// Down the columns; columns that are covered whole are painted row by row.
    private static func paint(
        _ run: Range<Int>, _ label: UInt8, into pixels: UnsafeMutableBufferPointer<UInt8>, height: Int, width: Int
    ) {
        let whole = (run.lowerBound + height - 1) / height..<max((run.lowerBound + height - 1) / height, run.upperBound / height)
        if whole.count > 1 {
            for row in 0..<height {
                pixels[row * width + whole.lowerBound..<row * width + whole.upperBound].update(repeating: label)
            }
            for place in run.lowerBound..<whole.lowerBound * height { pixels[place % height * width + place / height] = label }
            for place in whole.upperBound * height..<run.upperBound { pixels[place % height * width + place / height] = label }
        } else {
            for place in run { pixels[place % height * width + place / height] = label }
        }
    }

    /// Row by row, between the first and the second crossing of the outline, the third and the fourth, and so on.
    private static func paint(
        _ polygon: [Double], _ label: UInt8, into pixels: UnsafeMutableBufferPointer<UInt8>, height: Int, width: Int
    ) {
        // Some rows at a time, fewer of a polygon with many edges: what its crossings need of memory stays small.
        let band = max(16, (1 << 21) / polygon.count)
        for top in stride(from: 0, to: height, by: band) {
            let rows = top..<min(height, top + band)
            var crossings = [[Double]](repeating: [], count: rows.count)
            forEachEdge(of: polygon, height: height) { start, end, crossed in
                for row in crossed.clamped(to: rows) {
                    crossings[row - top].append(start.x + (Double(row) + 0.5 - start.y) * (end.x - start.x) / (end.y - start.y))
                }
            }
            for row in rows where !crossings[row - top].isEmpty {
                let sorted = crossings[row - top].sorted()
                for pair in stride(from: 0, to: sorted.count - 1, by: 2) {
                    let columns = (first(sorted[pair], limit: width), first(sorted[pair + 1], limit: width))
                    if columns.0 < columns.1 { pixels[row * width + columns.0..<row * width + columns.1].update(repeating: label) }
                }
            }
        }
    }

    /// The edges of a polygon, the upper end first, and the rows of the image whose centers each one crosses.
    private static func forEachEdge(
        of polygon: [Double], height: Int, _ body: (_ start: (x: Double, y: Double), _ end: (x: Double, y: Double), Range<Int>) -> Void
    ) {
        /// Far beyond any image, so that products of coordinates are numbers.
        func clamped(_ place: Double) -> Double { min(max(place, -0x1p40), 0x1p40) }
        let corners = polygon.count / 2
        for corner in 0..<corners {
            let next = (corner + 1) % corners
            var start = (x: clamped(polygon[2 * corner]), y: clamped(polygon[2 * corner + 1]))
            var end = (x: clamped(polygon[2 * next]), y: clamped(polygon[2 * next + 1]))
            if start.y > end.y { swap(&start, &end) }
            let rows = (first(start.y, limit: height), first(end.y, limit: height))
            body(start, end, rows.0..<max(rows.0, rows.1))
        }
    }

    /// The first pixel whose center does not lie before a position, within the image.
    private static func first(_ place: Double, limit: Int) -> Int { Int(min(max((place - 0.5).rounded(.up), 0), Double(limit))) }
}
