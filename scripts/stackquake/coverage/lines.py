"""The lines of sources with how often they ran, and the regions that never ran."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# What a demangled name has besides the function's own name: where it is, its parameters, and the
# version of a library's types.
UNNAMED = "(anonymous namespace)::"
PARAMETERS = re.compile(r"(\[abi:\w+\])?\(.*", re.S)
QUALIFIERS = re.compile(r"^.*:(?=[^:]+$)")


@dataclass
class Source:
    """A file, as a path from the project's root, and how often each line with code has run."""

    file: str
    counts: dict[int, int] = field(default_factory=dict)
    functions: dict[int, str] = field(default_factory=dict)  # mangled, by the line of their start

    @property
    def reached(self) -> int:
        """How many lines have run."""
        return sum(count > 0 for count in self.counts.values())


@dataclass(frozen=True)
class Region:
    """Lines of one function that have never run, with none between them that has."""

    file: str
    function: str  # its own name, without parameters and namespaces
    first: int
    last: int

    @property
    def place(self) -> str:
        """As compilers write places."""
        lines = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{self.file}:{lines}"


def read_tracefile(text: str, root: Path) -> list[Source]:
    """The sources below `root` in an lcov tracefile, in the order of their paths."""
    sources: list[Source] = []
    for record in text.split("end_of_record\n"):
        source = _read_record(record, root)
        if source is not None:
            sources.append(source)
    return sorted(sources, key=lambda source: source.file)


def _read_record(record: str, root: Path) -> Source | None:
    source: Source | None = None
    for line in record.splitlines():
        kind, _, rest = line.partition(":")
        if kind == "SF":
            path = Path(rest)
            if not path.is_relative_to(root):
                return None
            source = Source(str(path.relative_to(root)))
        elif source is not None and kind == "FN":
            number, _, name = rest.partition(",")
            source.functions.setdefault(int(number), name)
        elif source is not None and kind == "DA":
            number, count = rest.split(",")[:2]
            source.counts[int(number)] = int(count)
    return source


def unreached(
    sources: Sequence[Source], demangle: Callable[[Sequence[str]], Sequence[str]]
) -> list[Region]:
    """The regions that have never run, file by file."""
    mangled = sorted({name for source in sources for name in source.functions.values()})
    plain = dict(zip(mangled, map(own_name, demangle(mangled)), strict=True))
    return [region for source in sources for region in _regions(source, plain)]


def own_name(demangled: str) -> str:
    """A function's name alone: `copystack` of `stackquake::copystack(G&, unsigned long)`."""
    if "lambda" in demangled or "$_" in demangled:
        return "a lambda"
    without_place = demangled.replace(UNNAMED, "")
    return QUALIFIERS.sub("", PARAMETERS.sub("", without_place)).split(" ")[-1]


def _regions(source: Source, names: dict[str, str]) -> Iterator[Region]:
    function, first, last = "", 0, 0
    for line in sorted(source.counts):
        begins = source.functions.get(line)
        ran = source.counts[line] > 0
        if first and (ran or begins):
            yield Region(source.file, function, first, last)
            first = 0
        function = names[begins] if begins else function
        if not ran:
            first, last = first or line, line
    if first:
        yield Region(source.file, function, first, last)
