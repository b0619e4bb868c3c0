"""int8 with the outlier neurons kept in fp32 and the other inputs smoothed ("int8-split")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime

from .graph import Graph, build
from .linear import Exact, exact_product, matrices
from .session import open_session
from .weights import Weights

OUTLIERS = 64
_SMALLEST = 1e-5


@dataclass(frozen=True)
class Maxima:
    """The largest |input| of each channel that the sample texts reached, a layer at a time."""

    qkv: np.ndarray  # float32[layers, hidden]
    inner: np.ndarray  # float32[layers, hidden]
    outer: np.ndarray  # float32[layers, ffn]


def measure(weights: Weights, rows: np.ndarray, sample: Iterable[Sequence[int]]) -> Maxima:
    """Runs the sample (ids of texts) through an exact graph; independent of the order of the texts."""
    exact = Exact(weights)
    graph = build(weights, rows, exact)
    session = open_session(graph.serialise(exact.observed))
    largest = _largest(session, sample)
    by_input = {kind: _stack(exact.observed, largest, kind) for kind in ("qkv", "fi", "fo")}
    return Maxima(by_input["qkv"], by_input["fi"], by_input["fo"])


def _largest(session: onnxruntime.InferenceSession, sample: Iterable[Sequence[int]]) -> list[np.ndarray]:
    largest: list[np.ndarray] = []
    for ids in sample:
        reached = session.run(None, {"ids": np.array([ids], np.int64)})
        largest = [np.maximum(a, b) for a, b in zip(largest, reached, strict=True)] if largest else reached
    return largest


def _stack(names: list[str], values: list[np.ndarray], kind: str) -> np.ndarray:
    found = np.stack([value for name, value in zip(names, values, strict=True) if name.endswith(f".{kind}.max")])
    # half precision hides the last bits, in which two processors may differ
    return np.maximum(found, _SMALLEST).astype(np.float16).astype(np.float32)


class Int8Split:
    """int8 matrices, a scale for each output; the 64 loudest neurons of each feed-forward part stay fp32."""

    def __init__(self, weights: Weights, maxima: Maxima, outliers: int = OUTLIERS) -> None:
        self._weights, self._maxima, self._outliers = weights, maxima, outliers

    def attention(self, graph: Graph, layer: int, value: str) -> str:
        found, name = matrices(self._weights, layer), f"l{layer}.qkv"
        levelled, matrix = _level(graph, value, name, found.qkv.dequantise().T, self._maxima.qkv[layer])
        graph.add("DynamicQuantizeLinear", [levelled], f"{name}.input", outputs=3)
        values, scale = _to_int8(graph, name, matrix)
        bias = graph.constant(f"{name}.b", found.qkv_bias)
        zero = graph.constant(f"{name}.zero", np.zeros(matrix.shape[1], np.int8))
        inputs = [f"{name}.input", values, bias, f"{name}.input.1", scale, "", f"{name}.input.2", zero]
        return graph.fused("QAttention", inputs, f"l{layer}.attention", num_heads=self._weights.shape.heads)

    def attended(self, graph: Graph, layer: int, value: str) -> str:
        return int8_product(graph, value, f"l{layer}.ao", matrices(self._weights, layer).attended.dequantise().T)

    def feed_forward(self, graph: Graph, layer: int, value: str) -> str:
        loud, quiet = _split(self._maxima.outer[layer], self._outliers)
        found = matrices(self._weights, layer)
        inner, outer, bias = found.inner.dequantise().T, found.outer.dequantise().T, found.inner_bias
        gelu = self._quiet_gelu(graph, layer, value, inner[:, quiet], bias[quiet])
        main = smooth_product(graph, gelu, f"l{layer}.fo", outer[quiet], self._maxima.outer[layer][quiet])
        side = exact_product(graph, value, f"l{layer}.side.fi", inner[:, loud])
        loud_bias = graph.constant(f"l{layer}.side.b", bias[loud])
        side = graph.fused("BiasGelu", [side, loud_bias], f"l{layer}.side.gelu")
        side = exact_product(graph, side, f"l{layer}.side.fo", outer[loud])
        return graph.add("Add", [main, side], f"l{layer}.fed")

    def _quiet_gelu(self, graph: Graph, layer: int, value: str, matrix: np.ndarray, bias: np.ndarray) -> str:
        product = smooth_product(graph, value, f"l{layer}.fi", matrix, self._maxima.inner[layer])
        return graph.fused("BiasGelu", [product, graph.constant(f"l{layer}.fi.b", bias)], f"l{layer}.gelu")


def _split(reached: np.ndarray, outliers: int) -> tuple[np.ndarray, np.ndarray]:
    """The neurons that reached furthest, and the others; both in ascending order."""
    loud = np.sort(np.argsort(-reached, kind="stable")[:outliers])
    return loud, np.setdiff1d(np.arange(reached.size), loud)


def smooth_product(graph: Graph, value: str, name: str, matrix: np.ndarray, reached: np.ndarray) -> str:
    """An int8 product whose inputs are levelled first."""
    levelled, matrix = _level(graph, value, name, matrix, reached)
    return int8_product(graph, levelled, name, matrix)


def int8_product(graph: Graph, value: str, name: str, matrix: np.ndarray) -> str:
    """value @ matrix, the input quantised as it comes; the matrix is [in, out]."""
    return graph.fused("DynamicQuantizeMatMul", [value, *_to_int8(graph, name, matrix)], name)


def _level(graph: Graph, value: str, name: str, matrix: np.ndarray, reached: np.ndarray) -> tuple[str, np.ndarray]:
    """Inputs brought nearer to one size (SmoothQuant, alpha one half), and the matrix with the inverse."""
    factor = np.sqrt(reached / np.maximum(np.abs(matrix).max(axis=1), _SMALLEST)).astype(np.float32)
    levelled = graph.add("Mul", [value, graph.constant(f"{name}.level", 1 / factor)], f"{name}.levelled")
    return levelled, matrix * factor[:, None]


def _to_int8(graph: Graph, name: str, matrix: np.ndarray) -> tuple[str, str]:
    """The matrix as a constant of int8, and its scales, one for each output."""
    scale = (np.maximum(np.abs(matrix).max(axis=0), 1e-12) / 127).astype(np.float32)
    values = np.rint(matrix / scale).clip(-127, 127).astype(np.int8)
    return graph.constant(f"{name}.w", values), graph.constant(f"{name}.scale", scale)
