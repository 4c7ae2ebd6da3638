"""Tell the rep who is asked to call, the way they want to be told."""

from dataclasses import dataclass, replace
from typing import Literal

from followthrough.domain import answers_to_reps
from followthrough.domain.business import Rep
from followthrough.domain.cadence import CALL_BACK
from followthrough.domain.errors import ChangedMeanwhile, SendingRefused, SendingThrottled, SendingUnknown
from followthrough.domain.leads import Ask, Lead, PlannedTouch
from followthrough.domain.message_facts import message_facts
from followthrough.domain.nudge_answers import with_answers
from followthrough.domain.nudges import NudgeFacts, nudge_email, nudge_text
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import asked_touch, with_ask
from followthrough.domain.task_nudges import task_email, task_text
from followthrough.use_cases.ports import OutgoingEmail, RenderedEmail, SendingServices
from followthrough.use_cases.pursuits import retried


@dataclass(frozen=True)
class _Nudge:
    lead: Lead
    planner: Planner
    person: Rep
    ask: Ask
    touch: PlannedTouch
    facts: NudgeFacts
    open_asks: int
    tells_of_all: bool = False


def tell(services: SendingServices, lead: Lead, planner: Planner, open_asks: int | None = None) -> None:
    """Nudge whoever is asked, then note it: a crash in between means a second buzz, never a lost lead.

    `open_asks` is for how many calls they are asked now, with this one, if that is known already.
    """
    ask = lead.ask
    person = services.settings.team.person(ask.holder) if ask else None
    if ask is None or person is None:
        return
    touch = asked_touch(lead, ask.touch_id, planner)
    if open_asks is None:
        open_asks = services.team.state().open_asks.get(person.id, 1)
    nudge = _Nudge(lead, planner, person, ask, touch, _facts(services, lead, planner, ask, touch), open_asks)
    bundled = not _buzzes_alone(nudge) and services.team.may_bundle(person.id, _what(nudge), services.clock())
    # Within the hour reminders wait, but nobody is asked for a call without being told of it.
    if _buzzes_alone(nudge) or bundled or ask.deadline:
        _notify(services, replace(nudge, tells_of_all=bundled and open_asks > 1))
    retried(lambda: _note(services, lead, ask))


def _buzzes_alone(nudge: _Nudge) -> bool:
    """New leads, agreed times and tasks always buzz one by one; once an hour a text tells of all other calls due."""
    return nudge.touch.channel == "task" or nudge.touch.step in (CALL_BACK, nudge.planner.first_call)


def _what(nudge: _Nudge) -> str:
    """Names one nudge among all: one that a crash cut off has to be let through again."""
    return f"{nudge.lead.pursuit_id} {nudge.ask.touch_id} {'ask' if nudge.ask.deadline else 'reminder'}"


def _note(services: SendingServices, lead: Lead, told: Ask) -> None:
    """Note that the attempt to tell them was made, and when the first nudge for this lead went out."""
    try:
        services.store.save(_told(services, lead, told))
    except ChangedMeanwhile:
        lead = services.store.load(lead.id)
        if lead.ask and (lead.ask.touch_id, lead.ask.asked) == (told.touch_id, told.asked):
            services.store.save(_told(services, lead, lead.ask))


def _told(services: SendingServices, lead: Lead, ask: Ask) -> Lead:
    now = services.clock()
    if lead.nudged_at is None:
        services.measure("SecondsToNudge", (now - lead.arrived_at).total_seconds())
    changed = with_ask(lead, ask.model_copy(update={"nudged": True}))
    return changed.model_copy(update={"nudged_at": lead.nudged_at or now})


def _notify(services: SendingServices, nudge: _Nudge) -> None:
    """By every way the person wants; by e-mail too when no text gets out. If nothing gets out, silence will
    move the ask on to somebody else.
    """
    person = nudge.person
    told = [_send(services, nudge, way) for way in person.notify]
    if not any(told) and "email" not in person.notify and not _send(services, nudge, "email"):
        services.measure("NudgesFailed", 1)


def _send(services: SendingServices, nudge: _Nudge, way: Literal["text", "email"]) -> bool:
    try:
        if way == "text":
            services.texter.send(nudge.person.phone, _text(services, nudge))
        else:
            services.mailer.send(OutgoingEmail(nudge.person.email, _email(services, nudge)))
    except (SendingRefused, SendingThrottled):
        return False
    except SendingUnknown:
        return True
    return True


def link_to(services: SendingServices, token: str) -> str:
    """The address of the page behind a nudge or a list."""
    return f"{services.public_url}/calls/{token}"


def _text(services: SendingServices, nudge: _Nudge) -> str:
    code = nudge.ask.code if nudge.open_asks > 1 else None
    if nudge.tells_of_all:
        token = services.new_token()
        services.team.new_rep_link(nudge.person.id, token)
        return answers_to_reps.calls_due(nudge.open_asks, nudge.lead.profile.name, link_to(services, token))
    link, outcomes = link_to(services, nudge.ask.link), nudge.planner.step(nudge.touch.step).outcomes
    if outcomes:
        return task_text(
            nudge.facts, question_of(services, nudge.lead, nudge.planner, nudge.touch), outcomes, link, code
        )
    return with_answers(nudge_text(nudge.facts), link, code)


def question_of(services: SendingServices, lead: Lead, planner: Planner, touch: PlannedTouch) -> str:
    """What a rep is asked with a task."""
    version = services.cadences.kept(lead.pursuit.cadence, lead.pursuit.cadence_version)
    facts = message_facts(lead, services.settings, None, None, planner.hours.zone)
    return services.messages_of(version).task(planner.step(touch.step).message_for(touch.n), facts)


def _email(services: SendingServices, nudge: _Nudge) -> RenderedEmail:
    link, step = link_to(services, nudge.ask.link), nudge.planner.step(nudge.touch.step)
    if step.outcomes:
        question = question_of(services, nudge.lead, nudge.planner, nudge.touch)
        words = task_email(nudge.facts, question, step.outcomes, link)
        return services.lay_out_nudge(words, services.settings.business.name)
    pursuit = nudge.lead.pursuit
    version = services.cadences.kept(pursuit.cadence, pursuit.cadence_version)
    name = step.message_for(nudge.touch.n)
    spoken = message_facts(nudge.lead, services.settings, nudge.person, None, nudge.planner.hours.zone)
    leaves = nudge.facts.voicemail == "leave"
    script = services.messages_of(version).call_script(name, spoken, leave_voicemail=leaves)
    words = nudge_email(nudge.facts, script.talk_track, script.voicemail, link)
    return services.lay_out_nudge(words, services.settings.business.name)


def _facts(services: SendingServices, lead: Lead, planner: Planner, ask: Ask, touch: PlannedTouch) -> NudgeFacts:
    now, pursuit = services.clock(), lead.pursuit
    step = planner.step(touch.step)
    reminder = ask.deadline is None or ask.instead_of == ask.holder  # a firm of one is asked twice
    before = services.settings.team.person(ask.instead_of) if ask.instead_of and not reminder else None
    return NudgeFacts.of(
        lead,
        services.settings,
        now,
        purpose=planner.purpose(touch.step, lead),
        voicemail=step.voicemail,
        attempt=pursuit.morning_calls + pursuit.afternoon_calls,
        instead_of=before,
        declined=ask.why == "cannot_take",
        reminder=reminder,
        asked_to_be_called=touch.step == CALL_BACK and pursuit.callback_why == "call_back",
        called_back_after=pursuit.callback_why if touch.step == CALL_BACK else None,
        call_from=None if planner.hours.is_open(now) else planner.hours.next_open(now),
    )


def stand_down(services: SendingServices, asked: tuple[str, ...], by: str | None, words: str) -> None:
    """Tell everybody else who was asked that the call is settled. Nothing depends on it."""
    for id_ in dict.fromkeys(asked):
        person = services.settings.team.person(id_)
        if person is None or id_ == by or "text" not in person.notify:
            continue
        try:
            services.texter.send(person.phone, words)
        except (SendingRefused, SendingThrottled, SendingUnknown):
            services.measure("StandDownsFailed", 1)
