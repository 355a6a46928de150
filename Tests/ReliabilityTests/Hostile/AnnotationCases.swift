extension HostileCase {
    /// COCO annotations: shapes that cost, numbers that overflow, names that lead astray.
    static var annotations: [HostileCase] {
        func polygon(_ corners: [(Double, Double)]) -> String {
            "[[" + corners.map { "\($0.0),\($0.1)" }.joined(separator: ",") + "]]"
        }
        func zigzag(_ count: Int, width: Int, height: Int) -> String {
            polygon((0..<count).map { (Double($0 % width), $0 % 2 == 1 ? -1 : Double(height + 1)) })
        }
        func document(_ segmentation: String) -> String { Workshop.cocoDocument([Workshop.region(segmentation)]) }
        func large(_ annotations: [String]) -> String { Workshop.cocoDocument(annotations, height: "65536", width: "4096") }
        let whole = #"{"counts":[0,268435456],"size":[65536,4096]}"#

        var cases = [
            HostileCase("COCO as it should be", isQuick: true, isGood: true) { try $0.coco(document(polygon([(0, 0), (4, 0), (4, 4)]))) },
            HostileCase("COCO: a height of 1e400") { try $0.coco(Workshop.cocoDocument(height: "1e400")) },
            HostileCase("COCO: runs of 2^62") {
                try $0.coco(document(#"{"counts":[4611686018427387904,4611686018427387904,4611686018427387904],"size":[8,8]}"#))
            },
            HostileCase("COCO: negative runs") { try $0.coco(document(#"{"counts":[-64,128],"size":[8,8]}"#)) },
            HostileCase("COCO: runs as a text of a megabyte") {
                try $0.coco(document(#"{"counts":""# + String(repeating: "o", count: 1_000_000) + #"","size":[8,8]}"#))
            },
            HostileCase("COCO: 1,000,000 empty runs") {
                try $0.coco(document(#"{"counts":["# + String(repeating: "0,", count: 1_000_000) + #"64],"size":[8,8]}"#))
            },
            HostileCase("COCO: a polygon of 1e308", isQuick: true) { try $0.coco(document(polygon([(-1e308, 0.5), (1e308, 4), (0, 4)]))) },
            HostileCase("COCO: a polygon of 1e308 in both directions") {
                try $0.coco(document(polygon([(-1e308, -1e308), (1e308, 1e308), (0, 1e308)])))
            },
            HostileCase("COCO: a polygon of 1e400") { try $0.coco(document("[[1e400,0,4,0,4,4]]")) },
            HostileCase("COCO: a mask of 65,536 x 4096 for an image of 8 x 8") { try $0.coco(large([Workshop.region(whole)])) },
            HostileCase("COCO: 30 such masks") { try $0.coco(large((0..<30).map { Workshop.region(whole, $0) })) },
            HostileCase("COCO: a zigzag of 5000 corners over 65,536 rows") {
                try $0.coco(large([Workshop.region(zigzag(5000, width: 100, height: 65_536))]))
            },
            HostileCase("COCO: 100,000 corners in 8 rows") { try $0.coco(document(zigzag(100_000, width: 9, height: 8))) },
            HostileCase("COCO: 100,000 regions") {
                let shape = polygon([(0, 0), (4, 0), (4, 4)])
                return try $0.coco(Workshop.cocoDocument((0..<100_000).map { Workshop.region(shape, $0) }))
            },
            HostileCase("COCO: 300 categories") {
                try $0.coco(Workshop.cocoDocument(categories: (0..<300).map { #"{"id":\#($0),"name":"\#($0)"}"# }.joined(separator: ",")))
            },
            HostileCase("COCO: a file name that leads out of the folder") {
                try $0.coco(Workshop.cocoDocument(name: "../../../../../../../etc/hostname"))
            },
            HostileCase("COCO: numbers beyond 64 bits") {
                let region = Workshop.region(polygon([(0, 0), (4, 0), (4, 4)])).replacing(
                    #""id":1,"#, with: #""id":1180591620717411303424,"#)
                return try $0.coco(Workshop.cocoDocument([region]))
            },
            HostileCase("COCO: empty") { try $0.coco("") },
            HostileCase("COCO: 50 polygons whose area is no number") {
                let shape = polygon([(1e200, 1e200), (-1e200, 1e200), (1e200, -1e200)])
                return try $0.coco(Workshop.cocoDocument((0..<50).map { Workshop.region(shape, $0) }))
            },
        ]
        for (height, width) in [(0, 8), (-8, 8), (1 << 62, 1 << 62), (65_536, 65_536), (Int.max, 1)] {
            cases.append(
                HostileCase("COCO: an image of \(height) x \(width)") {
                    try $0.coco(Workshop.cocoDocument(height: "\(height)", width: "\(width)"))
                })
        }
        for depth in [100_000, 3_000_000] {
            let brackets = String(repeating: "[", count: depth)
            cases.append(HostileCase("COCO: \(depth) brackets") { try $0.coco(brackets) })
            cases.append(HostileCase("COCO: \(depth) brackets as a segmentation") { try $0.coco(document(brackets)) })
        }
        return cases
    }
}
