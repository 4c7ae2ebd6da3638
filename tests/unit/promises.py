"""What must hold whatever happens in whatever order: an account of what people have said, kept apart from the product's
own records, against which every message to a lead is judged at the moment that it is sent.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from followthrough.domain.business import Caps
from tests.unit.wall_clock_oracle import WallClocks

Address = tuple[Literal["email", "text"], str]
TouchKey = tuple[str, int, str]
"""Lead, number of the pursuit, touch."""

WhoseStop = Literal["own", "the_number's", "lasting"]
"""Who can take a stop back: the lead by any way of theirs; only whoever has the number; nobody."""

ANY_HOUR = "acknowledge"
"""The step that may go out at night."""
SILENT_AFTER = timedelta(days=3)


@dataclass(frozen=True)
class Person:
    """What is known of a lead from outside. `number` may be somebody else's too."""

    email: str
    number: str
    consents: bool
    clocks: WallClocks
    zone: ZoneInfo

    @property
    def addresses(self) -> tuple[Address, Address]:
        return ("email", self.email), ("text", self.number)


@dataclass(frozen=True)
class Answering:
    """A message that came in just now, which may be answered once, where it came from."""

    address: Address
    says: str
    was_stopped: bool


class Promises:
    """`sending` is asked before each message to somebody who isn't of the team."""

    def __init__(self, caps: Caps) -> None:
        self.people: dict[str, Person] = {}
        self.stopped: dict[Address, set[WhoseStop]] = {}
        self.held_until: dict[str, datetime] = {}
        self.undecided: set[str] = set()
        self.closed_until: datetime | None = None
        self.closed: set[str] = set()
        self.sent: list[TouchKey] = []
        self._caps = {"email": caps.email, "text": caps.text}
        self._counts: Counter[tuple[Address, str, date]] = Counter()
        self._doing: list[TouchKey | Answering] = []
        self._answers = 0

    # -- what people do

    def stop(self, *addresses: Address, whose: WhoseStop = "own") -> None:
        """From now on nothing goes there."""
        for address in addresses:
            self.stopped.setdefault(address, set()).add(whose)

    def start(self, *addresses: Address, of_number: bool = False) -> None:
        """They take back what is theirs to take back."""
        for address in addresses:
            self.stopped.setdefault(address, set()).discard("own")
            if of_number:
                self.stopped[address].discard("the_number's")

    def is_stopped(self, address: Address) -> bool:
        return bool(self.stopped.get(address))

    def wrote(self, lead_id: str, now: datetime, *, may_be_stop: bool) -> None:
        """Nothing goes to them by itself for three days on their own clock, unless somebody answers; what may be a stop
        somebody has to decide.
        """
        if may_be_stop:
            self.undecided.add(lead_id)
        zone = self.people[lead_id].zone
        wall = now.astimezone(zone).replace(tzinfo=None) + SILENT_AFTER
        self.held_until[lead_id] = wall.replace(tzinfo=zone).astimezone(now.tzinfo)

    def answered(self, lead_id: str, *, reached: bool) -> None:
        """A rep has reported; `reached` if they know what the lead wants."""
        self.held_until.pop(lead_id, None)
        if reached:
            self.undecided.discard(lead_id)

    @contextmanager
    def during(self, what: TouchKey | Answering) -> Iterator[None]:
        """What is sent now is this touch, or an answer to this message; what happens in between has its own."""
        self._doing.append(what)
        self._answers = 0
        try:
            yield
        finally:
            self._doing.pop()

    # -- what must hold

    def sending(self, address: Address, now: datetime) -> None:
        """Raises AssertionError when this must not be sent. That the service takes it is said by `was_sent`."""
        assert self._doing, f"at {now} something went to {address} out of the blue"
        doing = self._doing[-1]
        if isinstance(doing, Answering):
            self._answer(doing, address)
        else:
            self._touch(doing, address, now)

    def asked(self, lead_id: str, now: datetime) -> None:
        """A rep has been asked to call them now."""
        assert lead_id not in self.closed, f"somebody is asked to call {lead_id}, who was stopped, at {now}"
        assert self.people[lead_id].clocks.allow(now), f"a call to {lead_id} at {now}, outside contact hours"
        assert self.closed_until is None or now >= self.closed_until, f"a call while the manager has closed, at {now}"

    def was_sent(self, address: Address, now: datetime) -> None:
        """It is out, or may be."""
        doing = self._doing[-1]
        if isinstance(doing, Answering):
            return
        assert doing not in self.sent, f"{doing} was sent twice"
        self.sent.append(doing)
        if doing[2].startswith(ANY_HOUR):
            already = [key for key in self.sent if key[:2] == doing[:2] and key[2].startswith(ANY_HOUR)]
            assert already == [doing], f"{doing} is acknowledged a second time"
        person = self.people[doing[0]]
        counted = (address, str(person.zone), person.clocks.date_of(now))
        self._counts[counted] += 1
        assert self._counts[counted] <= self._caps[address[0]], f"{address} gets too much on {counted[2]}"

    def _answer(self, doing: Answering, address: Address) -> None:
        assert address == doing.address, f"{doing} is answered to {address}"
        self._answers += 1
        assert self._answers == 1, f"{doing} is answered twice"
        may_be_answered = ("stop", "start", "wrong person", "help") if address[0] == "text" else ("start",)
        assert not doing.was_stopped or doing.says in may_be_answered, f"{doing} is answered after a stop"
        assert "lasting" not in self.stopped.get(address, ()) or address[0] == "text", (
            f"{address} must not be written to"
        )

    def _touch(self, key: TouchKey, address: Address, now: datetime) -> None:
        person = self.people[key[0]]
        assert address in person.addresses, f"{key} goes to {address}"
        assert not self.is_stopped(address), f"{key} goes to {address} after a stop at {now}"
        assert address[0] == "email" or person.consents, f"{key} is a text without consent"
        assert key[0] not in self.closed, f"{key} goes to a lead that is closed"
        if key[2].startswith(ANY_HOUR):
            return
        assert person.clocks.allow(now), f"{key} goes out at {now}, outside contact hours"
        assert self.closed_until is None or now >= self.closed_until, f"{key} goes out while the manager has closed"
        assert key[0] not in self.undecided, f"{key} goes by itself although they may have asked us to stop"
        held_until = self.held_until.get(key[0])
        assert held_until is None or now >= held_until, f"{key} goes by itself although they wrote to us"
