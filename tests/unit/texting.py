"""Reps who were asked, and what they text back, for unit tests."""

from datetime import timedelta
from itertools import count

from followthrough.domain.business import Settings
from followthrough.domain.leads import Lead
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.contract import TouchRequest
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.receive_text import IncomingText, receive_text
from tests.unit.arriving import arrive
from tests.unit.building import MINUTE
from tests.unit.fakes import World, sample_settings

ANA, BEN, DANA, NOBODY = "+12125550111", "+12125550112", "+12125550110", "+12125550199"
_message_ids = count(1)


def just_ana() -> Settings:
    """A firm where every call goes to Ana first."""
    settings = sample_settings()
    team = settings.team.model_copy(update={"reps": settings.team.reps[:1]})
    return settings.model_copy(update={"team": team})


def asked(*names: str, settings: Settings | None = None, **parts: object) -> World:
    """A rep was asked for the first call of each of these leads, one a minute."""
    world = World(settings=settings or just_ana(), **parts)  # type: ignore[arg-type]  # parts of a World by name
    for number, name in enumerate(names or ("Ann Lee",)):
        world.clock.advance(MINUTE if number else timedelta())
        lead_id = arrive(world, name=name, email=f"lead{number}@example.com", phone=f"212-555-010{number}")
        call(world, lead_id)
    world.texter.sent.clear()
    return world


def call(world: World, lead_id: str) -> None:
    touch = plan_next_touch(world.services, f"{lead_id}-1", 1)
    world.machine.waiting.add(f"task of {lead_id}")
    ask_rep_to_call(world.services, about(lead_id, touch.touch_id))


def about(lead_id: str, touch_id: str = "first-call.1") -> TouchRequest:
    return TouchRequest(pursuit_id=f"{lead_id}-1", run=1, touch_id=touch_id, task_token=f"task of {lead_id}")


def text(world: World, body: str, phone: str = ANA, message_id: str | None = None) -> str | None:
    """What is answered to a text; None: nothing."""
    before = len(world.texter.sent)
    receive_text(world.services, IncomingText(phone, body, message_id or f"message{next(_message_ids)}"))
    answers = [words for to, words in world.texter.sent[before:] if to == phone]
    assert len(answers) <= 1
    return answers[0] if answers else None


def outcomes(world: World, touch_id: str = "first-call.1") -> list[str | None]:
    """What was reported of each lead's call."""
    return [world.store.touches[lead_id, 1, touch_id].outcome for lead_id in sorted(world.store.leads)]


def lead(world: World, lead_id: str = "lead1") -> Lead:
    return world.store.load(lead_id)


def code(world: World, lead_id: str) -> str:
    ask = lead(world, lead_id).ask
    assert ask
    return ask.code


def escalated() -> World:
    """Ana said nothing; Ben or Chloe has been asked instead."""
    world = asked(settings=sample_settings())
    world.clock.advance(5 * MINUTE)
    escalate_silent_rep(world.services, about("lead1"))
    world.texter.sent.clear()
    return world
