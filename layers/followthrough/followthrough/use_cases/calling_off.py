"""A lead wants nothing of us any more: who of the team hears of it."""

from datetime import datetime

from followthrough.domain.leads import Lead, Status
from followthrough.domain.stand_downs import gave_up_the_appointment, takes_back_what_was_agreed, wants_nothing
from followthrough.use_cases.nudging import stand_down
from followthrough.use_cases.ports import SendingServices

CALLED_OFF = "they told us by themselves meanwhile"
"""The reason with which a call or task ends that nobody needs to make any more."""

AGREED: tuple[Status, ...] = ("booked", "won")
"""What a lead is closed as when something was agreed that a "no thanks" puts in doubt."""


def tell_of_no_thanks(services: SendingServices, before: Lead, now: datetime) -> None:
    """Whoever was asked about the lead, as it was before, stands down. With an appointment ahead or something agreed
    that they don't want any more, whose lead it is hears of it too: the manager, if it is nobody's.
    """
    if not (before.is_open or before.status in AGREED):
        return
    name, zone, appointment = before.profile.name, services.settings.zone, before.appointment_at
    asked = before.ask.asked if before.ask else ()
    owner = before.rep or services.settings.team.manager.id
    if appointment and appointment > now:
        stand_down(services, (*asked, owner), None, gave_up_the_appointment(name, appointment, zone, now))
    elif before.is_open:
        stand_down(services, asked, None, wants_nothing(name))
    else:
        stand_down(services, (owner,), None, takes_back_what_was_agreed(name, won=before.status == "won"))
