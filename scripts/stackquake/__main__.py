"""Where Python starts: scripts/quake runs this file, and nothing imports it.

Python runs isolated, so that no module comes from the current folder or from PYTHONPATH. The folder
of the package is therefore not on the path yet.
"""

# Only what Python itself has imported: an interrupt is handled from the first import on.
import os
import sys

TRACEBACK = "--traceback"


def main(arguments: list[str]) -> int:
    """Runs the command and returns its exit status."""
    import signal

    # Python loses an interrupt that comes while it tidies up behind an import. So until all modules
    # are there an interrupt ends the process, as it would any program that has no handler.
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    package = os.path.dirname(os.path.realpath(__file__))
    sys.path.insert(0, os.path.dirname(package))
    from stackquake.guard import guarded

    def command() -> int:
        # Imports the modules of all verbs, and can so fail like any other work.
        from stackquake import cli

        signal.signal(signal.SIGINT, handler)
        return cli.main([word for word in arguments if word != TRACEBACK])

    return guarded(command, show_traceback=TRACEBACK in arguments)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
