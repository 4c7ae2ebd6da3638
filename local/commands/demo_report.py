"""What a demo prints: the story of one lead, with everything that was sent, or the same as JSON."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from followthrough.adapters.files import read_settings
from followthrough.domain.instants import format_instant
from followthrough.domain.leads import Touch
from local.commands.console import out
from local.commands.public_json import follow_up_json
from local.commands.timeline import firsts_of_pursuits
from local.demo import DemoRun
from local.project import CONFIG
from local.stack import SentEmail
from local.touch_words import CHANNELS, what_came_of_it

WIDTH_OF_EMAIL = 84
UNSEEN = frozenset({"sent", "claimed"})
"""Touches whose message stands in the story already."""


@dataclass(frozen=True)
class _Sent:
    kind: str
    to: str
    at: datetime
    subject: str | None
    body: str


@dataclass(frozen=True)
class _Event:
    at: datetime
    what: str
    words: Text
    style: str = ""


def demo_json(run: DemoRun) -> dict[str, Any]:
    """The same JSON as preview's, with what was sent and the work that it took."""
    lead = run.lead
    follow_up = follow_up_json(run.version, lead, run.touches, lead.status, lead.closed_at)
    return {
        **follow_up,
        "sent": [
            {
                "kind": one.kind,
                "to": one.to,
                "at": format_instant(one.at),
                "subject": one.subject,
                "body": one.body,
            }
            for one in _all_sent(run)
        ],
        "script": [{"at": format_instant(note.at), "do": note.do, "result": note.result} for note in run.notes],
        "work": run.work,
    }


def show_demo(run: DemoRun) -> None:
    """The story of one lead, for people, in the lead's own time."""
    zone = ZoneInfo(run.lead.place.zones[0])
    out.print(_opening(run, zone))
    out.print(_story(sorted(_events(run), key=lambda event: event.at), zone))
    _show_first_email(run)
    for failure in run.failures:
        out.print(f"A function failed: {failure}", style="bold red", markup=False)
    out.print(_ending(run, zone))
    out.print(_work(run), style="dim")


def _opening(run: DemoRun, zone: ZoneInfo) -> str:
    profile, arrived = run.lead.profile, run.arrives.astimezone(zone)
    who, what = profile.name or "A lead", profile.service or "an answer"
    return (
        f"\n[bold]{who}[/bold] asks for [bold]{what}[/bold] on {arrived:%A}, {arrived.day} {arrived:%B %Y, %H:%M} "
        f"({zone.key}).\nCadence [bold]{run.version.cadence.name}[/bold], version {run.version.version}; "
        "template.yaml, the state machine and the functions are the shipped ones.\n"
    )


def _events(run: DemoRun) -> Iterator[_Event]:
    for note in run.notes:
        yield _Event(note.at, "script", Text(f"{note.do}: {note.result}"), "yellow")
    team = read_settings(CONFIG).team
    people = {way: person for person in (*team.reps, team.manager) for way in (person.phone, person.email)}
    for one in _all_sent(run):
        words = one.body if one.kind == "sms" else one.subject or ""
        if person := people.get(one.to):
            yield _Event(one.at, "nudge", Text(f"{person.name}: ", "bold").append(words, "not bold"), "cyan")
        else:
            what = "text" if one.kind == "sms" else "e-mail"
            yield _Event(one.at, what, Text(f"{one.to}: ", "bold").append(words, "not bold"), "magenta")
    for number, first in firsts_of_pursuits(run.touches)[1:]:
        begins = Text(f"{run.cadences[number]} begins", "bold")
        yield _Event(min(first.due_at, first.ended_at or first.due_at), "cadence", begins)
    for touch in run.touches:
        if touch.status not in UNSEEN:
            yield _touch_event(touch)


def _touch_event(touch: Touch) -> _Event:
    quiet = "dim" if touch.status in ("skipped", "silent", "asked") else "bold red"
    style = "green" if touch.status == "reported" else quiet
    return _Event(
        touch.ended_at or touch.due_at,
        CHANNELS[touch.channel],
        Text(f"{touch.step}: {what_came_of_it(touch)}"),
        style,
    )


def _story(events: list[_Event], zone: ZoneInfo) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for width in (10, 5, 6, None):
        table.add_column(width=width, overflow="fold")
    for day, group in groupby(events, key=lambda event: event.at.astimezone(zone).date()):
        for place, event in enumerate(group):
            label = Text(f"{day:%a} {day.day} {day:%b}" if place == 0 else "", "bold")
            table.add_row(
                label,
                Text(f"{event.at.astimezone(zone):%H:%M}", "dim"),
                event.what,
                event.words,
                style=event.style,
            )
    return table


def _show_first_email(run: DemoRun) -> None:
    email = next((one for one in _all_sent(run) if one.kind == "email" and one.to == run.lead.profile.email), None)
    if email:
        title = Text(f"the first e-mail: {email.subject}")
        out.print(Panel(Text(email.body.strip()), title=title, title_align="left", width=WIDTH_OF_EMAIL))


def _ending(run: DemoRun, zone: ZoneInfo) -> str:
    lead = run.lead
    if lead.closed_at:
        ended = lead.closed_at.astimezone(zone)
        because = lead.status.replace("_", " ")
        return f"\n[bold]Where it stands:[/bold] closed on {ended:%a} {ended.day} {ended:%b, %H:%M}: {because}."
    if lead.next_touch_at is None:
        return "\n[bold red]Where it stands: open without a next touch. That is a defect.[/bold red]"
    following = lead.next_touch_at.astimezone(zone)
    return (
        "\n[bold]Where it stands:[/bold] open, because there is no yes, no no and no opt-out yet; "
        f"next touch {following:%a} {following.day} {following:%b, %H:%M}."
    )


def _work(run: DemoRun) -> str:
    functions, calls = run.work["lambda_invocations"], run.work["aws_calls"]
    return (
        f"It took {run.work['transitions']} state transitions, {sum(functions.values())} Lambda invocations and "
        f"{sum(calls.values())} AWS calls."
    )


def _all_sent(run: DemoRun) -> list[_Sent]:
    texts = [_Sent("sms", text.phone, text.at, None, text.body) for text in run.texts]
    emails = [_email(email) for email in run.emails]
    return sorted([*texts, *emails], key=lambda one: one.at)


def _email(email: SentEmail) -> _Sent:
    message = message_from_bytes(email.raw, policy=policy.default)
    text = message.get_body(("plain",))
    return _Sent("email", email.to[0], email.at, str(message["Subject"]), text.get_content() if text else "")
