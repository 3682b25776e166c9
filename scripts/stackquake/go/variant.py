"""A variant: a toolchain in a mode, perhaps with a mistake planted. It builds programs of nests."""

from __future__ import annotations

import contextlib
import fcntl
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stackquake.files import BUILD, ROOT, short_hash, write_atomically
from stackquake.go.edits import Description
from stackquake.go.modes import MAIN, Mode
from stackquake.go.program import Program
from stackquake.go.toolchain import Toolchain, clean_environment
from stackquake.jobs.children import CHILDREN
from stackquake.status import QuakeError, Status

SOURCES = ROOT / "harness" / "go"
HARNESS = ("shim.go", "batch.go")  # what is built with a source of many nests
FOLDER = BUILD / "go"

# The first build of a variant compiles much of the standard library, which takes minutes on a busy
# machine.
BUILD_SECONDS = 900

# DWARF, which is not used, takes a quarter of a build. The compiler's garbage collector takes
# another quarter with its default GOGC of 100.
NO_DWARF = "-dwarf=false"
COMPILER_GOGC = "400"

EMPTY = "package main\n\nvar quakeNests []func()\n"


@dataclass(frozen=True)
class Variant:
    """What nests are compared on.

    `overlay` has further changed sources: paths below GOROOT/src, and the files to take instead.
    """

    toolchain: Toolchain
    mode: Mode
    mistake: Description | None = None
    mends: tuple[Description, ...] = ()  # of bugs that the toolchain has
    overlay: tuple[tuple[str, Path], ...] = ()
    folder: Path = FOLDER

    @property
    def name(self) -> str:
        """As people and files know it: "go1.19.8 poison"."""
        mended = " mended" if self.mends else ""
        with_mistake = f" {self.mistake.name}" if self.mistake else ""
        return f"{self.toolchain.version} {self.mode.name}{mended}{with_mistake}"

    @property
    def identity(self) -> str:
        """The name, with a hash of the changed sources: "go1.19.8 poison 38dbe2a170"."""
        changed = json.dumps(sorted(self.changed_sources.items()))
        return f"{self.name} {short_hash(changed)}" if self.changed_sources else self.name

    @cached_property
    def changed_sources(self) -> dict[str, str]:
        """By path below GOROOT/src: those given, with the changes of mode, mends and mistake."""
        given = {file: path.read_text(encoding="utf-8") for file, path in self.overlay}
        changed = self.mode.overlay(self.toolchain, given)
        for change in (*self.mends, *([self.mistake] if self.mistake else [])):
            changed |= self._apply(change, changed)
        return changed

    def _apply(self, change: Description, before: Mapping[str, str]) -> dict[str, str]:
        if self.toolchain.root is None:
            raise QuakeError(Status.BAD_INPUT, f"{self.toolchain.version}'s sources are not there")
        return change.files(self.toolchain.root, self.toolchain.release, before)

    @cached_property
    def home(self) -> Path:
        """Where its build cache lies: one for each set of changed sources and flags."""
        flags = [self.mode.all_flags, *(["-race"] if self.mode.race else [])]
        key = json.dumps([sorted(self.changed_sources.items()), *flags])
        return self.folder / f"{self.toolchain.version}-{short_hash(key)}"

    # ---- Building ----

    @contextlib.contextmanager
    def build(self, source: str) -> Iterator[Program]:
        """The program made of what pack_nests printed; gone after the `with`."""
        with self._build(_with_harness(source)) as program:
            yield program

    @contextlib.contextmanager
    def build_repro(self, source: str) -> Iterator[Program]:
        """The program made of one source that needs no harness; gone after the `with`."""
        with self._build({"repro.go": source}) as program:
            yield program

    @contextlib.contextmanager
    def _build(self, sources: Mapping[str, str]) -> Iterator[Program]:
        with tempfile.TemporaryDirectory(prefix="quake-go-") as name:
            module = Path(name) / "module"
            module.mkdir()
            with self.lock():
                self._warm(Path(name) / "empty")
                self._compile(module, sources)
                self._forget_builds()
            environment = self.mode.run_environment(self.toolchain)
            yield Program(module / "batch", environment, self.mode.weight)

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Keeps all others, threads as well as processes, from building in the same cache."""
        self.home.mkdir(parents=True, exist_ok=True)
        with open(self.home / "lock", "w", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _warm(self, module: Path) -> None:
        """Compiles the standard library once, and notes what that puts into the build cache."""
        module.mkdir()
        if not self._warmed.exists():
            text = f"quake: compiling the standard library for {self.name}"
            print(text, file=sys.stderr, flush=True)
            self._compile(module, _with_harness(EMPTY))
            write_atomically(self._warmed, "\n".join(sorted(self._cached())))

    @property
    def _warmed(self) -> Path:
        return self.home / "standard_library"

    def _cached(self) -> Iterator[str]:
        """The files that builds have put into the cache, by their paths in it."""
        return (str(path.relative_to(self._cache)) for path in self._cache.glob("??/*"))

    @property
    def _cache(self) -> Path:
        return self.home / "cache"

    def _compile(self, module: Path, sources: Mapping[str, str]) -> None:
        for name, text in sources.items():
            (module / name).write_text(text, encoding="utf-8")
        environment = self._environment(module.parent)
        try:
            done = CHILDREN.run(
                self._command(module, list(sources)),
                cwd=module,
                env=environment,
                timeout=BUILD_SECONDS,
            )
        except subprocess.TimeoutExpired:
            message = f"{self.name}: the build did not end within {BUILD_SECONDS} s"
            raise QuakeError(Status.MISSING, message) from None
        if done.returncode != 0:
            raise QuakeError(Status.BAD_INPUT, f"{self.name}: {done.stderr.strip()}")

    def _environment(self, temporary: Path) -> dict[str, str]:
        environment = clean_environment(self._cache)
        if self.mode.race:
            environment["CGO_ENABLED"] = "1"
        return {**environment, "TMPDIR": str(temporary), "GOGC": COMPILER_GOGC}

    def _command(self, module: Path, files: Sequence[str]) -> list[str]:
        program = str(self.toolchain.program)
        if self.toolchain.is_gccgo:
            return [program, *self.mode.gccgo_flags(), "-static-libgo", "-o", "batch", *files]
        major, minor = self.toolchain.release
        (module / "go.mod").write_text(f"module {MAIN}\n\ngo {major}.{minor}\n", encoding="utf-8")
        flags = [*self.mode.build_flags(NO_DWARF), *self._overlay_flags(), "-ldflags=-s -w"]
        return [program, "build", "-buildvcs=false", *flags, "-o", "batch", "."]

    def _overlay_flags(self) -> list[str]:
        """Writes the changed sources to fixed places, since their paths are part of the build."""
        if not self.changed_sources:
            return []
        assert self.toolchain.root is not None
        replaced: dict[str, str] = {}
        for file, text in self.changed_sources.items():
            path = self.home / "overlay" / file
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                write_atomically(path, text)
            replaced[str(self.toolchain.root / "src" / file)] = str(path)
        overlay = self.home / "overlay.json"
        write_atomically(overlay, json.dumps({"Replace": replaced}))
        return [f"-overlay={overlay}"]

    def _forget_builds(self) -> None:
        """Removes what batches have put into the build cache. No later build can use it."""
        standard_library = set(self._warmed.read_text(encoding="utf-8").splitlines())
        for name in set(self._cached()) - standard_library:
            (self._cache / name).unlink()


def _with_harness(nests: str) -> dict[str, str]:
    """The sources of a program, by file, with what pack_nests printed among them."""
    harness = {name: (SOURCES / name).read_text(encoding="utf-8") for name in HARNESS}
    return {"nests.go": nests, **harness}
