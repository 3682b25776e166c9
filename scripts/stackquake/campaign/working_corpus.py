"""The working corpus: the inputs that campaigns keep for later campaigns.

Each file is an input, named after the SHA-1 of its text as libFuzzer names it. Files with other
names are inputs, too, but are never removed. Campaigns may share the folder while they run: a file
appears there whole, and is removed only if the remaining files have its coverage.
"""

import asyncio
import contextlib
import fcntl
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from stackquake.files import reason_of, shown, write_atomically
from stackquake.inputs import name_of
from stackquake.jobs.libfuzzer import MAX_LENGTH, limits
from stackquake.jobs.processes import run_bounded
from stackquake.status import QuakeError, Status

# To minimise the corpus. libFuzzer runs thousands of inputs a second, but starts a new process
# behind each input that ends one.
MERGE_SECONDS = 120
# For the formatter, which reads a BATCH of files in a second.
CHECK_SECONDS = 60
# Files on one command line. Their paths take less than half of the 128 KiB that every Linux allows.
BATCH = 500


class WorkingCorpus:
    """A folder of inputs. It is made when the first input is kept."""

    def __init__(self, folder: Path, formatter: Path | None) -> None:
        """`formatter`, as format_nests, tells which files are nests; None keeps any text."""
        self.folder = folder
        self._formatter = formatter
        self._refused: set[str] = set()

    def files(self) -> list[Path]:
        """The inputs, in the order of their names."""
        if not self.folder.is_dir():
            return []
        return sorted(
            path for path in self.folder.iterdir() if path.is_file() and path.name[0] != "."
        )

    async def keep(self, new: Path) -> None:
        """Adds the nests of a folder that libFuzzer writes to. May be called again and again."""
        known = {path.name for path in self.files()} | self._refused
        fresh = {path: path.read_bytes() for path in new.iterdir() if path.name not in known}
        # A file that is being written has not yet the text that it is named after.
        whole = [path for path, data in fresh.items() if name_of(data) == path.name]
        refused = await self._not_nests(whole)
        self._refused |= {path.name for path in refused}
        for path in whole:
            if path not in refused:
                write_atomically(self.folder / path.name, fresh[path])

    async def _not_nests(self, files: Sequence[Path]) -> set[Path]:
        """Those that are no nests."""
        if self._formatter is None:
            return set()
        refused: set[Path] = set()
        for begin in range(0, len(files), BATCH):
            batch = files[begin : begin + BATCH]
            command = [str(self._formatter), *map(str, batch)]
            try:
                status, said = await run_bounded(command, CHECK_SECONDS)
            except TimeoutError:
                raise QuakeError(Status.MISSING, f"{self._formatter.name} hangs") from None
            if status not in (Status.OK, Status.BAD_INPUT):
                message = f"{self._formatter.name} ended with status {status}"
                raise QuakeError(Status.MISSING, message)
            told = said.decode(errors="replace")
            refused |= {path for path in batch if f"{path}:" in told}
        return refused

    async def minimise(self, target: Sequence[str], seeds: Path, scratch: Path) -> tuple[int, int]:
        """Removes files that cover nothing beyond the seeds and the other files.

        Returns the number of files before and after. `target` is the target's command with its own
        flags. Raises QuakeError when libFuzzer cannot do it, and TimeoutError when it takes too
        long; no file is removed then.
        """
        with self._lock():
            files = {name_of(data): path for path, data in _contents(self.files())}
            refused = await self._not_nests(list(files.values()))
            nests = {name: path for name, path in files.items() if path not in refused}
            kept = await self._merge(target, seeds, scratch, nests)
            for name, path in files.items():
                if name == path.name and name not in kept:
                    path.unlink(missing_ok=True)
        return len(files), len(kept)

    async def _merge(
        self, target: Sequence[str], seeds: Path, scratch: Path, files: dict[str, Path]
    ) -> set[str]:
        """Which of the files to keep: libFuzzer adds them to a folder that has the seeds."""
        merged, before = scratch / "merged", scratch / "to-merge"
        for folder in (merged, before):
            folder.mkdir()
        for seed in seeds.iterdir():
            (merged / seed.name).write_bytes(seed.read_bytes())
        for name, path in files.items():
            if not (merged / name).exists():
                (before / name).write_bytes(path.read_bytes())
        given = {path.name for path in before.iterdir()}
        if not given:
            return set()
        flags = [*limits(), "-merge=1", f"-max_len={MAX_LENGTH}", f"-artifact_prefix={scratch}/"]
        status, said = await run_bounded(
            [*target, *flags, str(merged), str(before)], MERGE_SECONDS, cwd=scratch
        )
        if status != 0 or not re.search(rb"MERGE-OUTER: \d+ new files", said):
            raise QuakeError(Status.MISSING, f"-merge=1 ended with status {status}")
        return {path.name for path in merged.iterdir()} & given

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """Two that take out files at once could each rely on what the other one takes out."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / ".lock", "w", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                message = "another campaign is minimising the working corpus"
                raise QuakeError(Status.MISSING, message) from None
            yield


def _contents(files: Sequence[Path]) -> Iterator[tuple[Path, bytes]]:
    """Those of the files that can be read, with their bytes."""
    for path in files:
        with contextlib.suppress(OSError):
            yield path, path.read_bytes()


class Keeper:
    """Keeps the new inputs of a campaign. A failure does not end the campaign; it is tried again.

    `problem` says in one line why it failed the last time; None if it did not.
    """

    def __init__(self, corpus: WorkingCorpus, new: Path) -> None:
        """`new` is the folder that libFuzzer writes to."""
        self.problem: str | None = None
        self._corpus = corpus
        self._new = new

    async def keep(self) -> None:
        """Keeps what there is now."""
        try:
            await self._corpus.keep(self._new)
        except OSError as error:
            self.problem = self._why(reason_of(error))
        except QuakeError as error:
            self.problem = self._why(str(error))
        else:
            self.problem = None

    async def keep_now_and_then(self, interval: float) -> None:
        """Keeps what is new every `interval` seconds, until it is cancelled."""
        while True:
            await asyncio.sleep(interval)
            await self.keep()

    def _why(self, reason: str) -> str:
        return (
            f"cannot write to {shown(self._corpus.folder)}: {reason};"
            f" the only copy of what was learned is {shown(self._new)}"
        )
