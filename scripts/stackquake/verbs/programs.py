"""Verbs that a program of the build does, which parses the options of its own.

The help of such a verb must be there before anything is built. So the folder help has the text that
the program prints, and a test holds the two to each other.
"""

from collections.abc import Sequence
from pathlib import Path

from stackquake.findings.opening import opened
from stackquake.jobs import build

HELP = Path(__file__).parent / "help"

# The program of each verb.
PROGRAMS = {"run": "run_nests", "oracle": "run_oracle", "reduce": "reduce_nest"}


def main(verb: str, arguments: Sequence[str]) -> int:
    """Prints the help, or builds the program of the verb and becomes it.

    `run` and `reduce` take a finding's folder in place of a file.
    """
    if asks_for_help(arguments):
        print((HELP / f"{verb}.txt").read_text(encoding="utf-8"), end="")
        return 0
    preset = preset_for(arguments)
    if verb != "oracle":
        finding = opened(arguments, keep_signature=verb == "reduce")
        arguments = finding.arguments
        preset = "fuzz" if finding.needs_fuzz_build else preset_for(arguments)
    build.become(preset, PROGRAMS[verb], [f"quake {verb}", *arguments])


def asks_for_help(arguments: Sequence[str]) -> bool:
    """Whether one of them is --help or -h; behind "--" there are only names of files."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--help" in options or "-h" in options


def preset_for(arguments: Sequence[str]) -> str:
    """The build to run: --poison=asan needs AddressSanitizer, which the release build lacks."""
    pairs = zip(arguments, arguments[1:])
    asan = "--poison=asan" in arguments or ("--poison", "asan") in pairs
    return "fuzz" if asan else "release"
