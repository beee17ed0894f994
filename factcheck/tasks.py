"""What has to be done from time to time. A task is a leaf when it is loaded and imports its service in its body."""

from celery import shared_task


@shared_task
def forget_answers() -> None:
    """What was answered to requests with an Idempotency-Key, once they are too old to be sent again."""
    from factcheck.api.answering import forget_answers

    forget_answers()
