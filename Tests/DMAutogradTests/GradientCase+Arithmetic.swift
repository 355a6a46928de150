extension GradientCase {
    static let arithmetic: [GradientCase] = []
}
