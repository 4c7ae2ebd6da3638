"""The states of a touch in words, the same in the terminal and on the local pages."""

STATUS = {
    "sent": "sent",
    "reported": "reported",
    "silent": "nobody reported",
    "asked": "being asked for",
    "skipped": "skipped",
    "failed": "failed",
    "unknown": "perhaps sent",
    "planned": "planned",
    "claimed": "being sent",
}
