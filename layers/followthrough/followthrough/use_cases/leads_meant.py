"""Which lead a rep's text is about, and which call or task of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from followthrough.domain import answers_to_reps as answers
from followthrough.domain.business import Rep
from followthrough.domain.errors import NotFound
from followthrough.domain.leads import Lead, Nudge, Outcome
from followthrough.domain.pursuing import called_touch
from followthrough.domain.rep_sayings import OutcomeReport
from followthrough.domain.reporting import STILL_TOLD, TASK_OUTCOMES
from followthrough.use_cases.nudging import link_to
from followthrough.use_cases.ports import SendingServices

LEADS_LOOKED_AT = 10
TIME_AWAITED = timedelta(days=2)
"""How long a time without a lead's name is taken for the answer to "When?"."""


@dataclass(frozen=True)
class Asked:
    """What a rep was nudged about, and the lead as it stands."""

    nudge: Nudge
    lead: Lead


@dataclass(frozen=True)
class Meant:
    """What a text is about. The rest is as in `Report`: without a touch it is whatever is asked for, or a contact
    outside of any call.
    """

    lead: Lead
    touch_id: str | None
    in_view_of: Outcome | Literal["whatever", "nothing"]
    pursuit: int
    code: str | None = None
    """The short code of the nudge, if there is one."""

    @property
    def lacks_time(self) -> bool:
        """Whether it was reported as booked, and the rep was asked when."""
        return self.in_view_of == "booked"


def meant_by(services: SendingServices, person: Rep, said: OutcomeReport) -> Meant | str:
    """What a report is about, or the answer that says why that can't be told."""
    if said.last_four:
        return _by_number(services, person, said, said.last_four)
    if said.code:
        return _by_code(services, person, said, said.code)
    return _latest(services, person, said)


def open_asks(services: SendingServices, person: Rep) -> list[Asked]:
    """The calls and tasks that this rep was asked for and that nobody has reported, the latest first."""
    return [asked for asked in _nudged(services, person) if _is_open(asked, person)]


def latest_asked(services: SendingServices, person: Rep) -> Asked | None:
    """The call or task that somebody's words without a lead's name would be about."""
    nudged = _nudged(services, person)
    late = [asked for asked in nudged if _is_task_still_told(asked)]
    return next(iter([*(asked for asked in nudged if _is_open(asked, person)), *late]), None)


def asked_by_name(services: SendingServices, person: Rep, code: str | None, last_four: str | None) -> Asked | None:
    """The open call or task that is named by its code, or by its lead's last digits."""
    found = open_asks(services, person)
    return next((each for each in found if code == each.nudge.code or last_four == each.nudge.last_four), None)


# -- without a name ------------------------------------------------------------------------------------------


def _latest(services: SendingServices, person: Rep, said: OutcomeReport) -> Meant | str:
    """What was asked last and is still open. That may be when an appointment is; and once nothing is open, what the
    rep's latest nudge was about, unless the rep has answered it.
    """
    nudged = _nudged(services, person)
    open_ones = [asked for asked in nudged if _is_open(asked, person)]
    since, booked = _booked_lately(services, person, nudged, said) or (None, None)
    says_when = said.when is not None and said.when.exact
    if booked and since and (not open_ones or (says_when and open_ones[0].nudge.at <= since)):
        return booked
    late = [asked for asked in nudged if said.outcome in TASK_OUTCOMES and _is_task_still_told(asked)]
    silent = [asked for asked in nudged[:1] if _is_silent_call(asked)]
    others = [asked for asked in nudged[:1] if _is_reported_by_another(services, asked, person)]
    found = next(iter([*open_ones, *late, *silent, *others]), None)
    return _of(found) if found else answers.nothing_open()


def _booked_lately(
    services: SendingServices, person: Rep, nudged: list[Asked], said: OutcomeReport
) -> tuple[datetime, Meant] | None:
    """The latest appointment that this rep reported without its time, and when that was."""
    if said.outcome != "booked":
        return None
    since, found = services.clock() - TIME_AWAITED, []
    for asked in nudged:
        lead, closed_at = asked.lead, asked.lead.closed_at
        booked = _lacking_time(services, lead, asked.nudge.code)
        if booked and closed_at and closed_at >= since and _was_closed_by(services, lead, person):
            found.append((closed_at, booked))
    return max(found, key=lambda each: each[0], default=None)


# -- by a name -----------------------------------------------------------------------------------------------


def _by_code(services: SendingServices, person: Rep, said: OutcomeReport, code: str) -> Meant | str:
    """Whether it is still open or not: `report_outcome` knows, and says what is so."""
    named = _nudged(services, person, lambda nudge: nudge.code == code)
    if not named:
        return answers.no_such_code(code)
    asked = next((each for each in named if _is_open(each, person)), named[0])
    if said.outcome == "booked" and (booked := _lacking_time(services, asked.lead, code)):
        return booked
    return _of(asked) if _is_on_record(asked) else answers.no_such_code(code)


def _by_number(services: SendingServices, person: Rep, said: OutcomeReport, last_four: str) -> Meant | str:
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
    (lead,) = leads.values()
    if said.outcome == "booked" and (booked := _lacking_time(services, lead, None)):
        return booked
    if lead.ask and person.id in lead.ask.asked:
        return Meant(lead, lead.ask.touch_id, "nothing", lead.pursuit.number)
    return Meant(lead, None, "whatever", lead.pursuit.number)


def _matching(services: SendingServices, ids: list[str], wanted: Callable[[Lead], bool]) -> list[Lead]:
    return [lead for lead in (_lead(services, lead_id) for lead_id in ids) if lead and wanted(lead)]


def _can_be_told(lead: Lead) -> bool:
    return lead.is_open or lead.status in STILL_TOLD


def _ends_in(lead: Lead, last_four: str) -> bool:
    return (lead.profile.phone or "").endswith(last_four)


# -- how it stands -------------------------------------------------------------------------------------------


def _of(asked: Asked) -> Meant:
    """Of an answer to a nudge nothing is known but the nudge: what was reported meanwhile stays."""
    return Meant(asked.lead, asked.nudge.touch_id, "nothing", asked.nudge.pursuit, asked.nudge.code)


def _lacking_time(services: SendingServices, lead: Lead, code: str | None) -> Meant | None:
    """The appointment that a lead was closed with, if nobody has said when it is."""
    is_told = lead.appointment_at is not None and lead.appointment_at > services.clock()
    if lead.status != "booked" or lead.closed_by is None or is_told:
        return None
    return Meant(lead, lead.closed_by, "booked", lead.pursuit.number, code)


def _was_closed_by(services: SendingServices, lead: Lead, person: Rep) -> bool:
    return _reporter(services, lead, lead.closed_by) == person.id


def _is_reported_by_another(services: SendingServices, asked: Asked, person: Rep) -> bool:
    is_present = asked.nudge.pursuit == asked.lead.pursuit.number
    return is_present and _reporter(services, asked.lead, asked.nudge.touch_id) not in (None, person.id)


def _reporter(services: SendingServices, lead: Lead, touch_id: str | None) -> str | None:
    """Who has reported a touch of the present pursuit."""
    entries = (touch for touch in services.store.timeline(lead.id) if touch.pursuit == lead.pursuit.number)
    return next((touch.by for touch in entries if touch.id == touch_id and touch.status == "reported"), None)


def _is_open(asked: Asked, person: Rep) -> bool:
    ask, nudge = asked.lead.ask, asked.nudge
    is_present = nudge.pursuit == asked.lead.pursuit.number
    return is_present and ask is not None and ask.touch_id == nudge.touch_id and person.id in ask.asked


def _is_task_still_told(asked: Asked) -> bool:
    """Whether it is a task that nobody answered until the lead was closed: an answer is still heard."""
    lead, nudge = asked.lead, asked.nudge
    silent = lead.pursuit.progress_of(nudge.touch_id.rpartition(".")[0]).outcome == "silent"
    return lead.status in STILL_TOLD and nudge.pursuit == lead.pursuit.number and silent


def _is_silent_call(asked: Asked) -> bool:
    """Whether it is a call of the last days that nobody has reported, though others may be asked for another since."""
    lead, nudge = asked.lead, asked.nudge
    unreported = {call.id for call in lead.pursuit.recent_calls if call.n and call.outcome is None}
    return lead.is_open and nudge.pursuit == lead.pursuit.number and nudge.touch_id in unreported


def _is_on_record(asked: Asked) -> bool:
    """Whether what the nudge asked for can still be found: of the last days, or the last one of its step."""
    if asked.nudge.pursuit != asked.lead.pursuit.number or not asked.lead.is_open:
        return True
    try:
        called_touch(asked.lead, asked.nudge.touch_id)
    except NotFound:
        return False
    return True


def _nudged(services: SendingServices, person: Rep, wanted: Callable[[Nudge], bool] = lambda _: True) -> list[Asked]:
    """What the rep was nudged about, the latest first, as far as it is looked at."""
    nudges = [nudge for nudge in services.team.nudges_of(person.id) if wanted(nudge)]
    found = [(nudge, _lead(services, nudge.lead_id)) for nudge in nudges[:LEADS_LOOKED_AT]]
    return [Asked(nudge, lead) for nudge, lead in found if lead]


def _lead(services: SendingServices, lead_id: str) -> Lead | None:
    """None for a lead that was erased since."""
    try:
        return services.store.load(lead_id)
    except NotFound:
        return None
