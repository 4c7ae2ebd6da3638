#!/bin/sh
# Takes docs/images/outbox.png, the picture in the README: the outbox nine minutes after a lead has asked.
# Needs Chromium (CHROMIUM=... where it is called something else), pngquant, curl, and make setup.
set -eu
cd "$(dirname "$0")/.."
PORT=${PORT:-8791}
CHROMIUM=${CHROMIUM:-chromium}
HERE=http://127.0.0.1:$PORT
PROFILE=$(mktemp -d)

.venv/bin/followthrough serve --port "$PORT" --speed 0 --starts 2026-11-23T10:00 &
SERVER=$!
trap 'kill $SERVER; rm -rf "$PROFILE"' EXIT

json() { curl -sf --retry 20 --retry-connrefused --retry-delay 1 -o /dev/null -H 'content-type: application/json' -d "$2" "$HERE$1"; }

json /leads '{"name": "Maya Thompson", "email": "maya.thompson@example.com", "phone": "917-555-0142",
  "service": "Kitchen remodel", "postal_code": "10003",
  "message": "Our cabinets are from the eighties. Could somebody come and have a look?"}'
json /local/clock '{"advance": "PT4M"}'
.venv/bin/followthrough report latest voicemail --note "Rang six times" --port "$PORT"
json /local/clock '{"to_next": true}'

"$CHROMIUM" --headless --no-sandbox --disable-gpu --disable-background-networking --no-first-run --hide-scrollbars \
  --disable-lcd-text --user-data-dir="$PROFILE" --window-size=1200,1350 --virtual-time-budget=1500 \
  --screenshot="$PROFILE/outbox.png" "$HERE/local/outbox" 2>/dev/null
pngquant --force --nofs --output docs/images/outbox.png 128 "$PROFILE/outbox.png"
