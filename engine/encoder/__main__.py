"""python -m engine.encoder prepare --cache DIR [--sample FILE] [--variant NAME]"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from .load import prepare
from .variant import Variant


def main(arguments: list[str] | None = None) -> int:
    """Converts the encoder into the cache folder and says what came out."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stdout)
    sample = options.sample.read_text(encoding="utf-8").splitlines() if options.sample else []
    prepared = prepare(options.cache, variant=options.variant, sample=[line for line in sample if line.strip()])
    size = sum(path.stat().st_size for path in prepared.files.values()) / 1e6
    print(f"variant {prepared.variant.value}; {prepared.agreement or 'no conversion'}; {size:.1f} MB")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine.encoder")
    command = parser.add_subparsers(required=True).add_parser("prepare", help="convert the weights once, into a cache")
    command.add_argument("--cache", type=Path, required=True, help="the folder of converted files")
    command.add_argument("--sample", type=Path, help="a file of training texts, one a line")
    command.add_argument("--variant", default="auto", choices=["auto", *(variant.value for variant in Variant)])
    return parser


if __name__ == "__main__":
    sys.exit(main())
