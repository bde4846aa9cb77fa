# Shared by the scripts in this folder. Read with `.`, not run.

export UV_PYTHON_DOWNLOADS=never   # an interpreter is looked for, never downloaded
export PIP_DISABLE_PIP_VERSION_CHECK=1

constraints=.ci/constraints.txt

# Message in the language of the user: Dutch unless WERKZORG_LANG starts with en.
say() {
  case "${WERKZORG_LANG:-nl}" in
    en*) printf '%s\n' "$2" >&2 ;;
    *) printf '%s\n' "$1" >&2 ;;
  esac
}

# Whether a command is a Python that starts and is 3.12 or 3.13, with venv. A pyenv shim of a version that is not
# chosen exists but ends with code 127; it is passed over here.
usable_python() {
  "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 12) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1
}

# Sets PYTHON and PYTHON_VERSION, or explains what to do and ends with code 8 (configuration).
find_python() {
  local candidate found
  for candidate in ${WERKZORG_PYTHON:-} python3.12 python3.13 python3 python \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[23]*/bin/python3 \
    /opt/python/3.1[23]*/bin/python3 /usr/local/bin/python3.1[23] /opt/homebrew/bin/python3.1[23]; do
    if usable_python "$candidate"; then
      # The real path: a shim would depend on the folder it is called from.
      found=$("$candidate" -c 'import sys; print(sys.executable)')
      PYTHON=${found:-$candidate}
      PYTHON_VERSION=$("$PYTHON" -c 'import platform; print(platform.python_version())')
      return 0
    fi
  done
  cat >&2 <<'TEXT'
Geen bruikbare Python gevonden: werkzorg heeft Python 3.12 of 3.13 nodig.
  -> Installeer Python 3.12 of 3.13 (Debian/Ubuntu: apt-get install python3 python3-venv, als dat 3.12 of hoger is;
     anders pyenv install 3.12, of van de website van Python), of wijs er een aan:
     WERKZORG_PYTHON=/pad/naar/python3.12 make report
No usable Python found: werkzorg needs Python 3.12 or 3.13.
  -> Install Python 3.12 or 3.13 (Debian/Ubuntu: apt-get install python3 python3-venv when that is 3.12 or higher;
     else pyenv install 3.12, or from the Python website), or point at one:
     WERKZORG_PYTHON=/path/to/python3.12 make report
TEXT
  exit 8
}

venv_python() {
  if [ -x "$1/Scripts/python.exe" ]; then printf '%s' "$1/Scripts/python.exe"; else printf '%s' "$1/bin/python"; fi
}

# Digest of what decides the content of the environment.
stamp_of() {
  cat pyproject.toml "$constraints" .ci/lib.sh | cksum | tr -d '\n'
  printf ' %s' "$1"
}

make_venv() {
  "$PYTHON" -m venv --clear "$1"
}

# install_into VENV ARGUMENTS: with uv when it can be had (seconds), else with pip (minutes). Same versions.
install_into() {
  local python
  python=$(venv_python "$1")
  shift
  if find_uv "$python"; then
    "${UV[@]}" pip install --quiet --python "$python" --constraint "$constraints" "$@"
  else
    say "uv is er niet; installeren met pip duurt een paar minuten." "No uv; installing with pip takes some minutes."
    "$python" -m pip install -qq --constraint "$constraints" "$@"
  fi
}

# Sets UV to the command for uv: the one on the path, or one installed into the environment.
find_uv() {
  if [ -n "${WERKZORG_NO_UV:-}" ]; then return 1; fi
  if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then
    UV=(uv)
  elif "$1" -m pip install -qq uv >/dev/null 2>&1 && "$1" -m uv --version >/dev/null 2>&1; then
    UV=("$1" -m uv)
  else
    return 1
  fi
}

# Where compiled code stays between runs and jobs.
compile_cache() {
  printf '%s' "${WERKZORG_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/werkzorg}"
}
