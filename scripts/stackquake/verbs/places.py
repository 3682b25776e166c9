"""The options that say where findings go and which are known, of all verbs that store findings."""

import argparse
from pathlib import Path

from stackquake.files import ROOT
from stackquake.findings import known


def add_places(parser: argparse.ArgumentParser) -> None:
    """--out and --known."""
    parser.add_argument(
        "--out",
        type=Path,
        default=ROOT / "findings",
        metavar="DIR",
        help="the folder for findings (default: findings/)",
    )
    parser.add_argument(
        "--known",
        type=Path,
        default=known.TABLE,
        metavar="FILE",
        help="the list of known findings, which end nothing (default: corpus/known.json)",
    )
