import DMDatasets
import DMExperiments
import DMTensors
import Testing

@Suite("Pictures")
struct PictureTests {
    let red = RGBColor(255, 0, 0)
    let white = RGBColor(255, 255, 255)

    @Test("a rectangle covers its pixels and is cut off at the edge")
    func rectangles() {
        var picture = Picture(width: 4, height: 3)
        picture.fill(x: 2, y: 1, width: 9, height: 9, color: red)
        let covered = (0..<12).filter { picture[$0 % 4, $0 / 4] == red }
        #expect(covered == [6, 7, 10, 11])
        picture.fill(x: -9, y: 0, width: 3, height: 1, color: red)
        #expect(picture[0, 0] == white)
    }

    @Test("an outline leaves its inside alone")
    func outline() {
        var picture = Picture(width: 5, height: 5)
        picture.outline(x: 0, y: 0, width: 5, height: 5, color: red)
        #expect((0..<25).filter { picture[$0 % 5, $0 / 5] == white } == [6, 7, 8, 11, 12, 13, 16, 17, 18])
    }

    @Test("pasting and enlarging keep pixels, also across the edges")
    func paste() {
        let small = Picture(Tensor<UInt8>([1, 2, 3, 4, 5, 6], shape: [1, 2, 3]))
        #expect(small.enlarged(by: 2)[2, 1] == RGBColor(4, 5, 6))
        var picture = Picture(width: 2, height: 2)
        picture.paste(small, x: -1, y: 1)
        #expect(picture[0, 1] == RGBColor(4, 5, 6) && picture[1, 1] == white && picture[0, 0] == white)
    }

    @Test("a mask shows in its palette, alone or over an image; ignored pixels do not color")
    func masks() {
        let palette = Palette([RGBColor(0, 0, 0), RGBColor(100, 200, 50)])
        let labels = Tensor<UInt8>([1, 255], shape: [1, 2])
        #expect(Picture(labels, palette: palette)[0, 0] == RGBColor(100, 200, 50))
        let overlaid = Picture(width: 2, height: 1, background: RGBColor(0, 0, 0)).overlaid(with: labels, palette: palette)
        #expect(overlaid[0, 0] == RGBColor(50, 100, 25) && overlaid[1, 0] == RGBColor(0, 0, 0))
    }

    @Test("text is drawn pixel by pixel, and every letter looks different")
    func text() {
        var picture = Picture(width: 5, height: 7)
        picture.write("L", x: 0, y: 0, color: red)
        let drawn = (0..<35).filter { picture[$0 % 5, $0 / 5] == red }
        #expect(drawn == [0, 5, 10, 15, 20, 25, 30, 31, 32, 33, 34])
        let letters = (32...126).map { code in
            var picture = Picture(width: 5, height: 7)
            picture.write(String(UnicodeScalar(UInt8(code))), x: 0, y: 0)
            return picture.image.scalars
        }
        #expect(Set(letters).count == 95)
        #expect(Picture.width(of: "abc", scale: 2) == 34)
    }

    @Test("tables and legends hold what they are given")
    func overviews() {
        let cell = Picture(width: 10, height: 8, background: red)
        let table = Picture.table(rows: [[cell, cell], [cell]], headings: ["a", "b"], gap: 2)
        #expect(table.width == 26 && table.height == 7 + 2 + 2 + 8 + 2 + 8 + 2)
        #expect(table[2, 11] == red && table[14, 11] == red && table[2, 21] == red && table[14, 21] == white)
        let legend = Picture.legend(names: ["sky", "meadow"], palette: Palette([red, RGBColor(0, 0, 255)]), width: 60)
        #expect(legend[5, 5] == red && legend[5, 18] == RGBColor(0, 0, 255))
        #expect(Picture.stacked([cell, legend]).height == 8 + legend.height)
    }
}
