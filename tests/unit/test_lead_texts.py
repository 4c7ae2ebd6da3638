"""What leads write back is read as they meant it; what could be a stop is never taken for anything else."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.domain.lead_sayings import Empty, LeadText, PerhapsStop, Reply, Start, Stop
from followthrough.domain.lead_text_words import writing
from followthrough.domain.lead_texts import read_lead_email, read_lead_text
from followthrough.domain.lead_words import Slot, lead_words
from followthrough.domain.own_words import LONGEST_BODY, own_words
from tests.unit.lead_texts_corpus import CORPUS, NOT_INTERESTED, REPLY, STOP

# Section 64.1200(a)(10) of the FCC's rules, and the keywords that AWS takes for an opt-out.
WORDS_OF_THE_LAW = ("stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe")
WORDS_OF_AWS = ("arret", "cancel", "end", "opt-out", "optout", "quit", "remove", "stop", "td", "unsubscribe")
OUR_LAST_MAIL = "Hi Ana,\nshall we call you?\nStop hearing from us: https://example.com/stop"


def name_of(row: tuple[str, LeadText]) -> str:
    return row[0].encode("ascii", "replace").decode()


# -- texts


@pytest.mark.parametrize("row", CORPUS, ids=map(name_of, CORPUS))
def test_a_text_says_what_the_lead_meant(row: tuple[str, LeadText]) -> None:
    text, expected = row
    assert read_lead_text(text) == expected


def test_the_corpus_is_large_and_says_nothing_twice() -> None:
    texts = [text for text, _ in CORPUS]
    assert len(texts) >= 400
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("word", sorted({*WORDS_OF_THE_LAW, *WORDS_OF_AWS}))
@pytest.mark.parametrize("way", ["{}", "{}.", "{}!!!", " {} ", "please {}", "{} please", '"{}"', "{}, thanks", "ok {}"])
def test_every_word_of_the_law_stops_in_any_case(word: str, way: str) -> None:
    for cased in (word, word.upper(), word.title()):
        assert read_lead_text(way.format(cased)) == Stop()


@pytest.mark.parametrize("word", WORDS_OF_THE_LAW)
def test_a_word_of_the_law_with_a_question_mark_is_for_a_human(word: str) -> None:
    assert read_lead_text(f"{word}?") == PerhapsStop()


@pytest.mark.parametrize("change", [str.upper, str.lower, "{}!".format, " {}\n".format, "\u200b{}\ufeff".format])
def test_case_and_signs_around_it_change_no_stop(change: Callable[[str], str]) -> None:
    for text in STOP:
        assert isinstance(read_lead_text(change(text)), Stop | PerhapsStop), text


def test_no_stop_is_lost_when_something_stands_before_it_or_behind_it() -> None:
    for text in STOP:
        for more in (f"Hi there. {text}", f"{text}\n\nBob", f"Got your text yesterday.\n{text}"):
            assert isinstance(read_lead_text(more), Stop | PerhapsStop), more


def test_a_stop_in_so_many_words_holds_whatever_is_said_of_other_things() -> None:
    for text in (*NOT_INTERESTED, *REPLY):
        said = read_lead_text(f"{text}\n\nPlease take me off your list.")
        assert isinstance(said, Stop | PerhapsStop), text


def test_an_answer_with_a_wish_in_it_is_never_a_plain_stop() -> None:
    for text in STOP:
        said = read_lead_text(f"{text}. Call me on Friday, I am still interested.")
        assert not isinstance(said, Stop), text


def test_a_reaction_to_our_text_is_not_read_for_our_own_words() -> None:
    assert read_lead_text("Liked \u201cReply STOP to opt out\u201d") == Reply()
    assert read_lead_text("Removed a heart from \u201cReply STOP to opt out\u201d") == Reply()
    for text in ('Liked your work but "STOP"', 'Loved it. "stop"', 'Liked "it", now stop'):
        assert isinstance(read_lead_text(text), Stop | PerhapsStop), text


def test_a_start_that_is_asked_about_starts_nothing() -> None:
    assert read_lead_text("START") == Start()
    assert read_lead_text("start?") == Reply()


def test_only_the_beginning_of_a_text_is_looked_at() -> None:
    assert read_lead_text("hello " * 260 + "stop texting me") == Stop()
    assert read_lead_text("hello " * 300 + "stop texting me") == Reply()


# -- e-mails


@pytest.mark.parametrize(
    ("subject", "body", "expected"),
    [
        ("unsubscribe", "", Stop()),
        ("Unsubscribe", "This message was sent by your mail program.", Stop()),
        ("STOP", "please", Stop()),
        ("remove", "", Stop()),
        ("Remove me from your list", "Thanks, Ann", Stop()),
        ("Please stop e-mailing me", "", Stop()),
        ("Remove", "the old deck, and quote a new one", PerhapsStop()),
        ("Cancel", "my appointment on Tuesday please", PerhapsStop()),
        ("stop", "please call me Friday", PerhapsStop()),
        ("stop?", "", PerhapsStop()),
        ("Re: stop", "Yes, Tuesday works", Reply()),
        ("RE: Unsubscribe", "", Empty("no_words")),
        ("Re: Your deck", "Unsubscribe", Stop()),
        ("Question about stop signs", "Do you put them up?", Reply()),
        ("Start", "", Start()),
        ("", "", Empty("no_words")),
    ],
)
def test_an_email_says_what_its_body_and_a_new_subject_say(subject: str, body: str, expected: LeadText) -> None:
    assert read_lead_email(subject, body) == expected


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, Nov 23, 2026 at 9:00 AM Acme <hello@example.com> wrote:\n\n> " + OUR_LAST_MAIL.replace("\n", "\n> "),
        "On Mon, Nov 23, 2026 at 9:00 AM Acme Decks\n<hello@example.com> wrote:\n\n" + OUR_LAST_MAIL,
        "El lun, 23 nov 2026 a las 9:00, Acme (<hello@example.com>) escribi\u00f3:\n\n" + OUR_LAST_MAIL,
        "Le lun. 23 nov. 2026 \u00e0 09:00, Acme <hello@example.com> a \u00e9crit :\n\n" + OUR_LAST_MAIL,
        "From: Acme <hello@example.com>\nSent: Monday, November 23\nTo: Ana\nSubject: Your deck\n\n" + OUR_LAST_MAIL,
        "*De:* Acme\n*Enviado:* lunes\n*Para:* Ana\n*Asunto:* Su terraza\n\n" + OUR_LAST_MAIL,
        "De : Acme\nEnvoy\u00e9 : lundi\n\u00c0 : Ana\nObjet : Votre terrasse\n\n" + OUR_LAST_MAIL,
        "-----Original Message-----\n" + OUR_LAST_MAIL,
        "---------- Forwarded message ---------\n" + OUR_LAST_MAIL,
        "-----Message d'origine-----\n" + OUR_LAST_MAIL,
        "________________________________\n" + OUR_LAST_MAIL,
        "Sent from my iPhone\n\n> " + OUR_LAST_MAIL.replace("\n", "\n> "),
        "Envoy\u00e9 de mon iPhone",
        "Enviado desde mi iPhone",
        "Get Outlook for iOS",
        "-- \nAna Stop\nUnsubscribe Systems",
    ],
)
def test_what_an_email_answers_and_what_programs_add_is_not_the_writers(quoted: str) -> None:
    assert own_words(f"Yes, Tuesday works.\n\n{quoted}") == "Yes, Tuesday works."


@pytest.mark.parametrize(
    ("body", "own"),
    [
        ("On Mon, Nov 23, 2026 Acme wrote:\n> shall we call?\n\nstop\n", "stop"),
        ("> shall we call?\nno, stop\n> at 5?\nnever", "no, stop\nnever"),
        (
            "Hi Ana,\n\nThanks, but please take me off your list.\n",
            "Hi Ana,\n\nThanks, but please take me off your list.",
        ),
        ("On reflection, please stop.", "On reflection, please stop."),
        ("-- \nstop", "--\nstop"),
        ("From: me\nplease stop", "From: me\nplease stop"),
        ("stop\r\n\r\nAna\r\n", "stop\n\nAna"),
    ],
)
def test_the_writers_own_lines_are_kept_wherever_they_stand(body: str, own: str) -> None:
    assert own_words(body) == own


def test_a_line_that_a_program_broke_is_read_as_one() -> None:
    body = "My wife and I have talked about it at length and so I must ask: do not\ncontact us again"
    assert "do not contact us" in own_words(body)
    assert read_lead_email("Re: Your deck", body) == Stop()


def test_an_empty_answer_above_our_mail_says_nothing() -> None:
    quoted = "On Mon, Nov 23, 2026 Acme <a@example.com> wrote:\n> " + OUR_LAST_MAIL.replace("\n", "\n> ")
    assert read_lead_email("Re: Your deck", quoted) == Empty("no_words")


# -- whatever is written

pieces = st.sampled_from(
    [
        *(
            "stop",
            "STOP",
            "by",
            "do",
            "not",
            "don't",
            "call",
            "me",
            "text",
            "take",
            "off",
            "your",
            "list",
            "remove",
            "no",
        ),
        *(
            "thanks",
            "please",
            "cancel",
            "end",
            "my",
            "appointment",
            "interested",
            "not",
            "if",
            "unless",
            "start",
            "help",
        ),
        *("?", "!", ".", ",", "\n", "\n\n", ">", "-- ", "On 1 Jan", "wrote:", "From: a", "Sent: b", "5", "\U0001f6d1"),
    ]
)
texts = st.one_of(st.text(max_size=300), st.lists(pieces, max_size=60).map(" ".join))


@given(texts, texts)
def test_nothing_written_raises(subject: str, body: str) -> None:
    read_lead_text(body)
    read_lead_email(subject, body)


@given(texts)
def test_only_lines_that_were_written_are_the_writers_own(body: str) -> None:
    kept = "".join(own_words(body).split())
    assert len(kept) <= len("".join(body.split()))


@given(st.lists(pieces, max_size=30).map(" ".join))
def test_a_request_to_be_taken_off_is_never_overlooked(around: str) -> None:
    said = read_lead_text(f"{around}. Unsubscribe me.")
    assert isinstance(said, Stop | PerhapsStop)


@pytest.mark.parametrize(
    "text",
    ["stop " * 400, "do not " * 300, "take me off " * 200, "a-" * 800, "S T O P " * 200, "\n " * 800, "\ufdfa" * 1600],
)
def test_a_very_long_text_is_looked_up_in_a_bounded_number_of_steps(text: str) -> None:
    words = writing(text).words
    assert len(words) <= 1600
    longest = max(len(phrase.slots) for phrase in lead_words().anywhere.all)
    assert all(found.end - found.start <= longest for found in writing(text).found)


@pytest.mark.parametrize("line", ["On x\n", "From: \n", "> ", "a wrote:\n", "_", "x\n\n", "-- \n", "On 1 a"])
def test_a_very_long_email_is_cut_off(line: str) -> None:
    assert len(own_words(line * LONGEST_BODY)) <= LONGEST_BODY


# -- the table


def test_every_word_of_the_table_can_be_found() -> None:
    table = lead_words()
    unreachable = {*table.spellings, *table.noise, *table.pleas}
    for phrase in (*table.anywhere.all, *table.whole.all, *table.requests.all):
        for slot in phrase.slots:
            assert not unreachable & (slot.words or frozenset()), phrase


def test_every_phrase_begins_with_a_certain_word() -> None:
    table = lead_words()
    for phrase in (*table.anywhere.all, *table.whole.all, *table.requests.all):
        assert phrase.slots[0].words is not None, phrase
        assert phrase.slots[0] != Slot(phrase.slots[0].words, optional=True), phrase


def test_no_phrase_means_two_things() -> None:
    for table in (lead_words().anywhere, lead_words().whole):
        seen = [(phrase.slots, phrase.opens, phrase.closes) for phrase in table.all]
        assert len(set(seen)) == len(seen)


def test_words_of_the_table_are_as_they_are_looked_up() -> None:
    table = lead_words()
    spelled = {word for words in table.spellings.values() for word in words}
    looked_up = {word for phrase in table.anywhere.all for slot in phrase.slots for word in slot.words or ()}
    for word in looked_up | spelled:
        assert [one.text for one in writing(word).words] == [word]


def test_the_table_says_which_one_it_is() -> None:
    assert lead_words().version >= 1
