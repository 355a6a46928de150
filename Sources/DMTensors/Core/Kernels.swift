package import CDMKernels

/// The kernels of the widest instruction set that this processor has, chosen at the first use.
package let activeKernels: dm_kernels = dm_kernels_active().pointee
