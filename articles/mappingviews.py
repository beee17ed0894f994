"""The screen on which an importer says what a table's columns are, seeing its first rows as they would be imported."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from articles import queries
from articles.forms import outlets_offered
from articles.mappingform import MappingForm, TableFormatForm
from articles.models import Container
from articles.parsing.formats.columns import TableMapping
from articles.parsing.formats.starts import TableStart
from articles.parsing.formats.tables import TableFormat
from articles.services.containers import (
    format_of,
    leave_out_container,
    read_container_start,
    start_container,
    suggest_mapping,
)
from articles.services.previewing import preview_table
from factcheck.lib.errors import DomainError
from factcheck.lib.requests import DeskRequest
from factcheck.lib.roles import Role, has_role


@dataclass(slots=True)
class _Screen:
    """The forms of the screen and what they say."""

    how: TableFormat
    start: TableStart
    mapping: TableMapping
    outlet: str
    form: MappingForm
    format_form: TableFormatForm | None
    is_answered: bool = False  # by choices that fit the table as it is now


@require_http_methods(["GET", "HEAD", "POST"])
def container_mapping(request: DeskRequest, job_pk: int, pk: int) -> HttpResponse:
    """A table's columns, a guess of what they are, and its first rows. POST: `start`, `leave_out`, or see anew."""
    container = get_object_or_404(Container.objects.select_related("job", "snapshot"), pk=pk, job=job_pk)
    if container.state != Container.State.MAPPING:
        messages.info(request, f"{container.file_name} is being imported already.")
        return redirect(container.job)
    action = request.POST.get("action", "") if request.method == "POST" else ""
    problem, status = "", 200
    try:
        if action == "leave_out":
            leave_out_container(by=request.user, container=container)
            messages.success(request, f"{container.file_name} was left out.")
            return redirect(container.job)
        screen = _screen(request, container)
        if action == "start" and screen.is_answered:
            start_container(
                by=request.user,
                container=container,
                how=screen.how,
                mapping=screen.mapping,
                outlet=screen.outlet,
            )
            messages.success(
                request, f"The rows of {container.file_name} are being imported. You can leave this page."
            )
            return redirect(queries.next_to_map(container.job) or container.job)
        if action == "start":
            problem, status = (
                "The columns have changed with how the table is written: look again, then import.",
                422,
            )
    except DomainError as error:
        problem, status = error.message, error.status if error.status != 400 else 422
        screen = _screen(request, container, fall_back=True)
    context: dict[str, Any] = {
        "container": container,
        "form": screen.form,
        "format_form": screen.format_form,
        "columns": screen.start.columns,
        "preview": preview_table(screen.start.rows, screen.mapping, outlet=screen.outlet),
        "problem": problem,
        "outlets": outlets_offered(),
        "may_import": has_role(request.user, Role.RESEARCHER),
    }
    template = "articles/_mapping.html" if request.htmx else "articles/container_mapping.html"
    return render(request, template, context, status=status)


def _screen(request: DeskRequest, container: Container, *, fall_back: bool = False) -> _Screen:
    """The screen as it was sent, or as it is first shown. Raises DomainError for a table that cannot be read so."""
    how = format_of(container.table)
    is_posted = request.method == "POST"
    format_form = None
    if container.kind == Container.Kind.CSV:
        format_form = TableFormatForm(how, data=request.POST if is_posted else None)
        if is_posted and format_form.is_valid() and not fall_back:
            how = format_form.how()
    start = read_container_start(container, how)
    if is_posted:
        form = MappingForm(start, data=request.POST)
        if form.is_valid():
            return _Screen(
                how,
                start,
                form.mapping(),
                form.cleaned_data["default_outlet"],
                form,
                format_form,
                is_answered=True,
            )
    mapping, outlet = suggest_mapping(start), request.POST.get("default_outlet", container.outlet_name)
    form = MappingForm(start, initial=MappingForm.initial_of(mapping, outlet))
    return _Screen(how, start, mapping, outlet, form, format_form)
