"""E-mail addresses in the one form in which they are kept, and the form in which they are compared."""

from email.utils import parseaddr

from followthrough.domain.typed_words import one_line


def normal_email(text: str) -> str:
    """An address as it is kept: without anything around it, its domain as DNS knows it.

    SES takes no address with anything but ASCII before the @. Raises ValueError, which doesn't repeat the text.
    """
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - slow to import, only here

    try:
        address = validate_email(one_line(text), allow_smtputf8=False, strict=True, check_deliverability=False)
    except EmailNotValidError:  # its own words repeat the address
        raise ValueError("is not an e-mail address we can write to: write it as ann@example.com") from None
    return address.ascii_email or address.normalized


def comparable_email(text: str) -> str | None:
    """An address as it is compared: in lower case, because it is reported in whatever case it was met.

    A name around it, as in `Ann <ann@example.com>`, is left out. None for what is no address that we could have
    written to.
    """
    try:
        return normal_email(parseaddr(text)[1]).lower()
    except (ValueError, RecursionError):  # of brackets in brackets
        return None
