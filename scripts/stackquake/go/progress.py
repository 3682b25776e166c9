"""What a campaign on real Go has done, as the file from which it goes on."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from stackquake.files import shown, write_atomically
from stackquake.go.comparing import Case, Disagreement
from stackquake.go.crash import Behaviour
from stackquake.go.variant import Variant
from stackquake.series import MAX_SEED
from stackquake.status import QuakeError, Status

PROGRESS = "progress.json"


@dataclass(frozen=True)
class Suspect:
    """A nest that disagreed when it was run once, and when in the campaign that was."""

    variant: str  # its name
    case: Case
    actual: Behaviour
    nests: int
    seconds: float

    @staticmethod
    def of(one: Disagreement, nests: int, seconds: float) -> Suspect:
        """A disagreement that was seen after so many nests and seconds."""
        return Suspect(one.variant.name, one.case, one.actual, nests, seconds)

    def on(self, variant: Variant) -> Disagreement:
        """The disagreement; `variant` is the one that is named."""
        return Disagreement(self.case, variant, self.actual)


@dataclass
class Progress:
    """Counts, findings, and the suspects that have not been looked at yet."""

    seed: int
    generated: int = 0
    seconds: float = 0.0
    profiles: dict[str, int] = field(default_factory=dict)  # nests that have run, by profile
    compared: dict[str, int] = field(default_factory=dict)  # nests, by variant
    outcomes: dict[str, int] = field(default_factory=dict)  # expected ones, of nests compared
    skipped: dict[str, int] = field(default_factory=dict)  # nests not compared, by reason
    unsteady: int = 0  # nests that disagreed at times
    slow: int = 0  # nests that did as expected until their time was up
    known: dict[str, int] = field(default_factory=dict)  # disagreements, by entry of known.json
    findings: dict[str, dict[str, Any]] = field(default_factory=dict)  # by variant and signature
    left_out: int = 0  # disagreements not looked at, where a batch had too many alike
    waiting: list[Suspect] = field(default_factory=list)

    @staticmethod
    def load(folder: Path, seed: int | None) -> Progress:
        """That of an earlier call with the same seed, or a new one."""
        path = folder / PROGRESS
        if not path.exists():
            return Progress(seed or 1 + secrets.randbelow(MAX_SEED))
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            waiting = document.pop("waiting", [])
            for one in waiting:
                one["case"] = Case(**one["case"])
            progress = Progress(**document, waiting=[Suspect(**one) for one in waiting])
        except (ValueError, TypeError, KeyError) as error:
            raise QuakeError(Status.BAD_INPUT, f"{path}: {error}") from None
        if seed not in (None, progress.seed):
            message = (
                f"{shown(folder)} is of --seed {progress.seed}; name another folder with --out"
            )
            raise QuakeError(Status.BAD_INPUT, message)
        return progress

    def save(self, folder: Path) -> None:
        """Writes it, whole or not at all."""
        write_atomically(folder / PROGRESS, json.dumps(asdict(self), indent=1) + "\n")


def add(a: Mapping[str, int], b: Mapping[str, int]) -> dict[str, int]:
    """Both counts together, in the order of their names."""
    return dict(sorted((Counter(a) + Counter(b)).items()))
