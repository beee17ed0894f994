"""Topic tags: what the desk calls its topics, and which claims are about them."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from claims import permissions
from claims.models import ClaimState, ClaimTag, SavedView, Tag
from claims.models.tag import TAG_CHARACTERS
from claims.services.audit import record_event
from claims.services.cases import bump, lock_case
from factcheck.lib.errors import DomainError, Missing
from factcheck.models import User

MOST_TAGS = 20  # of one claim


# ---- The tags of a claim ---------------------------------------------------------------------------


@transaction.atomic
def tag_claim(
    *,
    by: User,
    claim_id: int,
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
    expected_version: int | None = None,
) -> ClaimState:
    """Gives a claim the tags named in `add` and takes from it those in `remove`; capitals do not matter.

    Raises Refused, Missing (`claim_not_found`, `tag_not_found`), Conflict `stale`, DomainError (`tag_retired`,
    `too_many_tags`, `nothing_changed`).
    """
    permissions.require(by, "tag")
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    wanted = [find_tag(name) for name in add]
    for tag in wanted:
        if tag.retired_at is not None:
            raise DomainError("tag_retired", f"“{tag}” is not in use any more: choose another tag.")
    unwanted = {find_tag(name).pk for name in remove}
    before = _tags_of(claim_id)
    after = {pk: tag for pk, tag in before.items() if pk not in unwanted}
    after |= {tag.pk: tag for tag in wanted if tag.pk not in unwanted}
    if after.keys() == before.keys():
        raise DomainError("nothing_changed", "That is how it is tagged already: nothing was changed.")
    if len(after) > MOST_TAGS:
        raise DomainError("too_many_tags", f"A claim has {MOST_TAGS} tags at most: take one off first.")
    _write(case, before, after, by=by)
    return case


def _tags_of(claim_id: int) -> dict[int, Tag]:
    return {tag.pk: tag for tag in Tag.objects.filter(claim_tags__claim=claim_id)}


def _write(case: ClaimState, before: dict[int, Tag], after: dict[int, Tag], *, by: User) -> None:
    added = change_tags(case.pk, add=after.keys() - before.keys(), remove=before.keys() - after.keys(), by=by)
    bump(case)
    record_event(
        by=by,
        verb="tag",
        target=case.claim,
        claim=case.claim,
        before={"tags": sorted(tag.name for tag in before.values())},
        after={
            "tags": sorted(tag.name for tag in after.values()),
            "added": added,
            "removed": sorted(before.keys() - after.keys()),
            "version": case.version,
        },
    )


def change_tags(claim_id: int, *, add: Iterable[int], remove: Iterable[int], by: User) -> list[int]:
    """Writes the links alone, of a locked claim; a tag merged since stands for the one it went into. Returns the tags added."""
    there = set(ClaimTag.objects.filter(claim=claim_id).values_list("tag_id", flat=True))
    gone = _resolved(remove)
    ClaimTag.objects.filter(claim=claim_id, tag__in=gone).delete()
    new = sorted(_resolved(add) - (there - gone))
    ClaimTag.objects.bulk_create(ClaimTag(claim_id=claim_id, tag_id=tag, added_by=by) for tag in new)
    return new


def copy_tags(source: int, target: int, *, by: User) -> list[int]:
    """Gives a locked claim the tags of another too; returns those that it did not have."""
    tags = ClaimTag.objects.filter(claim=source).values_list("tag_id", flat=True)
    return change_tags(target, add=tags, remove=(), by=by)


def _resolved(tags: Iterable[int]) -> set[int]:
    rows = Tag.objects.filter(pk__in=list(tags)).values_list("pk", "merged_into")
    return {into or pk for pk, into in rows}


def find_tag(name: str) -> Tag:
    """The tag of that name, or the one that it was merged into. Raises Missing `tag_not_found`."""
    words = _spelt(name)
    tag = Tag.objects.select_related("merged_into").filter(name__iexact=words).first()
    if tag is None:
        raise Missing(
            "tag_not_found",
            f"There is no tag “{words}”: choose one of the desk's, or ask an editor to add it.",
        )
    return tag.merged_into or tag


# ---- The desk's vocabulary -------------------------------------------------------------------------


@transaction.atomic
def add_tag(*, by: User, name: str) -> Tag:
    """Raises Refused, DomainError (`bad_name`, `tag_exists`)."""
    permissions.require(by, "manage_tags")
    words = _free_name(name)
    tag = Tag.objects.create(name=words, created_by=by)
    record_event(by=by, verb="add_tag", target=tag, after={"name": words})
    return tag


@transaction.atomic
def rename_tag(*, by: User, tag_id: int, name: str) -> Tag:
    """Raises Refused, Missing, DomainError (`bad_name`, `tag_exists`, `tag_merged`)."""
    permissions.require(by, "manage_tags")
    [tag] = _lock([tag_id])
    words = _free_name(name, tag)
    if words != tag.name:
        record_event(by=by, verb="rename_tag", target=tag, before={"name": tag.name}, after={"name": words})
        tag.name = words
        tag.save(update_fields=["name"])
    return tag


@transaction.atomic
def retire_tag(*, by: User, tag_id: int, retired: bool = True) -> Tag:
    """Takes a tag out of use, or (`retired=False`) into use again; claims that have it keep it.

    Raises Refused, Missing, DomainError `tag_merged`.
    """
    permissions.require(by, "manage_tags")
    [tag] = _lock([tag_id])
    if (tag.retired_at is not None) != retired:
        tag.retired_at = timezone.now() if retired else None
        tag.save(update_fields=["retired_at"])
        record_event(by=by, verb="retire_tag" if retired else "restore_tag", target=tag)
    return tag


@transaction.atomic
def merge_tags(*, by: User, tag_id: int, into: str) -> Tag:
    """Gives the claims of one tag, and the views of it, to the tag called `into`, which the first one's name finds from then on.

    Returns that tag. Raises Refused, Missing, DomainError (`into_itself`, `tag_merged`, `tag_retired`).
    """
    permissions.require(by, "manage_tags")
    other = find_tag(into)
    if other.pk == tag_id:
        raise DomainError("into_itself", "That is one tag already: name another one.")
    locked = {tag.pk: tag for tag in _lock([tag_id, other.pk])}
    source, target = locked[tag_id], locked[other.pk]
    if target.retired_at is not None:
        raise DomainError("tag_retired", f"“{target}” is not in use any more: choose another tag.")
    links = ClaimTag.objects.filter(tag=source)
    # Nobody judges them meanwhile: verdicts are counted by tag. In one order for all writers.
    cases = ClaimState.objects.select_for_update().filter(pk__in=links.values("claim")).order_by("pk")
    list(cases.values_list("pk", flat=True))
    have_both = ClaimTag.objects.filter(tag=target).values("claim")
    doubled, _ = links.filter(claim__in=have_both).delete()
    moved = links.update(tag=target)
    Tag.objects.filter(merged_into=source).update(merged_into=target)
    for view in SavedView.objects.select_for_update().filter(filters__tag=str(source.pk)).order_by("pk"):
        view.filters["tag"] = str(target.pk)
        view.save(update_fields=["filters"])
    source.merged_into, source.retired_at = target, source.retired_at or timezone.now()
    source.save(update_fields=["merged_into", "retired_at"])
    record_event(
        by=by,
        verb="merge_tags",
        target=source,
        before={"name": source.name},
        after={"into": target.name, "tag": target.pk, "claims": moved + doubled},
    )
    return target


def _lock(tags: Sequence[int]) -> list[Tag]:
    """In one order for all writers. Raises Missing `tag_not_found`, DomainError `tag_merged`."""
    found = list(Tag.objects.select_for_update(of=("self",)).filter(pk__in=tags).order_by("pk"))
    if len(found) < len(set(tags)):
        raise Missing("tag_not_found", "That tag is not there: reload the page.")
    for tag in found:
        if tag.merged_into_id is not None:
            raise DomainError("tag_merged", f"“{tag}” was merged into “{tag.merged_into}”: change that one.")
    return found


def _free_name(name: str, own: Tag | None = None) -> str:
    words = _spelt(name)
    if not words or len(words) > TAG_CHARACTERS or "," in words:
        raise DomainError(
            "bad_name",
            f"A tag is called something, in at most {TAG_CHARACTERS} characters and without a comma.",
        )
    same = Tag.objects.filter(name__iexact=words).first()
    if same is not None and same != own:
        where = f"; it was merged into “{same.merged_into}”" if same.merged_into else ""
        raise DomainError("tag_exists", f"There is a tag “{same}” already{where}.")
    return words


def _spelt(name: str) -> str:
    return " ".join(name.split())
