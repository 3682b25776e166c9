"""The command line of a libFuzzer process, and what it prints on standard error."""

import json
import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stackquake.inputs import name_of
from stackquake.jobs.deaths import check_of, function_in, signature_of
from stackquake.jobs.processes import run_bounded
from stackquake.settings import Settings

# libFuzzer measures these for the whole process, not for one run.
RESOURCE_CHECKS = ("timeout", "out-of-memory", "leak")
# The language allows 64 KiB of text.
MAX_LENGTH = 65536
# How a new input is made: by changing the syntax tree of an earlier one, from nothing, or by
# changing the bytes of an earlier one.
MUTATORS = ("tree", "generate", "bytes")
# Fuel bounds every run. A run that takes longer than this, even on a busy machine, hangs.
TIMEOUT_SECONDS = 20
# For a process with one input: libFuzzer ends it after TIMEOUT_SECONDS, and then looks up the names
# of the functions on its stack.
ONE_INPUT_SECONDS = 3 * TIMEOUT_SECONDS
MEMORY_LIMIT_MB = 2048  # of a process: libFuzzer's own default

FINDING = "stackquake-finding: "
SITUATIONS = "stackquake-situations: "
RUN = "stackquake-run: "
VARIATION = "stackquake-variation: "
STEP = re.compile(r"^#(\d+)\s+(\S+)\s")
UNITS = re.compile(r"^stat::number_of_executed_units:\s+(\d+)")
ARTIFACT = re.compile(r"Test unit written to (\S.*/(?:crash|timeout|oom|leak)-\w+)$")


@dataclass(frozen=True)
class Violation:
    """What was wrong with a run. Equal causes have equal signatures."""

    check: str
    signature: str
    message: str
    details: dict[str, Any] = field(default_factory=dict, compare=False)


# Lines of output that are kept of a process, and lines of these in a message. Picked, not measured:
# a report of a sanitizer has its summary in them.
KEPT_LINES = 40
LAST_LINES = 10

# A feature seen more often than this is not rare. libFuzzer searches the list of rare ones for
# every feature of every run, and with its default of 255 that takes longer than the run.
RARE_FEATURE_RUNS = 16


# Has the target print each variation of an input before it runs, so that one which ends the process
# without a word is known. It runs variations then, even of the only input of a process.
TELL_VARIATIONS = "--tell-variations"

# libFuzzer looks for leaks after each of the first thousand runs that have freed less than they
# allocated. That takes as long as the runs, just when most is new. A leak is harness code, and no
# nest needs to be named for it: LeakSanitizer looks once when a process ends, and after each test.
NO_LEAK_CHECKS = "-detect_leaks=0"


def limits() -> list[str]:
    """The bounds of every run, in a campaign and in a replay alike."""
    return [f"-timeout={TIMEOUT_SECONDS}", f"-rss_limit_mb={MEMORY_LIMIT_MB}"]


def on_files(target: Path, settings: Settings, files: Iterable[Path], *flags: str) -> list[str]:
    """The command that runs a target on files, one after another, within the bounds of every run.

    `flags` are further ones, of the target or of libFuzzer. A folder stands for the files in it.
    """
    return [str(target), *settings.flags(), *flags, *limits(), *map(str, files)]


@dataclass(frozen=True)
class Search:
    """How a process makes new inputs, and how long they may be, in bytes."""

    mutator: str
    dictionary: Path  # only for the mutator `bytes`; need not exist
    max_length: int = MAX_LENGTH

    def flags(self) -> list[str]:
        """The flags for this, of the target and of libFuzzer."""
        flags = [f"--mutator={self.mutator}", f"-max_len={self.max_length}"]
        if self.mutator != "bytes":
            return flags
        # Short inputs first. That is libFuzzer's default, but not for a target that has a mutator
        # of its own.
        flags.append("-len_control=100")
        return flags + ([f"-dict={self.dictionary}"] if self.dictionary.exists() else [])


def fuzzing(search: Search, seconds: float, seed: int, artifacts: Path) -> list[str]:
    """The flags of a fuzzing process; the folders of inputs come after them."""
    return [
        *search.flags(),
        "--sample=some",
        "--tell-runs",
        "--hide-known-counters",
        *limits(),
        f"-max_total_time={max(1, round(seconds))}",
        f"-seed={seed}",
        f"-entropic_feature_frequency_threshold={RARE_FEATURE_RUNS}",
        NO_LEAK_CHECKS,
        f"-artifact_prefix={artifacts}/",
        "-print_final_stats=1",
    ]


class Output:
    """What a process has printed so far: its progress, and why it ended."""

    def __init__(self) -> None:
        self._inputs = 0  # of libFuzzer, without the variations of them that the target runs
        self.edges = 0
        self.features = 0
        self.corpus = 0
        self.situations: dict[str, Any] = {}  # as the target last reported them
        self.told_run: dict[str, Any] | None = None  # the last run that the target told
        self.artifact: Path | None = None
        self.tail: deque[str] = deque(maxlen=KEPT_LINES)
        self._finding: dict[str, Any] | None = None
        self._variation: bytes | None = None  # the last one that was told
        self._summary = ""
        self._function = ""

    def read(self, line: str) -> None:
        """Parses one line."""
        line = line.rstrip("\n")
        if line.startswith(RUN):
            self.told_run = _object(line.removeprefix(RUN)) or self.told_run
            return
        if line.startswith(VARIATION):
            self._variation = _input_in(_object(line.removeprefix(VARIATION)))
            return
        self.tail.append(line)
        if match := STEP.match(line):
            self._read_step(line, int(match[1]))
        elif match := UNITS.match(line):
            self._inputs = max(self._inputs, int(match[1]))
        elif match := ARTIFACT.search(line):
            self.artifact = Path(match[1])
        elif line.startswith("SUMMARY: "):
            self._summary = self._summary or line.removeprefix("SUMMARY: ")
        elif function := function_in(line):
            self._function = self._function or function
        elif FINDING in line:
            self._read_finding(line.partition(FINDING)[2])
        elif line.startswith(SITUATIONS):
            self.situations = _object(line.removeprefix(SITUATIONS)) or self.situations

    @property
    def executions(self) -> int:
        """The runs of inputs and of their variations: exact once the process has ended."""
        told = self.situations.get("inputs", 0)
        if not told:
            return self._inputs
        executions = int(self.situations.get("executions", 0))
        return executions + max(0, self._inputs - told) * executions // told

    def _read_step(self, line: str, inputs: int) -> None:
        self._inputs = max(self._inputs, inputs)
        if match := re.search(r"\bcov: (\d+)", line):
            self.edges = int(match[1])
        if match := re.search(r"\bft: (\d+)", line):
            self.features = int(match[1])
        if match := re.search(r"\bcorp: (\d+)/", line):
            self.corpus = int(match[1])

    def _read_finding(self, text: str) -> None:
        finding = _object(text)
        if "check" in finding and "signature" in finding:
            self._finding = self._finding or finding

    @property
    def told_finding(self) -> bool:
        """Whether the target itself has reported a violation; the process then ends."""
        return self._finding is not None

    def violation(self) -> Violation | None:
        """The violation that ended the process; None if none did."""
        if self._finding is not None:
            finding = self._finding
            message = finding.get("message", "")
            details = {key: value for key, value in finding.items() if key != "input"}
            return Violation(finding["check"], finding["signature"], message, details)
        if self._summary:
            signature = signature_of(self._summary, self._function)
            return Violation(check_of(self._summary), signature, self._summary)
        if self.artifact is not None:
            return Violation("crash", "crash without a summary", "crash without a summary")
        return None

    def input(self) -> bytes | None:
        """The input that ended the process: what it wrote before it ended, or a variation of that.

        None unless it is whole.
        On a full disk libFuzzer writes a part of it, or nothing, without a word. The file's name
        ends in the SHA-1 of what it should have.
        """
        variation = _input_in(self._finding) if self._finding is not None else self._variation
        if variation is not None:
            return variation
        if self.artifact is None:
            return None
        try:
            data = self.artifact.read_bytes()
        except OSError:
            return None
        return data if self.artifact.name.rpartition("-")[2] == name_of(data) else None


def _input_in(told: dict[str, Any]) -> bytes | None:
    """What the key "input" has."""
    text = told.get("input")
    return text.encode() if isinstance(text, str) else None


def _object(text: str) -> dict[str, Any]:
    """A JSON object; an empty one for a line torn by a crash."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


async def run_once(command: Sequence[str], seconds: float) -> tuple[int, Output]:
    """Runs a target on fixed inputs in a process of its own; returns its exit status and output.

    Raises TimeoutError when it takes longer than `seconds`. No process outlives the call.
    """
    status, errors = await run_bounded(command, seconds)
    output = Output()
    for line in errors.decode(errors="replace").splitlines():
        output.read(line)
    return status, output


async def output_of(command: Sequence[str], seconds: float = ONE_INPUT_SECONDS) -> Output:
    """The output of run_once; an empty one, which tells of no violation, if it takes too long."""
    try:
        _, output = await run_once(command, seconds)
    except TimeoutError:
        return Output()
    return output


def last_words(lines: Sequence[str], count: int = LAST_LINES) -> str:
    """The end of a process's output, for a message."""
    return "\n".join(f"  {line}" for line in list(lines)[-count:])
