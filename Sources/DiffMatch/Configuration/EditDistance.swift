/// The least number of insertions, deletions and replacements of characters that turn `x` into `y`
/// (Levenshtein, 1966); upper and lower case count as equal.
func editDistance(_ x: some StringProtocol, _ y: some StringProtocol) -> Int {
    let x = Array(x.lowercased())
    let y = Array(y.lowercased())
    var row = Array(0...y.count)
    for (i, character) in x.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in y.enumerated() {
            let replaced = diagonal + (character == other ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
        }
    }
    return row[y.count]
}
