"""Files to parse, made as they are asked for: invented outlets, people and events."""

import io
import zipfile
import zlib
from collections.abc import Sequence

import docx
from reportlab.pdfgen import canvas
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

FIRST = (
    "The old dam at Lakeside holds twice the water it was built for, Mayor Mira Tolland said on Tuesday. It was a well-known "
    "worry of the people downstream, who have asked the council for an inspection every single year since then."
)
SECOND = (
    "The dam was finished in 1954. An inspection eleven years ago found no damage to its walls, the district office said, "
    "although the reports of that time have never been shown to anybody outside of the office in Larn."
)


def pdf(pages: Sequence[Sequence[str]], *, head: str = "", foot: str = "", **about: str) -> bytes:
    """Each page is a list of lines; "" leaves a gap."""
    out = io.BytesIO()
    paper = canvas.Canvas(out, encrypt=about.pop("encrypt", None))
    paper.setTitle(about.get("title", ""))
    paper.setAuthor(about.get("author", ""))
    for number, lines in enumerate(pages, 1):
        y = 800
        if head:
            paper.drawString(60, y, head)
        for line in lines:
            y -= 16
            paper.drawString(60, y, line)
        if foot:
            paper.drawString(60, 20, foot.format(number))
        paper.showPage()
    paper.save()
    return out.getvalue()


def word(build: object = None) -> bytes:
    document = docx.Document()
    document.add_heading("The dam at Lakeside", 0)
    document.add_paragraph(FIRST)
    table = document.add_table(2, 2)
    for place, text in enumerate(("Year", "Cracks", "1954", "12")):
        table.cell(place // 2, place % 2).text = text
    document.add_paragraph(SECOND)
    document.core_properties.author = "Ada Brill"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def repacked(data: bytes, **members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, members.get(name.replace("/", "_").replace(".", "_"), old.read(name)))
        for name, content in members.items():
            if name.startswith("new"):
                new.writestr(name, content)
    return out.getvalue()


def warc(
    pages: Sequence[tuple[str, bytes]], *, gz: bool = True, media_type: str = "text/html; charset=utf-8"
) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=gz)
    for url, body in pages:
        request = StatusAndHeaders("GET / HTTP/1.0", [("Host", "a.example")], is_http_request=True)
        writer.write_record(writer.create_warc_record(url, "request", http_headers=request))
        answer = StatusAndHeaders("200 OK", [("Content-Type", media_type)], protocol="HTTP/1.0")
        writer.write_record(
            writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=answer)
        )
    return out.getvalue()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def pdf_bomb() -> bytes:
    """A few kilobytes that unpack to 400 megabytes."""
    bomb = zlib.compress(zlib.compress(b" " * 400_000_000, 9), 9)
    stream = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (
        len(bomb),
        bomb,
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        stream,
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start
