"""The reduction of what a campaign has found, by the program that `quake reduce` runs."""

import tempfile
from pathlib import Path

from stackquake.jobs import build
from stackquake.jobs.processes import run_bounded
from stackquake.settings import Settings

PROGRAM = "reduce_nest"
# reduce_nest keeps to its time but for one last candidate, which may hang.
GRACE_SECONDS = 60


async def build_reducer() -> None:
    """Builds it unless it is there. Raises QuakeError when that fails."""
    await build.ensure_quietly("fuzz", PROGRAM)


async def reduce_finding(
    nest: Path, settings: Settings, signature: str, seconds: float
) -> bytes | None:
    """The smallest nest with the same signature; None if the nest does not show it any more.

    Builds the reducer unless it is there.
    """
    await build_reducer()
    return await reduce_with(build.program("fuzz", PROGRAM), nest, settings, signature, seconds)


async def reduce_with(
    program: Path, nest: Path, settings: Settings, signature: str, seconds: float
) -> bytes | None:
    """The same with this program, which has been built."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "reduced.go"
        flags = [*settings.flags(), f"--seconds={seconds:g}", f"--out={out}"]
        if not is_libfuzzers_own(signature):
            flags.append(f"--signature={signature}")
        try:
            await run_bounded([str(program), *flags, str(nest)], seconds + GRACE_SECONDS)
        except TimeoutError:
            return None
        return out.read_bytes() if out.exists() else None


def is_libfuzzers_own(signature: str) -> bool:
    """Whether only a fuzz target dies with this signature, and any other program with another."""
    return signature.startswith("libFuzzer: ") or signature == "crash without a summary"
