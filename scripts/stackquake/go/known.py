"""Known bugs of Go: disagreements that they cause are counted, and do not end a campaign.

Some bugs can be mended, or avoided with a flag of the compiler. A disagreement is taken for such a
bug only if it is gone without the bug, so that nothing else that is wrong with the same nest hides
behind it. For other bugs the entry describes the disagreements.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stackquake.files import ROOT
from stackquake.go import edits
from stackquake.go.toolchain import Toolchain
from stackquake.go.variant import Variant

TABLE = ROOT / "corpus" / "trophies" / "known.json"


@dataclass(frozen=True)
class Known:
    """An entry of the table: whose bug, and which."""

    name: str
    why: str
    compiler: str  # "go" or "gccgo"
    releases: str
    mend: str | None = None  # a file of mends/
    flags: str | None = None  # with which the compiler makes no such mistake in a nest
    signature: str | None = None  # a regular expression that the whole of the signature matches
    nest: tuple[str, ...] = ()  # regular expressions that are all found in the nest

    def is_of(self, toolchain: Toolchain) -> bool:
        """Whether a toolchain has the bug."""
        return toolchain.is_gccgo == (self.compiler == "gccgo") and edits.in_releases(
            self.releases, toolchain.release
        )

    def looks_like(self, signature: str, nest: str) -> bool:
        """Whether a disagreement of such a toolchain is, or with a mend may be, this one."""
        fits = self.signature is None or re.fullmatch(self.signature, signature) is not None
        return fits and all(re.search(pattern, nest) for pattern in self.nest)

    def is_in(self, variant: Variant) -> bool:
        """Whether a variant has the bug: its toolchain does, and it is not mended already."""
        made = [mend.name for mend in variant.mends]
        return self.is_of(variant.toolchain) and self.mend not in made

    def mended(self, variant: Variant) -> Variant | None:
        """A variant without the bug, if there is a way to have one."""
        if self.mend is not None:
            return replace(variant, mends=(*variant.mends, edits.mend(self.mend)))
        if self.flags is not None:
            flags = f"{variant.mode.main_flags} {self.flags}".strip()
            return replace(variant, mode=replace(variant.mode, main_flags=flags))
        return None


def mended(variant: Variant) -> Variant:
    """The variant without those of the bugs that a mend of the sources takes away."""
    for entry in table():
        if entry.mend is not None and entry.is_in(variant):
            variant = entry.mended(variant) or variant
    return variant


def table(path: Path = TABLE) -> list[Known]:
    """The entries of the table."""
    entries: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    for entry in entries:
        entry["nest"] = tuple(entry.get("nest", ()))
    return [Known(**entry) for entry in entries]
