import CDMKernels

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
