// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(name: "swift-diffmatch", path: ".."),
        // Its traits count allocations, by interposing the allocator; times need none of them.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "Kernels",
            dependencies: [
                .product(name: "DMTensors", package: "swift-diffmatch"),
                .product(name: "DMAutograd", package: "swift-diffmatch"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/Kernels", swiftSettings: strict,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
        .executableTarget(
            name: "TrainingStep",
            dependencies: [
                .product(name: "DMTensors", package: "swift-diffmatch"),
                .product(name: "DMDatasets", package: "swift-diffmatch"),
                .product(name: "DiffMatch", package: "swift-diffmatch"),
                .product(name: "DMExperiments", package: "swift-diffmatch"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/TrainingStep", swiftSettings: strict,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
        // The library reads JPEG files and writes none: what is to be read here is written with TurboJPEG itself.
        .systemLibrary(
            name: "CSampleJPEG", path: "Benchmarks/CSampleJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .executableTarget(
            name: "DataPreparation",
            dependencies: [
                "CSampleJPEG",
                .product(name: "DMTensors", package: "swift-diffmatch"),
                .product(name: "DMDatasets", package: "swift-diffmatch"),
                .product(name: "DiffMatch", package: "swift-diffmatch"),
                .product(name: "DMExperiments", package: "swift-diffmatch"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/DataPreparation", swiftSettings: strict,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ]
)
