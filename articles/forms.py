"""What the import screen asks for."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from articles.fetching import FetchError, read_url
from articles.models import ImportItem, Outlet
from articles.parsing.types import MAX_BYTES
from articles.services.importing import MAX_ITEMS, ItemRequest

MAX_UPLOAD_BYTES = 5 * MAX_BYTES  # of all files together: they are held in memory until they are stored
OUTLETS_OFFERED = 300
_HTML_SUFFIXES = (".html", ".htm", ".xhtml")


def read_addresses(lines: Iterable[str]) -> list[str]:
    """The web addresses in a list, one a line, each once; empty lines and lines that begin with # are left out.

    A line is not judged: one that is no address fails by itself, later, with a reason.
    """
    stripped = (line.strip() for line in lines)
    kept = (line for line in stripped if line and not line.startswith("#"))
    return list(dict.fromkeys(_with_scheme(line) for line in kept))


def _with_scheme(line: str) -> str:
    """`example.com/story` as people copy it, with the https:// that browsers hide."""
    host = line.split("/", 1)[0]
    return f"https://{line}" if "." in host and ":" not in host and " " not in line else line


def name_of(items: Sequence[ItemRequest]) -> str:
    """What to call an import that nobody gave a name: by its first item, and how many more there are."""
    if not items:
        return ""
    first = items[0]
    about = first.title or first.url.rpartition("://")[2] or first.file_name or first.text.strip()[:200]
    about = " ".join(about.split())
    if len(about) > 80:
        about = f"{about[:79]}…"
    return about if len(items) == 1 else f"{about} and {len(items) - 1:,} more"


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(one, initial) for one in given]


class PasteField(forms.CharField):
    """What is pasted: a NUL in it is nothing a person could see or take out, so it is left out for them."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\0", "")


def _outlet_field(help_text: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"list": "outlets", "autocomplete": "off"})
    return forms.CharField(required=False, max_length=200, label="Outlet", help_text=help_text, widget=widget)


class ImportForm(forms.Form):
    """Addresses, one pasted text and files: whatever of them is given becomes one job. `items` holds it once valid."""

    addresses = PasteField(
        required=False,
        label="Web addresses",
        help_text=f"One a line, as many as {MAX_ITEMS:,}. The text, title, date and outlet are read from each page.",
        widget=forms.Textarea(
            attrs={
                "rows": 7,
                "spellcheck": "false",
                "autocapitalize": "off",
                "placeholder": "https://",
                "wrap": "off",
            }
        ),
    )
    addresses_outlet = _outlet_field(
        "Only if the pages do not say who published them; it then holds for all of them."
    )

    text = PasteField(
        required=False,
        strip=False,
        label="Text of the article",
        help_text="Without its title. Paragraphs are kept.",
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    text_title = forms.CharField(required=False, max_length=1000, label="Title")
    text_outlet = _outlet_field("Who published it.")
    text_published = forms.DateField(
        required=False,
        label="Day it was published",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    text_time = forms.TimeField(
        required=False,
        label="Time",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    text_url = forms.CharField(
        required=False,
        max_length=2048,
        label="Web address",
        help_text="Where the article stands, if it does. Nothing is fetched from there.",
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )

    uploads = FilesField(
        required=False,
        allow_empty_file=True,
        label="Choose files",
        help_text=f"Saved pages (.html) and plain texts (.txt), up to {MAX_BYTES // 1_000_000} MB each.",
        widget=FilesInput(attrs={"accept": ".txt,.html,.htm,.xhtml,.md,text/plain,text/html"}),
    )
    files_outlet = _outlet_field(
        "Who published them. Needed for plain texts; a saved page usually says it itself."
    )

    label = forms.CharField(
        required=False,
        max_length=200,
        label="Name of this import",
        help_text="To find it again in the list; without one it is called by its first item.",
    )

    items: list[ItemRequest]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        self.items = [*self._addresses(answers), *self._text(answers), *self._files(answers)]
        if not self.items and not self.errors:
            self.add_error(None, "There is nothing to import yet: give at least one address, text or file.")
        if len(self.items) > MAX_ITEMS:
            self.add_error(
                "addresses",
                f"One import takes {MAX_ITEMS:,} items at most: split this list of {len(self.items):,}.",
            )
        return answers

    def outlet_names(self) -> list[str]:
        """What the outlet fields offer while somebody types."""
        return list(Outlet.objects.order_by("name").values_list("name", flat=True)[:OUTLETS_OFFERED])

    def section_is_used(self) -> dict[str, bool]:
        """Which parts of the form hold something or complain, and so must stay open."""
        parts = {
            "addresses": ("addresses", "addresses_outlet"),
            "text": ("text", "text_title", "text_outlet", "text_published", "text_time", "text_url"),
            "files": ("uploads", "files_outlet"),
        }
        used = {
            part: any(self[name].errors or (name != "uploads" and self[name].value()) for name in names)
            for part, names in parts.items()
        }
        return used if any(used.values()) else used | {"addresses": True}

    def files_to_choose_again(self) -> list[str]:
        """Names of the files that came with a form that has to be shown again: no browser sends them twice."""
        return [file.name or "" for file in self.files.getlist("uploads")] if self.is_bound else []

    def _addresses(self, answers: dict[str, Any]) -> list[ItemRequest]:
        urls = read_addresses(answers.get("addresses", "").splitlines())
        outlet = answers.get("addresses_outlet", "")
        return [ItemRequest(kind=ImportItem.Kind.URL, url=url, outlet=outlet) for url in urls]

    def _text(self, answers: dict[str, Any]) -> list[ItemRequest]:
        text = answers.get("text", "")
        about = {
            name: answers.get(f"text_{name}") for name in ("title", "outlet", "published", "time", "url")
        }
        if not text.strip():
            if any(about.values()):
                self.add_error("text", "Paste the text itself too, or clear what you typed about it.")
            return []
        day, time = about["published"], about["time"]
        if time and not day:
            self.add_error("text_published", "Say on which day it was at that time, or clear the time.")
        url = next(iter(read_addresses([about["url"] or ""])), "")
        if url:
            try:
                read_url(url)
            except FetchError as error:
                self.add_error("text_url", error.message)
        if not about["outlet"] and not url:
            self.add_error("text_outlet", "Say who published this text, or give its web address.")
        return [
            ItemRequest(
                kind=ImportItem.Kind.TEXT,
                text=text,
                url=url,
                outlet=about["outlet"] or "",
                title=about["title"] or "",
                published_at=timezone.make_aware(datetime.combine(day, time)) if day and time else None,
                published_on=day,
            )
        ]

    def _files(self, answers: dict[str, Any]) -> list[ItemRequest]:
        files: list[UploadedFile] = answers.get("uploads") or []
        outlet = answers.get("files_outlet", "")
        too_big = [file for file in files if (file.size or 0) > MAX_BYTES]
        for file in too_big:
            self.add_error(
                "uploads",
                f"{file.name} has {filesizeformat(file.size or 0)}: a file may have {filesizeformat(MAX_BYTES)}.",
            )
        if sum(file.size or 0 for file in files) > MAX_UPLOAD_BYTES:
            self.add_error(
                "uploads",
                f"Together these files are larger than {filesizeformat(MAX_UPLOAD_BYTES)}: send them in parts.",
            )
        plain = [file.name for file in files if not (file.name or "").lower().endswith(_HTML_SUFFIXES)]
        if plain and not outlet:
            self.add_error(
                "files_outlet", f"Say who published {plain[0]}: a plain text does not say it itself."
            )
        if self.errors:
            return []
        return [
            ItemRequest(
                kind=ImportItem.Kind.FILE, content=file.read(), file_name=file.name or "", outlet=outlet
            )
            for file in files
        ]
