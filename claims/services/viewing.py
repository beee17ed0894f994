"""Saved views: filters of the claims that somebody named, for themselves or for the desk."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from claims import permissions
from claims.models import Preference, SavedView
from claims.models.savedview import VIEW_CHARACTERS
from claims.services.audit import record_event
from factcheck.lib.errors import DomainError, Missing
from factcheck.models import User

MOST_VIEWS = 50  # of one owner
Answers = dict[
    str, Any
]  # of the toolbar: field to value, as claims.forms.ClaimFilterForm.answers() gives them


def views_for(user: User) -> QuerySet[SavedView]:
    """The desk's and their own."""
    return SavedView.objects.filter(Q(shared=True) | Q(owner=user)).order_by("-shared", "name", "pk")


@transaction.atomic
def save_view(*, by: User, name: str, filters: Answers, shared: bool = False) -> SavedView:
    """Keeps `filters` under `name`; a view of that name, of `by`'s or of the desk's, gets these filters instead.

    Raises Refused, DomainError (`bad_name`, `too_many_views`).
    """
    if shared:
        permissions.require(by, "share_views")
    words = _name(name)
    same = SavedView.objects.select_for_update().filter(name__iexact=words, shared=shared)
    view = (same if shared else same.filter(owner=by)).first()
    if view is None:
        if SavedView.objects.filter(owner=by).count() >= MOST_VIEWS:
            raise DomainError("too_many_views", f"You have {MOST_VIEWS} views: delete one first.")
        view = SavedView(owner=by, name=words, shared=shared)
    before, view.filters = view.filters, filters
    _save(view)
    if shared:
        record_event(
            by=by,
            verb="save_view",
            target=view,
            before={"filters": before} if before else {},
            after={"name": view.name, "filters": filters},
        )
    return view


@transaction.atomic
def rename_view(*, by: User, view_id: int, name: str) -> SavedView:
    """Raises Refused, Missing, DomainError (`bad_name`, `view_exists`)."""
    view = _own(view_id, by)
    before, view.name = view.name, _name(name)
    _save(view)
    if view.shared:
        record_event(
            by=by, verb="rename_view", target=view, before={"name": before}, after={"name": view.name}
        )
    return view


@transaction.atomic
def delete_view(*, by: User, view_id: int) -> None:
    """Raises Refused, Missing."""
    view = _own(view_id, by)
    if view.shared:
        record_event(
            by=by, verb="delete_view", target=view, before={"name": view.name, "filters": view.filters}
        )
    view.delete()


@transaction.atomic
def set_default_view(*, by: User, view_id: int | None) -> Preference:
    """What `by`'s queue shows first; None: all that waits. Raises Missing."""
    view = None if view_id is None else find_view(view_id, by)
    return Preference.objects.update_or_create(user=by, defaults={"default_view": view})[0]


def find_view(view_id: int, user: User) -> SavedView:
    """A view that `user` may see. Raises Missing `view_not_found`."""
    view = views_for(user).filter(pk=view_id).first()
    if view is None:
        raise Missing("view_not_found", f"There is no view {view_id} of yours or of the desk's.")
    return view


def may_change(user: User, view: SavedView) -> bool:
    return permissions.may(user, "share_views") if view.shared else view.owner_id == user.pk


def _own(view_id: int, by: User) -> SavedView:
    view = find_view(view_id, by)
    if view.shared:
        permissions.require(by, "share_views")
    return SavedView.objects.select_for_update().get(pk=view.pk)


def _save(view: SavedView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise DomainError(
            "view_exists", f"There is a view “{view.name}” already: choose another name."
        ) from None


def _name(name: str) -> str:
    words = " ".join(name.split())
    if not words or len(words) > VIEW_CHARACTERS:
        raise DomainError("bad_name", f"Give the view a name of at most {VIEW_CHARACTERS} characters.")
    return words
