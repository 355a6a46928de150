// A body is compiled once for each instruction set and each real type. `DM_ISA` names the set,
// `REAL` the type and `SUFFIX` the type's letters; `DM_NAME(add)` is then `add_f32_avx2`.
#define DM_JOIN3(a, b, c) a##_##b##_##c
#define DM_EXPAND3(a, b, c) DM_JOIN3(a, b, c)
#define DM_NAME(name) DM_EXPAND3(name, SUFFIX, DM_ISA)
#define DM_JOIN2(a, b) a##_##b
#define DM_EXPAND2(a, b) DM_JOIN2(a, b)
#define DM_TABLE DM_EXPAND2(dm_kernels, DM_ISA)
