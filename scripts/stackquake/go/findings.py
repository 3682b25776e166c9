"""Disagreements as folders, with all that shows them again.

The folder of a finding has:

- nest.go: the nest; original.go: the one that was found, where nest.go has been reduced from it;
- repro.go: an ordinary Go program that needs no harness; its first lines say how to build it;
- finding.json: all that is known of it, as findings/README.md describes;
- story.md: what is expected, and what Go does;
- go.patch: the changes of the toolchain's sources with which it was built, if there are any;
- overlay/: the sources that were given with --overlay.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stackquake import repository
from stackquake.findings import folder as folders
from stackquake.findings.record import Record, folder_name, story
from stackquake.go.comparing import Disagreement
from stackquake.go.crash import told
from stackquake.go.replays import Reliability, arguments_for
from stackquake.go.repro import PATCH, REPRO, build_flags, commands, patch, repro

CHECK = "behaviour-mismatch"  # as the oracle of the reference runtime has it


def name_of(one: Disagreement) -> str:
    """The same for the same nest and kind on the same variant."""
    kind = one.signature.split(";")[0]
    return folder_name(f"go {kind}", f"{one.variant.name}\n{one.signature}\n{one.case.text}")


def record_of(
    one: Disagreement, original: str, facts: dict[str, Any], seen: Reliability, nest: Path
) -> Record:
    """What finding.json says."""
    variant = one.variant
    overlay = {file: nest.parent / "overlay" / file for file, _ in variant.overlay}
    arguments = arguments_for(variant, nest, seen.seconds, overlay)
    text = one.case.text.encode(errors="replace").decode()
    return Record(
        source="go fuzz",
        check=CHECK,
        signature=one.signature,
        message=f"expected {told(one.case.expected)}; Go does {told(one.actual)}",
        target=variant.name,
        settings=None,
        nest=text,
        seed=facts["seed"],
        executions=facts["nests"],
        seconds=facts["seconds"],
        version=repository.version(),
        replays=seen.replays,
        reproduced=seen.reproduced,
        replay=["scripts/quake", "go", *arguments],
        reduced=original != one.case.text,
        times_seen=facts.get("times", 1),
        known=one.known,
        more={"go": _told_of_go(one, facts, seen)},
    )


def _told_of_go(one: Disagreement, facts: dict[str, Any], seen: Reliability) -> dict[str, Any]:
    """How the nest was built and run, and what it was made from."""
    variant = one.variant
    made = {key: facts[key] for key in ("profile", "number", "profiles") if key in facts}
    return {
        "toolchain": variant.toolchain.version,
        "mode": variant.mode.name,
        "build_flags": build_flags(variant),
        "environment": dict(variant.mode.run_environment(variant.toolchain)),
        "mistake": variant.mistake.name if variant.mistake else None,
        "mends": [mend.name for mend in variant.mends],
        "overlay": {file: f"overlay/{file}" for file, _ in variant.overlay},
        "changed_sources": sorted(variant.changed_sources),
        "expected": one.case.expected,
        "actual": one.actual,
        "made_from": made,
        "repro": {
            "commands": commands(variant),
            "reliability": {"replays": seen.repro_replays, "reproduced": seen.repro_reproduced},
        },
    }


def store(
    one: Disagreement, original: str, facts: dict[str, Any], folder: Path, seen: Reliability
) -> Path:
    """Writes the finding's folder, whole or not at all; gives the nest's file."""
    nest = folder / name_of(one) / "nest.go"
    record = record_of(one, original, facts, seen, nest)
    folders.write(
        nest.parent,
        {
            nest.name: one.case.text,
            "original.go": original if record.reduced else None,
            REPRO: repro(one),
            PATCH: patch(one.variant) or None,
            **{f"overlay/{file}": path.read_bytes() for file, path in one.variant.overlay},
            "story.md": story(record, _story(one)),
            folders.RECORD: record.text(),
        },
    )
    return nest


def _story(one: Disagreement) -> bytes:
    lines = [f"expected: {told(one.case.expected)}", f"actual:   {told(one.actual)}"]
    return "\n".join(lines).encode(errors="replace")


def remove(nest: Path) -> None:
    """Removes a finding, for which there is a smaller one."""
    folders.remove(nest.parent)
