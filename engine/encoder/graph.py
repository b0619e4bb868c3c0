"""Builds the ONNX graph of the encoder in onnxruntime's fused operators; how a matrix is stored is a strategy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .weights import Blocks, Weights

MICROSOFT = "com.microsoft"
OPSET = 21
IR_VERSION = 10


class Graph:
    """Collects nodes and constants under readable names."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def int4(self, name: str, values: np.ndarray) -> str:
        """Values from -8 to 7, two in a byte, the first in the low half."""
        low, high = values.reshape(-1, 2).T.astype(np.uint8) & 15
        packed = (low | high << 4).tobytes()
        self.constants.append(helper.make_tensor(name, TensorProto.INT4, values.shape, packed, raw=True))
        return name

    def add(
        self, kind: str, inputs: Sequence[str], name: str, outputs: int = 1, domain: str = "", **options: Any
    ) -> str:
        """A node; the name of its first output is the node's name."""
        names = [name, *(f"{name}.{index}" for index in range(1, outputs))]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=name, domain=domain, **options))
        return name

    def fused(self, kind: str, inputs: Sequence[str], name: str, **options: Any) -> str:
        """A node of onnxruntime's own."""
        return self.add(kind, inputs, name, domain=MICROSOFT, **options)

    def serialise(self, outputs: Sequence[str]) -> bytes:
        """The model file; equal graphs give equal bytes."""
        graph = helper.make_graph(
            self.nodes,
            "multilingual-e5-small",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "length"])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
            self.constants,
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, producer_name="zhilu", ir_version=IR_VERSION, opset_imports=opsets)
        return bytes(model.SerializeToString(deterministic=True))


class Linear(Protocol):
    """Writes the big matrices of one layer in some number format."""

    def attention(self, graph: Graph, layer: int, value: str) -> str:
        """Query, key and value of the input, and what each token draws from the others."""

    def attended(self, graph: Graph, layer: int, value: str) -> str:
        """The output matrix of the attention, without its bias."""

    def feed_forward(self, graph: Graph, layer: int, value: str) -> str:
        """Both matrices of the feed-forward part with the GELU between them, without the last bias."""


def build(weights: Weights, rows: np.ndarray, linear: Linear) -> Graph:
    """The whole encoder: ids int64[1, n] to "vector" float32[1, hidden], L2-normalised."""
    graph = Graph()
    value = _embed(graph, weights, rows)
    for layer in range(weights.shape.layers):
        value = _layer(graph, weights, linear, layer, value)
    axis = graph.constant("token_axis", np.array([1], np.int64))
    mean = graph.add("ReduceMean", [value, axis], "mean", keepdims=0)
    graph.add("LpNormalization", [mean], "vector", axis=-1, p=2)
    return graph


def _embed(graph: Graph, weights: Weights, rows: np.ndarray) -> str:
    word = _words(graph, weights.blocks("emb.word", weights.shape.hidden), rows)
    positions = weights.vector("emb.pos").reshape(-1, weights.shape.hidden)
    token_type = weights.vector("emb.type")[: weights.shape.hidden]
    table = graph.constant("positions", (positions + token_type)[None])
    length = graph.add("Shape", ["ids"], "length", start=1, end=2)
    start = graph.constant("start", np.array([0], np.int64))
    axis = graph.constant("position_axis", np.array([1], np.int64))
    position = graph.add("Slice", [table, start, length, axis], "position")
    return _normalise(graph, weights, "emb.ln", [word, position])


def _words(graph: Graph, blocks: Blocks, rows: np.ndarray) -> str:
    nibbles = graph.int4("word.nibbles", blocks.nibbles[rows])
    scales = graph.constant("word.scales", blocks.scales[rows].astype(np.float16))
    word = graph.fused(
        "GatherBlockQuantized", [nibbles, "ids", scales], "word.half", block_size=32, gather_axis=0, quantize_axis=1
    )
    return graph.add("Cast", [word], "word", to=TensorProto.FLOAT)


def _normalise(graph: Graph, weights: Weights, name: str, terms: list[str]) -> str:
    """LayerNorm of the sum of two terms and, if a third is given, a bias."""
    gain = graph.constant(f"{name}.w", weights.vector(f"{name}.w"))
    offset = graph.constant(f"{name}.b", weights.vector(f"{name}.b"))
    inputs = [*terms[:2], gain, offset, *terms[2:]]
    return graph.fused("SkipLayerNormalization", inputs, name, epsilon=weights.epsilon)


def _layer(graph: Graph, weights: Weights, linear: Linear, layer: int, value: str) -> str:
    prefix = f"l{layer}"
    attended = linear.attended(graph, layer, linear.attention(graph, layer, value))
    bias = graph.constant(f"{prefix}.ao.b", weights.vector(f"{prefix}.ao.b"))
    value = _normalise(graph, weights, f"{prefix}.aln", [value, attended, bias])
    fed = linear.feed_forward(graph, layer, value)
    bias = graph.constant(f"{prefix}.fo.b", weights.vector(f"{prefix}.fo.b"))
    return _normalise(graph, weights, f"{prefix}.oln", [value, fed, bias])
