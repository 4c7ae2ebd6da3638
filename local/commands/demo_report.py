"""What a demo prints: the timeline with everything that was sent, or the same as JSON."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any
from zoneinfo import ZoneInfo

from rich.panel import Panel
from rich.text import Text

from followthrough.adapters.files import read_settings
from followthrough.domain.business import Team
from followthrough.domain.instants import format_instant
from local.commands.console import out
from local.commands.public_json import follow_up_json
from local.commands.timeline import timeline_table
from local.demo import DemoRun
from local.project import CONFIG
from local.stack import SentEmail


@dataclass(frozen=True)
class _Sent:
    kind: str
    to: str
    at: datetime
    subject: str | None
    body: str


def demo_json(run: DemoRun) -> dict[str, Any]:
    """The same JSON as preview's, with what was sent and the work that it took."""
    lead = run.lead
    follow_up = follow_up_json(run.version, lead, run.touches, lead.status, lead.closed_at)
    return {
        **follow_up,
        "sent": [
            {"kind": one.kind, "to": one.to, "at": format_instant(one.at), "subject": one.subject, "body": one.body}
            for one in _all_sent(run)
        ],
        "script": list(run.notes),
        "work": run.work,
    }


def show_demo(run: DemoRun) -> None:
    """The story of one lead, for people."""
    zone = ZoneInfo(run.lead.place.zones[0])
    profile, arrived = run.lead.profile, run.lead.arrived_at.astimezone(zone)
    out.print(f"\n[bold]{profile.name or 'A lead'}[/bold] asked about {profile.service or 'something'} on "
              f"{arrived:%A} {arrived.day} {arrived:%B %Y at %H:%M} ({zone.key}); cadence "
              f"[bold]{run.version.cadence.name}[/bold], version {run.version.version}.\n")
    team = read_settings(CONFIG).team
    sent = _all_sent(run)
    out.rule("what was sent", style="dim")
    for one in sent:
        out.print(_line(one, team, zone), soft_wrap=False)
    _show_first_email(sent)
    out.rule("timeline", style="dim")
    out.print(timeline_table(list(run.touches), zone))
    for note in run.notes:
        out.print(f"script: {note}", style="dim", markup=False)
    out.print(_ending(run, zone))
    out.print(_work(run), style="dim")


def _line(one: _Sent, team: Team, zone: ZoneInfo) -> Text:
    local = one.at.astimezone(zone)
    line = Text(f"{local:%a} {local.day:2} {local:%b %H:%M}  ", "dim")
    people = {person.phone: person for person in (*team.reps, team.manager)}
    if one.kind == "sms" and one.to in people:
        return line.append(f"text to {people[one.to].name}: ", "cyan").append(one.body)
    if one.kind == "sms":
        return line.append("text to the lead: ", "green").append(one.body)
    return line.append("e-mail to ", "magenta").append(one.to, "magenta").append(f": {one.subject}")


def _show_first_email(sent: list[_Sent]) -> None:
    email = next((one for one in sent if one.kind == "email"), None)
    if email:
        out.print(Panel(Text(email.body.strip()), title=f"the first e-mail: {email.subject}", title_align="left", width=84))


def _ending(run: DemoRun, zone: ZoneInfo) -> str:
    lead = run.lead
    if lead.closed_at:
        ended = lead.closed_at.astimezone(zone)
        return f"\n[bold]Where it stands:[/bold] closed {ended:%a} {ended.day} {ended:%b, %H:%M}: {lead.status.replace('_', ' ')}."
    if lead.next_touch_at is None:
        return "\n[bold red]Where it stands: open without a next touch. That is a defect.[/bold red]"
    following = lead.next_touch_at.astimezone(zone)
    return (
        f"\n[bold]Where it stands:[/bold] open, because nobody has reported a yes, a no or an opt-out; "
        f"next touch {following:%a} {following.day} {following:%b, %H:%M}."
    )


def _work(run: DemoRun) -> str:
    functions, calls = run.work["lambda_invocations"], run.work["aws_calls"]
    return (
        f"{run.work['transitions']} state transitions, {sum(functions.values())} Lambda invocations, "
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
