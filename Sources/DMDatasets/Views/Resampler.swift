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
