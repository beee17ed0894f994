"""The Celery application. Tasks are thin: they name a row, a service does the work."""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, task_postrun, task_prerun
from django.conf import settings
from django.db import close_old_connections, connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")

app = Celery("factcheck")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.imports = ("factcheck.heartbeat",)

# Celery's own way is a new connection for each task, which costs several times what the task's statements do.
app.conf["CELERY_DB_REUSE_MAX"] = sys.maxsize


# A statement is planned once a connection, from the third time on.
_PREPARED = {"server_side_binding": True, "prepare_threshold": 2}


@celeryd_init.connect
def prepare_statements(**_: Any) -> None:
    """Workers say the same few statements all day, and PostgreSQL need not plan them each time."""
    if settings.DATABASE_PREPARE_AFTER:
        connection.settings_dict["OPTIONS"] |= _PREPARED


@task_prerun.connect
@task_postrun.connect
def renew_connections(task: Any, **_: Any) -> None:
    """As between two requests: a connection that broke, or is too old, is closed; the next task opens another."""
    if not task.request.is_eager:
        close_old_connections()
