public import DMAutograd
public import DMTensors

/// A network from images to features: a stem, and stages of blocks behind it.
public protocol FeatureEncoder: Module {
    /// The number of channels of each level.
    var channels: (lowLevel: Int, highLevel: Int) { get }
    /// The stages whose inner values are not kept for backward but worked out again, block by block.
    ///
    /// Stages count from 1; 0 is the stem.
    var recomputedStages: Set<Int> { get set }
    /// images `[n, h, w, 3]` -> features.
    func callAsFunction(_ images: Variable<Float>, _ context: inout ForwardContext) -> EncoderFeatures
}

extension FeatureEncoder {
    /// x after the blocks of a stage, one after another.
    ///
    /// - Parameters:
    ///   - x: What the first block sees.
    ///   - stage: The number of the stage, 0 for the stem.
    ///   - blocks: Its blocks.
    ///   - context: The mode, the random stream and the statistics.
    ///   - apply: Calls a block.
    func passed<Block: Module>(
        _ x: Variable<Float>, stage: Int, _ blocks: [Block], _ context: inout ForwardContext,
        apply: @escaping @Sendable (Block, Variable<Float>, inout ForwardContext) -> Variable<Float>
    ) -> Variable<Float> {
        blocks.reduce(x) { x, block in
            guard recomputedStages.contains(stage) else { return apply(block, x, &context) }
            return block.checkpointed([x], &context) { apply($0, $1[0], &$2) }
        }
    }
}
