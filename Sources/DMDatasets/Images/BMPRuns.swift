import DMTensors

/// The pixels of a run-length encoded bitmap (RLE8 and RLE4), from the last row up.
struct BMPRuns {
    let bytes: ArraySlice<UInt8>
    /// Bits per pixel: 4 or 8.
    let bits: Int
    let size: (height: Int, width: Int)

    /// Writes the numbers of all pixels; those that the runs leave out are 0.
    func write(to pixels: UnsafeMutableBufferPointer<UInt8>, path: String) throws(ImageFileError) {
        pixels.initialize(repeating: 0)
        var (place, row, column) = (bytes.startIndex, 0, 0)
        func next() throws(ImageFileError) -> Int {
            guard place < bytes.endIndex else {
                throw ImageFileError(path: path, expected: "a BMP image", found: "damaged or incomplete data (its runs are cut short)")
            }
            defer { place += 1 }
            return Int(bytes[place])
        }
        func put(_ number: Int) {
            // Runs may reach beyond the row.
            if row < size.height, column < size.width { pixels[(size.height - 1 - row) * size.width + column] = UInt8(number) }
            column += 1
        }
        while row < size.height {
            let (count, value) = (try next(), try next())
            switch (count, value) {
            case (0, 0): (row, column) = (row + 1, 0)
            case (0, 1): return
            case (0, 2):
                column += try next()
                row += try next()
            case (0, _):
                var stored = 0
                for index in 0..<value {
                    if bits == 8 || index.isMultiple(of: 2) { stored = try next() }
                    put(bits == 8 ? stored : index.isMultiple(of: 2) ? stored >> 4 : stored & 15)
                }
                // Stored pixels fill pairs of bytes.
                let used = bits == 8 ? value : (value + 1) / 2
                if !used.isMultiple(of: 2), place < bytes.endIndex { place += 1 }
            default:
                for index in 0..<count { put(bits == 8 ? value : index.isMultiple(of: 2) ? value >> 4 : value & 15) }
            }
        }
    }
}
