"""What the pages show, worked out: templates only lay it out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from zoneinfo import ZoneInfo

from followthrough.domain.leads import Lead, Touch
from followthrough.domain.times_in_words import zone_in_words
from local.server import words
from local.server.sent import Message
from local.server.world import World

_MOST_LINES, _LINE = 60, 66
_EMAIL_MARGINS = 7


@dataclass(frozen=True)
class ClockView:
    """The virtual clock."""

    time: str
    day: str
    zone: str
    speed: str
    going_to: str | None
    next_due: str | None
    sent: int

    @classmethod
    def of(cls, world: World) -> "ClockView":
        """In the business's own zone."""
        zone, now, goal, state = world.settings.zone, world.clock.now, world.clock.goal, world.clock_state()
        return cls(
            time=words.wall(now, zone),
            day=f"{words.day(now, zone)}, {now.astimezone(zone).year}",
            zone=zone_in_words(zone, now),
            speed=words.speed(world.clock.speed),
            going_to=words.day_and_time(goal, zone) if goal else None,
            next_due=state["next_due"],
            sent=state["sent"],
        )


@dataclass(frozen=True)
class MessageView:
    """One text or e-mail."""

    kind: str
    to_whom: str
    is_to_rep: bool
    address: str
    sender: str | None
    when: str
    subject: str | None
    text: str
    html: str | None
    unsubscribe_url: str | None
    lines: int
    """About how many lines the e-mail takes, so that its frame needs no scrolling."""

    @classmethod
    def of(cls, message: Message, leads: Sequence[Lead], zone: ZoneInfo) -> "MessageView":
        """With the name of whom it went to."""
        lengths = [max(1, -(-len(line) // _LINE)) for line in message.body.strip().splitlines()]
        return cls(
            kind=message.kind,
            to_whom=message.rep or _lead_behind(message.to, leads),
            is_to_rep=message.rep is not None,
            address=words.address(message.to),
            sender=message.sender,
            when=words.day_and_time(message.at, zone),
            subject=message.subject,
            text=message.body.strip(),
            html=message.html,
            unsubscribe_url=message.unsubscribe_url,
            lines=min(_MOST_LINES, sum(lengths) + _EMAIL_MARGINS),
        )


def _lead_behind(to: str, leads: Sequence[Lead]) -> str:
    for lead in leads:
        if to in (lead.profile.phone, lead.profile.email):
            return lead.profile.name or "the lead"
    return "the lead"


@dataclass(frozen=True)
class TouchView:
    """One line of the timeline."""

    time: str
    channel: str
    step: str
    came_of: str
    status: str
    asked: str | None
    voicemail: str | None
    note: str | None
    purpose: str

    @classmethod
    def of(cls, touch: Touch, world: World, zone: ZoneInfo) -> "TouchView":
        """In the lead's zone."""
        return cls(
            time=words.wall(touch.due_at, zone),
            channel=words.CHANNELS[touch.channel],
            step=words.step(touch.step),
            came_of=words.came_of(touch),
            status=touch.status,
            asked=", then ".join(map(world.person, touch.asked)) or None,
            voicemail=None if touch.voicemail != "leave" else "leave a message if nobody answers",
            note=touch.note,
            purpose=touch.purpose,
        )


@dataclass(frozen=True)
class AskView:
    """The call that somebody is being asked to make, or the task, and what can be reported of it."""

    who: str
    whom: str
    touch_id: str
    step: str
    until: str | None
    outcomes: Sequence[tuple[str, str]] = tuple(words.OUTCOMES.items())
    with_a_time: str | None = "call_back"
    """The outcome among them that needs a time."""

    @property
    def is_task(self) -> bool:
        """Whether nobody is to be called."""
        return self.with_a_time != "call_back"


@dataclass(frozen=True)
class LeadView:
    """A lead, where it stands, and its timeline by day."""

    id: str
    name: str
    wants: str | None
    message: str | None
    reach: Sequence[str]
    arrived: str
    zone: str
    cadence: str
    is_open: bool
    standing: str
    next: str | None
    ask: AskView | None
    days: Sequence[tuple[str, Sequence[TouchView]]]

    @classmethod
    def of(cls, lead: Lead, world: World) -> "LeadView":
        """In the lead's own zone."""
        zone = ZoneInfo(lead.place.zones[0])
        touches = world.timeline(lead)
        by_day = groupby(touches, key=lambda touch: words.day(touch.due_at, zone))
        profile = lead.profile
        return cls(
            id=lead.id,
            name=profile.name or "Somebody without a name",
            wants=profile.service,
            message=profile.message,
            reach=[words.address(to) for to in (profile.phone, profile.email) if to],
            arrived=words.day_and_time(lead.arrived_at, zone),
            zone=zone_in_words(zone, world.clock.now),
            cadence=lead.pursuit.cadence,
            is_open=lead.is_open,
            standing=_standing(lead, zone),
            next=_next(lead, world, zone),
            ask=_ask(lead, world, zone),
            days=[(day, [TouchView.of(each, world, zone) for each in of_day]) for day, of_day in by_day],
        )


def _standing(lead: Lead, zone: ZoneInfo) -> str:
    if lead.closed_at:
        return f"Closed {words.day_and_time(lead.closed_at, zone)}: {lead.status.replace('_', ' ')}."
    if lead.stuck:
        return "Stuck: it had to be started again too often."
    return "Open, until there is a yes, a no or an opt-out."


def _next(lead: Lead, world: World, zone: ZoneInfo) -> str | None:
    if lead.next_touch_at is None:
        return None
    when = words.day_and_time(lead.next_touch_at, zone)
    away = words.in_future(lead.next_touch_at - world.clock.now)
    if lead.ask and lead.ask.deadline == lead.next_touch_at:
        return f"{when} ({away}), if nobody reports before"
    return f"{when} ({away})"


def _ask(lead: Lead, world: World, zone: ZoneInfo) -> AskView | None:
    ask = lead.ask
    if ask is None:
        return None
    view = AskView(
        who=world.person(ask.holder),
        whom=lead.profile.name or "the lead",
        touch_id=ask.touch_id,
        step=words.step(ask.touch_id.rpartition(".")[0]),
        until=words.wall(ask.deadline, zone) if ask.deadline else None,
    )
    outcomes = world.task_outcomes(lead, ask)
    if not outcomes:
        return view
    labelled = [(outcome, words.TASK_OUTCOMES[outcome]) for outcome in outcomes]
    return replace(view, outcomes=labelled, with_a_time="thinking" if "thinking" in outcomes else None)
