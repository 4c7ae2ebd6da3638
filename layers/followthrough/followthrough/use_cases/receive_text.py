"""A text comes in: find out whose it is. A rep's is an answer: record it, and confirm it in one text. Partners have
answers of their own. All others are the leads'.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from followthrough.domain import answers_to_reps as answers
from followthrough.domain.business import Rep
from followthrough.domain.errors import Refused, SendingRefused, SendingThrottled, SendingUnknown
from followthrough.domain.rep_sayings import (
    Away,
    Back,
    ClosedUntil,
    Help,
    LeaveUnanswered,
    ListLeads,
    Open,
    OutcomeReport,
    Release,
    RepText,
    TimeOnly,
    Unclear,
)
from followthrough.domain.rep_texts import read_rep_text
from followthrough.domain.rep_words import RepOutcome
from followthrough.domain.spoken_times import MIDNIGHT
from followthrough.domain.spreading import fraction
from followthrough.use_cases.closing import close, open_again
from followthrough.use_cases.leads_meant import Meant, latest_asked, meant_by, open_asks
from followthrough.use_cases.nudging import link_to
from followthrough.use_cases.ports import SendingServices
from followthrough.use_cases.receive_from_lead import receive_lead_text
from followthrough.use_cases.receive_from_partner import receive_partner_text
from followthrough.use_cases.report_outcome import Report, Reported, report_outcome
from followthrough.use_cases.texts_about_tasks import made_plain, refused, task_asked
from followthrough.use_cases.watch_floods import release


@dataclass(frozen=True)
class IncomingText:
    """One text, from a number in E.164."""

    from_: str
    body: str
    message_id: str


def receive_text(services: SendingServices, text: IncomingText) -> str:
    """Act on a text once, however often it is delivered. Says in a word what it was."""
    person = services.settings.team.person_with_phone(text.from_)
    partner = services.settings.partners.partner_with_phone(text.from_)
    if person is None and partner:
        return receive_partner_text(services, partner, text.body, text.message_id)
    if person is None:
        return receive_lead_text(services, text.from_, text.body, text.message_id)
    return _from_the_team(services, person, text)


def _from_the_team(services: SendingServices, person: Rep, text: IncomingText) -> str:
    # Acting twice could report another lead's call, which is the latest open one once the first is reported.
    if not services.team.is_new_text(text.message_id):
        return "handled_before"
    said = read_rep_text(text.body, services.settings.business.country)
    try:
        asked = task_asked(services, person, said) if isinstance(said, Unclear) else None
        said = made_plain(said, asked[1] if asked else ())
        answer = _answer(services, person, said)
    except Exception:
        services.team.forget_text(text.message_id)  # it is delivered again
        raise
    if answer and not _goes_round(services, person, said, text.body):
        _send(services, person, answer)
    return type(said).__name__


def _goes_round(services: SendingServices, person: Rep, said: RepText, body: str) -> bool:
    """Whether the same words were found unclear within the hour already: a phone that answers by itself never stops."""
    if not isinstance(said, Unclear):
        return False
    hour = services.clock().strftime("%Y-%m-%dT%H")
    return not services.team.is_new_text(f"unclear-{person.id}-{hour}-{fraction(body)}")


def _send(services: SendingServices, person: Rep, words: str) -> None:
    try:
        services.texter.send(person.phone, words)
    except (SendingRefused, SendingThrottled, SendingUnknown):
        services.measure("AnswersFailed", 1)


def _answer(services: SendingServices, person: Rep, said: RepText) -> str | None:
    now = services.clock()
    zone = ZoneInfo(person.zone or services.settings.business.zone)
    if isinstance(said, OutcomeReport):
        return _report(services, person, said)
    if isinstance(said, Away):
        until = said.until.moment(now, zone, MIDNIGHT) if said.until else None
        if said.until and until is None:
            return answers.unclear(Unclear("when", ("away",)))
        services.team.set_away(person.id, until)
        return answers.away(until, zone)
    if isinstance(said, Back):
        services.team.set_back(person.id)
        return answers.back()
    if isinstance(said, ListLeads):
        token = services.new_token()
        services.team.new_rep_link(person.id, token)
        return answers.your_leads(len(services.team.leads_of(person.id)), link_to(services, token))
    if isinstance(said, ClosedUntil | Open):
        return _close_or_open(services, person, said)
    if isinstance(said, Release):
        return answers.released(release(services)) if _is_manager(services, person) else answers.managers_only_release()
    if isinstance(said, Help):
        return answers.help_for_manager() if _is_manager(services, person) else answers.help_for_reps()
    if isinstance(said, TimeOnly):
        return _time_alone(services, person, said)
    return _not_understood(services, person, said)


def _not_understood(services: SendingServices, person: Rep, said: RepText) -> str | None:
    if isinstance(said, LeaveUnanswered) or not isinstance(said, Unclear):
        return None
    if said.why == "courtesy" and not latest_asked(services, person):
        return None
    asked = task_asked(services, person, said)
    return answers.task_asked(*asked) if asked else answers.unclear(said)


# -- closed and open -----------------------------------------------------------------------------------------


def _close_or_open(services: SendingServices, person: Rep, said: ClosedUntil | Open) -> str:
    """For everybody, so only the manager can. A day begins at midnight where the business is; the first call on it is
    made when contact hours begin.
    """
    zone = services.settings.zone
    if not _is_manager(services, person):
        return answers.managers_only()
    if isinstance(said, Open):
        open_again(services)
        return answers.open_again()
    until = said.until.moment(services.clock(), zone, MIDNIGHT)
    if until is None:
        return answers.unclear(Unclear("when", ("closed",)))
    close(services, until)
    return answers.closed(until, zone)


def _is_manager(services: SendingServices, person: Rep) -> bool:
    return person.id == services.settings.team.manager.id


# -- reports -------------------------------------------------------------------------------------------------


def _time_alone(services: SendingServices, person: Rep, said: TimeOnly) -> str:
    """The answer to "When?", if that was asked; else it could be two things."""
    booked = OutcomeReport("booked", said.when, said.code, said.last_four)
    meant = meant_by(services, person, booked)
    if isinstance(meant, Meant) and meant.lacks_time:
        return _report_of(services, person, booked, meant)
    return answers.booked_or_call_back()


def _report(services: SendingServices, person: Rep, said: OutcomeReport) -> str:
    meant = meant_by(services, person, said)
    return meant if isinstance(meant, str) else _report_of(services, person, said, meant)


def _report_of(services: SendingServices, person: Rep, said: OutcomeReport, meant: Meant) -> str:
    name = meant.lead.profile.name
    when = said.when.moment(services.clock(), ZoneInfo(meant.lead.place.zones[0])) if said.when else None
    if said.when and when is None:
        return answers.no_such_time()
    if said.outcome == "call_back" and when is None:
        return answers.call_back_when(name)
    at_a_time = when if said.when and said.when.exact else None
    if meant.lacks_time and at_a_time is None:
        return _booked_when(services, person, said, meant)
    report = Report(
        said.outcome,
        meant.touch_id,
        callback_at=when if said.outcome in ("call_back", "in_conversation", "thinking") else None,
        appointment_at=at_a_time if said.outcome == "booked" else None,
        note=said.note,
        by=person.id,
        pursuit=meant.pursuit,
        in_view_of=meant.in_view_of,
    )
    try:
        reported = report_outcome(services, meant.lead.id, report)
    except Refused as why:
        return refused(said, why, name)
    if reported.result != "recorded":
        return _unchanged(services, person, said, meant, reported)
    return _confirmed(services, person, said, meant, report, reported.lead.next_touch_at)


def _confirmed(
    services: SendingServices,
    person: Rep,
    said: OutcomeReport,
    meant: Meant,
    report: Report,
    next_touch_at: datetime | None,
) -> str:
    name = meant.lead.profile.name
    theirs, yours = ZoneInfo(meant.lead.place.zones[0]), ZoneInfo(person.zone or services.settings.business.zone)
    if report.appointment_at:
        return answers.booked(name, report.appointment_at, theirs, yours)
    if said.outcome == "booked":
        return _booked_when(services, person, said, meant)
    if said.outcome == "call_back" and report.callback_at:
        if next_touch_at and next_touch_at > report.callback_at:
            return answers.call_back_later(name, report.callback_at, next_touch_at, theirs)
        return answers.call_back(name, report.callback_at, theirs, yours)
    if said.outcome == "thinking" and report.callback_at:
        return answers.thinking(name, report.callback_at, theirs, yours)
    return answers.recorded(said.outcome, name)


def _booked_when(services: SendingServices, person: Rep, said: OutcomeReport, meant: Meant) -> str:
    """A name for the lead comes along where the rep used one, or where other calls are open that could be meant."""
    named = said.code or said.last_four
    code = meant.code if meant.code and open_asks(services, person) else None
    return answers.booked_when(meant.lead.profile.name, named or code)


def _unchanged(services: SendingServices, person: Rep, said: OutcomeReport, meant: Meant, reported: Reported) -> str:
    """What is so, where the report did not become part of it."""
    lead, team = reported.lead, services.settings.team
    name = lead.profile.name
    if reported.result == "passed_on":
        to = team.person(lead.ask.holder) if lead.ask else None
        return answers.passed_on(name, to.name if to and to.id != person.id else None)
    if reported.result == "superseded":
        return answers.superseded(name)
    if reported.result == "already_closed":
        return answers.already_closed(name, lead.status.replace("_", " "))
    entries = (touch for touch in services.store.timeline(lead.id) if touch.pursuit == meant.pursuit)
    entry = next((touch for touch in entries if touch.id == meant.touch_id and touch.status == "reported"), None)
    if entry is None or entry.outcome is None or (entry.outcome, entry.by) == (said.outcome, person.id):
        return answers.already_reported(said.outcome, name)
    by = team.person(entry.by or "")
    who = None if entry.by == person.id else by.name if by else ""
    return answers.reported_otherwise(name, cast("RepOutcome", entry.outcome), who)
