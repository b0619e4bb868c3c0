"""What a model makes of questions: `python -m engine.rank MODEL < questions > rankings`, a line of JSON each."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any, Dict, List, Text

from engine.logs import settle_jieba

SAID = ("intent", "intent_ranking", "topics", "nearest", "parts")


def main() -> int:
    """0; every line that comes is a question."""
    sys.path.insert(0, os.getcwd())
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    settle_jieba()
    questions = [line.rstrip("\n") for line in sys.stdin]
    for each in asyncio.run(judged(Path(sys.argv[1]), questions)):
        print(json.dumps(each, ensure_ascii=False))
    return 0


async def judged(model: Path, questions: List[Text]) -> List[Dict[Text, Any]]:
    """In their order."""
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)
    agent = Agent.load(model)
    found = []
    for question in questions:
        message = await agent.parse_message(question)
        found.append({name: message.get(name) for name in SAID})
    return found


if __name__ == "__main__":
    raise SystemExit(main())
