"""Known findings: a campaign tells them as known, goes on, and ends with status 0 for them.

One list, corpus/known.json, serves the campaigns on the reference runtime and on real Go. An entry
has a `name`, a `reason`, a `link` to what is known of it, and the day on which it `expires`: from
that day on it counts as unknown again, so that no bug is forgotten. `runtime` says whose it is.
go/known.py says what else an entry of "go" has. One of "reference" has at least one of:

- `signature`: a regular expression that the whole signature matches;
- `check`, `design`, `target`: what the finding's record has there;
- `defects`: all of these are switched on.
"""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from stackquake.files import ROOT, shown
from stackquake.jobs.libfuzzer import Violation
from stackquake.printable import printable
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status

TABLE = ROOT / "corpus" / "known.json"
RUNTIMES = ("reference", "go")
_COMMON = ("name", "reason", "link", "expires", "runtime")


@dataclass(frozen=True)
class KnownFinding:
    """An entry for the reference runtime. What is None, or empty, may be anything."""

    name: str
    signature: str | None = None
    check: str | None = None
    design: str | None = None
    target: str | None = None
    defects: tuple[str, ...] = ()

    def fits(self, violation: Violation, target: str, settings: Settings) -> bool:
        """Whether a finding is this one."""
        if self.signature and not re.fullmatch(self.signature, violation.signature):
            return False
        found = {"check": violation.check, "design": settings.design, "target": target}
        same = all(getattr(self, name) in (None, value) for name, value in found.items())
        return same and set(self.defects) <= set(settings.defects)


def entries(runtime: str, path: Path = TABLE, today: date | None = None) -> list[dict[str, Any]]:
    """The entries of a runtime that have not expired; standard error tells of those that have.

    Raises QuakeError for a list that is none.
    """
    whole = every_entry(runtime, path)
    now = (today or date.today()).isoformat()
    for entry in whole:
        if entry["expires"] <= now:
            name, day = printable(entry["name"]), entry["expires"]
            text = f"the known finding {name} has expired on {day}, and counts as unknown"
            print(f"quake: warning: {text}", file=sys.stderr)
    return [entry for entry in whole if entry["expires"] > now]


def every_entry(runtime: str, path: Path = TABLE) -> list[dict[str, Any]]:
    """The same with those that have expired."""
    try:
        whole = json.loads(path.read_bytes())
        for entry in whole:
            _require_common(entry)
    except OSError as error:
        raise QuakeError(
            Status.BAD_INPUT, f"{printable(shown(path))} cannot be read: {error.strerror}"
        ) from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        message = f"{printable(shown(path))} is no list of known findings: {error}"
        raise QuakeError(Status.BAD_INPUT, message) from None
    return [entry for entry in whole if entry["runtime"] == runtime]


def _require_common(entry: dict[str, Any]) -> None:
    """Raises ValueError or KeyError where an entry lacks what all have."""
    for name in _COMMON:
        if not isinstance(entry[name], str) or not entry[name]:
            raise ValueError(f"{name} is no text")
    date.fromisoformat(entry["expires"])
    if entry["runtime"] not in RUNTIMES:
        raise ValueError(f"there is no runtime {entry['runtime']!r}")


def without_common(entry: dict[str, Any]) -> dict[str, Any]:
    """What describes the finding itself, and its name."""
    return {key: entry[key] for key in entry if key == "name" or key not in _COMMON}


def table(path: Path = TABLE, today: date | None = None) -> list[KnownFinding]:
    """The entries for the reference runtime that have not expired. Raises as `entries` does."""
    found: list[KnownFinding] = []
    for entry in entries("reference", path, today):
        fields = without_common(entry)
        fields["defects"] = tuple(fields.get("defects", ()))
        try:
            known = KnownFinding(**fields)
            re.compile(known.signature or "")
        except (TypeError, re.error) as error:
            message = f"{printable(shown(path))}: {printable(entry['name'])}: {error}"
            raise QuakeError(Status.BAD_INPUT, message) from None
        if known == KnownFinding(known.name):
            message = f"{printable(shown(path))}: {printable(known.name)} fits everything"
            raise QuakeError(Status.BAD_INPUT, message)
        found.append(known)
    return found


def name_of(
    known: Sequence[KnownFinding], violation: Violation, target: str, settings: Settings
) -> str | None:
    """The name of the first entry that a finding fits; None for a new one."""
    fitting: Iterable[KnownFinding] = (e for e in known if e.fits(violation, target, settings))
    return next((entry.name for entry in fitting), None)
