"""Several things at once, each in a thread and a Lambda container of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier, BrokenBarrierError

from followthrough.domain.errors import FollowthroughError
from followthrough.use_cases.ports import SendingServices
from tests.faults.world import World

LONGEST_WAIT = 60.0
"""Seconds after which a thread goes on alone, so that a mistake ends in a failed test and not in a hanging one."""

Side = Callable[[SendingServices], object]
Contest = Callable[..., list[object]]


class Meeting:
    """A place where everybody waits for the others, once. As soon as somebody has left, nobody waits any more."""

    def __init__(self, parties: int) -> None:
        self._barrier = Barrier(parties)

    def arrive(self) -> None:
        try:
            self._barrier.wait(LONGEST_WAIT)
        except BrokenBarrierError:
            return

    def leave(self) -> None:
        self._barrier.abort()


def race(world: World, *sides: Side) -> list[object]:
    """All sides begin at the same moment. Gives what each returned, or which error of ours it raised."""
    start = Meeting(len(sides))

    def run(side: Side) -> object:
        services = world.container()
        start.arrive()
        return _outcome(side, services)

    return _all_at_once(run, sides)


def collide(world: World, *sides: Side) -> list[object]:
    """Nobody writes before everybody has read, so that every round is a contest. Gives the same as `race`."""
    writing = Meeting(len(sides))

    def run(side: Side) -> object:
        try:
            return _outcome(side, world.container(at_write(1, writing.arrive)))
        finally:
            writing.leave()

    return _all_at_once(run, sides)


def interrupted(world: World, side: Side, meanwhile: Callable[[], object], write: int = 1) -> object:
    """One side alone, in whose way `meanwhile` happens just before its n-th write, counted from 1."""
    return _outcome(side, world.container(at_write(write, meanwhile)))


def at_write(n: int, happens: Callable[[], object]) -> Callable[[], None]:
    """Something that happens just before a container's n-th write of a lead."""
    writes = count(1)

    def before_write() -> None:
        if next(writes) == n:
            happens()

    return before_write


def _all_at_once(run: Callable[[Side], object], sides: tuple[Side, ...]) -> list[object]:
    with ThreadPoolExecutor(len(sides)) as pool:
        return list(pool.map(run, sides))


def _outcome(side: Side, services: SendingServices) -> object:
    try:
        return side(services)
    except FollowthroughError as error:
        return error
