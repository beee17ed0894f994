"""What the figures may not fall below: `floors.toml`, read, checked and written.

A floor goes up by itself and down only by name and with a reason, which stays in the file. Floors lie a tolerance under
what was measured, so that sums rounded otherwise on another CPU fail nothing. They hold for one state of the data, told
by its digest.
"""

import json
import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.quality.measures import Result
from claims.extraction import VERSION

FLOORS = Path(__file__).parents[1] / "floors.toml"
TOLERANCE = 0.5
_HEAD = """\
# Written by `python -m benchmarks.quality`: --raise, --lower NAME --why "...", --accept-data SET --why "...".
# Figures are points of a hundred. A floor is what was measured less the tolerance; sha256 is of the set's data.
"""


class Refused(Exception):
    """A change of the floors that is not made, in words for whoever asked for it."""


@dataclass(frozen=True, slots=True)
class Floor:
    floor: float
    measured: float
    on: date
    extractor: str = VERSION


@dataclass(frozen=True, slots=True)
class Change:
    """A floor that went down, or data that was accepted (`name` is then the set's): when and why."""

    name: str
    on: date
    why: str
    was: float | None = None
    now: float | None = None


@dataclass(frozen=True, slots=True)
class Floors:
    """`floors` by full name, "own-texts/all-claim"; `digests` by set."""

    tolerance: float = TOLERANCE
    digests: Mapping[str, str] = field(default_factory=dict)
    floors: Mapping[str, Floor] = field(default_factory=dict)
    changes: Sequence[Change] = ()

    @property
    def latest(self) -> date | None:
        """The day a floor was last set."""
        return max((floor.on for floor in self.floors.values()), default=None)

    def of(self, data: str) -> dict[str, Floor]:
        return {name: floor for name, floor in self.floors.items() if name.partition("/")[0] == data}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence for each thing that fails, that was skipped, and that could be held and is not yet."""

    failures: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    unheld: tuple[str, ...] = ()


# --- Checking


def check(floors: Floors, results: Iterable[Result]) -> Verdict:
    failures: list[str] = []
    skipped: list[str] = []
    unheld: list[str] = []
    for result in results:
        name, held = result.data.name, floors.of(result.data.name)
        if result.measured is None:
            if held and not result.absent:
                failures.append(f"{name} is no longer measured: {result.reason}.")
            else:
                skipped.append(f"{name} is skipped: {result.reason}.")
            continue
        if held and floors.digests.get(name) != result.digest:
            failures.append(
                f"{name}: the data has changed ({result.digest[:12]}), so that its floors hold for nothing: "
                f'--accept-data {name} --why "..." sets them anew.'
            )
            continue
        for full, floor in held.items():
            figure = result.figures.get(full)
            if figure is None:
                failures.append(f"{full} is no longer measured; its floor is {floor.floor:.2f}.")
            elif figure.value < floor.floor:
                failures.append(
                    f"{full} is {figure.value:.2f}, below its floor of {floor.floor:.2f} "
                    f"({floor.measured:.2f} on {floor.on}, {floor.extractor})."
                )
        unheld += [
            f"{full} is {figure.value:.2f} and has no floor yet: --raise sets one."
            for full, figure in result.figures.items()
            if figure.held and full not in held
        ]
    return Verdict(tuple(failures), tuple(skipped), tuple(unheld))


# --- Changing


def under(value: float, tolerance: float) -> float:
    """The floor for a measured figure, to hundredths."""
    return max(0.0, math.floor(round((value - tolerance) * 100, 6)) / 100)


def raise_floors(floors: Floors, results: Iterable[Result], *, on: date) -> Floors:
    """Higher floors where the run is better, and first ones; none goes down. Raises Refused for changed data."""
    digests, held = dict(floors.digests), dict(floors.floors)
    for result in results:
        if result.measured is None:
            continue
        if floors.of(result.data.name) and digests.get(result.data.name) != result.digest:
            raise Refused(f"{result.data.name}: the data has changed; --accept-data sets its floors anew")
        digests[result.data.name] = result.digest
        for full, figure in result.figures.items():
            floor = under(figure.value, floors.tolerance)
            if figure.held and (full not in held or floor > held[full].floor):
                held[full] = Floor(floor, figure.value, on)
    return replace(floors, digests=digests, floors=held)


def lower_floors(
    floors: Floors, results: Iterable[Result], names: Iterable[str], *, why: str, on: date
) -> Floors:
    """The named floors go down to what was measured now. Raises Refused when one would not, or `why` is empty."""
    if not why.strip():
        raise Refused('a floor goes down for a reason: --why "..."')
    results = list(results)
    figures = {full: figure for result in results for full, figure in result.figures.items()}
    digests = {result.data.name: result.digest for result in results}
    held, changes = dict(floors.floors), list(floors.changes)
    for name in names:
        if name not in held:
            raise Refused(f"there is no floor {name}; there are {', '.join(sorted(held)) or 'none'}")
        if name not in figures:
            raise Refused(f"{name} was not measured in this run")
        data = name.partition("/")[0]
        if floors.digests.get(data) != digests[data]:
            raise Refused(f"{data}: the data has changed; --accept-data sets its floors anew")
        floor = Floor(under(figures[name].value, floors.tolerance), figures[name].value, on)
        if floor.floor >= held[name].floor:
            raise Refused(
                f"{name} is {floor.measured:.2f}: its floor of {held[name].floor:.2f} need not go down"
            )
        changes.append(Change(name, on, why.strip(), held[name].floor, floor.floor))
        held[name] = floor
    return replace(floors, floors=held, changes=changes)


def accept_data(
    floors: Floors, results: Iterable[Result], names: Iterable[str], *, why: str, on: date
) -> Floors:
    """The floors of the named sets are set anew, for the data as it is now. Raises Refused."""
    if not why.strip():
        raise Refused('data changes for a reason: --why "..."')
    measured = {result.data.name: result for result in results if result.measured}
    for name in names:
        if name not in measured:
            raise Refused(f"{name} was not measured in this run")
        result, before = measured[name], floors.of(name)
        if floors.digests.get(name) == result.digest:
            raise Refused(f"{name}: the data has not changed")
        held = {full: floor for full, floor in floors.floors.items() if full not in before}
        for full, figure in result.figures.items():
            if figure.held:
                held[full] = Floor(under(figure.value, floors.tolerance), figure.value, on)
        fell = [
            Change(full, on, why.strip(), floor.floor, held[full].floor if full in held else None)
            for full, floor in before.items()
            if full not in held or held[full].floor < floor.floor
        ]
        floors = replace(
            floors,
            digests={**floors.digests, name: result.digest},
            floors=held,
            changes=[*floors.changes, Change(name, on, why.strip()), *fell],
        )
    return floors


# --- The file


def read_floors(path: Path = FLOORS) -> Floors:
    """The floors of a file, none when it does not exist."""
    if not path.exists():
        return Floors()
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    sets: dict[str, Any] = data.get("sets", {})
    return Floors(
        tolerance=float(data["tolerance"]),
        digests={name: told["sha256"] for name, told in sets.items()},
        floors={
            f"{name}/{figure}": Floor(float(f["floor"]), float(f["measured"]), f["on"], f["extractor"])
            for name, told in sets.items()
            for figure, f in told["floors"].items()
        },
        changes=[Change(**change) for change in data.get("changes", [])],
    )


def write_floors(floors: Floors, path: Path = FLOORS) -> None:
    path.write_text(as_toml(floors), encoding="utf-8")


def as_toml(floors: Floors) -> str:
    lines = [_HEAD.rstrip("\n"), f"tolerance = {floors.tolerance}"]
    for name in sorted(floors.digests):
        lines += ["", f"[sets.{name}]", f"sha256 = {_quoted(floors.digests[name])}", f"[sets.{name}.floors]"]
        lines += [
            f"{full.partition('/')[2]} = {{ floor = {f.floor:.2f}, measured = {f.measured:.2f}, "
            f"on = {f.on.isoformat()}, extractor = {_quoted(f.extractor)} }}"
            for full, f in sorted(floors.of(name).items())
        ]
    for change in floors.changes:
        lines += ["", "[[changes]]", f"name = {_quoted(change.name)}", f"on = {change.on.isoformat()}"]
        lines += [f"was = {change.was:.2f}"] if change.was is not None else []
        lines += [f"now = {change.now:.2f}"] if change.now is not None else []
        lines.append(f"why = {_quoted(change.why)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TOML string; JSON's is one, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
