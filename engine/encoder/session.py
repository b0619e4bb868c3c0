"""The one way an onnxruntime session is opened here, and the ways it can fail."""

from __future__ import annotations

from pathlib import Path

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as state

ONNX_ERRORS = (
    state.Fail,
    state.InvalidArgument,
    state.InvalidGraph,
    state.InvalidProtobuf,
    state.NotImplemented,
    state.RuntimeException,
)
_ERRORS_ONLY = 3


def open_session(model: bytes | Path, threads: int = 1) -> onnxruntime.InferenceSession:
    """A session on the processor that keeps to `threads` threads; from a path it needs less memory."""
    source = str(model) if isinstance(model, Path) else model
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = _ERRORS_ONLY
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
