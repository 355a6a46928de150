import CDMKernels
import CDMOpenBLAS
import Foundation
import Synchronization

/// What decides the last bits of results, beside the program itself: two runs under equal settings compute the same bits.
///
/// The number of threads is no part of it, since it changes no bit. Store it with what is to be repeated or continued,
/// and compare:
///
/// ```swift
/// let saved = ComputeSettings.current     // Codable
/// if saved != .current { print("computed with \(saved), going on with \(ComputeSettings.current)") }
/// ```
public struct ComputeSettings: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The instruction set that the kernels are compiled for: `baseline`, `avx2` or `avx512`.
    ///
    /// It is the widest that the processor has, chosen once for a process, unless the environment variable
    /// `DIFFMATCH_KERNELS` asks for another.
    public var kernelSet: String
    /// Whether convolutions of `Float` are computed as they are defined, without Winograd's minimal filtering.
    public var usesExactConvolutions: Bool
    /// The version of OpenBLAS, and the processor core that its kernels are for.
    public var blas: String

    /// Settings that were stored.
    public init(kernelSet: String, usesExactConvolutions: Bool, blas: String) {
        self.kernelSet = kernelSet
        self.usesExactConvolutions = usesExactConvolutions
        self.blas = blas
    }

    /// What holds here and now.
    public static var current: ComputeSettings {
        ComputeSettings(kernelSet: kernelSetInUse, usesExactConvolutions: ConvolutionPrecision.isExact, blas: blasInUse)
    }

    /// The settings in words: "avx2 kernels, Winograd convolutions, OpenBLAS 0.3.26 (Haswell)".
    public var description: String {
        "\(kernelSet) kernels, \(usesExactConvolutions ? "exact" : "Winograd") convolutions, \(blas)"
    }
}

private let kernelSetInUse = String(cString: activeKernels.name)

/// The first two words of OpenBLAS's description of itself are its name and version.
private let blasInUse: String = {
    let version = String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(separator: " ")
    return "\(version) (\(String(cString: openblas_get_corename())))"
}()

/// Whether convolutions are exact, or fast.
public enum ConvolutionPrecision {
    /// Whether convolutions of `Float` are computed as they are defined (as GEMM over gathered rows, im2col without the
    /// copy), rather than by Winograd's minimal filtering where that is faster: what the enclosing
    /// ``withExact(_:_:)`` says, else ``isExactByDefault``.
    ///
    /// The largest error, measured in root mean squares of the result, is 1e-6 if exact, and up to 6e-5 if not.
    /// Convolutions of `Double` are exact always.
    public static var isExact: Bool { scopedIsExact ?? isExactByDefault }

    /// Whether convolutions of this process are exact, outside of ``withExact(_:_:)``: `true` from the start if the
    /// environment variable `DIFFMATCH_EXACT` is `1`.
    public static var isExactByDefault: Bool {
        get { sharedIsExact.load(ordering: .relaxed) }
        set { sharedIsExact.store(newValue, ordering: .relaxed) }
    }

    @TaskLocal static var scopedIsExact: Bool?

    /// Calls `body` with exact convolutions, or with fast ones.
    ///
    /// ```swift
    /// let y = ConvolutionPrecision.withExact { convolution2D(x, w) }
    /// ```
    ///
    /// Others that compute meanwhile keep theirs. It is a task-local value: tasks that `body` starts inherit it,
    /// threads that it starts do not.
    ///
    /// - Parameters:
    ///   - isExact: Whether convolutions of `Float` are exact.
    ///   - body: What is computed.
    public static func withExact<Result>(_ isExact: Bool = true, _ body: () throws -> Result) rethrows -> Result {
        try $scopedIsExact.withValue(isExact, operation: body)
    }
}

private let sharedIsExact = Atomic(ProcessInfo.processInfo.environment["DIFFMATCH_EXACT"] == "1")
