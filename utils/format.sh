#!/usr/bin/env bash
# Formats the sources that git knows: clang-format-22 for C++ and C, ruff for Python.
#   utils/format.sh            rewrites them
#   utils/format.sh --check    changes nothing, names what differs, exits with 1
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

clang_format=(clang-format-22 -i)
ruff_format=(format -q)
case "${1:-}" in
  "") ;;
  --check)
    clang_format=(clang-format-22 --dry-run --Werror)
    ruff_format=(format -q --diff)
    ;;
  *) echo "usage: utils/format.sh [--check]" >&2; exit 2 ;;
esac

# -co: also files that are new and not ignored.
sources() { git -c safe.directory='*' ls-files -co --exclude-standard -- "$@" | while read -r f; do [ ! -e "$f" ] || echo "$f"; done; }

status=0
sources '*.h' '*.c' '*.cpp' '*.h.in' |
  xargs -r "${clang_format[@]}" || status=1

ruff=.venv/bin/ruff
[ -x "$ruff" ] || ruff=$(command -v ruff || true)
if [ -n "$ruff" ]; then
  sources '*.py' '*.pyi' | xargs -r "$ruff" "${ruff_format[@]}" || status=1
  sources '*.py' '*.pyi' | xargs -r "$ruff" check -q || status=1
else
  echo "note: Python files were left alone: no ruff (utils/setup.sh puts it into .venv)" >&2
fi
exit "$status"
