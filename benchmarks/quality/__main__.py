"""`python -m benchmarks.quality`: measure the extractor; check, raise or lower its floors; write the results page."""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.quality.floors import (
    FLOORS,
    Floors,
    Refused,
    accept_data,
    check,
    lower_floors,
    raise_floors,
    read_floors,
    write_floors,
)
from benchmarks.quality.measures import SETS, DataSet, Result, run
from benchmarks.quality.page import page


def main(
    arguments: Sequence[str] | None = None, *, sets: Sequence[DataSet] = SETS, floors: Path = FLOORS
) -> int:
    """Exit status: 0; 1 when a floor does not hold; 2 when what was asked for is refused."""
    options = _parser(sets).parse_args(arguments)
    chosen = [data for data in sets if not options.only or data.name in options.only]
    if options.write and len(chosen) < len(sets):
        return _refuse("the page tells of all sets: leave out --only")
    began = time.process_time()
    results = [run(data) for data in chosen]
    spent = time.process_time() - began
    absent = [result.reason for result in results if result.absent]
    if options.write and absent:
        return _refuse("the page tells of all sets: " + "; ".join(absent))
    held = read_floors(floors)
    try:
        changed = _changed(held, results, options)
    except Refused as refused:
        return _refuse(str(refused))
    if changed != held:
        write_floors(changed, floors)
        print(f"{floors.name} is written")
    if options.write:
        options.write.write_text(page(results, changed), encoding="utf-8")
        print(f"{options.write} is written")
    if not options.check:
        print(table(results, changed))
    verdict = check(changed, results)
    for sentence in (*verdict.skipped, *verdict.unheld, *verdict.failures):
        print(sentence)
    print(f"{spent:.1f} CPU-seconds")
    return 1 if options.check and verdict.failures else 0


def _parser(sets: Sequence[DataSet]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    names = [data.name for data in sets]
    parser.add_argument(
        "--only", action="append", choices=names, help="measure this set alone (may be repeated)"
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 when a floor does not hold")
    parser.add_argument(
        "--raise", dest="higher", action="store_true", help="set higher floors where the run is better"
    )
    parser.add_argument(
        "--lower", action="append", default=[], metavar="NAME", help="let this floor down (may be repeated)"
    )
    parser.add_argument(
        "--accept-data",
        action="append",
        default=[],
        metavar="SET",
        help="set the floors of changed data anew",
    )
    parser.add_argument(
        "--why", default="", help="the reason for --lower or --accept-data, kept in floors.toml"
    )
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the results page")
    return parser


def _changed(held: Floors, results: Sequence[Result], options: argparse.Namespace) -> Floors:
    on = datetime.now(UTC).date()
    if options.accept_data:
        held = accept_data(held, results, options.accept_data, why=options.why, on=on)
    if options.lower:
        held = lower_floors(held, results, options.lower, why=options.why, on=on)
    return raise_floors(held, results, on=on) if options.higher else held


def _refuse(why: str) -> int:
    print(f"refused: {why}", file=sys.stderr)
    return 2


def table(results: Sequence[Result], floors: Floors) -> str:
    """The figures for a terminal."""
    lines = [f"{'figure':<40} {'P':>6} {'R':>6} {'F1':>7} {'floor':>7}"]
    for result in results:
        for full, figure in result.figures.items():
            floor = floors.floors.get(full)
            lines.append(
                f"{full:<40} {_points(figure.precision):>6} {_points(figure.recall):>6} {figure.value:>7.2f} "
                f"{f'{floor.floor:.2f}' if floor else '':>7}"
            )
    return "\n".join(lines)


def _points(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


if __name__ == "__main__":
    sys.exit(main())
