"""The fixed vocabularies of the desk. Labels may be renamed; values, order and meaning may not."""

from django.db.models import TextChoices


class SpeakerKind(TextChoices):
    PERSON = "person", "Person"
    ORGANIZATION = "organization", "Organization"
    OUTLET = "outlet", "Outlet"
    GROUP = "group", "Group"
    UNNAMED = "unnamed", "Unnamed source"


class Form(TextChoices):
    DIRECT = "direct", "Direct quote"
    MIXED = "mixed", "Mixed quote"
    INDIRECT = "indirect", "Indirect"
    OWN_VOICE = "own-voice", "Own voice"


class Mine(TextChoices):
    """How a claim concerns whoever looks at the list."""

    ASSIGNED = "assigned", "Assigned to me"
    AUTHORED = "authored", "My verdict"
    WAITING = "waiting", "Waits for my cross-check or vote"


class HopRole(TextChoices):
    MEDIUM = "medium", "said on"
    RELAY = "relay", "relayed by"
    PUBLISHER = "publisher", "published by"


class SpanRole(TextChoices):
    CONTENT = "content", "Content"
    SOURCE = "source", "Source"
    CUE = "cue", "Cue"


class State(TextChoices):
    """Where a claim stands in the desk's work. The moves between them: claims.workflow."""

    NEW = "new", "New"
    QUEUED = "queued", "Queued"
    IN_REVIEW = "in_review", "In review"
    IN_CROSS_CHECK = "in_cross_check", "In cross-check"
    IN_VOTE = "in_vote", "In vote"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"
    CORRECTING = "correcting", "Being corrected"
    DISMISSED = "dismissed", "Dismissed"
    DUPLICATE = "duplicate", "Duplicate"
    ON_HOLD = "on_hold", "On hold"
    RETRACTED = "retracted", "Retracted"


# The desk's work on these is done: no due date counts for them any more.
DONE = (State.PUBLISHED, State.DISMISSED, State.DUPLICATE, State.RETRACTED)


class ReviewStage(TextChoices):
    AUTHOR = "author", "Review"
    CROSS_CHECK = "cross_check", "Cross-check"


class ReviewKind(TextChoices):
    VERACITY = "veracity", "Is it so?"
    ATTRIBUTION = "attribution", "Did they say it?"


class Veracity(TextChoices):
    TRUE = "true", "True"
    MOSTLY_TRUE = "mostly_true", "Mostly true"
    HALF_TRUE = "half_true", "Half true"
    MISLEADING = "misleading", "Misleading"
    FALSE = "false", "False"
    UNPROVEN = "unproven", "Unproven"
    UNVERIFIABLE = "unverifiable", "Unverifiable"
    NOT_CHECKABLE = "not_checkable", "Opinion / not checkable"


# The scored verdicts; the others stay out of averages.
RATING = {
    Veracity.TRUE: 5,
    Veracity.MOSTLY_TRUE: 4,
    Veracity.HALF_TRUE: 3,
    Veracity.MISLEADING: 2,
    Veracity.FALSE: 1,
}


class AttributionVerdict(TextChoices):
    CONFIRMED = "confirmed", "Confirmed at primary"
    SECOND_HAND = "second_hand", "Second-hand only"
    MISQUOTED = "misquoted", "Misquoted"
    OUT_OF_CONTEXT = "out_of_context", "Out of context"
    NOT_FOUND = "not_found", "Not found"
    FABRICATED = "fabricated", "Fabricated"
    OWN_VOICE = "own_voice", "Own voice"


VERDICTS: dict[ReviewKind, type[TextChoices]] = {
    ReviewKind.VERACITY: Veracity,
    ReviewKind.ATTRIBUTION: AttributionVerdict,
}


class Stance(TextChoices):
    SUPPORTS = "supports", "Supports"
    REFUTES = "refutes", "Refutes"
    CONTEXT = "context", "Context"


class EvidenceOrigin(TextChoices):
    """Where a document is."""

    URL = "url", "Web address"
    UPLOAD = "upload", "Uploaded file"
    PASSAGE = "passage", "Passage of an article"


class EvidenceKind(TextChoices):
    """What a document is to the claim that it is linked to."""

    PRIMARY = "primary", "Primary: the record itself"
    SECONDARY = "secondary", "Secondary: reports on it"
    DATA = "data", "Data"
    EXPERT = "expert", "Expert"


class HopResult(TextChoices):
    """What somebody found who looked for the statement at one step of its chain."""

    FOUND = "found", "Found"
    ALTERED = "altered", "Altered"
    ABSENT = "absent", "Absent"
    UNREACHABLE = "unreachable", "Unreachable"


class DismissReason(TextChoices):
    NOT_A_CLAIM = "not_a_claim", "Not a claim"
    NOT_CHECKABLE = "not_checkable", "Opinion / not checkable"
    NOT_RELEVANT = "not_relevant", "Not worth the desk's time"
    EXTRACTION_ERROR = "extraction_error", "Wrongly extracted"


class RunState(TextChoices):
    PENDING = "pending", "Pending"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class ProposalKind(TextChoices):
    ADD = "add", "New claim"
    CHANGE = "change", "Changed"
    REMOVE = "remove", "Not found any more"


class ProposalState(TextChoices):
    OPEN = "open", "Open"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"
    OUTDATED = "outdated", "Replaced by a newer extraction"


class LineageKind(TextChoices):
    SPLIT = "split", "Split into"
    MERGED = "merged", "Merged into"


class ReplyChannel(TextChoices):
    """How somebody was asked for their reply."""

    EMAIL = "email", "By e-mail"
    PHONE = "phone", "By telephone"
    LETTER = "letter", "By letter"
    IN_PERSON = "in_person", "In person"
    MESSAGE = "message", "By message"
    PRESS_OFFICE = "press_office", "Through a press office"


class LeaseEnd(TextChoices):
    SUBMITTED = "submitted", "Submitted"
    RELEASED = "released", "Released"
    EXPIRED = "expired", "Ran out"
    DISMISSED = "dismissed", "Dismissed"
    DUPLICATE = "duplicate", "Marked as a duplicate"
    HELD = "held", "Put on hold"
    CHECKED = "checked", "Cross-checked"
    UNDONE = "undone", "Undone"
    HANDED_OVER = "handed_over", "Handed over"


class Anchoring(TextChoices):
    """How an appearance was found again in a later text."""

    EXACT = "exact", "Unchanged"
    MOVED = "moved", "Moved"
    FUZZY = "fuzzy", "Reworded"
    HAND = "hand", "Found by a person"


class OrphanState(TextChoices):
    OPEN = "open", "Open"
    ANCHORED = "anchored", "Found again"
    GONE = "gone", "No longer in the article"


class Edited(TextChoices):
    """An article changed a claim's words after the desk had judged it, and nobody has looked since."""

    SILENT = "silent", "Edited without notice"
    NOTED = "noted", "Edited with a notice"


class NoticeKind(TextChoices):
    """Why somebody is told of a claim. Labels head the groups of the digest."""

    ASSIGNED = "assigned", "Handed over to you"
    RESUMED = "resumed", "Off hold, and yours again"
    SENT_BACK = "sent_back", "Sent back to you"
    MENTION = "mention", "You were mentioned"
    ANSWER = "answer", "Answers where you commented"
    REPLY_DUE = "reply_due", "A reply is wanted soon"
    REPLY_MISSING = "reply_missing", "No reply by the deadline"
    REPLY_ENTERED = "reply_entered", "A reply came"
    DUE_SET = "due_set", "A due date was set"
    DUE_SOON = "due_soon", "Due soon"
    OVERDUE = "overdue", "Overdue"
    LEASE_ENDING = "lease_ending", "Your time with a claim runs out"
    LEASE_OVER = "lease_over", "Your time with a claim ran out"
    EDITED = "edited", "An article changed a claim's words"
    EVIDENCE_CHANGED = "evidence_changed", "Evidence changed"
    EVIDENCE_GONE = "evidence_gone", "Evidence is gone"
    WEBHOOK_OFF = "webhook_off", "A webhook was turned off"


class DigestPace(TextChoices):
    OFF = "off", "Never"
    DAILY = "daily", "Every day"
    WEEKLY = "weekly", "Every week"


class Due(TextChoices):
    """What a list of claims is narrowed to by their due dates."""

    OVERDUE = "overdue", "Overdue"
    TODAY = "today", "Today"
    WEEK = "week", "Within a week"
    NONE = "none", "No due date"


class WebhookEventType(TextChoices):
    """What other programs can be told of."""

    ARTICLE_IMPORTED = "article.imported", "An article came in"
    VERSION_RECORDED = "version.recorded", "An article's text changed"
    CLAIMS_EXTRACTED = "claims.extracted", "A text was read for its claims"
    CLAIM_MOVED = "claim.moved", "A claim's state changed"
    VERDICT_GIVEN = "verdict.given", "A reviewer or cross-checker gave a verdict"
    EVIDENCE_CHANGED = "evidence.changed", "Evidence was linked, withdrawn, or has changed"
    FACTCHECK_PUBLISHED = "factcheck.published", "A fact-check was published"
    FACTCHECK_CORRECTED = "factcheck.corrected", "A fact-check was corrected"
    FACTCHECK_RETRACTED = "factcheck.retracted", "A fact-check was retracted"
    MATCH_DECIDED = "match.decided", "Somebody said whether a check elsewhere is of a claim"
    IMPORT_FINISHED = "import.finished", "An import has ended"
    PRIOR_IMPORT_FINISHED = "prior_import.finished", "An import of other desks' checks has ended"
    EXPORT_FINISHED = "export.finished", "An export is ready, or failed"
    TEST = "webhook.test", "A test, sent by hand"


class DeliveryState(TextChoices):
    PENDING = "pending", "On its way"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed"


class ExportSubject(TextChoices):
    """What an export is of."""

    CLAIMS = "claims", "Claims"
    FACT_CHECKS = "fact_checks", "Fact-checks"
    ARTICLE = "article", "Claims of an article"
    STORY = "story", "Claims of a story"
    CORRECTIONS = "corrections", "Corrections"


class ExportFormat(TextChoices):
    CSV = "csv", "CSV (table)"
    JSONL = "jsonl", "JSON lines (everything)"
    CLAIMREVIEW = "claimreview", "ClaimReview (JSON-LD)"
    WEBANNOTATION = "webannotation", "W3C Web Annotation (JSON-LD)"


class ExportState(TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Being written"
    DONE = "done", "Ready"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Expired"


class PriorImportState(TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Being read"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class MatchState(TextChoices):
    """Whether a check elsewhere is of one of the desk's claims."""

    SUGGESTED = "suggested", "Suggested"
    CONFIRMED = "confirmed", "Confirmed"
    REJECTED = "rejected", "Not the same claim"


class When(TextChoices):
    """What the days of a list's `since` and `until` (UTC) are days of."""

    ENTERED = "entered", "Came into its state"
    JUDGED = "judged", "Was given its verdict"
    SUBMITTED = "submitted", "Was submitted with a verdict"
    PUBLISHED = "published", "Was published"
    SET_ASIDE = "set_aside", "Was dismissed, or found a duplicate"
