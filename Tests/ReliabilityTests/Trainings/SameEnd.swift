import Testing

/// Expects that a training has come to the end that it reaches undisturbed: bit-equal arrays, equal measures and records.
///
/// - Parameters:
///   - spares: Whether checkpoints of earlier steps may be there besides.
///   - story: What happened to the training.
func expectSameEnd(
    _ training: TinyTraining, as reference: RunContent, sparingOlderCheckpoints spares: Bool = false, _ story: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let differences = try RunContent(of: training.folder).differences(from: reference, sparingOlderCheckpoints: spares)
    #expect(differences == [], "\(story)", sourceLocation: sourceLocation)
    let partials = RunContent.partials(below: training.folder)
    #expect(partials == [], "\(story): what was left unfinished is cleared away", sourceLocation: sourceLocation)
}
