"""Whether the programs of a build do what OSS-Fuzz and ClusterFuzz ask of them.

The service checks a build before it uses it: it moves the folder $OUT, starts each program from
another folder, has it do a few runs, counts edges and calls of the sanitizer, and runs the seed
corpus. The checks here do the same, and ask for more where the project knows more: the edges that
the seeds reach, and that a program for a design with built-in defects finds one.
"""

import asyncio
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stackquake.engines.binaries import Binary
from stackquake.engines.sandbox import Sandbox
from stackquake.engines.service_build import Kind
from stackquake.jobs import build
from stackquake.jobs.instrumentation import ADDRESS, UNDEFINED, sanitizer_calls
from stackquake.targets import WATCHED

RUNS = 4  # the service asks for as many
SEED = 1337
LEAST_EDGES = 100  # the service asks for as many
# Of UndefinedBehaviorSanitizer in the code under test: about half of what the language had when it
# was measured, and the runtime has ten times as many. A program without it has none there.
LEAST_UNDEFINED_CALLS = 60
AFL_SECONDS = 2
FINDING = "ASSERTION FAILED: "

# Libraries that every machine of a service has.
_EVERYWHERE = re.compile(
    r"(ld-linux.*|lib(c|m|dl|rt|pthread|resolv|gcc_s|stdc\+\+|c\+\+|c\+\+abi|unwind))\.so\.\d+"
)
_LOADED = re.compile(r"INFO: Loaded \d+ modules.*\((?:inline 8-bit counters|guards)\): (\d+)")
_LOADED_14 = re.compile(r"INFO: Loaded \d+ modules\s+\((\d+)")
_REACHED = re.compile(r"\bINITED cov: (\d+)")
_AFL_MAP = re.compile(r"[Mm]ap size: (\d+)")
_NEEDED = re.compile(r"\(NEEDED\).*\[(.*)\]")


@dataclass
class Checked:
    """A program, what was counted, and what is wrong with it."""

    binary: Binary
    edges: int | None = None  # that are instrumented
    calls: int | None = None  # of the sanitizer
    seeds: int = 0
    reached: int | None = None  # edges, by the seeds
    problems: list[str] = field(default_factory=list)

    def require(self, fulfilled: bool, problem: str) -> None:
        """Notes a problem unless a condition is fulfilled."""
        if not fulfilled:
            self.problems.append(problem)


async def check_all(kind: Kind, sandbox: Sandbox, expected: Sequence[Binary]) -> list[Checked]:
    """Checks the programs that a build should have, on all cores."""
    checked = [Checked(binary) for binary in expected]
    free_cores = asyncio.Semaphore(build.cores())

    async def check(one: Checked) -> None:
        async with free_cores:
            try:
                await _check(kind, sandbox, one)
            except TimeoutError:
                one.problems.append("takes too long")

    async with asyncio.TaskGroup() as group:
        for one in checked:
            group.create_task(check(one))
    return checked


async def _check(kind: Kind, sandbox: Sandbox, one: Checked) -> None:
    program = sandbox.out / one.binary.name
    if not program.exists():
        one.problems.append("was not built")
        return
    await _check_libraries(sandbox, program, one)
    one.require(program.with_suffix(".options").exists(), "has no options")
    seeds = _unpack_seeds(sandbox, one)
    if kind.engine == "afl":
        await _check_afl(sandbox, program, one, seeds)
    elif kind.sanitizer == "coverage":
        await _check_coverage(sandbox, program, one, seeds)
    else:
        await _check_start(sandbox, program, one)
        await _check_seeds(sandbox, program, one, seeds)
    await _check_sanitizer(kind, program, one)


async def _check_libraries(sandbox: Sandbox, program: Path, one: Checked) -> None:
    _, text = await sandbox.run(["readelf", "-d", str(program)])
    names = _NEEDED.findall(text)
    others = [name for name in names if not _EVERYWHERE.fullmatch(name)]
    one.require(bool(names), "is no program that readelf can read")
    one.require(not others, f"needs {', '.join(others)}")


def _unpack_seeds(sandbox: Sandbox, one: Checked) -> Path:
    """The seed corpus, or what another target has as one for a program that must find something."""
    own = sandbox.out / f"{one.binary.name}_seed_corpus.zip"
    archive = own if own.exists() else sandbox.out / "fuzz_designs_seed_corpus.zip"
    one.require(own.exists() == one.binary.is_right, "should have a seed corpus if it is right")
    folder = sandbox.room / archive.stem
    if not folder.exists() and archive.exists():
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(folder)
    one.seeds = len(list(folder.iterdir())) if folder.exists() and own.exists() else 0
    one.require(one.seeds > 0 or not one.binary.is_right, "has no seeds")
    return folder


async def _check_start(sandbox: Sandbox, program: Path, one: Checked) -> None:
    """The program starts and does a few runs; one for a wrong design may find something in them."""
    _, text = await sandbox.run([str(program), f"-seed={SEED}", f"-runs={RUNS}"])
    done = f"Done {RUNS} runs" in text or (not one.binary.is_right and FINDING in text)
    one.require(done, f"does not do {RUNS} runs:\n{_last(text)}")
    match = _LOADED.search(text) or _LOADED_14.search(text)
    one.edges = int(match[1]) if match else 0
    one.require(one.edges >= LEAST_EDGES, f"has {one.edges} edges; there should be {LEAST_EDGES}")


async def _check_seeds(sandbox: Sandbox, program: Path, one: Checked, seeds: Path) -> None:
    status, text = await sandbox.run([str(program), *_options(program), "-runs=0", str(seeds)])
    if not one.binary.is_right:
        if one.binary.target != "copier":  # the seeds are not states of a stack
            one.require(FINDING in text, f"finds nothing in the corpus:\n{_last(text)}")
        return
    one.require(status == 0, f"ends with {status} on its seeds:\n{_last(text)}")
    match = _REACHED.search(text)
    one.reached = int(match[1]) if match else 0
    least = WATCHED[one.binary.target].least_edges
    one.require(one.reached >= least, f"reaches {one.reached} edges; there should be {least}")


def _options(program: Path) -> list[str]:
    """The flags of the options file, as the service passes them."""
    lines = program.with_suffix(".options").read_text("utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line)
    return [f"-{name.strip()}={value.strip()}" for name, _, value in pairs]


async def _check_afl(sandbox: Sandbox, program: Path, one: Checked, seeds: Path) -> None:
    """AFL++ gets one input, as it does from the service when there is no seed corpus."""
    folder = sandbox.room / f"{program.name}.afl"
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "input").write_bytes(b"input")
    names = ("NO_UI", "SKIP_CPUFREQ", "I_DONT_CARE_ABOUT_MISSING_CRASHES", "NO_AFFINITY")
    limits = ["-m", "none", "-t", "5000+", "-V", str(AFL_SECONDS)]
    _, text = await sandbox.run(
        ["afl-fuzz", *limits, "-i", f"{folder}/in", "-o", f"{folder}/out", "--", str(program)],
        [f"AFL_{name}=1" for name in names],
    )
    one.require("All set and ready to roll" in text, f"AFL++ does not start:\n{_last(text)}")
    match = _AFL_MAP.search(text)
    one.edges = int(match[1]) if match else 0
    one.require(one.edges >= LEAST_EDGES, f"has {one.edges} edges; there should be {LEAST_EDGES}")
    status, text = await sandbox.run([str(program), *map(str, sorted(seeds.iterdir()))])
    if one.binary.is_right:
        one.require(status == 0, f"ends with {status} on its seeds:\n{_last(text)}")


async def _check_coverage(sandbox: Sandbox, program: Path, one: Checked, seeds: Path) -> None:
    """Counts of lines are left behind, unless a finding ends the process."""
    profile = sandbox.room / f"{program.name}.profraw"
    status, text = await sandbox.run(
        [str(program), "-runs=0", str(seeds)], [f"LLVM_PROFILE_FILE={profile}"]
    )
    if one.binary.is_right:
        one.require(status == 0, f"ends with {status} on its seeds:\n{_last(text)}")
        one.require(profile.exists() and profile.stat().st_size > 0, "leaves no counts behind")


async def _check_sanitizer(kind: Kind, program: Path, one: Checked) -> None:
    if kind.sanitizer == "coverage":
        return
    watched = WATCHED[one.binary.target]
    is_address = kind.sanitizer == "address"
    pattern = ADDRESS if is_address else UNDEFINED
    least = watched.least_calls if is_address else LEAST_UNDEFINED_CALLS
    one.calls = await sanitizer_calls(program, watched.functions, pattern)
    one.require(one.calls >= least, f"has {one.calls} calls of the sanitizer, of {least}")


def _last(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines()[-8:])
