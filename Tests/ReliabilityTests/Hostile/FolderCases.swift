import Foundation
import Glibc

extension HostileCase {
    /// Folders of images: lists, classes and links.
    static var folders: [HostileCase] {
        func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
        func list(_ text: @escaping @autoclosure () -> String) -> (Workshop) throws -> Launch {
            { try $0.dataset { root in try FileTree.write(text(), to: "\(root)/labeled.txt") } }
        }
        func classes(_ text: @escaping @autoclosure () -> String) -> (Workshop) throws -> Launch { { try $0.dataset(classes: text()) } }
        func named(_ names: [String]) -> String {
            #"{"classes":["# + names.map { #"{"name":"\#($0)"}"# }.joined(separator: ",") + "]}"
        }
        var cases = [
            HostileCase("a folder as it should be", isQuick: true, isGood: true) { try $0.dataset() },
            HostileCase("classes: 100,000", classes(named((0..<100_000).map { "c\($0)" }))),
            HostileCase(
                "classes: a color of a megabyte", classes(#"{"classes":[{"name":"a","color":["# + repeated("9", 1_000_000) + ",0,0]}]}")),
            HostileCase("classes: ignore 1e400", classes(#"{"classes":[{"name":"a"}],"ignore":1e400}"#)),
            HostileCase("classes: ignore -5", classes(#"{"classes":[{"name":"a"}],"ignore":-5}"#)),
            HostileCase("classes: a name of 5 MB", classes(named([repeated("n", 5_000_000), "b"]))),
            HostileCase("classes: names that move the cursor", classes(named([#"\u001b]0;x\u0007\u001b[2J\n\r\u0000"#, #"\u202e"#]))),
            HostileCase("classes: empty names", classes(named(["", " "]))),
            HostileCase("classes: one alone", classes(named(["a"]))),
            HostileCase("a list of 1,000,000 unknown lines", list(repeated("x\n", 1_000_000))),
            HostileCase("a list of 1,000,000 lines of one image", list(repeated("0\n", 1_000_000))),
            HostileCase("a list with a line of 20,000 words", isQuick: true, list(repeated("a ", 20_000))),
            HostileCase("a list with a line of 100,000 words", list(repeated("a ", 100_000))),
            HostileCase("a list with a line of 10 MB", list(repeated("a", 10_000_000))),
            HostileCase("a list that leads out of the folder", list("../../../../etc/passwd\n/etc/passwd\n")),
            HostileCase("a list of null bytes", list("\0\0\0\n0\0\n")),
            HostileCase("images/ holds a link to its parent") {
                try $0.dataset { try POSIXFailure.check(symlink("..", "\($0)/images/loop"), "link") }
            },
            HostileCase("images/ holds a link to /proc/self") {
                try $0.dataset { try POSIXFailure.check(symlink("/proc/self", "\($0)/images/other"), "link") }
            },
            HostileCase("images/ is a link to itself") {
                try $0.dataset { root in
                    FileTree.remove("\(root)/images")
                    try POSIXFailure.check(symlink("\(root)/images", "\(root)/images"), "link")
                }
            },
            HostileCase("images/ holds 24 folders that link twice to the next", isQuick: true) {
                try $0.dataset { root in
                    for level in 0..<24 {
                        try FileTree.makeFolder("\(root)/images/d\(level)")
                        for name in ["x", "y"] {
                            try POSIXFailure.check(symlink("../d\(level + 1)", "\(root)/images/d\(level)/\(name)"), "link")
                        }
                    }
                    try FileTree.makeFolder("\(root)/images/d24")
                }
            },
            HostileCase("images/ is 900 folders deep") {
                try $0.dataset { try FileTree.makeFolder("\($0)/images/" + repeated("d/", 900)) }
            },
            HostileCase("20,000 images that are links to one") {
                try $0.dataset { root in
                    for index in 0..<20_000 { try POSIXFailure.check(symlink("0.png", "\(root)/images/l\(index).png"), "link") }
                }
            },
        ]
        for depth in [1000, 3_000_000] {
            cases.append(HostileCase("classes: \(depth) brackets", classes(repeated("[", depth))))
            cases.append(HostileCase("classes: \(depth) objects within one another", classes(repeated(#"{"classes":"#, depth))))
        }
        return cases
    }

    /// Files that are none: pipes, sockets, devices, folders and links, wherever a file is expected.
    static var specialFiles: [HostileCase] {
        var cases: [HostileCase] = []
        let kinds: [(name: String, make: (String) -> Int32)] = [
            ("a pipe that nobody writes to", { mkfifo($0, 0o600) }), ("a socket", { mknod($0, S_IFSOCK | 0o600, 0) }),
            ("a link to /dev/zero", { symlink("/dev/zero", $0) }), ("a link to itself", { symlink($0, $0) }),
            ("a folder", { mkdir($0, 0o700) }),
        ]
        for (index, kind) in kinds.enumerated() {
            func special(_ command: @escaping (Workshop, String) throws -> Launch) -> (Workshop) throws -> Launch {
                { workshop in
                    let path = "\(workshop.folder)/special"
                    FileTree.remove(path)
                    try POSIXFailure.check(kind.make(path), "make \(kind.name)")
                    return try command(workshop, path)
                }
            }
            cases += [
                HostileCase(
                    "the configuration is \(kind.name)", special { Launch(arguments: ["verify", "--config", $1] + Workshop.smallData) }),
                HostileCase("the image is \(kind.name)", isQuick: index == 0, special { try $0.predict($1) }),
                HostileCase("the checkpoint is \(kind.name)", special { .diffmatch("evaluate", "--checkpoint", $1) }),
                HostileCase("the weights are \(kind.name)", special { $0.weights($1) }),
                HostileCase("the measures are \(kind.name)", special { .diffmatch("compare", $1) }),
            ]
            for name in ["classes.json", "images/0.png", "masks/0.png", "val.txt", "labeled.txt"] {
                cases.append(
                    HostileCase("\(name) is \(kind.name)") {
                        try $0.dataset { root in
                            FileTree.remove("\(root)/\(name)")
                            try POSIXFailure.check(kind.make("\(root)/\(name)"), "make \(kind.name)")
                        }
                    })
            }
        }
        cases.append(
            HostileCase("the configuration comes through a pipe", isGood: true) { _ in
                Launch(arguments: ["verify"] + Workshop.smallData).inShell(#""$@" --config <(printf 'seed: 3\n')"#)
            })
        return cases
    }
}
