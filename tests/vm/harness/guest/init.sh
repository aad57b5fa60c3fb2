#!/bin/sh
# The guest's first process: mounts, loads modules, binds devices, runs /job/script, and tells the harness what came
# of it over the virtio ports vm.out, vm.err and vm.ctl. /job/conf says what is wanted:
#   SHARES   9p shares, each TAG,FOLDER,OPTIONS
#   LOAD     modules to load before binding
#   BIND     names of the devices to bind to vfio-pci; "*" for all
#   UNSAFE   not empty: allow interrupts that the IOMMU does not remap
#   NOIOMMU  not empty: allow vfio without an IOMMU
#   AS_USER  not empty: run the script as uid 1000, who owns the devices' nodes
#   MEMLOCK  limit of locked memory in KiB, or "unlimited"
#   END      what both streams end with, so that the harness sees that nothing is missing

export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs -o mode=1777 tmp /tmp
mount -t tmpfs -o mode=1777 shm /dev/shm
mkdir -m 1777 /tmp/deno
ln -s /t/npm /tmp/deno/npm
mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
ln -sf /proc/self/fd /dev/fd
ln -sf /proc/self/fd/0 /dev/stdin
ln -sf /proc/self/fd/1 /dev/stdout
ln -sf /proc/self/fd/2 /dev/stderr
. /job/conf

# A kernel with everything built in has no modules to load.
load() {
  [ ! -d /lib/modules ] || modprobe -a "$@" 2>/dev/null
}

# port NAME: waits for the virtio port of that name and prints its node.
port() {
  n=0
  while [ $n -lt 500 ]; do
    for p in /sys/class/virtio-ports/*; do
      [ -e "$p/name" ] || continue
      read -r name <"$p/name"
      [ "$name" = "$1" ] && [ -e "/dev/${p##*/}" ] && echo "/dev/${p##*/}" && return
    done
    n=$((n + 1))
    usleep 10000
  done
}

load virtio_pci virtio_console 9pnet_virtio 9p virtio_iommu
ifconfig lo 127.0.0.1
exec 7>"$(port vm.ctl)"
tell() { echo "$*" >&7; }
tell "kernel $(uname -r) $(uname -v)"

for share in $SHARES; do
  IFS=, read -r tag folder options <<EOF
$share
EOF
  mkdir -p "$folder"
  mount -t 9p -o "trans=virtio,version=9p2000.L,msize=512000,cache=loose,$options" "$tag" "$folder" ||
    { tell "die cannot mount $folder"; sleep 60; }
done

load vfio vfio_iommu_type1 vfio_pci
for module in $LOAD; do
  load "$module" || tell "warn cannot load $module"
done
if [ -n "$UNSAFE" ]; then
  for module in vfio_iommu_type1 iommufd; do
    [ ! -e /sys/module/$module/parameters/allow_unsafe_interrupts ] ||
      echo 1 >/sys/module/$module/parameters/allow_unsafe_interrupts
  done
fi
[ -z "$NOIOMMU" ] || [ ! -e /sys/module/vfio/parameters/enable_unsafe_noiommu_mode ] ||
  echo 1 >/sys/module/vfio/parameters/enable_unsafe_noiommu_mode

# name_of VENDOR:DEVICE: what the device is called in VFIO_<NAME>.
name_of() {
  case $1 in
    1234:11e8) echo EDU ;;
    1b36:0010) echo NVME ;;
    8086:10d3) echo E1000E ;;
    8086:100e) echo E1000 ;;
    8086:10c9) echo IGB ;;
    8086:10ca) echo IGBVF ;;
    1af4:1110) echo IVSHMEM ;;
    1b36:0005) echo TESTDEV ;;
    1af4:1044 | 1af4:1005) echo RNG ;;
    1af4:1042 | 1af4:1001) echo VBLK ;;
    1af4:1041 | 1af4:1000) echo VNET ;;
    1b36:000d | 1033:0194) echo XHCI ;;
    1b36:0006 | 1b36:0007) echo SDHCI ;;
    1234:1111) echo VGA ;;
    *) echo "$1" | tr 'a-f:' 'A-F_' ;;
  esac
}

VFIO_DEVICES=
for d in /sys/bus/pci/devices/*; do
  address=${d##*/}
  # Slots 1b to 1f of bus 0 hold what the harness itself works with.
  case $address in 0000:00:1[b-f].*) continue ;; esac
  read -r class <"$d/class"
  case $class in 0x06* | 0x0806*) continue ;; esac
  read -r vendor <"$d/vendor"
  read -r device <"$d/device"
  name=$(name_of "${vendor#0x}:${device#0x}")
  eval "count=\$((\${COUNT_$name:-0} + 1)); COUNT_$name=\$count"
  [ "$count" = 1 ] || name=${name}_$count
  export "VFIO_$name=$address"
  VFIO_DEVICES="${VFIO_DEVICES:+$VFIO_DEVICES }$address"
  case " $BIND " in *" $name "* | " * ")
    vfio-bind "$address" || tell "warn $name ($address) did not bind to vfio-pci" ;;
  esac
  group=$(readlink "$d/iommu_group")
  group=${group##*/}
  [ -z "$group" ] || export "VFIO_${name}_GROUP=$group"
  [ -z "$AS_USER" ] || [ ! -e "/dev/vfio/$group" ] || [ -d "/dev/vfio/$group" ] || chown user:user "/dev/vfio/$group"
  for entry in "$d"/vfio-dev/vfio*; do
    # Linux 6.1 shows the entry, but has no node for it.
    node=/dev/vfio/devices/${entry##*/}
    [ -e "$entry" ] && [ -e "$node" ] || continue
    export "VFIO_${name}_CDEV=$node"
    [ -z "$AS_USER" ] || chown user:user "$node"
  done
done
export VFIO_DEVICES
if [ -n "$AS_USER" ]; then
  [ ! -e /dev/vfio/vfio ] || chmod 666 /dev/vfio/vfio
  [ ! -e /dev/iommu ] || chown user:user /dev/iommu
fi

VFIO_KERNEL=$(uname -r)
export VFIO_KERNEL HOME=/root DENO_DIR=/tmp/deno DENO_NO_UPDATE_CHECK=1 NO_COLOR=1 MEMLOCK
. /job/env
ulimit -n 65536
ulimit -c 0
cd /src || tell "die no /src"

mkfifo /run/out /run/err
{ cat /run/out; printf %s "$END"; } >"$(port vm.out)" &
out=$!
{ cat /run/err; printf %s "$END"; } >"$(port vm.err)" &
err=$!
exec 5>/run/out 6>/run/err
read -r up rest </proc/uptime
tell "ready $up"
if [ -n "$AS_USER" ]; then
  as-user /job/script </dev/null >&5 2>&6 5>&- 6>&- 7>&-
else
  (ulimit -l "$MEMLOCK"; exec sh /job/script) </dev/null >&5 2>&6 5>&- 6>&- 7>&-
fi
status=$?
exec 5>&- 6>&-
# Something that the script left running may hold its output open for ever.
n=0
while [ -e /proc/$out/fd/1 ] || [ -e /proc/$err/fd/1 ]; do
  n=$((n + 1))
  [ $n -lt 2000 ] || { tell undrained; break; }
  usleep 5000
done
read -r up rest </proc/uptime
tell "exit $status $up"
sleep 60
poweroff -f
