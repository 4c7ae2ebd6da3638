"""Texts that come in through SNS: each is read by itself, and none that is broken stops the others."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.adapters.inbound_text import (
    LONGEST_BODY,
    MOST_MESSAGE_CHARACTERS,
    InboundText,
    UnreadableText,
    read_inbound_texts,
)
from followthrough.adapters.sns_records import MOST_RECORDS

EVENTS = Path(__file__).parents[2] / "events"
PAYLOAD: dict[str, Any] = {
    "originationNumber": "+12125550111",
    "destinationNumber": "+12125550199",
    "messageKeyword": "KEYWORD_123456789012",
    "messageBody": "no answer",
    "inboundMessageId": "cae173d2-66b9-564c-8309-21f858e9fb84",
    "previousPublishedMessageId": "d5f1b0c6-2e8a-4f63-9b7d-1a0c3e5f7a92",
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=20), inner, max_size=3),
)


def sample(name: str) -> dict[str, Any]:
    return dict(json.loads((EVENTS / name).read_text("utf-8")))


def event(*messages: object) -> dict[str, Any]:
    """What SNS sends, with these as messages; what isn't text is sent as JSON."""
    (record,) = sample("rep_text.json")["Records"]
    return {
        "Records": [
            record | {"Sns": record["Sns"] | {"Message": given if isinstance(given, str) else json.dumps(given)}}
            for given in messages
        ]
    }


def only(read: list[InboundText | UnreadableText]) -> InboundText | UnreadableText:
    (one,) = read
    return one


def test_the_sample_event_is_a_text_of_a_rep() -> None:
    assert read_inbound_texts(sample("rep_text.json")) == [
        InboundText(
            from_="+12125550111",
            to="+12125550199",
            body="Vm \U0001f44d, wife says after 6",
            message_id="cae173d2-66b9-564c-8309-21f858e9fb84",
            in_reply_to="d5f1b0c6-2e8a-4f63-9b7d-1a0c3e5f7a92",
        )
    ]


def test_the_sample_of_a_leads_stop_is_a_text_like_any_other() -> None:
    read = only(read_inbound_texts(sample("lead_text_stop.json")))
    assert isinstance(read, InboundText)
    assert (read.from_, read.body) == ("+16465550177", "Stop")
    assert isinstance(only(read_inbound_texts(sample("lead_text_stop_malformed.json"))), UnreadableText)


def test_broken_records_are_reported_one_by_one_and_the_good_one_is_read() -> None:
    first, second, third = read_inbound_texts(sample("rep_text_malformed.json"))
    assert first == UnreadableText(0, "0f5c4a8e-8b1c-5d7e-9a64-2b1f8c9d0e31", "Message: is not JSON")
    assert isinstance(second, UnreadableText)
    assert second.record == 1
    assert second.reason.startswith("originationNumber: ")
    assert isinstance(third, InboundText)
    assert (third.body, third.in_reply_to) == ("6", None)


@pytest.mark.parametrize("field", ["originationNumber", "destinationNumber", "messageBody", "inboundMessageId"])
@pytest.mark.parametrize("value", [None, 7, ["+12125550111"], "missing"])
def test_what_is_wrong_is_named_and_nothing_is_repeated(field: str, value: object) -> None:
    payload = {name: given for name, given in PAYLOAD.items() if name != field}
    read = only(read_inbound_texts(event(payload if value == "missing" else payload | {field: value})))
    assert isinstance(read, UnreadableText)
    assert read.reason.startswith(f"{field}: ")
    assert "2125550111" not in read.reason


@pytest.mark.parametrize("sender", ["72975", "12125550111", "+1 212 555 0111", "AMAZON", "", "+", "+0123456789"])
def test_a_sender_that_is_no_persons_phone_is_not_answered(sender: str) -> None:
    assert isinstance(only(read_inbound_texts(event(PAYLOAD | {"originationNumber": sender}))), UnreadableText)


def test_a_short_code_of_ours_can_be_written_to() -> None:
    read = only(read_inbound_texts(event(PAYLOAD | {"destinationNumber": "24680"})))
    assert isinstance(read, InboundText)
    assert read.to == "24680"


@pytest.mark.parametrize("previous", [None, "", 7, {"id": "x"}, "x" * 300, "a b"])
def test_an_odd_hint_of_what_it_answers_does_not_lose_the_text(previous: object) -> None:
    read = only(read_inbound_texts(event(PAYLOAD | {"previousPublishedMessageId": previous})))
    assert isinstance(read, InboundText)
    assert read.in_reply_to is None


def test_fields_that_aws_adds_later_are_passed_over() -> None:
    assert isinstance(only(read_inbound_texts(event(PAYLOAD | {"mediaUrls": []}))), InboundText)


def test_an_empty_text_is_a_text() -> None:
    read = only(read_inbound_texts(event(PAYLOAD | {"messageBody": ""})))
    assert isinstance(read, InboundText)
    assert read.body == ""


def test_a_long_text_is_kept_up_to_what_a_phone_can_send() -> None:
    read = only(read_inbound_texts(event(PAYLOAD | {"messageBody": "x" * 5000})))
    assert isinstance(read, InboundText)
    assert len(read.body) == LONGEST_BODY


def test_a_message_beyond_all_measure_is_not_read() -> None:
    read = only(read_inbound_texts(event(PAYLOAD | {"messageBody": "x" * MOST_MESSAGE_CHARACTERS})))
    assert isinstance(read, UnreadableText)
    assert "characters" in read.reason


def test_an_emoji_cut_in_two_can_be_stored() -> None:
    read = only(read_inbound_texts(event(json.dumps(PAYLOAD).replace("no answer", r"vm \ud83d"))))
    assert isinstance(read, InboundText)
    assert read.body.encode() == "vm \ufffd".encode()


@pytest.mark.parametrize("message", ["", "[]", "7", "null", "{", "[" * 40_000, '"text"', '{"originationNumber": NaN}'])
def test_a_message_that_is_no_object_is_reported(message: str) -> None:
    assert isinstance(only(read_inbound_texts(event(message))), UnreadableText)


@pytest.mark.parametrize(
    "given",
    [{}, {"Records": None}, {"Records": []}, {"Records": [None]}, {"Records": [{}]}, {"Records": [{"Sns": {}}]}],
)
def test_an_event_of_another_kind_is_reported(given: dict[str, Any]) -> None:
    assert isinstance(only(read_inbound_texts(given)), UnreadableText)


def test_so_many_records_are_read_and_no_more() -> None:
    read = read_inbound_texts(event(*[PAYLOAD] * (MOST_RECORDS + 5)))
    assert len(read) == MOST_RECORDS + 1
    assert isinstance(read[-1], UnreadableText)


@given(st.lists(json_values | st.dictionaries(st.sampled_from(sorted(PAYLOAD)), json_values), max_size=3))
def test_whatever_comes_each_record_is_answered_for(messages: list[object]) -> None:
    read = read_inbound_texts(event(*messages))
    assert len(read) == max(1, len(messages))
