"""Writes docs/lifecycle.md from the table of petition/lifecycle.py.

.venv/bin/python scripts/lifecycle_doc.py            write it
.venv/bin/python scripts/lifecycle_doc.py --check    1 where it is not current
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from petition.deadlines import PERIODS, Period  # noqa: E402
from petition.life import Ground, Outcome, Track  # noqa: E402
from petition.lifecycle import ALL, CHAPTERS, Step  # noqa: E402

PAGE = ROOT / "docs" / "lifecycle.md"
HEAD = """# 信访事项办理流程表

本页由 `scripts/lifecycle_doc.py` 从程序里的流程表（`petition/lifecycle.py`、`petition/deadlines.py`）生成，请不要手改。程序按这张表
判断谁在哪一步可以做什么、最晚哪一天；请熟悉《信访工作条例》的同志对照条文核对，发现不对的，指出表名和行号即可。
下面写“第几条”的，都指《信访工作条例》（2022年5月1日起施行）。

## 期限怎么算

- 写“日”的是自然日，从起算那件事的第二天算第1日；条例没有规定遇节假日顺延，所以不顺延。
- 写“工作日”的按 `data/calendar.yml` 里的节假日和调休表算；从11月1日起如果还没有下一年的安排，`zhilu office check` 会提醒。
- 第二十二条的15日从信访部门收到信访事项起算，只算一次。接收单位提出异议、材料交还后，条例没有说可以重新起算，所以仍按原来的最后一天。
- 几个单位协商、上级确定受理单位（第二十四条）期间，条例没有规定期限中止，所以照常计算。
- 重新转送、交办后，新的接收单位的15日从它自己收到时起算。
- 受理之日起60日：从受理当天起算，不从告知送达起算；在此期间改了分类，回到第六项的，仍从原受理之日起算。
- 延期最多一次，要在60日届满前经负责人批准，从60日届满起接着算，最多30日；过了60日再批准的不认。
- 调解、第三十一条的听证不停止60日的计算（条例没有说可以扣除）。复核中的听证，所用天数不计入复核的30日；期满以后才开始的听证不能补救已经发生的超期。
- 申请复查、复核的30日从收到书面答复起算：登记了送达日的按送达日；没有登记的，先按出具当天算出一个最后一天来提醒，但收到的日期不明，程序不会以过期为由拒绝申请，也不能终结：先记录送达。
- 复查、复核机关的30日从它收到请求起算。
- 单位过了期限才办的，程序上仍然有效，但记作超期；信访人自己的期限过了，申请不能再提，系统会告知最后一天是哪天。
- 任何一步的日期不能早于上一步，也不能在将来。
- 检举控告怎样告知、何时告知，按有关规定执行（第二十三条第四款），这里不套用15日；建议意见、检举控告和第三十一条第一至五项没有60日和复查、复核。

"""


def cells(values: Iterable[str]) -> str:
    """One row of a table."""
    return "| " + " | ".join(value.replace("|", "\\|") or "—" for value in values) + " |"


def table(titles: str, rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = titles.split()
    yield cells(names)
    yield cells(["---"] * len(names))
    yield from map(cells, rows)
    yield ""


NEEDS = {
    "body": "单位", "channel": "法定途径", "reason": "理由", "ground": "不予受理的理由", "competent_body": "有权处理或者正在办理的单位",
    "outcome": "结果", "mediator": "调解人", "consented_on": "双方同意的日期",
}  # fmt: skip


def tracks(step: Step) -> str:
    """Which kinds of petition a row is for."""
    return "各类" if step.tracks == ALL else "、".join(track.label for track in step.tracks)


def limit(period: Period | None) -> tuple[str, str]:
    """The period in words and where it starts; an extension is as long as was approved."""
    if period is None:
        return "", ""
    return f"{'最多' if period.id == 'extension' else ''}{period.text}", period.since


def step_row(number: str, step: Step) -> tuple[str, ...]:
    within, since = limit(step.within)
    needs = "、".join(NEEDS[name] for name in step.needs)
    return (
        number, "、".join(stage.label for stage in step.source), step.act.label, step.to.label if step.to else "不变", step.role.label,
        tracks(step), within, since, str(step.citation.text.removeprefix("《信访工作条例》")), needs, "是" if step.approval else "", step.told,
    )  # fmt: skip


def render() -> str:
    """The whole page."""
    lines = [HEAD.rstrip("\n"), "", "### 全部期限", ""]
    lines += table(
        "期限 起算 谁要遵守 依据 怎样告知",
        (
            (*limit(each), each.owed_by, each.citation.text.removeprefix("《信访工作条例》"), each.told)
            for each in PERIODS.values()
        ),
    )
    for chapter, (title, steps) in enumerate(CHAPTERS, start=1):
        lines += [f"## {chapter}. {title}", ""]
        lines += table(
            "行 从哪一步 做什么 到哪一步 谁做 适用 期限 起算 依据 须写明 须另一人批准 告知信访人",
            (step_row(f"{chapter}.{number}", step) for number, step in enumerate(steps, start=1)),
        )
    lines += [
        "## 不予受理的理由",
        "",
        "只有下面几种；直接收到的单位三种都可以用，收到转送、交办的单位遇到不归自己管的，应当提出异议，不能不予受理。",
        "",
    ]
    lines += table("理由 依据", ((ground.label, ground.citation.text) for ground in Ground))
    lines += ["## 处理意见", "", "、".join(outcome.label for outcome in Outcome) + "（第三十二条第一款）。", ""]
    lines += ["## 适用一栏的意思", "", f"{'；'.join(track.label for track in Track)}。括号里是第三十一条的项。", ""]
    return "\n".join(lines)


def main() -> int:
    """Writes the page, or compares it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only")
    if parser.parse_args().check:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != render())
    PAGE.write_text(render(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
