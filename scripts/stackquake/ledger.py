"""The results of trials, in a file that grows by a line with each: what is measured stays measured.

The first line says what all trials have in common. Each further line is a result as JSON.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stackquake.files import shown, write_atomically
from stackquake.status import QuakeError, Status
from stackquake.trials import Result, Trial, result_of

NAME = "trials.jsonl"


class Ledger:
    """The file in a folder. One process at a time may add to it."""

    def __init__(self, folder: Path, common: Mapping[str, Any], *, resume: bool) -> None:
        """Begins a file, or with `resume` goes on with one, if it is there.

        Raises QuakeError when there is a file and it is not to be resumed, or is of trials that
        have something else in common.
        """
        self.file = folder / NAME
        self.results: dict[Trial, Result] = {}
        if not self.file.exists():
            write_atomically(self.file, json.dumps(dict(common)) + "\n")
        elif not resume:
            message = f"{shown(self.file)} has results; --resume goes on with them"
            raise QuakeError(Status.BAD_INPUT, message)
        else:
            self._read(common)

    def add(self, result: Result) -> None:
        """Takes a result, and writes its line in one go."""
        self.results[result.trial] = result
        with open(self.file, "ab", buffering=0) as file:
            file.write(json.dumps(result.document()).encode() + b"\n")
            os.fsync(file.fileno())

    def _read(self, common: Mapping[str, Any]) -> None:
        text = self.file.read_text(encoding="utf-8")
        whole = text[: text.rfind("\n") + 1]
        try:
            head, *lines = map(json.loads, whole.splitlines())
            results = [result_of(line) for line in lines]
        except (ValueError, KeyError, TypeError):
            raise QuakeError(Status.BAD_INPUT, f"{shown(self.file)} is no file of trials") from None
        different = sorted(name for name in {*head, *common} if head.get(name) != common.get(name))
        if different:
            message = f"{shown(self.file)} has trials with another {', '.join(different)}"
            raise QuakeError(Status.BAD_INPUT, message)
        self.results = {result.trial: result for result in results}
        if whole != text:  # the last line is torn: something ended the process that wrote it
            write_atomically(self.file, whole)
