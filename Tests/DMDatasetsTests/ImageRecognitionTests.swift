import DMDatasets
import Foundation
import Testing

@Suite("What an image file is")
struct ImageRecognitionTests {
    @Test("a file is what its bytes are, whatever it is called: what is no image is told in words")
    func otherKinds() throws {
        let kinds: [([UInt8], String)] = [
            (Array("GIF89a".utf8), "a file of the format GIF, which is not read; convert it to PNG"),
            ([0x49, 0x49, 0x2A, 0, 8, 0, 0, 0], "a file of the format TIFF, which is not read; convert it to PNG"),
            ([0, 0, 0, 0x18] + Array("ftypheic".utf8), "a file of the format HEIC, which is not read; convert it to PNG"),
            ([0, 0, 0, 0x18] + Array("ftypavif".utf8), "a file of the format AVIF, which is not read; convert it to PNG"),
            ([0, 0, 0, 0x18] + Array("ftypisom".utf8), "a video"),
            (Array("%PDF-1.4".utf8), "a PDF document"),
            (Array("\n<!DOCTYPE html><title>404</title>".utf8), "an HTML page, as a download that failed leaves behind"),
            (
                Array("version https://git-lfs.github.com/spec/v1\noid sha256:00".utf8),
                "a pointer of Git LFS in place of the image; 'git lfs pull' fetches it"
            ),
            (Array("<svg xmlns=''/>".utf8), "an SVG image, which is not read; convert it to PNG"),
            (Array(#"{"error": "not found"}"#.utf8), "a JSON text"),
            (
                [0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A, 0x0A, 0],
                "a PNG image whose line ends were changed, as a transfer as text does; fetch it again"
            ),
            ([UInt8](repeating: 0, count: 700), "zeros where an image should begin, as a copy that failed leaves behind"),
            ([0xDE, 0xAD, 0xBE, 0xEF], "a file of another kind"),
        ]
        try withTemporaryFolder { folder in
            let path = folder + "/photo.png"
            for (bytes, kind) in kinds {
                try Data(bytes).write(to: URL(filePath: path))
                let error = #expect(throws: ImageFileError.self) { try ImageFile.readImage(at: path) }
                #expect(error?.found == kind && error?.expected == "a PNG, JPEG, WebP or BMP image")
            }
            for name in ["lossy.webp", "rgb-24.bmp", "restarts.jpg"] {
                try Fixtures.reference("odd-images/\(name)").write(to: URL(filePath: path))
                #expect(throws: Never.self) { try ImageFile.readImage(at: path) }
            }
        }
    }

    @Test("pipes, sockets, devices, folders and links to nothing are refused at once, and told apart")
    func notRegular() throws {
        try withTemporaryFolder { folder in
            #expect(mkfifo(folder + "/pipe.png", 0o600) == 0)
            #expect(symlink("nowhere.png", folder + "/link.png") == 0)
            #expect(symlink("loop.png", folder + "/loop.png") == 0)
            let cases = [
                (folder + "/pipe.png", "a pipe"), (folder + "/link.png", "a link to a file that is not there"), (folder, "a directory"),
                ("/dev/zero", "a device"), (folder + "/loop.png", "Too many levels of symbolic links"),
            ]
            for (path, found) in cases {
                #expect(throws: ImageFileError(path: path, expected: "a PNG, JPEG, WebP or BMP image", found: found)) {
                    try ImageFile.readImage(at: path)
                }
                #expect(throws: ImageFileError.self) { try ImageFile.readLabelMap(at: path) }
                #expect(throws: ImageFileError.self) { try ImageFile.properties(at: path) }
            }
        }
    }
}
