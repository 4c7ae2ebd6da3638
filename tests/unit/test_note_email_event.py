"""What SES reports of an e-mail: the address, the touch and the plan know it from then on."""

from datetime import timedelta
from typing import Any

import pytest

from followthrough.domain.answering import may_be_called
from followthrough.domain.email_events import TouchTags
from followthrough.domain.errors import SendingUnknown
from followthrough.domain.leads import Lead, Touch
from followthrough.use_cases.note_email_event import note_email_event
from followthrough.use_cases.ports import OutgoingEmail
from followthrough.use_cases.send_message import send_message
from followthrough.use_cases.stopping import Stop, start_again, stop
from tests.unit.arriving import arrive, lead_in, plan, request
from tests.unit.building import DAY, cadence_of
from tests.unit.engine import Engine
from tests.unit.fakes import BY_SAMPLE, FakeClock, FakeMailer, FakeStore, World, business_changed, sample_settings
from tests.unit.mail_reports import ANN, NOON, FakeMailBook, note, report, services_of

HELLO = TouchTags("lead1", 1, "hello.1")
SETTINGS = business_changed(cadences=BY_SAMPLE)
STEPS = (
    {"name": "hello", "do": "email", "after": "0m"},
    {"name": "again", "do": "email", "after": "2d"},
    {"name": "last", "do": "email", "after": "4d"},
)
WORDS = {f"{name}.email": "Subject: Hello\n\nHello." for name in ("hello", "again", "last")}


def written_to(texts: tuple[str, ...] = (), mailer: FakeMailer | None = None, **fields: str | None) -> World:
    """A world in which the first of three e-mails has been sent at noon; `texts` are steps with words for one."""
    messages = WORDS | {f"{name}.text": "Hello." for name in texts}
    version = cadence_of(*STEPS).model_copy(update={"messages": messages})
    world = World(cadence=version, settings=SETTINGS, mailer=mailer or FakeMailer(), clock=FakeClock(NOON))
    arrive(world, **fields)
    send_message(world.services, request(world, "hello.1"))
    world.clock.advance(timedelta(minutes=1))
    return world


def touch(world: World, touch_id: str = "hello.1") -> Touch:
    return world.store.touches["lead1", 1, touch_id]


def bounced(**changed: Any) -> World:
    world = written_to(("again",), consent_to_text="yes")
    assert note(world, report("bounce", tags=HELLO, **changed)) == ["lead"]
    return world


# -- bounces for good


def test_a_bounce_fails_the_touch_and_the_address_is_never_used_again() -> None:
    world = bounced(detail="Permanent/NoEmail")
    assert (touch(world).status, touch(world).reason) == ("failed", "the mail came back (Permanent/NoEmail)")
    assert lead_in(world).unusable == {"email": "bounced"}
    assert world.store.suppressions == {("email", ANN): "bounced"}
    assert lead_in(world).pursuit.progress_of("hello").outcome == "failed"


def test_the_plan_goes_on_by_text_where_there_are_words_for_one_and_consent() -> None:
    world = bounced()
    engine = Engine(world, "lead1", lambda _: None)
    engine.run(NOON + 10 * DAY)
    assert [mail.to for mail in world.mailer.sent] == [ANN]
    assert [number for number, _ in world.texter.sent] == ["+12125550100"]
    assert (touch(world, "again.1").channel, touch(world, "again.1").status) == ("text", "sent")
    assert (touch(world, "last.1").status, touch(world, "last.1").reason) == (
        "skipped",
        "the address must not be used: mail to the address comes back",
    )


def test_without_consent_nothing_goes_by_text() -> None:
    world = written_to(("again",))
    note(world, report("bounce", tags=HELLO))
    Engine(world, "lead1", lambda _: None).run(NOON + 10 * DAY)
    assert world.texter.sent == []
    assert touch(world, "again.1").status == "skipped"


def test_a_bounce_that_is_reported_again_changes_nothing() -> None:
    world = bounced()
    before, said = lead_in(world), list(world.store.said)
    note(world, report("bounce", tags=HELLO), report("bounce", tags=HELLO, feedback_id="bounce-2"))
    assert lead_in(world) == before
    assert world.store.said == said


def test_whose_address_it_is_is_found_in_whatever_case() -> None:
    world = written_to(email="Ann@Example.com")
    assert lead_in(world).profile.email == "Ann@example.com"
    note(world, report("bounce", tags=HELLO))
    assert lead_in(world).unusable == {"email": "bounced"}


def test_without_tags_the_lead_is_found_by_the_address_and_the_touch_by_the_id_of_the_mail() -> None:
    world = written_to()
    assert note(world, report("bounce", tags=TouchTags())) == ["lead"]
    assert touch(world).status == "failed"
    assert lead_in(world).unusable == {"email": "bounced"}


class BrokenStore(FakeStore):
    """No lead can be read."""

    def load(self, lead_id: str) -> Lead:
        raise ValueError(f"{lead_id} is not a lead")


def test_a_lead_that_fails_does_not_keep_the_address_from_being_suppressed() -> None:
    world = World(store_kind=BrokenStore)
    with pytest.raises(ValueError, match="not a lead"):
        note(world, report("bounce", tags=HELLO))
    assert world.store.suppressions["email", ANN] == "bounced"


def test_an_address_that_no_lead_has_is_suppressed_all_the_same() -> None:
    world = World()
    assert note(world, report("bounce")) == ["address"]
    assert world.store.suppressions == {("email", ANN): "bounced"}
    assert [(entry.because, entry.lead_id) for entry in world.store.said] == [("bounced", None)]


def test_who_has_another_address_by_now_can_still_be_written_to() -> None:
    world = written_to()
    note(world, report("bounce", tags=HELLO, recipients=("old@example.com",)))
    assert lead_in(world).unusable == {}
    assert touch(world).status == "failed"
    assert world.store.suppressions == {("email", "old@example.com"): "bounced"}


def test_a_bounce_lasts_although_the_lead_takes_an_earlier_stop_back() -> None:
    world = written_to()
    stop(world.services, "lead1", Stop("email", "unsubscribed"))
    note(world, report("bounce", tags=HELLO))
    assert world.store.suppressions == {("email", ANN): "bounced"}


def test_a_closed_lead_learns_of_it_too() -> None:
    world = written_to()
    stop(world.services, "lead1", Stop("everything", "stopped"))
    note(world, report("bounce", tags=HELLO))
    assert (lead_in(world).status, touch(world).status) == ("opted_out", "failed")


def test_an_earlier_pursuit_s_mail_changes_the_address_and_not_the_plan_of_the_present_one() -> None:
    world = written_to()
    world.clock.advance(DAY)
    arrive(world, message="Me again.")
    assert lead_in(world).pursuit.number == 2
    note(world, report("bounce", tags=HELLO))
    assert touch(world).status == "failed"
    assert lead_in(world).unusable == {"email": "bounced"}
    assert lead_in(world).pursuit.progress_of("hello").outcome == "skipped"  # because nothing can be written any more


# -- before the sending is recorded


class ReportingMailer(FakeMailer):
    """SES reports on the mail before its own answer has come back; or instead of it, if `error` is given."""

    def __init__(self, kind: str, error: Exception | None = None) -> None:
        super().__init__()
        self.kind, self.error = kind, error
        self.world: World | None = None

    def send(self, email: OutgoingEmail) -> str:
        sent = super().send(email)
        assert self.world
        note(self.world, report(self.kind, tags=HELLO))  # type: ignore[arg-type]  # one of the kinds
        if self.error:
            raise self.error
        return sent


def sent_with(mailer: ReportingMailer) -> World:
    version = cadence_of(*STEPS).model_copy(update={"messages": WORDS})
    mailer.world = world = World(cadence=version, settings=SETTINGS, mailer=mailer, clock=FakeClock(NOON))
    arrive(world)
    send_message(world.services, request(world, "hello.1"))
    return world


def test_a_bounce_that_comes_before_the_record_is_not_overwritten_by_it() -> None:
    world = sent_with(ReportingMailer("bounce"))
    assert (touch(world).status, touch(world).service_id) == ("failed", "mail-1")
    assert lead_in(world).unusable == {"email": "bounced"}
    assert lead_in(world).pursuit.progress_of("hello").outcome == "failed"
    assert lead_in(world).pursuit.open_touch is None


def test_a_delivery_settles_a_sending_whose_answer_was_lost() -> None:
    world = sent_with(ReportingMailer("delivery", SendingUnknown("ReadTimeout")))
    assert (touch(world).status, touch(world).reason) == ("sent", None)
    assert lead_in(world).pursuit.progress_of("hello").outcome == "sent"


def test_a_delivery_later_proves_what_was_marked_unknown() -> None:
    class LosingMailer(FakeMailer):
        def send(self, email: OutgoingEmail) -> str:
            raise SendingUnknown("ReadTimeout")

    world = written_to(mailer=LosingMailer())
    assert touch(world).status == "unknown"
    note(world, report("delivery", tags=HELLO))
    assert (touch(world).status, touch(world).service_id) == ("sent", "mail-1")


# -- for now


def test_mail_that_comes_back_for_now_is_noted_and_the_address_is_used_on() -> None:
    world = written_to()
    note(world, report("bounce", tags=HELLO, bounce="transient", detail="Transient/MailboxFull"))
    assert (touch(world).status, touch(world).note) == ("sent", "came back for now (Transient/MailboxFull)")
    assert (lead_in(world).unusable, world.store.suppressions) == ({}, {})


def test_the_third_within_thirty_days_is_the_last() -> None:
    world, mail = written_to(), FakeMailBook()
    for number in (1, 2, 2, 3):
        assert lead_in(world).unusable == {}
        when = NOON + number * DAY
        note(world, report("bounce", when, tags=HELLO, bounce="transient", feedback_id=f"full-{number}"), mail=mail)
    assert lead_in(world).unusable == {"email": "bounced"}
    assert world.store.suppressions == {("email", ANN): "bounced"}


def test_a_delivery_in_between_begins_the_count_anew() -> None:
    world, mail = written_to(), FakeMailBook()
    returned = [
        report("bounce", NOON + day * DAY, tags=HELLO, bounce="transient", feedback_id=f"full-{day}")
        for day in (1, 2, 4, 5)
    ]
    note(world, *returned[:2], report("delivery", NOON + 3 * DAY, tags=HELLO), *returned[2:], mail=mail)
    assert lead_in(world).unusable == {}


def test_how_many_are_too_many_is_the_business_s_to_say() -> None:
    assert sample_settings().business.transient_bounces == 3
    world = World(settings=business_changed(transient_bounces=1))
    note(world, report("bounce", bounce="transient"))
    assert world.store.suppressions == {("email", ANN): "bounced"}


def test_a_delay_is_a_note_and_nothing_else() -> None:
    world = written_to()
    before = lead_in(world)
    note(world, report("delivery_delay", tags=HELLO, detail="MailboxFull"))
    assert touch(world).note == "delayed (MailboxFull)"
    assert lead_in(world) == before.model_copy(update={"version": before.version + 1})


def test_a_delivery_of_what_was_recorded_writes_nothing_about_the_lead() -> None:
    world = written_to()
    before = lead_in(world)
    note(world, report("delivery", tags=HELLO))
    assert lead_in(world) == before


# -- complaints, and what SES never sent


def test_a_complaint_stops_everything_for_good() -> None:
    world = written_to()
    note(world, report("complaint", tags=HELLO))
    assert lead_in(world).status == "opted_out"
    assert world.store.suppressions == {("email", ANN): "complained", ("text", "+12125550100"): "complained"}
    assert touch(world).note == "reported as spam"
    assert world.measured == [("Complaints", 1)]
    assert plan(world).do == "finish"


def test_a_complaint_after_an_unsubscription_can_not_be_taken_back() -> None:
    world = written_to()
    stop(world.services, "lead1", Stop("everything", "unsubscribed"))
    note(world, report("complaint", tags=HELLO))
    assert world.store.suppressions["email", ANN] == "complained"
    assert lead_in(world).unusable == {"email": "complained", "text": "complained"}
    assert not may_be_called(lead_in(world))


def test_a_bounce_after_their_stop_does_not_keep_them_from_taking_it_back() -> None:
    world = written_to(("again",), consent_to_text="yes")
    stop(world.services, "lead1", Stop("everything", "stopped"))
    note(world, report("bounce", tags=HELLO))
    assert start_again(world.services, "lead1", "started").status == "open"
    assert lead_in(world).unusable == {"email": "bounced"}
    assert world.store.suppressions == {("email", ANN): "bounced"}


def test_a_complaint_twice_is_one() -> None:
    world = written_to()
    note(world, report("complaint", tags=HELLO))
    before, said = lead_in(world), list(world.store.said)
    note(world, report("complaint", tags=HELLO))
    assert (lead_in(world), world.store.said) == (before, said)


@pytest.mark.parametrize("kind", ["reject", "rendering_failure"])
def test_what_ses_did_not_send_fails_the_touch_and_says_nothing_of_the_address(kind: str) -> None:
    world = written_to()
    note(world, report(kind, tags=HELLO))  # type: ignore[arg-type]  # one of the kinds
    assert touch(world).status == "failed"
    assert (lead_in(world).status, lead_in(world).unusable, world.store.suppressions) == ("open", {}, {})
    assert world.measured == [("EmailsNotSent", 1)]


# -- nudges


@pytest.mark.parametrize("tags", [TouchTags(rep="ana"), TouchTags()])
def test_a_nudge_that_comes_back_is_measured_and_no_address_is_given_up(tags: TouchTags) -> None:
    world = written_to()
    before = lead_in(world)
    address = sample_settings().team.people[0].email.lower()
    assert note(world, report("bounce", tags=tags, recipients=(address,))) == ["nudge"]
    assert (world.measured, world.store.suppressions, lead_in(world)) == ([("NudgesReturned", 1)], {}, before)


def test_a_nudge_that_arrives_is_no_news() -> None:
    world = World()
    assert note(world, report("delivery", tags=TouchTags(rep="ana"))) == ["nudge"]
    assert world.measured == []


def test_a_rep_who_tried_the_form_is_a_lead_like_any_other() -> None:
    address = sample_settings().team.people[0].email
    world = written_to(email=address)
    assert note(world, report("bounce", tags=HELLO, recipients=(address.lower(),))) == ["lead"]
    assert lead_in(world).unusable == {"email": "bounced"}


def test_what_names_a_touch_that_there_is_not_still_counts_for_the_address() -> None:
    world = written_to()
    gone = TouchTags("lead1", 7, "never-was.1")
    assert note_email_event(services_of(world), report("bounce", tags=gone)) == "lead"
    assert lead_in(world).unusable == {"email": "bounced"}
    assert note_email_event(services_of(world), report("bounce", tags=TouchTags("erased", 1, "hello.1"))) == "address"


def test_a_touch_that_is_claimed_while_the_lead_is_read_is_looked_at_again() -> None:
    class LateStore(FakeStore):
        """Reads the lead once more as it was before the touch was claimed."""

        before: Lead | None = None

        def load(self, lead_id: str) -> Lead:
            before, self.before = self.before, None
            return before or super().load(lead_id)

    version = cadence_of(*STEPS).model_copy(update={"messages": WORDS})
    world = World(cadence=version, settings=SETTINGS, clock=FakeClock(NOON), store_kind=LateStore)
    arrive(world)
    before = lead_in(world)
    send_message(world.services, request(world, "hello.1"))
    assert isinstance(world.store, LateStore)
    world.store.before = before
    note(world, report("bounce", tags=HELLO))
    assert (touch(world).status, lead_in(world).unusable) == ("failed", {"email": "bounced"})
