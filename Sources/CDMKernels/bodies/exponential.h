// exp in a form that compilers turn into vectors: x = n log 2 + r with |r| <= log(2)/2, exp(r) by
// its Taylor polynomial, 2^n through the bits of the exponent. Accurate to a few units in the last
// place; arguments are held in the range of normal results.

typedef __typeof__(_Generic((REAL)0, float: (uint32_t)0, double: (uint64_t)0)) DM_NAME(exponent_bits);

static inline REAL DM_NAME(fast_exp)(REAL x) {
    enum { single = sizeof(REAL) == 4, mantissa = single ? 23 : 52, bias = single ? 127 : 1023 };
    const REAL lowest = (REAL)(single ? -87 : -708), highest = (REAL)(single ? 88 : 709);
    // Adding 1.5 * 2^mantissa rounds to an integer and leaves it in the lowest bits.
    const REAL rounder = (REAL)(1.5 * (double)((uint64_t)1 << mantissa));
    // The upper part of log 2 has so few bits that its product with n is exact.
    const REAL log2_upper = (REAL)(single ? 0x1.62e4p-1 : 0x1.62e42feep-1);
    const REAL log2_lower = (REAL)(single ? 0x1.7f7d1cf79abcap-20 : 0x1.a39ef35793c76p-33);
    x = x < lowest ? lowest : x;
    x = x > highest ? highest : x;
    REAL shifted = x * (REAL)1.4426950408889634 + rounder, n = shifted - rounder;
    REAL r = (x - n * log2_upper) - n * log2_lower, y;
    if (single) {
        y = (REAL)(1.0 / 5040);
    } else {
        y = (REAL)(1.0 / 6227020800);
        y = y * r + (REAL)(1.0 / 479001600);
        y = y * r + (REAL)(1.0 / 39916800);
        y = y * r + (REAL)(1.0 / 3628800);
        y = y * r + (REAL)(1.0 / 362880);
        y = y * r + (REAL)(1.0 / 40320);
        y = y * r + (REAL)(1.0 / 5040);
    }
    y = y * r + (REAL)(1.0 / 720);
    y = y * r + (REAL)(1.0 / 120);
    y = y * r + (REAL)(1.0 / 24);
    y = y * r + (REAL)(1.0 / 6);
    y = y * r + (REAL)0.5;
    y = y * r + 1;
    y = y * r + 1;
    DM_NAME(exponent_bits) power;
    memcpy(&power, &shifted, sizeof power);
    power = (power + bias) << mantissa;
    REAL two_to_n;
    memcpy(&two_to_n, &power, sizeof two_to_n);
    return y * two_to_n;
}
