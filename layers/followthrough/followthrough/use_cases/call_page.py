"""The page behind a nudge's link: what it shows, and what a press on it does."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from followthrough.domain.call_history import (
    Story,
    calls_so_far,
    most_calls,
    next_in_words,
    others_of,
    past_of,
)
from followthrough.domain.call_states import state_of
from followthrough.domain.call_subjects import Subject, as_it_stands, subject_now
from followthrough.domain.closed_leads import said_instead, told_afterwards
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.errors import NotFound, Refused
from followthrough.domain.handoffs import handoff_of, is_given
from followthrough.domain.instants import at_local
from followthrough.domain.leads import Lead, PlannedTouch
from followthrough.domain.life import stage_of
from followthrough.domain.message_facts import message_facts
from followthrough.domain.names import full_name
from followthrough.domain.offered_times import good_time_on, times_offered
from followthrough.domain.own_steps import CONTACT
from followthrough.domain.partner_facts import with_partner
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import asked_touch, decide
from followthrough.domain.rep_pages import (
    AskedCall,
    AskedTask,
    CallForm,
    CallPage,
    OnRecord,
    Open,
    PartnerToCall,
    StillTold,
)
from followthrough.domain.spoken_times import FARTHEST
from followthrough.domain.stops import mail_is_useless
from followthrough.domain.times_in_brief import day_in_brief, moment_in_brief
from followthrough.domain.times_in_words import clock
from followthrough.use_cases.add_details import Details, add_details
from followthrough.use_cases.nudging import question_of
from followthrough.use_cases.ports import SendingServices
from followthrough.use_cases.pursuits import planner_for
from followthrough.use_cases.rep_links import LeadLink
from followthrough.use_cases.report_outcome import Report, report_outcome

MOST_NAMESAKES = 3
_LEARNED = ("problem", "goal", "value", "preferred_channel")


@dataclass(frozen=True)
class Pressed:
    """What a press did. `wake_error` is the kind of error for which the machine could not be woken at once."""

    result: Literal["recorded", "passed_on", "saved", "nothing_changed"]
    wake_error: str | None = None


# -- what is shown -------------------------------------------------------------------------------------------------


def open_call_page(services: SendingServices, link: LeadLink, about: str | None = None) -> CallPage:
    """The page. `about` is what a press before was about, as its form had it; without it the page is about the call
    that the nudge asks for, or the one that is asked for now. Nothing is written.
    """
    lead, now, planner = link.lead, services.clock(), planner_for(services, link.lead)
    story = _story(services, link)
    subject = _subject(link, about, planner)
    state = state_of(story, subject)
    is_open = isinstance(state, Open)
    asked = _asked(services, link, planner, subject) if is_open else None
    call = asked if isinstance(asked, AskedCall) else None
    profile = lead.profile
    return CallPage(
        now=now,
        lead_zone=planner.hours.zone,
        rep_zone=ZoneInfo(link.rep.zone or services.settings.business.zone),
        business_name=services.settings.business.name,
        name=profile.name,
        request=profile.service,
        own_words=profile.message,
        wrote=lead.hold.words if lead.hold else None,
        phone=profile.phone,
        email=profile.email,
        asked_at=lead.arrived_at,
        form_id=services.new_token(),
        stage=stage_of(lead) if lead.is_open else None,
        email_returned=mail_is_useless(lead.unusable.get("email")),
        touch=str(_answered(link, subject, planner) if is_open else _answered_instead(link, subject, planner)),
        note_on=str(Subject(subject.pursuit, subject.touch_id)),
        state=state,
        call=call,
        task=asked if isinstance(asked, AskedTask) else None,
        next_touch=_next_touch(lead, planner, now),
        past=past_of(story, story.entry(subject.pursuit, subject.touch_id) if is_open else None),
        others=others_of(story),
        warnings=tuple(_warnings(services, lead, planner.hours, call, now)) if is_open else (),
        record=OnRecord(profile.problem, profile.goal, profile.value, profile.preferred_channel, lead.next_step),
        times=times_offered(planner.hours, now),
        partner_has_it=is_given(lead),
        further=lead.is_open,
        mistaken=() if is_open else said_instead(lead, planner),
        still_told=() if is_open else _still_told(services, lead, planner),
    )


def _story(services: SendingServices, link: LeadLink) -> Story:
    lead, me, timeline = link.lead, link.rep, services.store.timeline(link.lead.id)
    others = set(lead.ask.asked) - {me.id} if lead.ask else set()
    nudges = [nudge for id_ in others for nudge in services.team.nudges_of(id_) if nudge.lead_id == lead.id]
    return Story(lead, timeline, me, services.settings.team, {nudge.rep: nudge.at for nudge in nudges})


def _subject(link: LeadLink, about: str | None, planner: Planner) -> Subject:
    """What the page is about."""
    told = Subject.parse(about) if about else None
    if told:
        return told
    if link.nudge:
        return Subject(link.nudge.pursuit, link.nudge.touch_id)
    return subject_now(link.lead, link.rep.id, planner)


def _answered(link: LeadLink, subject: Subject, planner: Planner) -> Subject:
    """What a press on the page is about: the same, while that can be reported; else how things stand now."""
    present = subject.pursuit == link.lead.pursuit.number
    same = as_it_stands(link.lead, subject.touch_id, planner) if present else None
    return same or subject_now(link.lead, link.rep.id, planner)


def _answered_instead(link: LeadLink, subject: Subject, planner: Planner) -> Subject:
    """Of a lead that was closed by a report a press is about that, whichever of its pages it comes from."""
    closed_by = link.lead.closed_by
    return (as_it_stands(link.lead, closed_by, planner) if closed_by else None) or _answered(link, subject, planner)


def _still_told(services: SendingServices, lead: Lead, planner: Planner) -> tuple[StillTold, ...]:
    appointment = services.cadences.current(services.settings.business.cadences.appointment)
    return told_afterwards(lead, planner, appointment.cadence)


def _asked(
    services: SendingServices, link: LeadLink, planner: Planner, subject: Subject
) -> AskedCall | AskedTask | None:
    """The call or task that is asked for; None for a conversation outside any."""
    lead, now = link.lead, services.clock()
    if subject.touch_id.startswith(f"{CONTACT}."):
        return None
    touch = asked_touch(lead, subject.touch_id, planner)
    step = planner.step(touch.step)
    if step.outcomes:
        return AskedTask(question_of(services, lead, planner, touch), tuple(step.outcomes))
    version = services.cadences.kept(lead.pursuit.cadence, lead.pursuit.cadence_version)
    facts = message_facts(lead, services.settings, link.rep, None, planner.hours.zone)
    partner = _partner_to_call(services, lead, planner, touch.step)
    if partner:
        waiting = len(services.partners.line(handoff_of(lead).partner or ""))
        facts = with_partner(facts, lead, services.settings, waiting, services.public_url, now)
    hours, voicemail = planner.hours_for(touch.step), planner.voicemail(touch, lead)
    script = services.messages_of(version).call_script(
        planner.message(touch, lead), facts, leave_voicemail=voicemail == "leave"
    )
    return AskedCall(
        purpose=planner.purpose(touch.step, lead),
        n=calls_so_far(lead),
        of=most_calls(version.cadence, lead),
        voicemail=voicemail,
        voicemail_words=script.voicemail,
        talk_track=script.talk_track,
        call_from=None if hours.is_open(now) else hours.next_open(now),
        partner=partner,
    )


def _partner_to_call(services: SendingServices, lead: Lead, planner: Planner, step: str) -> PartnerToCall | None:
    """The partner that a step's calls go to; None where they go to the lead."""
    to = planner.recipient(step)
    if to == "lead" or not is_given(lead):
        return None
    partner = services.settings.partners.partner(handoff_of(lead).partner or "")
    return PartnerToCall(partner.name, partner.contact, partner.phone, to == "both") if partner else None


def _next_touch(lead: Lead, planner: Planner, now: datetime) -> tuple[str, datetime] | None:
    following = decide(lead, planner, now).next
    return (next_in_words(lead, following), following.due_at) if isinstance(following, PlannedTouch) else None


def _warnings(
    services: SendingServices, lead: Lead, hours: ContactHours, call: AskedCall | None, now: datetime
) -> Sequence[str]:
    warnings = _same_number(services, lead, now)
    opening = hours.next_open(now)
    if call is None and opening and opening > now:
        # With a call to make the page says so itself.
        when = moment_in_brief(opening, hours.zone, now)
        warnings.append(f"It is outside contact hours where they are: they can be called from {when}.")
    return warnings


def _same_number(services: SendingServices, lead: Lead, now: datetime) -> list[str]:
    """The others with the lead's number."""
    found = services.store.find_by_phone(lead.profile.phone) if lead.profile.phone else []
    ids = [id_ for id_ in found if id_ != lead.id]
    said = []
    for id_ in ids[:MOST_NAMESAKES]:
        with suppress(NotFound):  # erased since it was found
            said.append(_namesake(services.store.load(id_), services, now))
    return said if len(ids) <= MOST_NAMESAKES else [*said, f"And {len(ids) - MOST_NAMESAKES} more with that number."]


def _namesake(other: Lead, services: SendingServices, now: datetime) -> str:
    who, day = (
        full_name(other.profile.name) or "no name given",
        day_in_brief(other.arrived_at, services.settings.zone, now),
    )
    wanted = f" for: {other.profile.service}" if other.profile.service else ""
    stop = " They asked us to stop." if other.status == "opted_out" else ""
    return f"Another lead has the same number: {who}, asked {day}{wanted}.{stop}"


# -- what a press does ---------------------------------------------------------------------------------------------


def press(services: SendingServices, link: LeadLink, form: CallForm) -> Pressed:
    """Record the outcome, or only what else was told. A press that comes twice, or on a page that others have
    overtaken, changes nothing.

    Raises Refused with the field and a whole sentence for a time that isn't to come, and for a damaged page.
    """
    subject = Subject.parse(form.touch)
    if subject is None:
        raise Refused("form", "This page is damaged: open the link again.")
    hours, now = planner_for(services, link.lead).hours, services.clock()
    call_at = _call_on(form.follow_up, hours, now) if form.follow_up else None
    if form.outcome is None:
        details = Details((subject.pursuit, subject.touch_id), form.note, form.next_step, _learned(form), call_at)
        try:
            return Pressed("saved", add_details(services, link.lead.id, details))
        except NotFound:  # their data was erased since the page was opened
            return Pressed("nothing_changed")
    report = Report(
        form.outcome,
        subject.touch_id,
        callback_at=_moment("callback_at", form.callback_at, hours.zone, now) or call_at,
        appointment_at=_moment("appointment_at", form.appointment_at, hours.zone, now),
        note=form.note,
        by=link.rep.id,
        learned=_learned(form),
        pursuit=subject.pursuit,
        in_view_of=subject.in_view_of,
        next_step=form.next_step,
    )
    try:
        reported = report_outcome(services, link.lead.id, report)
    except NotFound:  # too long ago, or another lead's page
        return Pressed("nothing_changed")
    if reported.result in ("recorded", "passed_on"):
        return Pressed(reported.result, reported.wake_error)
    return Pressed("nothing_changed")


def _learned(form: CallForm) -> dict[str, str]:
    return {name: value for name in _LEARNED if (value := getattr(form, name)) is not None}


def _moment(field: str, local: datetime | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """A time typed on the lead's clock."""
    if local is None:
        return None
    moment = at_local(local.date(), local.time(), zone)
    if moment <= now:
        there = clock(now.astimezone(zone).time())
        raise Refused(field, f"Choose a time that is still to come: it is {there} where they are.")
    if moment > now + FARTHEST:
        raise Refused(field, f"Choose a time within the next {FARTHEST.days} days.")
    return moment


def _call_on(day: date, hours: ContactHours, now: datetime) -> datetime:
    if day <= hours.date_of(now):
        raise Refused("follow_up", "Choose a day that is still to come.")
    moment = good_time_on(hours, day)
    if moment > now + FARTHEST:
        raise Refused("follow_up", f"Choose a day within the next {FARTHEST.days} days.")
    return moment
