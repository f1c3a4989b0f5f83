"""Signs of life of the worker and of beat: keys of the broker that expire by themselves."""

import logging
import threading
import time
from datetime import timedelta

import redis
from django.conf import settings

log = logging.getLogger("canbao.heartbeat")
NAMES = ("worker", "beat")
EVERY = timedelta(seconds=5)
PATIENCE = timedelta(seconds=20)  # longer than a restart of either takes


def keep_saying(name: str) -> None:
    """Say from now on, every few seconds, that `name` lives; ends with this process."""

    def beat() -> None:
        while True:
            try:
                say(name)
            except redis.RedisError as problem:
                log.warning("no heartbeat of %s: %s", name, type(problem).__name__)
            time.sleep(EVERY.total_seconds())

    threading.Thread(target=beat, name=f"heartbeat of {name}", daemon=True).start()


def say(name: str) -> None:
    """Errors: redis.RedisError."""
    with _broker() as broker:
        broker.set(_key(name), 1, ex=PATIENCE)


def found() -> dict[str, bool]:
    """Who was heard of lately. Errors: redis.RedisError when the broker does not answer."""
    with _broker() as broker:
        values = broker.mget([_key(name) for name in NAMES])
    return {name: value is not None for name, value in zip(NAMES, values, strict=True)}


def forget() -> None:
    """Drop old signs of life. Errors: redis.RedisError."""
    with _broker() as broker:
        broker.delete(*map(_key, NAMES))


def _key(name: str) -> str:
    return f"canbao:alive:{name}"


def _broker() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
