/**
 * Numbers of the kernel's interface that are equal on x86-64 and arm64.
 *
 * @see Linux, include/uapi/asm-generic/fcntl.h, mman-common.h, poll.h; include/uapi/linux/eventfd.h, memfd.h, stat.h
 */

export const O_RDONLY = 0;
export const O_WRONLY = 1;
export const O_RDWR = 2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_NONBLOCK = 0o4000;
export const O_CLOEXEC = 0o2000000;

export const F_SETFL = 4;

export const EFD_NONBLOCK: number = O_NONBLOCK;
export const EFD_CLOEXEC: number = O_CLOEXEC;

export const POLLIN = 1;

export const PROT_NONE = 0;
export const PROT_READ = 1;
export const PROT_WRITE = 2;

export const MAP_SHARED = 0x01;
export const MAP_PRIVATE = 0x02;
export const MAP_ANONYMOUS = 0x20;
export const MAP_POPULATE = 0x8000;
export const MAP_HUGETLB = 0x40000;
export const MAP_HUGE_2MB: number = 21 << 26;
export const MAP_HUGE_1GB: number = 30 << 26;

export const MFD_CLOEXEC = 1;
export const MFD_HUGETLB = 4;
export const MFD_HUGE_2MB: number = 21 << 26;
export const MFD_HUGE_1GB: number = 30 << 26;

export const MADV_DONTFORK = 10;
export const MADV_HUGEPAGE = 14;
export const MADV_POPULATE_WRITE = 23;

export const F_OK = 0;
export const R_OK = 4;
export const WNOHANG = 1;
export const W_OK = 2;

export const AT_FDCWD = -100;
export const AT_EMPTY_PATH = 0x1000;
/** The fields of struct statx that every file has. */
export const STATX_BASIC_STATS = 0x7ff;

export const EPERM = 1;
export const ENOENT = 2;
export const EINTR = 4;
export const EIO = 5;
export const ENXIO = 6;
export const EBADF = 9;
export const EAGAIN = 11;
export const EACCES = 13;
export const EFAULT = 14;
export const EEXIST = 17;
export const ENOTDIR = 20;
export const EINVAL = 22;
export const EFBIG = 27;
export const EPIPE = 32;

/** getdents64, by Deno's name of the machine. */
export const SYS_GETDENTS64: Readonly<Record<string, bigint>> = { x86_64: 217n, aarch64: 61n };
