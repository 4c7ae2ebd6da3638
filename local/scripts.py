"""What people do during a demo: a JSON list of entries such as `{"after": "PT4M", "do": "unsubscribe"}`."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from followthrough.adapters.files import explained, read_json, read_settings
from followthrough.domain.cadence_values import PartnerAnswer
from followthrough.domain.config_values import RepId
from followthrough.domain.errors import Unreadable
from followthrough.domain.findings import Finding
from followthrough.domain.instants import Instant
from followthrough.domain.leads import LONGEST_NEXT_STEP, Outcome
from followthrough.domain.model import Model
from local.project import CONFIG

_ISO_DURATION = re.compile(r"P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
NextStep = Annotated[
    str | None,
    Field(max_length=LONGEST_NEXT_STEP, description="What was agreed or left open; messages may say it to the lead."),
]
_UNITS = ("weeks", "days", "hours", "minutes", "seconds")


def read_iso_duration(text: str) -> timedelta:
    """`PT4M`, `P1DT2H` as a time span. Raises ValueError."""
    match = _ISO_DURATION.fullmatch(text)
    if not match:
        raise ValueError(f"'{text}' is not an ISO 8601 duration: write PT4M or P1DT2H")
    return timedelta(**{unit: int(count) for unit, count in zip(_UNITS, match.groups(), strict=True) if count})


class Entry(Model):
    """Something that somebody does, some time after the lead arrived or at a given time."""

    after: str | None = Field(None, description="An ISO 8601 duration since the lead's arrival, such as PT4M.")
    at: Instant | None = None

    @model_validator(mode="after")
    def _has_a_time(self) -> Self:
        if (self.after is None) == (self.at is None):
            raise ValueError("give either 'after', such as PT4M, or 'at', a time")
        if self.after is not None:
            read_iso_duration(self.after)
        return self

    def moment(self, arrived_at: datetime) -> datetime:
        """When it happens."""
        return self.at or arrived_at + read_iso_duration(self.after or "")


class ReportEntry(Entry):
    """A rep reports what came of a call or a task."""

    do: Literal["report"]
    outcome: Outcome
    touch: str | None = Field(None, description="Which call, such as first-call.1. Default: the one being asked for.")
    callback_at: Instant | None = None
    appointment_at: Instant | None = None
    note: str | None = None
    next_step: NextStep = None


class RepEntry(Entry):
    """Something that a rep does on a phone."""

    rep: RepId | None = Field(None, description="Default: who is asked now, else the rep whose lead it is.")


class TextFromRepEntry(RepEntry):
    """A rep texts us: the answer to a nudge, or anything else that reps can say."""

    do: Literal["text_from_rep"]
    text: str = Field(max_length=1600)


class PressEntry(RepEntry):
    """A rep opens the link in the newest nudge, fills in the time that the page asks for, and presses the button of an
    outcome; then writes what else there is to tell, and saves it.
    """

    do: Literal["press"]
    outcome: Outcome
    callback_at: Instant | None = None
    appointment_at: Instant | None = None
    note: str | None = None
    next_step: NextStep = None


class TextFromLeadEntry(Entry):
    """The lead texts us, from the number in the form."""

    do: Literal["text_from_lead"]
    text: str = Field(max_length=1600)


class EmailReplyEntry(Entry):
    """The lead answers the newest e-mail from us."""

    do: Literal["email_reply"]
    text: str = Field(max_length=10_000)


class UnsubscribeEntry(Entry):
    """The lead presses the link in an e-mail."""

    do: Literal["unsubscribe"]


class BounceEntry(Entry):
    """The newest e-mail to the lead comes back."""

    do: Literal["bounce"]
    kind: Literal["permanent", "transient"] = Field("permanent", description="permanent: there is no such address.")


class ComplaintEntry(Entry):
    """The lead reports the newest e-mail as spam."""

    do: Literal["complaint"]


class PostAgainEntry(Entry):
    """The lead posts the form again, with some fields changed."""

    do: Literal["post_again"]
    fields: dict[str, str] = Field(default_factory=dict)


class PartnerAnswerEntry(Entry):
    """The partner that has the lead says how it goes; a rep writes it down."""

    do: Literal["partner_answer"]
    answer: PartnerAnswer
    appointment_at: Instant | None = Field(None, description="When the estimate is, for scheduled.")


class EventEntry(Entry):
    """Another system of the business reports something of the lead."""

    do: Literal["event"]
    event: str = Field(description="Such as estimate_sent.")
    event_at: Instant | None = Field(
        None, description="When it happened, of appointment_made the agreed time. Default: now."
    )


class CrashEntry(Entry):
    """The function that makes the given AWS call next dies, before or after the call."""

    do: Literal["crash"]
    call: str = Field("sesv2.SendEmail", pattern=r"^[a-z0-9-]+\.[A-Za-z]+$")
    when: Literal["before", "after"] = "after"


AnyEntry = Annotated[
    ReportEntry
    | TextFromRepEntry
    | PressEntry
    | TextFromLeadEntry
    | EmailReplyEntry
    | UnsubscribeEntry
    | BounceEntry
    | ComplaintEntry
    | PostAgainEntry
    | PartnerAnswerEntry
    | EventEntry
    | CrashEntry,
    Field(discriminator="do"),
]
_SCRIPT: TypeAdapter[list[AnyEntry]] = TypeAdapter(list[AnyEntry])


class Script:
    """The entries of a script, to be carried out at their times."""

    def __init__(self, entries: tuple[AnyEntry, ...]) -> None:
        self._entries = entries

    def by_time(self, arrived_at: datetime) -> Iterator[tuple[datetime, AnyEntry]]:
        """When each entry happens; entries of one moment in the order in which they are written."""
        timed = [(entry.moment(arrived_at), entry) for entry in self._entries]
        return iter(sorted(timed, key=lambda pair: pair[0]))


def read_script(file: Path) -> Script:
    """A script from its file. Raises Unreadable with file, place and reason."""
    return Script(tuple(_validated(read_json(file), str(file))))


def _validated(content: Any, file: str) -> list[AnyEntry]:
    try:
        entries = _SCRIPT.validate_python(content)
        findings = [Finding(file, place, what) for place, what in _strangers(entries)]
    except ValidationError as error:
        findings = [Finding(file, place, what) for place, what in explained(error)]
    if findings:
        raise Unreadable("\n".join(map(str, findings)), findings)
    return entries


def _strangers(entries: list[AnyEntry]) -> Iterator[tuple[str, str]]:
    people = [person.id for person in read_settings(CONFIG).team.people]
    for place, entry in enumerate(entries):
        if isinstance(entry, RepEntry) and entry.rep not in (None, *people):
            yield f"[{place}].rep", f"'{entry.rep}' is nobody in config/team.json: write one of {', '.join(people)}"
