// Elementary functions of one double: the C library's.

static inline double DM_NAME(exp)(double x) { return exp(x); }
static inline double DM_NAME(log)(double x) { return log(x); }
static inline double DM_NAME(log1p)(double x) { return log1p(x); }
static inline double DM_NAME(tanh)(double x) { return tanh(x); }
static inline double DM_NAME(sqrt)(double x) { return __builtin_elementwise_sqrt(x); }
static inline double DM_NAME(fabs)(double x) { return fabs(x); }
static inline double DM_NAME(sin)(double x) { return sin(x); }
static inline double DM_NAME(cos)(double x) { return cos(x); }
static inline double DM_NAME(pow)(double x, double y) { return pow(x, y); }

// The normal distribution function of -|x|; `density` is e^(-x^2/2).
static inline double DM_NAME(lower_tail)(double x, double *density) {
    *density = exp(-0.5 * x * x);
    return 0.5 * erfc(fabs(x) * 0.70710678118654752);
}

// Sine and cosine of the angle 2 pi u.
static inline void DM_NAME(turn)(double u, double *sine, double *cosine) {
    *sine = sin(6.283185307179586 * u);
    *cosine = cos(6.283185307179586 * u);
}
