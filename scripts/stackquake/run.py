"""`quake run`: hands over to the program run_nests, which has all the options."""

import os
from collections.abc import Sequence
from typing import NoReturn

from stackquake import build


def preset_for(arguments: Sequence[str]) -> str:
    """The build to run: poisoning through AddressSanitizer needs the one that has it."""
    wants_asan = "--poison=asan" in arguments or any(
        pair == ("--poison", "asan") for pair in zip(arguments, arguments[1:])
    )
    return "check" if wants_asan else "release"


def main(arguments: Sequence[str]) -> NoReturn:
    """Builds run_nests and becomes it."""
    preset = preset_for(arguments)
    build.ensure(preset, ["run_nests"])
    path = build.program(preset, "run_nests")
    os.execv(path, ["quake run", *arguments])
