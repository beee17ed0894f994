"""Agreement between authors and cross-checkers, as a page of the dashboards."""

from collections.abc import Sequence

from claims.agreement import FEW, AgreementView, Line
from claims.choices import ReviewKind
from claims.dashboards.figures import SMALL, Board, Cell, Chart, Column, count, share

_NUMBERS = (
    Column("judged", "Judged by both"),
    Column("same", "The same"),
    Column("share", "Share", wide=True),
    Column("alpha_nominal", "Alpha"),
    Column("scored", "On the scale"),
    Column("alpha_ordinal", "In order"),
)


def agreement_board(view: AgreementView) -> Board:
    return Board("agreement", [_scales(view), _months(view), _pairs(view)])


def _scales(view: AgreementView) -> Chart:
    judged = sum(line.agreement.judged for line in view.scales)
    same = sum(line.agreement.same for line in view.scales)
    return Chart(
        "scales",
        "Per scale",
        f"Of the questions, {share(same, judged)} were answered alike.",
        [Column("scale", "Scale", wide=True), *_NUMBERS],
        [[Cell(line.kind, line.kind_label), *_numbers(line)] for line in view.scales],
        shape="table",
        note=f"Alpha is Krippendorff's: 1 is full agreement, 0 what chance would give. “In order” counts a verdict that is near for less "
        f"than one that is far. Fewer than {FEW} judgements say little, and are marked so.",
    )


def _pairs(view: AgreementView) -> Chart:
    return Chart(
        "pairs",
        "Per pair of reviewers",
        f"{count(len(view.pairs), 'line')}; those who judged most together come first.",
        [Column("pair", "Reviewers", wide=True), Column("scale", "Scale", wide=True), *_NUMBERS],
        [[Cell(line.who), Cell(line.kind, line.kind_label), *_numbers(line)] for line in view.pairs],
        shape="table",
    )


def _months(view: AgreementView) -> Chart:
    """One line a month; a scale that few were judged on in it has no point there."""
    months = sorted({line.month for line in view.months if line.month})
    by_month = {(line.month, line.kind): line for line in view.months}
    rows = []
    for month in months:
        row = [Cell(f"{month:%Y-%m}", f"{month:%b %Y}")]
        for kind in ReviewKind:
            line = by_month.get((month, kind.value))
            one = line.agreement if line else None
            row += [
                Cell(one.judged if one else 0),
                *_alpha(one.alpha if one else None, bool(one and one.is_few)),
            ]
        rows.append(row)
    return Chart(
        "months",
        "Per month",
        f"Alpha in each of {count(len(months), 'month')}, per scale.",
        [
            Column("month", "Month", wide=True),
            *(
                column
                for kind, tone in zip(ReviewKind, ("accent", "good"), strict=True)
                for column in (
                    Column(f"{kind}_judged", f"{kind.label} Judged by both"),
                    Column(f"{kind}_alpha", f"{kind.label} Alpha", True, tone),
                )
            ),
        ],
        rows,
        shape="lines",
        note="By UTC months.",
    )


def _numbers(line: Line) -> list[Cell]:
    one = line.agreement
    ordinal = _alpha(one.ordinal, one.is_few_scored) if line.kind == ReviewKind.VERACITY else [Cell(None)]
    return [
        Cell(one.judged, f"{one.judged:,} (few)" if one.is_few else ""),
        Cell(one.same),
        Cell(round(one.share, 4) if one.judged >= SMALL else None, share(one.same, one.judged)),
        *_alpha(one.alpha, one.is_few),
        Cell(one.scored),
        *ordinal,
    ]


def _alpha(alpha: float | None, is_few: bool) -> Sequence[Cell]:
    if alpha is None:
        return [Cell(None, "not defined")]
    return [Cell(round(alpha, 4), f"{alpha:.2f}{' (few)' if is_few else ''}")]
