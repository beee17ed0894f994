"""The folded parts of the decision panel: forms that few look at, each fetched when somebody opens it.

Folded, a part is a link to the page with that part open, so that it works without scripts; with them, the part comes
in place of its link. What is given back with what was typed in it is open from the start.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from claims.bench import Workbench
from claims.forms import VersionedForm
from claims.views.keeping import KeptInput
from factcheck.lib.addresses import address_of
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
        return mark_safe(f' data-key="{self.key}" data-key-label="{escape(said)}"')

    @property
    def opener(self) -> SafeString:
        """The words on the link, and on the head of the open part."""
        about = f'<span class="visually-hidden"> {escape(self.about)}</span>' if self.about else ""
        cap = f' <kbd data-single aria-hidden="true">{self.key}</kbd>' if self.key else ""
        return mark_safe(f"{escape(self.label)}{about}{cap}")

    def __str__(self) -> SafeString:
        if self.is_open:
            told = {"part": self, **self.more}
            return mark_safe(render_to_string("claims/_part.html", told, request=self.request).strip())
        claim, query = self.bench.claim.pk, f"appearance={self.bench.appearance.pk}"
        page, part = address_of("review", claim), address_of("review_part", claim, self.name)
        return mark_safe(
            f'<a class="{self.look}" id="part-{self.name}" href="{page}?open={self.name}&amp;{query}#part-{self.name}"'
            f' hx-get="{part}?{query}" hx-target="this" hx-swap="outerHTML" data-part data-draft="{self.draft}"'
            f"{self.key_attributes}>{self.opener}</a>"
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
