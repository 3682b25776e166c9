"""Which mistake of a design a finding shows.

A design like `before-seed` has mistakes built in, and each shows itself by many signatures. The
same mistakes are switches of another design. So the nest of a finding runs there with each of them
switched on, one at a time: the mistake is the one with which the run has the finding's signature,
or else its check. Without a mistake switched on, the run must be right.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stackquake.jobs.batch import Batch, Report
from stackquake.jobs.designs import Defect, Inventory
from stackquake.nightly.lanes import Programs
from stackquake.nightly.night import Work
from stackquake.nightly.sightings import Stored, every
from stackquake.settings import Settings
from stackquake.findings import folder
from stackquake.status import QuakeError


async def attribute(work: Work, programs: Programs) -> None:
    """Writes down the mistakes of the findings that have none yet."""
    for design in work.night.designs:
        switches = switches_of(programs.inventory, design)
        found = [
            one for one in every(work.state) if one.design == design and one.mistake is None
        ]
        nests = {str(nest): one for one in found if (nest := _nest(one)) is not None}
        by_poison: dict[str, list[str]] = {}
        for nest, one in nests.items():
            by_poison.setdefault(_poison(one), []).append(nest)
        for poison, files in by_poison.items() if switches else ():
            runner = programs.release_of_asan
            reports = {
                switch.slug: await _run(runner, switch, poison, files) for switch in switches
            }
            for number, nest in enumerate(files):
                of_nest = {slug: several[number] for slug, several in reports.items()}
                mistake = shown_by(nests[nest], of_nest)
                write = "UPDATE finding SET mistake = ? WHERE id = ?"
                work.state.write(write, mistake, nests[nest].id)


def switches_of(inventory: Inventory, design: str) -> list[Defect]:
    """The mistakes of a design, as switches of another one."""
    built_in = inventory.design(design).built_in
    switches = {one.slug: one for one in inventory.defects if one.slug in built_in}
    return [switches[slug] for slug in built_in if slug in switches]


def shown_by(one: Stored, reports: dict[str, Report]) -> str | None:
    """The mistake with which the run is as the finding is."""
    told = {slug: report.violation for slug, report in reports.items() if report.violation}
    for member, wanted in (("signature", one.signature), ("check", one.check)):
        for slug, violation in told.items():
            if violation[member] == wanted:
                return slug
    return None


async def _run(
    runner: Path, switch: Defect, poison: str, files: Sequence[str]
) -> list[Report]:
    batch = Batch(runner, Settings(switch.design, (switch.slug,), poison), files)
    await batch.run(lambda: None)
    return batch.reports


def _nest(one: Stored) -> Path | None:
    nest = one.place / "nest.go" if one.place is not None else None
    return nest if nest is not None and nest.is_file() else None


def _poison(one: Stored) -> str:
    try:
        return str(folder.read(one.place)["poison"]) if one.place is not None else "asan"
    except QuakeError:
        return "asan"
