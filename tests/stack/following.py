"""One lead followed up by the shipped template on the local stack, and looked at from outside, in local time."""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from followthrough.adapters.files import read_json, read_settings
from followthrough.domain.instants import round_up
from followthrough.domain.leads import Lead, Touch
from local.demo import all_leads, deployed, store_of
from local.project import CONFIG
from local.stack import Execution, HttpAnswer, LambdaFailed, LocalStack

NEW_YORK = "America/New_York"
MAYA = {
    "name": "Maya Thompson",
    "email": "maya.thompson@example.com",
    "phone": "(917) 555-0142",
    "service": "Kitchen remodel",
    "postal_code": "10003",
}
MONDAY_10 = "2026-11-23 10:00"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

WHO = {
    **{person["phone"]: person["id"] for person in read_json(CONFIG / "team.json")["reps"]},
    read_settings(CONFIG).team.manager.phone: read_settings(CONFIG).team.manager.id,
}


@dataclass(frozen=True)
class Text:
    """A text message: when, in the lead's local time, to whom (a rep's id where it is one), and what."""

    at: str
    to: str
    body: str


@dataclass(frozen=True)
class Email:
    """An e-mail: when, in the lead's local time, to whom, and what; in `text` line breaks are spaces."""

    at: str
    to: str
    subject: str
    text: str
    message: EmailMessage


@dataclass(frozen=True)
class Story:
    """What there is to see of a lead's follow-up, at one moment or when it is over. Times are the lead's own."""

    zone: ZoneInfo
    lead: Lead
    timeline: Sequence[Touch]
    texts: Sequence[Text]
    emails: Sequence[Email]
    runs: Mapping[str, str]
    failures: Sequence[LambdaFailed]
    wakes_at: datetime | None
    api_url: str

    def local(self, moment: datetime) -> str:
        """`2026-11-23 10:00:00`, without seconds if there are none."""
        return _local(moment, self.zone)

    def date(self, touch: Touch) -> date:
        """The local date of a touch."""
        return touch.due_at.astimezone(self.zone).date()

    def touch(self, touch_id: str) -> Touch:
        """One touch of the present pursuit."""
        number = self.lead.pursuit.number
        (found,) = [touch for touch in self.timeline if (touch.id, touch.pursuit) == (touch_id, number)]
        return found

    def lines(self) -> list[str]:
        """The timeline, a line each: when, step, status, and the outcome or reason."""
        return [
            f"{self.local(touch.due_at)} {touch.step} {touch.status} {touch.outcome or touch.reason or ''}".strip()
            for touch in self.timeline
        ]

    def done(self, channel: str | None = None, day: str = "") -> list[Touch]:
        """The touches that were not skipped, of a channel, on a local date."""
        return [
            touch
            for touch in self.timeline
            if touch.status != "skipped"
            and channel in (None, touch.channel)
            and self.local(touch.due_at).startswith(day)
        ]


class Follow:
    """The stack with one lead on it. All times given and answered are the lead's local wall time."""

    def __init__(self, stack: LocalStack, zone: str = NEW_YORK) -> None:
        self.stack = stack
        self.zone = ZoneInfo(zone)
        self.lead_id = ""

    @classmethod
    def open(cls, arrives: str = MONDAY_10, zone: str = NEW_YORK, layers: Mapping[str, Path] | None = None) -> Self:
        """Deploy; it is `arrives`, and nobody has posted yet. `layers` replaces folders such as `cadences`."""
        return cls(deployed(local_moment(arrives, ZoneInfo(zone)), layers or {}), zone)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the stack, which must have had no accident."""
        self.stack.close()
        assert self.stack.accidents == []

    # ---- what people do

    def post(self, **fields: str | None) -> HttpAnswer:
        """Post Maya's form; a field that is None is left out. The first lead stored is the one followed."""
        given = {name: text for name, text in {**MAYA, **fields}.items() if text is not None}
        headers = {"content-type": "application/json"}
        answer = self.stack.http("POST", "/leads", headers, json.dumps(given).encode())
        stored = all_leads(self.stack)
        if not self.lead_id and stored:
            (self.lead_id,) = stored
        return answer

    def report(self, outcome: str, **more: str) -> dict[str, Any]:
        """A rep reports, now."""
        said = {"lead_id": self.lead_id, "outcome": outcome, **more}
        answer: dict[str, Any] = self.stack.invoke("ReportOutcomeFunction", said)
        return answer

    def unsubscribe(self) -> HttpAnswer:
        """What the lead's mail program sends when its unsubscribe button is pressed (RFC 8058)."""
        headers = {"content-type": "application/x-www-form-urlencoded"}
        path = f"/unsubscribe/{self.lead.token}"
        return self.stack.http("POST", path, headers, b"List-Unsubscribe=One-Click")

    # ---- time

    def moment(self, local: str) -> datetime:
        """`2026-11-24 08:00`, or `08:00` of the present day."""
        today = f"{self.stack.now.astimezone(self.zone):%Y-%m-%d} "
        return local_moment(local if "-" in local else today + local, self.zone)

    def until(self, local: str, *, schedules: bool = False) -> Self:
        """Run everything due before then."""
        self.stack.run_until(self.moment(local), schedules=schedules)
        return self

    def watched_until(self, local: str, each: timedelta) -> Self:
        """Run until then with the watchdog on duty, but more rarely than each minute, which would take long."""
        end, moment = self.moment(local), self.stack.now + each
        while moment < end:
            self.stack.call_at(moment, self.stack.fire_schedules)
            moment += each
        self.stack.run_until(end)
        return self

    def through(self, local: str) -> Self:
        """Run everything due up to that very second too."""
        self.stack.run_until(self.moment(local) + timedelta(seconds=1))
        return self

    def days(self, number: int) -> Self:
        """Run on for so many days."""
        self.stack.run_until(self.stack.now + number * DAY)
        return self

    def at(self, local: str, do: Callable[[], object]) -> Self:
        """Let something happen then."""
        self.stack.call_at(self.moment(local), do)
        return self

    def report_at(self, local: str, outcome: str, **more: str) -> Self:
        """Let a rep report then."""
        return self.at(local, lambda: self.report(outcome, **more))

    # ---- what can be seen

    @property
    def story(self) -> Story:
        """Everything that there is to see, now."""
        return Story(
            zone=self.zone,
            lead=self.lead,
            timeline=store_of(self.stack).timeline(self.lead_id),
            texts=self.texts,
            emails=[self._email(email.at, email.to[0], email.raw) for email in self.stack.emails],
            runs={one.name.removeprefix(f"{self.lead_id}-"): one.status for one in self.stack.executions()},
            failures=tuple(self.stack.failures),
            wakes_at=self.stack.next_due(),
            api_url=self.stack.outputs["PublicUrl"],
        )

    @property
    def lead(self) -> Lead:
        """The lead as stored."""
        return store_of(self.stack).load(self.lead_id)

    @property
    def ask_of(self) -> str | None:
        """The call that somebody is being asked for."""
        ask = self.lead.ask
        return ask.touch_id if ask else None

    @property
    def timeline(self) -> Sequence[Touch]:
        """All touches, by due time."""
        return self.story.timeline

    @property
    def texts(self) -> Sequence[Text]:
        """All text messages sent."""
        sent = self.stack.texts
        return [Text(self.local(text.at), WHO.get(text.phone, text.phone), text.body) for text in sent]

    @property
    def emails(self) -> Sequence[Email]:
        """All e-mails sent."""
        return self.story.emails

    @property
    def runs(self) -> Mapping[str, str]:
        """The status of each execution, by pursuit and run, in the order of their start."""
        return self.story.runs

    def local(self, moment: datetime) -> str:
        """See Story."""
        return _local(moment, self.zone)

    def date(self, touch: Touch) -> date:
        """See Story."""
        return self.story.date(touch)

    def touch(self, touch_id: str) -> Touch:
        """See Story."""
        return self.story.touch(touch_id)

    def lines(self) -> list[str]:
        """See Story."""
        return self.story.lines()

    def done(self, channel: str | None = None, day: str = "") -> list[Touch]:
        """See Story."""
        return self.story.done(channel, day)

    def _email(self, at: datetime, to: str, raw: bytes) -> Email:
        message = message_from_bytes(raw, policy=policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        return Email(self.local(at), to, str(message["Subject"]), " ".join(body.get_content().split()), message)

    def run_named(self, name: str) -> Execution:
        """One execution, by pursuit and run, such as `1-1`."""
        (found,) = [one for one in self.stack.executions() if one.name == f"{self.lead_id}-{name}"]
        return found

    def calls_of(self, call: str) -> int:
        """How often functions have made an AWS call, such as sesv2.SendEmail; every attempt counts."""
        made: int = self.stack.work["aws_calls"].get(call, 0)
        return made


def layers_with_cadence(
    folder: Path, steps: Sequence[Mapping[str, Any]], messages: Mapping[str, str]
) -> Mapping[str, Path]:
    """The layers of a deployment in which new leads are followed up by these steps, until no response."""
    cadence, config = folder / "cadences" / "tried-out", folder / "config"
    (cadence / "messages").mkdir(parents=True)
    written = {"name": "tried-out", "about": "For a test.", "steps": steps, "ends": {"because": "no_response"}}
    (cadence / "cadence.json").write_text(json.dumps(written))
    for name, text in messages.items():
        (cadence / "messages" / f"{name}.txt").write_text(text)
    shutil.copytree(CONFIG, config)
    business = read_json(CONFIG / "business.json") | {"cadences": {"arrival": "tried-out", "asked_again": "tried-out"}}
    (config / "business.json").write_text(json.dumps(business))
    return {"cadences": folder / "cadences", "config": config}


def local_moment(local: str, zone: ZoneInfo) -> datetime:
    """`2026-11-24 08:00` there, in UTC."""
    return round_up(datetime.fromisoformat(local).replace(tzinfo=zone))


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}".removesuffix(":00")
