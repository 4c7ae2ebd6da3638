"""A rep answers by text: find out what was said and about whom, record it, and confirm it in one text."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from followthrough.domain import answers_to_reps as answers
from followthrough.domain.business import Rep
from followthrough.domain.cadence import TaskOutcome
from followthrough.domain.errors import NotFound, Refused, SendingRefused, SendingThrottled, SendingUnknown
from followthrough.domain.leads import Lead, Nudge
from followthrough.domain.pursuing import STILL_TOLD
from followthrough.domain.rep_sayings import (
    Away,
    Back,
    ClosedUntil,
    Help,
    LeaveUnanswered,
    ListLeads,
    Open,
    OutcomeReport,
    RepText,
    TimeOnly,
    Unclear,
)
from followthrough.domain.rep_texts import read_rep_text
from followthrough.domain.spoken_times import MIDNIGHT
from followthrough.domain.spreading import fraction
from followthrough.use_cases.closing import close, open_again
from followthrough.use_cases.nudging import link_to
from followthrough.use_cases.ports import SendingServices
from followthrough.use_cases.report_outcome import Report, Reported, report_outcome
from followthrough.use_cases.texts_about_tasks import made_plain, outcomes_asked, refused, still_told

LEADS_LOOKED_AT = 10


@dataclass(frozen=True)
class TextFromRep:
    """One text, from a number in E.164."""

    from_: str
    body: str
    message_id: str


def receive_text(services: SendingServices, text: TextFromRep) -> str:
    """Act on a rep's text and answer it once, however often it is delivered. Says in a word what it was.

    Whoever isn't of the team is not answered: leads' texts belong to them, not to this.
    """
    person = next((each for each in services.settings.team.people if each.phone == text.from_), None)
    if person is None:
        return "not_of_the_team"
    # Acting twice could report another lead's call, which is the latest open one once the first is reported.
    if not services.team.is_new_text(text.message_id):
        return "handled_before"
    said = read_rep_text(text.body, services.settings.business.country)
    try:
        asked = _task_asked(services, person) if isinstance(said, Unclear) else None
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
    if isinstance(said, Help):
        return answers.help_for_manager() if _is_manager(services, person) else answers.help_for_reps()
    if isinstance(said, TimeOnly):
        return answers.booked_or_call_back()
    return _not_understood(services, person, said)


def _not_understood(services: SendingServices, person: Rep, said: RepText) -> str | None:
    if isinstance(said, LeaveUnanswered) or not isinstance(said, Unclear):
        return None
    if said.why == "courtesy" and not _open_asks(services, person):
        return None
    asked = None if said.code or said.last_four else _task_asked(services, person)
    return answers.task_asked(*asked) if asked else answers.unclear(said)


def _task_asked(services: SendingServices, person: Rep) -> tuple[str | None, tuple[TaskOutcome, ...]] | None:
    """The lead's name and what can be answered, if what this rep was asked last is a task."""
    for nudge, lead in _open_asks(services, person)[:1]:
        if outcomes := outcomes_asked(services, lead, nudge.touch_id):
            return lead.profile.name, outcomes
    return None


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


def _report(services: SendingServices, person: Rep, said: OutcomeReport) -> str:
    found = _meant(services, person, said)
    if isinstance(found, str):
        return found
    lead, touch_id = found
    now, zone = services.clock(), ZoneInfo(lead.place.zones[0])
    when = said.when.moment(now, zone) if said.when else None
    if said.when and when is None:
        return answers.no_such_time()
    if said.outcome == "call_back" and when is None:
        return answers.call_back_when(lead.profile.name)
    at_a_time = when if said.when and said.when.exact else None
    report = Report(
        said.outcome,
        touch_id,
        callback_at=when if said.outcome in ("call_back", "in_conversation", "thinking") else None,
        appointment_at=at_a_time if said.outcome == "booked" else None,
        note=said.note,
        by=person.id,
    )
    try:
        reported = report_outcome(services, lead.id, report)
    except NotFound:
        return answers.nothing_open()
    except Refused as why:
        return refused(said, why, lead.profile.name)
    return _confirmed(services, person, lead, said, report, reported)


def _confirmed(
    services: SendingServices, person: Rep, lead: Lead, said: OutcomeReport, report: Report, reported: Reported
) -> str:
    name = lead.profile.name
    theirs, yours = ZoneInfo(lead.place.zones[0]), ZoneInfo(person.zone or services.settings.business.zone)
    if reported.result == "already_closed":
        return answers.already_closed(name, reported.lead.status.replace("_", " "))
    if reported.result == "already_reported":
        return answers.already_reported(said.outcome, name)
    if reported.result == "passed_on":
        to = services.settings.team.person(reported.lead.ask.holder) if reported.lead.ask else None
        return answers.passed_on(name, to.name if to and to.id != person.id else None)
    if report.appointment_at:
        return answers.booked(name, report.appointment_at, theirs, yours)
    if said.outcome == "booked":
        return answers.recorded("booked", name)
    if said.outcome == "call_back" and report.callback_at:
        return answers.call_back(name, report.callback_at, theirs, yours)
    if said.outcome == "thinking" and report.callback_at:
        return answers.thinking(name, report.callback_at, theirs, yours)
    return answers.recorded(said.outcome, name)


# -- which lead ----------------------------------------------------------------------------------------------


def _meant(services: SendingServices, person: Rep, said: OutcomeReport) -> tuple[Lead, str | None] | str:
    """The lead and the call that a report is about, or the answer that asks for it."""
    if said.last_four:
        return _by_number(services, person, said.last_four)
    asks = _open_asks(services, person)
    if said.code:
        named = [found for found in asks if found[0].code == said.code]
        return (named[0][1], named[0][0].touch_id) if named else answers.no_such_code(said.code)
    if not asks:
        return answers.nothing_open()
    nudge, lead = asks[0]
    return lead, nudge.touch_id


def _open_asks(services: SendingServices, person: Rep) -> list[tuple[Nudge, Lead]]:
    """The calls and tasks that this rep was asked for and that nobody has reported, the latest first; last those that
    are over, and of which an answer is still heard.
    """
    nudges = services.team.nudges_of(person.id)[:LEADS_LOOKED_AT]
    found = [(nudge, lead) for nudge in nudges if (lead := _lead(services, nudge.lead_id))]
    late = [(nudge, lead) for nudge, lead in found if still_told(nudge, lead)]
    return [(nudge, lead) for nudge, lead in found if _is_open(nudge, lead, person)] + late


def _is_open(nudge: Nudge, lead: Lead, person: Rep) -> bool:
    ask = lead.ask
    is_present = nudge.pursuit == lead.pursuit.number
    return is_present and ask is not None and ask.touch_id == nudge.touch_id and person.id in ask.asked


def _by_number(services: SendingServices, person: Rep, last_four: str) -> tuple[Lead, str | None] | str:
    """A lead of the rep's own, whether or not a call is asked for: they called us, met us, wrote to us."""
    nudged = [nudge.lead_id for nudge in services.team.nudges_of(person.id) if nudge.last_four == last_four]
    own = _matching(services, services.team.leads_of(person.id), lambda lead: _ends_in(lead, last_four))
    leads = {lead.id: lead for lead in (*own, *_matching(services, nudged, _can_be_told))}
    if not leads:
        return answers.no_such_number(last_four)
    if len(leads) > 1:
        token = services.new_token()
        services.team.new_rep_link(person.id, token)
        return answers.several_with_number(last_four, link_to(services, token))
    lead = next(iter(leads.values()))
    asked = lead.ask and person.id in lead.ask.asked
    return lead, lead.ask.touch_id if lead.ask and asked else None


def _matching(services: SendingServices, ids: list[str], wanted: Callable[[Lead], bool]) -> list[Lead]:
    return [lead for lead in (_lead(services, lead_id) for lead_id in ids) if lead and wanted(lead)]


def _can_be_told(lead: Lead) -> bool:
    return lead.is_open or lead.status in STILL_TOLD


def _ends_in(lead: Lead, last_four: str) -> bool:
    return (lead.profile.phone or "").endswith(last_four)


def _lead(services: SendingServices, lead_id: str) -> Lead | None:
    try:
        return services.store.load(lead_id)
    except NotFound:
        return None
