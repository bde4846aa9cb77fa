#!/usr/bin/env bash
# Builds the wheel, installs it in a fresh environment outside this folder, and runs all tests against it, also
# outside this folder, so that a file that is missing in the wheel is found. Options go to pytest.
# WERKZORG_TEST_HOME=DIR keeps environment and wheel in DIR for what comes after (it must not exist yet).
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/lib.sh
. .ci/lib.sh

.ci/system-packages.sh
find_python

cache=$(compile_cache)
mkdir -p "$cache"
outside=${WERKZORG_TEST_HOME:-$(mktemp -d "${TMPDIR:-/tmp}/werkzorg-test.XXXXXX")}
mkdir -p "$outside/tmp" "$outside/wheel" "$outside/tree"
if [ -z "${WERKZORG_TEST_HOME:-}" ]; then trap 'rm -rf "$outside"' EXIT; fi

say "Omgeving voor de toetsen maken met $PYTHON ($PYTHON_VERSION) ..." \
  "Making the environment for the tests with $PYTHON ($PYTHON_VERSION) ..."
make_venv "$outside/venv"
python=$(venv_python "$outside/venv")
if find_uv "$python"; then
  "${UV[@]}" build --quiet --wheel --python "$python" --out-dir "$outside/wheel" .
else
  "$python" -m pip wheel -qq --no-deps --wheel-dir "$outside/wheel" .
fi
wheel=$(ls "$outside"/wheel/werkzorg-*.whl)
install_into "$outside/venv" "${wheel}[test]"

# Everything of the repository but the package itself: tests read documents and settings too.
files_of_the_repository() {
  git ls-files -z --cached --others --exclude-standard 2>/dev/null ||
    find . \( -name .git -o -name .venv -o -name results \) -prune -o -type f -print0
}
files_of_the_repository | grep -zvE '^(\./)?werkzorg/' | tar --null -T - -cf - | tar -xf - -C "$outside/tree"

cd "$outside/tree"
export TMPDIR="$outside/tmp"
export WERKZORG_CACHE="$cache" NUMBA_CACHE_DIR="$cache/numba" MPLCONFIGDIR="$cache/matplotlib"
export PYTENSOR_FLAGS="${PYTENSOR_FLAGS:-base_compiledir=$cache/pytensor}"
"$python" - <<'PYTHON'
import sys
import werkzorg
place = werkzorg.__file__ or list(werkzorg.__path__)[0]
if "site-packages" not in place:
    sys.exit(f"the tests would not run against the wheel but against {place}")
PYTHON
"$python" -m pytest "$@"
