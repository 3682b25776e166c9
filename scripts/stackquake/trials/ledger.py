"""The results of trials, in a file that grows by a line with each trial.

The first line says what all trials have in common. Each further line is a result as JSON. A result
that has been written stays, however the command ends.
"""

import contextlib
import errno
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stackquake.files import shown, write_atomically
from stackquake.printable import printable
from stackquake.status import QuakeError, Status
from stackquake.trials.trial import Result, Trial, result_of

NAME = "trials.jsonl"


class Ledger:
    """The file in a folder. One process at a time may add to it."""

    def __init__(self, folder: Path, common: Mapping[str, Any], *, resume: bool) -> None:
        """Begins a file, or with `resume` goes on with an existing one.

        Raises QuakeError when there is a file and `resume` is false, when its trials were made with
        other settings than `common`, and when it cannot be read or written.
        """
        self.file = folder / NAME
        self.shown = printable(shown(self.file))  # its name as messages have it
        self.results: dict[Trial, Result] = {}
        if not self.file.exists():
            with self._writing():
                write_atomically(self.file, json.dumps(dict(common)) + "\n")
        elif not resume:
            message = f"{self.shown} has results already; --resume continues them"
            raise QuakeError(Status.BAD_INPUT, message)
        else:
            self._read(common)

    def add(self, result: Result) -> None:
        """Takes a result, and writes its line in one go. Raises QuakeError where that fails."""
        self.results[result.trial] = result
        with self._writing(), open(self.file, "ab", buffering=0) as file:
            line = json.dumps(result.document()).encode() + b"\n"
            if file.write(line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file.fileno())

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            message = f"{self.shown} cannot be written: {error.strerror}"
            raise QuakeError(Status.MISSING, message) from None

    def _read(self, common: Mapping[str, Any]) -> None:
        try:
            text = self.file.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            message = f"{self.shown} cannot be read: {error.strerror}"
            raise QuakeError(Status.BAD_INPUT, message) from None
        whole = text[: text.rfind("\n") + 1]
        try:
            head, *lines = map(json.loads, whole.splitlines())
            results = [result_of(line) for line in lines]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise QuakeError(Status.BAD_INPUT, f"{self.shown} is no file of trials") from None
        different = sorted(name for name in {*head, *common} if head.get(name) != common.get(name))
        if different:
            message = f"{self.shown} has trials with another {', '.join(different)}"
            raise QuakeError(Status.BAD_INPUT, message)
        self.results = {result.trial: result for result in results}
        if whole != text:  # the last line is torn: something ended the process that wrote it
            with self._writing():
                write_atomically(self.file, whole)
