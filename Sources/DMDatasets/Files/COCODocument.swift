/// An annotation file as it is written; names follow the file.
struct COCODocument: Decodable {
    var images: [Image]
    var annotations: [Annotation]
    var categories: [Category]

    struct Image: Decodable {
        var id: Int
        var file_name: String
        var height: Int
        var width: Int
    }

    struct Annotation: Decodable {
        var id: Int
        var image_id: Int
        var category_id: Int
        var segmentation: Segmentation?
        var iscrowd: Int?
        var area: Double?
    }

    struct Category: Decodable {
        var id: Int
        var name: String
    }

    /// Polygons, or the lengths of runs.
    enum Segmentation: Decodable {
        /// The corners of each polygon: x, y, x, y, ...
        case polygons([[Double]])
        /// Lengths of runs, column by column, the first one outside.
        case runs([Int], size: [Int])
        /// The same as a text.
        case compressedRuns(String, size: [Int])

        private enum CodingKeys: String, CodingKey {
            case counts, size
        }

        init(from decoder: any Decoder) throws {
            guard let runs = try? decoder.container(keyedBy: CodingKeys.self) else {
                self = .polygons(try decoder.singleValueContainer().decode([[Double]].self))
                return
            }
            let size = try runs.decode([Int].self, forKey: .size)
            if let text = try? runs.decode(String.self, forKey: .counts) {
                self = .compressedRuns(text, size: size)
            } else {
                self = .runs(try runs.decode([Int].self, forKey: .counts), size: size)
            }
        }
    }

    /// What is wrong with the content of a file of the right form.
    struct Flaw: Error {
        let message: String

        init(_ message: String) { self.message = message }
    }
}
