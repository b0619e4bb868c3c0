"""Holds the test stories with a real action server: `python replay.py MODEL ACTIONS_URL STORY_FILE …`.

Prints for every story the turns: what was said, the actions that the story names, those that ran, and the form that is
open then.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, Text

import yaml

ROOT = Path(__file__).resolve().parents[2]
ANNOTATED = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
OF_RASA = ("action_listen", "action_session_start")


def turns(story: Dict[Text, Any]) -> Iterator[Dict[Text, Any]]:
    """What is said, turn by turn, with the actions and the open form that follow."""
    loop, turn = None, None
    for step in story["steps"]:
        if "user" in step:
            if turn:
                yield turn
            turn = {"said": ANNOTATED.sub(r"\1", step["user"].strip()), "named": [], "loop": loop}
        elif "action" in step:
            turn["named"].append(step["action"])
        elif "active_loop" in step:
            turn["loop"] = loop = step["active_loop"]
    if turn:
        yield turn


async def replay(agent: Any, story: Dict[Text, Any]) -> List[Dict[Text, Any]]:
    from rasa.shared.core.events import ActionExecuted, FollowupAction

    told = list(turns(story))
    seen = 0
    for turn in told:
        turn["replies"] = len(await agent.handle_text(turn["said"], sender_id=story["story"]))
        tracker = await agent.tracker_store.retrieve(story["story"])
        events = list(tracker.events)
        ran, seen = events[seen:], len(events)
        followups = [each.action_name for each in ran if isinstance(each, FollowupAction)]
        names = [each.action_name for each in ran if isinstance(each, ActionExecuted)]
        turn["ran"] = [name for name in names if name not in (*OF_RASA, *followups)]
        turn["followups"], turn["open"] = followups, tracker.active_loop_name
    return told


async def main(model: Path, url: Text, files: List[Path]) -> None:
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.endpoints import EndpointConfig

    from engine.serve import load

    action = EndpointConfig(url=url, headers={"Authorization": f"Bearer {os.environ['ZHILU_ACTIONS_SECRET']}"})
    agent = load(model, AvailableEndpoints(action=action))
    stories = [story for file in files for story in yaml.safe_load(file.read_text(encoding="utf-8"))["stories"]]
    print(json.dumps({story["story"]: await replay(agent, story) for story in stories}, ensure_ascii=False))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from engine import patches
    from engine.logs import configure_logging, settle_jieba

    configure_logging()
    settle_jieba()
    patches.apply()
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], [Path(each) for each in sys.argv[3:]]))
