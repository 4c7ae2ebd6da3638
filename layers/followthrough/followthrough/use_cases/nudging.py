"""Tell the rep who is asked to call, the way they want to be told."""

from typing import Literal

from followthrough.domain.business import Rep
from followthrough.domain.cadence import CALL_BACK
from followthrough.domain.errors import ChangedMeanwhile, SendingRefused, SendingThrottled, SendingUnknown
from followthrough.domain.leads import Ask, Lead
from followthrough.domain.message_facts import message_facts
from followthrough.domain.nudges import NudgeFacts, nudge_email, nudge_text
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import called_touch, with_ask
from followthrough.use_cases.ports import OutgoingEmail, RenderedEmail, SendingServices
from followthrough.use_cases.pursuits import retried


def tell(services: SendingServices, lead: Lead, planner: Planner) -> None:
    """Nudge whoever is asked, then note it: a crash in between means a second buzz, never a lost lead."""
    ask = lead.ask
    person = services.settings.team.person(ask.holder) if ask else None
    if ask is None or person is None:
        return
    _nudge(services, lead, planner, person, ask)
    told = ask.model_copy(update={"nudged": True})
    try:
        services.store.save(with_ask(lead, told))
    except ChangedMeanwhile:
        retried(lambda: _note(services, lead.id, told))


def _note(services: SendingServices, lead_id: str, told: Ask) -> None:
    lead = services.store.load(lead_id)
    if lead.ask and (lead.ask.touch_id, lead.ask.asked) == (told.touch_id, told.asked):
        services.store.save(with_ask(lead, lead.ask.model_copy(update={"nudged": True})))


def _nudge(services: SendingServices, lead: Lead, planner: Planner, person: Rep, ask: Ask) -> None:
    """By every way the person wants; by e-mail too when no text gets out. If nothing gets out, silence will
    move the ask on to somebody else.
    """
    facts = _facts(services, lead, planner, ask)
    told = [_send(services, lead, planner, person, facts, way) for way in person.notify]
    if not any(told) and "email" not in person.notify:
        _send(services, lead, planner, person, facts, "email")


def _send(
    services: SendingServices,
    lead: Lead,
    planner: Planner,
    person: Rep,
    facts: NudgeFacts,
    way: Literal["text", "email"],
) -> bool:
    try:
        if way == "text":
            services.texter.send(person.phone, nudge_text(facts))
        else:
            services.mailer.send(OutgoingEmail(person.email, _email(services, lead, planner, person, facts)))
    except (SendingRefused, SendingThrottled):
        return False
    except SendingUnknown:
        return True
    return True


def _email(services: SendingServices, lead: Lead, planner: Planner, person: Rep, facts: NudgeFacts) -> RenderedEmail:
    pursuit = lead.pursuit
    ask_touch = lead.ask.touch_id if lead.ask else ""
    touch = called_touch(lead, ask_touch)
    version = services.cadences.kept(pursuit.cadence, pursuit.cadence_version)
    name = planner.step(touch.step).message_for(touch.n)
    spoken = message_facts(lead, services.settings, person, None, planner.hours.zone)
    script = services.messages_of(version).call_script(name, spoken, leave_voicemail=facts.voicemail == "leave")
    return services.lay_out_nudge(
        nudge_email(facts, script.talk_track, script.voicemail), services.settings.business.name
    )


def _facts(services: SendingServices, lead: Lead, planner: Planner, ask: Ask) -> NudgeFacts:
    now, pursuit = services.clock(), lead.pursuit
    touch = called_touch(lead, ask.touch_id)
    step = planner.step(touch.step)
    reminder = ask.deadline is None
    silent_one = services.settings.team.person(ask.instead_of) if ask.instead_of and not reminder else None
    return NudgeFacts.of(
        lead,
        services.settings,
        now,
        purpose=step.purpose,
        voicemail=step.voicemail,
        attempt=pursuit.morning_calls + pursuit.afternoon_calls,
        instead_of=silent_one,
        reminder=reminder,
        asked_to_be_called=touch.step == CALL_BACK,
        call_from=None if planner.hours.is_open(now) else planner.hours.next_open(now),
    )
