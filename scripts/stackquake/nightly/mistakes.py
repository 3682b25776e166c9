"""Which mistake of a design a finding shows.

A design like `before-seed` has mistakes built in, and each shows itself by many signatures. The
same mistakes are switches of another design. A finding shows a mistake if, with this one mistake
switched on there, in this order:

1. the run of its nest has the finding's signature;
2. a nest of the repository's corpus that is known to find the mistake has that signature: in the
   finding's nest, the mistake may need others beside it;
3. the run of its nest fails the finding's check.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stackquake.findings import folder
from stackquake.jobs.batch import Batch, Report
from stackquake.jobs.designs import Defect, Inventory
from stackquake.nightly.lanes import Programs
from stackquake.nightly.night import Work
from stackquake.nightly.sightings import Stored, every
from stackquake.settings import Settings
from stackquake.status import QuakeError

STAGE = "mistakes"
POISON = "fill"  # the mode in which the corpus is replayed


async def attribute(work: Work, programs: Programs) -> None:
    """Writes down the mistakes of the findings that have none yet."""
    for design in work.night.designs:
        switches = switches_of(programs.inventory, design)
        found = [
            one for one in every(work.state) if one.design == design and one.mistake is None
        ]
        if switches and found:
            signatures = await _signatures(programs, switches)
            for poison, nests in _by_poison(found).items():
                reports = await _reports(programs.asan_runner, switches, poison, nests)
                for one, of_nest in zip(nests.values(), reports, strict=True):
                    _write(work, one, shown_by(one, of_nest, signatures))


def switches_of(inventory: Inventory, design: str) -> list[Defect]:
    """The mistakes of a design, as switches of another one."""
    built_in = inventory.design(design).built_in
    switches = {one.slug: one for one in inventory.defects if one.slug in built_in}
    return [switches[slug] for slug in built_in if slug in switches]


def shown_by(
    one: Stored, reports: dict[str, Report], signatures: dict[str, set[str]]
) -> str | None:
    """The mistake that a finding shows. `reports` are of its nest, `signatures` of the corpus, both
    by mistake."""
    told = {slug: report.violation for slug, report in reports.items() if report.violation}
    same = [slug for slug, shown in told.items() if shown["signature"] == one.signature]
    same += [slug for slug, known in signatures.items() if one.signature in known]
    same += [slug for slug, shown in told.items() if shown["check"] == one.check]
    return same[0] if same else None


async def _signatures(programs: Programs, switches: Sequence[Defect]) -> dict[str, set[str]]:
    """What the corpus shows of each mistake."""
    told: dict[str, set[str]] = {}
    for switch in switches:
        files = [nest.file for nest in programs.inventory.nests if switch.slug in nest.finds]
        reports = await _run(programs.asan_runner, switch, POISON, files)
        shown = [report.violation for report in reports if report.violation]
        told[switch.slug] = {violation["signature"] for violation in shown}
    return told


def _by_poison(found: Sequence[Stored]) -> dict[str, dict[str, Stored]]:
    """Findings by their nests, with the mode of poison in which each was found."""
    nests: dict[str, dict[str, Stored]] = {}
    for one in found:
        if one.nest is not None:
            nests.setdefault(_poison(one.nest.parent), {})[str(one.nest)] = one
    return nests


def _poison(place: Path) -> str:
    try:
        return str(folder.read(place)["poison"])
    except QuakeError:
        return POISON


async def _reports(
    runner: Path, switches: Sequence[Defect], poison: str, nests: dict[str, Stored]
) -> list[dict[str, Report]]:
    """For each nest, its reports by mistake."""
    by_slug = {
        switch.slug: await _run(runner, switch, poison, list(nests)) for switch in switches
    }
    return [{slug: of_all[n] for slug, of_all in by_slug.items()} for n in range(len(nests))]


async def _run(
    runner: Path, switch: Defect, poison: str, files: Sequence[str]
) -> list[Report]:
    batch = Batch(runner, Settings(switch.design, (switch.slug,), poison), files)
    await batch.run(lambda: None)
    return batch.reports


def _write(work: Work, one: Stored, mistake: str | None) -> None:
    work.state.write("UPDATE finding SET mistake = ? WHERE id = ?", mistake, one.id)
