"""Which column of a table says what about an article: guessed from its name and from what is in it, then a person's say."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .rowdates import DAY_FIRST, MONTH_FIRST, order_of

FIELDS = ("text", "title", "url", "outlet", "published", "byline", "language", "id")

# As tables of archives, feeds and monitoring services call them; compared without case, accents, spaces and marks.
_NAMES: dict[str, str] = {
    "text": """text body content fulltext articletext articlebody bodytext article maintext cleantext story contenttext
        texte corps contenu articlecomplet inhalt volltext artikeltext haupttext textkorper texto cuerpo contenido corpo
        conteudo testo contenuto tekst tresc текст содержание полныйтекст текстстатьи контент зміст mətn metn metin icerik
        النص 正文 本文 内容""",
    "title": """title headline heading titre titel uberschrift schlagzeile titulo titular titolo tytul naslov заголовок
        название назва basliq baslik العنوان 标题 見出し タイトル""",
    "url": """url link uri address webaddress articleurl sourceurl pageurl permalink canonicalurl href lien adresse enlace
        direccion indirizzo adres ссылка адрес адресстраницы посилання kecid baglanti الرابط 链接 网址""",
    "outlet": """outlet outletname publisher source sourcename publication medium media newspaper site sitename website
        domain paper journal editeur quelle zeitung herausgeber publikation medio fuente editor periodico fonte veiculo
        testata zrodlo wydawca источник издание сми издатель джерело видання menbe kaynak yayin المصدر 来源 媒体""",
    "published": """published publishedat publishedon publicationdate publishdate publisheddate datepublished date
        pubdate publicationtime datetime timestamp time created createdat datecreated datepublication datedepublication
        datum veroffentlicht veroffentlichungsdatum erscheinungsdatum fecha fechadepublicacion fechapublicacion data
        datapubblicazione datadipubblicazione datadepublicacao datapublikacji дата датапубликации опубликовано
        датаивремя датапублікації tarix tarih التاريخ 日期 发布时间 日付""",
    "byline": """byline author authors authorname writer reporter auteur auteurs autor autoren verfasser redacteur
        autores autore autori автор авторы журналист muellif yazar المؤلف 作者 著者""",
    "language": """language lang languagecode langue sprache idioma lingua jezyk язык мова dil اللغة 语言""",
    "id": """id externalid articleid documentid docid guid uuid identifier uid recordid itemid key identifiant kennung
        nummer identificador identificativo identyfikator идентификатор номер""",
}
_SAMPLE_VALUES = 100
_TEXT_CHARACTERS = 120
_MOST_ALIKE = 0.8
_DATE = re.compile(r"\d{4}[-./]\d\d?[-./]\d\d?(?!\d)|\d\d?[-./]\d\d?[-./]\d{4}(?!\d)")
_URL = re.compile(r"https?://\S+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TableMapping:
    """Which column fills which of FIELDS, and how dates like 03/04/2026 are to be read ("" while nobody has said)."""

    columns: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""

    def as_plain(self) -> dict[str, Any]:
        return {"columns": dict(self.columns), "dates": self.dates}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "TableMapping":
        columns = {
            str(name): str(column) for name, column in dict(plain.get("columns") or {}).items() if column
        }
        return cls(columns, str(plain.get("dates") or ""))


def guess_mapping(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> TableMapping:
    """The likeliest mapping of a table with these columns, of which `rows` are the first. Each column is used once.

    The order of day and month is given only where a date of the sample leaves no choice.
    """
    found: dict[str, str] = {}
    for name in FIELDS:
        words = _NAMES[name].split()
        ranked = [
            (words.index(key), column)
            for column in columns
            if (key := _key(column)) in words and column not in found.values()
        ]
        if ranked:
            found[name] = min(ranked, key=lambda pair: pair[0])[1]
    sample = rows[:_SAMPLE_VALUES]
    free = [column for column in columns if column not in found.values()]
    if "url" not in found and (column := _first(free, sample, lambda value: _URL.match(value) is not None)):
        found["url"] = column
        free.remove(column)
    if "published" not in found and (
        column := _first(free, sample, lambda value: _DATE.match(value) is not None)
    ):
        found["published"] = column
        free.remove(column)
    if "text" not in found or _mean_length(found["text"], sample) < _TEXT_CHARACTERS:
        longest = max(free, key=lambda column: _mean_length(column, sample), default="")
        if longest and _mean_length(longest, sample) >= _TEXT_CHARACTERS:
            found["text"] = longest
    return TableMapping(
        {name: found[name] for name in FIELDS if name in found}, _dates(found.get("published", ""), sample)
    )


def is_sure(mapping: TableMapping, rows: Sequence[Mapping[str, str]]) -> bool:
    """Whether rows can be imported by `mapping` without asking anybody: they have something to import, and clear dates."""
    if not {"text", "url"} & set(mapping.columns):
        return False
    published = mapping.columns.get("published", "")
    return bool(mapping.dates) or not any(order_of(row.get(published, "")) == "either" for row in rows)


def _dates(column: str, rows: Sequence[Mapping[str, str]]) -> str:
    orders = {order_of(row.get(column, "")) for row in rows} if column else set()
    told = orders & {DAY_FIRST, MONTH_FIRST}
    return told.pop() if len(told) == 1 else ""


def _first(columns: Iterable[str], rows: Sequence[Mapping[str, str]], fits: Any) -> str:
    """The first column most of whose values fit."""
    for column in columns:
        values = [value for row in rows if (value := row.get(column, "").strip())]
        if values and sum(map(bool, map(fits, values))) >= _MOST_ALIKE * len(values):
            return column
    return ""


def _mean_length(column: str, rows: Sequence[Mapping[str, str]]) -> float:
    values = [len(value) for row in rows if (value := row.get(column, "").strip())]
    return sum(values) / len(values) if values else 0.0


def _key(name: str) -> str:
    """`Date de publication`, `date_publication` and `DatePublication` alike."""
    plain = unicodedata.normalize("NFKD", name).casefold().replace("ı", "i").rpartition(".")
    whole = plain[2] if plain[2] not in ("name", "id", "value", "url") else plain[0] or plain[2]
    return "".join(c for c in whole if c.isalnum())
