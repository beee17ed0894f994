"""What a page of the dashboards is made of: charts, which are tables first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

Value = str | int | float | None
# How a chart is drawn: a bar per row; bars of stacked parts, lying or (over time) standing; bars of seconds; lines; a line that
# goes on as a range; steps between places; or not at all.
SHAPES = ("bars", "stack", "columns", "durations", "lines", "range", "graph", "table")

SMALL = 10  # below, a share is told as “3 of 4”: a percentage of so few says more than is known


@dataclass(frozen=True, slots=True)
class Column:
    """`key` names it for programs. What is not `drawn` is in the table only. `tone`: a colour of tokens.css, without the dashes.

    `wide`: its cells are words, not numbers.
    """

    key: str
    label: str
    drawn: bool = False
    tone: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is for programs, `text` for people, when they differ; `href` leads to what was counted."""

    value: Value
    text: str = ""
    href: str = ""

    @property
    def shown(self) -> str:
        if self.text or self.value is None:
            return self.text or "–"
        return f"{self.value:,}" if isinstance(self.value, int) else str(self.value)


@dataclass(frozen=True, slots=True)
class Chart:
    """`reading` says in one sentence what is to be seen; `note` how it was counted. `empty`: what to say without rows.

    `tones`: a colour for each row, as Column.tone.
    """

    key: str
    title: str
    reading: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    shape: str = "bars"
    note: str = ""
    empty: str = "Nothing to count yet."
    tones: Sequence[str] = ()

    def values(self) -> list[list[Value]]:
        return [[cell.value for cell in row] for row in self.rows]

    def drawing(self) -> dict[str, object]:
        """What charts.js draws: the table's own values."""
        return {
            "shape": self.shape,
            "title": self.title,
            "reading": self.reading,
            "columns": [
                {"key": one.key, "label": one.label, "drawn": one.drawn, "tone": one.tone}
                for one in self.columns
            ],
            "rows": self.values(),
            "tones": list(self.tones),
            "texts": [[cell.shown for cell in row] for row in self.rows],
        }

    @property
    def is_drawn(self) -> bool:
        drawn = self.shape == "graph" or any(column.drawn for column in self.columns)
        return self.shape != "table" and drawn and bool(self.rows)


@dataclass(frozen=True, slots=True)
class Board:
    """One page: its charts, what it is narrowed to (as its address has it), and filters that nothing could be done with."""

    key: str
    charts: Sequence[Chart]
    asked: dict[str, str] = field(default_factory=dict)
    problems: Sequence[str] = ()

    def __getitem__(self, key: str) -> Chart:
        return {chart.key: chart for chart in self.charts}[key]


def table(charts: Sequence[Chart]) -> Iterator[Sequence[Value]]:
    """Rows of a CSV, the heading first: one chart as its table, several as one value a line."""
    if len(charts) == 1:
        yield [column.key for column in charts[0].columns]
        yield from charts[0].values()
        return
    yield "chart", "row", "column", "value"
    for chart in charts:
        for row in chart.values():
            for column, value in zip(chart.columns[1:], row[1:], strict=True):
                yield chart.key, row[0], column.key, value


def share(part: int, whole: int) -> str:
    """How much of it, in words that fit how many there are."""
    if whole == 0:
        return "none yet"
    if whole < SMALL:
        return f"{part} of {whole}"
    return f"{100 * part / whole:.0f} % ({part:,} of {whole:,})"


def count(n: int, one: str, many: str = "") -> str:
    """As “1 claim”, “2,000 claims”."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"


def span(seconds: float) -> str:
    """A duration as people say it, to two figures: “40 min”, “3.2 h”, “12 days”."""
    for size, unit, limit in ((1, "s", 90), (60, "min", 90 * 60), (3600, "h", 48 * 3600)):
        if seconds < limit:
            return f"{_short(seconds / size)} {unit}"
    return f"{_short(seconds / 86400)} days"


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0") if number < 10 else f"{number:,.0f}"
