public import DMTensors

/// Sliding-window inference: overlapping square windows are predicted one by one, and their probabilities are averaged.
///
/// The stride is two thirds of the side. The last window of a row or column is shifted back inside the image.
public struct SlidingWindow: Sendable, Equatable {
    /// The side of a square in pixels.
    public let side: Int

    /// Windows of a side.
    ///
    /// - Precondition: The side is at least 1.
    public init(side: Int) {
        require(side >= 1, "a sliding window has pixels, not the side \(side)")
        self.side = side
    }

    /// Where the windows along an axis begin.
    ///
    /// - Parameter length: The length of the axis, at least 1; one that is shorter than the window has one window, itself.
    public func starts(along length: Int) -> [Int] {
        let step = max(1, side * 2 / 3)
        let last = max(0, length - side)
        return Array(stride(from: 0, to: last, by: step)) + [last]
    }

    /// The averaged probabilities of images.
    ///
    /// - Parameters:
    ///   - images: `[n, h, w, c]`.
    ///   - predict: The probabilities `[n, height, width, K]` of a window `[n, height, width, c]` and its number.
    /// - Returns: `[n, h, w, K]`.
    public func probabilities<E>(
        of images: Tensor<Float>, predict: (Tensor<Float>, Int) throws(E) -> Tensor<Float>
    ) throws(E) -> Tensor<Float> {
        let (height, width) = (images.shape[1], images.shape[2])
        let (tops, lefts) = (starts(along: height), starts(along: width))
        var sum: Tensor<Float>?
        for (row, top) in tops.enumerated() {
            for (column, left) in lefts.enumerated() {
                let window = images.sliced(along: 1, from: top, to: min(height, top + side))
                    .sliced(along: 2, from: left, to: min(width, left + side))
                let predicted = try predict(window, row * lefts.count + column)
                let classCount = predicted.shape[3]
                var total = sum ?? Tensor(repeating: 0, shape: [images.shape[0], height, width, classCount])
                // Handed over, not shared: the sum would be copied for every window.
                sum = nil
                total.add(predicted, top: top, left: left)
                sum = total
            }
        }
        var total = sum ?? images
        total.divide(rows: coverage(of: height, by: tops), columns: coverage(of: width, by: lefts))
        return total
    }

    /// How many windows cover each position of an axis.
    private func coverage(of length: Int, by starts: [Int]) -> [Float] {
        (0..<length).map { place in Float(starts.count { $0 <= place && place < $0 + side }) }
    }
}

extension Tensor<Float> {
    /// Adds a smaller map at the given position of its top left corner.
    fileprivate mutating func add(_ part: Tensor<Float>, top: Int, left: Int) {
        let (count, height, width, channels) = (part.shape[0], part.shape[1], part.shape[2], part.shape[3])
        let (fullHeight, fullWidth) = (shape[1], shape[2])
        withUnsafeMutableElements { sum in
            part.withUnsafeElements { part in
                for row in 0..<count * height {
                    let target = ((row / height * fullHeight + top + row % height) * fullWidth + left) * channels
                    let source = row * width * channels
                    for index in 0..<width * channels { sum[target + index] += part[source + index] }
                }
            }
        }
    }

    /// Divides each pixel by the product of two numbers, of its row and of its column.
    fileprivate mutating func divide(rows: [Float], columns: [Float]) {
        let (height, width, channels) = (shape[1], shape[2], shape[3])
        withUnsafeMutableElements { values in
            for pixel in 0..<values.count / channels {
                let factor = 1 / (rows[pixel / width % height] * columns[pixel % width])
                for index in pixel * channels..<(pixel + 1) * channels { values[index] *= factor }
            }
        }
    }
}
