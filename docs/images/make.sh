#!/usr/bin/env bash
# Makes the picture of the README: the top of the report of the giftware demo, as a browser shows it.
# Needs chromium and an installed promiselab; run from the root of the project.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
.venv/bin/promiselab demo giftware --out "$here" > "$here/out.txt"
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --virtual-time-budget=8000 \
  --screenshot="$here/report.png" --window-size=1240,980 "file://$(ls -d "$here"/*giftware*)/report.html" 2> /dev/null
mv "$here/report.png" docs/images/report.png
