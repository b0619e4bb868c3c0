"""A mistake in data/knowledge is named by file, line and field; all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.load import KnowledgeError, Problem, load_knowledge
from tests.unit.knowledge.factories import base, citation, entry, write


def problems(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    return caught.value.problems


def one(folder: Path) -> Problem:
    (problem,) = problems(folder)
    return problem


def line_with(folder: Path, text: str, name: str = "petition/review.yml") -> int:
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_entries_by_id(tmp_path: Path) -> None:
    loaded = base(tmp_path, entry(), entry(id="review.recheck", phrasings=["复核多久"]))
    assert [each.id for each in loaded] == ["review.deadline", "review.recheck"]
    assert "review.recheck" in loaded
    assert "review.nothing" not in loaded
    assert loaded["review.deadline"].deadlines[0].start == "received-written-reply"
    assert len(loaded) == 2


def test_broken_yaml(tmp_path: Path) -> None:
    folder = write(tmp_path, entry())
    (folder / "broken.yml").write_text("- id: a.b\n  title: [一\n  answer: 二\n", encoding="utf-8")
    problem = one(folder)
    assert (problem.file, problem.line, problem.field) == ("broken.yml", 3, "yaml")


def test_a_file_that_is_no_list(tmp_path: Path) -> None:
    folder = write(tmp_path, entry())
    (folder / "other.yml").write_text("id: a.b\n", encoding="utf-8")
    assert str(one(folder)) == "other.yml:1: file: a list of entries is wanted"


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path, entry())
    (folder / "empty.yml").write_text("# nothing yet\n", encoding="utf-8")
    assert len(load_knowledge(folder)) == 1


def test_unknown_field(tmp_path: Path) -> None:
    folder = write(tmp_path, entry(), entry(id="review.two", phrases=["复查"]))
    problem = one(folder)
    assert (problem.file, problem.field) == ("petition/review.yml", "phrases")
    assert problem.line == line_with(folder, "phrases:") + 1


def test_unknown_field_of_a_citation(tmp_path: Path) -> None:
    problem = one(write(tmp_path, entry(citations=[citation(), citation(artikel=3)])))
    assert problem.field == "citations.1.artikel"


def test_missing_field_is_named_at_its_entry(tmp_path: Path) -> None:
    folder = write(tmp_path, entry(), entry(id="review.two", answer=None))
    problem = one(folder)
    assert (problem.field, problem.line) == ("answer", line_with(folder, "id: review.two"))


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("audience", ["everybody"], "audience.0"),
        ("deadlines", [{"act": "handle", "length": "long", "unit": "day", "from": "accepted", "article": 34}], "deadlines.0.length"),
        ("deadlines", [{"act": "handle", "length": 0, "unit": "day", "from": "accepted", "article": 34}], "deadlines.0.length"),
        ("citations", [citation(checked_on="yesterday")], "citations.0.checked_on"),
        ("phrasings", [], "phrasings"),
        ("phrasings", ["  "], "phrasings.0"),
        ("id", "Review Deadline", "id"),
    ],
)  # fmt: skip
def test_wrong_value(tmp_path: Path, field: str, value: object, place: str) -> None:
    assert one(write(tmp_path, entry(**{field: value}))).field == place


def test_the_line_is_that_of_the_value(tmp_path: Path) -> None:
    folder = write(tmp_path, entry(phrasings=["复查", "复查期限", ""]))
    assert one(folder).line == line_with(folder, "复查期限") + 1


def test_an_entry_that_is_no_mapping(tmp_path: Path) -> None:
    folder = write(tmp_path, entry())
    (folder / "other.yml").write_text("- only words\n", encoding="utf-8")
    assert (one(folder).file, one(folder).line, one(folder).field) == ("other.yml", 1, "entry")


def test_a_field_twice(tmp_path: Path) -> None:
    folder = write(tmp_path, entry())
    path = folder / "petition/review.yml"
    path.write_text(path.read_text(encoding="utf-8") + "  answer: 另一个\n", encoding="utf-8")
    problem = one(folder)
    assert (problem.field, problem.line) == ("answer", line_with(folder, "另一个"))


def test_double_id_names_both_places(tmp_path: Path) -> None:
    write(tmp_path, entry(), name="a.yml")
    folder = write(tmp_path, entry(id="review.two"), entry(), name="b.yml")
    problem = one(folder)
    assert problem.file == "b.yml"
    assert problem.line == line_with(folder, "id: review.deadline", "b.yml")
    assert "a.yml:1" in problem.message


def test_every_problem_at_once(tmp_path: Path) -> None:
    write(tmp_path, entry(title=None, answer=None), name="a.yml")
    folder = write(tmp_path, entry(channel="Petition"), name="b.yml")
    assert {(each.file, each.field) for each in problems(folder)} == {
        ("a.yml", "title"),
        ("a.yml", "answer"),
        ("b.yml", "channel"),
    }


def test_a_problem_of_content_has_the_line_of_its_field(tmp_path: Path) -> None:
    loaded = base(tmp_path, entry())
    folder = tmp_path / "knowledge"
    assert str(loaded.problem("review.deadline", "phrasings.1", "no")) == (
        f"petition/review.yml:{line_with(folder, '不服答复几天内要复查')}: review.deadline.phrasings.1: no"
    )
    assert loaded.problem("review.deadline", "deadlines.0.act", "no").line == line_with(folder, "act:")
    assert loaded.problem("review.deadline", "nothing.3", "no").line == 1
