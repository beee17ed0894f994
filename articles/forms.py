"""What the import screen asks for."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from articles.fetching import FetchError, read_url
from articles.models import ImportItem, Outlet
from articles.parsing import ParsingError
from articles.parsing.formats.sniffing import Found, sniff
from articles.parsing.types import MAX_BYTES
from articles.services.containers import ContainerRequest
from articles.services.importing import MAX_ITEMS, ItemRequest

MAX_UPLOAD_BYTES = 5 * MAX_BYTES  # of all files of one article: they are held in memory until they are stored
OUTLETS_OFFERED = 300
ACCEPT = (
    ".txt,.md,.html,.htm,.xhtml,.pdf,.docx,.csv,.tsv,.jsonl,.ndjson,.json,.warc,.warc.gz,.gz,.zip,text/plain,text/html,"
    "text/csv,application/pdf,application/json,application/zip"
)


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


def name_of(items: Sequence[ItemRequest], containers: Sequence[ContainerRequest] = ()) -> str:
    """What to call an import that nobody gave a name: by its first item, and how many more there are."""
    count = len(items) + len(containers)
    if not count:
        return ""
    about = _name_of_item(items[0]) if items else containers[0].file_name
    about = " ".join(about.split())
    if len(about) > 80:
        about = f"{about[:79]}…"
    return about if count == 1 else f"{about} and {count - 1:,} more"


def _name_of_item(item: ItemRequest) -> str:
    return item.title or item.url.rpartition("://")[2] or item.file_name or item.text.strip()[:200]


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


def outlets_offered() -> list[str]:
    """What the outlet fields offer while somebody types."""
    return list(Outlet.objects.order_by("name").values_list("name", flat=True)[:OUTLETS_OFFERED])


def outlet_field(help_text: str) -> forms.CharField:
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
    addresses_outlet = outlet_field(
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
    text_outlet = outlet_field("Who published it.")
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
        help_text=(
            f"One article each: .html, .txt, .pdf, .docx, up to {MAX_BYTES // 1_000_000} MB. Many at once: tables (.csv, "
            ".jsonl), whose columns you are asked about next, web archives (.warc, .warc.gz) and .zip."
        ),
        widget=FilesInput(attrs={"accept": ACCEPT}),
    )
    files_outlet = outlet_field(
        "Who published them. Needed for texts and documents; a saved page usually says it itself."
    )

    label = forms.CharField(
        required=False,
        max_length=200,
        label="Name of this import",
        help_text="To find it again in the list; without one it is called by its first item.",
    )

    without_claims = forms.BooleanField(
        required=False,
        label="Only keep the texts",
        help_text="They are not read for claims now. That can be had later: manage.py reextract --unread.",
    )

    items: list[ItemRequest]
    containers: list[ContainerRequest]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        self.containers = []
        self.items = [*self._addresses(answers), *self._text(answers), *self._files(answers)]
        if not self.items and not self.containers and not self.errors:
            self.add_error(None, "There is nothing to import yet: give at least one address, text or file.")
        if len(self.items) > MAX_ITEMS:
            self.add_error(
                "addresses",
                f"One import takes {MAX_ITEMS:,} items at most: split this list of {len(self.items):,}.",
            )
        return answers

    def outlet_names(self) -> list[str]:
        return outlets_offered()

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
        """The files of one article each; those of many are put into `containers`."""
        files: list[UploadedFile] = answers.get("uploads") or []
        outlet = answers.get("files_outlet", "")
        found = [(file, self._found(file)) for file in files]
        single = [(file, what) for file, what in found if what is not None and not what.is_container]
        self._check_sizes(found)
        mute = [file.name for file, what in single if what.kind != "html"]
        if mute and not outlet:
            self.add_error("files_outlet", f"Say who published {mute[0]}: it does not say it itself.")
        if self.errors:
            return []
        self.containers = [
            ContainerRequest(file, file.name or "", what.kind, outlet, ask=True)  # type: ignore[arg-type]
            for file, what in found
            if what is not None and what.is_container
        ]
        return [
            ItemRequest(
                kind=ImportItem.Kind.FILE, content=file.read(), file_name=file.name or "", outlet=outlet
            )
            for file, _ in single
        ]

    def _found(self, file: UploadedFile) -> Found | None:
        try:
            return sniff(file, file.name or "", file.content_type or "")  # type: ignore[arg-type]
        except ParsingError as error:
            self.add_error("uploads", error.message)
            return None

    def _check_sizes(self, found: Sequence[tuple[UploadedFile, Found | None]]) -> None:
        articles = 0
        for file, what in found:
            size = file.size or 0
            is_many = what is not None and what.is_container
            most = settings.CONTAINER_MAX_BYTES if is_many else MAX_BYTES
            articles += 0 if is_many else size
            if size > most:
                self.add_error(
                    "uploads",
                    f"{file.name} has {filesizeformat(size)}: such a file may have {filesizeformat(most)}.",
                )
        if articles > MAX_UPLOAD_BYTES:
            self.add_error(
                "uploads",
                f"Together these files are larger than {filesizeformat(MAX_UPLOAD_BYTES)}: send them in parts, or as one "
                ".zip.",
            )
