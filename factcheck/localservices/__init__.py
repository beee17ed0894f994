"""PostgreSQL and Valkey from their wheels, and the supervisor behind `manage.py up`.

For a machine that has only Python: nothing of the machine's is used and nothing outside the var folder is
kept. Production sets DATABASE_URL and REDIS_URL, and none of this runs. Imports nothing of ours and no Django.

    environment   where things lie, and how other commands find a running workbench
    files         files and folders only their owner may use, logs
    binaries      which server binaries are used
    privilege     as whom PostgreSQL runs, which refuses root (with the exec shim, _exec)
    process       one child process that never outlives us
    postgres, valkey, programs    the services
    supervisor    starts them in order, restarts what crashes, stops them in reverse order
    console       what they print, each line behind a name
    up            `manage.py up`: the supervisor with the workbench's own services
    smoke         one article from import to claims to an API answer, over HTTP
    pytest_plugin throw-away services for the tests
"""

from factcheck.localservices.environment import adopt_env, local_defaults, var_dir
from factcheck.localservices.errors import LocalServiceError

__all__ = ["LocalServiceError", "adopt_env", "local_defaults", "var_dir"]
