"""What `followthrough check` finds in messages, and what a broken one says of itself."""

from dataclasses import replace

import pytest

from followthrough.adapters.message_checks import LONG_FACTS, check_messages
from followthrough.adapters.messages import Messages, messages_of
from followthrough.domain.cadence import Cadence
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.errors import Unreadable
from followthrough.domain.gsm7 import is_gsm7, segments
from tests.unit.fakes import sample_cadence

STOP = "https://api.example.com/unsubscribe/abc123"


def version_with(message: str, kind: str = "email", do: str = "email") -> CadenceVersion:
    cadence = Cadence.model_validate(
        {
            "name": "tiny",
            "about": "One touch and out.",
            "ends": {"because": "no_response"},
            "steps": [{"name": "hello", "do": do, "after": "5m", "purpose": "Say hello."}],
        }
    )
    return CadenceVersion(cadence=cadence, messages={f"hello.{kind}": message})


def voicemail_version(words: str) -> CadenceVersion:
    cadence = Cadence.model_validate(
        {
            "name": "tiny",
            "about": "One call and out.",
            "ends": {"because": "no_response"},
            "steps": [{"name": "hello", "do": "call", "after": "5m", "purpose": "Say hello.", "voicemail": "leave"}],
        }
    )
    return CadenceVersion(cadence=cadence, messages={"hello.call": "Say hello.", "hello.voicemail": words})


@pytest.mark.parametrize(
    ("source", "finding"),
    [
        ("Subject: Hi\n\nDear {{ frist_name }},", "line 3: 'frist_name' is not on record; use one of "),
        ("Subject: Hi\n\nHi\n{% if phone %}", "line 4: "),
        ("Hello there", "line 1: write 'Subject: …' here"),
        ("Subject: Hi\n\nHi {{ first_name or '' }},", "(whole file): has an empty slot"),
        ("Subject: Hi\n\nHi {{ first_name }}", "(whole file): has an empty slot"),
        (
            "Subject: Hi\n\nHi\n{{ unanswered_calls // voicemails }}",
            "line 4: ZeroDivisionError while rendering",
        ),
        ("Subject: Hi\n\nHi\n{{ website.port }}", "line 4: "),
        ("Subject: Hi\n\n{{ ''.__class__.__mro__ }}", "line 3: access to attribute '__class__'"),
    ],
)
def test_check_names_file_place_and_reason(source: str, finding: str) -> None:
    found = [str(each) for each in check_messages(version_with(source))]
    assert found
    assert found[0].startswith(f"cadences/tiny/messages/hello.email.txt: {finding}")


def test_check_finds_messages_that_are_missing_or_not_used() -> None:
    found = [str(each) for each in check_messages(version_with("Hello", kind="text"), folder="here")]
    assert len(found) == 2
    assert found[0] == ("here/cadence.json: steps[0] 'hello': needs messages/hello.email.txt, which does not exist")
    assert found[1].startswith("here/messages/hello.text.txt: file name: no step uses this message: ")


def test_check_finds_a_voicemail_that_takes_too_long() -> None:
    found = check_messages(voicemail_version("word " * 61))
    assert [each.what for each in found] == ["has 61 words: 60 can be said in 25 seconds"]


def test_check_finds_a_text_that_takes_too_many_segments() -> None:
    found = check_messages(version_with("x" * 400, kind="text", do="text"))
    assert [each.what for each in found] == ["takes 3 text segments: 2 are the most"]


def test_a_text_to_a_lead_is_sent_in_the_cheap_alphabet() -> None:
    version = version_with("Hi {{ first_name or 'there' }} \u2013 it\u2019s {{ sender }}.", kind="text", do="text")
    words = messages_of(version).text("hello", replace(LONG_FACTS, first_name="Zo\u00eb \U0001f600"))
    assert words == "Hi Zoe - it's Alexandra Montgomery at Northside Home Improvement Company."
    assert is_gsm7(words)
    assert segments(words) == 1


def test_a_broken_template_is_refused_with_file_and_line_when_it_is_compiled() -> None:
    with pytest.raises(Unreadable, match=r"^messages/hello\.email\.txt: line 3: "):
        Messages(version_with("Subject: Hi\n\n{{ first_name"))


def test_an_error_while_rendering_does_not_repeat_what_is_on_record() -> None:
    messages = Messages(version_with("Subject: Hi\n\n{{ 7 // first_name }}"))
    with pytest.raises(Unreadable) as raised:
        messages.email("hello", replace(LONG_FACTS, first_name="Maya"), STOP)
    assert str(raised.value) == "messages/hello.email.txt: line 3: TypeError while rendering"


def test_a_message_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(Unreadable, match=r"messages/nope\.email\.txt: \(whole file\): there is no such message"):
        messages_of(sample_cadence()).email("nope", LONG_FACTS, STOP)
