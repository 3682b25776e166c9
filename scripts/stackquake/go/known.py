"""Known bugs of Go: disagreements that they cause are counted, and do not end a campaign.

Some bugs can be mended, or avoided with a flag of the compiler. A disagreement is taken for such a
bug only if it is gone without the bug, so that nothing else that is wrong with the same nest hides
behind it, and only if that happens in the nest on which the bug depends, as the oracle's evaluation
tells. For other bugs the entry describes the disagreements. findings/known.py says what all entries
of the list have.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stackquake.findings import known
from stackquake.go import edits
from stackquake.go.toolchain import Toolchain
from stackquake.go.variant import Variant


@dataclass(frozen=True)
class Known:
    """An entry of the table: whose bug, and which."""

    name: str
    reason: str
    compiler: str  # "go" or "gccgo"
    releases: str
    mend: str | None = None  # a file of mends/
    flags: str | None = None  # with which the compiler makes no such mistake in a nest
    signature: str | None = None  # a regular expression that the whole of the signature matches
    events: tuple[str, ...] = ()  # of harness/oracle/events.def: all of them happen in the nest
    modes: tuple[str, ...] = ()  # in which the bug shows; all if there are none

    def is_of(self, toolchain: Toolchain) -> bool:
        """Whether a toolchain has the bug."""
        return toolchain.is_gccgo == (self.compiler == "gccgo") and edits.in_releases(
            self.releases, toolchain.release
        )

    def looks_like(self, signature: str, events: Collection[str]) -> bool:
        """Whether a disagreement of such a toolchain is, or with a mend may be, this one.

        `events` has what happens in the nest when the oracle evaluates it.
        """
        fits = self.signature is None or re.fullmatch(self.signature, signature) is not None
        return fits and all(event in events for event in self.events)

    def is_in(self, variant: Variant) -> bool:
        """Whether a variant shows the bug, and is not mended already."""
        if self.modes and variant.mode.name not in self.modes:
            return False
        made = [mend.name for mend in variant.mends]
        return self.is_of(variant.toolchain) and self.mend not in made


@dataclass(frozen=True)
class Cure:
    """A way to do without bugs: all mends of the sources, flags of the compiler, or both.

    All mends come together, so that a toolchain in a mode has one mended runtime, whatever is
    looked for. It takes a minute to build.
    """

    has_mends: bool
    flags: tuple[str, ...] = ()

    def cured(self, variant: Variant, entries: Iterable[Known]) -> Variant:
        """The variant without the bugs that the cure is for."""
        if self.has_mends:
            variant = mended(variant, entries)
        given = variant.mode.main_flags.split()
        flags = " ".join(dict.fromkeys([*given, *self.flags]))
        return replace(variant, mode=replace(variant.mode, main_flags=flags))

    def name(self, fitting: Iterable[Known]) -> str:
        """The bugs of which a disagreement is gone with the cure; "A or B" where both fit."""
        of_sources = [one.name for one in fitting if one.mend is not None and self.has_mends]
        of_compiler = [one.name for one in fitting if one.flags in self.flags]
        return " and ".join(" or ".join(names) for names in (of_sources, of_compiler) if names)


def cures(fitting: Sequence[Known]) -> list[Cure]:
    """The cures to be tried on a disagreement that looks like some bugs, the simplest first.

    A bug of the compiler may hide one of the runtime. So the last cure has the mends as well.
    """
    found = [Cure(True)] if any(one.mend is not None for one in fitting) else []
    flags = tuple(dict.fromkeys(one.flags for one in fitting if one.flags is not None))
    return found + [Cure(False, (one,)) for one in flags] + ([Cure(True, flags)] if flags else [])


def mended(variant: Variant, entries: Iterable[Known] | None = None) -> Variant:
    """The variant without those of the bugs that a mend of the sources takes away."""
    for entry in table() if entries is None else entries:
        if entry.mend is not None and entry.is_in(variant):
            variant = replace(variant, mends=(*variant.mends, edits.mend(entry.mend)))
    return variant


def table() -> list[Known]:
    """The entries of the list, expired or not."""
    return [_known(entry) for entry in known.every_entry("go")]


def current() -> list[Known]:
    """Those that have not expired; standard error tells of the others."""
    return [_known(entry) for entry in known.entries("go")]


def _known(entry: dict[str, Any]) -> Known:
    fields = {"reason": entry["reason"], **known.without_common(entry)}
    for key in ("events", "modes"):
        fields[key] = tuple(fields.get(key, ()))
    return Known(**fields)
