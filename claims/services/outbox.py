"""What other programs are told: written to the outbox by the transaction in which it happened, for the webhooks that want it.

What an audit event tells them follows from one table, so that no way to change something can forget them. Nothing here
holds a verdict or a text: a cross-check stays blind, and who is told reads the rest by API, with a key of their own.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from articles.models import ArticleVersion
from claims import workflow
from claims.choices import NoticeKind, WebhookEventType
from claims.models import AuditEvent, ExtractionRun, FactCheck
from claims.tasks import deliver_webhook as deliver_webhook_task
from factcheck.lib.prepared import prepared_row

Type = WebhookEventType

OF_VERBS: dict[str, tuple[WebhookEventType, ...]] = {
    **dict.fromkeys(workflow.MOVES, (Type.CLAIM_MOVED,)),
    "submit": (Type.CLAIM_MOVED, Type.VERDICT_GIVEN),
    "submit_unchecked": (Type.CLAIM_MOVED, Type.VERDICT_GIVEN),
    "give_cross_check": (Type.VERDICT_GIVEN,),
    "publish": (Type.CLAIM_MOVED, Type.FACTCHECK_PUBLISHED),
    "match_check": (Type.MATCH_DECIDED,),
    "publish_fact_check": (Type.FACTCHECK_PUBLISHED,),  # one more language
    "publish_correction": (Type.CLAIM_MOVED, Type.FACTCHECK_CORRECTED),
    "retract": (Type.CLAIM_MOVED, Type.FACTCHECK_RETRACTED),
    **dict.fromkeys(
        [
            "link_evidence",
            "withdraw_evidence",
            "see_evidence",
            NoticeKind.EVIDENCE_CHANGED.value,
            NoticeKind.EVIDENCE_GONE.value,
        ],
        (Type.EVIDENCE_CHANGED,),
    ),
}

_OF_PAGES = {Type.FACTCHECK_PUBLISHED, Type.FACTCHECK_CORRECTED, Type.FACTCHECK_RETRACTED}

# One statement whatever the number of events; where no webhook wants one, nothing is written.
_WRITE = """
WITH given AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::jsonb[]) WITH ORDINALITY AS g(type, subject, data, place)
), wanted AS (
    SELECT id, events FROM claims_webhook WHERE is_on AND (%s::bigint IS NULL OR id = %s)
), told AS (
    INSERT INTO claims_webhookevent (uid, type, subject, data, at)
    SELECT 'msg_' || replace(gen_random_uuid()::text, '-', ''), type, subject, data, clock_timestamp()
      FROM given
     WHERE EXISTS (SELECT FROM wanted WHERE given.type = ANY(wanted.events) OR given.type = 'webhook.test')
     ORDER BY place
    RETURNING id, type, subject
)
INSERT INTO claims_webhookdelivery (event_id, webhook_id, subject, state, attempts, next_at)
SELECT told.id, wanted.id, told.subject, 'pending', 0, clock_timestamp()
  FROM told JOIN wanted ON told.type = ANY(wanted.events) OR told.type = 'webhook.test'
 ORDER BY told.id
RETURNING webhook_id
"""


_IS_ANY_ON = "SELECT EXISTS (SELECT FROM claims_webhook WHERE is_on)"


class Happening(NamedTuple):
    """`subject` is what it happened to (`claim:12`): events of one are told in order. `data` is plain."""

    type: WebhookEventType
    subject: str
    data: dict[str, Any]


def tell_webhooks(happenings: Iterable[Happening], *, webhook_id: int | None = None) -> int:
    """Writes them down for every webhook that wants them (or for the one given); returns how many deliveries that makes.

    Within the transaction in which they happened; workers hear of it when that commits. Where nobody listens, they are not even made.
    """
    if webhook_id is None and not prepared_row(_IS_ANY_ON)[0]:
        return 0
    told = list(happenings)
    if not told:
        return 0
    columns = [
        [one.type.value for one in told],
        [one.subject for one in told],
        [orjson.dumps(one.data).decode() for one in told],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [*columns, webhook_id, webhook_id])
        webhooks = [pk for (pk,) in cursor.fetchall()]
    for pk in dict.fromkeys(webhooks):
        transaction.on_commit(partial(deliver_webhook_task.delay, pk), robust=True)
    return len(webhooks)


def tell_of_audit(event: AuditEvent, target: Model) -> None:
    """What an audit event, of `target`, has to tell."""
    if event.verb == "extract" and isinstance(target, ExtractionRun):
        tell_webhooks([_extracted(event, target)])
        return
    types = OF_VERBS.get(event.verb, ())
    if event.verb == "undo" and "state" in event.after:
        types = (Type.CLAIM_MOVED,)
    if types and event.claim_id is not None:
        tell_webhooks(Happening(kind, f"claim:{event.claim_id}", _claim_data(event, kind)) for kind in types)


def tell_of_versions(versions: Iterable[ArticleVersion]) -> None:
    """Of texts that were just recorded: of new articles and of new versions."""
    tell_webhooks(
        Happening(
            Type.ARTICLE_IMPORTED if version.number == 1 else Type.VERSION_RECORDED,
            f"article:{version.article_id}",
            {
                "article": named("articles", version.article_id),
                "version": {**named("versions", version.pk), "number": version.number},
            },
        )
        for version in versions
    )


def tell_of_end(kind: WebhookEventType, collection: str, pk: int, **told: Any) -> None:
    """Of work in the background that has ended: a row of the API's `collection`, under the collection's name without its s."""
    name = collection.removesuffix("s").replace("-", "_")
    tell_webhooks([Happening(kind, f"{name}:{pk}", {name: named(collection, pk), **told})])


def _claim_data(event: AuditEvent, kind: WebhookEventType) -> dict[str, Any]:
    data: dict[str, Any] = {"claim": named("claims", event.claim_id)}
    if "version" in event.after:
        data["claim"]["version"] = event.after["version"]
    if kind == Type.CLAIM_MOVED:
        data |= {"move": event.verb, "from": event.before.get("state"), "to": event.after.get("state")}
    if kind == Type.EVIDENCE_CHANGED:
        data |= {"evidence": event.object_id, "what": event.verb}
    if kind == Type.MATCH_DECIDED:
        data |= {"prior_check": named("prior-checks", event.after["check"]), "match": event.after["match"]}
    if kind in _OF_PAGES:
        data["fact_checks"] = [named("fact-checks", pk) for pk in _pages(event)]
    return data


def _pages(event: AuditEvent) -> list[int]:
    """Whose words readers get, or get no more, by this: a claim that was published elsewhere has none here."""
    if event.verb == "publish_fact_check":
        return [event.object_id]
    if event.verb == "publish":
        return [event.after["fact_check"]] if "fact_check" in event.after else []
    theirs = FactCheck.objects.filter(claim=event.claim_id, current__isnull=False, retracted_at=None)
    return list(theirs.order_by("pk").values_list("pk", flat=True))


def _extracted(event: AuditEvent, run: ExtractionRun) -> Happening:
    return Happening(
        Type.CLAIMS_EXTRACTED,
        f"article:{run.version.article_id}",
        {
            "article": named("articles", run.version.article_id),
            "version": {**named("versions", run.version_id), "number": run.version.number},
            "claims": event.after["claims"],
        },
    )


def named(collection: str, pk: int | None) -> dict[str, Any]:
    """A row of one of the API's collections, by number and address."""
    return {"id": pk, "url": f"{settings.SITE_URL}/api/v1/{collection}/{pk}/"}
