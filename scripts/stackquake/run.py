"""`quake run`: hands over to the program run_nests, which has all the options."""

from collections.abc import Sequence
from typing import NoReturn

from stackquake import build


def preset_for(arguments: Sequence[str]) -> str:
    """The build to run: poisoning through AddressSanitizer needs one that has it, as that which
    findings come from."""
    wants_asan = "--poison=asan" in arguments or any(
        pair == ("--poison", "asan") for pair in zip(arguments, arguments[1:])
    )
    return "fuzz" if wants_asan else "release"


def main(arguments: Sequence[str]) -> NoReturn:
    """Builds run_nests and becomes it."""
    build.become(preset_for(arguments), "run_nests", ["quake run", *arguments])
