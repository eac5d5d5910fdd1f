"""python -m benchmarks NAME --data DIR [--peers] [--json]: quality and speed on labelled data."""

import argparse
import json
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

BENCHMARKS = ("formats", "dedupe", "tagging", "learner", "topics", "search", "ingest", "gaps", "maps", "pages")
WITHOUT_DATA = (
    "ingest",
    "maps",
    "pages",
)  # they make their own
WITH_SPEED = ("tagging", "topics")

Sets = Mapping[str, Mapping[str, Any]]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=BENCHMARKS)
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help=f"folder of labelled sets; not for {', '.join(WITHOUT_DATA)}"
    )
    parser.add_argument("--peers", action="store_true", help="run other tools beside ours, where they are installed")
    parser.add_argument(
        "--speed", action="store_true", help=f"speed alone, not quality; only for {', '.join(WITH_SPEED)}"
    )
    parser.add_argument("--sessions", type=int, metavar="N", help="N people at once; only for pages")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    if args.data is None and args.name not in WITHOUT_DATA and not args.speed:
        parser.error(f"{args.name} needs --data DIR")
    if args.speed and args.name not in WITH_SPEED:
        parser.error(f"{args.name} has no --speed; only {', '.join(WITH_SPEED)}")
    if args.data is not None and not args.data.is_dir():
        print(f'"{args.data}" is not a folder.', file=sys.stderr)
        return 2
    if args.sessions is not None and (args.name != "pages" or args.sessions < 1):
        parser.error("--sessions takes a number from 1, and only with pages")
    module = import_module(f"benchmarks.{args.name}")
    sets: Sets = (
        module.run_sessions(args.sessions, args.data)
        if args.sessions
        else module.run_speed(args.data)
        if args.speed
        else module.run(args.data, peers=args.peers)
    )
    if args.json:
        print(json.dumps({"benchmark": args.name, "sets": sets}, indent=1))
    else:
        for line in format_table(sets):
            print(line)
    return 0 if sets else 1


def format_table(sets: Sets) -> list[str]:
    """One line a set, one column a metric; nested metrics (per facet, per field) in a block below."""
    flat = {name: {k: v for k, v in metrics.items() if not isinstance(v, dict)} for name, metrics in sets.items()}
    columns = list(dict.fromkeys(k for metrics in flat.values() for k in metrics))
    width = max([len(name) for name in sets] + [3])
    lines = ["  ".join(["set".ljust(width)] + [c.rjust(max(len(c), 8)) for c in columns])]
    for name, metrics in flat.items():
        cells = [_cell(metrics.get(c)).rjust(max(len(c), 8)) for c in columns]
        lines.append("  ".join([name.ljust(width), *cells]))
    for name, all_metrics in sets.items():
        for key, block in all_metrics.items():
            if isinstance(block, dict):
                lines += ["", f"{name}: {key}"]
                lines += [f"  {k}: {_inline(v)}" for k, v in block.items()]
    return lines


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{k} {_cell(v)}" for k, v in value.items())
    return _cell(value)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
