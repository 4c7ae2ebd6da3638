"""What `check` has found wrong."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: the file, the place in it, and what is wrong and what would be right."""

    file: str
    where: str
    what: str
    is_warning: bool = False
    """Whether it is allowed, and only somebody ought to know of it."""

    def __str__(self) -> str:
        return f"{'Warning: ' if self.is_warning else ''}{self.file}: {self.where}: {self.what}"
