"""`quake defects`: the bugs that Go's runtime once had, and which nests of the corpus find them."""

import argparse
import json
import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from stackquake import inputs
from stackquake.findings.finding import replay_command
from stackquake.jobs import build
from stackquake.jobs.designs import Inventory, take_inventory
from stackquake.printable import printable
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status
from stackquake.tables import INDENT, cell, print_table, table

LONGEST_LINE = 100  # of a description: longer lines are hard to read


@dataclass(frozen=True)
class Entry:
    """All that is known of a defect."""

    slug: str
    check: str  # the check that finds it
    fixed_by: str  # the change of Go that mended it
    designs: tuple[str, ...]  # the designs in which it can be switched on
    built_in: tuple[str, ...]  # the designs that always have it
    nests: tuple[str, ...]  # the nests that say they find it
    description: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument(
        "slugs", nargs="*", metavar="SLUG", help="describe these defects (list all)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def main(arguments: argparse.Namespace) -> Status:
    """Builds list_designs, and lists the defects."""
    build.ensure("release", ["list_designs"], verbose=arguments.verbose)
    return list_defects(arguments, build.program("release", "list_designs"))


def list_defects(arguments: argparse.Namespace, lister: Path) -> Status:
    """Lists the defects that this program, as list_designs, tells."""
    listed = chosen(entries(take_inventory(lister, inputs.corpus())), arguments.slugs)
    if arguments.json:
        print(json.dumps([asdict(entry) for entry in listed]))
        return Status.OK
    if arguments.slugs:
        print("\n\n".join(map(portrait, listed)))
    else:
        _print_table(listed)
    return Status.OK


def entries(inventory: Inventory) -> list[Entry]:
    """One for each slug, in the order of the inventory."""
    by_slug: dict[str, Entry] = {}
    for defect in inventory.defects:
        if defect.slug in by_slug:
            continue
        slug = defect.slug
        by_slug[slug] = Entry(
            slug,
            defect.check,
            defect.fixed_by,
            designs=tuple(d.design for d in inventory.defects if d.slug == slug),
            built_in=tuple(d.name for d in inventory.designs if slug in d.built_in),
            nests=tuple(nest.file for nest in inventory.nests if slug in nest.finds),
            description=defect.description,
        )
    return list(by_slug.values())


def chosen(known: Sequence[Entry], slugs: Sequence[str]) -> list[Entry]:
    """The named entries in the order of `known`, or all of them when none is named."""
    there_is = [entry.slug for entry in known]
    for slug in slugs:
        if slug not in there_is:
            message = f"no defect {slug}; `quake defects` lists all {len(there_is)}"
            raise QuakeError(Status.BAD_INPUT, message)
    return [entry for entry in known if entry.slug in slugs or not slugs]


def _print_table(listed: Sequence[Entry]) -> None:
    rows = table("defect", "check", "fixed by", "built into", "found by")
    for entry in listed:
        words = [entry.slug, entry.check, entry.fixed_by, ", ".join(entry.built_in)]
        found_by = cell(", ".join(entry.nests) or "no nest", alarming=not entry.nests)
        rows.add_row(*map(cell, words), found_by)
    print_table(rows, spare=["found by", "built into", "fixed by"])


def portrait(entry: Entry) -> str:
    """Everything about a defect, and the command that shows it."""
    width = min(shutil.get_terminal_size().columns, LONGEST_LINE)
    fill = partial(textwrap.fill, width=width, break_long_words=False, break_on_hyphens=False)
    facts = {
        "check": entry.check,
        "fixed by": entry.fixed_by,
        "built into": ", ".join(entry.built_in) or "no design",
        "found by": ", ".join(map(printable, entry.nests)) or "no nest of the corpus",
    }
    longest = max(map(len, facts))
    lines = [entry.slug]
    for name, text in facts.items():
        head = f"{INDENT}{name:{longest}}  "
        lines.append(fill(text, initial_indent=head, subsequent_indent=" " * len(head)))
    lines.append(fill(entry.description, initial_indent=INDENT, subsequent_indent=INDENT))
    if entry.nests:
        settings = Settings(entry.designs[0], (entry.slug,), poison="fill")
        lines.append(INDENT + replay_command(settings, Path(entry.nests[0])))
    return "\n".join(lines)
