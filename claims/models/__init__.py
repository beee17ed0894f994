from claims.models.attribution import Hop, Span
from claims.models.audit import AuditEvent
from claims.models.claim import Appearance, Claim, ClaimState
from claims.models.desk import DeskSettings, verdict_choices, verdict_label, verdict_names
from claims.models.evidence import Evidence, EvidenceCopy, EvidenceLink
from claims.models.export import Export
from claims.models.factcheck import Dump, Edition, FactCheck
from claims.models.hopcheck import HopCheck
from claims.models.ledger import Contradiction, SpeakerAlias, SpeakerMerge, SpeakerRole
from claims.models.lineage import Lineage, with_merged
from claims.models.notice import Digest, Notice
from claims.models.prior import PriorCheck, PriorImport, PriorLookup, PriorMatch, PriorProblem
from claims.models.proposal import ExtractionProposal
from claims.models.reanchored import Orphan, Rewording
from claims.models.review import Assignment, Review
from claims.models.run import ExtractionRun
from claims.models.savedview import Preference, SavedView
from claims.models.second import Correction, CrossCheck, VerdictPair, Vote
from claims.models.speaker import Speaker
from claims.models.tag import ClaimTag, Tag
from claims.models.talk import Comment, CommentEdit, Mention, Reply
from claims.models.tally import PairTally, Stay, StayTally, Tally, VerdictTally
from claims.models.watch import EvidenceWatch
from claims.models.webhook import Webhook, WebhookAttempt, WebhookDelivery, WebhookEvent

__all__ = [
    "Appearance",
    "Assignment",
    "AuditEvent",
    "Claim",
    "ClaimState",
    "ClaimTag",
    "Comment",
    "CommentEdit",
    "Contradiction",
    "Correction",
    "CrossCheck",
    "DeskSettings",
    "Digest",
    "Dump",
    "Edition",
    "Evidence",
    "EvidenceCopy",
    "EvidenceLink",
    "EvidenceWatch",
    "Export",
    "ExtractionProposal",
    "ExtractionRun",
    "FactCheck",
    "Hop",
    "HopCheck",
    "Lineage",
    "Mention",
    "Notice",
    "Orphan",
    "PairTally",
    "Preference",
    "PriorCheck",
    "PriorImport",
    "PriorLookup",
    "PriorMatch",
    "PriorProblem",
    "Reply",
    "Review",
    "Rewording",
    "SavedView",
    "Span",
    "Speaker",
    "SpeakerAlias",
    "SpeakerMerge",
    "SpeakerRole",
    "Stay",
    "StayTally",
    "Tag",
    "Tally",
    "VerdictPair",
    "VerdictTally",
    "Vote",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEvent",
    "verdict_choices",
    "verdict_label",
    "verdict_names",
    "with_merged",
]
