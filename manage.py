#!/usr/bin/env python
"""The command line: `manage.py up` runs everything, the rest is Django's."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
    from factcheck.localservices import adopt_env, local_defaults

    if sys.argv[1:2] == ["up"]:
        local_defaults()
    else:  # beside a running `manage.py up`, every other command talks to its database and broker
        adopt_env()

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
