"""The folded parts of the decision panel: forms that few look at, each fetched when somebody opens it.

Folded, a part is a link to the page with that part open, so that it works without scripts; with them, the part comes
in place of its link. What is given back with what was typed in it is open from the start.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from claims.bench import Workbench
from claims.forms import VersionedForm
from claims.views.keeping import KeptInput
from factcheck.lib.requests import DeskRequest

PLAIN = "claims/parts/_fields.html"


@dataclass(frozen=True, slots=True)
class Part:
    """One part as the panel shows it; as a string, its HTML. `name` is that of its form, in addresses and drafts."""

    name: str
    label: str
    title: str  # what the form is for, as heard
    address: str  # where the form is sent
    form: VersionedForm | None  # None while the part is folded; the history has none
    is_open: bool
    given_back: bool  # with what was typed in it
    request: DeskRequest
    bench: Workbench
    about: str = ""  # whom or what the label leaves open, for those who only hear it
    look: str = "button button--small"
    key: str = ""
    key_label: str = ""
    submit: str = ""
    submit_look: str = "button"
    fields: str = PLAIN  # the template of what is in the form
    more: Mapping[str, Any] = field(default_factory=dict)  # what that needs besides

    @property
    def draft(self) -> str:
        """Where the browser keeps what is typed."""
        return f"{self.name}-{self.bench.claim.pk}-{self.request.user.pk}"

    @property
    def key_attributes(self) -> SafeString:
        if not self.key:
            return mark_safe("")
        said = self.key_label or self.label.removesuffix(" …")
        return format_html(' data-key="{}" data-key-label="{}"', self.key, said)

    @property
    def opener(self) -> SafeString:
        """The words on the link, and on the head of the open part."""
        cap = (
            format_html(' <kbd data-single aria-hidden="true">{}</kbd>', self.key)
            if self.key
            else mark_safe("")
        )
        about = (
            format_html('<span class="visually-hidden"> {}</span>', self.about)
            if self.about
            else mark_safe("")
        )
        return format_html("{}{}{}", self.label, about, cap)

    def __str__(self) -> SafeString:
        if self.is_open:
            told = {"part": self, **self.more}
            return mark_safe(render_to_string("claims/_part.html", told, request=self.request).strip())
        claim, query = self.bench.claim.pk, f"appearance={self.bench.appearance.pk}"
        return format_html(
            '<a class="{}" id="part-{}" href="{}?open={}&amp;{}#part-{}" hx-get="{}?{}" hx-target="this"'
            ' hx-swap="outerHTML" data-part data-draft="{}"{}>{}</a>',
            self.look,
            self.name,
            reverse("review", args=[claim]),
            self.name,
            query,
            self.name,
            reverse("review_part", args=[claim, self.name]),
            query,
            self.draft,
            self.key_attributes,
            self.opener,
        )


@dataclass
class Parts:
    """Makes the parts of one showing of the panel, and knows them by name."""

    request: DeskRequest
    bench: Workbench
    returned: Mapping[str, VersionedForm]
    opened: Collection[str] = ()
    kept: KeptInput | None = None  # typed into a part before its session ended
    made: dict[str, Part] = field(default_factory=dict)

    def part(
        self,
        name: str,
        label: str,
        make: Callable[[], VersionedForm] | None,
        *,
        address: str = "",
        title: str = "",
        **options: Any,
    ) -> Part:
        """The part of that name. `make` is called only if it is open; None: it has no form."""
        form = self.returned.get(name)
        was_kept = self.kept is not None and self.kept.form == name
        is_open = form is not None or was_kept or name in self.opened
        if form is None and is_open and make is not None:
            form = make()
            if self.kept is not None and was_kept:
                form.initial.update(self.kept.fields)
        given_back = name in self.returned or was_kept
        part = Part(
            name,
            label,
            title or label.removesuffix(" …"),
            address,
            form,
            is_open,
            given_back,
            self.request,
            self.bench,
            **options,
        )
        self.made[name] = part
        return part
