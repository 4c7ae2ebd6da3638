"""Every command of `followthrough`. Exit 0: good; 1: something was found wrong; 2: used wrongly."""

import typer

from local.commands import (
    board,
    check,
    conversions,
    demo,
    diff,
    events_token,
    export,
    forget,
    message,
    pause,
    preview,
    report,
    schema,
    serve,
    simulate,
)

app = typer.Typer(
    name="followthrough",
    help="Nobody who asks for a quote, a call or an appointment is forgotten.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode=None,
)

app.command("check")(check.check)
app.command("preview")(preview.preview)
app.command("diff")(diff.diff)
app.command("message")(message.message)
app.command("simulate")(simulate.simulate)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("report")(report.report)
app.command("pause")(pause.pause)
app.command("resume")(pause.resume)
app.command("conversions")(conversions.show_conversions)
app.command("forget")(forget.forget)
app.command("export")(export.export)
app.command("events-token")(events_token.events_token)
app.command("partners")(board.partners)
app.command("board-link")(board.board_link)
app.command("schema")(schema.schema)


def main() -> None:
    """The entry point."""
    app()
