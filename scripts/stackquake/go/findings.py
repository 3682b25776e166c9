"""Disagreements as files: the nest, a Go program that needs no harness, and all that is known."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from stackquake import repository
from stackquake.files import write_atomically
from stackquake.go.comparing import Disagreement
from stackquake.go.crash import Behaviour
from stackquake.go.variant import SOURCES

IMPORT = 'import "runtime"\n'

# Characters in the name of a file: of its kind, so that a list of files fits on a terminal, and of
# a hash, where 40 bits tell thousands of findings apart.
KIND_CHARACTERS = 40
HASH_CHARACTERS = 10


def told(behaviour: Behaviour) -> str:
    """A behaviour in a line, as `quake oracle` tells it."""
    outcome = behaviour["outcome"]
    text = outcome["kind"] + (f" ({outcome['message']})" if "message" in outcome else "")
    for link in outcome["chain"]:
        text += f" {link['code']}" + (" [recovered]" if link["recovered"] else "")
    traces = " ".join(f"[{' '.join(map(str, trace))}]" for trace in behaviour["traces"])
    return f"{text}; {'traces ' + traces if traces else 'no traces'}"


def name_of(one: Disagreement) -> str:
    """The same for the same nest and kind."""
    key = f"{one.signature}\n{one.case.text}"
    kind = re.sub(r"\W+", "-", one.signature.split(";")[0])[:KIND_CHARACTERS].strip("-")
    return f"go-{kind}-{hashlib.sha1(key.encode()).hexdigest()[:HASH_CHARACTERS]}"


def repro(one: Disagreement) -> str:
    """One Go file that shows it on the toolchain alone: `go run repro.go`."""
    shim = (SOURCES / "shim.go").read_text(encoding="utf-8")
    package = shim.index("package main\n")
    nest = one.case.text[one.case.text.index("package main\n") + len("package main\n") :]
    flags = " ".join(one.variant.mode.build_flags())
    lines = [
        f"{one.variant.name} does not do with this program what the Go specification says.",
        "",
        f"expected: {told(one.case.expected)}",
        f"actual:   {told(one.actual)}",
        "",
        "A trace has a goroutine's numbers, printed in lines T GOROUTINE NUMBER.",
    ]
    if flags:
        lines.append(f"It was built with {flags.replace('=batch=', '=')}.")
    head = "".join(f"// {line}".rstrip() + "\n" for line in lines)
    return head + "\n" + shim[package:] + "\n// ---- The nest ----\n" + nest.replace(IMPORT, "", 1)


def record(one: Disagreement, original: str, facts: dict[str, Any]) -> dict[str, Any]:
    """What the JSON file says."""
    variant = one.variant
    return {
        "signature": one.signature,
        "toolchain": variant.toolchain.version,
        "mode": variant.mode.name,
        "mistake": variant.mistake.name if variant.mistake else None,
        "known": one.known,
        "expected": one.case.expected,
        "actual": one.actual,
        "nest": one.case.text,
        "original": original,
        "version": repository.version(),
        **facts,
    }


def store(one: Disagreement, original: str, facts: dict[str, Any], folder: Path) -> Path:
    """Writes NAME.go, NAME.repro.go and NAME.json; gives the first."""
    nest = folder / f"{name_of(one)}.go"
    write_atomically(nest, one.case.text)
    write_atomically(nest.with_suffix(".repro.go"), repro(one))
    document = json.dumps(record(one, original, facts), indent=1)
    write_atomically(nest.with_suffix(".json"), document + "\n")
    return nest
