extension HostileCase {
    /// Configurations: YAML that grows, nests or lies.
    static var configurations: [HostileCase] {
        // Each list names the one before ten times: 10^30 texts.
        let lists = (0..<30).map { level in
            "a\(level): &a\(level) [" + Array(repeating: level == 0 ? "x" : "*a\(level - 1)", count: 10).joined(separator: ",") + "]\n"
        }.joined()
        let keys = (0..<30).map { level in
            "? &k\(level) [" + Array(repeating: level == 0 ? "x" : "*k\(level - 1)", count: 10).joined(separator: ",") + "]\n: 1\n"
        }.joined()
        let mappings = (0..<60).map { level in
            "b\(level): &m\(level) {p: \(level == 0 ? "x" : "*m\(level - 1)"), q: \(level == 0 ? "x" : "*m\(level - 1)")}\n"
        }.joined()
        func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

        var cases = [
            HostileCase("a configuration as it should be", isQuick: true, isGood: true) { try $0.configuration("seed: 3\n") },
            HostileCase("YAML: lists that grow tenfold 30 times") { try $0.configuration(lists) },
            HostileCase("YAML: the same as the value of a known key") { try $0.configuration(lists + "seed: *a29\n") },
            HostileCase("YAML: the same as keys", isQuick: true) { try $0.configuration(keys) },
            HostileCase("YAML: mappings that double 60 times, as a key") { try $0.configuration(mappings + "? *m59\n: 1\n") },
            HostileCase("YAML: 100,000 question marks") { try $0.configuration(repeated("? ", 100_000) + "x") },
            HostileCase("YAML: 200,000 keys") { try $0.configuration((0..<200_000).map { "k\($0): 1\n" }.joined()) },
            HostileCase("YAML: one key 200,000 times") { try $0.configuration(repeated("seed: 1\n", 200_000)) },
            HostileCase("YAML: an unknown key of a megabyte") { try $0.configuration(repeated("k", 1_000_000) + ": 1\n") },
            HostileCase("an unknown key of 100 kB on the command line") { $0.setting(repeated("k", 100_000) + "=1") },
            HostileCase("YAML: a value of 10 MB") { try $0.configuration("dataset:\n  root: \"" + repeated("r", 10_000_000) + "\"\n") },
            HostileCase("YAML: not UTF-8") { try $0.configuration(Array("seed: ".utf8) + [0xff, 0xfe, 0x0a]) },
            HostileCase("YAML: UTF-16") { try $0.configuration([0xff, 0xfe] + "seed: 1\n".utf16.flatMap(\.littleEndianBytes)) },
            HostileCase("YAML: a null byte") { try $0.configuration("seed: 1\0\nmethod: x\n") },
            HostileCase("YAML: an alias to nothing") { try $0.configuration("seed: *x\n") },
            HostileCase("YAML: an anchor that holds itself") { try $0.configuration("seed: &x [*x]\n") },
            HostileCase("YAML: merge keys") { try $0.configuration("a: &a {seed: 1}\n<<: *a\n") },
            HostileCase("YAML: two documents") { try $0.configuration("seed: 1\n---\nseed: 2\n") },
            HostileCase("YAML: a tag that calls Python") { try $0.configuration("seed: !!python/object/apply:os.system ['id']\n") },
            HostileCase("YAML: empty") { try $0.configuration("") },
            HostileCase("YAML: a tag of a megabyte") { try $0.configuration("seed: !<" + repeated("t", 1_000_000) + "> 1\n") },
            HostileCase("YAML: 100,000 anchors") {
                try $0.configuration("seed: [" + (0..<100_000).map { "&a\($0) x" }.joined(separator: ",") + "]\n")
            },
            HostileCase("YAML: 100,000 aliases of a list of 10,000") {
                try $0.configuration("a: &a [" + repeated("x,", 10_000) + "x]\nseed: [" + repeated("*a,", 100_000) + "*a]\n")
            },
        ]
        for depth in [1000, 100_000, 1_000_000] {
            cases.append(
                HostileCase("YAML: \(depth) brackets within one another", isQuick: depth == 100_000) {
                    try $0.configuration("seed: " + repeated("[", depth) + repeated("]", depth))
                })
            cases.append(
                HostileCase("YAML: \(depth) dashes within one another") { try $0.configuration("seed:\n " + repeated("- ", depth) + "x\n") }
            )
            cases.append(
                HostileCase("YAML: \(depth) braces within one another") {
                    try $0.configuration(repeated("{a: ", depth) + "1" + repeated("}", depth))
                })
        }
        for number in [
            "99999999999999999999999", "-1", "1e400", ".inf", ".nan", "0x7fffffffffffffff", "18446744073709551615", repeated("9", 100_000),
        ] {
            cases.append(HostileCase("seed: \(number.prefix(24))") { try $0.configuration("seed: \(number)\n") })
        }
        for setting in [
            "optimizer.learningRate=1e999", "optimizer.learningRate=nan", "optimizer.learningRate=inf", "dataset.labeledFraction=1/0",
            "dataset.labeledFraction=1/-16", "dataset.labeledFraction=1/99999999999999999999", "dataset.labeledFraction=1e-320",
            "augmentation.scaleRange=[nan, nan]", "decoder.rates=[" + repeated("1,", 50_000) + "1]", "training.steps=1e30",
            "debias.strength=0x1p1",
        ] {
            cases.append(HostileCase("setting \(setting.prefix(60))") { $0.setting(setting) })
        }
        return cases
    }
}
