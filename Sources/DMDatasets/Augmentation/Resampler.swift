package import DMTensors

/// Applies the filters of both axes to an image of bytes.
struct Resampler {
    /// The width of the source in pixels.
    let width: Int
    let rows: ResamplingFilter
    let columns: ResamplingFilter

    /// Writes the resampled pixels, as numbers in [0, 1], to the left upper part of `output`; mirrored, to the right.
    func resample(
        _ pixels: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<Float>, outputWidth: Int, isFlipped: Bool
    ) {
        guard let firstRow = rows.starts.min(), let lastStart = rows.starts.max() else { return }
        let height = lastStart + rows.width - firstRow
        // Columns first, for the source rows in use; rows after.
        var buffer = [Float](repeating: 0, count: height * columns.count * 3)
        buffer.withUnsafeMutableBufferPointer { buffer in
            resampleColumns(pixels, firstRow: firstRow, height: height, into: buffer)
            resampleRows(UnsafeBufferPointer(buffer), firstRow: firstRow, into: output, outputWidth: outputWidth, isFlipped: isFlipped)
        }
    }

    private func resampleColumns(
        _ pixels: UnsafeBufferPointer<UInt8>, firstRow: Int, height: Int, into buffer: UnsafeMutableBufferPointer<Float>
    ) {
        columns.weights.withUnsafeBufferPointer { weights in
            for row in 0..<height {
                let sourceRow = (firstRow + row) * width
                for column in 0..<columns.count {
                    var (red, green, blue) = (Float(0), Float(0), Float(0))
                    var source = (sourceRow + columns.starts[column]) * 3
                    for tap in 0..<columns.width {
                        let weight = weights[column * columns.width + tap]
                        red += weight * Float(pixels[source])
                        green += weight * Float(pixels[source + 1])
                        blue += weight * Float(pixels[source + 2])
                        source += 3
                    }
                    let target = (row * columns.count + column) * 3
                    buffer[target] = red * (1 / 255)
                    buffer[target + 1] = green * (1 / 255)
                    buffer[target + 2] = blue * (1 / 255)
                }
            }
        }
    }

    private func resampleRows(
        _ buffer: UnsafeBufferPointer<Float>, firstRow: Int, into output: UnsafeMutableBufferPointer<Float>, outputWidth: Int,
        isFlipped: Bool
    ) {
        let rowLength = columns.count * 3
        for row in 0..<rows.count {
            for tap in 0..<rows.width {
                let weight = rows.weights[row * rows.width + tap]
                guard weight != 0 else { continue }
                let sourceRow = (rows.starts[row] - firstRow + tap) * rowLength
                for column in 0..<columns.count {
                    let source = sourceRow + column * 3
                    let target = (row * outputWidth + (isFlipped ? outputWidth - 1 - column : column)) * 3
                    output[target] += weight * buffer[source]
                    output[target + 1] += weight * buffer[source + 1]
                    output[target + 2] += weight * buffer[source + 2]
                }
            }
        }
    }
}

/// The weights of one axis of a bilinear resampling.
///
/// Enlarging blends the two nearest source pixels. Shrinking widens the triangle by the factor, so that every source
/// pixel counts and fine patterns do not alias; this is also how Pillow's bilinear filter works.
struct ResamplingFilter: Sendable {
    /// The first source index that each output index draws from.
    let starts: [Int]
    /// The weights of each output index, `width` of them, summing to 1.
    let weights: [Float]
    /// The largest number of source pixels that an output pixel draws from.
    let width: Int

    /// - Parameters:
    ///   - source: The length of the source axis.
    ///   - scaled: The length of the whole scaled axis.
    ///   - first: The first scaled index that is needed.
    ///   - count: How many scaled indices are needed.
    init(from source: Int, to scaled: Int, first: Int, count: Int) {
        let factor = Float(source) / Float(scaled)
        let reach = max(factor, 1)
        let width = min(source, Int((2 * reach).rounded(.up)) + 1)
        var starts: [Int] = []
        var weights: [Float] = []
        for index in first..<first + count {
            let center = (Float(index) + 0.5) * factor
            let start = min(max(0, Int((center - reach + 0.5).rounded(.down))), source - width)
            let raw = (start..<start + width).map { max(0, 1 - abs(Float($0) + 0.5 - center) / reach) }
            let total = raw.reduce(0, +)
            starts.append(start)
            weights += raw.map { $0 / total }
        }
        self.starts = starts
        self.weights = weights
        self.width = width
    }

    /// The number of output indices.
    var count: Int { starts.count }
}

extension Tensor<UInt8> {
    /// An image at another size, as a training view at that size shows it: bilinear, with a filter that widens as the
    /// image shrinks.
    ///
    /// - Parameters:
    ///   - height: The height of the result.
    ///   - width: The width of the result.
    /// - Precondition: The shape is `[h, w, 3]`.
    /// - Returns: `[height, width, 3]` in [0, 1].
    package func resampled(height: Int, width: Int) -> Tensor<Float> {
        let rows = ResamplingFilter(from: shape[0], to: height, first: 0, count: height)
        let columns = ResamplingFilter(from: shape[1], to: width, first: 0, count: width)
        return Tensor<Float>(shape: [height, width, 3]) { output in
            output.initialize(repeating: 0)
            withUnsafeElements { pixels in
                Resampler(width: shape[1], rows: rows, columns: columns).resample(
                    pixels, into: output, outputWidth: width, isFlipped: false)
            }
        }
    }

    /// An image made smaller or larger by a factor, in [0, 1]; no side falls below one pixel.
    ///
    /// - Parameter scale: The factor of both sides; 1 leaves the image as it is.
    /// - Precondition: The shape is `[h, w, 3]`.
    package func resampled(by scale: Double) -> Tensor<Float> {
        func scaled(_ side: Int) -> Int { Swift.max(1, Int((Double(side) * scale).rounded())) }
        return scale == 1 ? unitInterval : resampled(height: scaled(shape[0]), width: scaled(shape[1]))
    }
}
