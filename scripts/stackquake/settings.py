"""What a target is told besides the nest: its design, defects and poison mode."""

from dataclasses import dataclass, replace

# What verbs run unless they are told another one.
DEFAULT_DESIGN = "go1.4"


@dataclass(frozen=True)
class Settings:
    """What a target is told besides the nest: everything that decides how a run goes."""

    design: str = DEFAULT_DESIGN
    defects: tuple[str, ...] = ()
    poison: str = "asan"

    def without_defects(self) -> "Settings":
        """The design as it is meant to be."""
        return replace(self, defects=())

    def flags(self) -> list[str]:
        """As a target's own flags, which run_nests has too."""
        defects = [f"--defect={defect}" for defect in self.defects]
        return [f"--design={self.design}", *defects, f"--poison={self.poison}"]
