"""Other processes, as tests see them: threads with connections of their own."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connections


@contextmanager
def beside():
    """beside() as start: start(function, *args) → Future, on connections that end with it."""
    with ThreadPoolExecutor() as pool:

        def start(function: Callable[..., Any], *args: Any) -> "Future[Any]":
            def work() -> Any:
                try:
                    return function(*args)
                finally:
                    connections.close_all()

            return pool.submit(work)

        yield start
