from claims.models.attribution import Hop, Span
from claims.models.audit import AuditEvent
from claims.models.claim import Appearance, Claim, ClaimState
from claims.models.desk import DeskSettings, verdict_choices, verdict_label
from claims.models.evidence import Evidence, EvidenceCopy, EvidenceLink
from claims.models.hopcheck import HopCheck
from claims.models.ledger import Contradiction, SpeakerAlias, SpeakerMerge, SpeakerRole
from claims.models.lineage import Lineage, with_merged
from claims.models.proposal import ExtractionProposal
from claims.models.reanchored import Orphan, Rewording
from claims.models.review import Assignment, Review
from claims.models.run import ExtractionRun
from claims.models.second import Correction, CrossCheck, VerdictPair, Vote
from claims.models.speaker import Speaker
from claims.models.talk import Comment, CommentEdit, Mention, Reply
from claims.models.tally import Tally
from claims.models.watch import EvidenceWatch

__all__ = [
    "Appearance",
    "Assignment",
    "AuditEvent",
    "Claim",
    "ClaimState",
    "Comment",
    "CommentEdit",
    "Contradiction",
    "Correction",
    "CrossCheck",
    "DeskSettings",
    "Evidence",
    "EvidenceCopy",
    "EvidenceLink",
    "EvidenceWatch",
    "ExtractionProposal",
    "ExtractionRun",
    "Hop",
    "HopCheck",
    "Lineage",
    "Mention",
    "Orphan",
    "Reply",
    "Review",
    "Rewording",
    "Span",
    "Speaker",
    "SpeakerAlias",
    "SpeakerMerge",
    "SpeakerRole",
    "Tally",
    "VerdictPair",
    "Vote",
    "verdict_choices",
    "verdict_label",
    "with_merged",
]
