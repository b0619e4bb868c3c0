"""`zhilu laws …` and `zhilu search`: import official texts of laws, read them, and see which answers they outdate."""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cases import laws as register_laws
from cases.database import UnitOfWork, create_register
from cases.laws import ImportedLaw, Outcome, Wording
from cases.migrate import upgrade
from knowledge.fingerprints import load_fingerprints
from knowledge.load import load_knowledge
from knowledge.search import Hit, Kind, Search
from knowledge.search_places import NamedLaw, Places
from knowledge.statutes import Statute, StatuteError, law_ids, read_statute, statute_files
from knowledge.statutes_diff import OF_AN_ARTICLE, Difference, ImportedText, Reason, differences
from knowledge.statutes_text import NUMERAL, article_name, numeral
from knowledge.yamls import read_yaml
from zhilu.runner.errors import CannotRun
from zhilu.settings import Settings

SOME = 3  # the exit status of `laws diff` where answers have to be read again
SHOWN_CHANGES = 12
_ARTICLE = re.compile(rf"第?({NUMERAL})条?(?:(?:之|-)({NUMERAL}))?")
_OUTCOMES = {Outcome.NEW: "新导入", Outcome.CHANGED: "有变动", Outcome.UNCHANGED: "没有变动"}
_CHANGES = {
    register_laws.Kind.CHANGED: "修改",
    register_laws.Kind.ADDED: "新增",
    register_laws.Kind.REMOVED: "删去",
}
_KINDS = {Kind.TOPIC: "知识", Kind.ARTICLE: "法条", Kind.TERM: "术语"}


def run_import(settings: Settings, arguments: argparse.Namespace) -> int:
    """Read everything first; one file that cannot be read, and nothing is imported."""
    statutes = read_all(arguments.files, law_ids(load_knowledge(settings.knowledge_dir, settings.lessons_dir)))
    with opened(settings) as uow:
        imported = register_laws.import_statutes(uow, statutes, datetime.now(UTC))
    for law in imported:
        print(import_line(law))
    counts = Counter(law.outcome for law in imported)
    print(f"共 {len(imported)} 部：" + "，".join(f"{text} {counts[each]}" for each, text in _OUTCOMES.items()))
    return 0


def read_all(paths: Iterable[Path], ids: dict[str, str]) -> list[Statute]:
    """Every law of every file; CannotRun with a line for each file that stands in the way."""
    read: dict[str, Statute] = {}
    faults: list[str] = []
    for path in statute_files(paths):
        try:
            statute = read_statute(path, ids)
        except StatuteError as fault:
            faults.append(str(fault))
            continue
        if statute.key in read:
            faults.append(f"{statute.file}：和 {read[statute.key].file} 是同一部法律《{statute.title}》，请只留一个")
        read[statute.key] = statute
    if faults:
        raise CannotRun("有文件不能导入，这一次什么都没有导入：", faults)
    if not read:
        raise CannotRun("没有找到可以导入的文件（docx、txt、md）")
    return list(read.values())


def import_line(law: ImportedLaw) -> str:
    """One line a law: articles, new, changed or unchanged, and which."""
    line = f"《{law.title}》（{law.law_id}）{law.articles}条，{_OUTCOMES[law.outcome]}"
    listed = [f"{_CHANGES[kind]}{article_name(*number)}" for number, kind in law.changes.items()]
    more = f"等{len(listed)}处" if len(listed) > SHOWN_CHANGES else ""
    return line + (f"：{'、'.join(listed[:SHOWN_CHANGES])}{more}" if listed else "")


def run_list(settings: Settings, _arguments: argparse.Namespace) -> int:
    with opened(settings) as uow:
        rows = register_laws.imported_laws(uow)
    for row in rows:
        start = f"{row.effective_from}起施行" if row.effective_from else "施行日期不详"
        state = "" if row.in_force else "，已失效"
        print(f"《{row.title}》（{row.law_id}）{row.articles}条，{start}{state}，第{row.version}版，来自 {row.file}")
    if not rows:
        print("还没有导入法律：zhilu laws import 文件或文件夹")
    return 0


def run_show(settings: Settings, arguments: argparse.Namespace) -> int:
    match = _ARTICLE.fullmatch(arguments.article.strip())
    if not match:
        raise CannotRun(f"看不懂条号“{arguments.article}”，请写成 35、三十五 或 第三十五条")
    number, suffix = numeral(match[1]), numeral(match[2] or "0")
    with opened(settings) as uow:
        law = law_named(uow, arguments.law)
        found = register_laws.wording(uow, law, number, suffix)
    if found is None:
        raise CannotRun(f"已导入的“{arguments.law}”里没有{article_name(number, suffix)}")
    print(f"《{found.title}》{article_name(number, suffix)}" + ("" if found.in_force else "（已失效，仅供参考）"))
    print("\n".join(part for part in (found.chapter, found.text) if part))
    return 0


def law_named(uow: UnitOfWork, name: str) -> str:
    """The key of the imported law that goes by this id, title or abbreviation."""
    rows = register_laws.imported_laws(uow)
    for row in rows:
        if name == row.law_id:
            return row.key
    found = Places(NamedLaw(row.key, row.law_id, row.in_force, 0) for row in rows).laws(name)
    if not found:
        raise CannotRun(f"没有导入过“{name}”；已导入的用 zhilu laws list 查看")
    return found[0].key


def run_diff(settings: Settings, arguments: argparse.Namespace) -> int:
    """Exit status 3 where a topic has to be read again; a law that is not imported is said, and is no difference."""
    base = load_knowledge(settings.knowledge_dir, settings.lessons_dir)
    with opened(settings) as uow:
        found = differences(base, imported_texts(uow), load_fingerprints(settings.fingerprints_file))
    if arguments.json:
        print(json.dumps([each.as_dict() for each in found], ensure_ascii=False, indent=2))
    else:
        print("\n".join(diff_lines(found)))
    return SOME if any(each.reason is not Reason.NOT_IMPORTED for each in found) else 0


def imported_texts(uow: UnitOfWork) -> dict[str, ImportedText]:
    """Every imported law by its key, as the comparison needs it."""
    articles: dict[str, dict[int, str]] = {}
    for each in register_laws.wordings(uow):
        if not each.suffix:
            articles.setdefault(each.key, {})[each.number] = each.text
    return {
        row.key: ImportedText(
            row.effective_from, row.in_force, articles.get(row.key, {}), register_laws.changes_of(uow, row.key)
        )
        for row in register_laws.imported_laws(uow)
    }


def diff_lines(found: Iterable[Difference]) -> Iterator[str]:
    """What to read again, topic by topic; then the laws that are not imported, each once."""
    found = tuple(found)
    missing = {each.title: each for each in found if each.reason is Reason.NOT_IMPORTED}
    again = [each for each in found if each.reason is not Reason.NOT_IMPORTED]
    for each in again:
        article = article_name(each.article) if each.reason in OF_AN_ARTICLE else ""
        yield f"{each.topic}：《{each.title}》{article}{what_changed(each)}"
    yield f"要重新核对的知识条目：{len({each.topic for each in again})} 个"
    if missing:
        yield f"没有导入、无法比较的法律 {len(missing)} 部："
        yield from (f"  《{title}》（not imported: {each.law}）" for title, each in sorted(missing.items()))


def what_changed(difference: Difference) -> str:
    """The reason in words."""
    return {
        Reason.MISSING: "已经没有这一条",
        Reason.CHANGED: f"在 {difference.checked_on} 核对之后改了文字",
        Reason.EFFECTIVE: f"的施行日期是 {difference.now}，知识里写的是 {difference.before}",
        Reason.NOT_IN_FORCE: "已失效",
        Reason.NOT_IMPORTED: "没有导入",
    }[difference.reason]


def run_search(settings: Settings, arguments: argparse.Namespace) -> int:
    with opened(settings) as uow:
        articles = register_laws.wordings(uow)
    hits = build_search(settings, articles).search(" ".join(arguments.words))[: max(1, arguments.most)]
    for number, hit in enumerate(hits, 1):
        print("\n".join(hit_lines(number, hit)))
    if not hits:
        print("没有找到；换几个字再试")
    return 0


def build_search(settings: Settings, articles: Iterable[Wording]) -> Search:
    """The staff search over topics, terms and the articles given."""
    return Search(
        load_knowledge(settings.knowledge_dir, settings.lessons_dir),
        terms_of(settings.knowledge_dir.parent / "terms.yml"),
        articles,
    )


def terms_of(path: Path) -> list[tuple[str, str, str]]:
    """The glossary of terms as (id, title, text); nothing where there is none."""
    rows: list[dict[str, Any]] = read_yaml(path) if path.exists() else []
    return [(row["term"], "、".join([row["term"], *row.get("also", [])]), row["meaning"]) for row in rows]


def hit_lines(number: int, hit: Hit) -> Iterator[str]:
    """A hit as a clerk reads it in a terminal: what it is, what it says, and the wording of its articles."""
    state = "" if hit.in_force else "（已失效，仅供参考）"
    yield f"{number}. 【{_KINDS[hit.kind]}】{hit.title}{state}"
    yield from (f"   {line}" for line in (hit.text or hit.excerpt).split("\n"))
    for cited in hit.citations:
        yield f"   依据：{cited.citation}" + ("" if cited.text else "（未导入原文）")
        yield from (f"     {line}" for line in cited.text.split("\n") if line)


@contextmanager
def opened(settings: Settings) -> Iterator[UnitOfWork]:
    """A unit of work on the register, which is brought to the newest schema first."""
    upgrade(settings.register_url)
    register = create_register(settings.register_url, settings.secret("register_key"))
    try:
        with register.unit_of_work() as uow:
            yield uow
    finally:
        register.close()
