"""The manager's board and its commands, through the deployed function."""

import json
from datetime import timedelta

from typer.testing import CliRunner

from followthrough.adapters.dynamodb_board import DynamoDBBoardBook
from local.commands.app import app
from local.stack import HttpAnswer, LocalStack
from tests.stack.following import Follow
from tests.stack.partner_stories import HARBOR, NORTHSIDE, PartnerStory, partners_open
from tests.stack.rep_phone import form_of, opens, page_at, posts, presses, status

BOARD = "/board/of-the-manager"


def with_board(story: PartnerStory) -> PartnerStory:
    """A link to the board is made, for a day."""
    book = DynamoDBBoardBook(story.stack.outputs["TableName"], lambda: story.stack.now, story.stack.client("dynamodb"))
    book.new_board_link("of-the-manager", story.stack.now + timedelta(days=1))
    return story


def given(*names: str) -> PartnerStory:
    """The partner has the first; the others wait."""
    story = with_board(partners_open())
    story.ask_one_by_one(*(names or ("ann",)))
    story.says_at("10:02", "ann", "transferred").until("11:05")
    return story


def test_the_board_shows_partners_leads_and_the_day() -> None:
    with given("ann", "bob") as story:
        page = page_at(story, BOARD).words
        assert "Has Ann Miller for 1 h of its open time." in page
        assert "1 lead waits, the oldest since today 10:00 AM: Bob Miller" in page
        assert "2 leads came, 2 for partners." in page
        assert "Open leads: 2" in page


def test_opening_it_changes_nothing() -> None:
    with given() as story:
        before = story.of("ann")
        for query in ("", f"lead={story.ids['ann']}"):
            assert opens(story, BOARD, query).status == 200
        assert story.of("ann") == before


def test_a_lead_is_moved_with_a_reason_once_however_often_it_is_pressed() -> None:
    with given() as story:
        query = f"lead={story.ids['ann']}"
        form = form_of(page_at(story, BOARD, query), "Move") | {"to": HARBOR, "reason": "They know the house"}
        sent: list[HttpAnswer] = [posts(story, BOARD, form), posts(story, BOARD, form)]
        assert [each.headers["location"] for each in sent] == ["?done=done", "?done=nothing_changed"]
        story.until("11:06")
        assert story.open_at(HARBOR) == ["ann"]
        (told,) = [touch for touch in story.timeline_of("ann") if touch.note == "They know the house"]
        assert told.outcome == "moved"
        assert story.stack.failures == []


def test_a_lead_is_released_or_closed() -> None:
    with given("ann", "bob") as story:
        for name, button in (("ann", "Close"), ("bob", "Release")):
            page = presses(story, BOARD, button, f"lead={story.ids[name]}", reason="They called us", because="lost")
            assert status(page) == "Done."
            story.until("11:06" if name == "ann" else "11:08")
        assert story.of("ann").status == "lost"
        assert story.handoff("bob").partner is None
        assert story.open_at(NORTHSIDE) == []


def test_a_paused_partner_gets_nothing_until_it_is_resumed() -> None:
    with given("ann", "bob") as story:
        assert status(presses(story, BOARD, "Pause Northside Roofing")) == "Done."
        story.until("11:06")
        assert (story.open_at(NORTHSIDE), story.open_at(HARBOR)) == (["ann"], ["bob"])
        assert status(presses(story, BOARD, "Resume Northside Roofing")) == "Done."
        assert story.partner(NORTHSIDE).paused is None


def test_a_link_opens_it_for_so_long_and_no_other_does() -> None:
    with given() as story:
        assert opens(story, "/board/made-up").status == 404
        assert posts(story, "/board/made-up", {"do": "pause", "partner": NORTHSIDE}).status == 404
        story.until("2026-11-24 10:30")
        assert opens(story, BOARD).status == 404
        assert story.partner(NORTHSIDE).paused is None


def test_the_board_costs_the_same_few_reads_however_it_is_opened() -> None:
    with given("ann", "bob") as story:
        before = {call: story.calls_of(call) for call in ("Query", "GetItem", "BatchGetItem", "Scan")}
        page_at(story, BOARD)
        reads = {call: story.calls_of(call) - count for call, count in before.items()}
        assert reads["Scan"] == 0
        assert sum(reads.values()) <= 45


def test_a_business_without_a_lead_has_a_board(stage: Follow) -> None:
    book = DynamoDBBoardBook(stage.stack.outputs["TableName"], lambda: stage.stack.now, stage.stack.client("dynamodb"))
    book.new_board_link("of-the-manager", stage.stack.now + timedelta(days=1))
    assert "Open leads: 0" in page_at(stage, BOARD).words


# -- commands ------------------------------------------------------------------------------------------------


def known_to_cloudformation(stack: LocalStack) -> None:
    """Where commands look for a deployed stack."""
    values = {name: {"Value": stack.outputs[name]} for name in ("TableName", "PublicUrl")}
    topic = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": values}
    stack.client("cloudformation").create_stack(StackName="followthrough", TemplateBody=json.dumps(topic))


def test_the_command_makes_a_link_that_opens_the_board() -> None:
    with given() as story:
        known_to_cloudformation(story.stack)
        made = CliRunner().invoke(app, ["board-link", "--json"])
        url = json.loads(made.stdout)["url"]
        assert opens(story, url.removeprefix(story.stack.outputs["PublicUrl"])).status == 200


def test_the_command_tells_the_same_of_partners() -> None:
    with given("ann", "bob") as story:
        known_to_cloudformation(story.stack)
        told = json.loads(CliRunner().invoke(app, ["partners", "--json"]).stdout)
        (northside,) = [each for each in told["partners"] if each["id"] == NORTHSIDE]
        assert [lead["lead_id"] for lead in northside["open_leads"]] == [story.ids["ann"]]
        assert northside["waiting"] == 1
        words = CliRunner().invoke(app, ["partners"]).stdout
        assert "Northside Roofing (northside)" in words
        assert "Ann" not in words
