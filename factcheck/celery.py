"""The Celery application. Tasks are thin: they name a row, a service does the work."""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import task_postrun, task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")

app = Celery("factcheck")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.imports = ("factcheck.heartbeat",)

# Celery's own way is a new connection for each task, which costs several times what the task's statements do.
app.conf["CELERY_DB_REUSE_MAX"] = sys.maxsize


@task_prerun.connect
@task_postrun.connect
def renew_connections(task: Any, **_: Any) -> None:
    """As between two requests: a connection that broke, or is too old, is closed; the next task opens another."""
    if not task.request.is_eager:
        close_old_connections()
