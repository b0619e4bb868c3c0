"""The small departures from stock Rasa 3.6.21, each with its reason and a test that compares it with stock behaviour.

apply() is called once by `engine.serve`; `rasa train`, `rasa shell` and `rasa test` run stock code.
"""

from __future__ import annotations


def apply() -> None:
    """Install every patch; calling it again changes nothing."""
    from engine.patches import imports

    imports.install()  # before the others, which import Rasa

    from engine.patches import expectation, faults, response_check, runner, timing

    for patch in (runner, response_check, faults, expectation, timing):
        patch.install()
