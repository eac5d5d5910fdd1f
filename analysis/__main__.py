"""python -m analysis COMMAND: the gap map, ranked gaps and what stands behind them; text, JSON, CSV or HTML."""

import argparse
import sys

from analysis.commands import COMMANDS
from corpus.command import add_options, run


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 if anything could be said, 1 if nothing could, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m analysis", description=__doc__)
    subparsers = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        sub = subparsers.add_parser(command.name, help=command.help, description=command.help)
        command.add_arguments(sub)
        add_options(sub)
        sub.add_argument("--year", type=int, help="the year that counts as current (default: the corpus's)")
        sub.set_defaults(run=command.run)
    args = parser.parse_args(argv)
    return run(args.run, args)


if __name__ == "__main__":
    sys.exit(main())
