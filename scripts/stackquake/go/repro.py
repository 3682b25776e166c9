"""A disagreement as one ordinary Go program, and the commands that build it as it was built."""

from __future__ import annotations

import difflib
import json
import shlex
from collections.abc import Mapping, Sequence

from stackquake.go.comparing import Disagreement
from stackquake.go.crash import told
from stackquake.go.modes import MAIN
from stackquake.go.variant import SOURCES, Variant

IMPORT = 'import "runtime"\n'
REPRO = "repro.go"
PATCH = "go.patch"
CHANGED = "changed"  # the folder of changed sources in the commands


def repro(one: Disagreement) -> str:
    """One Go file, REPRO, that shows it on the toolchain alone."""
    shim = (SOURCES / "shim.go").read_text(encoding="utf-8")
    package = shim.index("package main\n")
    nest = one.case.text[one.case.text.index("package main\n") + len("package main\n") :]
    lines = [
        f"{one.variant.name} does not do with this program what the Go specification says.",
        "",
        f"expected: {told(one.case.expected)}",
        f"actual:   {told(one.actual)}",
        "",
        "A trace has a goroutine's numbers, printed in lines T GOROUTINE NUMBER.",
        *_how_to_build(one.variant),
    ]
    head = "".join(_comment(line) + "\n" for line in lines)
    return head + "\n" + shim[package:] + "\n// ---- The nest ----\n" + nest.replace(IMPORT, "", 1)


def _comment(line: str) -> str:
    return "//" + line if line.startswith("\t") else f"// {line}".rstrip()


def _how_to_build(variant: Variant) -> list[str]:
    changed = variant.changed_sources
    special = f", with the sources of Go changed by {PATCH}" if changed else ""
    intro = ["", f"To show it with {variant.toolchain.version}{special}:", ""]
    return intro + [f"\t{command}" for command in commands(variant)]


def commands(variant: Variant) -> list[str]:
    """What builds and runs REPRO, in its folder, with the go command on PATH."""
    environment = variant.mode.run_environment(variant.toolchain)
    settings = " ".join(f"{key}={shlex.quote(value)}" for key, value in environment.items())
    return [*build_commands(variant), f"{settings} ./repro"]


def build_commands(variant: Variant) -> list[str]:
    """What builds REPRO as `repro`."""
    if variant.toolchain.is_gccgo:
        flags = shlex.join(variant.mode.gccgo_flags())
        return [f"gccgo {flags} -static-libgo -o repro {REPRO}"]
    files = sorted(variant.changed_sources)
    overlay = ["-overlay=overlay.json"] if files else []
    flags = shlex.join([*build_flags(variant), *overlay, "-o", "repro"])
    cgo = "CGO_ENABLED=1 " if variant.mode.race else ""
    return [*_patch_commands(files), f"{cgo}go build {flags} {REPRO}"]


def _patch_commands(files: Sequence[str]) -> list[str]:
    """What makes the changed sources of the toolchain's own, and the table of them."""
    if not files:
        return []
    folders = sorted({file.rpartition("/")[0] for file in files})
    copies = [f'cp -L "$src/{file}" {CHANGED}/{file}' for file in files]
    replaced = {f"$src/{file}": f"{CHANGED}/{file}" for file in files}
    table = json.dumps({"Replace": replaced}).replace('"', '\\"')
    return [
        "src=$(go env GOROOT)/src",
        "mkdir -p " + " ".join(f"{CHANGED}/{folder}" for folder in folders),
        *copies,
        f"patch -p1 -d {CHANGED} <{PATCH}",
        f'echo "{table}" >overlay.json',
    ]


def build_flags(variant: Variant) -> list[str]:
    """The flags of `go build` or of gccgo, for a program of files that are named."""
    if variant.toolchain.is_gccgo:
        return variant.mode.gccgo_flags()
    return [flag.replace(f"={MAIN}=", "=", 1) for flag in variant.mode.build_flags()]


def patch(variant: Variant) -> str:
    """The changes of the toolchain's sources as a unified diff, with paths below GOROOT/src."""
    root = variant.toolchain.root
    if root is None:
        return ""
    before = {
        file: (root / "src" / file).read_text(encoding="utf-8") for file in variant.changed_sources
    }
    return "".join(_differences(before, variant.changed_sources))


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    lines: list[str] = []
    for file in sorted(after):
        old, new = (text[file].splitlines(keepends=True) for text in (before, after))
        lines += difflib.unified_diff(old, new, f"a/{file}", f"b/{file}")
    return lines
