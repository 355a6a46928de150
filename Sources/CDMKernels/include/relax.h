#ifndef CDM_RELAX_H
#define CDM_RELAX_H

/// Tells the processor that this thread waits in a loop.
static inline void dm_relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#endif
