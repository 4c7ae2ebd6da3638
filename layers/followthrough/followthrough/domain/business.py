"""The business, as its admin describes it in `config/`."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from followthrough.domain.cadence_values import BUILT_IN_EVENTS, EventName, Name, NextCadence, StartedBy
from followthrough.domain.config_values import EmailAddress, Listed, PhoneNumber, RepId, WebAddress, ZoneName
from followthrough.domain.contact_rules import ContactRules
from followthrough.domain.filler import FILLER
from followthrough.domain.holidays import Holidays
from followthrough.domain.model import Model
from followthrough.domain.partners import Partners
from followthrough.domain.weekly_hours import WeeklyHours

Tone = Literal["playful", "plain"]


Phrase = Annotated[str, Field(min_length=3, max_length=80)]


class Caps(Model):
    """How much goes out and comes in at most. What one address may get on one local day holds whatever the cadences say
    and however many leads share it.
    """

    email: int = Field(3, ge=1, le=20, description="E-mails to one address a day.")
    text: int = Field(2, ge=1, le=20, description="Texts to one number a day.")
    call: int = Field(6, ge=1, le=20, description="Calls to one number a day.")
    emails_a_minute: int = Field(
        60,
        ge=1,
        le=10000,
        description="E-mails to leads a minute, in all; more wait. SES allows 60 while an account is new.",
    )
    texts_a_minute: int = Field(
        60, ge=1, le=10000, description="Texts to leads a minute, in all; more wait. A long code sends 60."
    )
    leads_an_hour: int = Field(
        60,
        ge=1,
        le=3000,
        description="Leads from one source an hour. Those beyond are stored, and held back for a day.",
    )
    all_leads_an_hour: int = Field(
        300,
        ge=1,
        le=3000,
        description="Leads an hour from all sources together. Held ones go on at this pace, minute by minute.",
    )


class CadencesByEvent(Model):
    """Which cadence begins when something happens to a lead."""

    arrival: Name = Field("speed-to-lead", description="A new lead.")
    arrival_by_source: dict[Listed, Name] = Field(
        default_factory=dict,
        description="A new lead from one source (the form's field source or utm_source), instead of 'arrival'. Upper "
        "or lower case is the same.",
    )
    asked_again: Name = Field("speed-to-lead", description="Somebody we know asks again.")
    appointment: Name = Field("appointment", description="A time is agreed: it asks whether they came.")
    no_show: Name = Field("went-quiet", description="They did not come.")
    silence: Name = Field(
        "went-quiet", description="Nothing was heard for gone_silent_after_days after a conversation without a date."
    )
    exhausted: NextCadence = Field(
        NextCadence(cadence="keep-in-touch", at_step="weekly"),
        description="A cadence came to its end and does not say itself how it ends.",
    )
    events: dict[EventName, Name] = Field(
        default_factory=dict, description="What your other systems report to POST /events, such as estimate_sent."
    )

    @field_validator("events")
    @classmethod
    def _not_built_in(cls, events: dict[str, str]) -> dict[str, str]:
        built_in = [name for name in events if name in BUILT_IN_EVENTS]
        if built_in:
            raise ValueError(f"'{built_in[0]}' has its meaning already: see 'appointment' and 'no_show'")
        return events

    def after(self, event: StartedBy, name: str = "", source: str | None = None) -> NextCadence | None:
        """What begins on an event: of `name`, if another system reported it. None if nothing does."""
        if event == "event":
            return NextCadence(cadence=self.events[name]) if name in self.events else None
        if event == "exhausted":
            return self.exhausted
        by_source = {known.casefold(): cadence for known, cadence in self.arrival_by_source.items()}
        if event == "arrival" and source and source.casefold() in by_source:
            return NextCadence(cadence=by_source[source.casefold()])
        return NextCadence(cadence=getattr(self, event))

    def named(self) -> Iterator[tuple[str, NextCadence]]:
        """Every cadence that is named, and where."""
        for event in ("arrival", "asked_again", "appointment", "no_show", "silence"):
            yield event, NextCadence(cadence=getattr(self, event))
        yield "exhausted", self.exhausted
        for source, cadence in self.arrival_by_source.items():
            yield f"arrival_by_source.{source}", NextCadence(cadence=cadence)
        for event, cadence in self.events.items():
            yield f"events.{event}", NextCadence(cadence=cadence)


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
    cadences: CadencesByEvent = Field(
        default_factory=CadencesByEvent, description="Which cadence begins when something happens to a lead."
    )
    tone: Tone = Field(
        "playful",
        description="How messages may sound: playful where they can be light, or plain throughout, for trades in which "
        "people don't joke.",
    )
    high_value_services: list[str] = Field(
        default_factory=list,
        description="Services whose leads count as value 'high' when the form says nothing.",
    )
    transient_bounces: int = Field(
        3,
        ge=1,
        le=20,
        description="E-mails to one address that come back for now, within 30 days and with none arriving in between, "
        "until it isn't written to any more.",
    )
    gone_silent_after_days: int = Field(
        3,
        ge=1,
        le=60,
        description="Days without news after a conversation without a date; then it counts as gone silent, and the "
        "cadence for that begins.",
    )
    caps: Caps = Field(default_factory=Caps)
    keep_data_days: int = Field(
        730,
        ge=30,
        le=36500,
        description="Days after a lead was closed until everything about them is erased. Open leads are kept.",
    )
    keep_consent_days: int = Field(
        1825,
        ge=30,
        le=36500,
        description="Days for which it is kept who agreed to be contacted or asked us to stop, from the day they did. "
        "That an address must not be used is kept for good.",
    )
    consent_wording: str | None = Field(
        None,
        min_length=20,
        max_length=2000,
        description="What stands beside the box by which people agree to texts, word for word: kept with each consent. "
        "A form that posts its own field consent_wording is believed before this. Needed as soon as a cadence texts.",
    )

    filler: list[Phrase] = Field(
        default_factory=lambda: list(FILLER),
        description="What no message to a lead may say, because it says nothing. Without it: the usual phrases, such "
        "as 'just checking in'. A list of your own takes their place.",
    )

    @property
    def country(self) -> str:
        """The ISO 3166 code of the country."""
        return self.region[:2]


class Person(Model):
    """Somebody of the team, and how they are told."""

    id: RepId
    name: str = Field(min_length=1, max_length=40, description="As leads hear it.")
    phone: PhoneNumber
    email: EmailAddress
    notify: list[Literal["text", "email"]] = Field(
        default_factory=lambda: list[Literal["text", "email"]](["text"]),
        min_length=1,
        description="How they are nudged. Use email while texting isn't set up yet.",
    )


class Manager(Person):
    """A manager who is none of the reps. They are asked last and at any hour, so shares, hours and services would do
    nothing.
    """

    zone: ZoneName | None = Field(
        None, description="IANA time zone of the manager's own clock. Without it: the business's."
    )


class Rep(Person):
    """Somebody who calls leads."""

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


def _finding(what: str, *where: str | int) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError("value_error", "{what}", {"what": what}), loc=where, input=None)


def _same(called: str, first: Person, second: Person, *, is_manager: bool) -> str:
    if called == "id":
        return f"two people have the id '{first.id}': {first.name} and {second.name}"
    otherwise = f'; if they are one person, write "manager": "{first.id}"' if is_manager else ""
    return f"'{first.id}' and '{second.id}' have the same {called}: give each their own{otherwise}"


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

    @field_validator("manager", mode="before", json_schema_input_type=Manager | RepId)
    @classmethod
    def _one_of_the_reps(cls, given: Any, info: ValidationInfo) -> Any:
        if isinstance(given, dict):
            return Manager.model_validate(given).model_dump(exclude_unset=True)
        if not isinstance(given, str):
            return given
        if "reps" not in info.data:
            raise ValueError("can't be looked up before the reps are right")
        rep = next((rep for rep in info.data["reps"] if rep.id == given), None)
        if rep is None:
            raise ValueError("is not the id of a rep: write one, or describe the manager as a rep is described")
        return rep

    @model_validator(mode="after")
    def _people_differ(self) -> Self:
        wrong = [*self._zones_without_hours(), *self._what_two_people_have()]
        if wrong:
            raise ValidationError.from_exception_data("Team", wrong, hide_input=True)
        return self

    def _zones_without_hours(self) -> Iterator[InitErrorDetails]:
        for place, rep in enumerate(self.reps):
            if rep.zone and not rep.hours:
                what = "has a zone but no hours: give the rep hours, which are read in that zone"
                yield _finding(what, "reps", place, "zone")

    def _what_two_people_have(self) -> Iterator[InitErrorDetails]:
        """Whose text is it, whose nudge was opened: what a person is known by can't be two people's."""
        for field, called in (("id", "id"), ("phone", "phone number"), ("email", "e-mail address")):
            first: dict[str, Rep] = {}
            for place, person in enumerate(self.people):
                value = getattr(person, field).casefold()
                other = first.setdefault(value, person)
                if other is not person:
                    is_manager = place == len(self.reps)
                    where = ("manager",) if is_manager else ("reps", place)
                    yield _finding(_same(called, other, person, is_manager=is_manager), *where, field)

    @property
    def people(self) -> list[Rep]:
        """Everybody, once: the reps, and the manager unless that is one of them."""
        return self.reps if self.manager in self.reps else [*self.reps, self.manager]

    def person(self, id_: str) -> Rep | None:
        """The rep or manager with that id."""
        return next((person for person in self.people if person.id == id_), None)

    def person_with_phone(self, phone: str) -> Rep | None:
        """The rep or manager with that number, in E.164."""
        return next((person for person in self.people if person.phone == phone), None)


class Settings(Model):
    """Everything in `config/`, together."""

    business: Business
    team: Team
    rules: ContactRules
    holidays: Holidays
    partners: Partners = Field(default_factory=Partners)

    @property
    def zone(self) -> ZoneInfo:
        """The business's own zone."""
        return ZoneInfo(self.business.zone)
