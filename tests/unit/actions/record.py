"""Records what the engine hears in the sentences of these tests, so that they run without the engine.

In the engine's environment, with a trained model: `engine/.venv/bin/python -m tests.unit.actions.record [SENTENCE …]`.
All sentences already in heard.json are heard again, as on 2026-11-21.
"""

from __future__ import annotations

import asyncio
import datetime
import json
import sys
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("heard.json")
MODEL = Path(__file__).resolve().parents[3] / "var" / "models" / "zhilu.tar.gz"


class ThatDay(datetime.date):
    @classmethod
    def today(cls) -> datetime.date:
        return datetime.date(2026, 11, 21)


def kept(parsed: dict[str, Any]) -> dict[str, Any]:
    """Of Rasa's parse data what the actions read."""
    return {
        "intent": {"name": parsed["intent"]["name"], "confidence": round(parsed["intent"]["confidence"], 3)},
        "topics": [{"id": each["id"], "score": round(each["score"], 3)} for each in parsed["topics"]],
        "nearest": round(parsed["nearest"], 3),
        "intent_ranking": [
            {"name": each["name"], "confidence": round(each["confidence"], 3)} for each in parsed["intent_ranking"]
        ],
        "entities": [{"entity": each["entity"], "value": each["value"]} for each in parsed["entities"]],
        "stated": parsed["stated"],
        "readings": parsed.get("readings", {}),
        **{name: parsed[name] for name in ("doubts", "matters", "types", "parts", "dangers") if parsed.get(name)},
    }


async def hear(sentences: list[str]) -> dict[str, Any]:
    from rasa.core.agent import load_agent

    from engine.components import entities

    entities.datetime.date = ThatDay  # type: ignore[misc]
    agent = await load_agent(model_path=str(MODEL))
    return {each: kept(await agent.parse_message(each)) for each in sentences}


def main() -> None:
    known = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    heard = asyncio.run(hear(sorted({*known, *sys.argv[1:]})))
    lines = (f"{json.dumps(text, ensure_ascii=False)}: {json.dumps(heard[text], ensure_ascii=False)}" for text in heard)
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
