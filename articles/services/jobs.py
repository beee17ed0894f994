"""What people do with a job that is under way or has ended. Each leaves an ImportEvent that says who."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Container, ImportEvent, ImportItem, ImportJob
from articles.queries import OPEN_CONTAINERS
from articles.retrying import RETRYABLE, may_be_read_again
from articles.services.containers import wake_container
from articles.services.importing import wake_job
from factcheck.lib.errors import Conflict, DomainError, Missing
from factcheck.lib.roles import Role, Scope, require_role
from factcheck.models import User

State, Verb = ImportItem.State, ImportEvent.Verb
UNDONE, ENDED_WITHOUT = [State.QUEUED, State.RUNNING], [State.FAILED, State.CANCELLED]


@transaction.atomic
def cancel_import(*, by: User, job: ImportJob, item_id: int | None = None) -> int:
    """Cancels what a job has not done yet, or one item of it; returns how many. Raises Refused.

    An item that a worker has in hand is taken from it: it stops at its next stage and records nothing.
    """
    require_role(by, Role.RESEARCHER, "cancel imports", scope=Scope.IMPORT)
    undone = _narrowed(job.items.filter(state__in=UNDONE), item_id)
    cancelled = undone.update(
        state=State.CANCELLED,
        stage="",
        leased_until=None,
        finished_at=timezone.now(),
        error_code="",
        error_message="",
    )
    if item_id is None:  # a file of many that is still being read has items to come
        job.containers.filter(state__in=OPEN_CONTAINERS).update(
            state=Container.State.FAILED,
            leased_until=None,
            finished_at=timezone.now(),
            error_code="cancelled",
            error_message="Cancelled before it was read to its end: read it on for the rest.",
        )
    _note(job, by, Verb.CANCEL, cancelled, item_id)
    return cancelled


@transaction.atomic
def retry_failed(*, by: User, job: ImportJob, item_id: int | None = None, error_code: str = "") -> int:
    """Queues the failed items of a job again, or those of one error; returns how many.

    With `item_id` it is that one item, whether it failed or was cancelled. Those that would fail the same way again
    stay as they are. Raises Refused, DomainError `not_retryable` when there are no others.
    """
    states = ENDED_WITHOUT if item_id is not None else [State.FAILED]
    items = _narrowed(job.items.filter(state__in=states), item_id)
    if error_code:
        items = items.filter(error_code=error_code)
    retried = _queue_again(job, by, items.filter(RETRYABLE), item_id, error_code)
    if not retried and items.exists():
        raise DomainError("not_retryable", _HOPELESS)
    return retried


_HOPELESS = "This would fail the same way again: mend what the error says, and import it anew."


@transaction.atomic
def retry_container(*, by: User, job: ImportJob, container_id: int) -> Container:
    """Has a file of many read on that was not read to its end; one that was left out waits for its columns again.

    Raises Refused, Missing `file_not_found`, Conflict `not_failed`, DomainError `not_retryable`.
    """
    require_role(by, Role.RESEARCHER, "import articles", scope=Scope.IMPORT)
    container = job.containers.select_for_update().filter(pk=container_id).first()
    if container is None:
        raise Missing("file_not_found", f"There is no file {container_id} in this import.")
    if container.state != Container.State.FAILED:
        raise Conflict("not_failed", f"{container} is being read, or was: see how it goes.")
    if not may_be_read_again(container):
        raise DomainError("not_retryable", _HOPELESS)
    was_left_out = container.error_code == "left_out"
    container.state = Container.State.MAPPING if was_left_out else Container.State.QUEUED
    container.attempts, container.finished_at = 0, None
    container.error_code = container.error_message = ""
    container.save()
    ImportEvent.objects.create(job=job, by=by, verb=Verb.RETRY, items=1, container=container)
    if not was_left_out:
        wake_container(container)
    return container


@transaction.atomic
def retry_cancelled(*, by: User, job: ImportJob) -> int:
    """Queues what was cancelled again: undoes `cancel_import`. Returns how many. Raises Refused."""
    return _queue_again(job, by, job.items.filter(state=State.CANCELLED))


def _queue_again(
    job: ImportJob,
    by: User,
    items: QuerySet[ImportItem],
    item_id: int | None = None,
    error_code: str = "",
) -> int:
    require_role(by, Role.RESEARCHER, "import articles", scope=Scope.IMPORT)
    retried = items.update(
        state=State.QUEUED,
        stage="",
        attempts=0,
        queued_at=timezone.now(),
        finished_at=None,
        error_code="",
        error_message="",
        timings={},
    )
    _note(job, by, Verb.RETRY, retried, item_id, error_code)
    if retried:
        wake_job(job)
    return retried


def _narrowed(items: QuerySet[ImportItem], item_id: int | None) -> QuerySet[ImportItem]:
    return items if item_id is None else items.filter(pk=item_id)


def _note(job: ImportJob, by: User, verb: str, n: int, item_id: int | None, error_code: str = "") -> None:
    if n:
        about: dict[str, Any] = {"item_id": item_id, "error_code": error_code}
        ImportEvent.objects.create(job=job, by=by, verb=verb, items=n, **about)
