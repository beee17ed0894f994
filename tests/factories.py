"""Rows for tests, each made by one plain call: what a test does not care about is filled in.

Spans are given as the words themselves (`content="the dam holds"`): the factory finds them in the text, so that a
test reads like the story it tells and never counts characters. All names and texts are invented.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from articles.models import Article, ArticleVersion, Outlet
from claims.choices import Form, HopRole, ProposalKind, RunState, SpanRole, SpeakerKind, State
from claims.models import (
    Appearance,
    Claim,
    ClaimState,
    DeskSettings,
    ExtractionProposal,
    ExtractionRun,
    Hop,
    Span,
    Speaker,
)
from claims.services.readings import as_it_stands
from claims.services.speakers import name_key
from factcheck.models import User

_numbers = count(1)

STORY = (
    "Mira Tolland, the mayor of Lakeside, rejected the report in an interview with Radio Brook, Lakeside Post reports "
    "citing Northern Wire.\n"
    "“The old dam holds twice the water it was built for,” Tolland said.\n"
    "The dam was finished in 1954.\n"
)


@dataclass(frozen=True, slots=True)
class Step:
    """A hop as a test words it: `words` and `cue` are found in the text, where the text names it."""

    role: str
    name: str
    words: str = ""
    cue: str = ""


def make_user(username: str = "", role: str = "", **fields: Any) -> User:
    """A member of the desk with that role ("" for an account without any)."""
    user = User.objects.create_user(username or f"user{next(_numbers)}", password="a long password", **fields)
    if role:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def set_desk(**settings: Any) -> DeskSettings:
    """The desk's settings; the ones not named stay as they are."""
    return DeskSettings.objects.update_or_create(pk=1, defaults=settings)[0]


def make_outlet(name: str = "", domain: str = "") -> Outlet:
    """The outlet of that name, made when it is not there."""
    name = name or f"Outlet {next(_numbers)}"
    return Outlet.objects.filter(name__iexact=name).first() or Outlet.objects.create(name=name, domain=domain)


def make_article_version(
    text: str = STORY,
    *,
    outlet: Outlet | str = "Lakeside Post",
    article: Article | None = None,
    title: str = "The dam at Lakeside",
    url: str = "",
    published_at: datetime | None = None,
    language: str = "en",
) -> ArticleVersion:
    """A text as the current version of a new article, or of `article`. No extraction is requested for it."""
    if article is None:
        outlet = make_outlet(outlet) if isinstance(outlet, str) else outlet
        article = Article.objects.create(outlet=outlet, key=url or f"test:{next(_numbers)}", url=url)
    version = ArticleVersion.objects.create(
        article=article,
        number=article.versions.count() + 1,
        text=text,
        text_length=len(text),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        title=title,
        language=language,
        published_at=published_at,
    )
    article.current = version
    article.title, article.language, article.published_at = title, language, published_at
    article.save()
    return version


def make_speaker(name: str = "", kind: str = SpeakerKind.PERSON, outlet: Outlet | None = None) -> Speaker:
    """The speaker of that name, made when it is not there. Outlets and unnamed sources need their `outlet`."""
    name = name or f"Speaker {next(_numbers)}"
    speaker, _ = Speaker.objects.get_or_create(
        kind=kind, name_key=name_key(name), outlet=outlet, defaults={"name": name}
    )
    return speaker


def make_claim(
    version: ArticleVersion | None = None,
    *,
    content: str | Iterable[str] = "",
    source: str | Iterable[str] = (),
    cue: str | Iterable[str] = (),
    text: str = "",
    speaker: Speaker | str | None = None,
    form: str = Form.INDIRECT,
    hops: Sequence[Step] = (),
    state: str = State.QUEUED,
    priority: int = 50,
    veracity: str = "",
    dismiss_reason: str = "",
    author: User | None = None,
    checkable: bool = True,
    reasons: Sequence[str] = (),
) -> Claim:
    """A claim with its case and one appearance; without `hops` its chain is just the publisher.

    `content`, `source` and `cue` are words of the version's text; without `content`, its first line.
    """
    version = version or make_article_version()
    outlet = version.article.outlet
    speaker = make_speaker(speaker) if isinstance(speaker, str) else speaker
    content = content or version.text.split("\n", 1)[0]
    claim = Claim.objects.create(
        text=text or " ".join(_words(content)),
        speaker=speaker,
        language="en",
        checkable=checkable,
        reasons=list(reasons),
        score=priority / 100,
    )
    if state == State.IN_CROSS_CHECK and author is None:
        author = make_user(role="reviewer")
    ClaimState.objects.create(
        claim=claim,
        author=author,
        round=1 if author else 0,
        state=state,
        priority=priority,
        veracity=veracity,
        dismiss_reason=dismiss_reason or ("not_relevant" if state == State.DISMISSED else ""),
        outlet=outlet,
        speaker=speaker,
        form=form,
        checkable=checkable,
    )
    add_appearance(claim, version, content=content, source=source, cue=cue, form=form, hops=hops)
    return claim


def add_appearance(
    claim: Claim,
    version: ArticleVersion,
    *,
    content: str | Iterable[str],
    source: str | Iterable[str] = (),
    cue: str | Iterable[str] = (),
    form: str = Form.INDIRECT,
    hops: Sequence[Step] = (),
) -> Appearance:
    """One more occurrence of `claim`, with its spans and chain; the publisher is added when `hops` leaves it out."""
    appearance = Appearance.objects.create(
        claim=claim, version=version, position=version.appearances.count() + 1, form=form, confidence=0.9
    )
    for role, words in ((SpanRole.CONTENT, content), (SpanRole.SOURCE, source), (SpanRole.CUE, cue)):
        for word in _words(words):
            start, end = find(version.text, word)
            Span.objects.create(appearance=appearance, role=role, start=start, end=end)
    outlet = version.article.outlet
    if not any(step.role == HopRole.PUBLISHER for step in hops):
        hops = [*hops, Step(HopRole.PUBLISHER, outlet.name)]
    for position, step in enumerate(hops, 1):
        start, end = find(version.text, step.words) if step.words else (None, None)
        cue_start, cue_end = find(version.text, step.cue) if step.cue else (None, None)
        Hop.objects.create(
            appearance=appearance,
            position=position,
            role=step.role,
            name=step.name,
            outlet=outlet if step.role == HopRole.PUBLISHER else None,
            start=start,
            end=end,
            cue_start=cue_start,
            cue_end=cue_end,
        )
    return appearance


def make_run(version: ArticleVersion, state: str = RunState.DONE, **fields: Any) -> ExtractionRun:
    """An extraction run over `version`, as an extractor of the tests' own left it."""
    return ExtractionRun.objects.create(
        version=version, extractor=f"test-{next(_numbers)}", state=state, **fields
    )


def make_proposal(
    claim: Claim | None = None, *, run: ExtractionRun | None = None, **changed: Any
) -> ExtractionProposal:
    """A newer extractor's open proposal to have `claim`'s first appearance with these fields of its reading `changed`.

    Without any, to take it out.
    """
    appearance = (claim or make_story_claim()).appearances.order_by("pk")[0]
    run = run or make_run(appearance.version, again=True, finished_at=timezone.now(), claims=1)
    before = as_it_stands(appearance)
    return ExtractionProposal.objects.create(
        run=run,
        position=run.proposals.count() + 1,
        kind=ProposalKind.CHANGE if changed else ProposalKind.REMOVE,
        appearance=appearance,
        before=before,
        found={**before, "speaker_confidence": 0.9, **changed} if changed else None,
    )


def make_story_claim(**fields: Any) -> Claim:
    """Tolland's claim of STORY with its whole chain: Radio Brook (said on) -> Northern Wire -> Lakeside Post."""
    defaults: dict[str, Any] = {
        "content": "The old dam holds twice the water it was built for",
        "source": "Tolland",
        "cue": "said",
        "speaker": "Mira Tolland",
        "form": Form.DIRECT,
        "hops": [
            Step(HopRole.MEDIUM, "Radio Brook", words="Radio Brook", cue="in an interview with"),
            Step(HopRole.RELAY, "Northern Wire", words="Northern Wire", cue="citing"),
            Step(HopRole.PUBLISHER, "Lakeside Post", words="Lakeside Post", cue="reports"),
        ],
    }
    return make_claim(make_article_version(), **(defaults | fields))


def find(text: str, words: str) -> tuple[int, int]:
    """Where `words` first stand in `text`; a test that names words that are not there is wrong, and says so."""
    start = text.find(words)
    assert start >= 0, f"{words!r} is not in the text"
    return start, start + len(words)


def _words(given: str | Iterable[str]) -> list[str]:
    return [given] if isinstance(given, str) else list(given)
