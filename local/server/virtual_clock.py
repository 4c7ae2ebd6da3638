"""The stack's clock while it serves: it goes by itself, a given number of times as fast as the real one, and it
can be moved on by hand.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from local.stack import LocalStack

SECOND = timedelta(seconds=1)
WATCHED_EVERY = timedelta(minutes=1)
SLICE = 0.15
"""Real seconds that are worked off between two requests: nobody who asks waits longer than that."""
PATIENCE = 20.0
"""Real seconds that a jump may take before its request is answered; the rest follows between requests."""


class VirtualClock:
    """Moves a stack's time. `speed` is virtual seconds in a real one; at 0 time stands still until it is moved.

    Whatever is due at the moment that is reached has been done when it is reached. That takes a second, so the
    clock may stand one second further on than it was asked to.
    """

    def __init__(
        self,
        stack: LocalStack,
        speed: float,
        after_step: Callable[[], None] = lambda: None,
        give_up: Callable[[], bool] = lambda: False,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        """`after_step` is called whenever something was done; `give_up` may stop a jump where it is."""
        self.speed = speed
        self.goal: datetime | None = None
        """Where a long jump is still on its way to."""
        self._stack = stack
        self._after_step = after_step
        self._give_up = give_up
        self._stopwatch = stopwatch
        self._watched_at = stack.now
        self._from, self._since = stack.now, stopwatch()

    @property
    def now(self) -> datetime:
        """The virtual time, in UTC."""
        return self._stack.now

    def keep_up(self) -> None:
        """Work off what has come due. Where that is more than this machine can do, time goes slower."""
        caught_up = self._work(self.goal or self._by_now(), SLICE)
        if caught_up:
            self.goal = None
        if not caught_up or self.now > self._by_now():
            self._restart()

    def jump(self, to: datetime) -> bool:
        """Go to that moment, doing all that is due on the way. False when it takes longer than anybody should
        wait: then the rest follows by and by, and `goal` says where to.
        """
        arrived = self._work(to, PATIENCE)
        self.goal = None if arrived else to
        self._restart()
        return arrived

    def _by_now(self) -> datetime:
        """Where the clock should be, had everything been done in no time."""
        elapsed = (self._stopwatch() - self._since) * self.speed
        return self._from + timedelta(seconds=int(elapsed))

    def _restart(self) -> None:
        self._from, self._since = self.now, self._stopwatch()

    def _work(self, until: datetime, budget: float) -> bool:
        """Do everything due up to that moment, for so many real seconds; whether it is all done."""
        done = self._run(until, self._stopwatch() + budget)
        self._watch()
        return done

    def _run(self, until: datetime, give_up_at: float) -> bool:
        while (due := self._stack.next_due()) is not None and due <= until:
            self._stack.run_until(due + SECOND)
            self._after_step()
            if self._give_up() or self._stopwatch() > give_up_at:
                return False
        if until > self.now:
            self._stack.run_until(until)
        return True

    def _watch(self) -> None:
        """Let the watchdog look once after a stretch of time: at each minute of a long jump it would take hours."""
        if self.now - self._watched_at >= WATCHED_EVERY:
            self._watched_at = self.now
            self._stack.fire_schedules()
            self._after_step()
