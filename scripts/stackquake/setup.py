"""`quake setup`: installs the packages that are missing and builds everything."""

import argparse

from stackquake import build, packages
from stackquake.status import Status

KINDS = ("python", "build", "compare", "develop")
EXTRAS = ("afl", "go")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument("--only-packages", action="store_true", help="install, but do not build")
    parser.add_argument("--afl", action="store_true", help="install AFL++, too")
    parser.add_argument("--go", action="store_true", help="install gccgo for `quake go`, too")


def main(options: argparse.Namespace) -> Status:
    """Installs and builds what is missing, and says what is there."""
    kinds = [*KINDS, *build.PRESETS, *(name for name in EXTRAS if getattr(options, name))]
    installed = packages.ensure(*kinds)
    needed = sum(package.is_needed_by(kinds) for package in packages.read_table())
    print(f"packages: {needed} needed, {len(installed)} of them installed now")
    if not options.only_packages:
        for preset in build.PRESETS:
            build.ensure(preset, verbose=options.verbose)
            print(f"build {preset}: up to date in build/{preset}")
    return Status.OK
