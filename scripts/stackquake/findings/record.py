"""The record of a finding, `finding.json`: one form for all campaigns.

finding.schema.json describes it, and README.md says in words what its members mean.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from stackquake.files import short_hash
from stackquake.findings.folder import VERSION
from stackquake.printable import command_line
from stackquake.settings import Settings

NAME_CHARACTERS = 60  # of a signature, so that a list of folders fits on a terminal
DIRECTIVE = re.compile(r"^//quake:(.*)$", re.M)


@dataclass(frozen=True)
class Record:
    """What every campaign tells of a finding."""

    source: str  # the verb that found it
    check: str
    signature: str
    message: str
    target: str  # the fuzz target, or the toolchain in its mode
    settings: Settings | None  # None where no design of the reference runtime ran
    nest: str | None  # None for an input that is no nest
    seed: int
    executions: int
    seconds: float
    version: str
    replays: int
    reproduced: int
    replay: Sequence[str] | str  # the command; as words, or quoted already
    reduced: bool
    times_seen: int
    known: str | None = None  # the name of a known finding
    details: dict[str, Any] = field(default_factory=dict)  # what the check itself tells
    more: dict[str, Any] = field(default_factory=dict)  # what only this source tells, by its name

    def document(self) -> dict[str, Any]:
        """As finding.json has it."""
        replay = self.replay if isinstance(self.replay, str) else command_line(self.replay)
        settings = self.settings
        return {
            "schema": VERSION,
            "source": self.source,
            "check": self.check,
            "signature": self.signature,
            "message": self.message,
            "target": self.target,
            "design": settings.design if settings else None,
            "defects": list(settings.defects) if settings else [],
            "poison": settings.poison if settings else None,
            "directives": DIRECTIVE.findall(self.nest or ""),
            "seed": self.seed,
            "executions_to_find": self.executions,
            "seconds_to_find": round(self.seconds, 3),
            "version": self.version,
            "reliability": {"replays": self.replays, "reproduced": self.reproduced},
            "replay": replay,
            "reduced": self.reduced,
            "times_seen": self.times_seen,
            "known": self.known,
            "nest": self.nest,
            "details": self.details,
            **self.more,
        }

    def text(self) -> str:
        """The file's content."""
        return json.dumps(self.document(), indent=1) + "\n"


def folder_name(signature: str, cause: str) -> str:
    """The name of a finding's folder: the beginning of its signature, and a hash of its cause."""
    kind = re.sub(r"\W+", "-", signature)[:NAME_CHARACTERS].strip("-")
    return f"{kind}-{short_hash(cause)}"


def story(record: Record, text: bytes | None) -> str | None:
    """The page story.md; None where nothing is told of the run."""
    if text is None:
        return None
    told = text.decode(errors="replace").rstrip("\n")
    command = record.document()["replay"]
    return (
        f"# {record.signature}\n\n{record.message}\n\nThis shows it again:\n\n    {command}\n\n"
        f"The run, step by step:\n\n~~~~~~~~text\n{told}\n~~~~~~~~\n"
    )
