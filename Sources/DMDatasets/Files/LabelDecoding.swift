import DMTensors

/// What the numbers stored in a mask file mean.
struct LabelDecoding: Sendable {
    /// The label of each stored number; nil for a number that must not occur.
    let labels: [UInt8?]
    /// The stored number of each color, for masks that are stored in colors; nil where such masks are refused.
    let colors: [RGBColor: UInt8]?
    /// The range of classes in words, such as `0...20 and 255`.
    let expectation: String

    /// A decoding in which every number is its own class.
    ///
    /// - Parameters:
    ///   - classCount: The classes are `0..<classCount`.
    ///   - ignored: Stored numbers that mean 'ignore'.
    ///   - colors: The stored number of each color.
    init(classCount: Int, ignored: Set<UInt8> = [SegmentationSample.ignoredLabel], colors: [RGBColor: UInt8]? = nil) {
        labels = (0..<256).map { value in
            let value = UInt8(value)
            return ignored.contains(value) ? SegmentationSample.ignoredLabel : value < classCount ? value : nil
        }
        self.colors = colors
        expectation = "0...\(classCount - 1)" + ignored.sorted().map { ", \($0) for 'ignore'" }.joined()
    }

    /// A decoding by a table.
    ///
    /// - Parameters:
    ///   - table: The class of each stored number in use.
    ///   - known: Stored numbers that may occur; those without a class mean 'ignore'.
    init(table: [UInt8: UInt8], known: Set<UInt8>, expectation: String) {
        labels = (0..<256).map { value in
            let value = UInt8(value)
            return table[value] ?? (known.contains(value) ? SegmentationSample.ignoredLabel : nil)
        }
        colors = nil
        self.expectation = expectation
    }

    /// Reads a mask file within the limits.
    ///
    /// - Returns: The class of each pixel `[height, width]`, 255 where it is to be ignored.
    /// - Throws: ``DatasetError`` for a file that cannot be read and for numbers or colors that are no class.
    func readMask(at path: String, limits: ImageLimits = ImageLimits()) throws(DatasetError) -> Tensor<UInt8> {
        let stored: StoredMask
        do {
            stored = try ImageFile.readStoredMask(at: path, limits: limits)
        } catch {
            throw DatasetError(error)
        }
        switch stored {
        case .numbers(let map): return try decoded(map.labels, path: path)
        case .colors(let image): return try decoded(numbers(of: image, path: path), path: path)
        }
    }

    /// The classes that stored numbers mean `[height, width]`.
    ///
    /// - Throws: ``DatasetError`` where a number is no class.
    func decoded(_ numbers: Tensor<UInt8>, path: String) throws(DatasetError) -> Tensor<UInt8> {
        let histogram = ClassShares.histogram(of: numbers)
        let wrong = histogram.indices.filter { histogram[$0] > 0 && labels[$0] == nil }
        guard wrong.isEmpty else {
            let found = wrong.prefix(5).map { "\($0) (\(histogram[$0]) pixels)" }.joined(separator: ", ")
            throw DatasetError(
                path: path, kind: .badLabel,
                message: "expected the classes \(expectation), found \(found)" + (wrong.count > 5 ? " and \(wrong.count - 5) more" : ""))
        }
        let table = labels.map { $0 ?? 0 }
        return Tensor(shape: numbers.shape) { output in
            numbers.withUnsafeElements { numbers in
                table.withUnsafeBufferPointer { table in
                    for pixel in numbers.indices { output[pixel] = table[Int(numbers[pixel])] }
                }
            }
        }
    }

    private func numbers(of image: Tensor<UInt8>, path: String) throws(DatasetError) -> Tensor<UInt8> {
        let (height, width) = (image.shape[0], image.shape[1])
        guard let colors else {
            throw DatasetError(
                path: path, kind: .coloredMask,
                message: "expected a mask of class indices (a palette or gray PNG image), found one in colors")
        }
        // Neighbors mostly have one color: it is looked up once.
        var last: (color: RGBColor, number: UInt8)?
        var numbers: [UInt8] = []
        numbers.reserveCapacity(height * width)
        let bytes = image.scalars
        for pixel in 0..<height * width {
            let color = RGBColor(bytes[3 * pixel], bytes[3 * pixel + 1], bytes[3 * pixel + 2])
            if let last, last.color == color {
                numbers.append(last.number)
                continue
            }
            guard let number = colors[color] else {
                throw DatasetError(
                    path: path, kind: .coloredMask,
                    message: "expected the colors of the classes exactly, found (\(color.red), \(color.green), \(color.blue)) "
                        + "at row \(pixel / width), column \(pixel % width); store class indices instead")
            }
            last = (color, number)
            numbers.append(number)
        }
        return Tensor(numbers, shape: [height, width])
    }
}
