"""The library's networks in PyTorch, written by hand, with the same names of parameters."""

import functools
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def convolution(inputs, outputs, kernel, stride=1, dilation=1, groups=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, dilation * (kernel - 1) // 2, dilation, groups, bias=False)


class Block(nn.Module):
    def __init__(self, inputs, outputs, kernel, dilation=1):
        super().__init__()
        self.conv = convolution(inputs, outputs, kernel, dilation=dilation)
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)), inplace=True)


class Basic(nn.Module):
    expansion = 1

    def __init__(self, inputs, width, stride, first_dilation, dilation):
        super().__init__()
        self.conv1, self.bn1 = convolution(inputs, width, 3, stride, first_dilation), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = convolution(width, width, 3, 1, dilation), nn.BatchNorm2d(width)
        self.downsample = shortcut(inputs, width, stride)

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)), inplace=True)))
        y += self.downsample(x) if self.downsample is not None else x
        return F.relu(y, inplace=True)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inputs, width, stride, first_dilation, dilation):
        super().__init__()
        self.conv1, self.bn1 = convolution(inputs, width, 1), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = convolution(width, width, 3, stride, first_dilation), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = convolution(width, 4 * width, 1), nn.BatchNorm2d(4 * width)
        self.downsample = shortcut(inputs, 4 * width, stride)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)), inplace=True)
        y = self.bn3(self.conv3(F.relu(self.bn2(self.conv2(y)), inplace=True)))
        y += self.downsample(x) if self.downsample is not None else x
        return F.relu(y, inplace=True)


def shortcut(inputs, outputs, stride):
    if stride == 1 and inputs == outputs:
        return None
    return nn.Sequential(convolution(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))


class ResNet(nn.Module):
    counts = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}

    def __init__(self, depth, stem="classic", output_stride=32, classes=None):
        super().__init__()
        block = Basic if depth < 50 else Bottleneck
        inputs = 64 if stem == "classic" else 128
        if stem == "classic":
            self.conv1 = convolution(3, 64, 7, 2)
        else:
            self.conv1 = nn.Sequential(
                convolution(3, 64, 3, 2), nn.BatchNorm2d(64), nn.ReLU(inplace=True),
                convolution(64, 64, 3), nn.BatchNorm2d(64), nn.ReLU(inplace=True), convolution(64, 128, 3))
        self.bn1 = nn.BatchNorm2d(inputs)
        total, dilation = 4, 1
        for index, count in enumerate(self.counts[depth]):
            width, stride, before = 64 << index, 1 if index == 0 else 2, dilation
            if total * stride > output_stride:
                dilation, stride = dilation * stride, 1
            total *= stride
            blocks = [block(inputs, width, stride, before, dilation)]
            inputs = width * block.expansion
            blocks += [block(inputs, width, 1, dilation, dilation) for _ in range(1, count)]
            setattr(self, f"layer{index + 1}", nn.Sequential(*blocks))
        self.channels = (64 * block.expansion, inputs)
        if classes is not None:
            self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x)), inplace=True), 3, 2, 1)
        low = self.layer1(x)
        return low, self.layer4(self.layer3(self.layer2(low)))

    def logits(self, x):
        return self.fc(self(x)[1].mean(dim=(2, 3)))


class ASPP(nn.Module):
    def __init__(self, inputs, outputs, rates):
        super().__init__()
        self.branches = nn.ModuleList([Block(inputs, outputs, 1)] + [Block(inputs, outputs, 3, rate) for rate in rates])
        self.pooling = Block(inputs, outputs, 1)
        self.project = Block((len(rates) + 2) * outputs, outputs, 1)

    def forward(self, x):
        views = [branch(x) for branch in self.branches]
        whole = self.pooling(x.mean(dim=(2, 3), keepdim=True))
        return self.project(torch.cat(views + [whole.expand_as(views[0])], dim=1))


class Decoder(nn.Module):
    def __init__(self, low, high, channels=256, reduced=48, rates=(6, 12, 18)):
        super().__init__()
        self.aspp = ASPP(high, channels, rates)
        self.reduce = Block(low, reduced, 1)
        self.fuse1, self.fuse2 = Block(channels + reduced, channels, 3), Block(channels, channels, 3)

    def forward(self, low, high):
        fine = self.reduce(low)
        coarse = F.interpolate(self.aspp(high), fine.shape[2:], mode="bilinear", align_corners=True)
        return self.fuse2(self.fuse1(torch.cat([coarse, fine], dim=1)))


class DeepLabV3Plus(nn.Module):
    def __init__(self, backbone, classes):
        super().__init__()
        self.backbone = backbone
        self.decoder = Decoder(*backbone.channels)
        self.classifier = nn.Linear(256, classes)

    def forward(self, x):
        y = self.decoder(*self.backbone(x))
        y = F.conv2d(y, self.classifier.weight[:, :, None, None], self.classifier.bias)
        return F.interpolate(y, x.shape[2:], mode="bilinear", align_corners=True)


class SameConvolution(nn.Conv2d):
    """TensorFlow's SAME: what is missing is added, the odd pixel behind."""

    def forward(self, x):
        pads = []
        for extent, kernel, stride, dilation in zip(x.shape[:1:-1], self.kernel_size, self.stride, self.dilation):
            total = max((-(-extent // stride) - 1) * stride + (kernel - 1) * dilation + 1 - extent, 0)
            pads += [total // 2, total - total // 2]
        return F.conv2d(F.pad(x, pads), self.weight, None, self.stride, 0, self.dilation, self.groups)


def lite_norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


class Separable(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv_dw = SameConvolution(inputs, inputs, 3, groups=inputs, bias=False)
        self.bn1 = lite_norm(inputs)
        self.conv_pw = nn.Conv2d(inputs, outputs, 1, bias=False)
        self.bn2 = lite_norm(outputs)

    def forward(self, x):
        return self.bn2(self.conv_pw(F.relu6(self.bn1(self.conv_dw(x)))))


class Inverted(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride, dilation=1):
        super().__init__()
        inside = 6 * inputs
        self.keeps = stride == 1 and inputs == outputs
        self.conv_pw = nn.Conv2d(inputs, inside, 1, bias=False)
        self.bn1 = lite_norm(inside)
        self.conv_dw = SameConvolution(inside, inside, kernel, stride, dilation=dilation, groups=inside, bias=False)
        self.bn2 = lite_norm(inside)
        self.conv_pwl = nn.Conv2d(inside, outputs, 1, bias=False)
        self.bn3 = lite_norm(outputs)

    def forward(self, x):
        y = F.relu6(self.bn2(self.conv_dw(F.relu6(self.bn1(self.conv_pw(x))))))
        y = self.bn3(self.conv_pwl(y))
        return x + y if self.keeps else y


class EfficientNetLite0(nn.Module):
    stages = [(2, 3, 2, 24), (2, 5, 2, 40), (3, 3, 2, 80), (3, 5, 1, 112), (4, 5, 2, 192), (1, 3, 1, 320)]

    def __init__(self, output_stride=32, classes=None):
        super().__init__()
        self.conv_stem = SameConvolution(3, 32, 3, 2, bias=False)
        self.bn1 = lite_norm(32)
        blocks, inputs, total, dilation = [nn.Sequential(Separable(32, 16))], 16, 2, 1
        for count, kernel, stride, outputs in self.stages:
            before = dilation
            if total * stride > output_stride:
                dilation, stride = dilation * stride, 1
            total *= stride
            stage = [Inverted(inputs, outputs, kernel, stride, before)]
            stage += [Inverted(outputs, outputs, kernel, 1, dilation) for _ in range(1, count)]
            blocks.append(nn.Sequential(*stage))
            inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.channels = (24, 320)
        if classes is not None:
            self.conv_head, self.bn2 = nn.Conv2d(320, 1280, 1, bias=False), lite_norm(1280)
            self.classifier = nn.Linear(1280, classes)

    def forward(self, x):
        x = F.relu6(self.bn1(self.conv_stem(x)))
        low = self.blocks[1](self.blocks[0](x))
        return low, self.blocks[2:](low)

    def logits(self, x):
        return self.classifier(F.relu6(self.bn2(self.conv_head(self(x)[1]))).mean(dim=(2, 3)))


@functools.cache
def sine_positions(height, width, features):
    """[1, height, width, features], rounded to float32."""
    quarter = features // 4

    def encoded(place, extent):
        phases = 2 * math.pi * (place + 1) / extent / 10_000 ** (np.arange(quarter) / quarter)
        return np.stack([np.sin(phases), np.cos(phases)], axis=1).reshape(-1)

    rows, columns = [encoded(y, height) for y in range(height)], [encoded(x, width) for x in range(width)]
    grid = np.stack([np.stack([np.concatenate([row, column]) for column in columns]) for row in rows])
    return torch.from_numpy(grid.astype(np.float32))[None]


class DeformableAttention(nn.Module):
    def __init__(self, features, heads, points):
        super().__init__()
        self.heads, self.points = heads, points
        self.sampling_offsets = nn.Linear(features, heads * points * 2)
        self.attention_weights = nn.Linear(features, heads * points)
        self.value_proj, self.output_proj = nn.Linear(features, features), nn.Linear(features, features)

    def forward(self, tokens, positions):
        n, h, w, features = tokens.shape
        queries = (tokens + positions).reshape(n, h * w, features)
        offsets = self.sampling_offsets(queries).reshape(n, h * w, self.heads, self.points, 2)
        weights = self.attention_weights(queries).reshape(n, h * w, self.heads, self.points).softmax(-1)
        y, x = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
        grid = torch.stack([x, y], dim=-1).reshape(1, h * w, 1, 1, 2).to(tokens.dtype)
        return self.output_proj(deformable_sampled(self.value_proj(tokens), grid + offsets, weights)).reshape(tokens.shape)


def deformable_sampled(values, positions, weights):
    """values [n, h, w, heads c], positions [n, q, heads, points, 2] in pixels, weights [n, q, heads, points]."""
    n, h, w, features = values.shape
    heads = weights.shape[2]
    maps = values.reshape(n, h, w, heads, -1).permute(0, 3, 4, 1, 2).flatten(0, 1)
    places = (positions + 0.5) * 2 / torch.tensor([w, h], dtype=values.dtype) - 1
    sampled = F.grid_sample(maps, places.transpose(1, 2).flatten(0, 1), mode="bilinear", padding_mode="zeros", align_corners=False)
    weighted = sampled * weights.transpose(1, 2).flatten(0, 1)[:, None]
    return weighted.sum(-1).reshape(n, features, -1).transpose(1, 2)


class SoftmaxAttention(nn.Module):
    def __init__(self, features, heads):
        super().__init__()
        self.heads = heads
        for name in ["q_proj", "k_proj", "v_proj", "out_proj"]:
            setattr(self, name, nn.Linear(features, features))

    def forward(self, tokens, positions):
        n, h, w, features = tokens.shape
        placed = (tokens + positions).reshape(n, h * w, features)

        def split(x):
            return x.reshape(n, h * w, self.heads, -1).transpose(1, 2)

        attended = F.scaled_dot_product_attention(
            split(self.q_proj(placed)), split(self.k_proj(placed)), split(self.v_proj(tokens.reshape(n, h * w, features))))
        return self.out_proj(attended.transpose(1, 2).reshape(tokens.shape))


class FeedForward(nn.Module):
    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        self.linear1, self.linear2 = nn.Linear(inputs, hidden), nn.Linear(hidden, outputs)

    def forward(self, x):
        return self.linear2(F.gelu(self.linear1(x)))


class TimeEmbedding(nn.Module):
    def __init__(self, frequencies, features):
        super().__init__()
        self.weights = nn.Parameter(torch.zeros(frequencies))
        self.mlp = FeedForward(2 * frequencies + 1, features, features)

    def forward(self, log_snr):
        phases = log_snr[:, None] * self.weights[None] * (2 * math.pi)
        return self.mlp(torch.cat([log_snr[:, None], phases.sin(), phases.cos()], dim=1))


class DenoiserLayer(nn.Module):
    def __init__(self, features, time_features, attention):
        super().__init__()
        self.attn = attention
        self.time = nn.Linear(time_features, 2 * features)
        self.ffn = FeedForward(features, 4 * features, features)
        self.norm1, self.norm2 = nn.LayerNorm(features), nn.LayerNorm(features)

    def forward(self, tokens, positions, time):
        attended = self.norm1(tokens + self.attn(tokens, positions))
        scale, shift = self.time(F.gelu(time))[:, None, None].chunk(2, dim=-1)
        modulated = torch.addcmul(shift, attended, scale + 1)
        return self.norm2(modulated + self.ffn(modulated))


class MaskDenoiser(nn.Module):
    def __init__(self, features, channels, mask_channels, classes, attention, layers=4, heads=8, points=4):
        super().__init__()
        self.down = nn.Linear(features + mask_channels, channels)
        self.time_mlp = TimeEmbedding(8, 4 * channels)
        self.layers = nn.ModuleList()
        for _ in range(layers):
            kind = DeformableAttention(channels, heads, points) if attention == "deformable" else SoftmaxAttention(channels, heads)
            self.layers.append(DenoiserLayer(channels, 4 * channels, kind))
        self.conv_seg = nn.Linear(channels, classes)

    def forward(self, features, mask, log_snr):
        tokens = self.down(torch.cat([features, mask], dim=3))
        positions = sine_positions(*tokens.shape[1:]).to(tokens.dtype)
        time = self.time_mlp(log_snr)
        for layer in self.layers:
            tokens = layer(tokens, positions, time)
        return self.conv_seg(tokens)
