"""Tell the rep who is asked to call, the way they want to be told."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from followthrough.domain import answers_to_reps
from followthrough.domain.business import Rep
from followthrough.domain.cadence import CALL_BACK
from followthrough.domain.cadence_values import StartedBy
from followthrough.domain.closures import Closures
from followthrough.domain.errors import ChangedMeanwhile, NotFound, SendingRefused, SendingThrottled, SendingUnknown
from followthrough.domain.handoffs import is_given
from followthrough.domain.leads import Ask, Lead, PlannedTouch, WhyCallBack
from followthrough.domain.message_facts import message_facts
from followthrough.domain.nudge_answers import A_STOP_OR_NOT, OF_A_PARTNER_CALL, with_answers
from followthrough.domain.nudges import NudgeEmail, NudgeFacts, nudge_email, nudge_text, why_you
from followthrough.domain.partner_facts import with_partner
from followthrough.domain.partner_nudges import PartnerNudge, partner_nudge_email, partner_nudge_text
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import asked_touch, with_ask
from followthrough.domain.task_nudges import task_email, task_text
from followthrough.domain.team_state import CallDue
from followthrough.use_cases.ports import OutgoingEmail, RenderedEmail, SendingServices
from followthrough.use_cases.pursuits import planner_for, retried
from followthrough.use_cases.same_number import same_number

TEXTS_APART = timedelta(hours=1)
"""A rep gets at most one text about calls due in this time."""

TRY_AGAIN_AFTER = timedelta(minutes=5)
"""A text that did not get out, or whose sender died, is tried again after this time."""

_MISSED: dict[StartedBy, WhyCallBack] = {"silence": "gone_silent", "no_show": "no_show"}
"""What a call is about, in a pursuit that began with this."""

ReportError = Callable[[str, Exception], None]
"""Told of a rep or a lead, by its id, for which something failed that keeps nobody else waiting."""


@dataclass(frozen=True)
class DueNudge:
    """Everything that a nudge about one call says."""

    lead: Lead
    planner: Planner
    person: Rep
    ask: Ask
    touch: PlannedTouch
    facts: NudgeFacts


def tell(services: SendingServices, lead: Lead, planner: Planner, open_asks: int | None = None) -> None:
    """Nudge whoever is asked, or let them wait for their next text about calls due, then note it: a crash in between
    means a second buzz, never a lost lead.

    `open_asks` is for how many calls they are asked now, with this one, if that is known already.
    """
    ask = lead.ask
    person = services.settings.team.person(ask.holder) if ask else None
    if ask is None or person is None:
        return
    nudge = _nudge(services, lead, planner, person, ask, was_told=ask.deadline is None)
    if open_asks is None:
        open_asks = services.team.state().open_asks.get(person.id, 0)
    if _cannot_wait(nudge, services.clock()):
        _notify(services, nudge, _count([nudge], open_asks))
        told = True
    else:
        told = _tell_in_turn(services, nudge, open_asks)
    with suppress(NotFound):  # their data was erased in between
        retried(lambda: _note(services, lead, ask, told=told))


def _cannot_wait(nudge: DueNudge, now: datetime) -> bool:
    """New leads, agreed times, what leads wrote, tasks, and calls with words of their own for the rep buzz one by
    one. So does a call that silence would give to somebody else before its rep has heard of it; once an hour a text
    tells of all others.
    """
    if nudge.facts.step_says:
        return True
    if nudge.lead.hold or nudge.touch.channel == "task" or nudge.touch.step in (CALL_BACK, nudge.planner.first_call):
        return True
    deadline, passed_on = nudge.ask.deadline, nudge.planner.silence_rule(nudge.touch.step).do == "escalate"
    return passed_on and deadline is not None and deadline <= now + TEXTS_APART


def _count(due: Sequence[DueNudge], open_asks: int) -> int:
    """For how many calls the rep is asked: those that are listened to are counted among the open ones."""
    return open_asks + sum(nudge.ask.deadline is None for nudge in due)


# -- calls that are told of together -------------------------------------------------------------------------


def _tell_in_turn(services: SendingServices, nudge: DueNudge, open_asks: int) -> bool:
    """By e-mail at once; by text if the rep got none of this kind for an hour, else in the next one. Whether they have
    been told. What waits is told by the watchdog, unless another call's text comes before.
    """
    person, now = nudge.person, services.clock()
    mailed = "email" in person.notify and _mail(services, person, _email(services, nudge))
    if "text" not in person.notify:
        if not mailed:
            services.measure("NudgesFailed", 1)
        return mailed
    call = CallDue.of(nudge.lead, nudge.ask)
    waiting = services.team.may_text(person.id, now, now + TEXTS_APART, about=call)
    if waiting is None:
        services.team.put_down(person.id, call)
        return mailed
    due, settled = still_due(services, person, waiting, _left_waiting)
    due = [*(other for other in due if other.lead.id != nudge.lead.id), _as_first_told(services, nudge, waiting)]
    if not tell_together(services, person, due, open_asks, mailed=mailed and len(due) == 1):
        services.team.put_down(person.id, call, now + TRY_AGAIN_AFTER)
        return mailed
    if settled:
        services.team.settle(person.id, settled)
    note_told(services, [other for other in due if other.lead.id != nudge.lead.id])
    return True


def _left_waiting(lead_id: str, error: Exception) -> None:
    """What can't be read here waits for the watchdog, which reports it: it must not keep this call untold."""


def _as_first_told(services: SendingServices, nudge: DueNudge, waiting: frozenset[CallDue]) -> DueNudge:
    """The nudge that is no reminder, if the rep's first text about the call is still to come."""
    first = replace(CallDue.of(nudge.lead, nudge.ask), reminder=False)
    if first not in waiting:
        return nudge
    return _nudge(services, nudge.lead, nudge.planner, nudge.person, nudge.ask, was_told=False)


def still_due(
    services: SendingServices,
    person: Rep,
    waiting: frozenset[CallDue],
    on_error: ReportError,
    closures: Closures | None = None,
) -> tuple[list[DueNudge], frozenset[CallDue]]:
    """The nudges about those of the waiting calls that the rep is still asked for, the longest due first; and all that
    wait no more once these are told. A lead that can't be read is reported, and its call goes on waiting.
    """
    due, settled = [], set(waiting)
    for lead_id in sorted({call.lead_id for call in waiting}):
        calls = {call for call in waiting if call.lead_id == lead_id}
        try:
            due += _still_asked(services, person, calls, closures)
        except Exception as error:  # noqa: BLE001 - any failure must stay with its own lead
            on_error(lead_id, error)
            settled -= calls
    return sorted(due, key=lambda nudge: nudge.touch.due_at), frozenset(settled)


def _still_asked(
    services: SendingServices, person: Rep, calls: set[CallDue], closures: Closures | None
) -> list[DueNudge]:
    """The nudge about the call that the rep is asked for, if it is one of these calls of one lead."""
    try:
        lead = services.store.load(next(iter(calls)).lead_id)
    except NotFound:
        return []
    asked = [call for call in calls if call.is_still_asked(person.id, lead)]
    if not asked or lead.ask is None:
        return []
    was_told = all(call.reminder for call in asked)
    return [_nudge(services, lead, planner_for(services, lead, closures), person, lead.ask, was_told=was_told)]


def tell_together(
    services: SendingServices, person: Rep, due: Sequence[DueNudge], open_asks: int, *, mailed: bool
) -> bool:
    """One text about all calls that the rep is asked for: the nudge itself for a single one, else how many there are,
    and the list. By e-mail if no text gets out and they have none yet. Whether anything got out.
    """
    count = max(len(due), _count(due, open_asks))
    if count == 1:
        return _by_text_or_email(
            services, person, _text(services, due[0], 1), lambda: _email(services, due[0]), mailed=mailed
        )
    token = services.new_token()
    services.team.new_rep_link(person.id, token)
    words = answers_to_reps.calls_due(count, due[0].lead.profile.name, link_to(services, token))
    in_short = NudgeEmail(subject=f"{count} calls due", body=words, lead_phone=None)
    return _by_text_or_email(
        services,
        person,
        words,
        lambda: services.lay_out_nudge(in_short, services.settings.business.name),
        mailed=mailed,
    )


def _by_text_or_email(
    services: SendingServices, person: Rep, words: str, email: Callable[[], RenderedEmail], *, mailed: bool
) -> bool:
    told = _send_text(services, person, words) or mailed or _mail(services, person, email())
    if not told:
        services.measure("NudgesFailed", 1)
    return told


def note_told(services: SendingServices, due: Sequence[DueNudge]) -> None:
    """Note of those that nobody had been nudged about before that somebody has been now."""
    for nudge in due:
        if nudge.lead.nudged_at is None:
            retried(partial(_note, services, nudge.lead, nudge.ask, told=True))


# -- what was told -------------------------------------------------------------------------------------------


def _note(services: SendingServices, lead: Lead, ask: Ask, *, told: bool) -> None:
    """Note that the attempt to tell them was made, and when the first nudge for this lead went out. A call that waits
    for the next text counts as told for the machine: the watchdog has taken it over.
    """
    try:
        services.store.save(_noted(services, lead, ask, told=told))
    except ChangedMeanwhile:
        lead = services.store.load(lead.id)
        if lead.ask and (lead.ask.touch_id, lead.ask.asked) == (ask.touch_id, ask.asked):
            services.store.save(_noted(services, lead, lead.ask, told=told))


def _noted(services: SendingServices, lead: Lead, ask: Ask, *, told: bool) -> Lead:
    changed = with_ask(lead, ask.model_copy(update={"nudged": True}))
    if not told:
        return changed
    now = services.clock()
    if lead.nudged_at is None:
        services.measure("SecondsToNudge", lead.waited_until(now).total_seconds())
    return changed.model_copy(update={"nudged_at": lead.nudged_at or now})


def _notify(services: SendingServices, nudge: DueNudge, count: int) -> None:
    """By every way the person wants; by e-mail too when no text gets out. If nothing gets out, silence will
    move the ask on to somebody else.
    """
    person = nudge.person
    told = [
        _send_text(services, person, _text(services, nudge, count))
        if way == "text"
        else _mail(services, person, _email(services, nudge))
        for way in person.notify
    ]
    if any(told):
        return
    if "email" in person.notify or not _mail(services, person, _email(services, nudge)):
        services.measure("NudgesFailed", 1)


def _send_text(services: SendingServices, person: Rep, words: str) -> bool:
    """Whether it got out, or may have."""
    return _gets_out(lambda: services.texter.send(person.phone, words))


def _mail(services: SendingServices, person: Rep, email: RenderedEmail) -> bool:
    """Whether it got out, or may have."""
    return _gets_out(lambda: services.mailer.send(OutgoingEmail(person.email, email, tags={"rep": person.id})))


def _gets_out(send: Callable[[], str]) -> bool:
    try:
        send()
    except (SendingRefused, SendingThrottled):
        return False
    except SendingUnknown:
        return True
    return True


# -- its words -----------------------------------------------------------------------------------------------


def link_to(services: SendingServices, token: str) -> str:
    """The address of the page behind a nudge or a list."""
    return f"{services.public_url}/calls/{token}"


def _text(services: SendingServices, nudge: DueNudge, count: int) -> str:
    """The nudge, with its code if they are asked for several calls."""
    code = nudge.ask.code if count > 1 else None
    link, outcomes = link_to(services, nudge.ask.link), nudge.planner.step(nudge.touch.step).outcomes
    if outcomes:
        return task_text(
            nudge.facts, question_of(services, nudge.lead, nudge.planner, nudge.touch), outcomes, link, code
        )
    if partner := _about_partner(services, nudge):
        return with_answers(partner_nudge_text(partner), link, code, OF_A_PARTNER_CALL)
    if nudge.facts.may_want_stop:
        return with_answers(nudge_text(nudge.facts), link, code, A_STOP_OR_NOT)
    return with_answers(nudge_text(nudge.facts), link, code)


def _about_partner(services: SendingServices, nudge: DueNudge) -> PartnerNudge | None:
    """What is said about a call to the partner that has the lead; None for any other."""
    to = nudge.planner.recipient(nudge.touch.step)
    if to == "lead" or not is_given(nudge.lead):
        return None
    return PartnerNudge.of(
        nudge.lead, services.settings, to, why_you(nudge.facts), nudge.facts.purpose, services.clock()
    )


def question_of(services: SendingServices, lead: Lead, planner: Planner, touch: PlannedTouch) -> str:
    """What a rep is asked with a task."""
    version = services.cadences.kept(lead.pursuit.cadence, lead.pursuit.cadence_version)
    facts = message_facts(lead, services.settings, None, None, planner.hours.zone)
    return services.messages_of(version).task(planner.message(touch, lead), facts)


def _email(services: SendingServices, nudge: DueNudge) -> RenderedEmail:
    link, step = link_to(services, nudge.ask.link), nudge.planner.step(nudge.touch.step)
    if step.outcomes:
        question = question_of(services, nudge.lead, nudge.planner, nudge.touch)
        words = task_email(nudge.facts, question, step.outcomes, link)
        return services.lay_out_nudge(words, services.settings.business.name)
    pursuit = nudge.lead.pursuit
    version = services.cadences.kept(pursuit.cadence, pursuit.cadence_version)
    name = nudge.planner.message(nudge.touch, nudge.lead)
    spoken = message_facts(nudge.lead, services.settings, nudge.person, None, nudge.planner.hours.zone)
    if partner := _about_partner(services, nudge):
        waiting = len(services.partners.line(partner.partner.id))
        spoken = with_partner(spoken, nudge.lead, services.settings, waiting, services.public_url, services.clock())
        track = services.messages_of(version).call_script(name, spoken, leave_voicemail=False).talk_track
        return services.lay_out_nudge(partner_nudge_email(partner, track, link), services.settings.business.name)
    leaves = nudge.facts.voicemail == "leave"
    script = services.messages_of(version).call_script(name, spoken, leave_voicemail=leaves)
    words = nudge_email(nudge.facts, script.talk_track, script.voicemail, link)
    return services.lay_out_nudge(words, services.settings.business.name)


def _nudge(
    services: SendingServices, lead: Lead, planner: Planner, person: Rep, ask: Ask, *, was_told: bool
) -> DueNudge:
    touch = asked_touch(lead, ask.touch_id, planner)
    reminder = was_told or ask.instead_of == ask.holder  # a firm of one is asked twice
    facts = _facts(services, lead, planner, ask, touch, reminder=reminder)
    return DueNudge(lead, planner, person, ask, touch, facts)


def _facts(
    services: SendingServices, lead: Lead, planner: Planner, ask: Ask, touch: PlannedTouch, *, reminder: bool
) -> NudgeFacts:
    now, pursuit = services.clock(), lead.pursuit
    before = services.settings.team.person(ask.instead_of) if ask.instead_of and not reminder else None
    facts = NudgeFacts.of(
        lead,
        services.settings,
        now,
        purpose=planner.purpose(touch.step, lead),
        voicemail=planner.voicemail(touch, lead),
        attempt=pursuit.morning_calls + pursuit.afternoon_calls,
        instead_of=before,
        declined=ask.why == "cannot_take",
        reminder=reminder,
        asked_to_be_called=touch.step == CALL_BACK and pursuit.callback_why == "call_back",
        called_back_after=pursuit.callback_why if touch.step == CALL_BACK else _MISSED.get(pursuit.started_by),
        call_from=None if planner.hours.is_open(now) else planner.hours.next_open(now),
    )
    return replace(facts, same_number=same_number(services, lead), step_says=planner.step(touch.step).nudge)


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
