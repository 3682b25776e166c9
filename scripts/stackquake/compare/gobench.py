"""The same operations on real Go: a benchmark made from the descriptions that the nests come from.

All operations become one program. Its functions are not inlined, since those of nests are not
either. `move` is a call of a package that is compiled to move its stack at each call, as Go's own
tests of stack copies do; Go has that since 1.18.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import re
import subprocess
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake.compare.record import place_of
from stackquake.files import BUILD, short_hash, write_atomically
from stackquake.go.modes import MOVE_ALWAYS
from stackquake.go.toolchain import Toolchain, clean_environment
from stackquake.jobs.children import CHILDREN
from stackquake.jobs.processes import running
from stackquake.status import QuakeError, Status

FOLDER = BUILD / "compare" / "go"
MAIN = Path(__file__).with_name("gobench.go")
OLDEST = (1, 19)  # that the project compares with
BUILD_SECONDS = 900  # the first build compiles the standard library, on a busy machine
RUN_SECONDS = 900

# A function without a call has no check of the stack, and would not move it.
MOVED = """package moved

//go:noinline
func touch() {
}

// Move moves the stack, by the way in which this package is compiled.
//
//go:noinline
func Move() {
	touch()
}
"""


def source_of(told: Iterable[dict[str, Any]]) -> str:
    """The source with all operations, as list_operations tells them, and their table."""
    texts, entries = [], []
    for operation in told:
        for size in operation["sizes"]:
            prefix = f"{operation['name']}_{size['size']}_"
            texts.append(_with_prefix(size["functions"], prefix))
            place = json.dumps(place_of(operation["name"], size["size"]))
            entries.append(f"\t{{{place}, {prefix}operate}},\n")
    table = f"var quakeOperations = []quakeOperation{{\n{''.join(entries)}}}\n"
    functions = "\n".join(texts)
    imports = 'import "runtime"\n\n' if "runtime." in functions else ""
    return f"package main\n\n{imports}{functions}\n{table}"


def _with_prefix(text: str, prefix: str) -> str:
    """The functions under names that no other operation has, none of them inlined."""
    names = re.findall(r"^func (\w+)\(", text, re.MULTILINE)
    whole = re.compile(rf"\b({'|'.join(names)})\(")
    text = whole.sub(lambda found: f"{prefix}{found[1]}(", text)
    return re.sub(r"^func ", "//go:noinline\nfunc ", text, flags=re.MULTILINE)


@dataclass(frozen=True)
class GoProgram:
    """The benchmark, built by a toolchain."""

    name: str  # of the toolchain: "go1.27.3"
    path: Path

    async def measure(self, *places: str) -> dict[str, float]:
        """Nanoseconds by place, of one run: of these places, or of all."""
        async with running([str(self.path), *places], stdout=PIPE) as process:
            async with asyncio.timeout(RUN_SECONDS):
                output, said = await process.communicate()
            status = await process.wait()
        if status != 0:
            words = said.decode(errors="replace").strip().splitlines()[:1]
            message = f"the benchmark of {self.name} ended with {status}: {' '.join(words)}"
            raise QuakeError(Status.MISSING, message)
        return {str(place): float(time) for place, time in json.loads(output).items()}


def built(toolchain: Toolchain, told: Iterable[dict[str, Any]], folder: Path = FOLDER) -> GoProgram:
    """The benchmark of a toolchain, built unless it is there already.

    Raises QuakeError where the toolchain is too old, or does not build it.
    """
    if toolchain.is_gccgo or toolchain.release < OLDEST:
        message = f"{toolchain.version} has no way to move a stack at a call"
        raise QuakeError(Status.BAD_INPUT, message)
    major, minor = toolchain.release
    sources = {
        "go.mod": f"module quake\n\ngo {major}.{minor}\n",
        "main.go": MAIN.read_text(encoding="utf-8"),
        "operations.go": source_of(told),
        "moved/moved.go": MOVED,
    }
    home = folder / toolchain.version
    module = home / short_hash(json.dumps(sources))
    program = module / "benchmark"
    home.mkdir(parents=True, exist_ok=True)
    with open(home / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two comparisons may begin at once
        if not program.exists():
            print(f"quake: building the benchmark for {toolchain.version}", file=sys.stderr)
            for name, text in sources.items():
                write_atomically(module / name, text)
            _build(toolchain, module, home / "cache")
    return GoProgram(toolchain.version, program)


def _build(toolchain: Toolchain, module: Path, cache: Path) -> None:
    """The program appears whole: go build writes it elsewhere first."""
    flags = [f"-gcflags=quake/moved={MOVE_ALWAYS}", "-buildvcs=false"]
    command = [str(toolchain.program), "build", *flags, "-o", "benchmark.new", "."]
    cache.mkdir(parents=True, exist_ok=True)
    try:
        environment = clean_environment(cache)
        done = CHILDREN.run(command, cwd=module, env=environment, timeout=BUILD_SECONDS)
    except subprocess.TimeoutExpired:
        message = f"{toolchain.version}: the build did not end within {BUILD_SECONDS} s"
        raise QuakeError(Status.MISSING, message) from None
    if done.returncode != 0:
        raise QuakeError(Status.MISSING, f"{toolchain.version}: {done.stderr.strip()}")
    (module / "benchmark.new").replace(module / "benchmark")
