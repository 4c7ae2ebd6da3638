"""Every message of speed-to-lead, read as the people who get it would."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from followthrough.adapters.message_checks import LONG_FACTS, check_messages, combinations
from followthrough.adapters.messages import Messages, messages_of, render_nudge_email
from followthrough.domain.leads import Profile
from followthrough.domain.message_facts import MessageFacts, message_facts
from followthrough.domain.nudges import NudgeEmail
from followthrough.use_cases.ports import LeadLinks
from tests.unit.example_leads import lead_with
from tests.unit.fakes import sample_cadence, sample_settings

NEW_YORK = ZoneInfo("America/New_York")
LINKS = LeadLinks.of("https://api.example.com", "abc123")
TUESDAY_8 = datetime(2026, 11, 24, 13, tzinfo=UTC)

EMAILS = sorted(name.removesuffix(".email") for name in sample_cadence().messages if name.endswith(".email"))
SPOKEN = sorted(name for name in sample_cadence().messages if not name.endswith(".email"))


def facts_of(profile: Profile, unanswered_calls: int = 0, voicemails: int = 0) -> MessageFacts:
    lead = lead_with(profile, unanswered_calls, voicemails)
    settings = sample_settings()
    return message_facts(lead, settings, settings.team.reps[0], TUESDAY_8, NEW_YORK)


@cache
def everything_that_can_be_on_record() -> tuple[MessageFacts, ...]:
    return tuple(_records())


def _records() -> Iterator[MessageFacts]:
    settings = sample_settings()
    unprinted = settings.model_copy(
        update={"business": settings.business.model_copy(update={"website": None, "printed_hours": _no_hours()})}
    )
    choices = product(
        (None, "Maya Thompson"),
        (None, "+19175550142"),
        (None, "Kitchen remodel"),
        (None, settings.team.reps[0]),
        (None, TUESDAY_8),
        ((settings, None), (unprinted, "It leaks")),
        ((0, 0), (1, 0), (3, 1)),
    )
    for name, phone, service, rep, call_at, (config, words), calls in choices:
        profile = Profile(
            name=name,
            email="maya@example.com",
            phone=phone,
            service=service,
            message=words,
            problem=words,
            goal=words,
        )
        yield message_facts(lead_with(profile, *calls), config, rep, call_at, NEW_YORK)


def _no_hours() -> object:
    hours = sample_settings().business.printed_hours
    return hours.model_copy(update={"root": {}})


def compiled() -> Messages:
    return messages_of(sample_cadence())


def words_of(name: str, facts: MessageFacts) -> str:
    message, _, kind = name.rpartition(".")
    return compiled().words(message, kind, facts)


def test_the_mail_after_an_unanswered_call_says_so() -> None:
    facts = facts_of(Profile(name="Ann", email="a@example.com", phone="+19175550142"), unanswered_calls=1)
    words = words_of("tried-you.email", facts)
    assert "We called you at 917-555-0142 and could not reach you." in words
    assert "left a message" in words_of("tried-you.email", replace(facts, voicemails=1))


@pytest.mark.parametrize("name", EMAILS)
def test_every_email_names_the_firm_what_they_asked_for_and_when(name: str) -> None:
    words = words_of(f"{name}.email", facts_of(Profile(name="Ann", email="a@example.com", service="Roof repair")))
    assert "Fernhill Home Improvement" in words
    assert "roof repair" in words
    assert "Monday, November 23" in words


@pytest.mark.parametrize("name", EMAILS)
def test_every_email_carries_contact_details_hours_and_a_way_out(name: str) -> None:
    email = compiled().email(name, facts_of(Profile(email="a@example.com")), LINKS)
    for part in (email.text, visible_words(email.html)):
        assert "212-555-0100" in part
        assert "hello@mail.example.com" in part
        assert "Monday to Friday, 9 AM to 6 PM" in " ".join(part.split())
        assert "100 Example Street" in part
        assert "Stop hearing from us" in part
        assert "Another time, or no thanks? Tell us in one tap" in " ".join(part.split())
    for link in (LINKS.unsubscribe, LINKS.later):
        assert email.text.count(link) == 1
        assert f'href="{link}"' in email.html


@pytest.mark.parametrize("name", EMAILS)
def test_both_parts_of_an_email_say_the_same(name: str) -> None:
    email = compiled().email(name, facts_of(Profile(name="Ann & Bob", email="a@example.com"), 1, 1), LINKS)
    without_links = email.text.replace(f": {LINKS.unsubscribe}", "").replace(f": {LINKS.later}", "")
    as_typed = re.sub(r"^-- $|^- ", "", without_links, flags=re.MULTILINE)
    assert visible_words(email.html).split() == as_typed.split()


@pytest.mark.parametrize("name", EMAILS)
def test_an_email_has_no_images_scripts_or_foreign_links(name: str) -> None:
    html = compiled().email(name, facts_of(Profile(name="Ann", email="a@example.com")), LINKS).html
    page = Page(html)
    assert page.tags <= {
        *("html", "head", "meta", "title", "style", "body", "div"),
        *("p", "ul", "li", "a", "br", "span"),
    }
    known = ("tel:+1212", "mailto:hello@mail.example.com", "https://www.example.com", LINKS.unsubscribe, LINKS.later)
    assert all(link.startswith(known) for link in page.links)


@pytest.mark.parametrize("name", EMAILS)
def test_subjects_fit_and_text_lines_wrap(name: str) -> None:
    for facts in (LONG_FACTS, facts_of(Profile(email="a@example.com"))):
        email = compiled().email(name, facts, LINKS)
        assert 0 < len(email.subject) <= 78
        assert "\n" not in email.subject
        assert all(len(line) <= 74 for line in email.text.splitlines() if "https://api." not in line)


@pytest.mark.parametrize("name", [name for name in SPOKEN if name.endswith(".voicemail")])
def test_a_voicemail_can_be_said_in_25_seconds_with_the_rep_at_both_ends(name: str) -> None:
    for facts in (*everything_that_can_be_on_record(), *combinations({"first_name", "request", "rep_name"})):
        words = words_of(name, facts)
        rep = facts.rep_name or facts.business_name
        assert len(words.split()) <= 60
        assert rep in words[:90]
        assert words.endswith(f"Again, {rep}, {facts.rep_phone}.")


def test_the_acknowledgement_says_when_we_will_call() -> None:
    facts = facts_of(Profile(name="Ann", email="a@example.com", phone="+19175550142"))
    words = words_of("acknowledge.email", facts)
    assert "We will call you at 917-555-0142 on Tuesday, November 24, at 8:00 AM Eastern time, or soon after." in words


@pytest.mark.parametrize("name", EMAILS)
def test_nobody_without_a_number_is_promised_a_call(name: str) -> None:
    words = words_of(f"{name}.email", facts_of(Profile(name="Ann", email="a@example.com")))
    assert "We will call you" not in words
    assert "we will call you" not in words


def test_the_second_day_asks_exactly_one_question() -> None:
    for facts in everything_that_can_be_on_record():
        assert words_of("day-two-question.email", facts).count("?") == 1


def test_no_weekly_mail_repeats_within_eight_weeks() -> None:
    step = sample_cadence().cadence.step("nurture")
    names = [step.message_for(n) for n in range(1, 40)]
    subjects = [compiled().email(name, LONG_FACTS, LINKS).subject for name in names]
    for week in range(len(names)):
        assert len(set(names[week : week + 8])) == len(names[week : week + 8])
        assert len(set(subjects[week : week + 8])) == len(subjects[week : week + 8])


@pytest.mark.parametrize(
    "name",
    [
        "{{7*7}}",
        "{% for x in y %}",
        "<script>alert(1)</script>",
        "Ann\r\nBcc: victim@example.com",
        "Ann\n\n- Buy now at https://evil.example",
        "https://evil.example/win",
        "Visit evil.example today",
        "\u202eAnn",
        '"><img src=x onerror=alert(1)>',
    ],
)
@pytest.mark.parametrize("field", ["name", "service"])
def test_what_strangers_type_stays_inert(name: str, field: str) -> None:
    facts = facts_of(Profile.model_validate({"email": "a@example.com", field: name}))
    for message in EMAILS:
        email = compiled().email(message, facts, LINKS)
        assert "\n" not in email.subject
        for bad in ("evil.example", "<script", "<img", "victim@", "{{", "{%", "\u202e", "49"):
            assert bad not in email.html
            assert bad not in email.text
            assert bad not in email.subject
    assert "49" not in words_of("first-call.call", facts)


@pytest.mark.parametrize("field", ["problem", "goal", "next_step"])
def test_what_was_said_in_a_conversation_stays_inert(field: str) -> None:
    email = Messages({"hello.email": f"Subject: Hi\n\nYou said: {{{{ {field} }}}}"})
    hostile = replace(LONG_FACTS, **{field: "<script>alert(1)</script> {{ 7*7 }}"})  # type: ignore[arg-type]
    made = email.email("hello", hostile, LINKS)
    assert "<script" not in made.html
    assert "&lt;script&gt;" in made.html
    assert "You said: <script>alert(1)</script> {{ 7*7 }}" in made.text


def test_a_reps_script_shows_hostile_words_as_they_are() -> None:
    facts = facts_of(Profile(email="a@example.com", message="<b>{{ 7*7 }}</b>"))
    script = compiled().call_script("first-call", facts, leave_voicemail=True)
    assert 'They wrote: "<b>{{ 7*7 }}</b>"' in script.talk_track
    nudge = render_nudge_email(NudgeEmail("Call Ann", script.talk_track, None), "Fernhill & Sons")
    assert "<b>" not in nudge.html
    assert "Fernhill &amp; Sons" in nudge.html


def test_nothing_is_left_at_the_beep_when_the_rep_hangs_up() -> None:
    assert compiled().call_script("call-again", LONG_FACTS, leave_voicemail=False).voicemail is None


def test_a_version_is_compiled_once() -> None:
    version = sample_cadence()
    changed = version.model_copy(update={"messages": {**version.messages, "extra.text": "Hello"}})
    assert messages_of(version) is messages_of(version.model_copy())
    assert messages_of(changed) is not messages_of(version)


def test_the_shipped_messages_pass_their_own_check() -> None:
    assert check_messages(sample_cadence()) == []


class Page(HTMLParser):
    """The tags, links and visible words of an e-mail."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.words: list[str] = []
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._inside = tag
        self.links.extend(value or "" for key, value in attrs if key in ("href", "src"))
        if tag in {"p", "li", "br", "div"}:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if self._inside not in {"style", "title"}:
            self.words.append(data)


def visible_words(html: str) -> str:
    """What a reader sees."""
    return "".join(Page(html[html.index("<body") :]).words)
