"""What was found at each step of a chain: recorded, superseded, kept with its copy, and tied to the step it is about."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from claims.bench import workbench
from claims.choices import State
from claims.models import AuditEvent, ClaimState, Evidence, HopCheck
from claims.services import editing, evidence, undoing, watching
from claims.services.hopchecking import check_hop
from claims.services.readings import as_it_stands, with_all
from claims.services.verifying import audit_problems
from factcheck.lib.errors import Conflict, DomainError, Missing, Refused
from factcheck.models import User
from tests.claims.test_evidence import PAGE, server  # noqa: F401 - a fixture
from tests.factories import make_story_claim, make_user
from tests.fetching.server import TestServer

pytestmark = pytest.mark.django_db

WORDING = "The old dam may hold more than it was built for."


@pytest.fixture
def ray() -> User:
    return make_user("ray", "reviewer")


def check(by: User, claim: Any, position: int = 1, **given: Any) -> HopCheck:
    appearance = given.pop("appearance", None) or claim.appearances.get()
    given = {"result": "found", "note": "Heard on air.", **given}
    return check_hop(by=by, claim_id=claim.pk, appearance_id=appearance.pk, position=position, **given)


def marks(claim: Any, viewer: User) -> list[tuple[str, str]]:
    """The chain as the workbench shows it: each hop with the result of its last check."""
    bench = workbench(claim.pk, viewer=viewer)
    assert bench is not None
    return [(step.name, step.check.result if step.check else "") for step in bench.steps if step.position]


def test_a_check_is_recorded_and_superseded(ray: User) -> None:
    claim = make_story_claim()
    first = check(ray, claim, result="absent", note="Not in their archive.")
    second = check(ray, claim, result="altered", wording=WORDING, note="In the broadcast of 3 March.")
    assert second.supersedes == first
    assert marks(claim, ray)[0][1] == "altered"
    event = AuditEvent.objects.filter(claim=claim).latest("pk")
    assert (event.verb, event.before["result"], event.after["result"]) == ("check_hop", "absent", "altered")
    assert event.after["version"] == ClaimState.objects.get(pk=claim.pk).version == 3
    assert list(audit_problems()) == []


def test_a_check_is_never_edited(ray: User) -> None:
    one = check(ray, make_story_claim())
    for write in (
        lambda: HopCheck.objects.update(result="absent"),
        lambda: HopCheck.objects.update(note="Other."),
        lambda: HopCheck.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    one.refresh_from_db()
    assert one.result == "found"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"result": "perhaps"}, "unknown_result"),
        ({"result": "altered"}, "wording_missing"),
        ({"note": "  "}, "where_missing"),
        ({"url": "http://10.0.0.8/tape"}, "forbidden_address"),
        ({"url": "tape.example"}, "invalid_url"),
    ],
)
def test_what_is_missing_is_said(ray: User, given: dict[str, str], code: str) -> None:
    claim = make_story_claim()
    with pytest.raises(DomainError) as error:
        check(ray, claim, **given)
    assert error.value.code == code
    assert not HopCheck.objects.exists()
    assert ClaimState.objects.get(pk=claim.pk).version == 1


def test_who_may_and_on_what(ray: User) -> None:
    claim, other = make_story_claim(), make_story_claim()
    with pytest.raises(Refused):
        check(make_user(role="researcher"), claim)
    with pytest.raises(Missing) as missing:
        check(ray, claim, appearance=other.appearances.get())
    assert missing.value.code == "appearance_not_found"
    with pytest.raises(Missing) as missing:
        check(ray, claim, 99)
    assert missing.value.code == "hop_not_found"
    check(ray, claim, expected_version=1)
    with pytest.raises(Conflict) as stale:
        check(ray, claim, expected_version=1)
    assert stale.value.code == "stale"


def test_its_link_is_kept_as_evidence_is(ray: User, server: TestServer) -> None:  # noqa: F811
    claim = make_story_claim()
    url = server.page("/tape", PAGE)
    one = check(ray, claim, url=url, note="")
    assert one.document is not None and one.snapshot is None
    assert [watch.pk for watch in watching.due_documents()] == [one.document_id]
    watching.look_at_document(evidence_id=one.document_id or 0)
    one.refresh_from_db()
    assert one.snapshot is not None
    link = evidence.link_evidence(by=ray, claim_id=claim.pk, url=url, stance="supports")
    assert link.evidence == one.document, "the same document, whatever it is used for"
    assert Evidence.objects.count() == 1


def test_a_check_follows_its_step_when_the_chain_is_edited(ray: User) -> None:
    claim = make_story_claim()
    appearance = claim.appearances.get()
    names = [hop.name for hop in appearance.hops.order_by("position")]
    assert names == ["Radio Brook", "Northern Wire", "Lakeside Post"]
    check(ray, claim, 1, result="found")
    check(ray, claim, 2, result="absent")

    def edit(*steps: tuple[str, str]) -> None:
        chain = [{"role": role, "name": name} for role, name in steps]
        editing.edit_claim(by=ray, appearance_id=appearance.pk, changes={"chain": chain}, expected_version=ClaimState.objects.get(pk=claim.pk).version)  # fmt: skip

    radio, wire, post = ("medium", "Radio Brook"), ("relay", "Northern Wire"), ("publisher", "Lakeside Post")
    edit(radio, ("relay", "Coast News"), wire, post)
    assert marks(claim, ray) == [
        ("Radio Brook", "found"),
        ("Coast News", ""),
        ("Northern Wire", "absent"),
        ("Lakeside Post", ""),
    ]
    edit(wire, radio, post)
    assert marks(claim, ray) == [("Northern Wire", "absent"), ("Radio Brook", "found"), ("Lakeside Post", "")]
    edit(("relay", "Northern Wires"), radio, post)  # somebody else
    assert marks(claim, ray) == [("Northern Wires", ""), ("Radio Brook", "found"), ("Lakeside Post", "")]
    undoing.undo_move(by=ray, claim_id=claim.pk)
    assert marks(claim, ray)[0] == ("Northern Wire", "absent"), "undone, with what was found there"
    check(ray, claim, 1, result="found")
    assert HopCheck.objects.filter(name="Northern Wire").count() == 2, (
        "one line of checks, wherever it stands"
    )
    assert list(audit_problems()) == []
    assert as_it_stands(with_all(claim.appearances.all()).get())["chain"][0]["name"] == "Northern Wire"


def test_a_split_whose_part_was_checked_stays(ray: User) -> None:
    claim = make_story_claim(state=State.IN_REVIEW)
    appearance = claim.appearances.get()
    text = appearance.version.text
    reading = as_it_stands(with_all(claim.appearances.all()).get())
    start, end = reading["content"][0]
    middle = text.index(" ", (start + end) // 2)
    (part,) = editing.split_claim(
        by=ray,
        appearance_id=appearance.pk,
        parts=[[[start, middle]], [[middle + 1, end]]],
        expected_version=ClaimState.objects.get(pk=claim.pk).version,
    )
    check(ray, part.claim)
    with pytest.raises(DomainError) as error:
        undoing.undo_move(by=ray, claim_id=claim.pk)
    assert error.value.code == "acted_upon"
