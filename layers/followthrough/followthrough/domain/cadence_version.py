"""A cadence with its messages, frozen under a content hash. A pursuit keeps the version it began with."""

import hashlib
import json

from followthrough.domain.cadence import Cadence
from followthrough.domain.model import Model
from followthrough.domain.needs import needs


class CadenceVersion(Model):
    """`messages` maps a file's name without `.txt`, such as `tried-you.email`, to its text."""

    cadence: Cadence
    messages: dict[str, str]

    @property
    def version(self) -> str:
        """The first 12 hex digits of a SHA-256 over the cadence and every message.

        Without defaults, so that a field added to the language later changes no version that doesn't use it.
        """
        cadence = self.cadence.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        content = json.dumps([cadence, self.messages], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    def needs_of(self, message: str) -> frozenset[str]:
        """What must be on record for a message, on whichever channel."""
        return needs(source for name, source in self.messages.items() if name.rpartition(".")[0] == message)
