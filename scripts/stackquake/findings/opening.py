"""A finding's folder in place of a file: its nest, run or reduced as its record says."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake import inputs
from stackquake.findings import folder
from stackquake.findings.finding import LEFTOVERS
from stackquake.findings.reduce import is_libfuzzers_own
from stackquake.jobs.libfuzzer import RESOURCE_CHECKS
from stackquake.printable import printable
from stackquake.status import QuakeError, Status

# Options whose value may be a folder's name, and is none to be opened.
WITH_FILES = ("--out",)


@dataclass(frozen=True)
class Opened:
    """Arguments for a program, in which a finding's folder has been replaced."""

    arguments: list[str]
    needs_fuzz_build: bool = False  # only there, sanitizers and libFuzzer tell what is wrong


def opened(arguments: Sequence[str], *, keep_signature: bool = False) -> Opened:
    """Replaces a finding's folder by its nest, with the settings of its record before it.

    An option that is given counts for more than the record. `keep_signature` adds the signature
    that a reduction is to keep. Raises QuakeError for a second folder, and for a finding that its
    nest alone does not show.
    """
    places = [number for number in range(len(arguments)) if _is_finding(arguments, number)]
    if not places:
        return Opened(list(arguments))
    if len(places) > 1:
        message = "name one finding at a time: each is run with the settings of its own"
        raise QuakeError(Status.BAD_INPUT, message)
    [number] = places
    place = Path(arguments[number])
    record = folder.read(place)
    _require_nest(record, place)
    flags = folder.settings_of(record)
    if keep_signature and record["design"] and not is_libfuzzers_own(record["signature"]):
        flags.append(f"--signature={record['signature']}")
    wanted = [flag for flag in flags if not _has(arguments, flag.partition("=")[0])]
    whole = [*wanted, *arguments]
    whole[len(wanted) + number] = str(nest_of(place))
    return Opened(whole, record["check"] in ("crash", *RESOURCE_CHECKS))


def nest_of(place: Path) -> Path:
    """The nest of a finding's folder."""
    return place / inputs.FINDING_NEST


def _is_finding(arguments: Sequence[str], number: int) -> bool:
    one, before = arguments[number], arguments[number - 1] if number else ""
    return before not in WITH_FILES and not one.startswith("-") and folder.is_finding(Path(one))


def _require_nest(record: dict[str, Any], place: Path) -> None:
    """Raises QuakeError, with the command that shows it, if the nest alone is not enough."""
    name = printable(str(place))
    if record["check"] == LEFTOVERS:
        message = f"{name} shows only in a process that runs other inputs as well"
    elif record["nest"] is None:
        message = f"the input of {name} is no nest"
    else:
        return
    raise QuakeError(Status.BAD_INPUT, f"{message}; this runs it: {record['replay']}")


def _has(arguments: Sequence[str], option: str) -> bool:
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return any(one == option or one.startswith(f"{option}=") for one in options)
