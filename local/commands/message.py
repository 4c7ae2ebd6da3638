"""`followthrough message`: one message as somebody will get it."""

from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from botocore.exceptions import NoRegionError

from followthrough.adapters.files import read_settings
from followthrough.adapters.messages import KINDS
from followthrough.adapters.wiring import utc_now
from followthrough.domain.business import Rep, Settings
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.errors import (
    FollowthroughError,
    Refused,
    SendingRefused,
    SendingThrottled,
    SendingUnknown,
)
from followthrough.domain.instants import format_instant
from followthrough.domain.intake import RefusedFields
from followthrough.domain.leads import LONGEST_NEXT_STEP, Lead
from local.commands import arguments
from local.commands.console import USED_WRONG, fail, out, print_json
from local.commands.deployed import Region
from local.one_message import Happened, NoSuchMessage, Rendering, kinds_of, render, the_one_with
from local.own_sends import one_of_us, send_to_us
from local.posted_lead import read_posted_lead
from local.project import CONFIG

NOBODY = "none"
_SENT_AS = {"email": "an e-mail", "text": "a text"}


def message(
    name: Annotated[str, typer.Argument(help="A message's name, as in cadences/*/messages/NAME.KIND.txt.")],
    cadence: Annotated[
        str | None, typer.Option(help="A cadence's name or folder. Needed where several have a message of that name.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help=f"One of {', '.join(KINDS)}. Default: all there are.")] = None,
    lead: Annotated[
        Path | None,
        typer.Option(help="The JSON that a form posts, or an API Gateway event. Default: the sample lead."),
    ] = None,
    unanswered: Annotated[int, typer.Option(min=0, help="Calls that nobody answered.")] = 0,
    voicemails: Annotated[int, typer.Option(min=0, help="Of these, how many left a message.")] = 0,
    talked: Annotated[
        str | None,
        typer.Option(help="When somebody last spoke with them, ISO 8601. Default with --next-step: when they asked."),
    ] = None,
    next_step: Annotated[str | None, typer.Option(help="What that conversation agreed or left open.")] = None,
    note: Annotated[str | None, typer.Option(help="What the rep noted; for reps only.")] = None,
    appointment: Annotated[str | None, typer.Option(help="Their appointment, ISO 8601.")] = None,
    call_at: Annotated[str | None, typer.Option(help="When we will call them, ISO 8601.")] = None,
    rep: Annotated[
        str | None, typer.Option(help=f"Whose lead it is: an id of config/team.json, or {NOBODY}. Default: the first.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the e-mail as it looks.")] = None,
    send_to: Annotated[
        str | None,
        typer.Option(help="Send it, marked as a test, to yourselves: an id of config/team.json, or business."),
    ] = None,
    region: Region = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show one message for a lead, in every kind it is written in. Nothing is sent without --send-to."""
    _check_given(kind, next_step)
    try:
        settings = read_settings(CONFIG)
        version = arguments.cadence_version(cadence) if cadence else the_one_with(name)
        business = settings.business
        happened = Happened(
            rep=_rep(rep, settings),
            unanswered=unanswered,
            voicemails=voicemails,
            spoken_at=arguments.moment(talked, business),
            note=note,
            next_step=next_step,
            appointment_at=arguments.moment(appointment, business),
            call_at=arguments.moment(call_at, business),
        )
        somebody = read_posted_lead(lead, None, {}).lead(version, settings, happened.appointment_at)
        _check_order(happened, somebody)
        renderings = render(name, kinds_of(name, version, kind), version, somebody, settings, happened)
    except NoSuchMessage as error:
        raise typer.BadParameter(str(error)) from None
    except RefusedFields as refused:
        fail("\n".join(f"{field} {reason}" for field, reason in refused.fields.items()), USED_WRONG)
    except FollowthroughError as error:
        fail(str(error))
    page = _write(html, renderings) if html else None
    sent = _send(renderings, send_to, settings, region) if send_to else None
    if json:
        print_json(_as_json(name, version, renderings, sent))
        return
    if page:
        out.print(f"Wrote {page}", markup=False, soft_wrap=True)
    elif not sent:
        _show(name, version, renderings)
    if sent:
        _tell_sent(sent)


def _check_given(kind: str | None, next_step: str | None) -> None:
    if kind not in (None, *KINDS):
        raise typer.BadParameter(f"'{kind}' is not a kind of message: write one of {', '.join(KINDS)}")
    if next_step and len(next_step) > LONGEST_NEXT_STEP:
        raise typer.BadParameter(f"--next-step: {LONGEST_NEXT_STEP} characters at most, and these are {len(next_step)}")


def _check_order(happened: Happened, somebody: Lead) -> None:
    if happened.spoken_at and happened.spoken_at < somebody.arrived_at:
        raise typer.BadParameter(f"--talked: this lead only asked at {format_instant(somebody.arrived_at)}")


def _rep(id_: str | None, settings: Settings) -> Rep | None:
    if id_ is None:
        return settings.team.reps[0]
    person = settings.team.person(id_)
    if person is None and id_ != NOBODY:
        people = ", ".join([*(each.id for each in settings.team.people), NOBODY])
        raise typer.BadParameter(f"'{id_}' is nobody in config/team.json: write one of {people}")
    return person


# -- showing ---------------------------------------------------------------------------------------------------------


def _show(name: str, version: CadenceVersion, renderings: list[Rendering]) -> None:
    for place, rendering in enumerate(renderings):
        out.print("" if place == 0 else "\n", end="")
        out.print(f"{version.cadence.name} · {name} · {rendering.kind}", style="bold", markup=False)
        if rendering.email:
            out.print(f"Subject: {rendering.email.subject}\n", markup=False, soft_wrap=True)
        words = rendering.email.text.rstrip("\n") if rendering.email else rendering.words
        out.print(words, markup=False, soft_wrap=True)
        if size := _size(rendering):
            out.print(f"({size})", style="dim", markup=False)


def _size(rendering: Rendering) -> str:
    if rendering.segments is not None:
        several = "" if rendering.segments == 1 else "s"
        return f"{rendering.segments} text segment{several}, {rendering.encoding}, {len(rendering.words)} characters"
    if rendering.seconds is not None:
        return f"{len(rendering.words.split())} words, {rendering.seconds} seconds"
    return ""


def _as_json(
    name: str, version: CadenceVersion, renderings: list[Rendering], sent: dict[str, str] | None
) -> dict[str, Any]:
    return {
        "cadence": version.cadence.name,
        "cadence_version": version.version,
        "message": name,
        "kinds": [
            {
                "kind": rendering.kind,
                "subject": rendering.email.subject if rendering.email else None,
                "body": rendering.words,
                "as_sent": rendering.email.text if rendering.email else None,
                "segments": rendering.segments,
                "encoding": rendering.encoding,
                "seconds": rendering.seconds,
            }
            for rendering in renderings
        ],
        "sent": sent,
    }


def _write(file: Path, renderings: list[Rendering]) -> Path:
    email = next((each.email for each in renderings if each.email), None)
    if email is None:
        raise typer.BadParameter(f"--html shows an e-mail, and there is only {renderings[0].kind}")
    try:
        file.write_text(email.html, encoding="utf-8", newline="\n")
    except OSError as error:
        fail(f"{file}: can't be written: {error.strerror}")
    return file


# -- sending ---------------------------------------------------------------------------------------------------------


def _send(renderings: list[Rendering], who: str, settings: Settings, region: str | None) -> dict[str, str]:
    """To whom it was sent, and as what."""
    try:
        to = one_of_us(who, settings)
    except Refused as refused:
        raise typer.BadParameter(str(refused)) from None
    sendable = [each for each in renderings if each.kind in _SENT_AS]
    if len(sendable) != 1:
        what = "only e-mails and texts can be sent" if not sendable else "choose one with --kind, email or text"
        raise typer.BadParameter(f"--send-to: {what}")
    try:
        kind = send_to_us(sendable[0], to, settings, utc_now(), region)
    except (SendingRefused, SendingThrottled, SendingUnknown, NoRegionError) as error:
        _fail_to_send(error)
    return {"to": who, "kind": kind}


def _fail_to_send(error: Exception) -> NoReturn:
    match error:
        case NoRegionError() | SendingRefused(args=("NoRegionError",)):
            fail("it isn't known in which AWS region: give --region, or set AWS_REGION", USED_WRONG)
        case SendingRefused(args=("NoCredentialsError",)):
            fail("there are no AWS credentials: sign in, or set AWS_PROFILE, as for any AWS command", USED_WRONG)
        case SendingUnknown():
            fail(f"no answer from AWS ({error}): it may have been sent, so look before you try again")
        case SendingThrottled():
            fail(f"not sent: AWS is too busy ({error}): try again in a minute")
    fail(f"not sent: AWS refused it ({error}). Is the sender's domain verified, and is the account out of the sandbox?")


def _tell_sent(sent: dict[str, str]) -> None:
    out.print(f"Sent to {sent['to']} as {_SENT_AS[sent['kind']]}, marked [Test].", markup=False, style="green")
    if sent["kind"] == "email":
        out.print("Its links lead nowhere: this lead isn't stored, so it has no pages of its own.")
    else:
        out.print("Don't answer it with STOP: that number would then get no texts at all.")
