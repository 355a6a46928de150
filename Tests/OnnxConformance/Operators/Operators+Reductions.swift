import DMTensors

extension Operators {
    /// Reductions along axes.
    static let reductions: [String: OnnxOperator] = [
        "ReduceSum": { [try reduced($0, .sum)] },
        "ReduceProd": { [try reduced($0, .product)] },
        "ReduceMax": { [try reduced($0, .maximum)] },
        "ReduceMin": { [try reduced($0, .minimum)] },
        "ReduceSumSquare": { [try reduced($0, .sumOfSquares)] },
        "ReduceL1": { [try reduced($0, .sumOfAbsolutes)] },
        "ReduceMean": { [try realReduced($0, .mean)] },
        "ReduceL2": { [try realReduced($0, .rootOfSumOfSquares)] },
        "ReduceLogSum": { [try realReduced($0, .logarithmOfSum)] },
        "ReduceLogSumExp": { [try realReduced($0, .logSumExp)] },
    ]

    private enum Reduction { case sum, product, maximum, minimum, sumOfSquares, sumOfAbsolutes }
    private enum RealReduction { case mean, rootOfSumOfSquares, logarithmOfSum, logSumExp }

    /// The axes to reduce, falling; `nil` if nothing is to be done.
    private static func axes(_ call: OperatorCall) throws -> [Int]? {
        let rank = try call.input(0).shape.count
        guard let given = call.integers("axes", orInput: 1), !given.isEmpty else {
            return call.flag("noop_with_empty_axes") ? nil : Array((0..<rank).reversed())
        }
        return try call.resolved(given, rank: rank).sorted(by: >)
    }

    private static func reduced(_ call: OperatorCall, _ reduction: Reduction) throws -> OnnxValue {
        let value = try call.input(0), keeps = call.flag("keepdims", default: true)
        guard let axes = try axes(call) else { return value }
        func reduce<T: NumericTensor>(_ tensor: T) throws -> OnnxValue {
            let x = tensor.dense
            switch reduction {
            case .sum: return try value.with(x.sum(along: axes, keepingAxes: keeps))
            case .product: return try value.with(x.product(along: axes, keepingAxes: keeps))
            case .sumOfSquares: return try value.with((x * x).sum(along: axes, keepingAxes: keeps))
            case .sumOfAbsolutes: return try value.with((x * x.sign()).sum(along: axes, keepingAxes: keeps))
            case .maximum, .minimum:
                guard axes.allSatisfy({ x.shape[$0] > 0 }) else { throw Unsupported("the extreme of no elements") }
                return try value.with(
                    axes.reduce(x) {
                        reduction == .maximum ? $0.maximum(along: $1, keepingAxes: keeps) : $0.minimum(along: $1, keepingAxes: keeps)
                    })
            }
        }
        return try reduce(try call.numeric(0))
    }

    private static func realReduced(_ call: OperatorCall, _ reduction: RealReduction) throws -> OnnxValue {
        let value = try call.input(0), keeps = call.flag("keepdims", default: true)
        guard let axes = try axes(call) else { return value }
        func reduce<T: RealTensor>(_ tensor: T) throws -> OnnxValue {
            let x = tensor.dense
            switch reduction {
            case .mean: return try value.with(x.mean(along: axes, keepingAxes: keeps))
            case .rootOfSumOfSquares: return try value.with(x.squared().sum(along: axes, keepingAxes: keeps).squareRoot())
            case .logarithmOfSum: return try value.with(x.sum(along: axes, keepingAxes: keeps).log())
            case .logSumExp:
                guard axes.allSatisfy({ x.shape[$0] > 0 }) else { throw Unsupported("the logarithm of no elements") }
                return try value.with(x.logSumExp(along: axes, keepingAxes: keeps))
            }
        }
        return try reduce(try call.real(0))
    }
}
