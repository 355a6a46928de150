"""Noise schedules, steps of the reverse process, and a chain of the sampler, in float64."""

import numpy as np

from philox import drawn
from reference import Reference


def log_snr(schedule, t):
    if schedule == "cosine":
        cosine = np.cos((t + 0.0002) / 1.00025 * np.pi / 2)
        return -np.log(np.maximum(cosine**-2 - 1, 1e-5))
    return -np.log(np.expm1(1e-4 + 10 * t * t))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def levels(schedule, t):
    """alpha and sigma."""
    return np.sqrt(sigmoid(log_snr(schedule, t))), np.sqrt(sigmoid(-log_snr(schedule, t)))


def ddim(schedule, mask, estimate, now, then):
    (alpha, sigma), (next_alpha, next_sigma) = levels(schedule, now), levels(schedule, then)
    return next_alpha * estimate + next_sigma * (mask - alpha * estimate) / max(sigma, 1e-8)


def ancestral(schedule, mask, estimate, noise, now, then):
    (alpha, _), (next_alpha, next_sigma) = levels(schedule, now), levels(schedule, then)
    c = -np.expm1(log_snr(schedule, now) - log_snr(schedule, then))
    return next_alpha * (mask * (1 - c) / alpha + c * estimate) + next_sigma * np.sqrt(c) * noise


def softmax(x):
    exponentials = np.exp(x - x.max(-1, keepdims=True))
    return exponentials / exponentials.sum(-1, keepdims=True)


def chain(name, steps, difference):
    """Masks and probabilities of each step, with a linear map for a denoiser."""
    codes = drawn(f"{name}/codes", (7, 5), 0.1).astype(np.float64)
    weight = drawn(f"{name}/weight", (5, 6)).astype(np.float64)
    mask = drawn(f"{name}/mask", (2, 6, 7, 5)).astype(np.float64)

    def time(after):
        return min(max(0, steps - after) / steps, 0.999)

    found = {}
    for step in range(steps):
        now, then = time(step), time(step + 1 + difference)
        probabilities = softmax((mask @ weight) * (2 - now))
        mask = ddim("cosine", mask, probabilities @ codes[:6], now, then)
        found |= {f"probabilities{step}": probabilities, f"mask{step}": mask}
    return found


if __name__ == "__main__":
    times = np.linspace(0, 0.999, 12)
    for schedule in ["cosine", "linear"]:
        reference = Reference(f"schedule-{schedule}", samples=12, dtype=np.float64)
        alphas, sigmas = levels(schedule, times)
        reference.add("levels", {"logSNR": log_snr(schedule, times), "alpha": alphas, "sigma": sigmas})
        reference.write()

        reference = Reference(f"steps-{schedule}", samples=16)
        mask, estimate, noise = (
            drawn(f"steps-{schedule}/{part}", (2, 6, 7, 5)).astype(np.float64) for part in ["mask", "estimate", "noise"])
        found = {}
        for now, then in [(0.999, 2 / 3), (2 / 3, 1 / 3), (1 / 3, 0.0)]:
            found[f"ddim {now:.3f}"] = ddim(schedule, mask, estimate, now, then)
            found[f"ancestral {now:.3f}"] = ancestral(schedule, mask, estimate, noise, now, then)
        alpha, sigma = levels(schedule, 0.4)
        found["noised"] = alpha * mask + sigma * noise
        reference.add("steps", found)
        reference.write()

    for steps, difference in [(3, 1), (10, 0)]:
        reference = Reference(f"sampler-{steps}-{difference}", samples=16)
        reference.add("steps", chain(reference.name, steps, difference))
        reference.write()
