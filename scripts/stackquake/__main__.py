"""Runs the command: `python3 -m stackquake VERB`."""

import sys

from stackquake import cli

sys.exit(cli.main(sys.argv[1:]))
