"""Disagreements as files, with all that shows them again.

A finding is a few files of one name:

- NAME.go: the nest;
- NAME.repro.go: an ordinary Go program that needs no harness; its first lines say how to build it;
- NAME.json: all that is known of it;
- NAME.patch: the changes of the toolchain's sources with which it was built, if there are any;
- NAME.overlay/: the sources that were given with --overlay.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from stackquake import repository
from stackquake.files import short_hash, shown, write_together
from stackquake.go.comparing import Disagreement
from stackquake.go.replays import Reliability, arguments_for
from stackquake.go.repro import build_flags, commands, patch, repro
from stackquake.printable import command_line

# Characters of a kind in the name of a file, so that a list of files fits on a terminal.
KIND_CHARACTERS = 40


def name_of(one: Disagreement) -> str:
    """The same for the same nest and kind."""
    key = f"{one.signature}\n{one.case.text}"
    kind = re.sub(r"\W+", "-", one.signature.split(";")[0])[:KIND_CHARACTERS].strip("-")
    return f"go-{kind}-{short_hash(key)}"


def record(
    one: Disagreement, original: str, facts: dict[str, Any], seen: Reliability, nest: Path
) -> dict[str, Any]:
    """What the JSON file says."""
    variant = one.variant
    arguments = arguments_for(variant, nest, seen.seconds, _overlay(nest, one))
    return {
        "signature": one.signature,
        "toolchain": variant.toolchain.version,
        "mode": variant.mode.name,
        "build_flags": build_flags(variant),
        "environment": dict(variant.mode.run_environment(variant.toolchain)),
        "mistake": variant.mistake.name if variant.mistake else None,
        "mends": [mend.name for mend in variant.mends],
        "overlay": {file: f"{nest.stem}.overlay/{file}" for file, _ in variant.overlay},
        "changed_sources": sorted(variant.changed_sources),
        "known": one.known,
        "expected": one.case.expected,
        "actual": one.actual,
        "nest": one.case.text,
        "original": original,
        "version": repository.version(),
        **facts,
        "reliability": {"replays": seen.replays, "reproduced": seen.reproduced},
        "replay": command_line(["scripts/quake", "go", *arguments]),
        "repro": {
            "commands": commands(variant, nest.stem),
            "replays": seen.repro_replays,
            "reproduced": seen.repro_reproduced,
        },
    }


def _overlay(nest: Path, one: Disagreement) -> dict[str, Path]:
    """Where the sources are stored that were given with --overlay."""
    folder = nest.with_suffix(".overlay")
    return {file: folder / file for file, _ in one.variant.overlay}


def store_overlay(one: Disagreement, folder: Path) -> dict[str, Path]:
    """Stores the sources that were given with --overlay; where they are."""
    nest = folder / f"{name_of(one)}.go"
    stored = _overlay(nest, one)
    write_together({stored[file]: path.read_bytes() for file, path in one.variant.overlay})
    return stored


def store(
    one: Disagreement, original: str, facts: dict[str, Any], folder: Path, seen: Reliability
) -> Path:
    """Writes the files, all of them or none; gives the nest's."""
    nest = folder / f"{name_of(one)}.go"
    document = json.dumps(record(one, original, facts, seen, nest), indent=1) + "\n"
    write_together(
        {
            nest: one.case.text.encode("utf-8", "surrogateescape"),
            nest.with_suffix(".repro.go"): repro(one, nest.stem),
            nest.with_suffix(".json"): document,
            nest.with_suffix(".patch"): patch(one.variant) or None,
        }
    )
    return nest


def remove(nest: Path) -> None:
    """Removes a finding, for which there is a smaller one."""
    for suffix in (".go", ".repro.go", ".json", ".patch"):
        nest.with_suffix(suffix).unlink(missing_ok=True)
    shutil.rmtree(nest.with_suffix(".overlay"), ignore_errors=True)
