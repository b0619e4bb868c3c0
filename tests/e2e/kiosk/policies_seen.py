"""What chrome://policy says of each policy that is set, and which pages open, as JSON: run in a mount namespace of its own by test_policies.py.

Two values must differ here from those of a kiosk: chrome://policy is allowed, and pages may be looked into, or nobody could read it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, sync_playwright

from tests.e2e.browsers import CHROMIUM

MANAGED = Path("/etc/chromium/policies/managed")
PAGE = "chrome://policy"
NOT_SET = "Not set."
ELSEWHERE = (
    "chrome://version",
    "chrome://settings",
    "file:///etc/hostname",
    "data:text/html,x",
    "https://zhilu.example.gov.cn/",
)
BLOCKED = "ERR_BLOCKED_BY_ADMINISTRATOR"
ROWS = """() => {
  const within = (root) => [...root.querySelectorAll("*")].flatMap((each) => [each, ...(each.shadowRoot ? within(each.shadowRoot) : [])]);
  return within(document).filter((each) => each.localName === "policy-row").map(({ shadowRoot }) => [
    shadowRoot.querySelector(".policy.row .name").textContent.trim(),
    shadowRoot.querySelector(".policy.row .messages").textContent.trim(),
    [...shadowRoot.querySelectorAll(".errors.row .value, .warnings.row .value")].map((each) => each.textContent.trim()).join(" ").trim(),
  ]);
}"""


def main() -> None:
    wanted, profile = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), sys.argv[2]
    readable = {"DeveloperToolsAvailability": 1, "URLAllowlist": [*wanted["URLAllowlist"], PAGE]}
    MANAGED.mkdir(parents=True)
    (MANAGED / "zhilu-kiosk.json").write_text(json.dumps({**wanted, **readable}), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=["--no-sandbox", "--lang=en"], locale="en"
        )
        page = browser.pages[0]
        page.goto(PAGE)
        page.wait_for_function(f"({ROWS})().some(([name]) => name === 'URLBlocklist')")
        rows = page.evaluate(ROWS)
        opened = [told for each in ELSEWHERE if (told := opens(browser, each))]
        browser.close()
    told = {name: [status, why] for name, status, why in rows if status != NOT_SET}
    print(json.dumps({"told": told, "opened": opened}))


def opens(browser: BrowserContext, url: str) -> str:
    """What came of it; empty where it was refused. A tab for each: the page that says so may come while the next is asked for."""
    page = browser.new_page()
    try:
        page.goto(url)
    except Error as error:
        return "" if BLOCKED in error.message else f"{url}: {error.message}"
    finally:
        page.close()
    return f"{url}: opened"


if __name__ == "__main__":
    main()
