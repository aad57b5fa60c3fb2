/** The functions of libc that are called here, with the types of their C declarations. */

/** What is called now and then, as `Deno.dlopen` takes it. */
export const SYMBOLS = {
  errnoLocation: { name: "__errno_location", parameters: [], result: "pointer" },
  open: {
    parameters: [
      "buffer", // const char *path
      "i32", // int flags
      "u32", // mode_t mode
    ],
    result: "i32", // int
  },
  close: {
    parameters: ["i32"], // int fd
    result: "i32", // int
  },
  read: {
    parameters: [
      "i32", // int fd
      "buffer", // void *buf
      "usize", // size_t count
    ],
    result: "i32", // ssize_t, and no count here reaches 2^31
  },
  write: {
    parameters: [
      "i32", // int fd
      "buffer", // const void *buf
      "usize", // size_t count
    ],
    result: "i32", // ssize_t
  },
  pread: {
    parameters: [
      "i32", // int fd
      "buffer", // void *buf
      "usize", // size_t count
      "i64", // off_t offset
    ],
    result: "i32", // ssize_t
  },
  pwrite: {
    parameters: [
      "i32", // int fd
      "buffer", // const void *buf
      "usize", // size_t count
      "i64", // off_t offset
    ],
    result: "i32", // ssize_t
  },
  ioctl: {
    parameters: [
      "i32", // int fd
      "u32", // unsigned long request: the kernel takes 32 bits of it
      "buffer", // void *argument
    ],
    result: "i32", // int
  },
  ioctlValue: {
    name: "ioctl",
    parameters: [
      "i32", // int fd
      "u32", // unsigned long request
      "usize", // unsigned long argument
    ],
    result: "i32", // int
  },
  pollLater: {
    name: "poll",
    parameters: [
      "pointer", // struct pollfd *fds
      "usize", // nfds_t nfds
      "i32", // int timeout
    ],
    result: "i32", // int
    nonblocking: true,
  },
  eventfd: {
    parameters: [
      "u32", // unsigned int initval
      "i32", // int flags
    ],
    result: "i32", // int
  },
  fcntl: {
    parameters: [
      "i32", // int fd
      "i32", // int op
      "i32", // int argument
    ],
    result: "i32", // int
  },
  memfdCreate: {
    name: "memfd_create",
    parameters: [
      "buffer", // const char *name
      "u32", // unsigned int flags
    ],
    result: "i32", // int
  },
  ftruncate: {
    parameters: [
      "i32", // int fd
      "i64", // off_t length
    ],
    result: "i32", // int
  },
  statx: {
    parameters: [
      "i32", // int dirfd
      "buffer", // const char *path
      "i32", // int flags
      "u32", // unsigned int mask
      "buffer", // struct statx *statxbuf
    ],
    result: "i32", // int
  },
  readlink: {
    parameters: [
      "buffer", // const char *path
      "buffer", // char *buf
      "usize", // size_t bufsiz
    ],
    result: "i32", // ssize_t
  },
  access: {
    parameters: [
      "buffer", // const char *path
      "i32", // int mode
    ],
    result: "i32", // int
  },
  chmod: {
    parameters: [
      "buffer", // const char *path
      "u32", // mode_t mode
    ],
    result: "i32", // int
  },
  chown: {
    parameters: [
      "buffer", // const char *path
      "u32", // uid_t owner
      "u32", // gid_t group
    ],
    result: "i32", // int
  },
  posixSpawn: {
    name: "posix_spawn",
    parameters: [
      "buffer", // pid_t *pid
      "buffer", // const char *path
      "pointer", // const posix_spawn_file_actions_t *file_actions
      "pointer", // const posix_spawnattr_t *attrp
      "buffer", // char *const argv[]
      "buffer", // char *const envp[]
    ],
    result: "i32", // int, an errno
  },
  waitpid: {
    parameters: [
      "i32", // pid_t pid
      "buffer", // int *wstatus
      "i32", // int options
    ],
    result: "i32", // pid_t
  },
  mkdir: {
    parameters: [
      "buffer", // const char *path
      "u32", // mode_t mode
    ],
    result: "i32", // int
  },
  rename: {
    parameters: [
      "buffer", // const char *from
      "buffer", // const char *to
    ],
    result: "i32", // int
  },
  remove: {
    parameters: ["buffer"], // const char *path
    result: "i32", // int
  },
  // getdents64 has a name of its own in glibc only.
  syscall: {
    parameters: [
      "i64", // long number
      "i64", // unsigned int fd
      "buffer", // struct linux_dirent64 *dirp
      "usize", // size_t count
    ],
    result: "i32", // long
  },
  mmap: {
    parameters: [
      "usize", // void *addr
      "usize", // size_t length
      "i32", // int prot
      "i32", // int flags
      "i32", // int fd
      "i64", // off_t offset
    ],
    result: "usize", // void *; MAP_FAILED is -1, not NULL
  },
  munmap: {
    parameters: [
      "usize", // void *addr
      "usize", // size_t length
    ],
    result: "i32", // int
  },
  mprotect: {
    parameters: [
      "usize", // void *addr
      "usize", // size_t length
      "i32", // int prot
    ],
    result: "i32", // int
  },
  madvise: {
    parameters: [
      "usize", // void *addr
      "usize", // size_t length
      "i32", // int advice
    ],
    result: "i32", // int
  },
  getpagesize: { parameters: [], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/**
 * What is called all the time. Buffers are given by their address, which os/place.ts knows: finding it out costs as much
 * as the rest of a call. And the table is short: of more than about a dozen functions the engine looks up each one at
 * every call.
 */
export const IN_PLACE = {
  read: {
    parameters: [
      "i32", // int fd
      "pointer", // void *buf
      "usize", // size_t count
    ],
    result: "i32", // ssize_t
  },
  pread: {
    parameters: [
      "i32", // int fd
      "pointer", // void *buf
      "usize", // size_t count
      "i64", // off_t offset
    ],
    result: "i32", // ssize_t
  },
  pwrite: {
    parameters: [
      "i32", // int fd
      "pointer", // const void *buf
      "usize", // size_t count
      "i64", // off_t offset
    ],
    result: "i32", // ssize_t
  },
  ioctl: {
    parameters: [
      "i32", // int fd
      "u32", // unsigned long request
      "pointer", // void *argument
    ],
    result: "i32", // int
  },
  poll: {
    parameters: [
      "pointer", // struct pollfd *fds
      "usize", // nfds_t nfds
      "i32", // int timeout
    ],
    result: "i32", // int
  },
} as const satisfies Deno.ForeignLibraryInterface;
