"""Every e-mail that the project's cadences can send to a lead, as it goes over the wire: for the unit tests, and for
the spam filter and the HTML checker.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from followthrough.adapters.messages import messages_of
from followthrough.adapters.ses import as_mime
from followthrough.domain.leads import Profile
from followthrough.domain.message_facts import message_facts
from followthrough.use_cases.ports import LeadLinks, OutgoingEmail
from tests.unit.example_leads import lead_with
from tests.unit.fakes import ROOT, sample_cadence, sample_settings

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 15, 0, 7, tzinfo=UTC)
TUESDAY_8 = datetime(2026, 11, 24, 13, tzinfo=UTC)
STOP = "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/unsubscribe/kD93kfUe02kd-lQ7wWmZ1A"
LATER = STOP.replace("/unsubscribe/", "/later/")

_PHONE = "+19175550142"
_EMAIL = "maya.thompson@example.com"
_HOSTILE = '"><img src=https://evil.example/x.gif onerror=alert(1)>{{ 7*7 }}\r\nBcc: victim@example.com\u202e'

# Their pursuits have come to different points: nobody has called, somebody has, somebody left a message.
LEADS = {
    "everything known": lead_with(
        Profile(
            name="Maya Thompson",
            email=_EMAIL,
            phone=_PHONE,
            service="Kitchen remodel",
            message="We'd like to open up the wall to the dining room. Is January possible?",
            problem="two of the cabinets don't close any more",
            goal="to cook together again before my parents visit",
        ),
        unanswered_calls=3,
        voicemails=1,
    ).model_copy(update={"appointment_at": TUESDAY_8}),
    "only an address known": lead_with(Profile(email=_EMAIL)),
    "hostile words": lead_with(
        Profile(
            email=_EMAIL,
            phone=_PHONE,
            name=_HOSTILE,
            service=_HOSTILE,
            message=_HOSTILE,
            problem=_HOSTILE,
            goal=_HOSTILE,
        )
    ),
    "shouted words": lead_with(
        Profile(name="MAYA THOMPSON", email=_EMAIL, phone=_PHONE, service="NEW BATHROOM AND FREE QUOTE NOW"),
        unanswered_calls=1,
    ),
    "a swindler's words": lead_with(Profile(name="Rich Cash", email=_EMAIL, service="Free money, act now, risk free")),
    "words in other scripts": lead_with(
        Profile(
            name="Zo\u00eb M\u00fcller-\u00c5ngstr\u00f6m",
            email="zoe@b\u00fccher.example",
            phone=_PHONE,
            service="K\u00fcche & B\u00e4der \u2013 \u6539\u88c5",
        ),
        unanswered_calls=1,
    ),
}


@dataclass(frozen=True)
class ExampleEmail:
    """An e-mail of a cadence to one of LEADS: as it was handed to the mailer, and as it is on the wire."""

    outgoing: OutgoingEmail
    raw: bytes


@cache
def example_emails() -> dict[str, ExampleEmail]:
    """Each by what it is called: "CADENCE/MESSAGE (LEAD)"."""
    return dict(_emails())


def _emails() -> Iterator[tuple[str, ExampleEmail]]:
    for cadence in sorted(path.parent.name for path in (ROOT / "cadences").glob("*/cadence.json")):
        for file in sorted(sample_cadence(cadence).messages):
            message, _, kind = file.rpartition(".")
            if kind == "email":
                yield from ((f"{cadence}/{message} ({whom})", _email(cadence, message, whom)) for whom in LEADS)


def _email(cadence: str, message: str, whom: str) -> ExampleEmail:
    settings, lead = sample_settings(), LEADS[whom]
    rep, call_at = (settings.team.reps[0], TUESDAY_8) if lead.profile.phone else (None, None)
    facts = message_facts(lead, settings, rep, call_at, NEW_YORK)
    assert lead.profile.email
    outgoing = OutgoingEmail(
        to=lead.profile.email,
        content=messages_of(sample_cadence(cadence)).email(message, facts, LeadLinks(STOP, LATER)),
        unsubscribe_url=STOP,
        tags={"lead": lead.id, "touch": f"{message}_1"},
    )
    return ExampleEmail(outgoing, as_mime(outgoing, settings.business, NOW))
