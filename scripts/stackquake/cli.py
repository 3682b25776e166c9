"""The command line of `quake`: its verbs, their options, and the exit status."""

import argparse
import signal
import sys
from collections.abc import Mapping, Sequence

from stackquake.status import Status
from stackquake.verbs import (
    bench,
    compare,
    coverage,
    defects,
    enumeration,
    explain,
    fuzz,
    go,
    import_findings,
    nightly,
    programs,
    replay,
    setup,
    sweep,
    test,
    trials,
)

DESCRIPTION = "Shakes a runtime's stacks and checks that no pointer falls off."
EPILOG = (
    "Every verb first installs and builds what it needs; `quake VERB --help` needs nothing. Exit "
    "status: 0 as it should be, 1 a finding or a mismatch, 2 bad usage or bad input, 3 something "
    "missing or not working on this machine."
)


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; `verb_parser` gives that of a verb."""
    return _parsers()[0]


def verb_parser(verb: str) -> argparse.ArgumentParser | None:
    """The parser of a verb's own arguments; None where there is no such verb."""
    return _parsers()[1].get(verb)


def _parsers() -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    whole = argparse.ArgumentParser(prog="quake", description=DESCRIPTION, epilog=EPILOG)
    text = "show where an unexpected error comes from; any verb takes it"
    whole.add_argument("--traceback", action="store_true", help=text)
    verbs = whole.add_subparsers(dest="verb", metavar="VERB", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("-v", "--verbose", action="store_true", help="show what the builds print")

    text = "install what is missing from Debian's packages, and build"
    verb = verbs.add_parser("setup", parents=[common], help=text, description=text)
    setup.add_arguments(verb)

    # Only for the list of verbs: these four parse their own arguments.
    verbs.add_parser("run", help="run nests and check every pointer")
    verbs.add_parser("oracle", help="say what nests do by the Go specification")
    verbs.add_parser("reduce", help="find the smallest nest with the same violation")
    verbs.add_parser("go", help="compare nests with real Go toolchains")

    text = "tell what is wrong with a run and why, with a picture and a page"
    verb = verbs.add_parser("explain", parents=[common], help=text, description=text)
    explain.add_arguments(verb)

    text = "run every test"
    verb = verbs.add_parser("test", parents=[common], help=text, description=text)
    test.add_arguments(verb)

    text = "run nests on every design, clean and with the defects that they find"
    verb = verbs.add_parser("replay", parents=[common], help=text, description=text)
    replay.add_arguments(verb)

    text = "list the defects, and the nests that find them"
    verb = verbs.add_parser("defects", parents=[common], help=text, description=text)
    defects.add_arguments(verb)

    text = "measure which lines of the runtime the corpus reaches"
    verb = verbs.add_parser("coverage", parents=[common], help=text, description=text)
    coverage.add_arguments(verb)

    text = "look for nests that a design gets wrong"
    verb = verbs.add_parser("fuzz", parents=[common], help=text, description=text)
    fuzz.add_arguments(verb)

    text = "try every place of a nest at which a stack can be copied or the collector can run"
    verb = verbs.add_parser("sweep", parents=[common], help=text)
    sweep.add_arguments(verb)

    text = "try every small nest there is, at every place"
    verb = verbs.add_parser("enumerate", parents=[common], help=text)
    enumeration.add_arguments(verb)

    text = "take in what other fuzzing engines have found"
    verb = verbs.add_parser("import", parents=[common], help=text, description=text)
    import_findings.add_arguments(verb)

    text = "measure how soon fuzzing finds defects, and how many small mistakes it finds"
    verb = verbs.add_parser("trials", parents=[common], help=text, description=text)
    trials.add_arguments(verb)

    verb = verbs.add_parser("compare", parents=[common], help="weigh designs against each other")
    compare.add_arguments(verb)

    text = "do a whole night's work, and report what is new in the morning"
    verb = verbs.add_parser("nightly", parents=[common], help=text, description=text)
    nightly.add_arguments(verb)

    text = "run the benchmarks; further options are Google Benchmark's, as --benchmark_filter=REGEX"
    verbs.add_parser("bench", parents=[common], help="run the benchmarks", description=text)
    return whole, verbs.choices


def main(arguments: Sequence[str]) -> int:
    """Runs the command and returns its exit status."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
            signal.signal(number, lambda number, frame: sys.exit(128 + number))
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if verb == "reduce" and go.is_on_go(rest):
        return go.reduce(rest)
    if verb in programs.PROGRAMS:
        return programs.main(verb, rest)
    if verb == "go":
        return go.main(rest)
    own = verb_parser(verb)
    if own is None:
        parser().parse_args(arguments)  # prints the help or what is wrong, and exits
        return Status.BAD_INPUT
    return _run(verb, own, rest)


def _run(verb: str, own: argparse.ArgumentParser, arguments: Sequence[str]) -> Status:
    if verb == "bench":
        options, rest = own.parse_known_args(arguments)
        return bench.main(rest, verbose=options.verbose)
    options = own.parse_args(arguments)
    match verb:
        case "setup":
            return setup.main(options)
        case "test":
            return test.main(options)
        case "replay":
            return replay.main(options)
        case "explain":
            return explain.main(options)
        case "defects":
            return defects.main(options)
        case "coverage":
            return coverage.main(options)
        case "fuzz":
            return fuzz.main(options)
        case "sweep":
            return sweep.main(options)
        case "enumerate":
            return enumeration.main(options)
        case "compare":
            return compare.main(options)
        case "nightly":
            return nightly.main(options)
        case "import":
            return import_findings.main(options)
        case _:
            return trials.main(options)
