"""One lead on the local stack: posted as a real event, followed up in virtual time, with a script of what people do."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from followthrough.adapters.dynamodb_people import DynamoDBPeople
from followthrough.adapters.dynamodb_store import DynamoDBStore
from followthrough.adapters.dynamodb_team import DynamoDBTeamBook
from followthrough.adapters.files import PARTNERS, read_cadence_version, read_json, read_settings
from followthrough.adapters.form_body import read_fields
from followthrough.domain.cadence_values import StartedBy
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.email_events import touch_id_of_tag
from followthrough.domain.instants import format_instant
from followthrough.domain.leads import Lead, Touch
from followthrough.domain.partners import HANDOFF_CADENCE
from local.business_systems import new_events_token, post_event
from local.lead_mail import answer_by_email
from local.mail_service import bounce, complain, newest_email_to
from local.posted_lead import ASKED_AFTER, PostedLead, json_event, usual_appointment, usual_beginning, with_partners_for
from local.project import CADENCES, CONFIG, TEMPLATE
from local.rep_phone import newest_link, press, text_back
from local.scripts import (
    AnyEntry,
    BounceEntry,
    ComplaintEntry,
    CrashEntry,
    EmailReplyEntry,
    EventEntry,
    PartnerAnswerEntry,
    PostAgainEntry,
    PressEntry,
    ReportEntry,
    Script,
    TextFromLeadEntry,
    TextFromRepEntry,
)
from local.stack import HttpAnswer, LocalStack, SentEmail, SentText

ACCEPTED = (200, 202, 303)


@dataclass(frozen=True)
class Note:
    """Something that the script had somebody do, and what came of it."""

    at: datetime
    do: str
    result: str


@dataclass(frozen=True)
class DemoRun:
    """What happened: the lead as it stands, its timeline, and everything that was sent."""

    arrives: datetime
    lead: Lead
    version: CadenceVersion
    """The first pursuit's."""
    cadences: Mapping[int, str]
    """By the numbers of the pursuits."""
    touches: tuple[Touch, ...]
    emails: tuple[SentEmail, ...]
    texts: tuple[SentText, ...]
    notes: tuple[Note, ...]
    failures: tuple[str, ...]
    work: Mapping[str, Any]


@dataclass(frozen=True)
class DemoRefused:
    """Intake refused the lead; `words` is its answer."""

    words: str


@dataclass
class Demo:
    """A demo to be run: a lead, for how long, with a script, and with another cadence for new leads if given."""

    posted: PostedLead
    span: timedelta
    script: Script
    cadence: Path | None = None
    _notes: list[Note] = field(default_factory=list)

    def run(self) -> DemoRun | DemoRefused:
        """Deploy, post, follow up until the span is over."""
        event = usual_beginning(read_cadence_version(self.cadence).cadence) if self.cadence else "arrival"
        with (
            _layers(self.cadence, event, read_fields(self.posted.event)) as layers,
            deployed(self.posted.arrives, layers) as stack,
        ):
            answer = stack.http_event(self.posted.event)
            lead_id = only_lead(stack)
            if answer.status not in ACCEPTED or lead_id is None:
                return DemoRefused(f"the lead was refused ({answer.status}): {_words(answer)}")
            if event in ("appointment", "no_show"):
                stack.call_at(self.posted.arrives, partial(_book, stack, lead_id))
            if event == "no_show":
                missed_at = usual_appointment(store_of(stack).load(lead_id)) + ASKED_AFTER
                stack.call_at(missed_at, partial(_say, stack, lead_id, "no_show"))
            if event == "silence":
                stack.call_at(self.posted.arrives, partial(_say, stack, lead_id, "in_conversation"))
            for moment, entry in self.script.by_time(self.posted.arrives):
                stack.call_at(moment, partial(self._act, stack, lead_id, entry))
            _run_until(stack, self.posted.arrives + self.span)
            return self._seen(stack, lead_id, {"arrival": 1, "no_show": 3}.get(event, 2))

    def _seen(self, stack: LocalStack, lead_id: str, first_pursuit: int) -> DemoRun:
        end = self.posted.arrives + self.span
        store = DynamoDBPeople(stack.outputs["TableName"], lambda: stack.now, stack.client("dynamodb"))
        lead = store.load(lead_id)
        timeline = store.timeline(lead_id)
        touches = tuple(touch for touch in timeline if touch.due_at < end and touch.pursuit >= first_pursuit)
        pursuits = {each.pursuit.number: each.pursuit for each in (*store.past(lead_id), lead)}
        first = pursuits[min(first_pursuit, lead.pursuit.number)]
        version = store.load_version(first.cadence, first.cadence_version)
        cadences = {number: pursuit.cadence for number, pursuit in pursuits.items()}
        emails, texts = tuple(stack.emails), tuple(stack.texts)
        failures = tuple(str(failure) for failure in stack.failures)
        return DemoRun(
            self.posted.arrives,
            lead,
            version,
            cadences,
            touches,
            emails,
            texts,
            tuple(self._notes),
            failures,
            stack.work,
        )

    def _act(self, stack: LocalStack, lead_id: str, entry: AnyEntry) -> None:
        self._notes.append(Note(stack.now, entry.do, self._done(stack, lead_id, entry)))

    def _done(self, stack: LocalStack, lead_id: str, entry: AnyEntry) -> str:
        if isinstance(entry, ReportEntry):
            return report(stack, lead_id, entry)
        if isinstance(entry, PartnerAnswerEntry):
            said = ReportEntry(
                at=entry.moment(stack.now), do="report", outcome=entry.answer, appointment_at=entry.appointment_at
            )
            return report(stack, lead_id, said)
        if isinstance(entry, TextFromRepEntry | PressEntry):
            return _by_phone(stack, store_of(stack).load(lead_id), entry)
        if isinstance(entry, TextFromLeadEntry | EmailReplyEntry):
            return _by_lead(stack, store_of(stack).load(lead_id), entry)
        if isinstance(entry, PostAgainEntry):
            fields = {**read_fields(self.posted.event), **entry.fields}
            answer = stack.http_event(json_event(fields, self.posted.event))
            return f"{answer.status}"
        if isinstance(entry, EventEntry):
            return _by_system(stack, lead_id, entry)
        if isinstance(entry, CrashEntry):
            stack.crash(f"{entry.when}:{entry.call}")
            return f"the next function dies {entry.when} {entry.call}"
        if isinstance(entry, BounceEntry | ComplaintEntry):
            return _by_mail(stack, lead_id, entry)
        token = store_of(stack).load(lead_id).token
        return f"{stack.http('POST', f'/unsubscribe/{token}', {}, b'List-Unsubscribe=One-Click').status}"


def _by_system(stack: LocalStack, lead_id: str, entry: EventEntry) -> str:
    """Another system reports an event; the answer in a word."""
    at = {"at": format_instant(entry.event_at)} if entry.event_at else {}
    answer = post_event(stack, new_events_token(stack), {"lead_id": lead_id, "event": entry.event, **at})
    said = json.loads(answer.body)
    return str(said.get("result") or said["error"])


def _by_mail(stack: LocalStack, lead_id: str, entry: BounceEntry | ComplaintEntry) -> str:
    """What became of the newest e-mail to the lead: which it was."""
    email = newest_email_to(stack, lead_id)
    if email is None:
        return "the lead was sent no e-mail yet"
    if isinstance(entry, BounceEntry):
        bounce(stack, email, entry.kind)
    else:
        complain(stack, email)
    return touch_id_of_tag(email.tags["touch"])


def _by_phone(stack: LocalStack, lead: Lead, entry: TextFromRepEntry | PressEntry) -> str:
    """A rep texts or presses; who it was, and what they texted or saw."""
    team = read_settings(CONFIG).team
    person = team.person(entry.rep or (lead.ask.holder if lead.ask else lead.rep) or "")
    if person is None:
        return "nobody has been asked yet"
    if isinstance(entry, TextFromRepEntry):
        text_back(stack, person.phone, entry.text)
        return f"{person.id}: {entry.text}"
    path = newest_link(stack, person)
    if path is None:
        return f"{person.id} was sent no link yet"
    told, fields = entry.model_dump(include={"note", "next_step"}, exclude_none=True), _filled_in(entry, lead)
    if entry.outcome == "in_conversation" and entry.callback_at:  # that page asks for the day afterwards
        told["follow_up"] = fields["follow_up"]
    return f"{person.id}: {press(stack, path, entry.outcome, fields, told)}"


def _by_lead(stack: LocalStack, lead: Lead, entry: TextFromLeadEntry | EmailReplyEntry) -> str:
    """The lead writes to us; what they wrote."""
    if isinstance(entry, EmailReplyEntry):
        return entry.text if answer_by_email(stack, lead, entry.text) else "they were sent no e-mail yet"
    if lead.profile.phone is None:
        return "they left no number"
    text_back(stack, lead.profile.phone, entry.text)
    return entry.text


def _filled_in(entry: PressEntry, lead: Lead) -> dict[str, str]:
    """The page's fields for times, as browsers fill them in: on the lead's clock."""
    zone, fields = ZoneInfo(lead.place.zones[0]), {}
    if entry.appointment_at:
        fields["appointment_at"] = f"{entry.appointment_at.astimezone(zone):%Y-%m-%dT%H:%M}"
    if entry.callback_at:
        fields["callback_at"] = f"{entry.callback_at.astimezone(zone):%Y-%m-%dT%H:%M}"
        fields["follow_up"] = fields["callback_at"][:10]
    return fields


def _run_until(stack: LocalStack, end: datetime) -> None:
    """Run on, and have the watchdog look in only when a rep's text is to go out: at all other minutes, 43,200 in thirty
    days, it would find nothing.
    """
    team = DynamoDBTeamBook(stack.outputs["TableName"], lambda: stack.now, stack.client("dynamodb"))
    while stack.now < end:
        quiet = [waiting.quiet_until or stack.now for waiting in team.state().waiting.values() if waiting.calls]
        look = max(min(quiet), stack.now + timedelta(minutes=1)) if quiet else end
        following = stack.next_due()
        stack.run_until(min(end, look, following + timedelta(seconds=1) if following else end))
        if quiet and stack.now == look:
            stack.fire_schedules()


def _book(stack: LocalStack, lead_id: str) -> None:
    """A rep agrees an appointment, which is how a lead comes to a cadence that counts from one."""
    at = usual_appointment(store_of(stack).load(lead_id))
    stack.invoke(
        "ReportOutcomeFunction", {"lead_id": lead_id, "outcome": "booked", "appointment_at": format_instant(at)}
    )


def _say(stack: LocalStack, lead_id: str, outcome: str) -> None:
    """A rep reports what brings a lead to a cadence."""
    stack.invoke("ReportOutcomeFunction", {"lead_id": lead_id, "outcome": outcome})


def deployed(starts_at: datetime, layers: Mapping[str, Path], public_url: str | None = None) -> LocalStack:
    """The shipped template on the local stack. `layers` replaces folders that layers are read from."""
    sender = read_json((layers.get("config") or CONFIG) / "business.json")["email"]
    domain = sender.rpartition("@")[2]
    parameters = {"SenderDomain": domain, "ReplyDomain": f"reply.{domain}"}
    if public_url is None:
        return LocalStack.deploy(TEMPLATE, starts_at, parameters, layer_folders=layers)
    return LocalStack.deploy(TEMPLATE, starts_at, parameters, public_url, layers)


def report(stack: LocalStack, lead_id: str, entry: ReportEntry) -> str:
    """Report an outcome through the deployed function; its answer in a word."""
    include = {"outcome", "callback_at", "appointment_at", "note", "next_step"}
    said = entry.model_dump(mode="json", include=include, exclude_none=True)
    payload = {"lead_id": lead_id, **said} | ({"touch_id": entry.touch} if entry.touch else {})
    answer = stack.invoke("ReportOutcomeFunction", payload)
    return str(answer.get("result") or answer.get("error"))


def store_of(stack: LocalStack) -> DynamoDBStore:
    """The stack's table, for looking at."""
    return DynamoDBStore(stack.outputs["TableName"], lambda: stack.now, stack.client("dynamodb"))


def only_lead(stack: LocalStack) -> str | None:
    """The id of the one lead there is."""
    return next(iter(all_leads(stack)), None)


def all_leads(stack: LocalStack) -> list[str]:
    """The ids of all leads, by scanning: for a laptop only."""
    pages = (
        stack.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=stack.outputs["TableName"],
            FilterExpression="sk = :lead",
            ExpressionAttributeValues={":lead": {"S": "LEAD"}},
        )
    )
    return sorted(item["pk"]["S"].removeprefix("LEAD#") for page in pages for item in page["Items"])


@contextmanager
def _layers(cadence: Path | None, event: StartedBy, fields: Mapping[str, str]) -> Iterator[dict[str, Path]]:
    """The folders that layers are read from, where another cadence is to be the one that an event begins. `fields` are
    what is posted: a hand-off needs partners for it.
    """
    if cadence is None:
        yield {}
        return
    with tempfile.TemporaryDirectory() as scratch:
        config, cadences = Path(scratch, "config"), Path(scratch, "cadences")
        name = HANDOFF_CADENCE if event == "handoff" else cadence.resolve().name
        shutil.copytree(CONFIG, config)
        shutil.copytree(CADENCES, cadences, ignore=shutil.ignore_patterns(name))
        shutil.copytree(cadence, cadences / name)
        business = read_json(CONFIG / "business.json")
        if event == "handoff":
            served = with_partners_for(fields, read_settings(CONFIG)).partners
            (config / PARTNERS).write_text(served.model_dump_json(exclude_none=True), encoding="utf-8")
        else:
            business["cadences"] = {**business["cadences"], event: name}
        (config / "business.json").write_text(json.dumps(business), encoding="utf-8")
        yield {"config": config, "cadences": cadences}


def _words(answer: HttpAnswer) -> str:
    return answer.body.decode(errors="replace")
