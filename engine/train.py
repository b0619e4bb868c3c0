"""Trains the model: `python -m engine.train [--out DIR]`. What `rasa train` does, without its telemetry."""

from __future__ import annotations

import argparse
import logging
import os
import sys

from engine.logs import settle_jieba
from engine.var import var_dir

NAME = "zhilu"


def main() -> int:
    """0 and the model's path on the last line, or 1 and why not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default=str(var_dir() / "models"))
    options = parser.parse_args()
    sys.path.insert(0, os.getcwd())
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    settle_jieba()
    import rasa.api
    from rasa.shared.exceptions import RasaException
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    configure_logging_and_warnings(logging.INFO)
    configure_structlog(logging.INFO)
    try:
        result = rasa.api.train(
            domain="domain.yml", config="config.yml", training_files="data", output=options.out, fixed_model_name=NAME
        )
    except RasaException as error:
        print(f"training failed: {error}", file=sys.stderr)
        return 1
    if result.code != 0 or not result.model:
        print("training failed: see the lines above", file=sys.stderr)
        return 1
    print(result.model)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
