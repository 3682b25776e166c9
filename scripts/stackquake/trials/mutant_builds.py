"""Builds mutants, in copies of the sources below build/mutants/.

A copy is used for one mutant after another, and by one command at a time. Only what differs from
the mutant before is written and compiled, source by source: that takes three seconds where a unity
build takes eight.
"""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from stackquake.files import BUILD, ROOT, write_atomically
from stackquake.jobs import build
from stackquake.jobs.libfuzzer import last_words
from stackquake.jobs.processes import run_bounded
from stackquake.status import QuakeError, Status
from stackquake.trials.mutants import Mutant

PRESET = "fuzz"
# What the project's CMake reads first in a copy.
INCLUDED = ROOT / "scripts" / "stackquake" / "trials" / "mutants.cmake"
# What a fuzz target is built from.
SOURCES = ("CMakeLists.txt", "CMakePresets.json", "runtime_under_test", "harness", "fuzzers")
# The first build in a copy compiles everything; on a machine that does other work, too.
BUILD_SECONDS = 3600
# As the compiler tells errors.
ERROR = ": error: "


class Copy:
    """A copy of the sources, and what is built from it."""

    def __init__(self, folder: Path, root: Path = ROOT) -> None:
        self.folder = folder
        self._root = root

    async def build(self, mutant: Mutant, target: str) -> Path:
        """Builds a fuzz target with the mutant planted; gives the program.

        Raises QuakeError if the mutant does not fit the sources or does not compile.
        """
        self.write(mutant)
        program = f"fuzz_{target}"
        command = ["cmake", "--build", "--preset", PRESET, "--target", program]
        await self._configure()
        await self._run([*command, "--parallel", str(build.cores())], mutant)
        return self.folder / "build" / PRESET / "bin" / program

    def write(self, mutant: Mutant) -> None:
        """Makes the copy the project's sources with the mutant planted."""
        planted = mutant.sources(self._root)
        wanted = set()
        for source in _files(self._root):
            name = str(source.relative_to(self._root))
            wanted.add(name)
            text = planted[name].encode() if name in planted else source.read_bytes()
            _write(self.folder / name, text)
        for copied in _files(self.folder):
            if str(copied.relative_to(self.folder)) not in wanted:
                copied.unlink()

    async def _configure(self) -> None:
        """Ninja itself sees when a CMakeLists.txt has changed, but not when the presets have."""
        configured = self.folder / "build" / "configured"
        option = f"-DCMAKE_PROJECT_stackquake_INCLUDE={INCLUDED}"
        wanted = "\n".join([option, (self.folder / "CMakePresets.json").read_text("utf-8")])
        with contextlib.suppress(FileNotFoundError):
            if configured.read_text("utf-8") == wanted:
                return
        await self._run(["cmake", "--preset", PRESET, "--fresh", option], None)
        write_atomically(configured, wanted)

    async def _run(self, command: list[str], mutant: Mutant | None) -> None:
        # The compiler cache takes a file of one copy for that of another.
        cached = ["env", f"CCACHE_BASEDIR={self.folder}", "CCACHE_NOHASHDIR=1", *command]
        try:
            status, output = await run_bounded(
                cached, BUILD_SECONDS, with_output=True, cwd=self.folder
            )
        except TimeoutError:
            raise QuakeError(Status.MISSING, "the build of a mutant takes too long") from None
        if status != 0:
            raise _failure(output.decode(errors="replace").splitlines(), mutant)


def _failure(lines: list[str], mutant: Mutant | None) -> QuakeError:
    """Why a build has failed: a mistake of the mutant's, or of the machine's."""
    errors = [line for line in lines if ERROR in line]
    if mutant is not None and errors:
        text = f"the mutant {mutant.name} does not compile:\n{last_words(errors)}"
        return QuakeError(Status.BAD_INPUT, text)
    return QuakeError(Status.MISSING, f"the build of a mutant failed:\n{last_words(lines)}")


def _files(root: Path) -> Iterator[Path]:
    """The sources below a root, those of no use for the build as well."""
    for name in SOURCES:
        path = root / name
        if path.is_file():
            yield path
        else:
            yield from (file for file in sorted(path.rglob("*")) if file.is_file())


def _write(path: Path, text: bytes) -> None:
    """Writes a file unless it is so already: what is written is compiled anew."""
    with contextlib.suppress(FileNotFoundError):
        if path.read_bytes() == text:
            return
    write_atomically(path, text)


@contextlib.contextmanager
def copies(count: int, folder: Path = BUILD / "mutants") -> Iterator[list[Copy]]:
    """So many copies that no other command uses until the end of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    found: list[Copy] = []
    with contextlib.ExitStack() as locks:
        number = 0
        while len(found) < count:
            number += 1
            lock = locks.enter_context(open(folder / f"{number}.lock", "w", encoding="utf-8"))
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                found.append(Copy(folder / str(number)))
        yield found
