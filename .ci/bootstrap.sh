#!/usr/bin/env bash
# Makes the environment .venv and installs werkzorg in it. Does nothing when nothing changed.
#
#   .ci/bootstrap.sh              for use: the package from this folder
#   .ci/bootstrap.sh dev          for work on it: also pytest, hypothesis, jsonschema and ruff
#
# Maakt de omgeving .venv en installeert werkzorg daarin. Doet niets als er niets veranderd is.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/lib.sh
. .ci/lib.sh

extra=""
[ "${1:-}" = dev ] && extra="[test]"
wanted=$(stamp_of "$extra")
stamp=.venv/.werkzorg-stamp
# An environment for work serves for use as well.
if [ -x "$(venv_python .venv)" ] && [ -f "$stamp" ] && "$(venv_python .venv)" -c "import werkzorg" 2>/dev/null; then
  case "$(cat "$stamp")" in
    "$wanted" | "$(stamp_of "[test]")") exit 0 ;;
  esac
fi

find_python
say "Omgeving maken met $PYTHON ($PYTHON_VERSION) ..." "Making the environment with $PYTHON ($PYTHON_VERSION) ..."
make_venv .venv
install_into .venv --editable ".$extra"
printf '%s' "$wanted" > "$stamp"
