"""Runs other programs quietly: shows their progress, and their output only if asked for."""

import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stackquake.files import ROOT
from stackquake.jobs.children import CHILDREN

# Ninja's "[3/80] Building …" and ctest's " 3/80 Test #3: …".
STEP = re.compile(r"^\[?\s*(\d+)/(\d+)[\] ]")


@dataclass(frozen=True)
class Finished:
    """How a program ended, and all that it printed."""

    status: int
    output: str


class Ticker:
    """Shows how far the work called `label` is; on a terminal in place, otherwise once."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._started = False
        self._status: Any = None

    def __enter__(self) -> "Ticker":
        return self

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()

    def step(self, done: str, total: str) -> None:
        """Says that `done` of `total` steps are done. The first call makes the ticker visible."""
        self.show(f"{done}/{total}")

    def show(self, text: str) -> None:
        """Says anything else of how far the work is."""
        text = f"{self._label} {text}"
        if self._status is not None:
            self._status.update(text)
        elif not self._started:
            self._started = True
            self._start(text)

    def _start(self, text: str) -> None:
        if not sys.stderr.isatty():
            print(f"quake: {self._label}", file=sys.stderr, flush=True)
            return
        # Installed only by the first thing that is built.
        from rich.console import Console

        self._status = Console(stderr=True).status(text)
        self._status.start()


def run_quietly(
    command: Sequence[str],
    label: str,
    *,
    verbose: bool = False,
    environment: Mapping[str, str] | None = None,
    show: Callable[[str], bool] = lambda line: False,
) -> Finished:
    """Runs a program in the project's root and gathers its output.

    Lines that `show` picks, or with `verbose` all, are printed on standard error as they come. The
    program ends, with all that it has started, when this is interrupted.
    """
    lines: list[str] = []
    with Ticker(label) as ticker, CHILDREN.start(
        command,
        gently=True,
        cwd=ROOT,
        env=environment,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if step := STEP.match(line):
                ticker.step(*step.groups())
            if verbose or show(line):
                print(line, end="", file=sys.stderr, flush=True)
        process.wait()
    return Finished(process.returncode, "".join(lines))
