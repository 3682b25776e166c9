"""`quake oracle`: hands over to the program run_oracle, which has all the options."""

from collections.abc import Sequence
from typing import NoReturn

from stackquake import build


def main(arguments: Sequence[str]) -> NoReturn:
    """Builds run_oracle and becomes it."""
    build.become("release", "run_oracle", ["quake oracle", *arguments])
