"""Until now `decided_by` held "step/rule": the step that found the words, then the rule that found the speaker."""

from typing import Any

from django.db import migrations
from django.db.models import F, Max, Min, Value
from django.db.models.functions import StrIndex, Substr

ROWS = 20_000


def split(apps: Any, schema_editor: Any) -> None:
    """In stretches, each a transaction of its own, so that nobody waits for the whole table; may run twice."""
    old = apps.get_model("claims", "Appearance").objects.filter(decided_by__contains="/")
    ends = old.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return
    slash = StrIndex("decided_by", Value("/"))
    for start in range(ends["first"], ends["last"] + 1, ROWS):
        old.filter(pk__gte=start, pk__lt=start + ROWS).update(
            speaker_by=Substr(F("decided_by"), slash + 1), decided_by=Substr(F("decided_by"), 1, slash - 1)
        )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("claims", "0004_confidence_of_each_link")]

    operations = [migrations.RunPython(split, migrations.RunPython.noop, elidable=True)]
