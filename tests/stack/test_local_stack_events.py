"""The event bus on the local stack: a rule's pattern decides which function an event reaches, and SES's part in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from followthrough.domain.email_events import touch_id_of_tag
from local.stack import LocalStack, SentEmail
from local.stack.event_bus import EventRule, checked_pattern
from local.stack.template import TemplateError
from tests.stack.following import Follow

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVENT = {"source": "aws.ses", "resources": ["one", "two"], "detail": {"eventType": "Bounce", "n": 1}}


def deploy_edited(folder: Path, old: str, new: str) -> LocalStack:
    """The shipped template with one text replaced by another, beside what it refers to."""
    for entry in ROOT.iterdir():
        if entry.name in {"functions", "layers", "statemachines", "cadences", "config"}:
            (folder / entry.name).symlink_to(entry)
    text = (ROOT / "template.yaml").read_text("utf-8")
    assert old in text
    (folder / "template.yaml").write_text(text.replace(old, new))
    return LocalStack.deploy(folder / "template.yaml", NOON, {"SenderDomain": "mail.example.com"})


class TestAPattern:
    @pytest.mark.parametrize(
        ("pattern", "matches"),
        [
            ({"source": ["aws.ses"]}, True),
            ({"source": ["aws.s3", "aws.ses"]}, True),
            ({"source": ["aws.s3"]}, False),
            ({"resources": ["two", "three"]}, True),
            ({"resources": ["three"]}, False),
            ({"detail": {"eventType": ["Bounce"]}}, True),
            ({"detail": {"eventType": ["Complaint"]}}, False),
            ({"detail": {"n": [1]}, "source": ["aws.ses"]}, True),
            ({"account": ["1"]}, False),
            ({"source": {"name": ["aws.ses"]}}, False),
        ],
    )
    def test_matches_where_each_place_has_one_of_its_values(self, pattern: Mapping[str, Any], *, matches: bool) -> None:
        assert EventRule("ListenFunction", pattern).matches(EVENT) is matches

    @pytest.mark.parametrize("value", [[{"prefix": "aws."}], [], "aws.ses"])
    def test_of_another_kind_stops_the_deployment(self, value: object) -> None:
        with pytest.raises(TemplateError, match="Rule: the local stack matches events by plain values only"):
            checked_pattern("Rule", {"detail": {"source": value}})


class TestWhatSesPublishes:
    def test_is_what_the_template_asks_for(self, tmp_path: Path) -> None:
        email = SentEmail(NOON, ("ann@example.com",), "us@mail.example.com", b"", "1", {}, "followthrough")
        with deploy_edited(
            tmp_path, "MatchingEventTypes: [bounce, complaint,", "MatchingEventTypes: [complaint,"
        ) as it:
            it.report_email(email, "Delivery", {"recipients": [], "timestamp": "2026-03-02T12:00:00Z"})
            assert it.work["lambda_invocations"] == {"NoteEmailEventFunction": 1}
            it.report_email(email, "Bounce", {})
            assert it.work["lambda_invocations"] == {"NoteEmailEventFunction": 1}

    def test_is_nothing_while_that_is_switched_off(self, tmp_path: Path) -> None:
        email = SentEmail(NOON, ("ann@example.com",), "us@mail.example.com", b"", "1", {}, "followthrough")
        with deploy_edited(
            tmp_path, "        Enabled: true\n        MatchingEventTypes", "        MatchingEventTypes"
        ) as it:
            it.report_email(email, "Delivery", {})
            assert it.work["lambda_invocations"] == {}

    def test_can_go_to_the_default_bus_only(self, tmp_path: Path) -> None:
        with pytest.raises(TemplateError, match="default event bus only"):
            deploy_edited(tmp_path, "event-bus/default", "event-bus/other")

    def test_is_about_the_e_mail_by_its_id_tags_and_configuration_set(self, stage: Follow) -> None:
        assert stage.post().status == 202
        (email,) = stage.until("10:06").stack.emails
        assert email.message_id == stage.touch(touch_id_of_tag(email.tags["touch"])).service_id
        assert email.tags.keys() == {"lead", "pursuit", "touch"}
        assert (email.tags["lead"], email.configuration_set) == (stage.lead_id, "followthrough")
