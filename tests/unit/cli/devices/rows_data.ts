/** Lines of the commands that touch devices, and how they end: the same on every machine but for addresses and times. */
import type { Row } from "./rows.ts";

const TIME = String.raw`[\d.]+ [nµm]?s`;
const NEEDS_VFIO =
  "\n  Give it to vfio-pci, if nothing on this machine needs it:\n    run: sudo vfio bind 0000:";
const PUT_BACK =
  /^It holds until here: the kernel puts back the registers of a device that is closed\. --hold/;
const RESET =
  /^The device is reset now that it is closed: a comma adds what comes next, --hold keeps it open\n$/;
const HELPS = /^What helps: vfio explain DMA-FAULT\n$/;
const SEE = "\nSee vfio --help\n$";

const CONFIG: readonly Row[] = [
  {
    line: "config EDU get COMMAND CAP_MSI+2.w",
    out:
      /^COMMAND {2}0x0[\da-f]{3} {2}at 0x004\n {2}ioSpace.* memorySpace\+ busMaster-[^]*CAP_MSI\+2\.w {2}0x0080 {2}at 0x042 {2}MSI\n {2}enable- .* address64\+/,
  },
  { line: "config EDU get VENDOR_ID DEVICE_ID --raw", out: /^1234\n11e8\n$/ },
  { line: "config EDU get COMMAND --vfio --json", out: /"source": "vfio"[^]*"command.busMaster": false/ },
  {
    line: "config EDU set COMMAND=4:4",
    out: /^COMMAND {2}0x0(\d)03 -> 0x0\1(?:07)\n {2}command\.busMaster {2}- -> \+\n$/,
    err: PUT_BACK,
  },
  {
    line: "config EDU set COMMAND=0:2 --dry-run",
    out: /^COMMAND {2}0x0(\d)03 -> 0x0\1(?:01)\n {2}command\.memorySpace {2}\+ -> -\n$/,
  },
  {
    line: "config EDU set CACHE_LINE_SIZE=10 COMMAND=6:7 --json",
    out:
      /"before": "0x00",\n *"written": "0x10",\n *"after": "0x10"[^]*"written": "0x0\d06",\n *"after": "0x0\d06"/,
    err: PUT_BACK,
  },
  { line: "config EDU get CACHE_LINE_SIZE --raw", out: /^00\n$/ },
  {
    line: "config EDU set VENDOR_ID=1",
    out: /^VENDOR_ID {2}0x1234 -> 0x0001 {2}reads 0x1234: the kernel or the device keeps the rest\n$/,
    err: PUT_BACK,
  },
  {
    line: "config EDU get TOASTER",
    status: 2,
    err: /^error: There is no register 'TOASTER': vfio config --help/,
  },
  {
    line: "config EDU get CAP_EXP+8.w",
    status: 1,
    err: /has no capability PCI Express\n.*\n {4}run: vfio inspect 0000:/,
  },
  { line: "config NVME get CAP_EXP+8.w --raw", out: /^[\da-f]{4}\n$/ },
  {
    line: "config FREE set COMMAND=4:4",
    status: 1,
    err: new RegExp(`^error: Cannot set registers of 0000:.*: no driver has it, not vfio-pci${NEEDS_VFIO}`),
  },
  { line: "config FREE set COMMAND=4:4 --dry-run", out: /command\.busMaster {2}- -> \+\n$/ },
];

const MEM: readonly Row[] = [
  {
    line: "mem EDU 0 read 0 4",
    out: /^0x000000 {2}0x010000ed {2}16777453\n0x000004 {2}0x[\da-f]{8} {2}\d+\n$/,
  },
  { line: "mem EDU 0 read 0x80 --width 64", out: /^0x000080 {2}0x[\da-f]{16} {2}\d+\n$/ },
  {
    line: "mem EDU 0 read 0x200",
    out: /^0x000200 {2}0xffffffff {2}4294967295\n$/,
    err: /^Nothing but ones: .*vfio explain ALL-ONES\n$/,
  },
  {
    line: "mem EDU 0 write 4=0x12345678 , peek 4 --json",
    out: /"action":"write".*"value":"0x12345678"[^]*"action":"read".*"value":"0xedcba987"/,
  },
  {
    line: "mem EDU 0 --map edu write factorial=10 , wait status.computing==0 , read factorial",
    out:
      /^0x000008 {2}factorial {2}<- 0x0000000a {2}10\n0x000020 {2}status {2}0x00000000 {2}computing=0 irqWhenDone=0 {2}after [\d.]+ ms\n0x000008 {2}factorial {2}0x00375f00 {2}3628800\n$/,
  },
  {
    line: "mem EDU 0 fill 0x80 16 0x41 --width 64 , dump 0x80 16",
    out: /^0x000080 to 0x00008f {2}0x0{14}41\n0x000080 {2}0{14}41 0{14}41 {2}A\.{7}A\.{7}\n$/,
  },
  {
    line: "mem EDU 0 dump --map edu.json",
    out: /^0x000000 {2}ID {9}0x010000ed {2}major=1\n0x000008 {2}FACTORIAL {2}/,
  },
  {
    line: "mem EDU 0 read 0x80 --map edu.json --json",
    out: /"register":"SOURCE","width":64,"value":"0x0{14}41"/,
  },
  {
    line: "mem EDU 0 write ctrl_scratch=1 , read 4 --map csr.csv",
    out: /\n0x000004 {2}ctrl_scratch {2}0xfffffffe /,
  },
  {
    line: "mem EDU 0 watch 0x08 0x20 --map edu.json --timeout 20",
    out: /^0x000008 {2}FACTORIAL {2}0x\w{8} {2}\d+\n0x000020 {2}STATUS {5}0x\w{8} {2}computing=0 irq=0\n$/,
    err: /^\d+ samples?, 0 changes\n$/,
  },
  {
    line: "mem EDU 0 write 0x84=1 , watch 0x84 --json",
    status: 130,
    interrupted: true,
    out: /"action":"watch".*"was":null,"ms":[\d.]+\}\n$/,
    err: /^\d+ samples?, 0 changes\n$/,
  },
  {
    line: "mem EDU 0 wait 0x20&1==1 --timeout 5",
    status: 1,
    err:
      /^error: 0x20&1==1 did not come about within 5 ms: it reads 0x00000000\n {2}--timeout waits longer\n$/,
  },
  { line: "mem EDU 0 wait 0x20&1==1 --timeout 60000", status: 130, interrupted: true },
  {
    line: "mem EDU 0 read 2",
    status: 2,
    err: new RegExp(`^error: '2' is at 0x2, where no access of 32 bits begins${SEE}`),
  },
  { line: "mem EDU 0 read 0 --width 24", status: 2, err: /8, 16, 32, 64/ },
  {
    line: "mem EDU 0 read 0x100000",
    status: 2,
    err: /^error: '0x100000' is outside: bar0 has 0x100000 bytes\n/,
  },
  { line: "mem EDU 1 read 0", status: 1, err: /^error: 0000:.* has no bar1: it has bar0 \(1 MiB\)\n$/ },
  { line: "mem EDU 9 read 0", status: 2, err: /^error: '9' is no region: 0 to 5, or rom\n/ },
  {
    line: "mem EDU 0 read toaster --map edu",
    status: 2,
    err: /^error: The map has no register 'toaster'\. It has id, /,
  },
  {
    line: "mem EDU 0 write 0=1 --map edu",
    status: 2,
    err: /^error: id cannot be written: its map says read-only\n/,
  },
  {
    line: "mem EDU 0 dump --map unaligned.json",
    status: 1,
    err: /^error: unaligned\.json is no register map: register "a" is at 1/,
  },
  {
    line: "mem EDU 0 dump --map none.csv",
    status: 1,
    err: /^error: none\.csv is no register map: it is neither JSON nor/,
  },
  {
    line: "mem NVME 0 read vs csts.rdy --map nvme",
    out: /^0x000008 {2}vs {4}0x000\d0\d00 {2}mjr=1 .*\n0x00001c {2}csts {2}0x00000000 /,
  },
  { line: "mem NVME 0 write 0x0c=0", out: /^0x00000c {2}<- 0x0{8} {2}0\n$/, err: RESET },
  { line: "mem E1000E 3 dump 0 32", out: /^0x000000 {2}[^]*\n0x000010 / },
  {
    line: "mem FREE 0 read 0",
    status: 1,
    err: new RegExp(`^error: Cannot open 0000:.*: no driver has it, not vfio-pci${NEEDS_VFIO}`),
  },
  { line: "mem KERNEL 0 read 0", status: 1, err: /: nvme has it, not vfio-pci\n/ },
  {
    line: "mem BLOCKED 0 read 0",
    status: 1,
    err:
      /^error: Cannot attach \/dev\/vfio\/\d+: EPERM, .*(?:\(VFIO_GROUP_SET_CONTAINER\))\n {2}Group \d+ is not viable: 0000:.* \(nvme\) can do DMA for the kernel\. .*\n {4}run: sudo vfio bind 0000:/,
  },
  {
    line: "mem 7f:00.0 0 read 0",
    status: 5,
    err: /^error: There is no device 7f:00\.0\n {2}All devices:\n {4}run: vfio list/,
  },
];

const IRQ: readonly Row[] = [
  { line: "irq EDU list", out: /^KIND {2}VECTORS\nintx {8}1 {2}maskable\nmsi {9}1\n/ },
  { line: "irq NVME list --json", out: /"kind": "msix",\n *"vectors": \d+,/ },
  {
    line: "irq EDU watch --type msi --count 1 --poke 0:0x60=1",
    out: /^msi 0 {2}\+1 {2}total 1 {2}\+[\d.]+ s\n$/,
    err: /^Watching 1 vector of msi\. Ctrl-C ends it\n1 interrupt on 1 of 1 vector in [\d.]+ s\n$/,
  },
  {
    line: "irq EDU watch --type intx --count 2 --poke 0:0x60=1 --json",
    out: /^\{.*"kind":"intx","vector":0,"count":1,"total":1,.*\}\n\{.*"total":2,.*\}\n$/,
    err: /INTx is a level: it comes again until/,
  },
  { line: "mem EDU 0 write 0x64=1", out: /^0x000064 {2}<- 0x0{7}1 {2}1\n$/ },
  { line: "irq EDU watch --timeout 20", err: /^Watching 1 vector of msi\n0 interrupts on 0 of 1 vector in / },
  {
    line: "irq NVME watch",
    status: 130,
    interrupted: true,
    err: /^Watching \d+ vectors of msix\. Ctrl-C ends it\n0 inter/,
  },
  { line: "irq EDU watch --type msix", status: 1, err: /^error: 0000:.* has no msix: it has intx, msi\n$/ },
  {
    line: "irq EDU watch --poke 3:0=1",
    status: 1,
    err: /\nerror: 0000:.* has no bar3: it has bar0 \(1 MiB\)\n$/,
  },
  { line: "irq EDU trigger", out: new RegExp(`^✔ msi 0: arrived after ${TIME}\n$`) },
  {
    line: "irq EDU trigger 0 --count 100 --type intx",
    out: /^✔ intx 0: 100 of 100 arrived {2}min .* p50 .* p99 .* max /,
  },
  {
    line: "irq E1000E trigger 2 --count 10 --json",
    out: /"vector": 2,\n *"triggered": 10,\n *"arrived": 10,[^]*"p99\.9": \d+/,
  },
  { line: "irq EDU trigger 1", status: 2, err: /^error: 0000:.* has 1 vector of msi: there is no 1\n/ },
];

const DMA: readonly Row[] = [
  {
    line: "dma EDU ranges",
    out:
      /FROM +TO +SIZE\n +0x0 +0xfedfffff +4 GiB {2}usable\n0xfee00000 +0xfeefffff +1 MiB {2}reserved: msi\n0xfef00000 /,
  },
  { line: "dma EDU ranges --json", out: /"type": "msi",\n *"start": "0xfee00000"/ },
  {
    line: "dma EDU limits",
    out:
      /^✔ Page sizes {4}4 KiB, 2 MiB, 1 GiB\n✔ Alignment {5}4 KiB\n✔ Last address {2}0x\w+ \(\d\d bits\)\n✔ Mappings {6}65535 left\n✔ Memory lock/,
  },
  {
    line: "dma EDU try 1M --max-iova 0xfffffff",
    out: new RegExp(`^✔ 1 MiB at 0x1000: mapped in ${TIME}, unmapped in ${TIME} {2}256 pages of 4 KiB\n$`),
  },
  { line: "dma EDU try 1M --json", out: /"mappedNs": \d+,\n *"unmappedNs": \d+\n/ },
  {
    line: "dma EDU try 1M --max-iova 0xfff",
    status: 1,
    err: /no gap is big enough in \[0x0, 0xfedfffff\] and .* up to maxIova 0xfff /,
  },
  { line: "dma EDU try much", status: 2, err: /^error: 'much' is no size/ },
];

const TESTS: readonly Row[] = [
  {
    line: "selftest NVME --isolation",
    out:
      /^TAP version 14\n1\.\.7\nok 1 - open group \d+: container type1v2\n(?:ok \d - .*\n){5}ok 7 - DMA write to unmapped memory is blocked # SKIP /,
    err: /^7 tests, 0 failed, 1 skipped\n$/,
  },
  {
    line: "selftest E1000E",
    out:
      /ok 3 - BARs mapped: bar0 128 KiB, bar1 128 KiB, bar2 32 B, bar3 16 KiB\nok 4 - interrupt loopback: msix, 1000\/1000 interrupts, p50 /,
    err: /^6 tests, 0 failed, 0 skipped\n$/,
  },
  { line: "selftest FREE", status: 1, err: /^error: Cannot test 0000:.*: no driver has it, not vfio-pci\n/ },
  {
    line: "bench EDU mmio -n 100",
    out: /^read of 32 bits at 0:0x0: 100 times, min .*, p50 .*, p99\.9 .*, max .*\n[^]*█/,
  },
  { line: "bench NVME irq -n 100 --json", out: /"what": "loopback of msix 0"[^]*"count": 100,/ },
  { line: "bench EDU map -n 20 --size 64K", out: /^map 64 KiB: 20 times[^]*\nunmap 64 KiB: 20 times/ },
  { line: "bench EDU mmio -n 100000000", status: 130, interrupted: true },
  { line: "bench EDU irq -n 100000000", status: 130, interrupted: true },
  { line: "bench EDU map -n 100000000", status: 130, interrupted: true },
  {
    line: "bench EDU mmio --at 3:0",
    status: 1,
    err: /^error: 0000:.* has no bar3: it has bar0 \(1 MiB\)\n$/,
  },
];

const ISOLATION = String.raw`^TAP version 14
1\.\.9
ok 1 - open group \d+: container type1v2
ok 2 - config space readable, vendor id stable: 1000 reads
ok 3 - BARs mapped: bar0 1 MiB
ok 4 - interrupt loopback: msi, 1000/1000 interrupts, p50 ${TIME} p99 ${TIME}
ok 5 - map and unmap, overlap and misalignment refused: 1 MiB
ok 6 - reset, and the device answers # SKIP the device has no reset of its own
ok 7 - DMA write of 64 bytes arrives: IOVA 0x1000
ok 8 - DMA with Bus Master off does not arrive
ok 9 - DMA write to unmapped memory is blocked: IOVA 0x1000
`;

/** What every owner of the devices' nodes is told. */
export const ROWS: readonly Row[] = [...CONFIG, ...MEM, ...IRQ, ...DMA, ...TESTS];

/** What root is told besides, in this order. */
export const ROOT_ROWS: readonly Row[] = [
  { line: "faults", err: /^No faults in the kernel's log\n$/ },
  {
    line: "selftest EDU --isolation",
    out: new RegExp(
      `${ISOLATION}  # DMAR: \\[DMA Write NO_PASID\\] Request device \\[.*\\] fault addr 0x1000 \\[fault reason 0x05\\] `,
    ),
    err: /^9 tests, 0 failed, 1 skipped\n$/,
  },
  {
    line: "faults",
    err: HELPS,
    out:
      /^\[ +[\d.]+\] 0000:\S+ wanted to write IOVA 0x1000: \[fault reason 0x05\] PTE Write access is not set {2}/,
  },
  { line: "faults --json", err: HELPS, out: /^\{.*"iova":"0x1000","write":true,"reason":/ },
  { line: "faults -f", status: 130, interrupted: true, out: /wanted to write IOVA 0x1000/ },
  {
    line: "selftest EDU --isolation --json",
    out: /"comments": \[\n *"DMAR: \[DMA Write/,
    err: /^9 tests, 0 failed/,
  },
  { line: "selftest EDU --junit out.xml -q", out: /^TAP version 14\n1\.\.8\n(?:ok .*\n){8}$/ },
  { line: "dma EDU try 16M", out: /^✔ 16 MiB at 0x1000: / },
];

/** What a user is told who has 8 MiB of memory to lock, and whose are EDU's and BLOCKED's nodes alone. */
export const USER_ROWS: readonly Row[] = [
  {
    line: "mem NVME 0 read 0",
    status: 4,
    err:
      /^error: Cannot open (\/dev\/vfio\/\d+): EACCES, permission denied \(open\)\n {2}\1 belongs to (?:root|uid 0) with mode 0600: a udev rule \(vfio setup\) or chown gives it to you\n {4}run: sudo chown \$USER \1\n$/,
  },
  {
    line: "mem NVME 0 read 0 --json",
    status: 4,
    out: /"code": "EACCES"[^]*"id": "GROUP-ACCES"/,
    err: /EACCES/,
  },
  { line: "irq NVME watch", status: 4, err: /EACCES/ },
  {
    line: "selftest NVME",
    status: 4,
    out: /^TAP version 14\n1\.\.6\nnot ok 1 - open group \d+\nBail out! Cannot open \/dev\/vfio\/\d+: EACCES/,
    err: /sudo chown \$USER/,
  },
  { line: "config NVME get COMMAND --raw", out: /^0\d\d\d\n$/ },
  {
    line: "config NVME get CAP_EXP+8.w",
    status: 4,
    err: /^error: Cannot reach CAP_EXP\+8\.w of 0000:.*: this user may read 64 bytes of it\n/,
  },
  { line: "config EDU get CAP_MSI+2.w --vfio --raw", out: /^0080\n$/ },
  { line: "dma EDU limits", out: /Memory lock {3}8 MiB for user.* {2}ulimit -l; vfio explain MEMLOCK\n$/ },
  { line: "dma EDU try 4M", out: /^✔ 4 MiB at 0x1000: / },
  {
    line: "dma EDU try 16M",
    status: 1,
    err:
      /^error: Cannot map for DMA \[.*\]?: ENOMEM, .*\n.*RLIMIT_MEMLOCK: 16777216 bytes more are needed, 0 of 8388608 bytes are taken\n {4}run: sudo prlimit --pid \$\$ --memlock=unlimited\n$/,
  },
  {
    line: "selftest EDU --isolation",
    out: new RegExp(`${ISOLATION}  # This user may not read the kernel's log, where the fault is\n$`),
    err: /^9 tests, 0 failed, 1 skipped\n$/,
  },
  {
    line: "mem EDU 0 --map edu write factorial=5 , wait status.computing==0 , read factorial",
    out: / 0x00000078 {2}120\n$/,
  },
  { line: "irq EDU trigger 0 --count 10", out: /^✔ msi 0: 10 of 10 arrived / },
  {
    line: "faults",
    status: 4,
    err:
      /^error: Cannot read the kernel's log: this user may not\n {2}Read it as root:\n {4}run: sudo vfio faults\n$/,
  },
];

/** What everybody is told while somebody has EDU open. */
export const IN_USE_ROWS: readonly Row[] = [
  { line: "mem EDU 0 read 0", status: 1, err: /^error: Cannot open \/dev\/vfio\/\d+: EBUSY, / },
  { line: "selftest EDU", status: 1, out: /\nBail out! Cannot open \/dev\/vfio\/\d+: EBUSY, /, err: /EBUSY/ },
  { line: "config EDU set COMMAND=4:4", status: 1, err: /EBUSY/ },
  { line: "config EDU get VENDOR_ID --raw", out: /^1234\n$/ },
];
