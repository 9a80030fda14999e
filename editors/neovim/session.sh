#!/bin/sh
# Runs `session.lua` in a Neovim without a screen, on a copy of an example: editors/neovim/session.sh [RACELINT]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
racelint=${1:-racelint}
if ! command -v nvim > /dev/null; then
  echo "neovim is not installed: this session cannot be run" >&2
  exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
: > "$folder/racelint.toml"
cp "$here/../../rules/racy-lazy-init/examples/bad_connection.ts" "$folder/database.ts"
RACELINT=$(command -v "$racelint") RACELINT_FILE="$folder/database.ts" \
  nvim --headless --clean -n -i NONE -c "luafile $here/session.lua"
