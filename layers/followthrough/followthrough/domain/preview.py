"""What a cadence will do for a lead, worked out by the planner alone: the same planner that the engine runs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from followthrough.domain.business import Settings
from followthrough.domain.cadence import ASKED_OF_REPS, NextCadence
from followthrough.domain.cadence_values import StartedBy
from followthrough.domain.durations import Duration
from followthrough.domain.handoffs import is_given
from followthrough.domain.in_thought import InThought
from followthrough.domain.leads import Lead, Outcome, PlannedTouch, Status, Touch, TouchStatus
from followthrough.domain.partner_preview import VersionOf, attended
from followthrough.domain.partners import QUEUE_CADENCE
from followthrough.domain.planning import Planner
from followthrough.domain.plans import Finish, GoOn
from followthrough.domain.pursuing import (
    SHORTEST_LISTENING,
    Listen,
    LookAgain,
    claim_call,
    claim_message,
    deadline_of,
    decide,
    end_touch,
    go_on_with,
    pass_over,
    with_ask,
)
from followthrough.domain.reporting import (
    OF_A_CALL,
    OF_A_PARTNER_CALL,
    CallBack,
    call_back_after,
    report,
    report_of_partner,
)
from followthrough.domain.shares import HAD_ENOUGH

Assumed = Outcome | Literal["silent"]
_OF_MESSAGES: tuple[TouchStatus, ...] = ("failed", "unknown")


@dataclass(frozen=True)
class Preview:
    """The touches due before the end of the period, skipped ones with their reasons, and how it ends, if it does."""

    touches: tuple[Touch, ...]
    status: Status
    ended_at: datetime | None
    cadences: tuple[str, ...] = ()
    """The cadences of the pursuits, in order. A touch's `pursuit` counts from the first one's."""


class Made(NamedTuple):
    """A touch that is made in thought, and what comes of it."""

    planned: PlannedTouch
    status: TouchStatus
    ended_at: datetime
    outcome: Outcome | None = None


class Moment(NamedTuple):
    """Where a lead stands, and who plans for it: after what was passed over, and the touch that is made, if one is.
    With the last one, how it ends, if it does.
    """

    lead: Lead
    planner: Planner
    passed: tuple[Touch, ...]
    made: Made | None = None
    ends: Finish | None = None


def preview(
    lead: Lead,
    planner: Planner,
    settings: Settings,
    assume: Assumed,
    until: datetime,
    version_of: VersionOf | None = None,
    otherwise: Mapping[str, str] | None = None,
    since: datetime | None = None,
) -> Preview:
    """Carry out the cadence in thought: every message is sent when it is due, and every call and task brings `assume`,
    reported the moment it is due (or never, for `silent`). Where that can't be, a call is not answered, and a task
    brings the first of its outcomes. Where another cadence begins it goes on with that, if told where to find it.
    `otherwise` has the steps that come to something else, messages with them. `since`: not from the beginning of the
    pursuit, but from then on.
    """
    touches: list[Touch] = []
    cadences = {lead.pursuit.number: lead.pursuit.cadence}
    ends: Finish | None = None
    ended_at: datetime | None = None
    for moment in carry_out(lead, planner, settings, assume, until, version_of, otherwise, since):
        touches += [touch for touch in moment.passed if touch.due_at < until]
        if moment.made:
            touches.append(_entry(moment, moment.made))
        cadences[moment.lead.pursuit.number] = moment.lead.pursuit.cadence
        ends, ended_at = moment.ends, moment.lead.closed_at
    # Who moves on at once has waited for a partner for no time at all.
    in_turn = tuple(cadences.get(number, QUEUE_CADENCE) for number in range(min(cadences), max(cadences) + 1))
    return Preview(_in_order(touches), ends.because if ends else "open", ended_at if ends else None, in_turn)


def _entry(moment: Moment, made: Made) -> Touch:
    entry = moment.planner.touch(made.planned, moment.lead, made.status)
    return entry.model_copy(update={"ended_at": made.ended_at, "outcome": made.outcome})


def carry_out(
    lead: Lead,
    planner: Planner,
    settings: Settings,
    assume: Assumed,
    until: datetime,
    version_of: VersionOf | None = None,
    otherwise: Mapping[str, str] | None = None,
    since: datetime | None = None,
) -> Iterator[Moment]:
    """The same, moment by moment."""
    thought = InThought.of(settings)
    now = since or lead.pursuit.began_at
    while True:
        if version_of:
            lead, planner = _seen_to(lead, planner, settings, version_of, now)
        decision = decide(lead, planner, now)
        lead, following = decision.lead, decision.next
        if isinstance(following, GoOn) and version_of:
            yield Moment(lead, planner, decision.passed)
            lead, planner = _gone_on(lead, following.event, following.to, settings, version_of, now)
            continue
        if waited := _waited(lead, following, planner, thought, now, until):
            yield Moment(lead, planner, decision.passed)
            lead, now = waited  # conditions are read when a touch is due, so look again then
            continue
        if isinstance(following, Listen) and lead.ask and following.until < until:
            now = max(following.until, now + SHORTEST_LISTENING)
            lead = with_ask(lead, thought.ask_after(lead, lead.ask, planner))
            continue
        if not isinstance(following, PlannedTouch) or following.due_at >= until:
            yield Moment(lead, planner, decision.passed, ends=following if isinstance(following, Finish) else None)
            return
        if not thought.shares.take(lead, following, planner.hours.date_of(now)):
            entry = planner.touch(following, lead, "skipped", reason=HAD_ENOUGH)
            lead = pass_over(lead, following, now)
            yield Moment(lead, planner, (*decision.passed, entry))
            continue
        comes_to = (otherwise or {}).get(following.step, assume)
        lead, made = _carried_out(lead, following, planner, thought, comes_to, now)
        yield Moment(lead, planner, decision.passed, made)
        now = made.ended_at
        if made.outcome == "no_show":
            if version_of is None:
                return
            lead, planner = _gone_on(lead, "no_show", None, settings, version_of, now)


def _gone_on(
    lead: Lead,
    event: StartedBy,
    to: NextCadence | None,
    settings: Settings,
    version_of: VersionOf,
    now: datetime,
) -> tuple[Lead, Planner]:
    following = to or settings.business.cadences.after(event)
    assert following  # planning asks for nothing that the business has no cadence for
    version = version_of(following.cadence)
    begun = go_on_with(lead, version, now, event, following.at_step)
    return begun, Planner.for_lead(begun, version, settings)


def _seen_to(
    lead: Lead, planner: Planner, settings: Settings, version_of: VersionOf, now: datetime
) -> tuple[Lead, Planner]:
    """A lead that is with partners, where it would be now. Who is given at once has waited for no time at all."""
    seen = attended(lead, settings, version_of, now)
    if seen is lead:
        return lead, planner
    return seen, Planner.for_lead(seen, version_of(seen.pursuit.cadence), settings)


def _waited(
    lead: Lead,
    following: PlannedTouch | Listen | LookAgain | Finish | GoOn,
    planner: Planner,
    thought: InThought,
    now: datetime,
    until: datetime,
) -> tuple[Lead, datetime] | None:
    """The lead, and when there is something to be made or seen to; None if that is now, or not before the end."""
    if isinstance(following, Listen) and lead.ask and following.until < until:
        over_at = max(following.until, now + SHORTEST_LISTENING)
        return with_ask(lead, thought.ask_after(lead, lead.ask, planner)), over_at
    moment = _moment_of(following)
    return (lead, moment) if moment is not None and now < moment < until else None


def _moment_of(following: PlannedTouch | Listen | LookAgain | Finish | GoOn) -> datetime | None:
    """When there is something to be made, or to be seen to."""
    if isinstance(following, LookAgain):
        return following.at
    return following.due_at if isinstance(following, PlannedTouch) else None


def _in_order(touches: list[Touch]) -> tuple[Touch, ...]:
    return tuple(sorted(touches, key=lambda touch: (touch.due_at, touch.pursuit, touch.n)))


def _carried_out(
    lead: Lead, planned: PlannedTouch, planner: Planner, thought: InThought, assume: str, now: datetime
) -> tuple[Lead, Made]:
    if planned.channel not in ASKED_OF_REPS:
        status: TouchStatus = next((status for status in _OF_MESSAGES if status == assume), "sent")
        answer_by = planner.answer_by(planned.step, now)
        sent = end_touch(claim_message(lead, planned, now, answer_by), planned, status, now)
        return sent, Made(planned, status, now)
    ask = thought.ask(lead, planned.id, deadline_of(planned, planner, now), now)
    asked = claim_call(lead.model_copy(update={"rep": thought.keeper(lead, ask)}), planned, planner, ask)
    if assume == "silent":
        over_at, following = thought.silent(asked, planned, planner)
        silent = end_touch(with_ask(asked, following), planned, "silent", over_at)
        return silent, Made(planned, "silent", over_at)
    outcome = _brought(planned, planner, assume)
    if planner.partner_hours and is_given(asked) and planned.to in ("partner", "both"):
        estimate = now + timedelta(days=1)
        reported = report_of_partner(asked, planned, outcome, now, planner.partner_hours, estimate)
    else:
        next_call = _next_call(asked, planned, outcome, planner, thought.settings, now)
        reported = report(asked, planned, outcome, now, next_call)
    return reported, Made(planned, "reported", now, outcome)


def _brought(planned: PlannedTouch, planner: Planner, assume: str) -> Outcome:
    outcomes: Sequence[Outcome] | None = planner.step(planned.step).outcomes
    if outcomes:
        return next((outcome for outcome in outcomes if outcome == assume), outcomes[0])
    fixed = OF_A_CALL if planned.to == "lead" else OF_A_PARTNER_CALL
    return next((outcome for outcome in fixed if outcome == assume), "no_answer")


def _next_call(
    lead: Lead, planned: PlannedTouch, outcome: Outcome, planner: Planner, settings: Settings, at: datetime
) -> CallBack | None:
    """They name the day after for a call-back, and the usual days for thinking it over."""
    business = settings.business
    days = {"call_back": 1, "thinking": business.gone_silent_after_days}
    named = Duration(f"{days[outcome]}d").after(at, planner.hours.zone) if outcome in days else None
    return call_back_after(lead, planned, outcome, named, planner, business, at)
