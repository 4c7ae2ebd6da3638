"""`followthrough forget`: erase a person from a deployed stack."""

from dataclasses import asdict
from typing import Annotated

import typer

from followthrough.use_cases.erasing import Inventory, erase, take_inventory
from local.commands.console import FOUND_WRONG, err, fail, out, print_json
from local.commands.deployed import Email, LeadId, Phone, Region, StackName, target, with_errors_told


def forget(
    email: Email = None,
    phone: Phone = None,
    lead: LeadId = None,
    stack: StackName = None,
    region: Region = None,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask for confirmation.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON. Needs --yes.")] = False,
) -> None:
    """Erase everything about one person, for good. Kept is only that their addresses must not be used."""
    if json and not yes:
        raise typer.BadParameter("with --json nothing can be asked: add --yes")
    meant = target(email, phone, lead, stack, region)
    with err.status("Looking through the table …") as status:

        def looked_at(entries: int) -> None:
            status.update(f"Looking through the table … {entries:,} entries")

        found = with_errors_told(lambda: take_inventory(meant.services, meant.who, looked_at))
    if not json:
        out.print(f"Found {in_words(found)}.", markup=False)
    if not (yes or typer.confirm("Erase all of it? This can't be undone.")):
        fail("Nothing was erased.", FOUND_WRONG)
    with err.status("Erasing …"):
        with_errors_told(lambda: erase(meant.services, meant.who, lambda _: None))
    if json:
        print_json({"erased": asdict(found)})
    else:
        out.print("Erased. No e-mail and no text will be sent to their addresses.", style="green")


def in_words(found: Inventory) -> str:
    """Counts, and nobody's name: whoever looks over a shoulder learns nothing."""
    counts = (
        (found.leads, "lead"),
        (found.pursuits, "pursuit"),
        (found.touches, "timeline entry"),
        (found.said, "line about consent"),
        (found.beside, "link, nudge or count"),
    )
    return ", ".join(f"{number} {what if number == 1 else _PLURALS[what]}" for number, what in counts)


_PLURALS = {
    "lead": "leads",
    "pursuit": "pursuits",
    "timeline entry": "timeline entries",
    "line about consent": "lines about consent",
    "link, nudge or count": "links, nudges and counts",
}
