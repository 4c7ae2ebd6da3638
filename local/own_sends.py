"""Test sends: one message to somebody of the team or to the business itself, and to nobody else."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import boto3

from followthrough.adapters.messages import LONGEST_SUBJECT
from followthrough.adapters.sending_errors import ONE_ATTEMPT
from followthrough.adapters.ses import SesMailer
from followthrough.adapters.sns import SnsTexter
from followthrough.domain.business import Settings
from followthrough.domain.errors import Refused
from followthrough.domain.names import shortened
from followthrough.use_cases.ports import OutgoingEmail
from local.one_message import Rendering

BUSINESS = "business"
MARK = "[Test]"


@dataclass(frozen=True)
class Self:
    """Who may get a test: one of us."""

    email: str
    phone: str


def one_of_us(who: str, settings: Settings) -> Self:
    """Somebody of the team by id, or the business. Raises Refused for anybody else."""
    person = settings.team.person(who)
    if person:
        return Self(person.email, person.phone)
    if who == BUSINESS:
        return Self(settings.business.email, settings.business.phone)
    us = ", ".join([BUSINESS, *(each.id for each in settings.team.people)])
    raise Refused("--send-to", f"tests go to yourselves only, never to another address: write one of {us}")


def send_to_us(
    rendering: Rendering, to: Self, settings: Settings, now: datetime, region: str | None
) -> Literal["email", "text"]:
    """Send one e-mail or text, marked as a test; which of the two it was.

    The e-mail has no address for unsubscribing in its headers, and no tags: what becomes of it is nobody's record.
    Raises SendingThrottled, SendingRefused or SendingUnknown, and botocore's NoRegionError.
    """
    if rendering.email:
        content = replace(rendering.email, subject=shortened(f"{MARK} {rendering.email.subject}", LONGEST_SUBJECT))
        client = boto3.client("sesv2", region_name=region, config=ONE_ATTEMPT)
        SesMailer(settings.business, "", lambda: now, client).send(OutgoingEmail(to=to.email, content=content))
        return "email"
    SnsTexter(boto3.client("sns", region_name=region, config=ONE_ATTEMPT)).send(to.phone, f"{MARK} {rendering.words}")
    return "text"
