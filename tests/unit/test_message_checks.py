"""What `followthrough check` finds in messages, and what a broken one says of itself."""

from dataclasses import replace

import pytest

from followthrough.adapters.message_checks import LONG_FACTS, check_messages, longest_facts
from followthrough.adapters.messages import Messages, messages_of
from followthrough.domain.cadence import Cadence
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.errors import Unreadable
from followthrough.domain.gsm7 import is_gsm7, segments
from followthrough.domain.leads import LONGEST_NEXT_STEP
from followthrough.domain.names import first_name, plain_line, service_in_words
from followthrough.use_cases.ports import LeadLinks
from tests.unit.fakes import business_changed, sample_cadence, sample_settings

STOP = "Reply STOP to opt out."
LINKS = LeadLinks.of("https://api.example.com", "abc123")


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
        (
            "Subject: Hi\n\nDear {{ frist_name }},",
            "line 3: 'frist_name' is not on record; did you mean first_name? There is ",
        ),
        ("Subject: Hi\n\nDear {{ zodiac_sign }},", "line 3: 'zodiac_sign' is not on record; use one of "),
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
    found = [str(each) for each in check_messages(version_with("Hello", kind="call"), folder="here")]
    assert len(found) == 2
    assert found[0] == ("here/cadence.json: steps[0] 'hello': needs messages/hello.email.txt, which does not exist")
    assert found[1].startswith("here/messages/hello.call.txt: file name: no step uses this message: ")


def test_a_text_beside_an_e_mail_is_used_where_no_e_mail_can_go() -> None:
    both = version_with("Subject: Hi\n\nHello")
    both = both.model_copy(update={"messages": {**both.messages, "hello.text": f"Hello. {STOP}"}})
    assert check_messages(both) == []


def test_check_finds_a_voicemail_that_takes_too_long() -> None:
    found = check_messages(voicemail_version("word " * 61))
    assert [each.what for each in found] == ["has 61 words: 60 can be said in 25 seconds"]


def test_check_finds_a_text_that_takes_too_many_segments() -> None:
    found = check_messages(version_with(f"{'x' * 400} {STOP}", kind="text", do="text"))
    assert [each.what for each in found] == ["takes 3 text segments: 2 are the most, also for long names"]


def test_a_text_to_a_lead_is_sent_in_the_cheap_alphabet() -> None:
    version = version_with("Hi {{ first_name or 'there' }} \u2013 it\u2019s {{ sender }}.", kind="text", do="text")
    words = messages_of(version).text("hello", replace(LONG_FACTS, first_name="Zo\u00eb \U0001f600"))
    assert words == "Hi Zoe - it's Alexandra Montgomery at Northside Home Improvement Company."
    assert is_gsm7(words)
    assert segments(words) == 1


def test_a_broken_template_is_refused_with_file_and_line_when_it_is_compiled() -> None:
    with pytest.raises(Unreadable, match=r"^messages/hello\.email\.txt: line 3: "):
        Messages(version_with("Subject: Hi\n\n{{ first_name").messages)


def test_an_error_while_rendering_does_not_repeat_what_is_on_record() -> None:
    messages = Messages(version_with("Subject: Hi\n\n{{ 7 // first_name }}").messages)
    with pytest.raises(Unreadable) as raised:
        messages.email("hello", replace(LONG_FACTS, first_name="Maya"), LINKS)
    assert str(raised.value) == "messages/hello.email.txt: line 3: TypeError while rendering"


def test_a_message_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(Unreadable, match=r"messages/nope\.email\.txt: \(whole file\): there is no such message"):
        messages_of(sample_cadence()).email("nope", LONG_FACTS, LINKS)


@pytest.mark.parametrize("placeholder", ["last_note", "message", "name"])
@pytest.mark.parametrize("kind", ["email", "text", "voicemail"])
def test_check_finds_what_is_only_for_reps_in_a_message_to_leads(kind: str, placeholder: str) -> None:
    words = f"Hello{{% if {placeholder} %}}: {{{{ {placeholder} }}}}{{% endif %}}. Reply STOP to end."
    source = f"Subject: Hi\n\n{words}" if kind == "email" else words
    version = voicemail_version(source) if kind == "voicemail" else version_with(source, kind, kind)
    (found,) = check_messages(version)
    assert found.what == f"'{placeholder}' is for reps only, in calls and tasks: leads are never told it"


def test_reps_may_be_told_all_that_is_on_record() -> None:
    source = "{% if name %}{{ name }}: {% endif %}{% if last_note %}{{ last_note }}{% else %}no note{% endif %}."
    assert check_messages(version_with(source, "call", "call")) == []


def test_a_text_fits_whatever_the_last_conversation_left_open() -> None:
    source = (
        "Hi {{ first_name or 'there' }}, {{ sender }} here. {% if next_step %}We left open: {{ next_step }}."
        "{% endif %} Is now a good time? Reply STOP to opt out."
    )
    assert check_messages(version_with(source, "text", "text")) == []
    assert len(LONG_FACTS.next_step or "") == LONGEST_NEXT_STEP


def checked(step: dict[str, object], **messages: str) -> list[str]:
    """What check finds in a step and its messages, named with `_` for the dot."""
    cadence = Cadence.model_validate(
        {
            "name": "tiny",
            "about": "One step and out.",
            "ends": {"because": "no_response"},
            "steps": [{"name": "hello", "after": "5m", "purpose": "Say hello.", **step}],
        }
    )
    files = {name.replace("_", "."): text for name, text in messages.items()}
    return [str(finding) for finding in check_messages(CadenceVersion(cadence=cadence, messages=files), "here")]


@pytest.mark.parametrize("do", [["call", "text"], {"one_of": ["call", "text"]}], ids=["in order", "one of"])
def test_check_wants_the_words_for_each_channel_that_a_step_may_use(do: object) -> None:
    found = checked({"do": do, "voicemail": "leave"}, hello_call="Say hello.")
    assert [each.partition("needs ")[2] for each in found] == [
        "messages/hello.text.txt, which does not exist",
        "messages/hello.voicemail.txt, which does not exist",
    ]


def test_check_wants_the_message_that_stands_in_and_lets_the_other_need_what_is_on_record() -> None:
    asks = "Did you give up on {{ problem }}, {{ first_name or 'there' }}? " + STOP
    (missing,) = checked({"do": "text", "or": "plain"}, hello_text=asks)
    assert missing.endswith("needs messages/plain.text.txt, which does not exist")
    assert checked({"do": "text", "or": "plain"}, hello_text=asks, plain_text=f"Did you give up? {STOP}") == []


def test_check_finds_a_message_that_needs_what_may_be_missing_wherever_it_is_used_without_another() -> None:
    (found,) = checked({"do": "text"}, hello_text="Did you give up on {{ problem }}? " + STOP)
    assert "has an empty slot" in found
    stands_in = checked(
        {"do": "text", "or": "plain"}, hello_text="{{ goal }}? " + STOP, plain_text="{{ problem }}? " + STOP
    )
    assert ["plain.text.txt" in each for each in stands_in] == [True]


def test_check_finds_a_message_that_would_never_stand_in() -> None:
    (found,) = checked({"do": "text", "or": "plain"}, hello_text=f"Hi. {STOP}", plain_text=f"Hello. {STOP}")
    assert found.startswith("here/cadence.json: steps[0] 'hello': 'or' would never be used")


# -- how to stop


@pytest.mark.parametrize(
    "words",
    ["Hello.", "Please stop by.", "Reply STOPP.", "Hello{% if goal %}. Reply STOP to opt out.{% endif %}"],
    ids=["nothing", "another stop", "misspelt", "only for some"],
)
def test_check_finds_a_text_that_does_not_say_how_to_stop(words: str) -> None:
    (found,) = checked({"do": "text"}, hello_text=words)
    assert 'does not say how to stop: end it with "Reply STOP to opt out."' in found


def test_what_reps_are_asked_needs_no_word_for_stopping() -> None:
    assert checked({"do": "task", "outcomes": ["done"]}, hello_task="Send the estimate.") == []


# -- as long as it gets


def test_a_text_is_measured_with_the_longest_names_that_the_record_and_the_team_can_have() -> None:
    fits_most = version_with(f"{{{{ first_name or '' }}}}{'x' * 260} {STOP}", kind="text", do="text")
    assert check_messages(fits_most) == []
    (found,) = check_messages(fits_most, settings=sample_settings())
    assert found.what.startswith("takes 3 text segments")


def test_what_the_longest_names_are_is_what_intake_lets_through() -> None:
    facts = longest_facts(sample_settings())
    names = str(facts.first_name).split(" and ")
    assert [first_name(name) for name in names] == names
    assert [len(name) for name in names] == [24, 24]
    assert service_in_words(facts.service) == facts.service
    assert service_in_words(f"{facts.service}s") is None
    for own in (facts.problem, facts.goal):
        assert (plain_line(own, 80), len(str(own))) == (own, 80)


# -- filler


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("I am looking forward to it.", 3),
        ("Well,\nI'm LOOKING\nforward   to it.", 4),
        ("{% if goal %}Looking{% else %}Glad and looking{% endif %} forward to it.", 3),
    ],
    ids=["plain", "in capitals and over two lines", "in a part"],
)
def test_check_finds_filler_with_its_line(words: str, line: int) -> None:
    (found,) = checked({"do": "email"}, hello_email=f"Subject: Hi\n\n{words}")
    assert f"hello.email.txt: line {line}: 'looking forward to' says nothing" in found


@pytest.mark.parametrize("mark", ["'", "\u2019"], ids=["straight", "curly"])
def test_filler_is_found_however_its_apostrophe_is_written(mark: str) -> None:
    (found,) = checked({"do": "text"}, hello_text=f"Hope you{mark}re well! {STOP}")
    assert "'hope you're well' says nothing" in found


def test_words_that_only_begin_like_filler_are_none() -> None:
    assert checked({"do": "email"}, hello_email="Subject: Hi\n\nThat is looking forward together.") == []


def test_a_voicemail_is_searched_and_what_the_rep_alone_reads_is_not() -> None:
    messages = {"hello.call": "Don't hesitate to ask.", "hello.voicemail": "Don't hesitate to call."}
    version = voicemail_version("").model_copy(update={"messages": messages})
    assert [found.file.rpartition("/")[2] for found in check_messages(version)] == ["hello.voicemail.txt"]


def test_what_counts_as_filler_is_configuration() -> None:
    version = version_with("Subject: Hi\n\nJust checking in. Cheers!")
    own = business_changed(filler=["cheers"])
    assert [found.what.partition(" says")[0] for found in check_messages(version, settings=own)] == ["'cheers'"]
    assert check_messages(version, settings=business_changed(filler=[])) == []
