"""A clerk's long message goes out in pieces that WeChat takes, and nothing of it is lost."""

from __future__ import annotations

import pytest

from cases.wechat.outgoing import LONGEST, cut


@pytest.mark.parametrize("text", ["好", "一句话。" * 250, "字" * 1000, "😀" * 1000, "一行\n" * 300])
def test_every_piece_fits_and_together_they_are_the_text(text: str) -> None:
    pieces = cut(text)
    assert all(0 < len(each.encode()) <= LONGEST for each in pieces)
    assert "".join(pieces).replace("\n", "") == text.replace("\n", "")


def test_it_is_cut_at_the_end_of_a_sentence() -> None:
    assert all(each.endswith("。") for each in cut("一句话。" * 250))
