"""What a claim's page will tell, read from the case as it stands: the one reader behind preview and publication.

What reviewers wrote to each other (rationales, notes, their names) stays at the desk; an editor's words tell readers.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Prefetch
from django.utils import timezone

from articles.models import Article, ArticleVersion, Outlet
from articles.parsing.urls import url_key
from claims.checks import last_checks
from claims.choices import (
    RATING,
    EvidenceOrigin,
    Form,
    HopRole,
    ReviewKind,
    ReviewStage,
    SpanRole,
    SpeakerKind,
    Veracity,
)
from claims.exports.published import Agent, Appeared, Document, Facts, Kept, Rating, Step
from claims.ledger import roles_on
from claims.models import (
    Appearance,
    ClaimState,
    Evidence,
    EvidenceLink,
    EvidenceWatch,
    Hop,
    Review,
    SpeakerRole,
    verdict_label,
)

WIKIDATA_ITEM = "https://www.wikidata.org/wiki/"


def facts_of(case: ClaimState, language: str) -> Facts | None:
    """The facts of a judged claim, its verdicts named as in `language`; None while it has no verdict.

    The verdicts are those that its reviewers gave last: while a correction is open, what it would publish.
    """
    veracity, attributions = _verdicts(case.pk)
    if not veracity:
        return None
    appearances = _appearances(case.pk)
    judged = _handed_on(appearances, attributions)
    shown = _as_articles_have_it_now(appearances)
    archives = _archives([one.version.article.url for one in shown])
    told = tuple(_appeared(one, judged[one.pk], language, archives) for one in shown)
    first = min((_published(one.version) for one in shown if _published(one.version)), default="")
    return Facts(
        claim_id=case.pk,
        claim_text=case.claim.text,
        claimant=_claimant(case, shown),
        claim_date=first,
        rating=Rating(veracity, verdict_label(veracity, language), RATING.get(Veracity(veracity))),
        appearances=tuple(sorted(told, key=lambda one: (one.published == "", one.published))),
        documents=_documents(case.pk),
    )


def _verdicts(claim_id: int) -> tuple[str, dict[int, str]]:
    """The author's verdicts that nobody superseded: the veracity, and per judged appearance the attribution."""
    reviews = Review.objects.filter(claim_id=claim_id, stage=ReviewStage.AUTHOR, superseded_by=None)
    veracity, attributions = "", {}
    for review in reviews.order_by("pk"):
        if review.kind == ReviewKind.VERACITY:
            veracity = review.verdict
        elif review.appearance_id is not None:
            attributions[review.appearance_id] = review.verdict
    return veracity, attributions


def _appearances(claim_id: int) -> list[Appearance]:
    return list(
        Appearance.objects.filter(claim_id=claim_id)
        .select_related("version__article__outlet", "version__snapshot")
        .prefetch_related("spans", Prefetch("hops", queryset=Hop.objects.order_by("position")))
        .order_by("pk")
    )


def _handed_on(appearances: Sequence[Appearance], given: dict[int, str]) -> dict[int, str]:
    """Per appearance its verdict; one in a later text that nobody judged there has that of the one it is again."""
    verdicts: dict[int, str] = {}
    for one in appearances:
        verdicts[one.pk] = given.get(one.pk) or verdicts.get(one.previous_id or 0, "")
    return verdicts


def _as_articles_have_it_now(appearances: Sequence[Appearance]) -> list[Appearance]:
    """Of each article, the appearances in the last of its texts that has the claim."""
    last: dict[int, int] = {}
    for one in appearances:
        last[one.version.article_id] = max(last.get(one.version.article_id, 0), one.version.number)
    return [one for one in appearances if one.version.number == last[one.version.article_id]]


def _appeared(
    one: Appearance, attribution: str, language: str, archives: dict[str, EvidenceWatch]
) -> Appeared:
    version, article = one.version, one.version.article
    watch = archives.get(url_key(article.url)) if article.url else None
    snapshot = version.snapshot
    return Appeared(
        outlet=article.outlet.name,
        outlet_url=_site_of(article.outlet),
        url=article.url,
        headline=version.title or article.title,
        published=_published(version),
        form=one.form,
        form_label=Form(one.form).label,
        words=_words(one),
        attribution=Rating(attribution, verdict_label(attribution, language)) if attribution else None,
        steps=_steps(one),
        kept=Kept(
            sha256=snapshot.sha256 if snapshot else "",
            at=iso(snapshot.created_at) if snapshot else "",
            archive_url=watch.archive_url if watch else "",
        ),
    )


def _words(one: Appearance) -> str:
    """The claim as the text has it, on one line."""
    spans = sorted((span.start, span.end) for span in one.spans.all() if span.role == SpanRole.CONTENT)
    return " … ".join(" ".join(one.version.text[start:end].split()) for start, end in spans)


def _steps(one: Appearance) -> tuple[Step, ...]:
    checks = last_checks([one])
    steps = []
    for hop in one.hops.all():
        check = checks.get((hop.role, hop.name))
        document = check.document if check else None
        steps.append(
            Step(
                role=hop.role,
                role_label=HopRole(hop.role).label,
                name=hop.name,
                result=check.result if check else "",
                result_label=check.get_result_display() if check else "",
                wording=check.wording if check else "",
                checked=iso(check.at) if check else "",
                url=_public_address(document),
                kept=_kept(document, check.snapshot if check else None) if document else Kept(),
            )
        )
    return tuple(steps)


def _claimant(case: ClaimState, shown: Sequence[Appearance]) -> Agent:
    """Who made it; what an outlet says in its own voice is the outlet's."""
    if case.form == Form.OWN_VOICE:
        return Agent(kind=SpeakerKind.OUTLET, name=case.outlet.name, url=_site_of(case.outlet))
    speaker = case.speaker
    if speaker is None:
        return Agent()
    if speaker.kind == SpeakerKind.UNNAMED:
        quoted_by = speaker.outlet or case.outlet
        return Agent(kind=speaker.kind, description=f"{speaker.name}, as quoted by {quoted_by.name}")
    same_as = (f"{WIKIDATA_ITEM}{speaker.wikidata}",) if speaker.wikidata else ()
    if speaker.kind == SpeakerKind.OUTLET and speaker.outlet:
        return Agent(kind=speaker.kind, name=speaker.name, url=_site_of(speaker.outlet), same_as=same_as)
    roles = roles_on(SpeakerRole.objects.filter(speaker=speaker), _first_day(shown))
    return Agent(
        kind=speaker.kind, name=speaker.name, job_title=str(roles[0]) if roles else "", same_as=same_as
    )


def _documents(claim_id: int) -> tuple[Document, ...]:
    links = EvidenceLink.objects.filter(claim_id=claim_id, withdrawn_at=None).select_related(
        "evidence__watch", "evidence__snapshot", "evidence__version__article", "snapshot"
    )
    return tuple(
        Document(
            url=_public_address(link.evidence),
            title=_title(link.evidence),
            stance=link.stance,
            stance_label=link.get_stance_display(),
            kind_label=link.get_kind_display() if link.kind else "",
            quote=link.quote,
            kept=_kept(link.evidence, link.snapshot),
        )
        for link in links.defer("evidence__version__text").order_by("pk")
    )


def _title(document: Evidence) -> str:
    if document.origin == EvidenceOrigin.PASSAGE and document.version is not None:
        return document.title or document.version.article.title
    # The name of an uploaded file may tell what nobody meant to publish.
    return document.title or document.url or "A document that was given to the desk"


def _public_address(document: Evidence | None) -> str:
    """Where anybody can see it; "" for what is at the desk alone."""
    if document is None:
        return ""
    if document.origin == EvidenceOrigin.PASSAGE and document.version is not None:
        return document.version.article.url
    return document.url


def _kept(document: Evidence, snapshot: object) -> Kept:
    """The copy that was looked at, or the last one kept."""
    copy = snapshot or document.snapshot
    watch = getattr(document, "watch", None)
    return Kept(
        sha256=getattr(copy, "sha256", ""),
        at=iso(getattr(copy, "created_at", None)),
        archive_url=watch.archive_url if watch else "",
    )


def _archives(urls: Sequence[str]) -> dict[str, EvidenceWatch]:
    """Of these articles, those that an archive has because somebody linked them as documents: one query."""
    keys = [url_key(url) for url in urls if url]
    watches = EvidenceWatch.objects.filter(evidence__key__in=keys).exclude(archive_url="")
    return {watch.evidence.key: watch for watch in watches.select_related("evidence")}


def _site_of(outlet: Outlet) -> str:
    return f"https://{outlet.domain}/" if outlet.domain else ""


def _published(version: ArticleVersion) -> str:
    article: Article = version.article
    moment = version.published_at or article.published_at
    day = version.published_on or article.published_on
    return iso(moment) if moment else (day.isoformat() if day else "")


def _first_day(shown: Sequence[Appearance]) -> date:
    days = [timezone.localdate(one.version.published_at or one.version.created_at) for one in shown]
    return min(days, default=timezone.localdate())


def iso(moment: datetime | None) -> str:
    """To the second, as UTC: what feeds and clients of any age read."""
    return moment.astimezone(timezone.get_fixed_timezone(0)).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""
