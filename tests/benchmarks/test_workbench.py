"""The benchmark of the review screen runs, on its article, and says what its answers weigh."""

from io import StringIO

import pytest
from django.core.management import call_command

from factcheck.models import User


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_page_click_edit_and_verdict_are_measured_and_weighed() -> None:
    said = StringIO()
    call_command("benchmark", "workbench", seconds=0.001, stdout=said)
    lines = said.getvalue().splitlines()
    assert lines[0].endswith("with 300 claims, 60 of them with a history")
    operations = [line.split("  ")[0] for line in lines[2:]]
    assert {"page", "click on another claim", "edit of a span", "verdict, saved"} <= set(operations)
    weighed = {
        line[:24].strip(): float(line[24:].split(" KB")[0].rstrip("!")) for line in lines if "gzipped" in line
    }
    assert weighed["page"] <= 400
    assert weighed["click on another claim"] < weighed["page"] / 4
    assert not User.objects.exists()
