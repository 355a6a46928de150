// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "Compare",
    dependencies: [.package(name: "swift-diffmatch", path: "../..")],
    targets: [
        .executableTarget(
            name: "measure",
            dependencies: [
                .product(name: "DMTensors", package: "swift-diffmatch"),
                .product(name: "DMAutograd", package: "swift-diffmatch"),
                .product(name: "DMLayers", package: "swift-diffmatch"),
                .product(name: "DMDatasets", package: "swift-diffmatch"),
                .product(name: "DiffMatch", package: "swift-diffmatch"),
                .product(name: "DMExperiments", package: "swift-diffmatch"),
            ],
            path: "measure", swiftSettings: strict),
        .executableTarget(
            name: "draw",
            dependencies: [
                .product(name: "DMExperiments", package: "swift-diffmatch"), .product(name: "DMDatasets", package: "swift-diffmatch"),
            ],
            path: "draw",
            swiftSettings: strict),
    ]
)
