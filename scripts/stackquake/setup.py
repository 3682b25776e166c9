"""`quake setup`: installs the packages that are missing and builds everything."""

from stackquake import build, packages
from stackquake.status import Status


def main(*, only_packages: bool, verbose: bool) -> Status:
    """Says what it does, and does nothing where nothing is to be done."""
    installed = packages.ensure("all", "develop", *build.PRESETS)
    print(f"packages: {len(packages.read_table())} needed, {len(installed)} of them installed now")
    if not only_packages:
        for preset in build.PRESETS:
            build.ensure(preset, verbose=verbose)
            print(f"build {preset}: up to date in build/{preset}")
    return Status.OK
