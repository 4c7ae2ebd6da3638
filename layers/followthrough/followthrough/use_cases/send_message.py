"""Send one planned e-mail or text to a lead: look, claim, send once, record."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from followthrough.domain.errors import (
    ChangedMeanwhile,
    OverCap,
    SendingRefused,
    SendingThrottled,
    SendingUnknown,
    Suppressed,
)
from followthrough.domain.leads import Lead, PlannedTouch, Touch
from followthrough.domain.message_facts import MessageFacts, message_facts
from followthrough.domain.planning import TOO_LATE, Planner
from followthrough.domain.pursuing import claim_message, decide, end_touch, pass_over, unclaim
from followthrough.use_cases.contract import TouchRequest
from followthrough.use_cases.ports import Guard, OutgoingEmail, SendingServices
from followthrough.use_cases.pursuits import load_for_run, plan_again, retried

SendingResult = Literal["sent", "failed", "unknown", "skipped", "planned_again", "superseded"]


@dataclass(frozen=True)
class _Claimed:
    lead: Lead
    touch: PlannedTouch
    entry: Touch
    guard: Guard
    planner: Planner


def send_message(services: SendingServices, request: TouchRequest) -> SendingResult:
    """Send the touch that is due, at most once whatever crashes or repeats.

    Raises SendingThrottled when it was definitely not sent and should be tried again; the claim is given back.
    """
    claimed = retried(lambda: _claim(services, request))
    return claimed if isinstance(claimed, str) else _send(services, claimed)


def _claim(services: SendingServices, request: TouchRequest) -> _Claimed | SendingResult:
    found = load_for_run(services, request.pursuit_id, request.run)
    if found is None:
        return "superseded"
    lead, planner = found
    now = services.clock()
    decision = decide(lead, planner, now)
    touch = decision.next
    if not isinstance(touch, PlannedTouch) or touch.id != request.touch_id or touch.due_at > now:
        plan_again(services, lead, decision)
        return "planned_again"
    if not (planner.step(touch.step).any_hour or planner.hours.is_open(now)):
        return _skip(services, decision.lead, touch, planner, TOO_LATE, decision.passed)
    entry = planner.touch(touch, decision.lead, "claimed")
    guard = _guard(services, lead, touch, planner)
    try:
        saved = services.store.claim(claim_message(decision.lead, touch, now), entry, decision.passed, guard)
    except (Suppressed, OverCap) as refused:
        return _skip(services, decision.lead, touch, planner, _REASONS[type(refused)], decision.passed)
    return _Claimed(saved, touch, entry, guard, planner)


_REASONS: dict[type[Exception], str] = {
    Suppressed: "the address must not be used",
    OverCap: "the address has had its messages for the day",
}


def _guard(services: SendingServices, lead: Lead, touch: PlannedTouch, planner: Planner) -> Guard:
    caps = services.settings.business.caps
    if touch.channel == "email":
        address, cap = lead.profile.email, caps.email
    else:
        address, cap = lead.profile.phone, caps.text
    assert address  # the planner passes over a touch without an address
    return Guard(touch.channel, address, planner.hours.date_of(services.clock()).isoformat(), cap)


def _skip(
    services: SendingServices,
    lead: Lead,
    touch: PlannedTouch,
    planner: Planner,
    reason: str,
    passed: tuple[Touch, ...],
) -> SendingResult:
    now = services.clock()
    entry = planner.touch(touch, lead, "skipped", reason=reason)
    decision = decide(pass_over(lead, touch, now), planner, now)
    services.store.save(decision.lead, (*passed, entry, *decision.passed))
    return "skipped"


def _send(services: SendingServices, claimed: _Claimed) -> SendingResult:
    try:
        service_id = _deliver(services, claimed)
    except SendingThrottled:
        _give_back(services, claimed)
        raise
    except SendingRefused as refused:
        return _record(services, claimed, "failed", reason=f"refused: {refused}")
    except SendingUnknown:
        return _record(services, claimed, "unknown", reason="no answer from the service: it may have been sent")
    return _record(services, claimed, "sent", service_id=service_id)


def _deliver(services: SendingServices, claimed: _Claimed) -> str:
    lead, entry = claimed.lead, claimed.entry
    version = services.cadences.kept(lead.pursuit.cadence, lead.pursuit.cadence_version)
    messages = services.messages_of(version)
    facts = _facts(services, claimed)
    assert entry.message  # every step has one; its own name by default
    if claimed.touch.channel == "text":
        assert lead.profile.phone
        return services.texter.send(lead.profile.phone, messages.text(entry.message, facts))
    assert lead.profile.email
    url = f"{services.public_url}/unsubscribe/{lead.unsubscribe_token}"
    return services.mailer.send(
        OutgoingEmail(
            to=lead.profile.email,
            content=messages.email(entry.message, facts, url),
            unsubscribe_url=url,
            tags={"lead": lead.id, "pursuit": str(entry.pursuit), "touch": entry.id.replace(".", "_")},
        )
    )


def _facts(services: SendingServices, claimed: _Claimed) -> MessageFacts:
    team = services.settings.team
    rep = team.person(claimed.lead.rep) if claimed.lead.rep else None
    zone = claimed.planner.hours.zone
    return message_facts(claimed.lead, services.settings, rep, _next_call(services, claimed), zone)


def _next_call(services: SendingServices, claimed: _Claimed) -> datetime | None:
    """When the lead will be called next, if this message is followed by calls."""
    now = services.clock()
    sent = end_touch(claimed.lead, claimed.touch, "sent", now)
    following = claimed.planner.plan(sent, now).next
    return following.due_at if isinstance(following, PlannedTouch) and following.channel == "call" else None


def _give_back(services: SendingServices, claimed: _Claimed) -> None:
    """Take the claim back, unless another run has gone on meanwhile: then the touch was made and failed."""
    lead = claimed.lead
    while _is_open(lead, claimed):
        try:
            services.store.release(unclaim(lead, claimed.touch.id), claimed.entry, claimed.guard)
        except ChangedMeanwhile:
            lead = services.store.load(lead.id)
        else:
            return
    _record(services, replace(claimed, lead=lead), "failed", reason="the service was too busy, and the plan went on")


def _is_open(lead: Lead, claimed: _Claimed) -> bool:
    touch = lead.pursuit.open_touch
    return lead.pursuit.number == claimed.entry.pursuit and touch is not None and touch.id == claimed.touch.id


def _record(
    services: SendingServices,
    claimed: _Claimed,
    status: Literal["sent", "failed", "unknown"],
    *,
    reason: str | None = None,
    service_id: str | None = None,
) -> SendingResult:
    """Record what came of it together with the next plan, whatever was recorded meanwhile."""
    now = services.clock()
    entry = claimed.entry.model_copy(
        update={"status": status, "reason": reason, "service_id": service_id, "ended_at": now}
    )
    lead = claimed.lead
    while True:
        try:
            if lead.pursuit.number != entry.pursuit:
                services.store.save(lead, (entry,))
                return status
            decision = decide(end_touch(lead, claimed.touch, status, now), claimed.planner, now)
            services.store.save(decision.lead, (entry, *decision.passed))
            return status
        except ChangedMeanwhile:
            lead = services.store.load(lead.id)
