#!/bin/sh
# hmp COMMAND: has QEMU's monitor carry it out and prints the answer, e.g. hmp device_del edu0.
for p in /sys/class/virtio-ports/*; do
  [ "$(cat "$p/name")" = vm.hmp ] && port=/dev/${p##*/}
done
exec 3<>"$port"
echo "$*" >&3
while IFS= read -r line <&3; do
  [ "$line" != . ] || exit 0
  echo "$line"
done
exit 1
