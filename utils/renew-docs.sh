#!/usr/bin/env bash
# Writes everything in docs/ and README.md that tools produce anew:
# docs/reference (from TableGen), docs/pipeline.md, the tables in docs/fusion.md,
# the examples' output, and with --onnx the table of ONNX's backend tests in
# docs/onnx.md (some minutes).
set -euo pipefail
# shellcheck source=utils/steps.sh
. "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

onnx=
case "${1:-}" in
  "") ;;
  --onnx) onnx=1 ;;
  *) say "usage: utils/renew-docs.sh [--onnx]" >&2; exit 2 ;;
esac

# Puts what the command prints between the marks of docs/onnx.md.
onnx_table() {
  local table=$logs/onnx-support.md page=docs/onnx.md
  "$venv/bin/python" -m layerfusion onnx-support >"$table" || return
  {
    sed '/^<!-- begin: /q' "$page"
    printf '\n%s\n\n' "$(cat "$table")"
    sed -n '/^<!-- end -->/,$p' "$page"
  } >"$page.new"
  mv "$page.new" "$page"
}

step build "build" ninja -C "$build"
step reference "docs/reference" ninja -C "$build" lf-docs
step pipeline "docs/pipeline.md" "$venv/bin/python" utils/write-pipeline-page.py -o docs/pipeline.md
step fusion "the tables in docs/fusion.md" "$venv/bin/python" utils/write-fusion-tables.py
step examples "the examples in README.md" "$venv/bin/python" utils/check-examples.py --update README.md
[ -z "$onnx" ] || step onnx-table "the table in docs/onnx.md" onnx_table
git -c safe.directory='*' status --short docs README.md
