"""Which touch gets the answer: how many pursuits of each cadence were answered after how many touches."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from followthrough.domain.leads import FirstAnswer, Pursuit, Status

SAYING_NO = ("not_interested", "lost")
"""First answers that are a no, which is a good result: nobody has to be asked any more."""

Credit = tuple[str | None, str | None]
"""Step and channel; None for an answer before anything was sent or asked for."""


class Pursued(NamedTuple):
    """A pursuit, and how its lead stands now; `latest` unless the lead has gone on with another one."""

    pursuit: Pursuit
    status: Status
    latest: bool


@dataclass
class Conversions:
    """The pursuits of one cadence. `yes` and `no` are counted by touches until the answer, and `credit` by what got it,
    nos included. Who hasn't answered is still followed up, has stopped us, or was silent to the end.
    """

    yes: Counter[int] = field(default_factory=Counter)
    no: Counter[int] = field(default_factory=Counter)
    credit: Counter[Credit] = field(default_factory=Counter)
    going_on: int = 0
    stopped: int = 0
    silent: int = 0

    @property
    def answered(self) -> int:
        """How many answered, whatever they said."""
        return self.yes.total() + self.no.total()

    @property
    def pursuits(self) -> int:
        """How many there are."""
        return self.answered + self.going_on + self.stopped + self.silent


def conversions(pursued: Iterable[Pursued]) -> dict[str, Conversions]:
    """By cadence, those with most pursuits first."""
    found: defaultdict[str, Conversions] = defaultdict(Conversions)
    for one in pursued:
        _count(found[one.pursuit.cadence], one)
    return dict(sorted(found.items(), key=lambda item: (-item[1].pursuits, item[0])))


def _count(counted: Conversions, one: Pursued) -> None:
    if one.pursuit.first_answer:
        _count_answer(counted, one.pursuit.first_answer)
    elif one.latest and one.status == "open":
        counted.going_on += 1
    elif one.latest and one.status == "opted_out":
        counted.stopped += 1
    else:
        counted.silent += 1


def _count_answer(counted: Conversions, answer: FirstAnswer) -> None:
    said = counted.no if answer.outcome in SAYING_NO else counted.yes
    said[answer.touches] += 1
    counted.credit[answer.step, answer.channel] += 1
