"""Twenty steps of training: losses, parameters, moving averages, and how far the parameters went."""

import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from drawing import fill, images, labels, to_own, to_torch
from philox import drawn
from reference import Reference
from rules import hard_pixels
import networks as own

STEPS, DECAY = 20, 0.9


def poly(rate, step):
    return rate * (1 - step / STEPS) ** 0.9


def sgd(parameters, rate):
    return torch.optim.SGD(parameters, rate, momentum=0.9, weight_decay=1e-4)


def adamw(parameters, rate):
    return torch.optim.AdamW(parameters, rate, weight_decay=0.01)


def steady_adamw(parameters, rate):
    """With an epsilon above the rounding of the gradients: a quotient of two roundings has no digits to compare."""
    return torch.optim.AdamW(parameters, rate, eps=1e-4, weight_decay=0.01)


def own_state(module, statistics=True):
    wanted = dict(module.named_parameters()) | {
        name: buffer for name, buffer in module.named_buffers() if statistics and "running" in name}
    return {name: to_own(name, value.detach().double().numpy().copy()) for name, value in wanted.items()}


class Trajectory:
    def __init__(self, name, make, optimizer, rate, loss):
        self.name, self.make, self.optimizer, self.rate, self.loss = name, make, optimizer, rate, loss

    def run(self, dtype, memory_format=torch.contiguous_format):
        module = self.make()
        with torch.no_grad():
            fill(module, self.name)
        module = module.to(dtype).to(memory_format=memory_format).train()
        optimizer = self.optimizer(module.parameters(), self.rate)
        first, average, losses = own_state(module, False), own_state(module), []
        for step in range(STEPS):
            optimizer.param_groups[0]["lr"] = poly(self.rate, step)
            loss = self.loss(module, f"{self.name}/step{step}", dtype, memory_format)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            for name, value in own_state(module).items():
                average[name] += (1 - DECAY) * (value - average[name])
        last = own_state(module, False)
        movement = {name: last[name] - first[name] for name in last}
        return {"losses": {"loss": np.array(losses)}, "parameters": last, "averages": average, "movements": movement}

    def write(self):
        reference = Reference(self.name)
        for group, tensors in self.run(torch.float64).items():
            reference.add(group, tensors)
        for key, layout in [("torch NCHW", torch.contiguous_format), ("torch NHWC", torch.channels_last)]:
            found = self.run(torch.float32, layout)
            errors = [reference.error_of(group, found[group]) for group in ["losses", "parameters", "averages", "movements"]]
            reference.remarks[key] = ", ".join(f"{error:.1e}" for error in errors)
            print(f"{self.name}: {key}: losses, parameters, averages, movements: {reference.remarks[key]}", flush=True)
        reference.write()


def drawn_images(name, shape, dtype, memory_format):
    return images(torch.from_numpy(drawn(f"{name}/images", shape)).to(dtype)).contiguous(memory_format=memory_format)


def classification(module, name, dtype, memory_format):
    # The drawn shifts make large features: logits of a size at which twenty steps are a training.
    logits = module.logits(drawn_images(name, (4, 33, 33, 3), dtype, memory_format)) / 16
    targets = torch.from_numpy(labels(f"{name}/labels", (4,), 10, ignored=0))
    return F.cross_entropy(logits, targets)


def segmentation(module, name, dtype, memory_format):
    logits = module(drawn_images(name, (4, 33, 33, 3), dtype, memory_format)).permute(0, 2, 3, 1)
    return hard_pixels(name, logits, 1000)


def denoising(module, name, dtype, memory_format):
    features, mask = (torch.from_numpy(drawn(f"{name}/{part}", (2, 8, 9, 16))).to(dtype) for part in ["features", "mask"])
    log_snr = torch.from_numpy(drawn(f"{name}/logSNR", (2,), 5)).to(dtype)
    targets = torch.from_numpy(labels(f"{name}/labels", (2, 8, 9), 7, ignored=0))
    return F.cross_entropy(module(features, mask, log_snr).permute(0, 3, 1, 2), targets)


def given_gradients(module, name, dtype, memory_format):
    """A loss whose gradients are drawn."""
    return sum(
        (parameter * torch.from_numpy(np.ascontiguousarray(to_torch(
            key, drawn(f"{name}/{key}", to_own(key, np.empty(parameter.shape)).shape)))).to(dtype)).sum()
        for key, parameter in module.named_parameters())


TRAJECTORIES = [
    Trajectory("trajectory-given-sgd", lambda: nn.Linear(9, 7), sgd, 0.1, given_gradients),
    Trajectory("trajectory-given-adamw", lambda: nn.Linear(9, 7), adamw, 0.01, given_gradients),
    Trajectory("trajectory-resnet18", lambda: own.ResNet(18, classes=10), sgd, 0.01, classification),
    Trajectory("trajectory-resnet50", lambda: own.ResNet(50, classes=10), sgd, 0.01, classification),
    Trajectory("trajectory-deeplab", lambda: own.DeepLabV3Plus(own.ResNet(18, "deep", 8), 6), sgd, 0.01, segmentation),
    Trajectory("trajectory-denoiser-softmax", lambda: own.MaskDenoiser(16, 32, 16, 7, "softmax"), steady_adamw, 0.001, denoising),
    # AdamW makes steps of one size of gradients of any: where bilinear sampling bends, rounding would decide whole steps.
    Trajectory("trajectory-denoiser-deformable", lambda: own.MaskDenoiser(16, 32, 16, 7, "deformable"), sgd, 0.01, denoising),
]

if __name__ == "__main__":
    torch.set_num_threads(1)
    for trajectory in TRAJECTORIES:
        if len(sys.argv) == 1 or trajectory.name in sys.argv[1:]:
            trajectory.write()
