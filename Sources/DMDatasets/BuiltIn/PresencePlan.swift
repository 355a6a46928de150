import DMTensors

/// Which images of a part show which class.
///
/// A class that occurs in the share `p` of `n` images occurs in exactly `round(p * n)` of them, at least
/// one, whatever the seed: chance decides only which. Data of the same settings are equally hard.
struct PresencePlan: Sendable {
    private let classesOfImage: [Set<SceneClass>]

    /// - Parameters:
    ///   - count: The number of images.
    ///   - shares: The share of images that show each class; classes that are not named appear in none.
    init(count: Int, shares: [(label: SceneClass, share: Double)], random: RandomSource) {
        var classesOfImage = [Set<SceneClass>](repeating: [], count: count)
        for (label, share) in shares {
            let present = min(count, max(1, Int((share * Double(count)).rounded())))
            var random = random.split(UInt64(label.rawValue))
            for index in random.permutation(of: count).prefix(present) { classesOfImage[index].insert(label) }
        }
        self.classesOfImage = classesOfImage
    }

    /// The classes that an image has to show.
    func classes(inImage index: Int) -> Set<SceneClass> { classesOfImage[index] }
}
