"""`went-quiet`, rule by rule, as the playbook has it: after a no-show, or a conversation that went silent."""

from datetime import date, datetime, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from followthrough.adapters.message_checks import check_messages
from followthrough.domain.leads import CallOutcome, Lead, PlannedTouch, Slot, Touch
from followthrough.domain.preview import Assumed
from followthrough.domain.pursuing import go_on_with
from tests.unit.building import DAY, MINUTE, at, lead_of, local, made, of_step, planner_of, previewed
from tests.unit.fakes import sample_cadence

VERSION = sample_cadence("went-quiet")
ARRIVED = at("2026-10-01 10:00")
TUESDAY_3 = "2026-11-17 15:00"
"""Two weeks without a holiday lie around it, but for Thanksgiving at the end of the second."""
TEXTS: dict[str, Any] = {"consent_to_text": True}
OWN_WORDS = {"problem": "cold bedrooms", "goal": "a warm house"}
AUDIENCES = ["consumer", "company", "enterprise"]
UNANSWERED: list[Assumed] = ["no_answer", "voicemail", "silent"]
BUSINESS_CLOSED = {
    "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-24", "2026-12-25", "2027-01-01", "2027-01-18", "2027-02-15",
    "2027-05-31", "2027-06-18", "2027-06-19", "2027-07-05",
}  # fmt: skip
CLOSED = {*BUSINESS_CLOSED, "2026-11-03", "2027-02-12"}  # holidays in New York only

by_audience = pytest.mark.parametrize("audience", AUDIENCES)
unanswered = pytest.mark.parametrize("assume", UNANSWERED)
days_of_all_kinds = pytest.mark.parametrize(
    "missed",
    [
        TUESDAY_3,
        "2026-11-20 15:00",  # a Friday
        "2026-11-21 11:00",  # a Saturday
        "2026-11-25 19:50",  # the evening before Thanksgiving
        "2026-12-22 10:00",  # Christmas Eve, when the business is closed, and Christmas come after it
        "2026-10-30 16:00",  # the clocks go back two days later
        "2027-03-12 09:00",  # the clocks go forward two days later
    ],
)


def missed_lead(missed: str | None = TUESDAY_3, after: timedelta = 4 * MINUTE, **profile: Any) -> Lead:
    """Somebody who missed an appointment, which was reported so long after its time; or at 15:04 if nobody knows it."""
    lead = lead_of(ARRIVED, **profile).model_copy(update={"appointment_at": at(missed) if missed else None})
    return go_on_with(lead, VERSION, at(missed or TUESDAY_3) + after, "no_show")


def silent_lead(silent_at: str = TUESDAY_3, **profile: Any) -> Lead:
    """Somebody who was spoken with three days before, and has not been heard of since."""
    spoken = {"spoken_at": at(silent_at) - 3 * DAY, "appointment_at": at("2026-10-05 15:00")}
    return go_on_with(lead_of(ARRIVED, **profile).model_copy(update=spoken), VERSION, at(silent_at), "silence")


def touches(lead: Lead, assume: Assumed = "no_answer") -> tuple[Touch, ...]:
    """What is made of this cadence, without the one that follows it."""
    shown = previewed(lead, VERSION, assume=assume, days=250)
    return tuple(touch for touch in made(shown.touches) if touch.pursuit == lead.pursuit.number)


def what(found: tuple[Touch, ...]) -> list[tuple[str, str]]:
    return [(touch.step, touch.channel) for touch in found]


def day_of(found: tuple[Touch, ...], *steps: str) -> date:
    """The local date on which the first of some steps comes."""
    return date.fromisoformat(local(of_step(found, *steps)[0].due_at)[:10])


def over_on(found: tuple[Touch, ...], *steps: str) -> date:
    """The local date on which the last of some steps comes."""
    return date.fromisoformat(local(of_step(found, *steps)[-1].due_at)[:10])


def is_open(day: date) -> bool:
    """Whether the sample business calls on a date: Monday to Saturday."""
    return day.weekday() < 6 and day.isoformat() not in CLOSED


def open_from(day: date) -> date:
    """That date, or the first after it on which the sample business calls."""
    return day if is_open(day) else open_from(day + DAY)


def business_days_after(day: date, number: int) -> date:
    """The date so many days later of those from Monday to Friday on which the sample business is open."""
    while number:
        day += DAY
        number -= day.weekday() < 5 and day.isoformat() not in BUSINESS_CLOSED
    return day


FRIDAY = 4
TOUCH_2, TOUCH_3 = ("free-today-call", "another-time"), ("where-from-here",)


def assert_on_their_days(found: tuple[Touch, ...], audience: str) -> None:
    """From touch to touch as the playbook's table has it, or on the first open day after that."""
    to_second, to_third, to_fifth = {"consumer": (1, 1, 14), "company": (2, 2, 21), "enterprise": (2, 4, 21)}[audience]
    assert day_of(found, *TOUCH_2) == open_from(over_on(found, "missed-you") + to_second * DAY)
    assert day_of(found, *TOUCH_3) == open_from(over_on(found, *TOUCH_2, "free-today") + to_third * DAY)
    assert day_of(found, "last-chase") == open_from(business_days_after(over_on(found, *TOUCH_3), 5))
    assert day_of(found, "did-you-give-up") == open_from(over_on(found, "last-chase") + to_fifth * DAY)


# -- touch 1


@by_audience
def test_five_minutes_after_the_missed_time_a_rep_is_asked_to_call_and_leaves_a_voicemail(audience: str) -> None:
    first = touches(missed_lead(audience=audience))[0]
    assert (first.step, first.channel, local(first.due_at)) == ("missed-you", "call", "2026-11-17 15:05")
    assert first.voicemail == "leave"


@unanswered
@by_audience
def test_if_nobody_answers_a_text_and_an_e_mail_follow_as_variations_of_the_same(
    audience: str, assume: Assumed
) -> None:
    first = touches(missed_lead(audience=audience, **TEXTS), assume)[:3]
    assert what(first) == [("missed-you", "call"), ("missed-you", "text"), ("missed-you", "email")]
    assert {touch.message for touch in first} == {"missed-you"}
    assert first[2].due_at - first[0].due_at <= 15 * MINUTE


@pytest.mark.parametrize("outcome", ["in_conversation", "booked", "not_interested", "wrong_number"])
def test_if_the_call_is_answered_nothing_else_goes(outcome: CallOutcome) -> None:
    assert what(touches(missed_lead(**TEXTS), outcome)) == [("missed-you", "call")]


def test_a_call_back_that_they_ask_for_takes_the_place_of_the_text_and_the_e_mail() -> None:
    assert what(touches(missed_lead(**TEXTS), "call_back"))[:2] == [("missed-you", "call"), ("call-back", "call")]


def test_the_first_call_goes_to_somebody_else_if_the_rep_is_silent() -> None:
    assert planner_of(missed_lead(), VERSION).silence_rule("missed-you").do == "escalate"


def test_a_no_show_that_is_reported_late_is_called_at_once_and_all_that_follows_counts_from_then() -> None:
    found = touches(missed_lead(after=20 * DAY / 24, **TEXTS))
    assert (local(found[0].due_at), local(found[-1].due_at)[:10]) == ("2026-11-18 11:00", "2026-12-14")
    assert day_of(found, *TOUCH_2) == date(2026, 11, 19)


def test_a_no_show_whose_time_nobody_has_told_us_counts_from_when_it_is_reported() -> None:
    found = touches(missed_lead(None, **TEXTS))
    assert local(found[0].due_at) == "2026-11-17 15:09"
    assert what(found)[3] == ("free-today-call", "call")


# -- touches 2 to 5


@unanswered
@by_audience
@days_of_all_kinds
def test_each_touch_comes_as_long_after_the_one_before_as_the_table_says(
    missed: str, audience: str, assume: Assumed
) -> None:
    assert_on_their_days(touches(missed_lead(missed, audience=audience, **TEXTS), assume), audience)


@by_audience
@days_of_all_kinds
def test_a_lead_who_can_only_be_written_to_gets_its_touches_on_the_same_days(missed: str, audience: str) -> None:
    assert_on_their_days(touches(missed_lead(missed, audience=audience, phone=None)), audience)


def test_whose_audience_is_unknown_is_a_consumer() -> None:
    assert touches(missed_lead(**TEXTS)) == touches(missed_lead(audience="consumer", **TEXTS))


MOMENTS = st.datetimes(datetime(2026, 10, 5), datetime(2027, 4, 5)).map(lambda moment: moment.replace(microsecond=0))  # noqa: DTZ001 - local wall times


@hypothesis_settings(deadline=None, max_examples=60)
@given(
    moment=MOMENTS,
    audience=st.sampled_from(AUDIENCES),
    assume=st.sampled_from(UNANSWERED),
    begun_by=st.sampled_from(["no_show", "silence"]),
    known=st.sampled_from([TEXTS, {}, {"phone": None}, {"email": None, **TEXTS}]),
)
def test_whenever_it_begins_there_is_one_slot_a_day_in_contact_hours_and_friday_is_never_chased_on_monday(
    moment: datetime, audience: str, assume: Assumed, begun_by: Literal["no_show", "silence"], known: dict[str, Any]
) -> None:
    begins = missed_lead if begun_by == "no_show" else silent_lead
    lead = begins(f"{moment:%Y-%m-%d %H:%M}", audience=audience, **known)
    found = touches(lead, assume)
    hours = planner_of(lead, VERSION).hours
    assert all(hours.is_open(touch.due_at) for touch in found)
    assert all(local(touch.due_at)[11:] <= "20:30" for touch in found if touch.channel == "call")
    slots = {step: day_of(found, step) for step, _ in what(found)}
    later = [day for step, day in slots.items() if step != "free-today"]
    assert later == sorted(set(later))
    assert slots.get("free-today") in (None, slots.get("free-today-call"))
    asked, chased = over_on(found, *TOUCH_3), slots["last-chase"]
    assert asked.weekday() != FRIDAY or chased >= asked + 7 * DAY
    if begun_by == "no_show":
        assert_on_their_days(found, audience)


@by_audience
def test_touches_2_to_4_go_by_text_or_e_mail_and_2_and_3_also_as_a_voicemail(audience: str) -> None:
    for lead in (missed_lead(audience=audience, **TEXTS), missed_lead(audience=audience)):
        found = touches(lead)
        for steps, calls in ((("free-today-call", "free-today"), 1), (TOUCH_3, 1), (("last-chase",), 0)):
            touch = of_step(found, *steps)
            assert [each.voicemail for each in touch if each.channel == "call"] == ["leave"] * calls
            assert len([each for each in touch if each.channel in ("text", "email")]) == 1


def test_what_can_not_be_texted_goes_by_e_mail_and_the_other_way_round() -> None:
    assert {channel for _, channel in what(touches(missed_lead()))} == {"call", "email"}
    assert {channel for _, channel in what(touches(missed_lead(email=None, **TEXTS)))} == {"call", "text"}


# -- the rep is told before "free today" goes


@unanswered
@days_of_all_kinds
def test_the_rep_is_told_on_the_same_day_before_free_today_goes(missed: str, assume: Assumed) -> None:
    found = touches(missed_lead(missed, **TEXTS), assume)
    (told,), (goes,) = of_step(found, "free-today-call"), of_step(found, "free-today")
    assert told.due_at <= goes.due_at
    assert local(told.due_at)[:10] == local(goes.due_at)[:10]
    assert "we tell them that you are free" in told.purpose


def test_where_no_rep_was_told_nobody_is_said_to_be_free() -> None:
    found = touches(missed_lead(phone=None))
    assert "free-today" not in {touch.message for touch in found}
    assert what(found)[2] == ("another-time", "email")


def test_a_call_that_was_agreed_has_words_of_its_own() -> None:
    lead = missed_lead()
    agreed = lead.model_copy(update={"pursuit": lead.pursuit.model_copy(update={"callback_at": at(TUESDAY_3) + DAY})})
    planner = planner_of(agreed, VERSION)
    call = PlannedTouch(step="call-back", n=1, channel="call", due_at=at(TUESDAY_3) + DAY, slot=Slot())
    assert planner.message(call, agreed) == "call-back"
    assert "appointment" not in VERSION.messages["call-back.call"].lower()


# -- silence instead of a no-show


@by_audience
def test_after_silence_touches_1_and_2_are_one_about_the_open_question(audience: str) -> None:
    found = touches(silent_lead(audience=audience, **TEXTS))
    first, second = what(found)[:3], what(found)[3:5]
    assert first == [("open-question", channel) for channel in ("call", "text", "email")]
    assert second == [("where-from-here", "call"), ("where-from-here", "email")]
    assert local(found[0].due_at) == TUESDAY_3
    days = {"consumer": 1, "company": 2, "enterprise": 4}[audience]
    assert day_of(found, *TOUCH_3) == date(2026, 11, 17) + days * DAY


def test_after_silence_no_appointment_is_mentioned() -> None:
    used = {(touch.message, touch.channel) for touch in touches(silent_lead(**TEXTS, **OWN_WORDS))}
    words = [VERSION.messages[f"{message}.{channel}"] for message, channel in used]
    words.append(VERSION.messages["open-question.voicemail"])
    assert [text for text in words if "appointment" in text or "time set" in text] == []


# -- touch 5


@pytest.mark.parametrize("known", [{}, {"problem": "cold bedrooms"}, {"goal": "a warm house"}, OWN_WORDS])
@pytest.mark.parametrize("reached", [TEXTS, {"email": None, **TEXTS}])
def test_did_you_give_up_only_with_their_own_problem_and_goal(known: dict[str, Any], reached: dict[str, Any]) -> None:
    last = touches(missed_lead(**known, **reached))[-1]
    assert last.step == "did-you-give-up"
    assert last.message == ("did-you-give-up" if known == OWN_WORDS else "still-on-your-mind")


# -- and then


@by_audience
def test_then_it_goes_on_with_keep_in_touch_at_its_monthly_stage(audience: str) -> None:
    shown = previewed(missed_lead(audience=audience), VERSION, days=250)
    assert shown.cadences == ("went-quiet", "keep-in-touch")
    last, following = of_step(shown.touches, "did-you-give-up")[-1], of_step(shown.touches, "monthly")[0]
    assert 28 * DAY <= following.due_at - last.due_at <= 35 * DAY
    steps = [touch.step for touch in shown.touches]
    assert set(steps[steps.index("monthly") :]) == {"monthly"}


def test_every_message_is_in_order() -> None:
    assert check_messages(VERSION) == []
