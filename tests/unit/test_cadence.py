"""The cadence language: what can be written in it, and that every refusal says what would be right."""

from datetime import timedelta
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from followthrough.adapters.files import explained
from followthrough.domain.cadence import OUTCOMES_OF_A_CALL, Cadence, Span, Step, Wait
from followthrough.domain.leads import CallOutcome
from tests.unit.fakes import sample_cadence

CALL = {"name": "first", "do": "call", "after": "0m", "purpose": "Hear what they want."}
EMAIL = {"name": "hello", "do": "email", "after": "0m", "purpose": "Say hello to them."}
ENDS = {"because": "no_response"}


def cadence(*steps: dict[str, Any], **changed: Any) -> Cadence:
    written = {"name": "sample", "about": "For a test.", "steps": list(steps or [CALL]), "ends": ENDS, **changed}
    return Cadence.model_validate({field: value for field, value in written.items() if value is not None})


def step(**changed: Any) -> Step:
    written = {**CALL, **changed}
    return cadence({field: value for field, value in written.items() if value is not None}).steps[0]


def refusals(*steps: dict[str, Any], **changed: Any) -> list[tuple[str, str]]:
    """Places and reasons of a cadence that must be refused."""
    with pytest.raises(ValidationError) as refused:
        cadence(*steps, **changed)
    return explained(refused.value)


def refusal(**changed: Any) -> str:
    """Place and reason of a call step with one mistake; None takes a field away."""
    written = {field: value for field, value in {**CALL, **changed}.items() if value is not None}
    ((place, reason),) = refusals(written)
    return f"{place}: {reason}"


# -- what a step is


@pytest.mark.parametrize("field", ["name", "do", "purpose"])
def test_a_step_has_a_name_a_channel_and_a_purpose(field: str) -> None:
    assert refusal(**{field: None}) == f"steps[0].{field}: is missing"


def test_a_purpose_says_something() -> None:
    assert refusal(purpose="").startswith("steps[0].purpose: ")


def test_an_unknown_field_is_refused_where_it_stands() -> None:
    assert refusal(whenever="5m") == "steps[0].whenever: there is no such field"


@pytest.mark.parametrize("name", ["First", "first call", "1st", "first_call", "first--call", "-first", "", "x" * 41])
def test_a_name_is_lower_case_words_with_hyphens(name: str) -> None:
    assert refusal(name=name).startswith("steps[0].name: ")


def test_a_channel_is_one_of_those_that_there_are() -> None:
    assert "'call', 'task', 'email' or 'text'" in refusal(do="fax")


# -- when it is due


def test_a_step_is_due_after_something_or_on_a_day_never_both_or_neither() -> None:
    assert refusal(after=None) == "steps[0]: give either 'after' or 'day'"
    assert refusal(day=2) == "steps[0]: give either 'after' or 'day'"


def test_a_length_of_time_says_how_it_is_written() -> None:
    assert (
        refusal(after="soon")
        == "steps[0].after: write a length of time as a number and a unit: 5m, 3h, 1d, 5bd, 2w or 1mo"
    )


@pytest.mark.parametrize("day", [0, "0", -1, "5-2", "2-", "two", "2 - 5", "2,5", 1.5, [2, 5]])
def test_a_day_is_a_number_or_a_range_that_runs_forwards(day: object) -> None:
    expected = 'steps[0].day: write a number from 1 on, such as 2, or a range, such as "2-5"'
    assert refusal(after=None, day=day) == expected


def test_how_often_a_day_is_written_the_same_way_and_needs_a_day() -> None:
    assert "such as 2, or a range" in refusal(after=None, day=1, times_a_day="lots")
    assert refusal(times_a_day="2-3") == "steps[0]: 'times_a_day' needs 'day'"


def test_a_repeating_step_has_the_one_day_on_which_it_begins() -> None:
    assert refusal(every="1w") == "steps[0]: 'every' needs 'day', the day of its first touch"
    assert "starts on one day, not on a range" in refusal(after=None, day="6-7", every="1w")


@pytest.mark.parametrize("every", ["0d", "30m", "24h", "5bd"])
def test_a_repetition_is_a_number_of_days_weeks_or_months(every: str) -> None:
    assert "a number of days, weeks or months, such as 1w or 1mo" in refusal(after=None, day=6, every=every)


def test_repeating_and_several_a_day_are_one_too_many() -> None:
    assert refusal(after=None, day=6, every="1w", times_a_day=2) == "steps[0]: give either 'every' or 'times_a_day'"


def test_days_count_from_the_start_and_only_after_counts_from_a_step() -> None:
    with_day = {"name": "later", "do": "call", "day": 2, "of": "first", "purpose": "Try them again."}
    assert refusals(CALL, with_day) == [("steps[1]", "'of' goes with 'after'; days count from the start")]


@pytest.mark.parametrize("at", ["morning", "afternoon", "evening", "different", "14:00-16:00"])
def test_a_time_of_day_goes_with_a_day(at: str) -> None:
    assert step(after=None, day=2, at=at).at == at
    assert refusal(at=at).startswith("steps[0]: 'at' goes with 'day', or with 'after' in days or weeks")
    assert refusal(after=None, day=2, times_a_day=2, at=at) == "steps[0]: give either 'at' or 'times_a_day'"


@pytest.mark.parametrize("at", ["noon", "14:00", "16:00-14:00"])
def test_a_time_of_day_says_how_it_is_written(at: str) -> None:
    reason = refusal(after=None, day=2, at=at)
    assert reason.startswith("steps[0].at: ")
    assert reason.endswith("or as morning, afternoon, evening or different")


def test_being_skipped_after_the_day_is_for_steps_that_could_move() -> None:
    assert refusal(after=None, day=2, latest="same_day") == "steps[0]: 'latest' goes with 'after'"


@pytest.mark.parametrize("gap", ["1d", "0m"])
def test_a_gap_is_elapsed_time(gap: str) -> None:
    assert refusal(gap=gap) == "steps[0]: 'gap' is minutes or hours"


@pytest.mark.parametrize("after", ["301d", "43w"])
def test_a_wait_that_an_execution_could_not_outlive_is_refused(after: str) -> None:
    assert refusal(after=after) == "steps[0]: waits over 300 days are not possible"
    assert refusal(after=None, day=6, every=after) == "steps[0]: waits over 300 days are not possible"


def test_the_longest_wait_is_accepted() -> None:
    assert step(after="300d").after == Wait("300d")


# -- calls, e-mails, texts


@pytest.mark.parametrize("channel", ["call", "text"])
def test_only_an_e_mail_may_go_at_any_hour(channel: str) -> None:
    assert refusal(do=channel, any_hour=True) == "steps[0]: 'any_hour' is for e-mail acknowledgements only"


def test_what_goes_at_any_hour_is_an_acknowledgement_and_bound_to_no_day() -> None:
    assert refusal(do="email", after=None, day=2, any_hour=True) == "steps[0]: 'any_hour' goes with 'after'"


def test_only_a_call_leaves_a_voicemail_or_meets_a_silent_rep() -> None:
    assert refusal(do="email", voicemail="leave") == "steps[0]: only a call can leave a voicemail"
    assert (
        refusal(do="text", if_silent={"after": "5m", "do": "remind"}) == "steps[0]: 'if_silent' is for calls and tasks"
    )


def test_a_rep_hangs_up_at_the_beep_unless_the_step_says_otherwise() -> None:
    assert (step().voicemail, step(voicemail="leave").voicemail) == ("hang_up", "leave")


@pytest.mark.parametrize("after", ["0m", "1d"])
def test_a_rep_has_at_least_a_minute_before_silence_counts(after: str) -> None:
    reason = refusal(if_silent={"after": after, "do": "escalate"})
    assert reason == "steps[0].if_silent: if_silent.after must be minutes or hours, at least 1m"


def test_silence_on_the_first_call_escalates_after_five_minutes_and_later_is_reminded_of_after_thirty() -> None:
    made = cadence(EMAIL, CALL, {**CALL, "name": "second"}, {**CALL, "name": "third"})
    first, second = made.silence_rule(made.step("first")), made.silence_rule(made.step("second"))
    assert (first.do, first.after.elapsed) == ("escalate", timedelta(minutes=5))
    assert (second.do, second.after.elapsed) == ("remind", timedelta(minutes=30))


def test_a_step_s_own_silence_rule_counts() -> None:
    rule = cadence({**CALL, "if_silent": {"after": "10m", "do": "carry_on"}}).silence_rule(
        step(if_silent={"after": "10m", "do": "carry_on"})
    )
    assert (rule.do, rule.after) == ("carry_on", "10m")


# -- messages


def test_a_message_is_the_step_s_own_unless_named() -> None:
    assert step().message_for(3) == "first"
    assert step(message="call-again").message_for(3) == "call-again"


def test_a_list_of_messages_is_used_in_turn() -> None:
    in_turn = step(message=["one", "two", "three"])
    assert [in_turn.message_for(n) for n in range(1, 8)] == ["one", "two", "three", "one", "two", "three", "one"]


def test_an_empty_list_of_messages_is_refused() -> None:
    assert "name a message, or leave it out" in refusal(message=[])


# -- steps that refer to others


def test_a_step_counts_from_the_start_from_a_step_or_from_several() -> None:
    made = cadence(
        CALL, EMAIL, {**CALL, "name": "second", "of": ["first", "hello"]}, {**CALL, "name": "third", "of": "second"}
    )
    assert [made.step(name).origins for name in ("first", "second", "third")] == [(), ("first", "hello"), ("second",)]
    assert made.is_awaited("hello")
    assert not made.is_awaited("third")


@pytest.mark.parametrize("origin", ["second", "nowhere", ["first", "nowhere"]])
def test_a_step_counts_only_from_steps_before_it(origin: object) -> None:
    ((place, reason),) = refusals(CALL, {**CALL, "name": "second", "of": origin})
    assert place == "(whole file)"
    assert reason.endswith("which is not a step before it")


def test_counting_from_nothing_is_refused() -> None:
    assert "name a step, or leave it out" in refusal(of=[])


def test_a_condition_asks_for_a_fact_of_the_lead_or_the_outcome_of_a_step_before() -> None:
    asking = {**EMAIL, "if": {"first": ["no_answer", "voicemail"], "value": "high", "arrived": "in_hours"}}
    assert cadence(CALL, asking).step("hello").if_["value"] == "high"
    ((_, reason),) = refusals({**EMAIL, "if": {"first": "no_answer"}}, CALL)
    assert "neither a step before it nor one of arrived, value, audience, " in reason


@pytest.mark.parametrize(
    ("condition", "right"),
    [
        ({"value": "hgih"}, "normal, high"),
        ({"arrived": "at_night"}, "in_hours, outside_hours"),
        ({"audience": ["consumer", "firms"]}, "consumer, company, enterprise"),
        ({"first": "unanswered"}, "voicemail, no_answer"),
        ({"hello": "silent"}, "sent, failed, unknown, skipped"),
        ({"value": []}, "normal, high"),
    ],
)
def test_a_condition_that_could_never_hold_is_refused_with_what_could(condition: dict[str, Any], right: str) -> None:
    ((_, reason),) = refusals(CALL, EMAIL, {**CALL, "name": "second", "if": condition})
    assert right in reason


def test_a_condition_knows_every_outcome_that_a_rep_can_report() -> None:
    assert set(OUTCOMES_OF_A_CALL) == {*get_args(CallOutcome), "silent", "skipped"} - {"cannot_take"}


# -- the cadence as a whole


def test_two_steps_have_two_names() -> None:
    assert refusals(CALL, {**EMAIL, "name": "first"}) == [("(whole file)", "two steps are called 'first'")]


@pytest.mark.parametrize("name", ["start", "value", "audience", "arrived", "call-back"])
def test_a_step_is_not_called_by_a_word_of_the_language(name: str) -> None:
    assert refusal(name=name) == f"(whole file): a step can't be called '{name}': that is a word of the language"


def test_a_cadence_has_a_step() -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        Cadence.model_validate({"name": "sample", "about": "For a test.", "steps": [], "ends": ENDS})


def test_a_cadence_says_how_it_ends_or_goes_on_for_ever_never_both() -> None:
    weekly = {**EMAIL, "after": None, "day": 6, "every": "1w"}
    assert cadence(CALL, ends=None).all_ends == ()
    assert refusals(weekly)[0][1].startswith("'ends' is for cadences that come to an end")
    assert cadence(weekly, ends=None).ends is None


def test_a_step_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        cadence().step("nowhere")


def test_several_mistakes_are_all_named() -> None:
    wrong = {**CALL, "do": "fax", "after": "soon"}
    assert [place for place, _ in refusals(wrong)] == ["steps[0].do", "steps[0].after"]


# -- spans


@pytest.mark.parametrize(("written", "read"), [(2, (2, 2)), ("2", (2, 2)), ("2-5", (2, 5)), ("3-3", (3, 3))])
def test_a_span_is_a_number_or_a_range(written: object, read: tuple[int, int]) -> None:
    span = Span.parse(written)
    assert (span.low, span.high) == read


def test_equal_spans_are_equal_however_they_were_written() -> None:
    assert Span.parse("3-3") == Span.parse(3)
    assert hash(Span.parse("3-3")) == hash(Span.parse(3))
    assert Span.parse("2-5") != Span.parse("2-6")


def test_a_cadence_reads_back_from_what_it_writes() -> None:
    shipped = sample_cadence().cadence
    written = shipped.model_dump_json(by_alias=True, exclude_none=True)
    assert Cadence.model_validate_json(written) == shipped


def test_a_day_that_lies_beyond_what_a_machine_can_wait_for_is_refused() -> None:
    with pytest.raises(ValidationError, match="days over 300 are not possible"):
        Step.model_validate({"name": "far", "do": "email", "purpose": "far away", "day": 301})
