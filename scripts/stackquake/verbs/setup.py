"""`quake setup`: installs the packages that are missing and builds everything."""

import argparse
from collections.abc import Sequence

from stackquake import packages
from stackquake.go import fetching
from stackquake.jobs import build
from stackquake.status import Status

KINDS = ("python", "build", "trials", "explain", "nightly", "compare", "develop")
EXTRAS = ("afl", "browser", "go")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument("--only-packages", action="store_true", help="install, but do not build")
    parser.add_argument("--afl", action="store_true", help="install AFL++, too")
    text = "install the browser in which a test looks at pages, too"
    parser.add_argument("--browser", action="store_true", help=text)
    text = (
        "install gccgo for `quake go`, too; with versions, as --go=1.24,gccgo-14, only fetch these"
        " toolchains from Debian's suites, unpacked in build/go/toolchains"
    )
    parser.add_argument("--go", nargs="?", const="", metavar="VERSIONS", help=text)


def main(options: argparse.Namespace) -> Status:
    """Installs and builds what is missing, and says what is there."""
    if options.go:
        return _fetch_toolchains(options.go.split(","))
    wanted = {
        "afl": options.afl,
        "browser": options.browser,
        "go": options.go is not None,
    }
    kinds = [*KINDS, *build.PRESETS, *(name for name in EXTRAS if wanted[name])]
    installed = packages.ensure(*kinds)
    needed = sum(package.is_needed_by(kinds) for package in packages.read_table())
    print(f"packages: {needed} needed, {len(installed)} of them installed now")
    if not options.only_packages:
        for preset in build.PRESETS:
            build.ensure(preset, verbose=options.verbose)
            print(f"build {preset}: up to date in build/{preset}")
    return Status.OK


def _fetch_toolchains(versions: Sequence[str]) -> Status:
    """Fetches toolchains, and says where they are."""
    new = fetching.ensure(versions)
    for version in dict.fromkeys(versions):
        print(fetching.describe(version) + (" (fetched now)" if version in new else ""))
    return Status.OK
