// Elementary functions of one float, free of branches and calls so that loops over them become
// vectors. Each is exact to a few units in the last place over the whole range.

static inline float DM_NAME(from_bits)(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint32_t DM_NAME(bits)(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

// x + rest = n log 2 + r with |r| <= log 2 / 2. Adding 1.5 * 2^23 leaves the whole number n in the
// low bits. log 2 is taken off in two parts, the first of which has few enough digits that n times
// it is exact.
typedef struct { float r; int32_t n; } DM_NAME(reduced);

static inline DM_NAME(reduced) DM_NAME(reduce)(float x, float rest) {
    const float shift = 12582912.0f;
    float shifted = x * 1.44269504f + shift, n = shifted - shift;
    DM_NAME(reduced) result = {
        (x - n * 0.693359375f) - n * -2.12194440e-4f + rest, (int32_t)(DM_NAME(bits)(shifted) - DM_NAME(bits)(shift))};
    return result;
}

// e^r - 1 by its series; what is left out is below 1e-8 of it.
static inline float DM_NAME(series)(float r) {
    float p = 1.0f / 5040;
    p = p * r + 1.0f / 720;
    p = p * r + 1.0f / 120;
    p = p * r + 1.0f / 24;
    p = p * r + 1.0f / 6;
    p = p * r + 0.5f;
    return p * (r * r) + r;
}

static inline float DM_NAME(power_of_two)(int32_t n) { return DM_NAME(from_bits)((uint32_t)(n + 127) << 23); }

// e^(x + rest). Two factors of a power of two reach into the subnormal numbers and to infinity.
static inline float DM_NAME(exp_with_rest)(float x, float rest) {
    x = x < -105.0f ? -105.0f : x;
    x = x > 89.0f ? 89.0f : x;
    DM_NAME(reduced) part = DM_NAME(reduce)(x, rest);
    int32_t half = part.n >> 1;
    float y = DM_NAME(series)(part.r) + 1.0f;
    return y * DM_NAME(power_of_two)(half) * DM_NAME(power_of_two)(part.n - half);
}

static inline float DM_NAME(exp)(float x) { return DM_NAME(exp_with_rest)(x, 0); }

// log x = e log 2 + log(1 + f), sqrt(1/2) <= 1 + f < sqrt 2, by the series of the inverse hyperbolic
// tangent of s = f / (2 + f).
static inline float DM_NAME(log)(float x) {
    int tiny = x < 1.17549435e-38f;
    float scaled = tiny ? x * 8388608.0f : x;
    uint32_t offset = DM_NAME(bits)(scaled) - 0x3f3504f3u;
    float exponent = (float)((int32_t)offset >> 23) - (tiny ? 23.0f : 0.0f);
    float f = DM_NAME(from_bits)((offset & 0x007fffffu) + 0x3f3504f3u) - 1.0f;
    float s = f / (2.0f + f), z = s * s;
    float tail = 2.0f / 11;
    tail = tail * z + 2.0f / 9;
    tail = tail * z + 2.0f / 7;
    tail = tail * z + 2.0f / 5;
    tail = tail * z + 2.0f / 3;
    tail = tail * z;
    float y = exponent * 0.693359375f + (f - (s * (f - tail) - exponent * -2.12194440e-4f));
    y = x == 0 ? -INFINITY : y;
    y = x == INFINITY ? INFINITY : y;
    return x >= 0 ? y : NAN;
}

// log(1 + x) for 0 <= x <= 1; the second term makes up for the rounding of 1 + x.
static inline float DM_NAME(log1p)(float x) {
    float u = 1.0f + x;
    return DM_NAME(log)(u) + (x - (u - 1.0f)) / u;
}

// With q = e^(2|x|) - 1 the tangent is q / (q + 2), which loses nothing near 0.
static inline float DM_NAME(tanh)(float x) {
    float twice = fabsf(x) * 2.0f;
    twice = twice > 20.0f ? 20.0f : twice;
    DM_NAME(reduced) part = DM_NAME(reduce)(twice, 0);
    float scale = DM_NAME(power_of_two)(part.n), q = scale * DM_NAME(series)(part.r) + (scale - 1.0f);
    return copysignf(q / (q + 2.0f), x);
}

// The normal distribution function of -|x|, with the relative precision of a float: the density
// times a polynomial in 1 / (1 + 0.35 |x|), fitted to the ratio by least squares over [0, 14.5] with
// an error of 3e-8. `density` is e^(-x^2/2). The square is split so that its rounding does no harm.
static inline float DM_NAME(lower_tail)(float x, float *density) {
    float t = fabsf(x);
    t = t > 14.5f ? 14.5f : t;
    float head = DM_NAME(from_bits)(DM_NAME(bits)(t) & 0xfffff000u);
    *density = DM_NAME(exp_with_rest)(-0.5f * head * head, -0.5f * (t - head) * (t + head));
    float u = 1.0f / (1.0f + 0.35f * t);
    float p = -0.02877203587f;
    p = p * u + 0.14196788982f;
    p = p * u - 0.25108582705f;
    p = p * u + 0.15314611907f;
    p = p * u - 0.01824872547f;
    p = p * u + 0.10300051587f;
    p = p * u + 0.12065692245f;
    p = p * u + 0.13969613894f;
    p = p * u + 0.13963985023f;
    p = p * u - 8.635685e-07f;
    return *density * p;
}

static inline float DM_NAME(sqrt)(float x) { return __builtin_elementwise_sqrt(x); }
static inline float DM_NAME(fabs)(float x) { return fabsf(x); }
static inline float DM_NAME(sin)(float x) { return sinf(x); }
static inline float DM_NAME(cos)(float x) { return cosf(x); }
static inline float DM_NAME(pow)(float x, float y) { return powf(x, y); }

// Sine and cosine of the angle 2 pi u, 0 <= u <= 1, by their series within an eighth of a turn of a
// multiple of a quarter.
static inline void DM_NAME(turn)(float u, float *sine, float *cosine) {
    int32_t quarter = (int32_t)(4.0f * u + 0.5f);
    float a = (4.0f * u - (float)quarter) * 1.57079633f, b = a * a;
    float s = ((((b * (1.0f / 362880) - 1.0f / 5040) * b + 1.0f / 120) * b - 1.0f / 6) * b) * a + a;
    float c = ((((b * (-1.0f / 3628800) + 1.0f / 40320) * b - 1.0f / 720) * b + 1.0f / 24) * b - 0.5f) * b + 1.0f;
    float x = quarter & 1 ? s : c, y = quarter & 1 ? c : s;
    *cosine = (quarter + 1) & 2 ? -x : x;
    *sine = quarter & 2 ? -y : y;
}
