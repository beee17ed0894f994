"""What people do with a job that is under way or has ended."""

from django.db import transaction
from django.utils import timezone

from articles.models import ImportItem, ImportJob
from articles.services.importing import wake_job
from factcheck.lib.roles import Role, require_role
from factcheck.models import User

State = ImportItem.State


@transaction.atomic
def retry_failed(*, by: User, job: ImportJob, item_id: int | None = None) -> int:
    """Queues the failed items of a job again, or one of them; returns how many. Raises Refused."""
    require_role(by, Role.RESEARCHER, "import articles")
    failed = job.items.filter(state=State.FAILED)
    if item_id is not None:
        failed = failed.filter(pk=item_id)
    retried = failed.update(
        state=State.QUEUED,
        stage="",
        attempts=0,
        queued_at=timezone.now(),
        finished_at=None,
        error_code="",
        error_message="",
    )
    wake_job(job)
    return retried
