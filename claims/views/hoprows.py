"""What the decision panel shows of the steps of a chain: what was found there, and the form for another check."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from claims import permissions
from claims.bench import Workbench
from claims.evidenceforms import HopCheckForm
from claims.models import HopCheck
from claims.queries import Step
from claims.views.marking import changed_words
from claims.views.parts import Part, Parts
from factcheck.models import User


@dataclass(frozen=True, slots=True)
class HopRow:
    """`drift`: the wording found there against the words here, marked; "" where none was noted."""

    step: Step
    part: Part | None
    drift: SafeString | str

    @property
    def check(self) -> HopCheck | None:
        return self.step.check


def hop_rows(bench: Workbench, user: User, parts: Parts) -> list[HopRow]:
    """The hops that can be checked, in the chain's order; forms only for whoever may check them."""
    steps = [step for step in bench.steps if step.position]
    following = next((step for step in steps if step.check is None), steps[0] if steps else None)
    may = permissions.may(user, "check_hops")
    rows = []
    for step in steps:
        check = step.check
        drift = changed_words(check.wording, bench.words) if check and check.wording else ""
        part = None
        if may or f"hop-{step.position}" in parts.returned:
            part = _part(step, bench, parts, is_next=step is following)
        rows.append(HopRow(step, part, drift))
    return rows


def _part(step: Step, bench: Workbench, parts: Parts, *, is_next: bool) -> Part:
    """`is_next`: the first that nobody has checked, or else the first; its key opens it."""
    return parts.part(
        f"hop-{step.position}",
        "Check again …" if step.check else "Check …",
        lambda: HopCheckForm(
            initial={"version": bench.case.version, "position": step.position},
            auto_id=HopCheckForm.ids_at(step.position),
        ),
        address=reverse("review_check_hop", args=[bench.claim.pk]),
        title=f"Check {step.name}",
        about=step.name,
        key="f" if is_next else "",
        key_label="Check the next step of the chain",
        fields="claims/parts/_hop.html",
        submit="Record it",
    )
