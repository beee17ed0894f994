"""What people corrected, written out in the shape in which extractors are measured; and the desk's settings."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from claims.models import AuditEvent, DeskSettings
from claims.services import curating, desk, editing
from factcheck.lib.errors import DomainError, Refused
from tests.factories import STORY, find, make_article_version, make_claim, make_story_claim, make_user

pytestmark = pytest.mark.django_db


def exported(tmp_path, **options) -> list[dict]:
    out = tmp_path / "corrections.jsonl"
    call_command("export_corrections", out=str(out), stderr=StringIO(), **options)
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_corrected_texts_are_written_with_all_their_claims(tmp_path) -> None:
    rosa = make_user("rosa", "reviewer")
    claim = make_story_claim()
    version = claim.appearances.get().version
    question = make_claim(version, content="rejected the report")
    make_claim(make_article_version("Nobody touched this."))
    assert exported(tmp_path) == []
    curating.dismiss_claim(by=rosa, claim_id=question.pk, reason="not_a_claim")
    content = [list(find(STORY, "The old dam holds twice the water"))]
    editing.edit_claim(by=rosa, appearance_id=claim.appearances.get().pk, changes={"content": content})
    [line] = exported(tmp_path)
    assert (line["text"], line["outlet"], line["removed"]) == (STORY, "Lakeside Post", 1)
    [kept] = line["claims"]
    assert (kept["content"], kept["speaker"], kept["speaker_kind"]) == (content, "Mira Tolland", "person")
    assert kept["chain"][-1] == {"name": "Lakeside Post", "role": "publisher"}
    assert kept["corrected"] is True
    assert exported(tmp_path, since="2999-01-01") == []
    with pytest.raises(CommandError):
        exported(tmp_path, since="yesterday")


def test_editors_set_how_the_desk_works(client: Client) -> None:
    client.force_login(make_user("eve", "editor"))
    address = reverse("desk_settings")
    wanted = {
        "quorum": 2,
        "min_evidence": 3,
        "lease_minutes": 90,
        "auto_assign_most": 4,
    }  # without its tick, no cross-check
    assert client.post(address, wanted).status_code == 302
    set_to = DeskSettings.current()
    assert (set_to.cross_check, set_to.quorum, set_to.min_evidence, set_to.lease_minutes) == (False, 2, 3, 90)
    assert (set_to.auto_assign, set_to.auto_assign_most) == (False, 4)
    event = AuditEvent.objects.get(verb="configure_desk")
    assert (event.before["quorum"], event.after["quorum"]) == (1, 2)
    assert client.post(address, wanted | {"quorum": 0}).status_code == 422
    client.force_login(make_user("rosa", "reviewer"))
    assert "Only editors may change it" in client.get(address).content.decode()
    assert client.post(address, wanted | {"quorum": 1}).status_code == 403
    with pytest.raises(Refused):
        desk.configure_desk(by=make_user(role="reviewer"), quorum=1)
    with pytest.raises(DomainError, match="from 1 to 20"):
        desk.configure_desk(by=make_user(role="editor"), quorum=0)
