"""The self-test before a campaign. It keeps a target from fuzzing that sees nothing, or always sees
something.

No seed may show a violation on the design without defects. Then a few defects are planted, and the
target must find each of them on a nest that is known to show it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stackquake.campaign.campaign import Plan
from stackquake.findings.finding import Finding
from stackquake.inputs import Inputs
from stackquake.jobs.designs import Inventory
from stackquake.jobs.instrumentation import require_edges, require_sanitizer
from stackquake.jobs.libfuzzer import ONE_INPUT_SECONDS, last_words, on_files, run_once
from stackquake.poison import mode_of
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status

# For all seeds together, which take seconds on an idle machine. -timeout bounds each.
SELF_CHECK_SECONDS = 300
# How many defects are planted. Each takes a process of its own, so there are no more than it takes
# to see two different checks fire.
PLANTED = 2

_GO_STATEMENT = re.compile(rb"^\s*go ", re.M)


@dataclass(frozen=True)
class Planted:
    """A defect, the design that has it as a switch, and a nest that finds it."""

    slug: str
    design: str
    nest: Path


def planted(inventory: Inventory, design: str) -> list[Planted]:
    """A few defects of the design, or of another one where it has no switches.

    Their nests have one goroutine, so that every target that runs nests can be held to them.
    """
    here = [defect for defect in inventory.defects if defect.design == design]
    chosen: dict[str, Planted] = {}  # by check
    for defect in here or inventory.defects:
        files = [Path(nest.file) for nest in inventory.nests if defect.slug in nest.finds]
        simple = [file for file in files if not _GO_STATEMENT.search(file.read_bytes())]
        if simple and defect.check not in chosen:
            chosen[defect.check] = Planted(defect.slug, defect.design, simple[0].resolve())
    return list(chosen.values())[:PLANTED]


async def check_planted(plan: Plan, defects: Sequence[Planted]) -> None:
    """Raises QuakeError when the target does not find one of them."""
    for defect in defects:
        settings = Settings(defect.design, (defect.slug,), plan.setup.settings.poison)
        command = on_files(plan.tools.target, settings, [defect.nest])
        try:
            status, output = await run_once(command, ONE_INPUT_SECONDS)
        except TimeoutError:
            raise QuakeError(Status.MISSING, f"the target hangs with {defect.slug}") from None
        if output.violation() is None:
            refusal = f":\n{last_words(output.tail)}" if status != 0 else ""
            raise QuakeError(
                Status.BAD_INPUT if status == Status.BAD_INPUT else Status.MISSING,
                f"not fuzzing: the target does not find {defect.slug} in {defect.nest}{refusal}",
            )


async def check_seeds(plan: Plan, inputs: Inputs, scratch: Path) -> Finding | None:
    """Runs every seed once on the design without defects; returns the first bad one, if any.

    Raises QuakeError when the target does not even work.
    """
    artifacts = scratch / "self-check"
    artifacts.mkdir()
    settings = plan.setup.settings.without_defects()
    flags = ["-runs=0", f"-seed={plan.seed}", f"-artifact_prefix={artifacts}/"]
    command = on_files(plan.tools.target, settings, [inputs.seeds], *flags)
    try:
        status, output = await run_once(command, SELF_CHECK_SECONDS)
    except TimeoutError:
        raise QuakeError(Status.MISSING, "the seeds take too long to run") from None
    violation, nest = output.violation(), output.input()
    if violation is not None and nest is not None:
        poison = mode_of(plan.setup.settings.poison, nest)
        return Finding(violation, nest, plan.seed, 0, 0.0, poison, file=inputs.origin(nest))
    if status != 0:
        raise QuakeError(
            Status.BAD_INPUT if status == Status.BAD_INPUT else Status.MISSING,
            f"the fuzz target ended with status {status} on the seeds:\n{last_words(output.tail)}",
        )
    if inputs.longest > 0:  # without seeds there is nothing to reach edges with
        require_edges(plan.setup.target, output.edges)
    await require_sanitizer(plan.setup.target, plan.tools.target)
    return None
