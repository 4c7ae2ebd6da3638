"""What recorded facts do to a lead. Every function takes a lead and returns the changed one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from followthrough.domain.cadence import ASKED_OF_REPS, CALL_BACK, Action, Channel
from followthrough.domain.cadence_values import StartedBy
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.errors import NotFound
from followthrough.domain.handoff import Tried
from followthrough.domain.handoffs import is_given, pulled_back, tried
from followthrough.domain.leads import (
    Ask,
    DueCall,
    Lead,
    OpenTouch,
    PlannedTouch,
    Profile,
    Progress,
    Pursuit,
    Slot,
    Status,
    Touch,
)
from followthrough.domain.limits import used_on
from followthrough.domain.occurrences import NOON
from followthrough.domain.pauses import Pause, Paused
from followthrough.domain.places import Place
from followthrough.domain.planning import Planner, recent
from followthrough.domain.plans import Finish, GoOn
from followthrough.domain.stops import StopReason, is_news

RENEW_AFTER_TOUCHES = 400
RENEW_AFTER = timedelta(days=300)
PROMPT = timedelta(minutes=1)
SHORTEST_LISTENING = timedelta(seconds=60)
"""Longer than the timeout of the function that is called meanwhile."""
REMEMBERED = timedelta(days=2)
MOST_PAUSES = 5
"""Pauses that are remembered."""


# -- beginning -----------------------------------------------------------------------------------------------


def new_lead(
    profile: Profile,
    place: Place,
    lead_id: str,
    token: str,
    version: CadenceVersion,
    now: datetime,
) -> Lead:
    """A lead that has just arrived, its first pursuit begun."""
    return Lead(
        id=lead_id,
        profile=profile,
        place=place,
        arrived_at=now,
        token=token,
        pursuit=_begin(1, version, now, "arrival"),
    )


def ask_again(lead: Lead, profile: Profile, place: Place, version: CadenceVersion, now: datetime) -> Lead:
    """The same person asking again: what the new post leaves out is kept, and the cadence begins afresh."""
    given = {key: value for key, value in profile.model_dump(exclude_unset=True).items() if value is not None}
    return go_on_with(lead, version, now, "asked_again").model_copy(
        update={
            "profile": lead.profile.model_copy(update={**given, "other": {**lead.profile.other, **profile.other}}),
            "place": place,
            "arrived_at": now,
            "callable_from": None,
            "paused": None,
            "times_asked": lead.times_asked + 1,
            "next_step": None,  # it was about what they asked before
        }
    )


def go_on_with(
    lead: Lead, version: CadenceVersion, now: datetime, started_by: StartedBy, at_step: str | None = None
) -> Lead:
    """The lead's present pursuit is over, and another cadence begins; with `at_step` and what stands below it only."""
    pursuit = _begin(lead.pursuit.number + 1, version, now, started_by, at_step).model_copy(
        # The law counts calls to a person, whatever they were about last time.
        update={
            "recent_calls": tuple(call.model_copy(update={"n": 0}) for call in lead.pursuit.recent_calls),
            "last_attempt_at": lead.pursuit.last_attempt_at,
            "hurried": lead.pursuit.hurried + 1 if _is_hurried(lead.pursuit, now, started_by) else 0,
        }
    )
    afresh: dict[str, object] = {"pauses": (), "ask": None, "restarts": 0, "stuck": False, "pursuit": pursuit}
    if started_by == "silence":
        afresh["gone_silent_at"] = now
    return reopened(lead).model_copy(update=afresh)


def _is_hurried(before: Pursuit, now: datetime, started_by: StartedBy) -> bool:
    return started_by == "exhausted" and now - before.began_at < timedelta(days=1)


def reopened(lead: Lead) -> Lead:
    """The lead is followed up again; not by the partner that had it, which may have its next one."""
    handoff = lead.handoff
    if handoff and not lead.is_open:
        handoff = handoff.model_copy(update={"given_at": None})
    return lead.model_copy(update={"status": "open", "closed_at": None, "closed_by": None, "handoff": handoff})


def _begin(
    number: int, version: CadenceVersion, now: datetime, started_by: StartedBy, at_step: str | None = None
) -> Pursuit:
    return Pursuit(
        number=number,
        cadence=version.cadence.name,
        cadence_version=version.version,
        started_by=started_by,
        at_step=at_step,
        began_at=now,
        run_began_at=now,
    )


def moved_to(lead: Lead, version: CadenceVersion, now: datetime) -> Lead:
    """The pursuit goes on with another version of its cadence: what is done stays done, by the names of the steps, and
    what would have come before its next touch is past.
    """
    past = min(now, lead.next_touch_at or now)
    return with_pursuit(lead, cadence_version=version.version, moved_at=past)


def next_run(lead: Lead, now: datetime, *, renewed: bool = False) -> Lead:
    """The pursuit goes on in a new run; the one before finds itself superseded and finishes."""
    return with_pursuit(lead, run=lead.pursuit.run + 1, run_began_at=now, run_touches=0, renewed=renewed, replans=0)


# -- what is to be done now ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listen:
    """Somebody was asked and has not reported: listen until the deadline, without asking again."""

    touch_id: str
    until: datetime


@dataclass(frozen=True)
class LookAgain:
    """A lead that is with partners has nothing to be made before then, when it is to be seen to again."""

    at: datetime


@dataclass(frozen=True)
class Decision:
    """What is to be done now or next, the lead with all that was noticed on the way, and those entries."""

    lead: Lead
    passed: tuple[Touch, ...]
    next: PlannedTouch | Listen | Finish | GoOn | LookAgain


def decide(lead: Lead, planner: Planner, now: datetime) -> Decision:
    """What is to be done now or next.

    A claimed message without a record, left behind by a crash, counts as sent as far as the lead is
    concerned: it is marked unknown and the plan goes on.
    """
    lead = _callable_from(lead, planner)
    if not lead.is_open:
        return Decision(lead, (), Finish(lead.status))
    if lead.hold and is_held_back(lead):
        return Decision(scheduled(lead, lead.hold.until), (), Finish(lead.status))
    lost: tuple[Touch, ...] = ()
    touch = lead.pursuit.open_touch
    if touch and touch.channel in ASKED_OF_REPS:
        return Decision(lead, (), Listen(touch.id, touch.over_at or now))
    if touch:
        lost = (planner.touch(touch, lead, "unknown", reason="no record of whether it was sent"),)
        lead = end_touch(lead, touch, "unknown", now)
    plan = planner.plan(lead, now)
    passed = (*lost, *plan.passed)
    ask = plan.lead.ask
    # A call that is due within a minute of the deadline takes the ask over itself; nothing ends while it goes on.
    if ask and ask.deadline and _can_wait(plan.next, ask.deadline):
        return Decision(scheduled(plan.lead, ask.deadline), passed, Listen(ask.touch_id, ask.deadline))
    at = planner.looks_again_at(plan.lead, now)
    if at and _comes_before(at, plan.next):
        return Decision(scheduled(plan.lead, at), passed, LookAgain(at))
    if isinstance(plan.next, Finish):
        return Decision(close(plan.lead, plan.next.because, now), passed, plan.next)
    if isinstance(plan.next, GoOn):
        return Decision(scheduled(plan.lead, now), passed, plan.next)
    return Decision(scheduled(plan.lead, plan.next.due_at), passed, plan.next)


def _comes_before(moment: datetime, following: PlannedTouch | Finish | GoOn) -> bool:
    """Whether a lead that is with partners leaves its place first. It has no other end than that."""
    if isinstance(following, GoOn):
        return following.event == "exhausted"
    return isinstance(following, Finish) or moment < following.due_at


def _can_wait(following: PlannedTouch | Finish | GoOn, deadline: datetime) -> bool:
    return not isinstance(following, PlannedTouch) or deadline + PROMPT < following.due_at


def parked(lead: Lead, pause: Pause, now: datetime) -> Lead:
    """The lead is left alone while it is paused."""
    return scheduled(lead.model_copy(update={"parked_at": lead.parked_at or now}), pause.looked_at(now))


def resumed(lead: Lead, now: datetime) -> Lead:
    """The lead goes on, if it was left alone; when that was stays on record for the reasons of what was missed."""
    if lead.parked_at is None:
        return lead
    over = (*lead.pauses, Paused(since=lead.parked_at, until=now))
    return lead.model_copy(update={"parked_at": None, "pauses": over[-MOST_PAUSES:]})


def is_held_back(lead: Lead) -> bool:
    """Whether nothing at all goes out, nor to the team, because too many leads came at once."""
    return lead.is_open and lead.hold is not None and lead.hold.why == "flood"


def _callable_from(lead: Lead, planner: Planner) -> Lead:
    """With the moment from which everything counts that says how soon they were called, settled by the first plan."""
    if lead.callable_from:
        return lead
    return lead.model_copy(update={"callable_from": planner.hours.next_open(lead.arrived_at) or lead.arrived_at})


def scheduled(lead: Lead, when: datetime) -> Lead:
    """The moment from which the watchdog may find the lead overdue."""
    return lead.model_copy(update={"next_touch_at": when})


def must_renew(pursuit: Pursuit, due_at: datetime, now: datetime) -> bool:
    """Whether the run would come near Step Functions' limits of a year and 25,000 events before that moment.

    Source: the service quotas of standard workflows.
    """
    fresh = now - pursuit.run_began_at < timedelta(days=1)
    return pursuit.run_touches >= RENEW_AFTER_TOUCHES or (not fresh and due_at - pursuit.run_began_at > RENEW_AFTER)


# -- touches -------------------------------------------------------------------------------------------------


def claim_message(lead: Lead, planned: PlannedTouch, now: datetime, answer_by: datetime | None = None) -> Lead:
    """An e-mail or text is about to be sent: the point of no return. `answer_by` is the deadline that it tells."""
    return scheduled(_claimed(lead, planned, None, answer_by), now)


def deadline_of(planned: PlannedTouch, planner: Planner, now: datetime) -> datetime:
    """By when a rep who is asked now should have reported."""
    response = planner.silence_rule(planned.step).after.elapsed
    prompt = now - planned.due_at <= PROMPT
    return (planned.due_at if prompt else now) + response


def claim_call(lead: Lead, planned: PlannedTouch, planner: Planner, ask: Ask) -> Lead:
    """A rep is about to be asked to call, or about a task, which counts for nothing that calls count for."""
    over_at = ask.deadline or planned.due_at
    asked = with_ask(lead, ask.model_copy(update={"due_at": planned.due_at}))
    if planned.channel == "task":
        return scheduled(_claimed(asked, planned, over_at), over_at)
    claimed = with_pursuit(
        _claimed(asked, planned, over_at),
        recent_calls=recent(
            lead.pursuit.recent_calls, DueCall(step=planned.step, n=planned.n, due_at=planned.due_at, to=planned.to)
        ),
        **_half_day(lead.pursuit, planned, planner),
    )
    return scheduled(claimed, over_at)


def _claimed(lead: Lead, touch: PlannedTouch, over_at: datetime | None, answer_by: datetime | None = None) -> Lead:
    before = lead.pursuit.progress_of(touch.step)
    progress = Progress(touches=touch.n, slot=touch.slot, due_at=touch.due_at, channel=touch.channel)
    used_before, used = used_on(touch.channel, lead.pursuit), lead.pursuit.used
    changed = with_pursuit(
        lead,
        open_touch=OpenTouch(
            **vars(touch), over_at=over_at, before=before, used_before=used_before, answer_by=answer_by
        ),
        progress={**lead.pursuit.progress, touch.step: progress},
        used=_used(lead.pursuit, touch.channel, (*used_before, touch.due_at)) if _counts(lead, touch) else used,
        run_touches=lead.pursuit.run_touches + 1,
        made=lead.pursuit.made + (touch.channel != "task"),
        replans=0,
        callback_at=None if touch.step == CALL_BACK else lead.pursuit.callback_at,
    )
    return changed.model_copy(update={"restarts": 0, "stuck": False})


def _counts(lead: Lead, touch: PlannedTouch) -> bool:
    """Whether a cadence's limits count it: how often those are reached whom the cadence is for."""
    return (touch.to in ("partner", "both")) == is_given(lead)


def _used(pursuit: Pursuit, channel: Action, moments: tuple[datetime, ...]) -> dict[Channel, tuple[datetime, ...]]:
    """When each channel was used, with these moments for one of them, as far as they are of any use."""
    if channel == "task":
        return pursuit.used
    kept = tuple(moment for moment in moments if moments[-1] - moment < REMEMBERED)
    others = {other: at for other, at in pursuit.used.items() if other != channel}
    return {**others, channel: kept} if kept else others


def _half_day(pursuit: Pursuit, planned: PlannedTouch, planner: Planner) -> dict[str, int]:
    if planned.due_at.astimezone(planner.hours.zone).time() < NOON:
        return {"morning_calls": pursuit.morning_calls + 1}
    return {"afternoon_calls": pursuit.afternoon_calls + 1}


def end_touch(lead: Lead, touch: PlannedTouch, outcome: str, at: datetime) -> Lead:
    """The touch is over. An entry that a later touch of the step has overtaken stays as it is."""
    progress = lead.pursuit.progress_of(touch.step)
    open_touch = lead.pursuit.open_touch
    changed: dict[str, object] = {}
    if open_touch and open_touch.id == touch.id:
        changed["open_touch"] = None
        if touch.channel in ASKED_OF_REPS and outcome != "skipped":
            changed["call_over_at"] = at
    if progress.touches == touch.n:
        ended = progress.model_copy(update={"outcome": outcome, "ended_at": progress.ended_at or at})
        changed["progress"] = {**lead.pursuit.progress, touch.step: ended}
    after = with_pursuit(lead, **changed)
    if is_given(lead) and touch.to in ("partner", "both") and progress.outcome not in _IN_VAIN:
        return _tried(after, touch, outcome, at, open_touch.answer_by if open_touch else None)
    return after


_IN_VAIN = ("sent", "unknown", "no_answer", "voicemail", "silent")


def _tried(lead: Lead, touch: PlannedTouch, outcome: str, at: datetime, answer_by: datetime | None) -> Lead:
    """We tried to reach the partner that has the lead; a deadline that it was told holds even if that may be lost."""
    if outcome in _IN_VAIN:
        how: Tried = "text" if touch.channel != "call" else "unreported" if outcome == "silent" else "call"
        lead = tried(lead, how, at)
    told = outcome in (*_IN_VAIN, "failed")
    return pulled_back(lead, at, answer_by) if answer_by and told else lead


def unclaim(lead: Lead, touch_id: str) -> Lead:
    """The message was definitely not sent: its touch is planned again, as if it had never been claimed."""
    touch = lead.pursuit.open_touch
    if touch is None or touch.id != touch_id:
        return lead
    changed = with_pursuit(
        lead,
        open_touch=None,
        progress={**lead.pursuit.progress, touch.step: touch.before},
        used=_used(lead.pursuit, touch.channel, touch.used_before) if _counts(lead, touch) else lead.pursuit.used,
        run_touches=lead.pursuit.run_touches - 1,
        made=lead.pursuit.made - 1,
    )
    return scheduled(changed, touch.due_at) if lead.is_open else changed


def pass_over(lead: Lead, planned: PlannedTouch, at: datetime) -> Lead:
    """A planned touch that turned out impossible when it was due."""
    progress = Progress(touches=planned.n, slot=planned.slot, due_at=planned.due_at, ended_at=at, outcome="skipped")
    return with_pursuit(lead, progress={**lead.pursuit.progress, planned.step: progress})


# -- silence and stops ---------------------------------------------------------------------------------------


def with_ask(lead: Lead, ask: Ask | None) -> Lead:
    """Somebody else is asked, or nobody any more."""
    return lead.model_copy(update={"ask": ask})


def ask_another(lead: Lead, ask: Ask) -> Lead:
    """Somebody else is asked instead: the call or task stays open, and they have the time that it takes."""
    touch = lead.pursuit.open_touch
    if touch and touch.id == ask.touch_id:
        lead = with_pursuit(lead, open_touch=touch.model_copy(update={"over_at": ask.deadline}))
    return scheduled(with_ask(lead, ask), ask.deadline) if ask.deadline else with_ask(lead, ask)


def latest_call(lead: Lead) -> str | None:
    """The id of the call that a report without a touch is about: the one being asked for, else the last one, if
    nobody has reported it yet.
    """
    if lead.ask:
        return lead.ask.touch_id
    calls = [call for call in lead.pursuit.recent_calls if call.n]
    return calls[-1].id if calls and calls[-1].outcome is None else None


def called_touch(lead: Lead, touch_id: str) -> PlannedTouch:
    """The call that a report is about: the open one, a recent one, the last of its step, or the one that somebody is
    still asked about. Raises NotFound.
    """
    open_touch = lead.pursuit.open_touch
    if open_touch and open_touch.id == touch_id and open_touch.channel in ASKED_OF_REPS:
        return open_touch
    step, _, n = touch_id.rpartition(".")
    progress = lead.pursuit.progress_of(step)
    if str(progress.touches) == n and progress.due_at and progress.outcome != "skipped":
        return PlannedTouch(step=step, n=progress.touches, channel="call", due_at=progress.due_at, slot=progress.slot)
    call = recent_call(lead, touch_id)
    if call is None and lead.ask and lead.ask.touch_id == touch_id and lead.ask.due_at:
        return PlannedTouch(step=step, n=int(n), channel="call", due_at=lead.ask.due_at, slot=Slot())
    if call is None:
        raise NotFound(f"{touch_id} is not a call that was asked for lately")
    return PlannedTouch(step=call.step, n=call.n, channel="call", due_at=call.due_at, slot=Slot())


def asked_touch(lead: Lead, touch_id: str, planner: Planner) -> PlannedTouch:
    """The call or task that a rep was asked for. Raises NotFound."""
    touch = called_touch(lead, touch_id)
    channel = _asked_for(lead, touch, planner)
    if channel not in ASKED_OF_REPS:
        raise NotFound(f"{touch_id} is not a call")
    return touch.model_copy(update={"channel": channel})


def _asked_for(lead: Lead, touch: PlannedTouch, planner: Planner) -> Action:
    progress = lead.pursuit.progress_of(touch.step)
    if progress.touches == touch.n:
        return planner.made_on(touch.step, progress)
    return "call" if recent_call(lead, touch.id) else planner.step(touch.step).actions[0]


def ended_at_of(lead: Lead, touch: PlannedTouch) -> datetime | None:
    """When a touch was over; None while it goes on, and once its step has a later one."""
    progress = lead.pursuit.progress_of(touch.step)
    return progress.ended_at if progress.touches == touch.n else None


def recent_call(lead: Lead, touch_id: str) -> DueCall | None:
    """A call of the last two days of this pursuit."""
    return next((call for call in lead.pursuit.recent_calls if call.n and call.id == touch_id), None)


def with_unusable(lead: Lead, channels: Mapping[Channel, StopReason]) -> Lead:
    """The lead can't be reached on these channels any more. What was known before about a channel is kept, unless it
    was theirs to take back and this isn't.
    """
    news = {channel: because for channel, because in channels.items() if is_news(because, lead.unusable.get(channel))}
    return lead.model_copy(update={"unusable": {**lead.unusable, **news}})


def close(lead: Lead, because: Status, now: datetime) -> Lead:
    """The end of following up. A touch still open stays on record, so that its sending can be recorded."""
    if not lead.is_open:
        return lead
    return lead.model_copy(update={"status": because, "closed_at": now, "next_touch_at": None, "ask": None})


def opt_out(lead: Lead, now: datetime) -> Lead:
    """They asked us to stop. Whatever ended the following up before stays the end, and no report takes it back."""
    return close(lead, "opted_out", now).model_copy(update={"closed_by": None})


def with_pursuit(lead: Lead, **changed: object) -> Lead:
    """Something about the pursuit is recorded."""
    return lead.model_copy(update={"pursuit": lead.pursuit.model_copy(update=changed)})
