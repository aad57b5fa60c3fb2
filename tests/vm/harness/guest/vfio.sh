#!/bin/sh
# vfio ARGUMENTS...: the checkout's own command, with the one flag that it needs.
exec deno run --no-check --no-prompt --cached-only --allow-ffi /src/cli/vfio.ts "$@"
