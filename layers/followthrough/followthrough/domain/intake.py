"""From the fields that a form posted to a lead's profile: validated, normalised, nothing silently cut."""

import re
import unicodedata
from collections.abc import Callable, Mapping

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    ValidationResult,
    format_number,
    is_possible_number_with_reason,
    parse,
)

from followthrough.domain.business import Business
from followthrough.domain.email_addresses import normal_email
from followthrough.domain.errors import FollowthroughError
from followthrough.domain.leads import Profile
from followthrough.domain.places import Place, find_place, is_zone

TRAP_FIELD = "confirm_website"
"""Hidden from people and tempting for programs that fill in whatever they find. Not a name that an honest
form would have: with `website` or `fax`, a business that asks for it would lose every lead."""

LONGEST_NAME = 100
LONGEST_LINE = 200
LONGEST_MESSAGE = 10_000
LONGEST_TEXT = 1_000
MOST_OTHER = 60
LONGEST_OTHER_NAME = 100
LONGEST_OTHER = 2_000
MOST_OTHER_CHARACTERS = 16_000

_CHANNELS = {"phone": "call", "e-mail": "email", "sms": "text"}
_YES = frozenset({"on", "yes", "true", "1"})
_NO = frozenset({"off", "no", "false", "0"})
# What browsers say when they don't know, and put into a hidden field, where nobody could mend it.
_ZONE_UNKNOWN = "Etc/Unknown"
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # they reverse text on screen
_NOTHING = frozenset("\u200b\u2060\ufeff")  # zero-width, as pasted with an address

Reader = Callable[[str, Business], object]


class RefusedFields(FollowthroughError):
    """A form that can't be accepted: `fields` maps each field at fault to what would be right.

    `str()` does not name them: an unknown field's name is a stranger's words, and errors end in logs.
    """

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(f"{len(fields)} fields can't be accepted")
        self.fields = dict(fields)


def fills_the_trap(fields: Mapping[str, str]) -> bool:
    """Whether a program filled in the field that people don't see."""
    return any(_key(name) == TRAP_FIELD and value.strip() for name, value in fields.items())


def read_profile(fields: Mapping[str, str], business: Business) -> Profile:
    """The profile that a form's fields give. What is empty was not given, and stays unset.

    Names of known fields are matched without regard to case, and with `-` or space for `_`. All other fields
    are kept in `other`. Raises RefusedFields with everything that is wrong, not only the first.
    """
    findings: dict[str, str] = {}
    known, other = _sorted_out(fields, findings)
    extension = _extension(known.get("phone", ""), business)
    if extension:
        other.setdefault("phone_extension", extension)
    given = _read(known, business, findings)
    if "email" not in known and "phone" not in known:
        findings["email"] = "is missing: give an e-mail address or a phone number"
    _check_other(other, findings)
    if findings:
        raise RefusedFields(findings)
    if "value" not in given and _is_high_value(str(given.get("service", "")), business):
        given["value"] = "high"
    return Profile.model_validate(given | ({"other": other} if other else {}))


def place_of(profile: Profile, business: Business) -> Place:
    """Where a lead may be, by what the form said."""
    return find_place(
        zone=profile.zone,
        postal_code=profile.postal_code,
        phone=profile.phone,
        home_zone=business.zone,
        home_country=business.country,
    )


def _sorted_out(fields: Mapping[str, str], findings: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The known fields by their own names, the others by the names they came with; no empty ones."""
    known: dict[str, str] = {}
    other: dict[str, str] = {}
    for name, value in fields.items():
        text, key = _paragraphs(value), _key(name)
        if not text or key == TRAP_FIELD:
            continue
        found, place = (known, key) if key in _READERS else (other, _line(name))
        if found.get(place, text) != text:
            findings[place] = "is given twice, in two ways of writing its name"
        found[place] = text
    return known, other


def _read(known: Mapping[str, str], business: Business, findings: dict[str, str]) -> dict[str, object]:
    given: dict[str, object] = {}
    for key, text in known.items():
        try:
            value = _READERS[key](text, business)
        except ValueError as wrong:
            findings[key] = str(wrong)
        else:
            if value is not None:
                given[key] = value
    return given


def _check_other(other: Mapping[str, str], findings: dict[str, str]) -> None:
    for name, value in other.items():
        if not name:
            findings["body"] = "has a field without a name"
        elif len(name) > LONGEST_OTHER_NAME:
            findings[name[:40]] = f"has too long a name: at most {LONGEST_OTHER_NAME} characters"
        elif len(value) > LONGEST_OTHER:
            findings[name] = f"is too long: at most {LONGEST_OTHER} characters"
    if not holds(other):
        findings["body"] = (
            f"has too much beside the fields we know: at most {MOST_OTHER} fields "
            f"and {MOST_OTHER_CHARACTERS} characters in all"
        )


def holds(other: Mapping[str, str]) -> bool:
    """Whether a profile has room for these unknown fields."""
    size = sum(len(name) + len(value) for name, value in other.items())
    return len(other) <= MOST_OTHER and size <= MOST_OTHER_CHARACTERS


# -- one field each ------------------------------------------------------------------------------------------


def _one_line(longest: int) -> Reader:
    def read(text: str, _: Business) -> str:
        return _bounded(_line(text), longest)

    return read


def _several_lines(longest: int) -> Reader:
    def read(text: str, _: Business) -> str:
        return _bounded(text, longest)

    return read


def _one_of(*allowed: str) -> Callable[[str, Business], str]:
    def read(text: str, _: Business) -> str:
        if text.lower() not in allowed:
            raise ValueError(f"has to be {_or(allowed)}")
        return text.lower()

    return read


def _email(text: str, _: Business) -> str:
    return normal_email(text)


def _phone(text: str, business: Business) -> str:
    number = _number(text, business)
    if number is None or is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        raise ValueError("is not a complete phone number: give the area code too, or + and the country code")
    return format_number(number, PhoneNumberFormat.E164)


def _extension(text: str, business: Business) -> str | None:
    """E.164 has no place for it, and a company's switchboard asks for it."""
    number = _number(text, business)
    return number.extension if number else None


def _number(text: str, business: Business) -> PhoneNumber | None:
    try:
        return parse(_line(text), business.country)
    except NumberParseException:
        return None


def _zone(text: str, _: Business) -> str | None:
    if text == _ZONE_UNKNOWN:
        return None
    if not is_zone(text):
        raise ValueError("is not an IANA time zone: write it as America/New_York, or leave it out")
    return text


def _channel(text: str, business: Business) -> str:
    return _one_of("call", "email", "text")(_CHANNELS.get(text.lower(), text), business)


def _consent(text: str, _: Business) -> bool:
    if text.lower() not in _YES | _NO:
        raise ValueError("has to be yes or no (or on, off, true, false, 1, 0)")
    return text.lower() in _YES


_READERS: dict[str, Reader] = {
    "name": _one_line(LONGEST_NAME),
    "email": _email,
    "phone": _phone,
    "message": _several_lines(LONGEST_MESSAGE),
    "service": _one_line(LONGEST_LINE),
    "postal_code": _one_line(20),
    "zone": _zone,
    "audience": _one_of("consumer", "company", "enterprise"),
    "value": _one_of("normal", "high"),
    "preferred_channel": _channel,
    "consent_to_text": _consent,
    "problem": _several_lines(LONGEST_TEXT),
    "goal": _several_lines(LONGEST_TEXT),
}


def _is_high_value(service: str, business: Business) -> bool:
    return service.casefold() in {high.casefold() for high in business.high_value_services}


# -- words ---------------------------------------------------------------------------------------------------


def _key(name: str) -> str:
    return re.sub(r"[-\s]+", "_", _line(name)).lower()


def _paragraphs(text: str) -> str:
    """Trimmed, in one Unicode form, its line ends alike, and nothing in it that can't be seen."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(map(_seen, lines)).strip()


def _line(text: str) -> str:
    """The same on one line, with single spaces."""
    return " ".join(_paragraphs(text).split())


def _seen(char: str) -> str:
    """The character, or what is left of one that can't be seen.

    Joiners stay: some scripts' names, and many emoji, are wrong without them.
    """
    if char in "\n\t" or not (unicodedata.category(char) == "Cc" or char in _TURNING or char in _NOTHING):
        return char
    return " " if char.isspace() else ""


def _bounded(text: str, longest: int) -> str:
    if len(text) > longest:
        raise ValueError(f"is too long: at most {longest} characters")
    return text


def _or(words: tuple[str, ...]) -> str:
    return ", ".join(words[:-1]) + " or " + words[-1]
