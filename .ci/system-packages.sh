#!/usr/bin/env bash
# Installs what tests need besides Python packages: a browser, which opens the reports without a network.
# Where it cannot be installed here, the tests that need it say so and fail.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/lib.sh
. .ci/lib.sh

for browser in chromium chromium-browser google-chrome chrome; do
  if command -v "$browser" >/dev/null 2>&1; then exit 0; fi
done
if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" -ne 0 ]; then
  say "Geen browser gevonden, en installeren kan hier niet: toetsen die er een nodig hebben, zullen mislukken." \
    "No browser found and none can be installed here: tests that need one will fail."
  exit 0
fi
say "Chromium installeren voor de toetsen ..." "Installing Chromium for the tests ..."
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } >/dev/null 2>&1; then
  say "Chromium kon niet worden geïnstalleerd: toetsen die een browser nodig hebben, zullen mislukken." \
    "Chromium could not be installed: tests that need a browser will fail."
fi
