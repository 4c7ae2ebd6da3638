"""What a rep's page says, and takes, of a lead that is closed."""

from dataclasses import replace
from datetime import datetime

from followthrough.domain.rep_pages import CallForm, Closed, Reported, StillTold
from followthrough.use_cases.call_page import press
from followthrough.use_cases.report_outcome import Report, report_outcome
from local.page_reader import Element
from tests.unit.arriving import lead_in, plan
from tests.unit.building import DAY, at
from tests.unit.engine import Engine
from tests.unit.example_call_pages import LOST, NO_THANKS, NO_TIME_YET, NOW
from tests.unit.fakes import World
from tests.unit.paging import ask, asked, entry, link_of, opened, page, say
from tests.unit.test_call_page import buttons, shown

MONDAY_10 = at("2026-11-23 10:00")


def listed(world: World) -> str:
    world.services.team.new_rep_link("ana", "list of ana")
    return "list of ana"


# -- how it is shown


def pressed_about(seen: Element, name: str) -> set[str]:
    """What a press on each button for an outcome is about."""
    forms = [form for form in seen.all("form") if name in buttons(form)]
    return {form.all("input", name="touch")[0].attributes["value"] for form in forms}


def test_a_report_that_closed_the_lead_can_be_taken_back() -> None:
    seen = shown(NO_THANKS)
    assert "Not interested. Reported by you, today 10:02 AM." in seen.words
    (mistake,) = [each for each in seen.all("details") if each.all("summary")[0].words == "That was a mistake: …"]
    assert "open" not in mistake.attributes
    assert buttons(mistake) == buttons(seen) == set(NO_THANKS.mistaken)
    assert pressed_about(mistake, "no_answer") == {"1.calls-of-day-one.4.not_interested"}
    assert not buttons(shown(replace(NO_THANKS, mistaken=())))


def test_of_a_booked_appointment_the_time_can_be_added_or_told_what_came_of_it() -> None:
    seen = shown(NO_TIME_YET)
    (section,) = seen.all("section", **{"aria-labelledby": "came"})
    assert section.all("h2")[0].words == "What came of the appointment?"
    assert buttons(section) == {"kept", "no_show", "won", "lost", "thinking", "booked"}
    assert pressed_about(seen, "kept") == pressed_about(seen, "thinking") == {"1.contact.1"}
    assert pressed_about(seen, "booked") == pressed_about(seen, "wrong_number") == {NO_TIME_YET.touch}


def test_what_was_told_of_an_appointment_can_be_taken_back() -> None:
    seen = shown(LOST)
    assert "It is lost. Today 9:03 AM." in seen.words
    assert buttons(seen) == {"won", "thinking"}
    assert seen.all("a", href="tel:+19175550142")


def test_a_correction_that_lacks_its_time_is_shown_where_it_was_made() -> None:
    errors = {"callback_at": "Choose the day and time to call back."}
    seen = shown(replace(NO_THANKS, errors=errors, typed={"outcome": "call_back"}))
    opened = [each.all("summary")[0].words for each in seen.all("details") if "open" in each.attributes]
    assert opened == ["That was a mistake: …", "Call back : choose the time at a time they named"]


def test_a_press_after_somebody_elses_report_came_too_late() -> None:
    by_ben = replace(NO_THANKS, state=Reported("not_interested", "Ben Okafor", NOW), nothing_changed=True)
    assert (
        "Your press came too late, and changed nothing. Not interested. Reported by Ben Okafor" in shown(by_ben).words
    )


# -- what is shown, and what a press does


def test_any_page_of_a_lead_that_a_report_has_closed_says_how_it_ended_and_corrects_that_report() -> None:
    world = asked()
    say(world, "no_answer")
    first = link_of(world)
    report_outcome(world.services, "lead1", Report("not_interested", by="ben"))
    shown = page(world, first)
    assert (shown.state, shown.touch) == (Closed("not_interested", MONDAY_10), "1.contact.1.not_interested")
    assert say(world, "in_conversation", shown, first).result == "recorded"
    assert lead_in(world).is_open
    assert entry(world, "first-call.1").outcome == "no_answer"


def test_of_an_appointment_without_its_time_the_page_takes_the_time_or_what_came_of_it() -> None:
    world = asked()
    say(world, "booked")
    shown = page(world)
    assert shown.still_told == (StillTold("1.contact.1", ("kept", "no_show", "won", "lost", "thinking")),)
    assert "booked" not in shown.mistaken
    say(world, "booked", shown, appointment_at=datetime(2026, 11, 24, 15))  # noqa: DTZ001 - as typed
    assert lead_in(world).appointment_at == at("2026-11-24 15:00")
    assert say(world, "booked", shown, appointment_at=datetime(2026, 11, 25, 15)).result == "nothing_changed"  # noqa: DTZ001


def test_what_was_told_of_an_appointment_that_nobody_was_asked_about_again_can_be_told_anew() -> None:
    world = asked()
    say(world, "booked", appointment_at=datetime(2026, 11, 24, 15))  # noqa: DTZ001
    world.clock.now = plan(world).due_at
    ask(world)
    say(world, "kept")
    Engine(world, "lead1", lambda _: None).run(MONDAY_10 + 9 * DAY)
    assert lead_in(world).status == "booked"
    shown = page(world, listed(world), "lead1")
    assert shown.still_told == (
        StillTold("2.did-they-come.1.kept", ("no_show",)),
        StillTold("2.contact.1", ("won", "lost", "thinking")),
    )
    form = CallForm(shown.still_told[0].touch, shown.form_id, "no_show")
    link = opened(world, listed(world), "lead1")
    assert [press(world.services, link, form).result for _ in range(2)] == ["recorded", "nothing_changed"]
    assert (lead_in(world).no_shows, entry(world, "did-they-come.1", 2).outcome) == (1, "no_show")


def test_who_could_not_take_it_and_then_reported_is_shown_with_the_report() -> None:
    world = asked()
    say(world, "cannot_take")
    say(world, "no_answer")
    for rep in ("ana", "ben"):
        shown = page(world, link_of(world, rep))
        assert isinstance(shown.state, Reported)
        assert (shown.state.outcome, shown.others) == ("no_answer", ())
        assert "can" not in " ".join(str(entry.result) for entry in shown.past)
