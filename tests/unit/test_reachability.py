"""What `check` says of steps, channels, messages and ends that can never come, and that it says nothing of others."""

from typing import Any

import pytest

from followthrough.domain.cadence import Cadence
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.reachability import check_reach
from local.project import CADENCES
from tests.unit.fakes import sample_cadence

FIRST = {"name": "first-call", "do": "call", "after": "0m"}
MAIL = {"name": "tried-you", "do": "email", "after": "0m", "of": "first-call"}


def cadence(*steps: dict[str, Any], files: tuple[str, ...] = (), **changed: Any) -> CadenceVersion:
    endless = any("every" in step and "until_day" not in step for step in steps)
    written = {
        "name": "sample",
        "about": "For a test.",
        "steps": [{"do": "call", "purpose": "Only for a test.", **step} for step in steps],
        **({} if endless else {"ends": {"because": "no_response"}}),
        **changed,
    }
    return CadenceVersion(cadence=Cadence.model_validate(written), messages=dict.fromkeys(files, "Words."))


def found(*steps: dict[str, Any], files: tuple[str, ...] = (), **changed: Any) -> list[str]:
    return [str(each) for each in check_reach(cadence(*steps, files=files, **changed), "cadence.json")]


# -- steps that can't come


NEVER = [
    pytest.param(
        [FIRST, {"name": "late", "after": "1d", "if": {"unanswered_calls": {"at_least": 3, "at_most": 2}}}],
        "no number of unanswered_calls is at least 3 and at most 2",
        id="a number that is none",
    ),
    pytest.param(
        [
            FIRST,
            {"name": "late", "after": "1d", "if": {"unanswered_calls": {"at_most": 1}, "voicemails": {"at_least": 2}}},
        ],
        "a call that ends at a voicemail counts among 'unanswered_calls', too",
        id="more voicemails than calls in vain",
    ),
    pytest.param(
        [{**FIRST, "if": {"audience": "company"}}, {**MAIL, "if": {"first-call": "no_answer", "audience": "consumer"}}],
        '\'first-call\' itself has "if": {"audience": "company"}',
        id="an outcome that the other step's own if excludes",
    ),
    pytest.param(
        [
            {**FIRST, "if": {"arrived": "in_hours"}},
            {**MAIL, "if": {"first-call": "no_answer"}},
            {"name": "late", "after": "1d", "if": {"tried-you": "sent", "arrived": "outside_hours"}},
        ],
        '\'tried-you\' itself has "if": {"first-call": "no_answer"}',
        id="the same over two steps",
    ),
    pytest.param(
        [{"name": "later", "day": 5}, {"name": "earlier", "day": "2-3", "if": {"later": "no_answer"}}],
        "'later' begins on day 5, and this step is over on day 3",
        id="a step of a later day",
    ),
    pytest.param(
        [FIRST, {"name": "write", "do": "email", "after": "1d", "if": {"email": "unknown"}}],
        "'if' asks for leads without an e-mail address, and 'email' needs one",
        id="an e-mail without an address",
    ),
    pytest.param(
        [FIRST, {"name": "again", "after": "1d", "if": {"phone": "unknown"}}],
        "'if' asks for leads without a phone number, and 'call' needs one",
        id="a call without a number",
    ),
    pytest.param(
        [
            FIRST,
            {
                "name": "write",
                "do": "task",
                "outcomes": ["done"],
                "day": 1,
                "if": {"phone": "unknown", "email": "unknown"},
            },
        ],
        "a lead has an e-mail address or a phone number",
        id="nobody at all",
    ),
]


@pytest.mark.parametrize(("steps", "why"), NEVER)
def test_a_step_that_can_never_come_is_found_with_the_reason(steps: list[dict[str, Any]], why: str) -> None:
    (only,) = found(*steps)
    last = len(steps) - 1
    assert only.startswith(f"cadence.json: steps[{last}] '{steps[last]['name']}': ")
    assert why in only


MAY_COME = [
    pytest.param(
        [{**FIRST, "if": {"value": "high"}}, {**MAIL, "if": {"first-call": "no_answer", "value": "normal"}}],
        id="a value that a rep may change",
    ),
    pytest.param(
        [{**FIRST, "if": {"audience": "company"}}, {**MAIL, "if": {"first-call": "skipped", "audience": "consumer"}}],
        id="the other was passed over",
    ),
    pytest.param(
        [{"name": "later", "day": 5}, {"name": "weekly", "day": 2, "every": "1w", "if": {"later": "no_answer"}}],
        id="a step that goes on until then",
    ),
    pytest.param([{**FIRST, "if": {"phone": "unknown"}}], id="a first call asks the rep to write"),
    pytest.param(
        [{"name": "later", "day": 5}, {"name": "earlier", "do": "email", "day": 2, "if": {"later": "skipped"}}],
        id="who can't be called on a later day is known before",
    ),
    pytest.param(
        [FIRST, {"name": "reminder", "do": "email", "after": "0m", "of": "appointment"}],
        id="an appointment may be there",
    ),
    pytest.param(
        [FIRST, {"name": "late", "after": "1d", "if": {"voicemails": {"at_least": 1}}}],
        id="a rep may leave words unasked",
    ),
    pytest.param([FIRST, {**MAIL, "if": {"first-call": ["booked", "no_answer"]}}], id="one of several outcomes"),
]


@pytest.mark.parametrize("steps", MAY_COME)
def test_a_step_that_may_come_is_no_finding(steps: list[dict[str, Any]]) -> None:
    assert found(*steps) == []


def test_a_text_in_the_place_of_an_e_mail_comes_without_an_address() -> None:
    steps: list[dict[str, Any]] = [FIRST, {"name": "write", "do": "email", "after": "1d", "if": {"email": "unknown"}}]
    assert found(*steps, files=("write.text",)) == []
    assert len(found(*steps, files=("other.text",))) == 1


@pytest.mark.parametrize("outcome", ["booked", "not_interested", ["booked", "wrong_number"]])
def test_a_step_after_what_ends_the_cadence_is_a_warning(outcome: str | list[str]) -> None:
    (warned,) = found(FIRST, {**MAIL, "if": {"first-call": outcome}})
    assert warned.startswith("Warning: cadence.json: steps[1] 'tried-you': 'if' asks for 'first-call' being ")
    assert "that ends this cadence, so nothing of it comes afterwards" in warned


def test_so_is_one_after_a_no_show_which_begins_another() -> None:
    asked = {"name": "did-they-come", "do": "task", "after": "4m", "outcomes": ["kept", "no_show"]}
    (warned,) = found(asked, {**MAIL, "of": "did-they-come", "if": {"did-they-come": "no_show"}})
    assert "that ends this cadence" in warned


@pytest.mark.parametrize(
    ("steps", "has"),
    [
        ([FIRST], "the cadence has 1 at most"),
        ([{**FIRST, "do": "email"}], "the cadence has no calls"),
        ([FIRST, {"name": "week", "day": "2-3", "times_a_day": "1-2"}], None),
        ([FIRST, {"name": "weekly", "day": 2, "every": "1w"}], None),
    ],
    ids=["one", "none", "enough", "without end"],
)
def test_more_calls_than_the_cadence_has_is_a_warning(steps: list[dict[str, Any]], has: str | None) -> None:
    asks: dict[str, Any] = {"name": "late", "do": "email", "after": "2d", "if": {"unanswered_calls": {"at_least": 3}}}
    warned = found(*steps, asks)
    assert [has in each for each in warned if has] == ([True] if has else [])
    assert len(warned) == (has is not None)


# -- channels, messages and ends


@pytest.mark.parametrize("do", [["text", "email"], {"one_of": ["email", "text"]}], ids=["in order", "one of"])
def test_a_channel_that_nobody_who_gets_the_step_can_be_reached_on_is_found(do: object) -> None:
    (only,) = found(FIRST, {"name": "any-way", "do": do, "after": "1d", "if": {"phone": "unknown"}})
    assert "steps[1] 'any-way': 'do' can never be 'text': 'if' asks for leads without a phone number" in only


def test_a_message_whose_turn_never_comes_is_found() -> None:
    (only,) = found({"name": "three", "do": "email", "day": "1-2", "message": ["one", "two", "three"]})
    assert only.endswith("'message' names 3, and the step comes 2 times at most: nobody ever gets three")


@pytest.mark.parametrize(
    "other",
    [
        {"name": "weekly", "day": 1, "every": "1w", "until_day": 15},
        {"name": "weekly", "day": 1, "every": "1w"},
        {"name": "daily", "day": "1-3"},
        {"name": "spread", "day": "1-2", "times": "2-3"},
    ],
    ids=["three rounds", "without end", "each day", "spread"],
)
def test_a_message_whose_turn_may_come_is_none(other: dict[str, Any]) -> None:
    assert found({**other, "do": "email", "message": ["one", "two", "three"]}) == []


def test_a_message_that_another_step_gets_to_is_none() -> None:
    last = {"name": "last", "do": "email", "day": 3, "message": "three"}
    assert found({"name": "three", "do": "email", "day": "1-2", "message": ["one", "two", "three"]}, last) == []


def test_a_way_to_end_that_can_never_be_taken_is_found() -> None:
    ends = [
        {"if": {"first-call": "no_answer", "audience": "consumer"}, "because": "booked"},
        {"because": "no_response"},
    ]
    (only,) = found({**FIRST, "if": {"audience": "company"}}, ends=ends)
    assert only.startswith("cadence.json: ends[0]: 'if' never holds")


@pytest.mark.parametrize("name", sorted(file.parent.name for file in CADENCES.glob("*/cadence.json")))
def test_nothing_of_what_comes_with_it_is_found(name: str) -> None:
    assert check_reach(sample_cadence(name), "cadence.json") == []
