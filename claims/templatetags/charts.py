"""A chart of the dashboards as HTML. In Python, not as a template: a table of a year's weeks has some hundred cells."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import conditional_escape, json_script
from django.utils.safestring import SafeString, mark_safe

from claims.dashboards.figures import Cell, Chart, Column

register = template.Library()


@register.simple_tag(takes_context=True)
def chart_csv(context: dict[str, Any], chart: Chart) -> str:
    """The address of this page as CSV of this chart, its filters kept."""
    query = context["request"].GET.copy()
    query["as"], query["chart"] = "csv", chart.key
    return f"?{query.urlencode()}"


@register.filter
def chart_data(chart: Chart) -> SafeString:
    """What charts.js draws, in a block that no browser runs."""
    return json_script(chart.drawing(), f"{chart.key}-data")


@register.filter
def chart_head(chart: Chart) -> SafeString:
    return mark_safe(
        "".join(f"<th{_kind(one)} scope=col>{conditional_escape(one.label)}</th>" for one in chart.columns)
    )


@register.filter
def chart_rows(chart: Chart) -> SafeString:
    """The rows of the table: the first cell names the row, numbers stand to the right."""
    columns = list(chart.columns)
    labels = [conditional_escape(one.label) for one in columns]
    return mark_safe("".join(f"<tr>{_row(columns, labels, row)}</tr>" for row in chart.rows))


def _row(columns: list[Column], labels: Sequence[str], row: Any) -> str:
    named = f'<th scope="row" class="main"><span dir="auto">{_content(row[0])}</span></th>'
    rest = zip(columns[1:], labels[1:], row[1:], strict=True)
    return named + "".join(
        f'<td data-label="{label}"{_kind(column)}><span dir="auto">{_content(cell)}</span></td>'
        for column, label, cell in rest
    )


def _kind(column: Column) -> str:
    return "" if column.wide else ' class="num tight"'


def _content(cell: Cell) -> str:
    shown = conditional_escape(cell.shown)
    return f'<a href="{conditional_escape(cell.href)}">{shown}</a>' if cell.href else shown
