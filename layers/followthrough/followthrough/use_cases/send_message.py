"""Send one planned e-mail or text to a lead: look, claim, send once, record."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from followthrough.domain.cadence import Channel
from followthrough.domain.errors import (
    ChangedMeanwhile,
    NotFound,
    OverCap,
    SendingRefused,
    SendingThrottled,
    SendingUnknown,
    Suppressed,
)
from followthrough.domain.handoffs import handoff_of, is_waiting, is_with_partners
from followthrough.domain.leads import Lead, PlannedTouch, Touch
from followthrough.domain.mail_reports import recorded
from followthrough.domain.message_facts import MessageFacts, message_facts
from followthrough.domain.partner_facts import with_partner
from followthrough.domain.planning import Planner
from followthrough.domain.plans import TOO_LATE
from followthrough.domain.pursuing import claim_message, decide, end_touch, unclaim
from followthrough.domain.reply_address import reply_address
from followthrough.domain.shares import HAD_ENOUGH
from followthrough.use_cases.contract import TouchRequest
from followthrough.use_cases.ports import Guard, LeadLinks, OutgoingEmail, SendingServices
from followthrough.use_cases.pursuits import (
    address_of,
    guard_for,
    load_for_run,
    plan_again,
    plan_around,
    retried,
    skip,
)

PARTNER_STOPPED = "the partner's number must not be used"
SendingResult = Literal["sent", "failed", "unknown", "skipped", "planned_again", "superseded"]


@dataclass(frozen=True)
class _Claimed:
    lead: Lead
    touch: PlannedTouch
    entry: Touch
    guard: Guard | None
    planner: Planner


def send_message(services: SendingServices, request: TouchRequest, only: Channel | None = None) -> SendingResult:
    """Send the touch that is due, at most once whatever crashes or repeats. A function that can send on one channel
    `only` leaves a touch that has moved to another one meanwhile to the machine's next plan.

    Raises SendingThrottled when it was definitely not sent and should be tried again; the claim is given back.
    """
    claimed = retried(lambda: _claim(services, request, only))
    return claimed if isinstance(claimed, str) else _send(services, claimed)


def _claim(services: SendingServices, request: TouchRequest, only: Channel | None) -> _Claimed | SendingResult:
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
    if only and touch.channel != only:
        plan_again(services, lead, decision)
        return "planned_again"
    if not (planner.step(touch.step).any_hour or planner.hours_for(touch.step).is_open(now)):
        skip(services, decision.lead, touch, planner, TOO_LATE, decision.passed)
        return "skipped"
    _wait_for_turn(services, touch, now)
    entry = planner.touch(touch, decision.lead, "claimed")
    guard = guard_for(services, lead, touch, planner)
    claimed = claim_message(decision.lead, touch, now, planner.answer_by(touch.step, now))
    try:
        saved = services.store.claim(claimed, entry, decision.passed, guard)
    except Suppressed:
        assert guard  # nothing else is suppressed
        if touch.to == "partner":
            skip(services, decision.lead, touch, planner, PARTNER_STOPPED, decision.passed)
            return "skipped"
        plan_around(services, lead, planner, guard)
        return "planned_again"
    except OverCap:
        skip(services, decision.lead, touch, planner, HAD_ENOUGH, decision.passed)
        return "skipped"
    return _Claimed(saved, touch, entry, guard, planner)


def _wait_for_turn(services: SendingServices, touch: PlannedTouch, now: datetime) -> None:
    """So many go out in a minute, and no more. Raises SendingThrottled: the machine tries again, and the touch stays
    due when it was.
    """
    caps = services.settings.business.caps
    most = caps.emails_a_minute if touch.channel == "email" else caps.texts_a_minute
    channel: Channel = "email" if touch.channel == "email" else "text"
    if not services.traffic.may_send(channel, now, most):
        raise SendingThrottled("SentEnoughThisMinute")


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
        phone = address_of(services, lead, claimed.touch)
        assert phone  # the planner passes over a touch without an address
        return services.texter.send(phone, messages.text(entry.message, facts))
    assert lead.profile.email
    links = LeadLinks.of(services.public_url, lead.token)
    return services.mailer.send(
        OutgoingEmail(
            to=lead.profile.email,
            content=messages.email(entry.message, facts, links),
            unsubscribe_url=links.unsubscribe,
            reply_to=reply_address(lead.token, services.reply_domain) if services.reply_domain else None,
            tags={"lead": lead.id, "pursuit": str(entry.pursuit), "touch": entry.id.replace(".", "_")},
        )
    )


def _facts(services: SendingServices, claimed: _Claimed) -> MessageFacts:
    team = services.settings.team
    rep = team.person(claimed.lead.rep) if claimed.lead.rep else None
    zone = claimed.planner.hours.zone
    lead, facts = claimed.lead, message_facts(claimed.lead, services.settings, rep, _next_call(services, claimed), zone)
    if not is_with_partners(lead):
        return facts
    partner = handoff_of(lead).partner or ""
    waiting = len(services.partners.line(partner)) - is_waiting(lead)
    return with_partner(facts, lead, services.settings, waiting, services.public_url, services.clock())


def _next_call(services: SendingServices, claimed: _Claimed) -> datetime | None:
    """When the lead will be called next, if this message is followed by calls."""
    now = services.clock()
    sent = end_touch(claimed.lead, claimed.touch, "sent", now)
    following = claimed.planner.plan(sent, now).next
    return following.due_at if isinstance(following, PlannedTouch) and following.channel == "call" else None


def _give_back(services: SendingServices, claimed: _Claimed) -> None:
    """Take the claim back, unless another run has gone on meanwhile: then the touch was made and failed."""
    lead: Lead | None = claimed.lead
    while lead and _is_open(lead, claimed):
        try:
            services.store.release(unclaim(lead, claimed.touch.id), claimed.entry, claimed.guard)
        except ChangedMeanwhile:
            lead = _still_there(services, lead.id)
        else:
            return
    if lead is None:
        return
    _record(services, replace(claimed, lead=lead), "failed", reason="the service was too busy, and the plan went on")


def _still_there(services: SendingServices, lead_id: str) -> Lead | None:
    """The lead; None once its data was erased, and nothing is to be recorded of it any more."""
    try:
        return services.store.load(lead_id)
    except NotFound:
        return None


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
    """Record what came of it together with the next plan, whatever was recorded meanwhile: SES may already have
    reported what became of it.
    """
    now = services.clock()
    entry = claimed.entry.model_copy(
        update={"status": status, "reason": reason, "service_id": service_id, "ended_at": now}
    )
    lead: Lead | None = claimed.lead
    while lead:
        try:
            if lead.pursuit.number != entry.pursuit:
                services.store.save(lead, (entry,))
                return status
            decision = decide(end_touch(lead, claimed.touch, entry.status, now), claimed.planner, now)
            services.store.save(decision.lead, (entry, *decision.passed))
            return status
        except ChangedMeanwhile:
            lead = _still_there(services, lead.id)
            if lead:
                entry = recorded(services.store.load_touch(lead.id, entry.pursuit, entry.id), entry)
    return status
