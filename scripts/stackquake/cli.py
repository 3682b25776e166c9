"""The command line of `quake`: its verbs, their options, and the exit status."""

import argparse
import signal
import sys
from collections.abc import Sequence

from stackquake import bench, compare, defects, fuzz, oracle, reduce, replay, run, setup, test
from stackquake.go import verb as go
from stackquake.status import QuakeError, Status

DESCRIPTION = "Shakes a runtime's stacks and checks that no pointer falls off."
EPILOG = (
    "Every verb installs and builds what it needs first. Exit status: 0 as it should be, 1 a "
    "finding or a mismatch, 2 bad usage or bad input, 3 something missing on this machine."
)


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    whole = argparse.ArgumentParser(prog="quake", description=DESCRIPTION, epilog=EPILOG)
    verbs = whole.add_subparsers(dest="verb", metavar="VERB", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("-v", "--verbose", action="store_true", help="show what the builds print")

    text = "install what is missing from Debian's packages, and build"
    verb = verbs.add_parser("setup", parents=[common], help=text, description=text)
    verb.add_argument("--only-packages", action="store_true", help="install, but do not build")
    verb.add_argument("--afl", action="store_true", help="install AFL++, too")
    verb.add_argument("--go", action="store_true", help="install gccgo for `quake go`, too")

    # Listed here for the help; the programs have their options and do their own parsing.
    verbs.add_parser("run", help="run nests and check every pointer", add_help=False)
    verbs.add_parser("oracle", help="tell what nests do by the Go specification", add_help=False)
    verbs.add_parser(
        "reduce", help="find the smallest nest with the same violation", add_help=False
    )

    verbs.add_parser("go", help="compare nests with real Go toolchains", add_help=False)

    text = "run every test"
    verb = verbs.add_parser("test", parents=[common], help=text, description=text)
    verb.add_argument("pattern", nargs="?", default="", help="only tests with this in their name")
    verb.add_argument("--tidy", action="store_true", help="clang-tidy as well, which takes long")

    text = "run nests on every design, clean and with the defects that they find"
    verb = verbs.add_parser("replay", parents=[common], help=text, description=text)
    replay.add_arguments(verb)

    text = "list the defects, and the nests that find them"
    verb = verbs.add_parser("defects", parents=[common], help=text, description=text)
    defects.add_arguments(verb)

    text = "look for nests that a design gets wrong"
    verb = verbs.add_parser("fuzz", parents=[common], help=text, description=text)
    fuzz.add_arguments(verb)

    text = "measure how soon our mutators find defects, beside two simpler fuzzers"
    verb = verbs.add_parser("compare", parents=[common], help=text, description=text)
    compare.add_arguments(verb)

    text = "run the benchmarks; further options are Google Benchmark's, as --benchmark_filter=REGEX"
    verbs.add_parser("bench", parents=[common], help="run the benchmarks", description=text)
    return whole


def main(arguments: Sequence[str]) -> int:
    """Runs the command and returns its exit status."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        return _dispatch(arguments)
    except QuakeError as error:
        print(f"quake: {error}", file=sys.stderr)
        return error.status
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _dispatch(arguments: Sequence[str]) -> Status:
    match arguments[:1]:
        case ["run"]:
            run.main(arguments[1:])
        case ["oracle"]:
            oracle.main(arguments[1:])
        case ["reduce"]:
            reduce.main(arguments[1:])
        case ["go"]:
            return go.main(arguments[1:])
    options, rest = parser().parse_known_args(arguments)
    if rest and options.verb != "bench":
        parser().error(f"unrecognized arguments: {' '.join(rest)}")
    match options.verb:
        case "setup":
            return setup.main(options)
        case "test":
            return test.main(options.pattern, tidy=options.tidy, verbose=options.verbose)
        case "replay":
            return replay.main(options)
        case "defects":
            return defects.main(options)
        case "fuzz":
            return fuzz.main(options)
        case "compare":
            return compare.main(options)
        case _:
            return bench.main(rest, verbose=options.verbose)
