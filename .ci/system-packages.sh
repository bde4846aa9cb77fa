#!/usr/bin/env bash
# Installs what tests need besides Python packages: a browser, which opens the reports without a network, and the
# library that sets the text of PDFs. Where they cannot be installed here, the tests that need them say so and fail.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/lib.sh
. .ci/lib.sh

has_browser() {
  local browser
  for browser in chromium chromium-browser google-chrome chrome; do
    if command -v "$browser" >/dev/null 2>&1; then return 0; fi
  done
  return 1
}

has_pango() {
  ldconfig -p 2>/dev/null | grep -q 'libpangoft2-1\.0' && ldconfig -p | grep -q 'libharfbuzz-subset'
}

packages=()
has_browser || packages+=(chromium fonts-dejavu-core fonts-liberation)
has_pango || packages+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
if [ ${#packages[@]} -eq 0 ]; then exit 0; fi

missing() {
  say "Niet geïnstalleerd: ${packages[*]}. Toetsen die dit nodig hebben, zullen mislukken." \
    "Not installed: ${packages[*]}. Tests that need this will fail."
}

if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" -ne 0 ]; then
  missing
  exit 0
fi
say "Installeren voor de toetsen: ${packages[*]} ..." "Installing for the tests: ${packages[*]} ..."
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >/dev/null 2>&1; then
  missing
fi
