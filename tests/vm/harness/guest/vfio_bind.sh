#!/bin/sh
# vfio-bind ADDRESS...: gives devices to vfio-pci; fails when one of them did not take it.
status=0
for address; do
  d=/sys/bus/pci/devices/$address
  echo vfio-pci >"$d/driver_override"
  [ ! -e "$d/driver" ] || echo "$address" >"$d/driver/unbind"
  echo "$address" >/sys/bus/pci/drivers_probe
  [ -e "/sys/bus/pci/drivers/vfio-pci/$address" ] || status=1
done
exit $status
