"""The companies that leads are handed to, as the admin describes them in `config/partners.json`."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from followthrough.domain.config_values import EmailAddress, Listed, PhoneNumber, ZoneName
from followthrough.domain.durations import Duration
from followthrough.domain.holidays import Region
from followthrough.domain.model import Model
from followthrough.domain.weekly_hours import WeeklyHours

QUEUE_CADENCE, HANDOFF_CADENCE = "partner-queue", "partner-handoff"
"""What a lead goes through that waits for a partner, and one that was given to one."""


def _open_time(length: Duration) -> Duration:
    if not length.elapsed:
        raise ValueError("is counted in the partner's open hours: write it in hours or minutes, such as 30h")
    return length


PartnerId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$", description="The id of a partner.")]
OpenTime = Annotated[Duration, AfterValidator(_open_time)]
PostalStart = Annotated[str, Field(pattern=r"^[A-Z0-9 ]{1,10}$", description="How postal codes begin, such as 112.")]


class Partner(Model):
    """A company that gets leads, one at a time."""

    id: PartnerId
    name: str = Field(min_length=1, max_length=40, description="As leads know it.")
    contact: str = Field(min_length=1, max_length=40, description="Whom our reps ask for there.")
    phone: PhoneNumber
    email: EmailAddress
    services: list[Listed] = Field(
        default_factory=list,
        description="The only services whose leads it takes; upper or lower case is the same. Empty: all.",
    )
    regions: list[Region] = Field(
        default_factory=list, description="Where it works: countries or parts of them, such as US-NY."
    )
    postal_codes: list[PostalStart] = Field(
        default_factory=list, description="Where it works: beginnings of postal codes. Without both: everywhere."
    )
    hours: WeeklyHours | None = Field(
        None, description="When it can be reached, within our calling hours. Without them: during all of these."
    )
    zone: ZoneName | None = Field(
        None, description="IANA time zone of its own clock and hours. Without it: the business's."
    )
    weight: int = Field(
        1, ge=1, le=100, description="Its share where leads go round: one of weight 2 gets twice as many as one of 1."
    )
    most_open_leads: int = Field(
        1, ge=1, le=20, description="How many leads it may have open at a time. Leave it at one unless you mean it."
    )
    paused: bool = Field(False, description="It gets no leads until this is taken out again.")


class MeantForPartners(Model):
    """Which leads are for partners: those of one of these services, or from one of these sources."""

    services: list[Listed] = Field(default_factory=list, description="Upper or lower case is the same.")
    sources: list[Listed] = Field(default_factory=list, description="The form's field source or utm_source.")


class Partners(Model):
    """`config/partners.json`. A business without the file has no partners."""

    schema_: str | None = Field(None, alias="$schema")
    leads: MeantForPartners = Field(default_factory=MeantForPartners)
    choose: Literal["in_order", "by_weight"] = Field(
        "in_order",
        description="in_order: the first of the list that serves the lead. by_weight: they go round, each with its "
        "share.",
    )
    high_value_first: bool = Field(
        False, description="Leads of value 'high' go before those that came earlier. Otherwise the order of arrival."
    )
    own_reps_after: OpenTime = Field(
        Duration("30h"),
        description="A lead that no partner could take for so long, counted in the partner's open hours, is followed "
        "up by your own reps.",
    )
    partners: list[Partner] = Field(default_factory=list, max_length=200)

    @model_validator(mode="after")
    def _partners_differ(self) -> Self:
        for field, called in (("id", "id"), ("phone", "phone number"), ("email", "e-mail address")):
            first: dict[str, int] = {}
            for place, partner in enumerate(self.partners):
                other = first.setdefault(getattr(partner, field).casefold(), place)
                if other != place:
                    pair = f"'{self.partners[other].id}' and '{partner.id}'"
                    raise ValueError(f"{pair} have the same {called}: give each their own")
        return self

    @model_validator(mode="after")
    def _zones_have_hours(self) -> Self:
        for partner in self.partners:
            if partner.zone and not partner.hours:
                raise ValueError(f"'{partner.id}' has a zone but no hours: give hours, which are read in that zone")
        return self

    def partner(self, id_: str) -> Partner | None:
        """The partner with that id."""
        return next((partner for partner in self.partners if partner.id == id_), None)

    def partner_with_phone(self, phone: str) -> Partner | None:
        """The partner with that number, in E.164."""
        return next((partner for partner in self.partners if partner.phone == phone), None)
