"""The business, as its admin describes it in `config/`."""

from datetime import date
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from followthrough.domain.contact_rules import ContactRules
from followthrough.domain.holidays import Holidays
from followthrough.domain.model import Model
from followthrough.domain.places import is_zone
from followthrough.domain.weekly_hours import WeeklyHours


def _known_zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError("is not an IANA time zone: write it as America/New_York")
    return name


ZoneName = Annotated[str, AfterValidator(_known_zone)]
PhoneNumber = Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$", description="E.164, such as +12125550100.")]
EmailAddress = Annotated[str, Field(pattern=r"^[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\".]+$", max_length=254)]
WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s\"<>]+$", max_length=2000)]
RepId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$", description="The id of a rep.")]
Listed = Annotated[str, Field(min_length=1, max_length=200)]


class Caps(Model):
    """How many messages one address may get on one local day, whatever the cadences say."""

    email: int = Field(3, ge=1, le=20, description="E-mails to one address a day.")
    text: int = Field(2, ge=1, le=20, description="Texts to one number a day.")


class Business(Model):
    """`config/business.json`."""

    schema_: str | None = Field(None, alias="$schema")
    name: str = Field(min_length=1, max_length=60, description="As leads know it.")
    zone: ZoneName = Field(description="IANA time zone of the business.")
    region: str = Field(
        pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$",
        description="Country or state, such as US or US-NY: whose holidays it keeps, and the country in which "
        "numbers without a country code are read.",
    )
    calling_hours: WeeklyHours = Field(description="When somebody is there to call leads, in the business's zone.")
    printed_hours: WeeklyHours = Field(description="The hours that messages tell people.")
    closed_on: dict[date, str] = Field(
        default_factory=dict,
        description="Dates beside the holidays on which the business is closed, and why.",
    )
    phone: PhoneNumber = Field(description="Where leads call back.")
    email: EmailAddress = Field(description="Sender of e-mails, and where replies go.")
    website: WebAddress | None = None
    postal_address: str = Field(min_length=10, max_length=200, description="In every e-mail, as the law asks.")
    thank_you_url: WebAddress | None = Field(None, description="Where a browser goes after posting the form.")
    arrival_cadence: str = Field("speed-to-lead", description="The cadence that a new lead begins.")
    appointment_cadence: str = Field(
        "appointment", description="The cadence that begins when an appointment is made: it asks whether they came."
    )
    high_value_services: list[str] = Field(
        default_factory=list,
        description="Services whose leads count as value 'high' when the form says nothing.",
    )
    call_again_days: int = Field(
        3,
        ge=1,
        le=60,
        description="Days after a conversation without a decision until the rep is asked to call.",
    )
    caps: Caps = Field(default_factory=Caps)

    @property
    def country(self) -> str:
        """The ISO 3166 code of the country."""
        return self.region[:2]


class Rep(Model):
    """Somebody who calls leads."""

    id: RepId
    name: str = Field(min_length=1, max_length=40, description="As leads hear it.")
    phone: PhoneNumber
    email: EmailAddress
    notify: list[Literal["text", "email"]] = Field(
        default_factory=lambda: list[Literal["text", "email"]](["text"]),
        min_length=1,
        description="How the rep is nudged. Use email while texting isn't set up yet.",
    )
    weight: int = Field(
        1, ge=1, le=100, description="Share of the new leads: a rep of weight 2 gets twice as many as one of weight 1."
    )
    hours: WeeklyHours | None = Field(
        None, description="When the rep can be asked to call. Without them: during the business's calling hours."
    )
    zone: ZoneName | None = Field(
        None, description="IANA time zone of the rep's own hours. Without it they are in the business's."
    )
    services: list[Listed] = Field(
        default_factory=list,
        description="The only services whose leads the rep takes; upper or lower case is the same. Empty: all.",
    )
    sources: list[Listed] = Field(
        default_factory=list,
        description="The only sources (the form's field source or utm_source) whose leads the rep takes. Empty: all.",
    )
    most_open_asks: int = Field(
        5, ge=1, le=100, description="Calls that the rep may be asked for at one time; more go to the others."
    )

    @model_validator(mode="after")
    def _zone_of_hours(self) -> Self:
        if self.zone and not self.hours:
            raise ValueError("has a zone but no hours: give the rep hours, which are read in that zone")
        return self


class Team(Model):
    """`config/team.json`."""

    schema_: str | None = Field(None, alias="$schema")
    reps: list[Rep] = Field(
        min_length=1, max_length=200, description="Who calls. New leads go round among them, by weight."
    )
    manager: Rep = Field(
        description="Who is asked, at any hour, when no rep has answered or none is on duty: another person, "
        "or the id of one of the reps, who then is asked as a rep first and as the manager last."
    )

    @field_validator("manager", mode="before", json_schema_input_type=Rep | RepId)
    @classmethod
    def _one_of_the_reps(cls, given: Any, info: ValidationInfo) -> Any:
        if not isinstance(given, str):
            return given
        if "reps" not in info.data:
            raise ValueError("can't be looked up before the reps are right")
        rep = next((rep for rep in info.data["reps"] if rep.id == given), None)
        if rep is None:
            raise ValueError("is not the id of a rep: write one, or describe the manager as a rep is described")
        return rep

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        ids = [person.id for person in self.people]
        for id_ in ids:
            if ids.count(id_) > 1:
                raise ValueError(f"two people have the id '{id_}'")
        return self

    @property
    def people(self) -> list[Rep]:
        """Everybody, once: the reps, and the manager unless that is one of them."""
        return self.reps if self.manager in self.reps else [*self.reps, self.manager]

    def person(self, id_: str) -> Rep | None:
        """The rep or manager with that id."""
        return next((person for person in self.people if person.id == id_), None)


class Settings(Model):
    """Everything in `config/`, together."""

    business: Business
    team: Team
    rules: ContactRules
    holidays: Holidays

    @property
    def zone(self) -> ZoneInfo:
        """The business's own zone."""
        return ZoneInfo(self.business.zone)
