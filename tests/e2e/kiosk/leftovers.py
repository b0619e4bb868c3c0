"""Where something of a session could be left: looked through for what was typed."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from playwright.sync_api import BrowserContext, Page

from tests.e2e.database import ENCODINGS, rows
from tests.e2e.stack import Stack

NONCE = 12
STORED = """async () => {
  const cached = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) cached.push(request.url, await (await cache.match(request)).text());
  }
  const databases = (await indexedDB.databases()).map(({ name }) => name);
  return [JSON.stringify(localStorage), JSON.stringify(sessionStorage), JSON.stringify(databases), JSON.stringify(history.state), ...cached];
}"""


def in_the_browser(context: BrowserContext, page: Page) -> str:
    """Cookies, every storage, the cache of the worker, the whole document and the history, as one text."""
    cdp = context.new_cdp_session(page)
    history = cdp.send("Page.getNavigationHistory")
    cdp.detach()
    return "\n".join([str(context.cookies()), *page.evaluate(STORED), page.content(), str(history)])


def on_the_disk(folder: Path, *texts: str) -> list[str]:
    """Files of a profile that hold one of the texts."""
    needles = [text.encode(encoding) for text in texts for encoding in ENCODINGS]
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return [path.name for path in files if any(needle in path.read_bytes() for needle in needles)]


def conversations(stack: Stack) -> set[str]:
    """Those that the tracker store holds."""
    return {str(sender) for (sender,) in rows(stack.tracker, "SELECT DISTINCT sender_id FROM events")}


def tracked(stack: Stack, conversation: str) -> str:
    """What the tracker store holds of it, opened as the engine opens it (engine/tracker_store.py)."""
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"zhilu tracker")
    aead = AESGCM(derivation.derive(stack.settings.secret("register_key").encode()))
    opened = []
    for (data,) in rows(stack.tracker, "SELECT data FROM events WHERE sender_id = ?", conversation):
        raw = base64.b64decode(data)
        opened.append(str(json.loads(aead.decrypt(raw[:NONCE], raw[NONCE:], conversation.encode()))))
    return "\n".join(opened)
