"""Words that strangers typed into a form, made safe to repeat, and the name to greet somebody by.

Anybody can post anybody's e-mail address to a public form, so what is typed there must not become a way to
send links or new lines to strangers in the business's name.
"""

import re
import unicodedata

from followthrough.domain.gsm7 import to_gsm7

_LONGEST_NAME = 60
_LONGEST_FIRST_NAME = 24
_LONGEST_SERVICE = 40
_LONGEST_INITIALS = 5
_LONGEST_SAID = 2000

_TITLES = {"dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "rev", "sir", "madam", "hon", "capt"}
_TITLES_IN_FULL = {"miss", "sir", "madam", "professor"}
_SUFFIXES = {"jr", "sr", "ii", "iii", "iv", "md", "phd", "dds", "dvm", "esq", "cpa", "rn", "pe", "mba"}
_COMPANY_WORDS = {"llc", "inc", "ltd", "corp", "corporation", "company", "co", "gmbh", "plc", "llp"}
_NOBODY = {
    *("anonymous", "asdf", "customer", "first", "firstname", "guest", "lead", "me", "na", "nil", "no"),
    *("name", "nobody", "none", "null", "qwerty", "test", "tester", "testing", "undefined", "unknown", "xxx"),
}
_NO_SERVICE = {"", "any", "general", "n/a", "na", "none", "not sure", "null", "other", "undefined", "unknown"}

_LINK_LIKE = re.compile(r"://|www\.|@|[\w-]\.(?!\d)\w{2,}(?:[/\s]|$)|\\|/{2}|\d{7,}", re.IGNORECASE)
_ADDRESS = re.compile(r"://|^www\.|\S@\S|\w\.[^\W\d_]{2,}", re.IGNORECASE)
_MARKUP = re.compile(r"[<>{}\[\]|`^%$#*=_~\"]")
_SENTENCE = re.compile(r"[.!?;:](\s|$)|\b(i|we|my|our|you|your|please|click)\b", re.IGNORECASE)
_AND = re.compile(r"\s*(?:&|\+|\band\b)\s*", re.IGNORECASE)
_A_NAME = re.compile("[^\\W\\d_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}.-][^\\W\\d_]+)*\\.?")
_VOWELS = frozenset("AEIOUY")


def plain_line(text: str | None, longest: int) -> str | None:
    """The text on one line: no control characters, invisible marks, or runs of spaces; cut at a word.

    None for nothing, so that "is it on record?" has one answer.
    """
    if text is None:
        return None
    visible = "".join(" " if _is_space(char) else char for char in unicodedata.normalize("NFC", text))
    visible = "".join(char for char in visible if unicodedata.category(char)[0] != "C")
    return shortened(" ".join(visible.split()), longest) or None


def shortened(text: str, longest: int) -> str:
    """At most `longest` characters, cut after a whole word where there is one, with `...` at the end."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 3]
    at_a_word, _, rest = cut.rpartition(" ")
    keep = at_a_word if at_a_word and len(rest) < len(cut) // 2 else cut
    return keep.rstrip(" ,.;:-") + "..."


def without_addresses(text: str | None) -> str | None:
    """The words with `(link)` for everything that could be pressed: addresses of pages and of mailboxes."""
    if text is None:
        return None
    return " ".join("(link)" if _is_address(word) else word for word in text.split())


def in_their_words(text: str | None, longest: int) -> str | None:
    """What somebody said, to be said back to them within a sentence: one line without the stop at its end.

    None for nothing, and for words with an address in them: a stranger may have typed them for somebody else to read.
    """
    line = plain_line(text, _LONGEST_SAID) or ""
    return None if any(map(_is_address, line.split())) else within_a_sentence(line, longest)


def within_a_sentence(text: str | None, longest: int) -> str | None:
    """The text on one line, cut at a word, without the stop at its end; None for nothing."""
    return plain_line((plain_line(text, _LONGEST_SAID) or "").rstrip(" .,;:-"), longest)


def full_name(text: str | None) -> str | None:
    """A name as given, on one line of at most 60 characters."""
    return plain_line(text, _LONGEST_NAME)


def service_in_words(text: str | None) -> str | None:
    """What they asked for, as it stands in "your … request"; None when it is no such thing.

    Sentences, links and markup are left out: the words go into e-mails to an address nobody has confirmed.
    """
    line = plain_line((text or "").replace("_", " "), 200)
    if not line or len(line) > _LONGEST_SERVICE or line.lower() in _NO_SERVICE:
        return None
    if _LINK_LIKE.search(line) or _MARKUP.search(line) or _SENTENCE.search(line):
        return None
    line = " ".join(_without_pictures(line).split()).strip(" .,-")
    if any(map(_is_address, line.split())):
        return None
    if not any(char.isalpha() for char in line):
        return None
    if _is_shouted(line):
        return line.lower()
    return line[0].lower() + line[1:] if _is_sentence_case(line) else line


def first_name(text: str | None) -> str | None:
    """What to greet somebody by; None when the name on record doesn't say.

    "Dr. Ann Lee" and "LEE, ANN" are Ann, "Ann & Bob" are Ann and Bob, "Mr. Smith" stays Mr. Smith.
    """
    line = plain_line(text, 200)
    if not line or _LINK_LIKE.search(line) or _MARKUP.search(line):
        return None
    line = " ".join(_without_pictures(line).split())
    if _AND.search(line):
        return None if "," in line else _of_two(_AND.split(line))
    return _of_one(line)


def _is_address(word: str) -> bool:
    """Whether mail programs or phones would make a link of it, as it is typed or as a text message has it."""
    return any(_ADDRESS.search(form) for form in (unicodedata.normalize("NFKC", word), to_gsm7(word)))


def _of_two(people: list[str]) -> str | None:
    names = [_of_one(person) for person in people]
    if len(names) == 2 and all(names):  # noqa: PLR2004 - a couple
        return f"{names[0]} and {names[1]}"
    return None


def _of_one(line: str) -> str | None:
    words = _in_order(line)
    if any(_bare(word) in _COMPANY_WORDS for word in words):
        return None
    while words and _bare(words[-1]) in _SUFFIXES:
        words.pop()
    title = ""
    while words and _bare(words[0]) in _TITLES:
        title = words.pop(0)
    return _chosen(words, title)


def _chosen(words: list[str], title: str) -> str | None:
    initials = 0
    while len(words) > 1 and len(_bare(words[0])) == 1:
        initials += 1
        words = words[1:]
    if not words or not _is_a_name(words[0]):
        return None
    if initials and len(words) == 1:  # "J. Lee": only a family name is left
        return None
    shown = _in_case(words[0])
    if title and len(words) == 1:
        return f"{title.rstrip('.').capitalize()}{'' if _bare(title) in _TITLES_IN_FULL else '.'} {shown}"
    return shown


def _in_order(line: str) -> list[str]:
    """The words of a name, the given name first: "Lee, Ann" is turned round, "Ann Lee, MD" is not."""
    family, comma, given = line.partition(",")
    if comma and given.split() and _bare(given.split()[0]) not in _SUFFIXES:
        return [*given.replace(",", " ").split(), *family.split()]
    return line.replace(",", " ").split()


def _is_a_name(word: str) -> bool:
    return (
        len(word) <= _LONGEST_FIRST_NAME
        and bool(_A_NAME.fullmatch(unicodedata.normalize("NFC", word)))
        and _bare(word) not in _NOBODY
        and (len(_bare(word)) > 1 or not word.isascii())
    )


def _in_case(word: str) -> str:
    """`ANN` and `ann` become `Ann`; `DeShawn` and the initials `JT` stay."""
    letters = [char for char in word if char.isalpha()]
    if len(letters) == 2 and word.isupper() and not _VOWELS & set(word):  # noqa: PLR2004 - two initials
        return word
    if word.isupper() or word.islower():
        return re.sub(r"[^\W\d_]+", lambda part: part[0].capitalize(), word)
    return word


def _is_sentence_case(line: str) -> bool:
    """Whether only the first letter is a capital, as in "Kitchen remodel", and not "HVAC repair"."""
    return line[:1].isupper() and line[1:] == line[1:].lower()


def _is_shouted(line: str) -> bool:
    """Whether all of it is capitals, and more than one short word: "BATHROOM REMODEL", and not "HVAC". Spam filters
    count capitals, and a subject shows what is typed here.
    """
    return line.isupper() and len(line) > _LONGEST_INITIALS


def _bare(word: str) -> str:
    return re.sub(r"[^\w]", "", word).lower()


def _is_space(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in {"Zs", "Zl", "Zp", "Cc"}


def _without_pictures(line: str) -> str:
    """Without emoji and other symbols, their modifiers and joiners."""
    return "".join(
        char for char in line if unicodedata.category(char) not in {"So", "Sk", "Cn"} and char not in "\ufe0f\u20e3"
    )
