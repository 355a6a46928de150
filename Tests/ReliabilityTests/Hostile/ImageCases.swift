extension HostileCase {
    /// PNG files: bombs, lies and odd sizes.
    static var portableNetworkGraphics: [HostileCase] {
        let side = 16_384
        var oneBit = PNGImage(side, side, .gray, depth: 1)
        oneBit.data = Zlib.zeros(oneBit.size)
        let (bomb, bitmap) = (oneBit, oneBit.bytes)
        func small(_ change: (inout PNGImage) -> Void) -> PNGImage {
            var image = PNGImage(32, 32)
            change(&image)
            return image
        }
        func replacing(_ name: String, _ bytes: [UInt8]) -> (String) throws -> Void { { try FileTree.write(bytes, to: "\($0)/\(name)") } }

        var cases = [
            HostileCase("PNG as it should be", isQuick: true, isGood: true) { try $0.predict(PNGImage(32, 32).bytes) },
            HostileCase("PNG: 65,536 x 65,536 announced, a few bytes there", isQuick: true) {
                try $0.predict(small { ($0.width, $0.height, $0.data) = (65_536, 65_536, Zlib.stored([1])) }.bytes)
            },
            HostileCase("PNG: sides of 2^31 - 1") {
                try $0.predict(small { ($0.width, $0.height, $0.data) = (1 << 31 - 1, 1 << 31 - 1, Zlib.stored([1])) }.bytes)
            },
            HostileCase("PNG: 16,384 x 16,384 of one bit, 33 kB, predicted") { try $0.predict(bitmap) },
            HostileCase("PNG: the same as an image of a data set") { try $0.dataset(replacing("images/0.png", bitmap)) },
            HostileCase("PNG: the same as image and mask") {
                try $0.dataset { root in
                    for folder in ["images", "masks"] { try FileTree.write(bitmap, to: "\(root)/\(folder)/0.png") }
                }
            },
            HostileCase("PNG: the same, interlaced") {
                var image = bomb
                (image.isInterlaced, image.data) = (true, Zlib.zeros(image.size + 200_000))
                return try $0.dataset(replacing("images/0.png", image.bytes))
            },
            HostileCase("PNG: 32 x 32, with data of 4 GB") { try $0.predict(small { $0.data = Zlib.zeros(4 << 30) }.bytes) },
            HostileCase("PNG: 900 texts that unpack to 7 MB each") {
                let text = PNGImage.chunk("zTXt", [0x6b, 0, 0] + Zlib.zeros(7_000_000))
                return try $0.predict(small { $0.before = Array(repeatElement(text, count: 900).joined()) }.bytes)
            },
            HostileCase("PNG: 200,000 texts") {
                let text = PNGImage.chunk("tEXt", [0x6b, 0, 0x76])
                return try $0.predict(small { $0.before = Array(repeatElement(text, count: 200_000).joined()) }.bytes)
            },
            HostileCase("PNG: 100,000 empty chunks of pixels") {
                let empty = PNGImage.chunk("IDAT", [])
                return try $0.predict(small { $0.before = Array(repeatElement(empty, count: 100_000).joined()) }.bytes)
            },
            HostileCase("PNG: a text of 2^31 - 1 bytes announced", isQuick: true) {
                let start = Array(PNGImage(32, 32).bytes.prefix(33))
                return try $0.predict(start + UInt32(1 << 31 - 1).bigEndianBytes + Array("tEXt".utf8) + [UInt8](repeating: 120, count: 100))
            },
            HostileCase("PNG: an empty palette") {
                var image = PNGImage(8, 8, .palette)
                image.before = PNGImage.chunk("PLTE", [])
                return try $0.predict(image.bytes)
            },
            HostileCase("PNG: indices beyond the palette") {
                var image = PNGImage(8, 8, .palette)
                image.before = PNGImage.chunk("PLTE", [0, 0, 0])
                image.data = Zlib.stored((0..<8).flatMap { _ in [0] + [UInt8](repeating: 255, count: 8) })
                return try $0.predict(image.bytes)
            },
            HostileCase("PNG: 4000 x 4000 as an image of a data set") {
                try $0.dataset(replacing("images/0.png", PNGImage(4000, 4000).bytes))
            },
            HostileCase("PNG: 1 x 1") { try $0.predict(PNGImage(1, 1).bytes) },
        ]
        for (kind, head) in [("zTXt", [0x6b, 0, 0] as [UInt8]), ("iTXt", [0x6b, 0, 1, 0, 0, 0]), ("iCCP", [0x6b, 0, 0])] {
            let chunk = { PNGImage.chunk(kind, head + Zlib.zeros(2 << 30)) }
            cases.append(HostileCase("PNG: \(kind) that unpacks to 2 GB") { try $0.predict(small { $0.before = chunk() }.bytes) })
            cases.append(HostileCase("PNG: \(kind) of 2 GB behind the pixels") { try $0.predict(small { $0.after = chunk() }.bytes) })
        }
        for (width, height) in [(1, 65_536), (65_536, 1)] {
            cases.append(HostileCase("PNG: \(width) x \(height)") { try $0.predict(PNGImage(width, height).bytes) })
        }
        return cases
    }

    /// JPEG files: bombs, lies and odd structures.
    static var jpegs: [HostileCase] {
        func jpeg(_ width: Int, _ height: Int, _ change: (inout JPEGImage) -> Void = { _ in }) -> [UInt8] {
            var image = JPEGImage(width, height)
            change(&image)
            return image.bytes
        }
        func inDataset(_ bytes: @escaping @autoclosure () -> [UInt8]) -> (Workshop) throws -> Launch {
            {
                try $0.dataset { root in
                    FileTree.remove("\(root)/images/0.png")
                    try FileTree.write(bytes(), to: "\(root)/images/0.jpg")
                }
            }
        }
        func predicted(_ bytes: @escaping @autoclosure () -> [UInt8]) -> (Workshop) throws -> Launch {
            { try $0.predict(bytes(), as: "image.jpg") }
        }
        let padding = [UInt8](repeating: 0, count: 131_072)
        return [
            HostileCase("JPEG as it should be", isQuick: true, isGood: true, predicted(jpeg(32, 32))),
            HostileCase("JPEG: 65,500 x 65,500 announced", isQuick: true, predicted(jpeg(32, 32) { $0.announced = (65_500, 65_500) })),
            HostileCase(
                "JPEG: 16,384 x 16,384 announced, 131,072 zeros there",
                predicted(jpeg(32, 32) { ($0.announced, $0.padding) = ((16_384, 16_384), padding) })),
            HostileCase(
                "JPEG: the same, progressive, three components",
                predicted(
                    jpeg(32, 32) { ($0.announced, $0.padding, $0.isProgressive, $0.components) = ((16_384, 16_384), padding, true, 3) })),
            HostileCase("JPEG: 8192 x 8192, 400 scans", inDataset(jpeg(8192, 8192) { ($0.isProgressive, $0.scans) = (true, 400) })),
            HostileCase(
                "JPEG: 16,384 x 16,384, three components, 490 scans",
                inDataset(jpeg(16_384, 16_384) { ($0.isProgressive, $0.components, $0.scans) = (true, 3, 490) })),
            HostileCase("JPEG: 2000 scans", predicted(jpeg(64, 64) { ($0.isProgressive, $0.scans) = (true, 2000) })),
            HostileCase(
                "JPEG: 1,000,000 restart markers",
                predicted(jpeg(64, 64) { $0.padding = (0..<1_000_000).flatMap { _ in [0xff, 0xd0] as [UInt8] } })),
            HostileCase("JPEG: 1,000,000 fill bytes", predicted(jpeg(32, 32) { $0.before = [UInt8](repeating: 0xff, count: 1_000_000) })),
            HostileCase(
                "JPEG: 50,000 comments",
                predicted(
                    jpeg(32, 32) {
                        let comment = JPEGImage.segment(0xfe, [UInt8](repeating: 120, count: 100))
                        $0.before = Array(repeatElement(comment, count: 50_000).joined())
                    })),
            HostileCase("JPEG: a height of 0, to be told later", predicted(jpeg(32, 32) { $0.announced = (32, 0) })),
            HostileCase("JPEG: sampling of 4 x 4", predicted(jpeg(32, 32) { ($0.components, $0.sampling) = (3, 0x44) })),
            HostileCase("JPEG: the first marker alone", predicted([0xff, 0xd8, 0xff])),
        ]
    }
}
