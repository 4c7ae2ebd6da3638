"""Where things are in a checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "template.yaml"
CADENCES = ROOT / "cadences"
CONFIG = ROOT / "config"
SAMPLE_EVENT = ROOT / "events" / "web_form_lead.json"
