"""Training steps and predictions in PyTorch: what `Trainer.step` and `Predictor.predict` of the library do."""

import copy
import math

import torch
import torch.nn.functional as F

from peer_networks import Segmentation, Settings, folded, networks

THRESHOLD_IGNORED = 255
DECAY = 0.99


def levels(t):
    """log-SNR, alpha and sigma of the cosine schedule at a time."""
    log_snr = -math.log(max(math.cos((t + 0.0002) / 1.00025 * math.pi / 2) ** -2 - 1, 1e-5))
    alpha = 1 / (1 + math.exp(-log_snr))
    return log_snr, math.sqrt(alpha), math.sqrt(1 - alpha)


def enlarged(x, size):
    return F.interpolate(x, size, mode="bilinear", align_corners=True)


def pixels(x):
    """[n, c, h, w] -> [n, h, w, c]."""
    return x.permute(0, 2, 3, 1)


class Workload:
    """The images of a case and its network, in one memory format."""

    def __init__(self, case, layout):
        self.layout = layout
        self.size, self.count, self.classes = (case["height"], case["width"]), case["images"], case["classes"]
        self.settings = Settings(case["settings"])
        torch.manual_seed(1)
        self.network = Segmentation(self.settings, self.classes).to(memory_format=layout).train()
        # What does not change from step to step is made once, outside inference mode: it takes part in both modes.
        low = tuple(-(-extent // 4) for extent in self.size)
        networks.sine_positions(*low, self.settings.value("denoiser.channels"))
        rows, columns = (torch.linspace(0, full - 1, coarse).add(0.5).floor().long() for full, coarse in zip(self.size, low))
        self.grid = rows[:, None] * self.size[1] + columns

    def images(self):
        return torch.randn(self.count, 3, *self.size).contiguous(memory_format=self.layout)

    def labels(self):
        return torch.randint(0, self.classes, (self.count, *self.size))

    def maps(self, x):
        """[n, h, w, c] -> [n, c, h, w] in the memory format."""
        return x.permute(0, 3, 1, 2).contiguous(memory_format=self.layout)

    @torch.inference_mode()
    def probabilities(self, network, images, shift=None):
        """At full size, [n, K, H, W]: the mean over the sampling steps."""
        features = pixels(network.features(images))
        codes, steps = network.codes()[:-1], self.settings.value("diffusion.samplingSteps")
        mask = torch.randn(*features.shape[:3], codes.shape[1])
        mean = 0
        for step in range(steps):
            now, then = min(1 - step / steps, 0.999), max(0, 1 - (step + 2) / steps)
            (log_snr, alpha, sigma), (_, next_alpha, next_sigma) = levels(now), levels(then)
            logits = network.denoiser(features, mask, torch.full((len(images),), log_snr))
            found = (logits if shift is None else logits + shift).softmax(-1)
            estimate = found @ codes
            # next_alpha * estimate + next_sigma * (mask - alpha * estimate) / sigma
            ratio = next_sigma / max(sigma, 1e-8)
            mask = mask.mul_(ratio).add_(estimate, alpha=next_alpha - ratio * alpha)
            mean = mean + found
        return enlarged(self.maps((mean / steps).clamp_(min=1.2e-38).log_()), self.size).softmax(1)


class Prediction(Workload):
    """The classes of images, with batch normalizations folded."""

    def __init__(self, case, layout):
        super().__init__(case, layout)
        self.parameter_count = self.network.parameter_count()
        self.network, self.shown = folded(self.network), self.images()

    def run(self):
        return self.probabilities(self.network, self.shown).argmax(1)


class Training(Workload):
    """Steps with one batch: forward, backward, fused AdamW, moving average; for DiffMatch Algorithm 1."""

    def __init__(self, case, layout):
        super().__init__(case, layout)
        self.parameter_count = self.network.parameter_count()
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        factors = [("denoiser.", 0.3), ("table", 0.3)]
        slow = [p for name, p in self.network.named_parameters() if name.startswith(tuple(f for f, _ in factors))]
        rest = [p for name, p in self.network.named_parameters() if not name.startswith(tuple(f for f, _ in factors))]
        groups = [{"params": rest, "lr": 1.6e-3}] + ([{"params": slow, "lr": 0.3 * 1.6e-3}] if slow else [])
        self.optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
        self.followed, self.following = (
            list(module.parameters()) + [b for b in module.buffers() if b.is_floating_point()] for module in (self.network, self.average))
        self.prior = torch.full((self.classes,), 1 / self.classes)
        self.labeled = (self.images(), self.labels())
        self.is_generative = self.settings.text("method") == "diffmatch"
        if self.is_generative:
            self.weak, self.strong = self.images(), torch.cat([self.images(), self.images()]).contiguous(memory_format=layout)
            self.threshold = self.settings.value("pseudoLabels.threshold")
            (height, width), self.partners = self.size, torch.arange(1, self.count + 1) % self.count
            self.box = (..., slice(height // 4, height * 3 // 4), slice(width // 4, width * 3 // 4))

    def run(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.diffmatch() if self.is_generative else self.supervised()
        assert math.isfinite(loss), "the loss is not a finite number"
        self.optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(self.following, [x.detach() for x in self.followed], 1 - DECAY)

    def supervised(self):
        images, labels = self.labeled
        logits = self.network.classifier(self.network.features(images))
        loss = F.cross_entropy(enlarged(logits, self.size), labels, ignore_index=THRESHOLD_IGNORED)
        loss.backward()
        self.count_classes(labels)
        return loss.item()

    def diffmatch(self):
        shift = 0.5 * (-math.log(self.classes) - self.prior.log()).clamp(-3, 3)
        confidence, classes = self.probabilities(self.average, self.weak, shift).max(1)
        images, labels = self.labeled
        weak_targets = self.targets(classes, confidence)
        strong_targets = self.targets(self.mixed(classes), self.mixed(confidence)).repeat(2, 1, 1)
        # Backward follows each stack of views at once: the gradients add up, and one stack's activations exist at a time.
        first = self.stack_loss(
            torch.cat([images, self.weak]), torch.cat([labels, weak_targets]), (0.5, 0.25), dropped=True)
        first.backward()
        second = self.stack_loss(self.strong, strong_targets, (0.125, 0.125))
        second.backward()
        self.count_classes(labels, strong_targets[: self.count])
        return (first + second).item()

    def targets(self, classes, confidence):
        return torch.where(confidence >= self.threshold, classes, THRESHOLD_IGNORED)

    def mixed(self, maps):
        result = maps.clone()
        result[self.box] = maps[self.partners][self.box]
        return result

    def dropout(self, levels):
        """Drops channels of the images behind the labeled ones."""
        def factors(x):
            kept = F.dropout2d(torch.ones(self.count, x.shape[1], 1, 1), 0.5)
            return torch.cat([torch.ones_like(kept), kept])

        return [x * factors(x) for x in levels]

    def stack_loss(self, images, targets, weights, dropped=False):
        """The weighted means of two terms, each of as many images."""
        features = pixels(self.network.features(images.contiguous(memory_format=self.layout), self.dropout if dropped else None))
        coarse = targets.flatten(1)[:, self.grid.flatten()].reshape(len(images), *self.grid.shape)
        codes = self.network.codes()
        clean = F.embedding(torch.where(coarse == THRESHOLD_IGNORED, self.classes, coarse), codes)
        chosen = [levels(t) for t in (0.999 * torch.rand(len(images))).tolist()]
        log_snr, alpha, sigma = torch.tensor(chosen).unbind(1)
        noisy = torch.addcmul(clean * alpha[:, None, None, None], torch.randn_like(clean), sigma[:, None, None, None])
        logits = self.network.denoiser(features, noisy, log_snr)
        losses = F.cross_entropy(enlarged(self.maps(logits), self.size), targets, ignore_index=THRESHOLD_IGNORED, reduction="none")
        means = losses.unflatten(0, (2, self.count)).mean((1, 2, 3))
        return (means * torch.tensor(weights)).sum()

    def count_classes(self, *targets):
        """The prior: a moving average of the class shares of all targets."""
        shares = [torch.bincount(t.flatten(), minlength=256)[: self.classes].float() for t in targets]
        shares = torch.stack([s / s.sum().clamp(min=1) for s in shares]).mean(0)
        self.prior = torch.lerp(self.prior, shares, 0.001).clamp(min=1e-6)
