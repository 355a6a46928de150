"""Operations in double precision: outputs, and gradients along a drawn direction."""

import numpy as np
import torch
import torch.nn.functional as F

from drawing import images, labels, pixels
from networks import deformable_sampled
from philox import drawn
from reference import Reference


def kernel(w):
    """[h, w, in, out] -> PyTorch's [out, in, h, w]."""
    return w.permute(3, 2, 0, 1)


def padded_convolution(x, w, pads, **options):
    """pads: left, right, top, bottom."""
    return pixels(F.conv2d(F.pad(images(x), pads), kernel(w), **options))


def batch_norm(x, scale, shift):
    y = F.batch_norm(images(x), None, None, scale, shift, training=True, eps=1e-5)
    return pixels(y)


def normalized(x, mean, variance, scale, shift):
    return pixels(F.batch_norm(images(x), mean.detach(), variance.detach() ** 2 + 0.5, scale, shift, training=False, eps=1e-3))


def attention(q, k, v, heads=3):
    def split(x):
        return x.reshape(*x.shape[:2], heads, -1).transpose(1, 2)

    y = F.scaled_dot_product_attention(split(q), split(k), split(v))
    return y.transpose(1, 2).reshape(q.shape)


def cross_entropy(name, logits):
    targets = torch.from_numpy(labels(f"{name}/labels", tuple(logits.shape[:-1]), logits.shape[-1]))
    losses = F.cross_entropy(logits.movedim(-1, 1), targets, ignore_index=255, reduction="none")
    return losses, targets != 255


def hard_pixels(name, logits, minimum, threshold=0.7):
    losses, valid = cross_entropy(name, logits)
    probabilities = torch.exp(-losses.detach())
    kept = valid
    if valid.sum() >= minimum:
        ordered = probabilities[valid].sort().values
        limit = max(threshold, ordered[minimum - 1].item() if minimum > 0 else 0)
        kept = valid & (probabilities <= limit)
    return losses[kept].mean()


# Name, shapes of the operands, (spread, center) of those that have one of their own, and the operation.
RULES = [
    ("rule-convolution", [(2, 9, 8, 6), (3, 3, 2, 9)], {}, lambda x, w: padded_convolution(
        x, w, (2, 2, 1, 1), stride=2, dilation=(2, 1), groups=3)),
    ("rule-convolution-depthwise", [(2, 9, 8, 16), (3, 3, 1, 16)], {}, lambda x, w: padded_convolution(
        x, w, (0, 1, 0, 1), stride=2, groups=16)),
    ("rule-matrix-product", [(7, 13), (13, 5)], {}, lambda x, y: x @ y),
    ("rule-batch-normalization", [(3, 4, 5, 6), (6,), (6,)], {}, batch_norm),
    ("rule-normalization", [(3, 4, 5, 6), (6,), (6,), (6,), (6,)], {}, normalized),
    ("rule-layer-normalization", [(4, 5, 12), (12,), (12,)], {}, lambda x, scale, shift: F.layer_norm(x, (12,), scale, shift, 1e-5)),
    ("rule-maximum-pooling", [(2, 9, 8, 5)], {}, lambda x: pixels(F.max_pool2d(images(x), 3, 2, 1))),
    ("rule-average-pooling", [(2, 9, 8, 5)], {}, lambda x: pixels(F.avg_pool2d(images(x), 3, 2, 1, count_include_pad=False))),
    ("rule-resizing-aligned", [(2, 5, 7, 3)], {}, lambda x: pixels(
        F.interpolate(images(x), (11, 9), mode="bilinear", align_corners=True))),
    ("rule-resizing", [(2, 5, 7, 3)], {}, lambda x: pixels(F.interpolate(images(x), (11, 4), mode="bilinear", align_corners=False))),
    ("rule-softmax", [(6, 9)], {0: (8, 0)}, lambda x: x.softmax(-1)),
    ("rule-log-softmax", [(6, 9)], {0: (8, 0)}, lambda x: x.log_softmax(-1)),
    ("rule-gelu", [(100,)], {0: (6, 0)}, F.gelu),
    ("rule-sigmoid", [(100,)], {0: (12, 0)}, torch.sigmoid),
    ("rule-tanh", [(100,)], {0: (6, 0)}, torch.tanh),
    ("rule-softmax-attention", [(2, 7, 12), (2, 5, 12), (2, 5, 12)], {}, attention),
    ("rule-deformable-sampling", [(2, 6, 7, 12), (2, 9, 3, 4, 2), (2, 9, 3, 4)], {1: (4, 3)}, deformable_sampled),
    ("rule-cross-entropy", [(2, 6, 5, 7)], {0: (4, 0)}, lambda x: cross_entropy("rule-cross-entropy", x)[0]),
    ("rule-hard-pixels-rank", [(2, 9, 8, 5)], {0: (6, 0)}, lambda x: hard_pixels("rule-hard-pixels-rank", x, 100)),
    ("rule-hard-pixels-threshold", [(2, 9, 8, 5)], {0: (6, 0)}, lambda x: hard_pixels("rule-hard-pixels-threshold", x, 10)),
    ("rule-hard-pixels-all", [(2, 9, 8, 5)], {0: (6, 0)}, lambda x: hard_pixels("rule-hard-pixels-all", x, 144)),
]

if __name__ == "__main__":
    for name, shapes, ranges, operation in RULES:
        operands = [
            torch.from_numpy(drawn(f"{name}/x{i}", shape, *ranges.get(i, (1, 0)), np.float64)).requires_grad_()
            for i, shape in enumerate(shapes)]
        y = operation(*operands)
        y.backward(torch.from_numpy(np.asarray(drawn(f"{name}/direction", tuple(y.shape), dtype=np.float64))))
        reference = Reference(name, samples=16, dtype=np.float64)
        reference.add("outputs", {"y": y.detach().numpy()})
        reference.add("gradients", {f"x{i}": x.grad.numpy() for i, x in enumerate(operands) if x.grad is not None})
        reference.write()
