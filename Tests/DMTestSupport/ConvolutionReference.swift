public import DMTensors

/// Two-dimensional convolution written as its definition, in plain loops: what the kernels are held against.
public func referenceConvolution2D(_ x: Tensor<Double>, _ w: Tensor<Double>, _ geometry: Convolution2DGeometry) -> Tensor<Double> {
    let (height, width, channels) = (x.shape[1], x.shape[2], x.shape[3])
    let (groupInputs, outputs) = (w.shape[2], w.shape[3])
    let output = geometry.outputSize(
        input: HeightAndWidth(height: height, width: width), kernel: HeightAndWidth(height: w.shape[0], width: w.shape[1]))
    let (xs, ws) = (x.scalars, w.scalars)
    var y: [Double] = []
    for n in 0..<x.shape[0] {
        for r in 0..<output.height {
            for c in 0..<output.width {
                for o in 0..<outputs {
                    let firstChannel = o / (outputs / geometry.groups) * groupInputs
                    var sum = 0.0
                    for i in 0..<w.shape[0] {
                        for j in 0..<w.shape[1] {
                            let row = r * geometry.stride.height + i * geometry.dilation.height - geometry.padding.top
                            let column = c * geometry.stride.width + j * geometry.dilation.width - geometry.padding.left
                            guard (0..<height).contains(row), (0..<width).contains(column) else { continue }
                            for k in 0..<groupInputs {
                                sum +=
                                    xs[((n * height + row) * width + column) * channels + firstChannel + k]
                                    * ws[((i * w.shape[1] + j) * groupInputs + k) * outputs + o]
                            }
                        }
                    }
                    y.append(sum)
                }
            }
        }
    }
    return Tensor(y, shape: [x.shape[0], output.height, output.width, outputs])
}
