"""How the desk works, and what it calls the verdicts."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from claims.choices import AttributionVerdict, Veracity
from factcheck.lib.prepared import Prepared

_BUILT_IN = {value: str(label) for scale in (Veracity, AttributionVerdict) for value, label in scale.choices}
# What the page in the making has read of the desk's settings so far; None where none is being made.
_seen: ContextVar[list["DeskSettings"] | None] = ContextVar("desk_settings_seen", default=None)


class DeskSettings(models.Model):
    """How this desk works: one row, changed by editors. A row that nobody saved stands for the defaults."""

    cross_check = models.BooleanField(
        default=True, help_text="A second reviewer judges every claim without seeing the first one's verdict."
    )
    quorum = models.PositiveSmallIntegerField(default=1, help_text="Editors that have to approve a claim.")
    min_evidence = models.PositiveSmallIntegerField(
        default=2, help_text="Pieces of evidence a verdict needs; fewer need a recorded reason."
    )
    lease_minutes = models.PositiveIntegerField(
        default=60, help_text="How long a claim stays with whoever took it, from their last action on."
    )
    archive_evidence = models.BooleanField(
        default=False,
        db_default=False,
        help_text="The Wayback Machine is asked to save the addresses that are linked as evidence.",
    )
    auto_assign = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Queued claims are given to those who asked for work, whoever has least first.",
    )
    auto_assign_most = models.PositiveSmallIntegerField(
        default=3, db_default=3, help_text="Who has so many claims is given no more."
    )
    labels = models.JSONField(
        default=dict,
        blank=True,
        help_text='Names of verdicts per language: {"de": {"false": "Falsch"}}. Their order and meaning stay.',
    )

    class Meta:
        verbose_name_plural = "desk settings"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="desk_settings_one_row"),
            models.CheckConstraint(condition=Q(quorum__gte=1), name="desk_settings_quorum"),
            models.CheckConstraint(condition=Q(lease_minutes__gte=1), name="desk_settings_lease"),
            models.CheckConstraint(
                condition=Q(auto_assign_most__gte=1), name="desk_settings_auto_assign_most"
            ),
        ]

    def __str__(self) -> str:
        return "Desk settings"

    @classmethod
    def current(cls) -> "DeskSettings":
        return next(iter(_THE_ROW()), None) or cls(pk=1)

    @classmethod
    def seen(cls) -> "DeskSettings":
        """As `current`, but within `read_once` only once: for showing things. Whoever decides on a write asks `current`."""
        read = _seen.get()
        if read is None:
            return cls.current()
        if not read:
            read.append(cls.current())
        return read[0]

    def names_in(self, code: str) -> dict[str, str]:
        """What every verdict is called in the language of this code."""
        known: dict[str, dict[str, str]] = self.__dict__.setdefault("_names", {})
        if code not in known:
            own = {**self.labels.get(code.partition("-")[0], {}), **self.labels.get(code, {})}
            known[code] = _BUILT_IN | {verdict: str(name) for verdict, name in own.items()}
        return known[code]


_THE_ROW = Prepared(lambda: DeskSettings.objects.filter(pk=1))


def verdict_label(verdict: str, language: str = "") -> str:
    """What the desk calls a verdict of either scale in `language` (that of the screens, if none is given).

    "" for no verdict; without a name of the desk's own, its built-in one.
    """
    return verdict_names(language).get(verdict, verdict) if verdict else ""


def verdict_names(language: str = "") -> dict[str, str]:
    """What the desk calls all of them, for whoever names many."""
    return DeskSettings.seen().names_in(language or get_language() or "en")


def verdict_choices(verdicts: Iterable[str]) -> list[tuple[str, str]]:
    """A scale, or a part of it, in its fixed order, each verdict with what the desk calls it."""
    return [(str(verdict), verdict_label(verdict)) for verdict in verdicts]


@contextmanager
def read_once() -> Iterator[None]:
    """While this lasts, `DeskSettings.seen` reads the settings at most once."""
    token = _seen.set([])
    try:
        yield
    finally:
        _seen.reset(token)
