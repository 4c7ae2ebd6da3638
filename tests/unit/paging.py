"""Calls that reps are asked for, and the pages behind the links that they get."""

from datetime import datetime, timedelta

from followthrough.domain.leads import Outcome, Touch
from followthrough.domain.rep_pages import CallForm, CallPage
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.call_page import Pressed, open_call_page, press
from followthrough.use_cases.rep_links import LeadLink, open_link
from tests.unit.arriving import arrive, lead_in, plan, request
from tests.unit.fakes import MONDAY_10_IN_NEW_YORK, FakeClock, World

MINUTE = timedelta(minutes=1)


def asked(now: datetime = MONDAY_10_IN_NEW_YORK, **lead: str | None) -> World:
    """A world in which Ana was asked for the first call just now."""
    world = World(clock=FakeClock(now))
    arrive(world, **lead)
    ask(world)
    return world


def ask(world: World) -> None:
    """The machine asks a rep for the call that is due now."""
    ask_rep_to_call(world.services, request(world, plan(world).touch_id, f"task{world.clock.now}"))


def escalate(world: World) -> None:
    """The one who is asked says nothing until the deadline."""
    ask = lead_in(world).ask
    assert ask is not None
    assert ask.deadline is not None
    world.clock.now = ask.deadline
    escalate_silent_rep(world.services, request(world, ask.touch_id))


def link_of(world: World, rep: str = "ana", lead_id: str = "lead1") -> str:
    """The token in the rep's latest nudge about the lead."""
    return world.store.nudges[rep, lead_id].link


def link_of_who_is_asked(world: World) -> str:
    """The token in the nudge of whoever is asked now."""
    ask = lead_in(world).ask
    assert ask is not None
    return ask.link


def opened(world: World, token: str, lead_id: str | None = None) -> LeadLink:
    """A lead's page, about to be opened."""
    link = open_link(world.services, token, lead_id)
    assert isinstance(link, LeadLink)
    return link


def page(world: World, token: str | None = None, lead_id: str | None = None, about: str | None = None) -> CallPage:
    """The page behind a token; Ana's latest nudge's unless told otherwise."""
    return open_call_page(world.services, opened(world, token or link_of(world), lead_id), about)


def say(
    world: World,
    outcome: Outcome | None,
    seen: CallPage | None = None,
    token: str | None = None,
    lead_id: str | None = None,
    **told: object,
) -> Pressed:
    """Press a button on a page that was opened before; on one that is opened now unless it is given."""
    token = token or link_of(world)
    seen = seen or page(world, token, lead_id)
    about = seen.touch if outcome else seen.note_on
    form = CallForm(about, seen.form_id, outcome, **told)  # type: ignore[arg-type]
    return press(world.services, opened(world, token, lead_id), form)


def entry(world: World, touch_id: str, pursuit: int = 1, lead_id: str = "lead1") -> Touch:
    """A touch on the timeline."""
    return world.store.touches[lead_id, pursuit, touch_id]
