"""One sensible request to every operation of the OpenAPI document, on a desk where each of them finds something to do."""

import re
from dataclasses import dataclass, field
from typing import Any

from articles.models import (
    Article,
    ArticleVersion,
    Container,
    Feed,
    Outlet,
    Placement,
    Separation,
    Snapshot,
    Story,
)
from claims.models import (
    ClaimState,
    Comment,
    Contradiction,
    EvidenceLink,
    Export,
    ExtractionProposal,
    FactCheck,
    Notice,
    Orphan,
    PriorCheck,
    PriorImport,
    PriorMatch,
    Reply,
    Speaker,
    SpeakerAlias,
    SpeakerMerge,
    SpeakerRole,
    Tag,
    Webhook,
)
from claims.services.factchecks import NEW, write_fact_check
from claims.services.viewing import save_view
from factcheck.models import Key, User
from tests.factories import make_article_version, make_claim, make_story_claim, make_user
from tests.fulldesk import fill_desk


@dataclass(frozen=True)
class Sent:
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Requests:
    """What is sent, by operation: `Requests().of("post", "/api/v1/claims/{claim_id}/take/", "claims_take")`."""

    def __init__(self, by: User) -> None:
        self.judged = fill_desk(by)
        self.fresh = make_story_claim(text="The dam is safe.")
        self.other = make_claim(make_article_version(), text="The dam is not safe.", speaker="Mira Tolland")
        make_user("carl", "reviewer")
        self.link = EvidenceLink.objects.filter(claim=self.judged).earliest("pk")
        self.role = SpeakerRole.objects.earliest("pk")
        self.merge = SpeakerMerge.objects.earliest("pk")
        self.alias = SpeakerAlias.objects.filter(merge=None).first() or SpeakerAlias.objects.earliest("pk")
        self.comment = Comment.objects.earliest("pk")
        self.reply = Reply.objects.earliest("pk")
        self.file = Container.objects.filter(state="mapping").first() or Container.objects.earliest("pk")
        self.fact_check = FactCheck.objects.earliest("pk")
        self.draft = write_fact_check(
            by=by,
            claim_id=self.fact_check.claim_id,
            language="de",
            words={"slug": "der-damm"},
            expected_version=NEW,
        )
        self.ids = {
            "appearances": self.fresh.appearances.get().pk,
            "articles": Article.objects.latest("pk").pk,
            "claims": self.fresh.pk,
            "contradictions": Contradiction.objects.earliest("pk").pk,
            "exports": Export.objects.get(state="done").pk,
            "fact-checks": self.fact_check.pk,
            "feeds": Feed.objects.earliest("pk").pk,
            "imports": self.file.job_id,
            "orphans": Orphan.objects.earliest("pk").pk,
            "prior-checks": PriorCheck.objects.earliest("pk").pk,
            "prior-imports": PriorImport.objects.earliest("pk").pk,
            "prior-matches": PriorMatch.objects.earliest("pk").pk,
            "proposals": ExtractionProposal.objects.earliest("pk").pk,
            "snapshots": Snapshot.objects.earliest("pk").sha256,
            "speakers": Speaker.objects.filter(merged_into=None, kind="person").earliest("pk").pk,
            "stories": Story.objects.filter(articles__gte=1).latest("pk").pk,
            "tags": Tag.objects.earliest("pk").pk,
            "versions": ArticleVersion.objects.get(appearances__claim=self.fresh).pk,
            "keys": Key.objects.filter(name="Newsroom screen").get().pk,
            "webhooks": Webhook.objects.get().pk,
            "views": save_view(by=by, name="Dams of all", filters={"q": "dam"}, shared=True).pk,
            "inbox": (Notice.objects.first() or Notice(pk=1)).pk,
        }
        self.inner = {
            "link_id": self.link.pk,
            "comment_id": self.comment.pk,
            "reply_id": self.reply.pk,
            "alias_id": self.alias.pk,
            "role_id": self.role.pk,
            "file_id": self.file.pk,
            "old": 1,
            "new": 1,
        }
        self.bodies = self._bodies()

    def of(self, method: str, path: str, operation: str) -> Sent:
        outer = path.split("/")[3]
        first = self.owners().get(operation, self.ids.get(outer, 1))
        names = re.findall(r"\{(\w+)\}", path)
        values = {name: self.inner.get(name, first) for name in names}
        found = path.format(**values)
        body = self.bodies.get(operation)
        versions = {
            "claims_evidence_withdraw": self.version(self.judged.pk),
            "fact_checks_discard": self.draft.version,
        }
        headers = {"If-Match": f'"{versions[operation]}"'} if operation in versions else {}
        return Sent(found, {} if body is None and method in ("post", "patch", "put") else body, headers)

    def owners(self) -> dict[str, int]:
        """The outermost thing of a request, where it is not just any."""
        of_judged = dict.fromkeys(
            ("claims_evidence_withdraw", "claims_evidence_look", "claims_evidence_see"), self.judged.pk
        )
        of_comment = dict.fromkeys(
            ("claims_comment_change", "claims_comment_delete", "claims_comment_earlier"),
            self.comment.claim_id,
        )
        return {
            **of_judged,
            **of_comment,
            "claims_reply_answer": self.reply.claim_id,
            "fact_checks_discard": self.draft.pk,
            "speakers_alias_remove": self.alias.speaker_id,
            "speakers_role_end": self.role.speaker_id,
            "speakers_role_remove": self.role.speaker_id,
            "speakers_unmerge": self.merge.target_id,
            "stats_outlet": Outlet.objects.earliest("pk").pk,
            "stats_speaker": self.ids["speakers"],
            "stories_put_back": Separation.objects.earliest("pk").story_id,
            "stories_take_out": Placement.objects.exclude(story=None).latest("pk").story_id or 0,
        }

    def version(self, claim: int) -> int:
        return ClaimState.objects.get(pk=claim).version

    def _bodies(self) -> dict[str, Any]:
        claim, appearance = self.fresh.pk, self.fresh.appearances.get()
        fresh = {"expected_version": self.version(claim)}
        judged = {"expected_version": self.version(self.judged.pk)}
        checked = {"expected_version": self.fact_check.version}
        published = {"claim_version": self.version(self.fact_check.claim_id)}
        words = {"exact": "The dam was finished in 1954"}
        return {
            "appearances_edit": {**fresh, "checkable": False},
            "appearances_split": {**fresh, "parts": [[{"exact": "The old dam holds"}], [words]]},
            "claims_comment": {"text": "Look at this."},
            "claims_comment_change": {"text": "Look at this, please."},
            "claims_confirm": fresh,
            "claims_cross_check": {**fresh, "judgements": [{"verdict": "true"}]},
            "claims_dismiss": {**fresh, "reason": "not_relevant"},
            "claims_due": {"due_at": "2030-03-05T12:00:00Z"},
            "claims_evidence_link": {**fresh, "url": "https://archive.example/plans", "stance": "refutes"},
            "claims_evidence_see": judged,
            "claims_hand_over": {"to": "carl"},
            "claims_hop_check": {
                **fresh,
                "appearance": appearance.pk,
                "position": 1,
                "result": "found",
                "note": "Heard.",
            },
            "claims_match_prior_check": {"prior_check": self.ids["prior-checks"]},
            "claims_merge": {**fresh, "into": self.other.pk},
            "claims_queue": fresh,
            "claims_reply_ask": {**fresh, "asked": "The dam board", "channel": "email"},
            "claims_reply_answer": {
                "expected_version": self.version(self.reply.claim_id),
                "answer": "It was built for 40 million.",
            },
            "claims_review": {
                **fresh,
                "judgements": [{"verdict": "true", "rationale": "The survey says so."}],
            },
            "claims_tag": {**fresh, "add": ["Dams"]},
            "claims_transition": {**fresh, "to": "on_hold", "reason": "The ministry answers on Monday."},
            "claims_undo": fresh,
            "claims_bulk": {"act": "tag", "tags": ["Dams"], "claims": [{"id": claim, **fresh}]},
            "contradictions_link": {"claim": claim, "other": self.other.pk, "note": "Safe, and not safe."},
            "desk_change": {"quorum": 2},
            "desk_verdicts_name": {"language": "de", "names": {"false": "Falsch"}},
            "exports_create": {"subject": "claims", "format": "csv"},
            "fact_checks_create": {
                "claim": self.fact_check.claim_id,
                "language": "pt-br",
                "slug": "a-barragem",
            },
            "fact_checks_write": {**checked, "title": "The dam is older than its plans"},
            "fact_checks_publish": {**checked, **published},
            "fact_checks_correct": {**published, "reason": "The plans are of 1952."},
            "fact_checks_publish_correction": {**published, "note": "The plans are of 1952."},
            "fact_checks_retract": {**published, "reason": "It is another dam."},
            "feeds_create": {"url": "https://brook.example/rss", "outlet": "Lakeside Post"},
            "feeds_change": {"name": "Lakeside Post, all"},
            "feeds_look": {"url": "http://127.0.0.1/"},
            "imports_create": {"items": [{"text": "The dam holds.", "outlet": "Lakeside Post"}]},
            "imports_table_start": {"mapping": {"text": "text", "title": "title"}},
            "preferences_change": {"wants_work": True},
            "orphans_anchor": {"quote": "The dam is gone"},
            "prior_imports_create": {"url": "https://other-desk.example/reviews.json"},
            "prior_matches_decide": {"state": "confirmed"},
            "proposals_accept": {"expected_version": self.version(self.judged.pk)},
            "proposals_decide": {
                "run": ExtractionProposal.objects.earliest("pk").run_id,
                "decision": "reject",
            },
            "speakers_update": {"wikidata": "Q42"},
            "speakers_alias_add": {"name": "The builder"},
            "speakers_merge": {"into": Speaker.objects.get(name="Mira Tolland").pk},
            "speakers_role_add": {"title": "builder"},
            "speakers_role_end": {"until": "2026-01-31"},
            "speakers_unmerge": {"merge": self.merge.pk},
            "stories_put_back": {"article": Separation.objects.earliest("pk").article_id},
            "stories_take_out": {"article": Placement.objects.exclude(story=None).latest("pk").article_id},
            "tags_add": {"name": "Bridges"},
            "tags_change": {"name": "All dams"},
            "tags_merge": {"into": "Dams"},
            "versions_claim_add": {"content": [words], "form": "own-voice"},
            "keys_make": {"name": "Newsroom site", "scopes": ["read"]},
            "webhooks_make": {"name": "Site", "url": "https://news.example/hook", "events": ["claim.moved"]},
            "webhooks_change": {"name": "Site, all"},
            "webhooks_replay": {"since": "2020-01-01T00:00:00Z"},
            "views_save": {"name": "Dams that wait", "filters": {"state": "queued"}},
            "views_rename": {"name": "Dams, first"},
        }
