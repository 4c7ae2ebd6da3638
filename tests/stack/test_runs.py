"""Runs of a pursuit: started again when they die, renewed before they grow too old, superseded, and deployed over."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from followthrough.adapters.files import read_json
from followthrough.domain import pursuing
from local.project import CADENCES
from local.stack import AwsError, LambdaFailed, LocalStack
from tests.stack.conftest import Arrive
from tests.stack.following import HOUR, MINUTE, Follow, Story

BROKEN = AwsError("InternalServerError", status=500)
A_YEAR = timedelta(days=365)
CALL_BACK = {"touch_id": "first-call.1", "callback_at": "2026-11-23T20:05:00-05:00"}

# Powertools warns when a handler dies before it has counted anything; here that is what is tried out.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")


def stop(follow: Follow, run: str) -> None:
    """What a deleted execution, or one that met a bug of the service, looks like to us."""
    arn = follow.run_named(run).arn
    follow.stack.client("stepfunctions").stop_execution(executionArn=arn)


def without_link(body: str) -> str:
    """A nudge's text without the token, which is another one each time."""
    return re.sub(r"/calls/\S+", "/calls/…", body)


@pytest.fixture(scope="module")
def undisturbed() -> Story:
    """Two days in which nothing goes wrong and nobody reports."""
    with Follow.open() as follow:
        follow.post()
        return follow.until("2026-11-25 12:00").story


class TestTheWatchdog:
    def test_leaves_a_lead_alone_that_is_followed_up(self, arrive: Arrive) -> None:
        follow = arrive().until("10:20", schedules=True)
        assert follow.runs == {"1-1": "RUNNING"}
        assert follow.lead.restarts == 0

    def test_starts_a_lead_whose_start_has_failed(self, stage: Follow) -> None:
        stage.stack.refuse("before:stepfunctions.StartExecution", AwsError("ExecutionLimitExceeded"))
        assert stage.post().status == 202  # stored is accepted
        stage.stack.run_until(stage.stack.now + MINUTE)
        assert stage.runs == {}
        stage.until("10:04", schedules=True)
        assert [text.to for text in stage.texts] == ["ana"]
        assert stage.texts[0].at <= "2026-11-23 10:03"

    def test_starts_a_lead_again_whose_execution_died_between_touches(self, arrive: Arrive, undisturbed: Story) -> None:
        follow = arrive().until("11:00")
        stop(follow, "1-1")
        follow.until("12:44").until("12:50", schedules=True)
        assert follow.runs == {"1-1": "ABORTED", "1-2": "RUNNING"}
        follow.until("2026-11-25 00:00")
        assert follow.lines() == undisturbed.lines()[: len(follow.timeline)]

    def test_goes_on_listening_where_a_dead_execution_listened(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        stop(follow, "1-1")
        follow.until("10:12", schedules=True)
        asked = [text.to for text in follow.texts]
        assert asked[:2] == ["ana", "ben"]
        assert len(asked) == len(set(asked))
        assert [email.subject for email in follow.emails] == ["We have your kitchen remodel request"]

    def test_tries_with_growing_pauses_and_then_calls_the_lead_stuck(self, arrive: Arrive) -> None:
        follow = arrive().until("10:01")
        broken = follow.stack.refuse(
            "before:dynamodb.BatchGetItem", BROKEN, function="PlanNextTouchFunction", times=10_000
        )
        follow.watched_until("13:00", each=4 * MINUTE)
        starts = [one.started_at for one in follow.stack.executions()][1:]
        pauses = [later - earlier for earlier, later in pairwise(starts)]
        assert pauses == sorted(pauses)
        assert len(pauses) >= 5
        assert pauses[-1] >= HOUR / 2
        assert follow.lead.stuck
        assert any('"StuckLeads":[1.0]' in line for line in follow.stack.logs)

        broken.times = 0
        follow.watched_until("17:00", each=30 * MINUTE)
        assert not follow.lead.stuck
        assert follow.lead.restarts == 0
        assert follow.ask_of is not None

    def test_is_not_kept_from_the_others_by_one_lead_that_cannot_be_read(self, arrive: Arrive) -> None:
        follow = arrive()
        follow.post(email="sam@example.com", phone="212-555-0177")
        follow.stack.run_until(follow.stack.now + MINUTE)
        for execution in follow.stack.executions():
            follow.stack.client("stepfunctions").stop_execution(executionArn=execution.arn)
        follow.stack.client("dynamodb").update_item(
            TableName=follow.stack.outputs["TableName"],
            Key={"pk": {"S": f"LEAD#{follow.lead_id}"}, "sk": {"S": "LEAD"}},
            UpdateExpression="SET #data = :broken",
            ExpressionAttributeNames={"#data": "data"},
            ExpressionAttributeValues={":broken": {"S": "{}"}},
        )
        follow.stack.run_until(follow.stack.now + 10 * MINUTE)
        told = len(follow.texts)
        answer = follow.stack.invoke("WatchOverdueFunction", {})
        assert answer == {"restarted": 1, "stuck": 0, "failed": 1, "told": 0, "let_go": 0, "handed_out": 0}
        follow.stack.run_until(follow.stack.now + 2 * MINUTE)
        assert len(follow.texts) > told


class TestRenewal:
    def test_carries_a_lead_through_the_years_one_execution_after_another(self, arrive: Arrive) -> None:
        follow = arrive(phone=None).days(2 * 365 + 10)
        assert list(follow.runs.values()) == ["SUCCEEDED", "SUCCEEDED", "RUNNING"]
        executions = follow.stack.executions()
        for earlier, later in pairwise(executions):
            assert earlier.stopped_at == later.started_at
            assert earlier.stopped_at - earlier.started_at < A_YEAR
        weekly = [touch for touch in follow.timeline if touch.step == "nurture"]
        assert [touch.n for touch in weekly] == list(range(1, len(weekly) + 1))
        assert {touch.status for touch in weekly} == {"sent"}
        assert len(weekly) >= 100
        for first in range(len(weekly) - 8):
            assert len({touch.message for touch in weekly[first : first + 8]}) == 8
        assert len(follow.emails) == len(weekly) + 3
        assert follow.lead.next_touch_at == follow.stack.next_due()

    @pytest.mark.parametrize("moment", ["before", "after"])
    @pytest.mark.parametrize("call", [None, "dynamodb.TransactWriteItems"])
    def test_changes_nothing_for_lead_and_reps(
        self, arrive: Arrive, undisturbed: Story, monkeypatch: pytest.MonkeyPatch, call: str | None, moment: str
    ) -> None:
        monkeypatch.setattr(pursuing, "RENEW_AFTER_TOUCHES", 3)
        follow = arrive()
        if call:
            follow.stack.crash(f"{moment}:{call}", function="PlanNextTouchFunction", times=3)
        follow.until("2026-11-25 00:00")
        assert follow.lines() == undisturbed.lines()[: len(follow.timeline)]
        assert [without_link(text.body) for text in follow.texts] == [
            without_link(text.body) for text in undisturbed.texts if text.at < "2026-11-25"
        ]
        runs = list(follow.runs.values())
        assert len(runs) == len(follow.done()) // 3 + 1
        assert runs == ["SUCCEEDED"] * (len(runs) - 1) + ["RUNNING"]


class TestASupersededRun:
    def test_finishes_when_it_wakes_up_and_does_nothing(self, arrive: Arrive) -> None:
        follow = arrive().until("19:40")
        slept_until = follow.lead.next_touch_at
        follow.report("call_back", touch_id="first-call.1", callback_at="2026-11-23T20:00:00-05:00")
        follow.until("20:10")
        assert follow.texts[-1].at == "2026-11-23 20:05"
        assert follow.runs == {"1-1": "RUNNING", "1-2": "RUNNING"}
        follow.until("2026-11-24 23:00")
        assert follow.runs == {"1-1": "SUCCEEDED", "1-2": "RUNNING"}
        assert follow.run_named("1-1").stopped_at == slept_until
        moments = [touch.due_at for touch in follow.done()]
        assert len(moments) == len(set(moments))

    def test_wakes_up_into_a_later_plan_without_a_new_run(self, arrive: Arrive) -> None:
        follow = arrive().until("11:00")
        follow.report("call_back", touch_id="second-call.1", callback_at="2026-11-25T15:00:00-05:00")
        follow.until("2026-11-25 15:01")
        assert follow.runs == {"1-1": "RUNNING"}
        assert follow.texts[-1].at == "2026-11-25 15:00"


class TestALeadThatAsksAgain:
    def test_starts_afresh_while_the_old_run_sleeps(self, arrive: Arrive) -> None:
        follow = arrive().report_at("10:02", "no_answer").days(9)
        slept_until, emails = follow.lead.next_touch_at, len(follow.emails)
        assert follow.post(service="Bathroom remodel").status == 202
        follow.stack.run_until(follow.stack.now + 20 * MINUTE)
        assert follow.runs == {"1-1": "RUNNING", "2-1": "RUNNING"}
        assert [touch.step for touch in follow.timeline if touch.pursuit == 2] == [
            "first-call",
            "will-call",
            "second-call",
        ]
        assert follow.emails[emails].subject == "We have your bathroom remodel request"
        follow.days(8)
        assert follow.runs == {"1-1": "SUCCEEDED", "2-1": "RUNNING"}
        assert follow.run_named("1-1").stopped_at == slept_until

    def test_while_a_rep_is_asked_is_asked_for_once(self, arrive: Arrive) -> None:
        follow = arrive()
        follow.stack.call_at(follow.stack.now + 2 * MINUTE, lambda: follow.post(service="Bathroom remodel"))
        follow.until("10:20")
        assert [(text.at[11:], text.to) for text in follow.texts] == [
            ("10:00", "ana"),
            ("10:02", "ana"),
            ("10:07", "ben"),
            ("10:12", "chloe"),
        ]
        assert len(follow.emails) == 1
        assert follow.runs == {"1-1": "SUCCEEDED", "2-1": "RUNNING"}

    def test_after_a_no_is_followed_up_again(self, arrive: Arrive) -> None:
        follow = arrive().report_at("10:02", "not_interested").until("2026-11-30 10:00")
        follow.post(message="We have changed our minds")
        follow.through("2026-11-30 10:00")
        assert follow.lead.status == "open"
        assert follow.texts[-1].at == "2026-11-30 10:00"

    def test_by_the_same_post_twice_is_not_asking_again(self, arrive: Arrive) -> None:
        follow = arrive().until("10:01")
        assert json.loads(follow.post().body) == {"lead_id": follow.lead_id}
        follow.until("10:04")
        assert follow.runs == {"1-1": "RUNNING"}
        assert len(follow.texts) == 1


class TestAWakeUpThatFails:
    def test_is_no_failure_to_the_rep_and_delays_a_call_back_but_does_not_lose_it(self, arrive: Arrive) -> None:
        follow = arrive().until("19:40")
        follow.stack.refuse("before:stepfunctions.StartExecution", BROKEN, times=4)  # as often as botocore tries
        assert follow.report("call_back", **CALL_BACK) == {"result": "recorded", "status": "open"}
        follow.until("20:04").until("20:10", schedules=True)
        assert "2026-11-23 20:05" <= follow.texts[-1].at <= "2026-11-23 20:08"

    def test_by_death_delays_a_call_back_but_does_not_lose_it(self, arrive: Arrive) -> None:
        follow = arrive().until("19:40")
        follow.stack.crash("before:stepfunctions.StartExecution")
        with pytest.raises(LambdaFailed):
            follow.report("call_back", **CALL_BACK)
        assert follow.report("call_back", **CALL_BACK)["result"] == "already_reported"
        follow.until("20:04").until("20:10", schedules=True)
        assert "2026-11-23 20:05" <= follow.texts[-1].at <= "2026-11-23 20:08"

    def test_of_a_listening_run_ends_the_pursuit_all_the_same(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        follow.stack.refuse("before:stepfunctions.SendTaskSuccess", BROKEN, times=4)
        assert follow.report("booked") == {"result": "recorded", "status": "booked"}
        follow.days(2)
        assert follow.runs == {"1-1": "SUCCEEDED"}
        assert (len(follow.texts), list(follow.emails)) == (1, [])


class TestADeployInMidFlight:
    @pytest.fixture
    def deployed_over(self, tmp_path: Path) -> Iterator[Follow]:
        """A stack whose cadences can be changed."""
        shutil.copytree(CADENCES, tmp_path / "cadences")
        with Follow.open(layers={"cadences": tmp_path / "cadences"}) as follow:
            follow.post()
            yield follow

    @staticmethod
    def deploy_over(stack: LocalStack) -> None:
        """A deployment replaces every process; what is under way in one is tried again."""
        for function in ("ReceiveLead", "PlanNextTouch", "AskRepToCall", "EscalateSilentRep", "SendEmail"):
            reads = "GetItem" if function == "ReceiveLead" else "BatchGetItem"
            stack.crash(f"before:dynamodb.{reads}", function=f"{function}Function")

    def test_leaves_a_pursuit_with_the_version_that_it_began_with(
        self, deployed_over: Follow, undisturbed: Story, tmp_path: Path
    ) -> None:
        follow, folder = deployed_over, tmp_path / "cadences" / "speed-to-lead"
        began_with = follow.until("11:00").lead.pursuit.cadence_version
        cadence = read_json(folder / "cadence.json")
        cadence["steps"] = [step for step in cadence["steps"] if step["name"] != "daily-calls"]
        (folder / "cadence.json").write_text(json.dumps(cadence))
        question = folder / "messages" / "day-two-question.email.txt"
        question.write_text("Subject: Another question\n\nAnother question?\n")
        self.deploy_over(follow.stack)

        follow.until("2026-11-25 00:00")
        assert follow.lines() == undisturbed.lines()[: len(follow.timeline)]
        assert follow.emails[-1].subject == "One question about your kitchen remodel request"
        assert follow.lead.pursuit.cadence_version == began_with

        assert follow.post(service="Bathroom remodel").status == 500  # it died with the old version
        assert follow.post(service="Bathroom remodel").status == 202
        assert follow.lead.pursuit.cadence_version != began_with

    def test_that_takes_the_cadence_away_leaves_its_pursuits_running(
        self, deployed_over: Follow, undisturbed: Story, tmp_path: Path
    ) -> None:
        follow = deployed_over.until("11:00")
        shutil.rmtree(tmp_path / "cadences" / "speed-to-lead")
        self.deploy_over(follow.stack)
        follow.until("2026-11-25 00:00")
        assert follow.lines() == undisturbed.lines()[: len(follow.timeline)]
        assert follow.post(email="sam@example.com").status == 500  # nothing to follow a new lead up with
