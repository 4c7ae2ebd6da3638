"""Values that several pieces of configuration are made of."""

from typing import Annotated

from pydantic import AfterValidator, Field

from followthrough.domain.places import is_zone


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
