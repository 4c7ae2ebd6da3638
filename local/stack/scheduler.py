"""Virtual time: one agenda, one clock, and greenlets in place of threads.

Everything that waits in the local stack (a Wait state, a task token, a retry) waits here. The clock moves
only when the agenda is run, and only in whole seconds: AWS promises no better, and whole seconds keep every
printed time free of fractions.
"""

from __future__ import annotations

import functools
import heapq
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import time_machine
from greenlet import GreenletExit, getcurrent, greenlet  # type: ignore[import-untyped,unused-ignore]

# A machine that never waits would stop the clock for ever; a thousand executions that are due in the same
# second need about ten steps each.
MOST_STEPS_IN_ONE_SECOND = 30_000


class ClockStuck(RuntimeError):
    """Something is done again and again without any time passing."""


@dataclass(order=True)
class Entry:
    """One thing on the agenda: `run` at `at`; entries of the same second run in the order they were made, those
    that are to come `last` after all others.
    """

    at: datetime
    last: bool
    number: int
    run: Callable[[], object] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Leave it on the agenda, but never do it."""
        self.cancelled = True


class Waiter:
    """A greenlet that is parked until it is woken, or until its alarm goes off."""

    def __init__(self, sleeper: greenlet) -> None:
        self.sleeper = sleeper
        self.alarm: Entry | None = None


class Scheduler:
    """The agenda and the clock. While it is open every clock in this process shows its time."""

    def __init__(self, starts_at: datetime) -> None:
        if starts_at.tzinfo is None or starts_at.microsecond:
            raise ValueError(f"starts_at must be an aware time in whole seconds, not {starts_at!r}")
        self.now = starts_at.astimezone(UTC)
        self._agenda: list[Entry] = []
        self._numbers = itertools.count()
        self._greenlets: set[greenlet] = set()
        self._hub = getcurrent()
        self._running = False
        self._travel = time_machine.travel(int(self.now.timestamp()), tick=False)
        self._traveller = self._travel.start()
        self.accidents: list[BaseException] = []

    def close(self) -> None:
        """Give the clock back and end every greenlet that still waits."""
        for sleeper in list(self._greenlets):
            if sleeper:
                sleeper.parent = getcurrent()
                sleeper.throw(GreenletExit)
        self._greenlets.clear()
        self._agenda.clear()
        self._travel.stop()

    # ---- the agenda

    def at(self, when: datetime, run: Callable[[], object], *, last: bool = False) -> Entry:
        """Put `run` on the agenda, rounded up to a whole second; what is due in the past is done now. `last` comes
        after everything else in its second, and after what that leads to.
        """
        whole = when.astimezone(UTC) + timedelta(microseconds=-when.microsecond % 1_000_000)
        entry = Entry(max(self.now, whole), last, next(self._numbers), run)
        heapq.heappush(self._agenda, entry)
        return entry

    def after(self, seconds: float, run: Callable[[], object]) -> Entry:
        """Put `run` on the agenda, so many seconds (rounded up) from now."""
        return self.at(self.now + timedelta(seconds=math.ceil(max(0.0, seconds))), run)

    def next_due(self) -> datetime | None:
        """When the next entry is due; None when the agenda is empty."""
        while self._agenda and self._agenda[0].cancelled:
            heapq.heappop(self._agenda)
        return self._agenda[0].at if self._agenda else None

    def run_until(self, when: datetime) -> None:
        """Run everything due before `when`, then set the clock to it."""
        when = when.astimezone(UTC)
        if when < self.now:
            raise ValueError(f"time runs forward only: it is {self.now}, run_until({when}) was asked for")
        self._exclusively(lambda: self._run_while(lambda due: due < when))
        self._set_clock(when)

    def run_all(self, limit: int) -> None:
        """Run until nothing is due any more; ClockStuck after `limit` steps."""
        steps = itertools.count(1)

        def may_go_on(_: datetime) -> bool:
            if next(steps) > limit:
                raise ClockStuck(f"still not at an end after {limit} steps, at {self.now}")
            return True

        self._exclusively(lambda: self._run_while(may_go_on))

    def _exclusively(self, work: Callable[[], None]) -> None:
        if self._running:
            raise RuntimeError("the scheduler is already running: run it from outside, not from what it runs")
        self._running = True
        try:
            work()
        finally:
            self._running = False

    def _run_while(self, may_go_on: Callable[[datetime], bool]) -> None:
        steps_in_this_second = 0
        while (due := self.next_due()) is not None and may_go_on(due):
            steps_in_this_second = steps_in_this_second + 1 if due == self.now else 0
            if steps_in_this_second > MOST_STEPS_IN_ONE_SECOND:
                raise ClockStuck(f"the clock has stood at {self.now} for {steps_in_this_second} steps")
            entry = heapq.heappop(self._agenda)
            self._set_clock(due)
            entry.run()

    def _set_clock(self, when: datetime) -> None:
        if when != self.now:
            self.now = when
            # An int leaves the process's time zone alone; a datetime would set TZ each time.
            self._traveller.move_to(int(when.timestamp()))

    # ---- greenlets

    def spawn(self, target: Callable[[], object]) -> greenlet:
        """Begin `target` as a greenlet of its own, now, but after what is already due now.

        An exception that it lets out ends only itself, and is kept in `accidents`.
        """

        def contained(_: object) -> None:
            try:
                target()
            except GreenletExit:
                raise
            except BaseException as accident:  # noqa: BLE001 - whatever it is, it must not end the others
                self.accidents.append(accident)
            finally:
                self._greenlets.discard(sleeper)

        sleeper = greenlet(contained)
        self._greenlets.add(sleeper)
        self.at(self.now, functools.partial(self._resume, sleeper, answer=True))
        return sleeper

    def park(self, waiters: list[Waiter], seconds: float | None) -> bool:
        """Wait to be woken. True when woken, False when `seconds` have passed first."""
        me = getcurrent()
        if me not in self._greenlets:
            raise RuntimeError("only what the scheduler runs can wait; this would wait for itself")
        waiter = Waiter(me)
        if seconds is not None:
            waiter.alarm = self.after(seconds, functools.partial(self._resume, me, answer=False))
        waiters.append(waiter)
        try:
            return bool(self._hub.switch())
        finally:
            if waiter in waiters:
                waiters.remove(waiter)

    def wake(self, waiters: list[Waiter]) -> None:
        """Wake all who were parked in this list, now, in the order they came."""
        for waiter in waiters:
            if waiter.alarm:
                waiter.alarm.cancel()
            self.at(self.now, functools.partial(self._resume, waiter.sleeper, answer=True))
        waiters.clear()

    def _resume(self, sleeper: greenlet, *, answer: bool) -> None:
        sleeper.parent = self._hub = getcurrent()
        sleeper.switch(answer)
