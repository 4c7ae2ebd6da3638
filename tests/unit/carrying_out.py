"""Any cadences, for any lead, with any answers: as the preview shows it, and as the use cases do it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from unittest import mock
from zlib import crc32

from hypothesis import strategies as st

from followthrough.domain import preview as previewing
from followthrough.domain.business import CadencesByEvent, Settings
from followthrough.domain.cadence_values import CHANNELS
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.in_thought import InThought
from followthrough.domain.leads import Lead, PlannedTouch, Profile, Touch
from followthrough.domain.planning import Planner
from followthrough.domain.preview import Assumed, Preview
from followthrough.domain.pursuing import called_touch, new_lead, scheduled
from followthrough.use_cases.ports import SendingServices
from followthrough.use_cases.pursuits import planner_for
from tests.unit.engine import Answer, Engine
from tests.unit.fakes import FakeCadences, FakeClock, World
from tests.unit.places_of_the_world import arrivals, homes, places, settings_at
from tests.unit.random_cadences import seeds, version

ARRIVAL, SILENCE, EXHAUSTED = "first", "second", "last"
"""The cadences that a lead's story leads through, each by itself or by what `ends` says."""

APPOINTED = timedelta(days=1)
"""How far ahead an appointment is, where one was agreed before the cadence began."""

Line = tuple[datetime, int, str, int, str, str, str]


@dataclass(frozen=True)
class Story:
    """A lead, somewhere, of a business with these cadences; and what calls and tasks bring."""

    cadences: tuple[CadenceVersion, ...]
    settings: Settings
    lead: Lead
    brings: tuple[Assumed, ...]
    days: int

    @property
    def until(self) -> datetime:
        return self.lead.arrived_at + timedelta(days=self.days)

    @property
    def planner(self) -> Planner:
        return Planner.for_lead(self.lead, self.cadences[0], self.settings)

    def version_of(self, name: str) -> CadenceVersion:
        return next(version for version in self.cadences if version.cadence.name == name)

    def outcome_of(self, touch_id: str) -> Assumed:
        return self.brings[crc32(touch_id.encode()) % len(self.brings)]


@st.composite
def stories(draw: st.DrawFn, *, brings: tuple[Assumed, ...] = ("silent", "no_answer", "voicemail")) -> Story:
    last = draw(seeds.map(partial(version, EXHAUSTED)).filter(_says_how_it_ends))
    second = version(SILENCE, draw(seeds), (last.cadence,))
    first = version(ARRIVAL, draw(seeds), (second.cadence, last.cadence))
    settings = business(draw(homes))
    place, arrived_at = draw(places), draw(arrivals)
    lead = new_lead(Profile.model_validate(draw(profiles)), place, "ann", "token", first, arrived_at)
    if draw(st.booleans()):
        lead = lead.model_copy(update={"appointment_at": arrived_at + APPOINTED})
    outcomes = draw(st.lists(st.sampled_from(brings), min_size=1, max_size=5))
    return Story((first, second, last), settings, lead, tuple(outcomes), draw(st.sampled_from([2, 9, 40])))


def _says_how_it_ends(found: CadenceVersion) -> bool:
    return found.cadence.is_endless or found.cadence.ends is not None


@st.composite
def _profiles(draw: st.DrawFn) -> dict[str, Any]:
    known: dict[str, Any] = {"email": "ann@example.com", "phone": "+12125550100"}
    missing = draw(st.sampled_from([None, None, "email", "phone"]))
    return {field: value for field, value in known.items() if field != missing} | {
        "audience": draw(st.sampled_from(["consumer", "company", "enterprise"])),
        "value": draw(st.sampled_from(["normal", "high"])),
        "preferred_channel": draw(st.sampled_from([None, *CHANNELS])),
        "consent_to_text": draw(st.booleans()),
        "goal": draw(st.sampled_from([None, "a kitchen to cook in together"])),
    }


profiles = _profiles()


def business(home: tuple[str, str]) -> Settings:
    settings = settings_at(home)
    cadences = CadencesByEvent.model_validate(
        {
            "arrival": ARRIVAL,
            "asked_again": ARRIVAL,
            "appointment": SILENCE,
            "no_show": SILENCE,
            "silence": SILENCE,
            "exhausted": {"cadence": EXHAUSTED},
        }
    )
    return settings.model_copy(update={"business": settings.business.model_copy(update={"cadences": cadences})})


def previewed(story: Story) -> Preview:
    """What preview shows, with an outcome of its own for each call and task."""
    with _each_with_its_outcome(story):
        return previewing.preview(
            story.lead, story.planner, story.settings, "silent", story.until, version_of=story.version_of
        )


@contextmanager
def _each_with_its_outcome(story: Story) -> Iterator[None]:
    carried_out = previewing._carried_out

    def with_its_outcome(
        lead: Lead, planned: PlannedTouch, planner: Planner, thought: InThought, _: Assumed, now: datetime
    ) -> tuple[Lead, previewing.Made]:
        return carried_out(lead, planned, planner, thought, story.outcome_of(planned.id), now)

    with mock.patch.object(previewing, "_carried_out", with_its_outcome):
        yield


def executed(story: Story) -> Engine:
    """What the use cases do, as the machine has them, until the end of the story."""
    world = World(clock=FakeClock(story.lead.arrived_at), cadence=story.cadences[0], settings=story.settings)
    world.services = _with_cadences(world, story.cadences)
    world.store.leads[story.lead.id] = scheduled(story.lead, story.lead.arrived_at)
    for each in story.cadences:
        world.store.keep_version(each)
    engine = Engine(world, story.lead.id, partial(_answer, story, world))
    engine.run(story.until)
    return engine


def _with_cadences(world: World, cadences: tuple[CadenceVersion, ...]) -> SendingServices:
    return replace(world.services, cadences=FakeCadences(world.store, *cadences))


def _answer(story: Story, world: World, touch_id: str) -> Answer:
    """As `preview` has it: what can't be reported of a call is no answer, and of a task the first thing it lists."""
    outcome = story.outcome_of(touch_id)
    if outcome == "silent":
        return None
    lead = world.store.load(story.lead.id)
    touch = called_touch(lead, touch_id)
    return previewing._brought(touch, planner_for(world.services, lead), outcome)


def lines(touches: Iterable[Touch]) -> list[Line]:
    """What has to be the same; touches of one second in any order."""
    return sorted(
        (touch.due_at, touch.pursuit, touch.step, touch.n, touch.channel, touch.status, touch.reason or "")
        for touch in touches
    )
