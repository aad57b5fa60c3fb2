#!/bin/sh
# vfio-unbind ADDRESS...: takes devices from their driver and lets any driver have them.
for address; do
  d=/sys/bus/pci/devices/$address
  [ ! -e "$d/driver" ] || echo "$address" >"$d/driver/unbind"
  echo >"$d/driver_override"
done
