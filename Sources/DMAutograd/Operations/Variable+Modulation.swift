import DMTensors

extension Variable {
    /// Each channel of each image scaled and shifted: `y = x * (1 + scale) + shift`.
    ///
    /// Source: Perez et al., *FiLM: Visual Reasoning with a General Conditioning Layer*, AAAI 2018.
    ///
    /// - Parameters:
    ///   - scale: `[n, c]` for x `[n, ..., c]`.
    ///   - shift: `[n, c]`.
    /// - Returns: `[n, ..., c]`.
    public func modulated(scale: Variable, shift: Variable) -> Variable {
        .apply(.modulate, [self, scale, shift]) { operands, _ in
            let (x, scale) = (operands[0], operands[1])
            return (
                x.modulated(scale: scale, shift: operands[2]),
                { gradient in
                    let (dx, dscale, dshift) = x.modulationGradients(of: gradient, scale: scale)
                    return [dx, dscale, dshift]
                }
            )
        }
    }
}
