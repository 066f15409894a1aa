#!/usr/bin/env bash
# Makes the pictures of the README: the top of the report of the giftware demo, and the what-if page, as a browser shows
# them. Needs chromium and an environment made by `make test`; run from the root of the project.
#   PROMISELAB, PYTHON   the command and the interpreter; left out: those of .venv
set -euo pipefail
promiselab=${PROMISELAB:-$PWD/.venv/bin/promiselab}
python=${PYTHON:-$PWD/.venv/bin/python}
images=$PWD/docs/images
here=$(mktemp -d)
page=""
trap '[ -z "$page" ] || kill "$page"; rm -rf "$here"' EXIT
cd "$here"

shot() { # name, address: a picture of what a browser shows there
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --disable-background-networking \
    --virtual-time-budget=15000 --window-size=1240,980 --screenshot="$here/$1.png" "$2" > "$here/$1.log" 2>&1
  mv "$here/$1.png" "$images/$1.png"
}

"$promiselab" demo giftware --out results > demo.txt
shot report "file://$(ls -d "$here"/results/*giftware*)/report.html"

"$promiselab" serve giftware --port 0 --no-browser > address.txt 2> page.log &
page=$!
until grep -q "http" address.txt; do kill -0 "$page"; sleep 0.2; done
"$python" "$images/what_if.py" "$(grep -o 'http[^ ]*' address.txt | head -1)" "$images/what_if.png"
