"""REST API: what rows of a list can be asked to bring along (`include=`), by one query or a few for the whole page."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from articles.models import ArticleVersion, Recheck
from claims import decisions
from claims.api import articleshapes, evidenceshapes, shapes
from claims.api.articleserializers import ArticleSerializer, RecheckSerializer, VersionLineSerializer
from claims.api.peopleserializers import AliasSerializer, SpeakerRoleSerializer
from claims.api.serializers import (
    AppearanceSerializer,
    AssignmentSerializer,
    ClaimReferenceSerializer,
    ClaimSerializer,
    EvidenceSerializer,
    HopCheckSerializer,
    ReviewSerializer,
    SpeakerSerializer,
)
from claims.models import (
    Appearance,
    Assignment,
    Claim,
    EvidenceLink,
    HopCheck,
    Review,
    SpeakerAlias,
    SpeakerRole,
)
from factcheck.api.picking import Picks
from factcheck.models import User

MOST_APPEARANCES = 500  # of all claims of a page together
OF_EACH = "Where `include` asks for it."

Keys = Sequence[int]
Found = Mapping[int, Any]


class ListedClaimSerializer(ClaimSerializer):
    """A claim in a list, with what was asked for of what belongs to it."""

    appearances = AppearanceSerializer(many=True, required=False, help_text=OF_EACH)
    reviews = ReviewSerializer(many=True, required=False, help_text=f"{OF_EACH} Those that stand.")
    evidence = EvidenceSerializer(
        many=True, required=False, help_text=f"{OF_EACH} Links that were not withdrawn."
    )
    assignment = AssignmentSerializer(required=False, allow_null=True, help_text=OF_EACH)


class ListedReviewSerializer(ReviewSerializer):
    of = ClaimReferenceSerializer(required=False, allow_null=True, help_text=f"{OF_EACH} The claim.")


class ListedAppearanceSerializer(AppearanceSerializer):
    hop_checks = HopCheckSerializer(
        many=True, required=False, help_text=f"{OF_EACH} Superseded ones too, newest first."
    )


class ListedArticleSerializer(ArticleSerializer):
    versions = VersionLineSerializer(many=True, required=False, help_text=f"{OF_EACH} The newest first.")
    recheck = RecheckSerializer(required=False, allow_null=True, help_text=OF_EACH)


class ListedSpeakerSerializer(SpeakerSerializer):
    aliases = AliasSerializer(many=True, required=False, help_text=OF_EACH)
    roles = SpeakerRoleSerializer(many=True, required=False, help_text=OF_EACH)


def _grouped(
    rows: Iterable[shapes.Row], by: str, shape: Callable[[shapes.Row], shapes.Shape]
) -> dict[int, list[shapes.Shape]]:
    found: dict[int, list[shapes.Shape]] = defaultdict(list)
    for row in rows:
        found[row[by]].append(shape(row))
    return found


def _appearances(claims: Keys, user: User) -> Found:
    rows = Appearance.objects.filter(claim__in=claims).order_by("pk").values(*shapes.APPEARANCE_COLUMNS)
    found: dict[int, list[shapes.Shape]] = defaultdict(list)
    for one in shapes.appearances(list(rows[:MOST_APPEARANCES])):
        found[one["claim"]["id"]].append(one)
    return found


def _reviews(claims: Keys, user: User) -> Found:
    standing = Review.objects.filter(claim__in=claims, superseded_by=None)
    rows = decisions.visible_reviews(standing, user).order_by("pk").values(*shapes.REVIEW_COLUMNS)
    found: dict[int, list[shapes.Shape]] = defaultdict(list)
    for one in shapes.reviews(rows):
        found[one["claim"]].append(one)
    return found


def _evidence(claims: Keys, user: User) -> Found:
    links = EvidenceLink.objects.filter(claim__in=claims, withdrawn_at=None).order_by("pk")
    told = decisions.with_told_stances(links, user)
    return _grouped(told.values(*evidenceshapes.EVIDENCE_COLUMNS, "claim"), "claim", evidenceshapes.evidence)


def _assignment(claims: Keys, user: User) -> Found:
    rows = Assignment.objects.filter(claim__in=claims, ended_at=None)
    return {row["claim"]: shapes.assignment(row) for row in rows.values("claim", *shapes.ASSIGNMENT_COLUMNS)}


def _claims_of_reviews(reviews: Keys, user: User) -> Found:
    columns = ("reviews", "pk", "text", "speaker", "speaker__name", "speaker__kind")
    return {
        row["reviews"]: {
            "id": row["pk"],
            "text": row["text"],
            "speaker": shapes.speaker_reference(row, "speaker"),
        }
        for row in Claim.objects.filter(reviews__in=reviews).values(*columns)
    }


def _hop_checks(appearances: Keys, user: User) -> Found:
    rows = HopCheck.objects.filter(appearance__in=appearances).order_by("-pk")
    return _grouped(rows.values(*evidenceshapes.HOP_CHECK_COLUMNS), "appearance", evidenceshapes.hop_check)


def _versions(articles: Keys, user: User) -> Found:
    rows = ArticleVersion.objects.filter(article__in=articles).order_by("-number")
    return _grouped(
        rows.values("article", *articleshapes.VERSION_LINE_COLUMNS), "article", articleshapes.version_line
    )


def _rechecks(articles: Keys, user: User) -> Found:
    rows = Recheck.objects.filter(pk__in=articles).values("pk", *articleshapes.RECHECK_COLUMNS)
    return {row["pk"]: articleshapes.recheck(row) for row in rows}


def _aliases(speakers: Keys, user: User) -> Found:
    rows = SpeakerAlias.objects.filter(speaker__in=speakers).values("speaker", *shapes.ALIAS_COLUMNS)
    return _grouped(rows, "speaker", shapes.alias)


def _roles(speakers: Keys, user: User) -> Found:
    rows = SpeakerRole.objects.filter(speaker__in=speakers).values("speaker", *shapes.ROLE_COLUMNS)
    return _grouped(rows, "speaker", lambda row: {name: row[name] for name in shapes.ROLE_COLUMNS})


CLAIM = Picks(
    ListedClaimSerializer,
    {
        "appearances": (_appearances, []),
        "reviews": (_reviews, []),
        "evidence": (_evidence, []),
        "assignment": (_assignment, None),
    },
)
REVIEW = Picks(ListedReviewSerializer, {"of": (_claims_of_reviews, None)})
APPEARANCE = Picks(ListedAppearanceSerializer, {"hop_checks": (_hop_checks, [])})
ARTICLE = Picks(ListedArticleSerializer, {"versions": (_versions, []), "recheck": (_rechecks, None)})
SPEAKER = Picks(ListedSpeakerSerializer, {"aliases": (_aliases, []), "roles": (_roles, [])})
