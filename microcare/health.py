"""What a load balancer asks. Neither answer says anything about anybody, and neither is ever kept."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit import append_only


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process is up, whatever the database does: restarting would not mend that."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and its tables are this version's, else 503 with the reason."""
    reason = not_ready()
    return HttpResponse(f"{reason or 'ready'}\n", status=503 if reason else 200, content_type="text/plain")


def not_ready() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "the database does not answer"
    if not waiting and append_only.missing():
        return "triggers of tables that only grow do not stand; run manage.py migrate"
    return f"{len(waiting)} migrations are not applied; run manage.py migrate" if waiting else ""
