"""How gunicorn serves the portal, on a developer's machine and in production alike (ADR 7).

The access log has the path without its query string: a searcher's postcode is in the query (rule 2). For the same
reason it has no Referer, and it has no address of the caller: the council's own proxy keeps what the law asks for.
"""

import os
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.http import message


class Quiet(Logger):
    """The error log, without the caller's address and without what was asked for."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        if msg.startswith("Invalid request from ip="):
            msg, args = "Refused a request that could not be read", ()
        super().warning(msg, *args, **kwargs)

    def atoms(self, *args: Any) -> dict[str, Any]:
        from microcare.logs import without_secrets  # noqa: PLC0415 (the project is on the path only by now)

        atoms: dict[str, Any] = super().atoms(*args)
        return {**atoms, "U": without_secrets(str(atoms["U"]))}

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        super().exception(msg, *(str(arg).partition("?")[0] for arg in args), **kwargs)


logger_class = Quiet
# The portal has a page for an address that is too long (microcare/middleware.py); gunicorn's own bound, which it would
# not raise above 8 kB by itself, only keeps the machine's memory.
message.MAX_REQUEST_LINE = limit_request_line = 64 * 1024

bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
# Threads, so that a connection a browser opened and left idle does not hold up a whole worker.
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 30
keepalive = 5
max_requests = 10_000
max_requests_jitter = 1_000
reload = os.environ.get("RELOAD", "").lower() in {"1", "true", "yes"}
# Workers say that they live by touching a file; in memory, so that a busy disk does not get one killed.
SHARED_MEMORY = Path("/dev") / "shm"
worker_tmp_dir = str(SHARED_MEMORY) if SHARED_MEMORY.is_dir() else None
accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"
loglevel = os.environ.get("GUNICORN_LOG_LEVEL") or "warning"
