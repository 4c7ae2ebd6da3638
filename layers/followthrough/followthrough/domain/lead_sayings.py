"""What a lead can say in a text or an e-mail. `read_lead_text` and `read_lead_email` find out which of these it is."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Stop:
    """Asks not to be contacted any more. Nothing may be sent after it but one confirmation."""

    wrong_person: bool = False
    """Whoever wrote isn't the lead: this number or address must be left alone; the lead hasn't said anything."""


@dataclass(frozen=True)
class PerhapsStop:
    """Could mean a stop and could mean something else: nothing is sent until a human has read it and decided."""


@dataclass(frozen=True)
class Start:
    """Takes a stop back."""


@dataclass(frozen=True)
class HelpAsked:
    """Asks who is writing and how to make it stop."""


@dataclass(frozen=True)
class NotInterested:
    """Closes the request, and asks nothing of us; the lead may be written to when they ask again."""


@dataclass(frozen=True)
class Reply:
    """An answer for a human to read. It may be a yes, a time, a question, an emoji, or words that nobody foresaw."""


@dataclass(frozen=True)
class Empty:
    """Nothing that a person said.

    - `no_words`: a picture alone, or punctuation.
    - `automatic`: a phone answered by itself ("I'm driving ...").
    """

    because: Literal["no_words", "automatic"]


LeadText = Stop | PerhapsStop | Start | HelpAsked | NotInterested | Reply | Empty
