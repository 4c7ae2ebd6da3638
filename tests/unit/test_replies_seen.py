"""What a lead wrote to us is seen by whoever is to answer it: in the nudge, on the call page, in the list of leads."""

from dataclasses import replace

from followthrough.adapters.call_page import render_call_page
from followthrough.adapters.my_leads_page import render_my_leads
from followthrough.adapters.page_layout import MOST_BYTES
from followthrough.domain.call_history import Story, past_of
from followthrough.domain.gsm7 import is_gsm7, segments
from followthrough.domain.names import without_addresses
from followthrough.domain.nudge_answers import A_STOP_OR_NOT, with_answers
from followthrough.domain.nudges import NudgeFacts, nudge_email, nudge_text
from followthrough.use_cases.my_leads import open_my_leads
from followthrough.use_cases.receive_from_lead import receive_lead_text
from followthrough.use_cases.rep_links import ListLink
from tests.unit.arriving import arrive, changed, lead_in
from tests.unit.example_call_pages import FIRST_CALL
from tests.unit.fakes import World

LINK = "https://abcdefghij.execute-api.us-east-1.amazonaws.com/calls/" + "x" * 22


def world_with_reply(words: str = "Thursday <b>after</b> 3") -> World:
    world = World()
    arrive(world)
    changed(world, rep="ana")
    receive_lead_text(world.services, "+12125550100", words, "m1")
    return world


def facts_of(world: World, **parts: object) -> NudgeFacts:
    facts = NudgeFacts.of(
        lead_in(world), world.settings, world.clock(), purpose="Answer them.", voicemail="hang_up", attempt=1
    )
    return replace(facts, **parts)  # type: ignore[arg-type]  # parts by name


def test_a_nudge_with_the_longest_words_and_names_keeps_its_link_and_an_answer() -> None:
    world = world_with_reply("ugh stop? " + "na\u00efve caf\u00e9 words {and} more " * 40)
    facts = facts_of(world, lead_name="Wolfeschlegelsteinhausenbergerdorff " * 2, instead_of="Maximiliana " * 4)
    nudge = with_answers(nudge_text(facts), LINK, "B7", A_STOP_OR_NOT)
    assert "A stop? Then answer 4." in nudge
    assert LINK in nudge
    assert is_gsm7(nudge)
    assert segments(nudge) == 2


def test_an_e_mail_nudge_quotes_them_at_length_without_anything_to_press() -> None:
    world = world_with_reply("See https://evil.example/x and write to me@evil.example")
    body = nudge_email(facts_of(world), "", None, LINK).body
    assert 'They wrote: "See (link) and write to (link)"' in body


def test_words_without_addresses_stay_as_they_are() -> None:
    assert without_addresses("Thursday at 3.30, or 4... ok?") == "Thursday at 3.30, or 4... ok?"
    assert without_addresses(None) is None


def test_the_call_page_quotes_what_they_wrote() -> None:
    body = render_call_page(replace(FIRST_CALL, wrote="Thursday <b>after</b> 3\nMaya"))["body"]
    assert "They wrote to us" in body
    assert "Thursday &lt;b&gt;after&lt;/b&gt; 3" in body
    assert "They wrote to us" not in render_call_page(FIRST_CALL)["body"]


def test_the_list_of_leads_shows_what_they_wrote_and_since_when_they_are_silent() -> None:
    world = world_with_reply()
    ana = world.settings.team.person("ana")
    assert ana
    shown = open_my_leads(world.services, ListLink(ana))
    (line,) = shown.leads
    assert (line.wrote, line.next_what, line.silent_since) == ("Thursday <b>after</b> 3", "Call back", world.clock())
    body = render_my_leads(shown)["body"]
    assert "Thursday &lt;b&gt;after&lt;/b&gt; 3" in body


def test_a_full_list_of_long_words_still_fits() -> None:
    world = world_with_reply("w\u00f6rds " * 200)
    ana = world.settings.team.person("ana")
    assert ana
    shown = open_my_leads(world.services, ListLink(ana))
    full = replace(shown, leads=shown.leads * 40)
    assert len(render_my_leads(full)["body"].encode()) <= MOST_BYTES


def test_the_story_tells_what_they_wrote() -> None:
    world = world_with_reply()
    ana = world.settings.team.person("ana")
    assert ana
    story = Story(lead_in(world), world.store.timeline("lead1"), ana, world.settings.team, {})
    entry = past_of(story, None)[0]
    assert (entry.what, entry.result) == ("They told us themselves", "Replied: Thursday <b>after</b> 3")
