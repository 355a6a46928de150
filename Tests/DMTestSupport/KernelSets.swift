import CDMKernels
package import DMTensors

/// The kernel tables of every instruction set that this processor can run.
package let runnableKernelSets: [(name: String, float: KernelTables, double: KernelTables)] =
    ["baseline", "avx2", "avx512"].compactMap { name in
        dm_kernels_named(name).map { (name, KernelTables(ofFloat: $0.pointee), KernelTables(ofDouble: $0.pointee)) }
    }
