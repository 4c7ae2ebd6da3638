"""A message to a lead goes once, only when it is right, and whatever happens is on record."""

from dataclasses import replace
from typing import Any

import pytest

from followthrough.domain.errors import SendingRefused, SendingThrottled, SendingUnknown
from followthrough.domain.leads import Lead
from followthrough.domain.reply_address import token_in
from followthrough.use_cases.ask_rep import ask_rep_to_call
from followthrough.use_cases.ports import OutgoingEmail
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.send_message import send_message
from followthrough.use_cases.stopping import Stop, stop
from tests.unit.arriving import arrive, lead_in, plan, request
from tests.unit.building import DAY, MINUTE, at, cadence_of
from tests.unit.engine import Engine
from tests.unit.fakes import BY_SAMPLE, FakeClock, FakeMailer, World, business_changed

MONDAY_10 = at("2026-11-23 10:00")
AT_NIGHT = at("2026-11-23 23:00")
SMALL = business_changed(cadences=BY_SAMPLE)


class FailingMailer(FakeMailer):
    """Fails as told, then works."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self.errors = list(errors)

    def send(self, email: OutgoingEmail) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return super().send(email)


class InterruptedMailer(FakeMailer):
    """Something else happens in the world while the message is under way."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World | None = None

    def send(self, email: OutgoingEmail) -> str:
        assert self.world
        stop(self.world.services, "lead1", Stop("everything", "unsubscribed"))
        return super().send(email)


def tried_you(**parts: object) -> World:
    """A world in which the first call was reported as unanswered, and the e-mail after it is due now."""
    world = World(**parts)  # type: ignore[arg-type]  # parts of a World by name
    arrive(world)
    ask_rep_to_call(world.services, request(world, "first-call.1"))
    report_outcome(world.services, "lead1", Report("no_answer"))
    world.texter.sent.clear()
    assert plan(world).touch_id == "tried-you.1"
    return world


def entry(world: World, touch_id: str = "tried-you.1") -> tuple[str, str | None]:
    touch = world.store.touches["lead1", 1, touch_id]
    return touch.status, touch.reason


# -- sending


def test_it_goes_to_the_lead_with_their_own_way_out_and_ids_only_for_us() -> None:
    world = tried_you()
    assert send_message(world.services, request(world, "tried-you.1")) == "sent"
    (mail,) = world.mailer.sent
    assert mail.to == "ann@example.com"
    assert mail.unsubscribe_url == f"https://api.example.com/unsubscribe/{lead_in(world).token}"
    assert mail.unsubscribe_url in mail.content.text
    assert f"https://api.example.com/later/{lead_in(world).token}" in mail.content.text
    assert mail.reply_to is None
    assert mail.tags == {"lead": "lead1", "pursuit": "1", "touch": "tried-you_1"}


def test_where_answers_are_received_they_go_to_an_address_that_knows_the_lead() -> None:
    world = tried_you()
    receiving = replace(world.services, reply_domain="reply.example.com")
    send_message(receiving, request(world, "tried-you.1"))
    (mail,) = world.mailer.sent
    assert mail.reply_to is not None
    assert mail.reply_to.endswith("@reply.example.com")
    assert token_in(mail.reply_to) == lead_in(world).token


def test_it_is_recorded_with_the_service_s_id_and_the_next_plan() -> None:
    world = tried_you()
    send_message(world.services, request(world, "tried-you.1"))
    touch = world.store.touches["lead1", 1, "tried-you.1"]
    assert (touch.status, touch.service_id, touch.ended_at) == ("sent", "mail-1", MONDAY_10)
    assert lead_in(world).next_touch_at == MONDAY_10 + 5 * MINUTE


def test_a_text_goes_to_the_phone_of_a_lead_who_agreed_to_it() -> None:
    version = cadence_of({"name": "hello", "do": "text", "after": "0m"})
    version = version.model_copy(update={"messages": {"hello.text": "Hello {{ first_name or 'there' }}."}})
    world = World(cadence=version, settings=SMALL)
    arrive(world, consent_to_text="yes")
    assert send_message(world.services, request(world, "hello.1")) == "sent"
    assert world.texter.sent == [("+12125550100", "Hello Ann.")]
    assert world.mailer.sent == []


def test_the_acknowledgement_goes_at_night_and_says_when_we_will_call() -> None:
    world = World(clock=FakeClock(AT_NIGHT))
    arrive(world)
    assert send_message(world.services, request(world, "acknowledge.1")) == "sent"
    assert "Tuesday, November 24, at 8:00 AM" in world.mailer.sent[0].content.text


def test_a_touch_that_has_moved_to_another_channel_is_left_to_the_function_for_that() -> None:
    version = cadence_of({"name": "hello", "do": "email", "after": "0m"})
    version = version.model_copy(update={"messages": {"hello.email": "Subject: Hi\n\nHi.", "hello.text": "Hi."}})
    world = World(cadence=version, settings=SMALL)
    arrive(world, consent_to_text="yes")
    stop(world.services, "lead1", Stop("email", "bounced"))
    assert send_message(world.services, request(world, "hello.1"), only="email") == "planned_again"
    assert (plan(world).channel, plan(world).touch_id) == ("text", "hello.1")
    assert send_message(world.services, request(world, "hello.1"), only="text") == "sent"
    assert (len(world.texter.sent), world.mailer.sent) == (1, [])


# -- once


def test_the_same_request_again_sends_nothing_again() -> None:
    world = tried_you()
    results = [send_message(world.services, request(world, "tried-you.1")) for _ in range(3)]
    assert results == ["sent", "planned_again", "planned_again"]
    assert len(world.mailer.sent) == 1


def test_after_a_crash_between_claim_and_record_it_is_never_sent_again() -> None:
    """What was claimed and not recorded may have gone out: it is marked unknown, and the lead goes on."""
    world = tried_you(mailer=FailingMailer(MemoryError()))
    with pytest.raises(MemoryError):  # the process dies here
        send_message(world.services, request(world, "tried-you.1"))
    assert entry(world) == ("claimed", None)
    assert send_message(world.services, request(world, "tried-you.1")) == "planned_again"
    assert plan(world).touch_id == "second-call.1"
    assert entry(world) == ("unknown", "no record of whether it was sent")
    assert world.mailer.sent == []


def test_an_answer_that_never_came_is_unknown_and_not_sent_again() -> None:
    world = tried_you(mailer=FailingMailer(SendingUnknown("timeout")))
    assert send_message(world.services, request(world, "tried-you.1")) == "unknown"
    assert entry(world)[0] == "unknown"
    assert plan(world).touch_id == "second-call.1"


def test_a_refusal_for_good_is_recorded_as_failed_and_the_plan_goes_on() -> None:
    world = tried_you(mailer=FailingMailer(SendingRefused("MessageRejected")))
    assert send_message(world.services, request(world, "tried-you.1")) == "failed"
    assert entry(world) == ("failed", "refused: MessageRejected")
    assert plan(world).touch_id == "second-call.1"


def test_when_throttled_the_claim_is_given_back_and_the_next_try_sends_it() -> None:
    world = tried_you(mailer=FailingMailer(SendingThrottled("TooManyRequests"), SendingThrottled("TooManyRequests")))
    for _ in range(2):
        with pytest.raises(SendingThrottled):
            send_message(world.services, request(world, "tried-you.1"))
        assert ("lead1", 1, "tried-you.1") not in world.store.touches
        assert {n for (channel, _, _), n in world.store.sent_today.items() if channel == "email"} == {0}
    world.clock.advance(MINUTE)
    assert send_message(world.services, request(world, "tried-you.1")) == "sent"
    assert len(world.mailer.sent) == 1
    assert set(world.store.sent_today.values()) == {1}


# -- look again before sending


def test_what_is_not_due_yet_is_not_sent() -> None:
    world = World(cadence=cadence_of({"name": "hello", "do": "email", "after": "1h"}), settings=SMALL)
    arrive(world)
    assert plan(world).touch_id == "hello.1"
    assert send_message(world.services, request(world, "hello.1")) == "planned_again"
    assert world.mailer.sent == []


def test_what_is_not_next_is_not_sent() -> None:
    world = tried_you()
    assert send_message(world.services, request(world, "day-two-question.1")) == "planned_again"
    assert world.mailer.sent == []


@pytest.mark.parametrize("superseded", [{"run": 1}, {"run": 3}, {"pursuit_id": "lead1-2"}])
def test_a_superseded_run_sends_nothing(superseded: dict[str, Any]) -> None:
    world = tried_you()
    assert send_message(world.services, request(world, "tried-you.1", **superseded)) == "superseded"
    assert world.mailer.sent == []


def test_after_a_stop_nothing_is_claimed() -> None:
    world = tried_you()
    stop(world.services, "lead1", Stop("everything", "unsubscribed"))
    assert send_message(world.services, request(world, "tried-you.1")) == "superseded"
    assert ("lead1", 1, "tried-you.1") not in world.store.touches


def test_a_stop_that_comes_after_the_claim_is_kept_and_the_sending_still_recorded() -> None:
    mailer = InterruptedMailer()
    world = tried_you(mailer=mailer)
    mailer.world = world
    assert send_message(world.services, request(world, "tried-you.1")) == "sent"
    assert entry(world)[0] == "sent"
    assert (lead_in(world).status, lead_in(world).next_touch_at) == ("opted_out", None)


def test_delayed_until_contact_hours_are_over_it_is_skipped() -> None:
    """The machine was held up: what was due at 20:25 must not go at 21:30."""
    world = tried_you(clock=FakeClock(at("2026-11-23 20:25")))
    world.clock.now = at("2026-11-23 21:30")
    assert send_message(world.services, request(world, "tried-you.1")) == "skipped"
    assert entry(world) == ("skipped", "too late")
    assert world.mailer.sent == []
    assert lead_in(world).is_open
    assert lead_in(world).next_touch_at


def test_a_suppressed_address_is_skipped_with_the_reason_and_the_plan_goes_on() -> None:
    world = tried_you()
    world.store.suppressions["email", "ann@example.com"] = "bounced"
    assert send_message(world.services, request(world, "tried-you.1")) == "planned_again"
    assert entry(world) == ("skipped", "the address must not be used: mail to the address comes back")
    assert plan(world).touch_id == "second-call.1"


def test_an_address_that_had_its_share_today_is_skipped() -> None:
    world = tried_you()
    world.store.sent_today["email", "ann@example.com", "2026-11-23"] = world.settings.business.caps.email
    assert send_message(world.services, request(world, "tried-you.1")) == "skipped"
    assert entry(world) == ("skipped", "the address has had its share for the day")


def test_the_share_is_counted_per_day_where_the_lead_is() -> None:
    """Half past ten at night in New York is already the next day in Kathmandu."""
    world = World(clock=FakeClock(at("2026-11-23 22:30")))
    arrive(world, zone="Asia/Kathmandu", phone=None)
    send_message(world.services, request(world, "acknowledge.1"))
    assert [day for _, _, day in world.store.sent_today] == ["2026-11-24"]


# -- what it may say


def test_we_called_is_said_only_after_a_reported_call() -> None:
    world = World()
    arrive(world)
    Engine(world, "lead1", lambda _: None).run(MONDAY_10 + 20 * DAY)
    words = " ".join(mail.content.text.lower() for mail in world.mailer.sent if mail.to == "ann@example.com")
    assert len(words) > 500
    for claim in ("we called", "i called", "we tried", "tried to reach", "voicemail", "left you a message"):
        assert claim not in words


def test_a_pursuit_that_began_meanwhile_is_left_alone_by_the_record_of_the_one_before() -> None:
    class AskedAgainMeanwhile(FakeMailer):
        def send(self, email: OutgoingEmail) -> str:
            arrive(world, message="Me again, about something else")
            return super().send(email)

    world = World(mailer=AskedAgainMeanwhile(), clock=FakeClock(AT_NIGHT))
    arrive(world)
    assert send_message(world.services, request(world, "acknowledge.1")) == "sent"
    lead: Lead = lead_in(world)
    assert (lead.pursuit.number, lead.pursuit.progress) == (2, {})
    assert world.store.touches["lead1", 1, "acknowledge.1"].status == "sent"


# -- so many in a minute


def test_more_emails_than_a_minute_takes_wait_for_another_minute_and_stay_due_when_they_were() -> None:
    world = tried_you(settings=business_changed(caps={"emails_a_minute": 1}))
    assert world.services.traffic.may_send("email", world.clock(), 1)  # another lead's
    due_at = lead_in(world).next_touch_at
    with pytest.raises(SendingThrottled):
        send_message(world.services, request(world, "tried-you.1"))
    assert (world.mailer.sent, lead_in(world).next_touch_at) == ([], due_at)
    assert lead_in(world).pursuit.open_touch is None
    world.clock.advance(MINUTE)
    assert send_message(world.services, request(world, "tried-you.1")) == "sent"
    (touch,) = [touch for touch in world.store.timeline("lead1") if touch.step == "tried-you"]
    assert touch.due_at == due_at


def test_texts_and_emails_are_counted_apart() -> None:
    world = tried_you(settings=business_changed(caps={"emails_a_minute": 1}))
    assert world.services.traffic.may_send("text", world.clock(), 1)
    assert send_message(world.services, request(world, "tried-you.1")) == "sent"
