"""`quake setup`: installs the packages that are missing and builds everything."""

import argparse

from stackquake import build, packages
from stackquake.status import Status


def main(options: argparse.Namespace) -> Status:
    """Says what it does, and does nothing where nothing is to be done."""
    extras = [name for name in ("afl", "go") if getattr(options, name)]
    users = ["all", "develop", *build.PRESETS, *extras]
    installed = packages.ensure(*users)
    needed = sum(package.needed_by in users for package in packages.read_table())
    print(f"packages: {needed} needed, {len(installed)} of them installed now")
    if not options.only_packages:
        for preset in build.PRESETS:
            build.ensure(preset, verbose=options.verbose)
            print(f"build {preset}: up to date in build/{preset}")
    return Status.OK
