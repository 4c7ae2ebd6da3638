"""What the terminal says while the server runs: a line for each message, and for whatever went wrong."""

from collections.abc import Callable

from followthrough.domain.business import Settings
from local.server import words
from local.server.sent import Message, read_emails, read_texts
from local.stack import LocalStack


class Terminal:
    """Prints what has happened since it was last asked."""

    def __init__(self, stack: LocalStack, settings: Settings, say: Callable[[str], None]) -> None:
        self._stack = stack
        self._settings = settings
        self._say = say
        self._texts = self._emails = self._failures = 0

    def greet(self, url: str, speed: float, board: str, events_token: str) -> None:
        """Where things are, how another system reports an event, and what time it is. `board` is the address of the
        manager's board.
        """
        now, zone = self._stack.now, self._settings.zone
        self._say(
            f"Followthrough is here, and nothing leaves this machine. Ctrl-C ends it.\n"
            f"  the form    {url}/\n"
            f"  the outbox  {url}/local/outbox\n"
            f"  the board   {board}\n"
            f"  as JSON     {url}/local/state\n"
            f"  events      curl {url}/events -H 'Authorization: Bearer {events_token}' "
            """--json '{"email": "ann@example.com", "event": "won"}'\n"""
            f"It is {words.day_and_time(now, zone)} ({zone.key}); the clock {_pace(speed)}.\n"
        )

    def tell_news(self) -> None:
        """A line for each message and each failure since the last time."""
        team = self._settings.team
        texts, emails = self._stack.texts[self._texts :], self._stack.emails[self._emails :]
        failures = self._stack.failures[self._failures :]
        self._texts, self._emails = self._texts + len(texts), self._emails + len(emails)
        self._failures += len(failures)
        for message in sorted([*read_texts(texts, team), *read_emails(emails, team)], key=lambda one: one.at):
            self._say(f"{self._when(message)}  {_line(message)}")
        for failure in failures:
            self._say(f"{words.day_and_time(failure.at, self._settings.zone)}  FAILED: {failure}")

    def _when(self, message: Message) -> str:
        return words.day_and_time(message.at, self._settings.zone)


def _line(message: Message) -> str:
    to = message.rep or words.address(message.to)
    if message.kind == "sms":
        return f"text to {to}: {' '.join(message.body.split())}"
    return f"e-mail to {to}: {message.subject}"


def _pace(speed: float) -> str:
    if speed == 0:
        return "stands still until it is moved"
    return "keeps real time" if speed == 1 else f"goes {speed:g} times as fast as a real one"
