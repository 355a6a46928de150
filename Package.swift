// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "swift-diffmatch",
    products: [
        .library(name: "DMTensors", targets: ["DMTensors"]),
        .library(name: "DMFormats", targets: ["DMFormats"]),
        .library(name: "DMLinearAlgebra", targets: ["DMLinearAlgebra"]),
        .library(name: "DMAutograd", targets: ["DMAutograd"]),
        .library(name: "DMLayers", targets: ["DMLayers"]),
        .library(name: "DMOptimizers", targets: ["DMOptimizers"]),
        .library(name: "DMDiffusion", targets: ["DMDiffusion"]),
        .library(name: "DMDatasets", targets: ["DMDatasets"]),
        .library(name: "DiffMatch", targets: ["DiffMatch"]),
        .library(name: "DMExperiments", targets: ["DMExperiments"]),
        .library(name: "DiffMatchKit", targets: ["DiffMatchKit"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        // For scripts/documentation alone: no target uses it, so that packages that depend on this one do not fetch it.
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        // C and system libraries: never products.
        .target(name: "CDMKernels"),
        .target(name: "CDMJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
        .target(name: "CDMPNG", linkerSettings: [.linkedLibrary("png"), .linkedLibrary("z")]),
        .systemLibrary(name: "CDMOpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CDMLAPACKE", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
        .systemLibrary(name: "CDMWebP", pkgConfig: "libwebp", providers: [.apt(["libwebp-dev"])]),
        .systemLibrary(name: "CDMZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // The library, from the ground up.
        .target(name: "DMTensors", dependencies: ["CDMKernels", "CDMOpenBLAS"], swiftSettings: strict),
        .target(name: "DMFormats", dependencies: ["DMTensors", "CDMZlib"], swiftSettings: strict),
        .target(name: "DMLinearAlgebra", dependencies: ["DMTensors", "CDMLAPACKE"], swiftSettings: strict),
        .target(name: "DMAutograd", dependencies: ["DMTensors"], swiftSettings: strict),
        .target(name: "DMLayers", dependencies: ["DMAutograd", "DMFormats", "DMTensors"], swiftSettings: strict),
        .target(name: "DMOptimizers", dependencies: ["DMLayers", "DMTensors"], swiftSettings: strict),
        .target(name: "DMDiffusion", dependencies: ["DMTensors"], swiftSettings: strict),
        .target(name: "DMDatasets", dependencies: ["DMFormats", "DMTensors", "CDMJPEG", "CDMPNG", "CDMWebP"], swiftSettings: strict),
        .target(
            name: "DiffMatch", dependencies: ["DMTensors", "DMAutograd", "DMLayers", "DMOptimizers", "DMDiffusion", "DMDatasets"],
            swiftSettings: strict),
        .target(
            name: "DMExperiments",
            dependencies: ["DiffMatch", "DMTensors", "DMFormats", "DMLayers", "DMOptimizers", "DMDiffusion", "DMDatasets", "Yams"],
            swiftSettings: strict),
        // All of the above under one import.
        .target(
            name: "DiffMatchKit",
            dependencies: [
                "DMTensors", "DMFormats", "DMLinearAlgebra", "DMAutograd", "DMLayers", "DMOptimizers", "DMDiffusion", "DMDatasets",
                "DiffMatch", "DMExperiments",
            ],
            swiftSettings: strict),

        // Thin executables; the tests run each of them.
        .executableTarget(
            name: "diffmatch",
            dependencies: [
                "DMExperiments", "DiffMatch", "DMDatasets", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Examples/diffmatch", swiftSettings: strict),
        .executableTarget(
            name: "curve-fit", dependencies: ["DMTensors", "DMAutograd"], path: "Examples/curve-fit", swiftSettings: strict),
        .executableTarget(
            name: "mask-diffusion", dependencies: ["DMTensors", "DMDiffusion", "DMDatasets"], path: "Examples/mask-diffusion",
            swiftSettings: strict),
        .executableTarget(
            name: "onnx-conformance", dependencies: ["OnnxConformance"], path: "Examples/onnx-conformance", swiftSettings: strict),

        // Tests, one target per module.
        .target(
            name: "DMTestSupport", dependencies: ["CDMKernels", "DMTensors", "DMLayers"], path: "Tests/DMTestSupport",
            swiftSettings: strict),
        .target(
            name: "OnnxConformance", dependencies: ["DMFormats", "DMTensors"], path: "Tests/OnnxConformance", exclude: ["unsupported.txt"],
            swiftSettings: strict),
        .testTarget(
            name: "OnnxConformanceTests", dependencies: ["OnnxConformance", "onnx-conformance", "DMTestSupport"], swiftSettings: strict),
        .testTarget(name: "DMTensorsTests", dependencies: ["CDMKernels", "DMTensors", "DMTestSupport"], swiftSettings: strict),
        .testTarget(name: "DMLinearAlgebraTests", dependencies: ["DMLinearAlgebra", "DMTensors", "DMTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "DMFormatsTests", dependencies: ["DMFormats", "DMTensors", "DMTestSupport"], exclude: ["Reference"],
            swiftSettings: strict),
        .testTarget(name: "DMAutogradTests", dependencies: ["DMAutograd", "DMTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "DMLayersTests", dependencies: ["DMLayers", "DMAutograd", "DMFormats", "DMTensors", "DMTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "DMOptimizersTests", dependencies: ["DMOptimizers", "DMLayers", "DMTensors", "DMTestSupport"], swiftSettings: strict),
        .testTarget(name: "DMDiffusionTests", dependencies: ["DMDiffusion", "DMTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "DMDatasetsTests", dependencies: ["DMDatasets", "DMTestSupport"], exclude: ["Reference"], swiftSettings: strict),
        .target(
            name: "DMExperimentFixtures", dependencies: ["DMExperiments", "DiffMatch", "DMDatasets", "DMTensors", "DMFormats"],
            path: "Tests/DMExperimentFixtures", swiftSettings: strict),
        .testTarget(
            name: "DiffMatchTests",
            dependencies: [
                "DiffMatch", "DMAutograd", "DMLayers", "DMOptimizers", "DMDiffusion", "DMDatasets", "DMFormats", "DMTestSupport",
                "DMExperimentFixtures",
            ],
            exclude: ["Reference"], swiftSettings: strict),
        .testTarget(
            name: "DMExperimentsTests",
            dependencies: [
                "DMExperiments", "DiffMatch", "DMAutograd", "DMLayers", "DMOptimizers", "DMDiffusion", "DMDatasets", "DMFormats",
                "DMTestSupport", "DMExperimentFixtures",
            ], swiftSettings: strict),
        // These see the modules as a user does.
        .testTarget(
            name: "PublicAPITests", dependencies: ["DMAutograd", "DMLayers", "DMOptimizers", "DMTensors"], packageAccess: false,
            swiftSettings: strict),
        .testTarget(name: "StrangerTests", dependencies: ["DiffMatchKit"], packageAccess: false, swiftSettings: strict),
        .testTarget(
            name: "ParityTests",
            dependencies: [
                "DiffMatch", "DMAutograd", "DMDatasets", "DMDiffusion", "DMFormats", "DMLayers", "DMOptimizers", "DMTensors",
                "DMTestSupport",
            ],
            exclude: ["References"], swiftSettings: strict),
        .testTarget(
            name: "ExamplesTests", dependencies: ["diffmatch", "curve-fit", "mask-diffusion", "DMDatasets", "DMFormats", "DMTestSupport"],
            swiftSettings: strict),
        // The program under kills, full disks and hostile files. The test compiles faults.c, which it preloads.
        .testTarget(name: "ReliabilityTests", dependencies: ["diffmatch"], exclude: ["Faults/faults.c"], swiftSettings: strict),
    ]
)
