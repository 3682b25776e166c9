"""The verb `quake go`: nests that are there, or with `fuzz` nests made for it."""

from collections.abc import Sequence

from stackquake.go import command, fuzz
from stackquake.status import Status


def main(arguments: Sequence[str]) -> Status:
    """Runs the verb. A folder that is called fuzz is ./fuzz."""
    if arguments[:1] == ["fuzz"]:
        return fuzz.main(arguments[1:])
    return command.main(arguments)
