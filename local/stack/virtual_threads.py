"""What `threading` and `time` offer, on the scheduler: handed to moto's state machine interpreter."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local.stack.scheduler import Scheduler, Waiter


class _Lock:
    """Holds in one thread: nothing may wait while it holds a lock, so a lock is never contended."""

    def __init__(self) -> None:
        self._depth = 0

    def acquire(self) -> bool:
        self._depth += 1
        return True

    def release(self) -> None:
        self._depth -= 1

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class _Event:
    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._set = False
        self._waiters: list[Waiter] = []

    def is_set(self) -> bool:
        return self._set

    def set(self) -> None:
        self._set = True
        self._scheduler.wake(self._waiters)

    def clear(self) -> None:
        self._set = False

    def wait(self, timeout: float | None = None) -> bool:
        return self._set or self._scheduler.park(self._waiters, timeout)


class _Condition(_Lock):
    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__()
        self._scheduler = scheduler
        self._waiters: list[Waiter] = []

    def wait(self, timeout: float | None = None) -> bool:
        return self._scheduler.park(self._waiters, timeout)

    def notify_all(self) -> None:
        self._scheduler.wake(self._waiters)


class _Thread:
    def __init__(
        self,
        scheduler: Scheduler,
        target: Callable[..., object],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        self._scheduler = scheduler
        self._work = functools.partial(target, *args, **(kwargs or {}))
        self._ended = _Event(scheduler)
        self._started = False
        self.native_id = id(self)

    def start(self) -> None:
        self._started = True
        self._scheduler.spawn(self._run)

    def _run(self) -> None:
        try:
            self._work()
        finally:
            self._ended.set()

    def join(self, timeout: float | None = None) -> None:
        self._ended.wait(timeout)

    def is_alive(self) -> bool:
        return self._started and not self._ended.is_set()


class VirtualThreading:
    """Stands in for the module `threading`."""

    Lock = RLock = _Lock

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def Event(self) -> _Event:  # noqa: N802 - the names are those of `threading`
        """`threading.Event`."""
        return _Event(self._scheduler)

    def Condition(self) -> _Condition:  # noqa: N802 - as above
        """`threading.Condition`."""
        return _Condition(self._scheduler)

    def Thread(  # noqa: N802 - as above
        self,
        target: Callable[..., object],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        **_about: object,
    ) -> _Thread:
        """`threading.Thread`; a name or `daemon` make no difference."""
        return _Thread(self._scheduler, target, args, kwargs)


class VirtualTime:
    """Stands in for the module `time`."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def time(self) -> float:
        """`time.time`, which shows virtual time already."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """`time.sleep`, while others go on."""
        self._scheduler.park([], seconds)
