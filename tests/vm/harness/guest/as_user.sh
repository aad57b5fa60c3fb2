#!/bin/sh
# as-user COMMAND: runs it as uid 1000, whose locked memory is limited to MEMLOCK KiB (8 MiB unless it is set).
[ "$MEMLOCK" != unlimited ] || MEMLOCK=8192
ulimit -l "${MEMLOCK:-8192}"
exec su -s /bin/sh user -c "$*"
