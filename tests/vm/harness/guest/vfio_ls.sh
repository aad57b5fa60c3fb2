#!/bin/sh
# vfio-ls: lists PCI devices with their group and driver.
for d in /sys/bus/pci/devices/*; do
  group=$(readlink "$d/iommu_group")
  driver=$(readlink "$d/driver")
  echo "${d##*/} $(cat "$d/vendor" "$d/device" "$d/class" | tr '\n' ' ')group ${group##*/} driver ${driver##*/}"
done
