import CDMKernels

/// A function of each element, differentiable but for a few points.
public enum ElementFunction: Sendable, Hashable {
    /// tan x of an angle in radians.
    case tangent
    /// The angle in −π/2 … π/2 whose sine is x.
    case arcsine
    /// The angle in 0 … π whose cosine is x.
    case arccosine
    /// The angle in −π/2 … π/2 whose tangent is x.
    case arctangent
    /// (eˣ − e⁻ˣ) / 2.
    case hyperbolicSine
    /// (eˣ + e⁻ˣ) / 2.
    case hyperbolicCosine
    /// log(x + √(x² + 1)).
    case inverseHyperbolicSine
    /// log(x + √(x² − 1)), for x of at least 1.
    case inverseHyperbolicCosine
    /// log((1 + x) / (1 − x)) / 2, for x between −1 and 1.
    case inverseHyperbolicTangent
    /// The error function 2 / √π ∫₀ˣ e^(−t²) dt.
    case errorFunction
    /// x where it is positive, slope · x elsewhere. Maas, Hannun and Ng, 2013.
    case leakyReLU(slope: Double)
    /// x where it is positive, alpha · (eˣ − 1) elsewhere. Clevert, Unterthiner and Hochreiter, arXiv:1511.07289.
    case elu(alpha: Double)
    /// gamma · x where x is positive, gamma · alpha · (eˣ − 1) elsewhere. Klambauer et al., arXiv:1706.02515.
    case selu(alpha: Double = 1.6732632423543772, gamma: Double = 1.0507009873554805)
    /// x where it is positive, alpha · (e^(x / alpha) − 1) elsewhere. Barron, arXiv:1704.07483.
    case celu(alpha: Double)
    /// min(max(slope · x + offset, 0), 1).
    case hardSigmoid(slope: Double, offset: Double)
    /// x · min(max(x / 6 + 1/2, 0), 1). Howard et al., *Searching for MobileNetV3*, arXiv:1905.02244.
    case hardSwish
    /// x · tanh(log(1 + eˣ)). Misra, arXiv:1908.08681.
    case mish
    /// log(1 + eˣ), without overflow.
    case softplus
    /// x / (1 + |x|).
    case softsign
    /// x where it is above the threshold, 0 elsewhere.
    case thresholdedReLU(threshold: Double)
    /// x moved toward 0 by the offset where |x| is above the threshold, 0 elsewhere.
    case shrink(threshold: Double, offset: Double)
    /// x / (1 + e^(−beta · x)); with beta = 1 the sigmoid linear unit. Ramachandran, Zoph and Le, arXiv:1710.05941.
    case swish(beta: Double = 1)
    /// x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2, which comes near `gelu()`. Hendrycks and Gimpel, arXiv:1606.08415.
    case tanhGELU
}

extension Tensor where Scalar: FloatingPointScalar {
    /// A function of each element.
    public func applying(_ function: ElementFunction) -> Tensor {
        let (kernel, a, b) = function.kernel(in: Scalar.kernelTables.functions)
        return mapped { kernel.value($0, a, b, $1, $2) }
    }

    /// The gradient of x, given that of `x.applying(function)`, of the same shape.
    package func pullback(of gradient: Tensor, through function: ElementFunction) -> Tensor {
        let (kernel, a, b) = function.kernel(in: Scalar.kernelTables.functions)
        return zipped(with: gradient) { kernel.pullback($0, $1, a, b, $2, $3) }
    }
}

extension ElementFunction {
    /// The function's kernel and its constants.
    fileprivate func kernel(in kernels: dm_function_kernels) -> (dm_function_kernel, a: Double, b: Double) {
        switch self {
        case .tangent: (kernels.tangent, 0, 0)
        case .arcsine: (kernels.arcsine, 0, 0)
        case .arccosine: (kernels.arccosine, 0, 0)
        case .arctangent: (kernels.arctangent, 0, 0)
        case .hyperbolicSine: (kernels.hyperbolic_sine, 0, 0)
        case .hyperbolicCosine: (kernels.hyperbolic_cosine, 0, 0)
        case .inverseHyperbolicSine: (kernels.inverse_hyperbolic_sine, 0, 0)
        case .inverseHyperbolicCosine: (kernels.inverse_hyperbolic_cosine, 0, 0)
        case .inverseHyperbolicTangent: (kernels.inverse_hyperbolic_tangent, 0, 0)
        case .errorFunction: (kernels.error_function, 0, 0)
        case .leakyReLU(let slope): (kernels.leaky_relu, slope, 0)
        case .elu(let alpha): (kernels.elu, alpha, 1)
        case .selu(let alpha, let gamma): (kernels.elu, alpha, gamma)
        case .celu(let alpha): (kernels.celu, alpha, 0)
        case .hardSigmoid(let slope, let offset): (kernels.hard_sigmoid, slope, offset)
        case .hardSwish: (kernels.hard_swish, 0, 0)
        case .mish: (kernels.mish, 0, 0)
        case .softplus: (kernels.softplus, 0, 0)
        case .softsign: (kernels.softsign, 0, 0)
        case .thresholdedReLU(let threshold): (kernels.thresholded_relu, threshold, 0)
        case .shrink(let threshold, let offset): (kernels.shrink, threshold, offset)
        case .swish(let beta): (kernels.swish, beta, 0)
        case .tanhGELU: (kernels.tanh_gelu, 0, 0)
        }
    }
}
