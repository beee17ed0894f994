"""Who may do what at the desk. Services call these; screens ask them which buttons to show."""

from claims.choices import State
from factcheck.lib.errors import Refused
from factcheck.lib.roles import Role, Scope, has_role, has_scope, refused_role, require_role
from factcheck.models import User

MAY = {
    "triage": (Role.RESEARCHER, "triage claims"),
    "take": (Role.REVIEWER, "take claims for review"),
    "review": (Role.REVIEWER, "judge claims"),
    "approve": (Role.EDITOR, "approve claims"),
    "plan": (Role.EDITOR, "say by when a claim is due"),
    "write_fact_check": (Role.EDITOR, "write fact-checks"),
    "publish": (Role.EDITOR, "publish, correct and retract claims"),
    "configure": (Role.EDITOR, "change the desk's settings"),
    "edit": (Role.RESEARCHER, "change what was extracted"),
    "extract": (Role.RESEARCHER, "have claims extracted"),
    "decide_proposals": (Role.RESEARCHER, "decide on what an extractor proposes"),
    "anchor": (Role.RESEARCHER, "say where a claim's words are now"),
    "link_evidence": (Role.RESEARCHER, "link evidence"),
    "check_hops": (Role.REVIEWER, "check the steps of a chain"),
    "describe_speakers": (Role.RESEARCHER, "say what a speaker is called and was"),
    "merge_speakers": (Role.EDITOR, "merge speakers"),
    "contradict": (Role.REVIEWER, "link statements that contradict each other"),
    "comment": (Role.RESEARCHER, "comment on claims"),
    "ask_reply": (Role.RESEARCHER, "keep the log of replies"),
    "see_agreement": (Role.EDITOR, "see how far reviewers agree"),
    "tag": (Role.RESEARCHER, "tag claims"),
    "manage_tags": (Role.EDITOR, "change the desk's tags"),
    "assign": (Role.EDITOR, "give claims to others"),
    "share_views": (Role.EDITOR, "share views with the desk"),
    "sort_stories": (Role.EDITOR, "say which articles are one story"),
    "import_checks": (Role.RESEARCHER, "bring in what other desks checked"),
    "match_checks": (Role.REVIEWER, "say whether a check elsewhere is of the same claim"),
    "export": (Role.VIEWER, "export the desk's work"),
    "see_exports": (Role.EDITOR, "see what others exported"),
    "manage_webhooks": (Role.ADMIN, "manage webhooks"),
}

# What a key needs for each: one that nobody placed is for keys that may manage.
SCOPES = {
    **dict.fromkeys(["extract", "import_checks"], Scope.IMPORT),
    **dict.fromkeys(
        [
            "triage",
            "take",
            "review",
            "plan",
            "edit",
            "decide_proposals",
            "anchor",
            "link_evidence",
            "check_hops",
            "describe_speakers",
            "merge_speakers",
            "contradict",
            "comment",
            "ask_reply",
            "tag",
            "assign",
            "sort_stories",
            "match_checks",
        ],
        Scope.REVIEW,
    ),
    **dict.fromkeys(["approve", "write_fact_check", "publish"], Scope.PUBLISH),
    **dict.fromkeys(["see_agreement", "export", "see_exports"], Scope.READ),
    **dict.fromkeys(["configure", "manage_tags", "share_views", "manage_webhooks"], Scope.MANAGE),
}


def sees_verdict(user: User | None, *, state: str, author_id: int | None) -> bool:
    """Whether `user` may see what the author answered: the cross-check is blind until it is done.

    None: whoever may come to read it, so that nothing is told that somebody may not see.
    """
    return state != State.IN_CROSS_CHECK or (user is not None and author_id == user.pk)


def may(user: User, action: str) -> bool:
    return has_scope(user, _scope(action)) and has_role(user, MAY[action][0])


def require(user: User, action: str) -> None:
    """Raises factcheck.lib.errors.Refused unless `user`, and the key they came by, may do `action`."""
    role, words = MAY[action]
    require_role(user, role, words, scope=_scope(action))


def refusal(action: str) -> Refused:
    """What `require` raises without the role."""
    role, words = MAY[action]
    return refused_role(role, words)


def _scope(action: str) -> Scope:
    return SCOPES.get(action, Scope.MANAGE)
