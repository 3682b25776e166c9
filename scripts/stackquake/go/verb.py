"""The verb `quake go`: runs the nests that are named or, with `fuzz`, nests that it makes."""

from collections.abc import Sequence

from stackquake.go import command, fuzz
from stackquake.go.children import CHILDREN, Interrupted
from stackquake.status import Status


def main(arguments: Sequence[str]) -> Status:
    """Runs the verb. A folder called fuzz has to be named ./fuzz."""
    with CHILDREN.ended_by_signals():
        try:
            if arguments[:1] == ["fuzz"]:
                return fuzz.main(arguments[1:])
            return command.main(arguments)
        except Interrupted as interruption:
            raise SystemExit(128 + interruption.number) from None
