"""The cache that all processes share, in Redis; while Redis is away, each process's own.

So pages answer, and limits still count, when Redis is down, hangs or is full. It is asked again after a minute.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
MINUTE = 60
# Until when each server is left alone. For the whole process: Django makes a cache object for each thread.
away_until: dict[str, float] = {}


class SharedCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]):
        super().__init__(server, params)
        self.server = server
        self.own = LocMemCache(f"while {server} is away", {**params, "OPTIONS": {}})

    def _ask(self, verb: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= away_until.get(self.server, 0):
            try:
                return getattr(super(), verb)(*args, **kwargs)
            except RedisError as error:
                away_until[self.server] = time.monotonic() + MINUTE
                log.warning("Redis is away (%s); for a minute this process uses its own cache", type(error).__name__)
        return getattr(self.own, verb)(*args, **kwargs)


def _forwarded(verb: str) -> Callable[..., Any]:
    def ask(self: SharedCache, *args: Any, **kwargs: Any) -> Any:
        return self._ask(verb, *args, **kwargs)

    return ask


for verb in ["add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many", "delete_many", "clear"]:
    setattr(SharedCache, verb, _forwarded(verb))
