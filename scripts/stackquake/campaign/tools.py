"""The programs of a campaign, and how a target comes by its inputs."""

from stackquake import targets
from stackquake.campaign.casebook import Tools
from stackquake.files import ROOT
from stackquake.findings.reduce import build_reducer, reduce_finding
from stackquake.findings.telling import build_teller, tell_finding
from stackquake.jobs import build
from stackquake.jobs.libfuzzer import MAX_LENGTH, Search

# In bytes. Longer nests take longer to run and have not found more.
MAX_NEST_LENGTH = 1536


def build_tools(target: str, *, verbose: bool) -> Tools:
    """Builds a target, and the programs that a campaign with it needs.

    What reduces and explains takes a third of the time to build. It waits for the first finding.
    """
    targets.require(target)
    runner = targets.replayer(target) or "run_nests"
    names = [f"fuzz_{target}", runner, "list_designs", "format_nests"]
    build.ensure("fuzz", names, verbose=verbose)
    program, teller, lister, formatter = (build.program("fuzz", name) for name in names)
    if not targets.runs_nests(target):
        return Tools(program, teller, lister, formatter)
    if targets.replayer(target) is not None:
        return Tools(program, teller, lister, formatter, reduce_finding, build_reducer)
    return Tools(
        program, teller, lister, formatter, reduce_finding, _build_for_findings, tell_finding
    )


async def _build_for_findings() -> None:
    """Builds what reduces and explains findings."""
    await build_reducer()
    await build_teller()


def search_of(target: str, mutator: str) -> Search:
    """How a target comes by its inputs. One that does not run nests takes any text."""
    nests = targets.runs_nests(target)
    return Search(
        mutator if nests else "bytes",
        ROOT / "fuzzers" / "nest.dict",
        MAX_NEST_LENGTH if nests else MAX_LENGTH,
    )
