"""What somebody gets who exports the desk's work: the file, as of one moment, without what a cross-checker must not see."""

import csv
import hashlib
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator

from claims.choices import ExportState
from claims.models import AuditEvent, Claim, ClaimState, Correction, Export
from claims.narrowing import filters_of
from claims.services import exporting, exportkinds
from claims.services.evidence import link_evidence
from claims.services.hopchecking import check_hop
from claims.services.reviewing import Judgement, record_review
from factcheck.lib.errors import DomainError, Missing, Refused
from factcheck.models import User
from tests.factories import make_claim, make_story_claim, make_user, set_desk

pytestmark = pytest.mark.django_db
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "export.schema.json").read_text())


@pytest.fixture
def rhea() -> User:
    return make_user("rhea", "reviewer")


@pytest.fixture
def edith() -> User:
    return make_user("edith", "editor")


def made(by: User, subject: str = "claims", file_format: str = "csv", **options: object) -> str:
    """The text of an export's file."""
    export = exporting.request_export(by=by, subject=subject, file_format=file_format, **options)
    exporting.run_export(export_id=export.pk)
    export.refresh_from_db()
    assert export.state == ExportState.DONE, export.error_message
    with exporting.open_file(export) as file:
        content = file.read()
    assert (export.sha256, export.size) == (hashlib.sha256(content).hexdigest(), len(content))
    return content.decode()


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def judge(claim: Claim, by: User, **options: object) -> None:
    version = ClaimState.objects.get(pk=claim.pk).version
    answers = [
        Judgement("false", "The plans say otherwise."),
        Judgement("confirmed", "", claim.appearances.get().pk),
    ]
    record_review(by=by, claim_id=claim.pk, expected_version=version, judgements=answers, **options)


def test_a_table_has_a_row_per_appearance_with_the_chain_in_words(rhea: User) -> None:
    claim = make_story_claim(veracity="false")
    make_claim(text="The lake is deep.", state="dismissed")
    rows = table(made(rhea, filters={"state": "queued"}))
    assert len(rows) == 1
    assert rows[0]["claim"] == str(claim.pk)
    assert rows[0]["chain"] == (
        "Mira Tolland, said on Radio Brook, relayed by Northern Wire, published by Lakeside Post"
    )
    assert (rows[0]["veracity"], rows[0]["rating"]) == ("false", "1")
    text = claim.appearances.get().version.text
    assert text[int(rows[0]["start"]) : int(rows[0]["end"])] == rows[0]["words"]


@pytest.mark.parametrize("first", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", " =1+1"])
def test_no_cell_is_a_formula(rhea: User, first: str) -> None:
    make_claim(text=f"{first} of it", speaker=f"{first} Ltd")
    row = table(made(rhea))[0]
    assert row["text"].startswith("'")
    assert row["speaker"].startswith("'")


def test_a_table_for_spreadsheets_begins_with_the_mark(rhea: User) -> None:
    make_claim()
    assert made(rhea, bom=True).startswith("\ufeffclaim,")
    assert made(rhea).startswith("claim,")


def test_a_line_of_json_has_all_of_a_claim_as_its_schema_says(rhea: User, edith: User) -> None:
    set_desk(cross_check=False, min_evidence=0)
    claim = make_story_claim()
    link_evidence(
        by=rhea,
        claim_id=claim.pk,
        url="https://plans.example/dam",
        stance="refutes",
        title="Plans of the dam",
    )
    check_hop(
        by=rhea,
        claim_id=claim.pk,
        appearance_id=claim.appearances.get().pk,
        position=1,
        result="found",
        note="Heard on air.",
    )
    judge(claim, rhea)
    version = ClaimState.objects.get(pk=claim.pk).version
    record_review(
        by=rhea, claim_id=claim.pk, expected_version=version, judgements=[Judgement("misleading", "On second thoughts.")], submit=True
    )  # fmt: skip
    Correction.objects.create(claim=claim, reason="A slip.", before={"reviews": []}, opened_by=edith)
    lines = [json.loads(line) for line in made(rhea, file_format="jsonl").splitlines()]
    assert len(lines) == 1
    Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(lines[0])
    one = lines[0]
    assert [review["verdict"] for review in one["reviews"]] == ["false", "confirmed", "misleading"]
    assert one["reviews"][0]["superseded_by"] == one["reviews"][2]["id"]
    assert one["evidence"][0]["stance"] == "refutes"
    assert one["appearances"][0]["hop_checks"][0]["note"] == "Heard on air."
    assert "submit_unchecked" in {event["verb"] for event in one["history"]}
    assert one["corrections"][0]["reason"] == "A slip."
    assert [hop["role"] for hop in one["appearances"][0]["chain"]] == ["medium", "relay", "publisher"]


@pytest.mark.parametrize("who", ["rhea", "edith"])
def test_what_a_cross_checker_must_not_see_is_in_nobodys_export(who: str, rhea: User, edith: User) -> None:
    """Not in its author's either: files are handed on, and editors may have everybody's."""
    set_desk(min_evidence=0)
    claim = make_story_claim()
    link_evidence(
        by=rhea, claim_id=claim.pk, url="https://plans.example/dam", stance="refutes", title="Plans"
    )
    judge(claim, rhea, submit=True)
    by = {"rhea": rhea, "edith": edith}[who]
    for file_format in ("csv", "jsonl", "webannotation"):
        text = made(by, file_format=file_format)
        assert "plans say otherwise" not in text
        assert '"false"' not in text
        assert "refutes" not in text.partition("\n")[2 if file_format == "csv" else 0]
    row = table(made(by))[0]
    assert (row["evidence"], row["supports"], row["refutes"], row["veracity"]) == ("1", "", "", "")


def test_an_article_a_story_and_corrections_have_their_own(rhea: User, edith: User) -> None:
    claim, _other = make_story_claim(), make_claim(text="Elsewhere.")
    article = claim.appearances.get().version.article
    assert [row["claim"] for row in table(made(rhea, "article", article_id=article.pk))] == [str(claim.pk)]
    told = {"reviews": [{"kind": "veracity", "verdict": "true"}]}
    Correction.objects.create(claim=claim, reason="A slip.", before=told, opened_by=edith)
    assert [row["before"] for row in table(made(rhea, "corrections"))] == ["veracity: true"]


def test_what_cannot_be_exported_is_refused_with_a_sentence(rhea: User) -> None:
    def refused(code: str, by: User = rhea, **given: object) -> None:
        with pytest.raises(DomainError) as caught:
            exporting.request_export(by=by, **({"subject": "claims", "file_format": "csv"} | given))
        assert caught.value.code == code

    refused("unknown_subject", subject="everything")
    refused("unknown_format", subject="corrections", file_format="webannotation")
    refused("article_not_found", subject="article", article_id=10**17)
    refused("story_not_found", subject="story")
    refused("role_required", by=make_user("nobody"))
    for _ in range(exporting.MOST_UNDONE):
        exporting.request_export(by=rhea, subject="claims", file_format="csv")
    refused("too_many_exports")


def test_only_the_maker_and_editors_have_the_file(rhea: User, edith: User) -> None:
    make_claim()
    made(rhea)
    export = Export.objects.get()
    client = Client()
    client.force_login(make_user("ray", "reviewer"))
    assert client.get(f"/exports/{export.pk}/").status_code == 404
    assert client.get(f"/exports/{export.pk}/file/").status_code == 404
    assert client.post(f"/exports/{export.pk}/change/").status_code == 404
    for user in (rhea, edith):
        client.force_login(user)
        answer = client.get(f"/exports/{export.pk}/file/")
        assert answer["Content-Disposition"] == f'attachment; filename="claims-{export.pk}.csv"'
        assert b"".join(answer.streaming_content).startswith(b"claim,")
        assert f"claims-{export.pk}.csv" in client.get(f"/exports/{export.pk}/").content.decode()


def test_a_cancelled_export_leaves_nothing_and_can_be_made_again(rhea: User, monkeypatch) -> None:
    make_claim()
    export = exporting.request_export(by=rhea, subject="claims", file_format="csv")
    read = exportkinds.read_claims

    def cancelled_meanwhile(*args: object, **options: object) -> object:
        if Export.objects.get(pk=export.pk).state == ExportState.RUNNING:
            exporting.cancel_export(by=rhea, export_id=export.pk)
        return read(*args, **options)

    monkeypatch.setattr(exportkinds, "read_claims", cancelled_meanwhile)
    assert exporting.run_export(export_id=export.pk) is None
    export.refresh_from_db()
    assert (export.state, export.file.name) == (ExportState.CANCELLED, "")
    assert exporting.run_export(export_id=export.pk) is None, "nothing is undone"
    monkeypatch.undo()
    exporting.retry_export(by=rhea, export_id=export.pk)
    assert exporting.run_export(export_id=export.pk).state == ExportState.DONE
    assert exporting.run_export(export_id=export.pk) is None, "a second message does nothing"
    verbs = AuditEvent.objects.filter(object_type="export").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["export", "cancel_export", "retry_export"]


def test_what_a_dead_worker_left_is_taken_up_and_given_up_in_the_end(rhea: User, monkeypatch) -> None:
    export = exporting.request_export(by=rhea, subject="claims", file_format="csv")
    past = timezone.now() - exporting.LEASE
    Export.objects.filter(pk=export.pk).update(
        state="running", leased_until=past, claimed_at=past, attempts=1
    )
    assert list(exporting.undone_exports()) == [export]
    Export.objects.filter(pk=export.pk).update(attempts=exporting.MOST_ATTEMPTS)
    assert exporting.run_export(export_id=export.pk) is None
    export.refresh_from_db()
    assert (export.state, export.error_code) == (ExportState.FAILED, "gave_up")
    exporting.retry_export(by=rhea, export_id=export.pk)
    monkeypatch.setattr(Export._meta.get_field("file").storage, "save", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))  # fmt: skip
    assert exporting.run_export(export_id=export.pk).error_code == "disk_full"


def test_files_have_their_time(rhea: User, django_capture_on_commit_callbacks) -> None:
    make_claim()
    made(rhea)
    export = Export.objects.get()
    path = Path(export.file.path)
    assert exporting.expire_exports() == 0
    Export.objects.update(expires_at=timezone.now() - exporting.LEASE)
    with django_capture_on_commit_callbacks(execute=True):
        assert exporting.expire_exports() == 1
    assert not path.exists()
    export.refresh_from_db()
    with pytest.raises(Missing) as caught:
        exporting.open_file(export)
    assert caught.value.code == "export_expired"


@pytest.mark.django_db(transaction=True)
def test_the_file_has_the_desk_as_it_was_when_it_was_begun(rhea: User, monkeypatch) -> None:
    """Whatever is written while a long export is under way, its own progress included."""
    monkeypatch.setattr(exporting, "CHUNK", 2)
    claims = [make_claim(text=f"Claim {n}.") for n in range(5)]
    with transaction.atomic():
        export = Export.objects.create(
            subject="claims", format="csv", label="x", created_by=rhea, state="queued"
        )
    seen: list[int] = []
    read = exportkinds.read_claims

    def with_others_at_work(ids: list[int], **options: object) -> object:
        seen.append(Export.objects.get(pk=export.pk).written)
        return read(ids, **options)

    renew = exporting._renew

    def meanwhile(one: Export, **progress: int) -> None:
        renew(one, **progress)
        if progress.get("written") == 2:
            ClaimState.objects.filter(pk=claims[4].pk).update(veracity="true")
            make_claim(text="Too late.")

    monkeypatch.setattr(exportkinds, "read_claims", with_others_at_work)
    monkeypatch.setattr(exporting, "_renew", meanwhile)
    exporting.run_export(export_id=export.pk)
    export.refresh_from_db()
    with exporting.open_file(export) as file:
        rows = table(file.read().decode())
    assert [row["text"] for row in rows] == [claim.text for claim in claims]
    assert rows[4]["veracity"] == ""
    assert (export.written, export.total, export.lines) == (5, 5, 5)
    assert ClaimState.objects.get(pk=claims[4].pk).veracity == "true"
    assert connection.in_atomic_block is False


def test_the_command_writes_here_and_now(rhea: User, tmp_path: Path) -> None:
    make_claim(text="The dam holds.")
    make_claim(text="The lake is deep.", state="new")
    out = tmp_path / "claims.csv"
    call_command("export_work", "claims", format="csv", out=str(out), by="rhea", where=["state=queued"])
    assert [row["text"] for row in table(out.read_text())] == ["The dam holds."]
    with pytest.raises(CommandError, match="no account"):
        call_command("export_work", "claims", format="csv", out=str(out), by="nobody")


def test_toolbar_answers_narrow_as_the_toolbar_does(rhea: User) -> None:
    from claims.exportforms import ExportForm

    outlet = make_claim(text="The dam holds.").case.outlet
    for answers in (
        {"state": "queued", "q": "dam", "outlet": str(outlet.pk), "checkable": "yes", "older": "24"},
        {"score": "0.5", "form": "indirect", "mine": "authored", "speaker": " Ada ", "due": "today"},
        {"veracity": "true", "edited": "silent"},
    ):
        form = ExportForm(answers, reader=rhea)
        assert filters_of(answers, reader=rhea) == form.filters(reader=rhea), answers


def test_an_export_is_refused_to_a_stranger() -> None:
    with pytest.raises(Refused):
        exporting.cancel_export(by=make_user("nobody"), export_id=1)
