"""The whole benchmark, on a desk that is as small as it gets: it still runs, and leaves nothing behind."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from benchmarks import filling
from benchmarks.desk import FEWEST_CLAIMS
from claims.models import Claim, ClaimState, Span, Tally
from factcheck.models import User


def databases() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_every_operation_is_measured_and_the_desk_is_left_alone() -> None:
    User.objects.create_user("ada")
    before, said = databases(), StringIO()
    call_command("benchmark", "desk", claims=FEWEST_CLAIMS, seconds=0.001, stdout=said)
    lines = said.getvalue().splitlines()
    operations = [line.split("  ")[0] for line in lines[1:]]
    kinds = {operation.split(":")[0] for operation in operations}
    assert {"SELECT 1", "list", "dashboard", "screen", "api", "write"} <= kinds
    assert len(set(operations)) == len(operations)
    assert databases() == before
    assert list(User.objects.values_list("username", flat=True)) == ["ada"]
    assert not Claim.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"claims": 10}, "--claims takes 200 or more"),
        ({"own_server": True, "keep": True}, "--keep makes no sense"),
    ],
)
def test_what_cannot_be_is_refused_in_words(given: dict[str, object], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        call_command("benchmark", "desk", **given)


@pytest.mark.django_db(transaction=True)
def test_the_synthetic_desk_is_a_true_one(client: Client) -> None:
    reviewer = filling.fill(FEWEST_CLAIMS)
    assert Claim.objects.count() == ClaimState.objects.count() == FEWEST_CLAIMS
    for span in Span.objects.filter(role="content").select_related(
        "appearance__version", "appearance__claim"
    ):
        assert span.appearance.version.text[span.start : span.end] == span.appearance.claim.text
    for span in Span.objects.filter(role="source").select_related(
        "appearance__version", "appearance__claim__speaker"
    ):
        assert span.appearance.version.text[span.start : span.end] == span.appearance.claim.speaker.name
    for span in Span.objects.filter(role="cue").select_related("appearance__version"):
        assert span.appearance.version.text[span.start : span.end] == "said"
    counted = {tally.key: 0 for tally in Tally.objects.filter(dimension="state")}
    for tally in Tally.objects.filter(dimension="state"):
        counted[tally.key] += tally.n
    assert counted == {state: ClaimState.objects.filter(state=state).count() for state in counted}
    client.force_login(reviewer)
    assert client.get("/claims/").status_code == 200
