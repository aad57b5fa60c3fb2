/*
 * Reads a disk through the kernel's driver, the way that costs it least: io_uring with a registered file and registered
 * buffers, past the page cache, with any number of reads under way.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct disk {
	int file, ring;
	uint32_t depth, size, *sq_tail, *sq_mask, *sq_array, *cq_head, *cq_tail, *cq_mask;
	struct io_uring_sqe *entries;
	struct io_uring_cqe *ends;
	struct iovec *buffers;
};

static void *ring_part(int ring, size_t size, uint64_t what)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, what);
}

/* Opens a disk for reads of `size` bytes, up to `depth` at a time. NULL: errno says why. */
void *disk_open(const char *path, uint32_t depth, uint32_t size)
{
	struct disk *d = calloc(1, sizeof *d);
	struct io_uring_params p = { 0 };
	d->depth = depth;
	d->size = size;
	d->file = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
	d->ring = syscall(__NR_io_uring_setup, depth, &p);
	if (d->file < 0 || d->ring < 0) return NULL;
	char *sq = ring_part(d->ring, p.sq_off.array + p.sq_entries * sizeof(uint32_t), IORING_OFF_SQ_RING);
	char *cq = ring_part(d->ring, p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe), IORING_OFF_CQ_RING);
	d->entries = ring_part(d->ring, p.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
	if (sq == MAP_FAILED || cq == MAP_FAILED || d->entries == MAP_FAILED) return NULL;
	d->sq_tail = (uint32_t *)(sq + p.sq_off.tail);
	d->sq_mask = (uint32_t *)(sq + p.sq_off.ring_mask);
	d->sq_array = (uint32_t *)(sq + p.sq_off.array);
	d->cq_head = (uint32_t *)(cq + p.cq_off.head);
	d->cq_tail = (uint32_t *)(cq + p.cq_off.tail);
	d->cq_mask = (uint32_t *)(cq + p.cq_off.ring_mask);
	d->ends = (struct io_uring_cqe *)(cq + p.cq_off.cqes);
	d->buffers = calloc(depth, sizeof *d->buffers);
	for (uint32_t i = 0; i < depth; i++) {
		d->buffers[i].iov_len = size;
		if (posix_memalign(&d->buffers[i].iov_base, 4096, size)) return NULL;
	}
	if (syscall(__NR_io_uring_register, d->ring, IORING_REGISTER_BUFFERS, d->buffers, depth)) return NULL;
	if (syscall(__NR_io_uring_register, d->ring, IORING_REGISTER_FILES, &d->file, 1)) return NULL;
	return d;
}

static void put(struct disk *d, uint32_t buffer, uint64_t lba)
{
	uint32_t tail = *d->sq_tail, at = tail & *d->sq_mask;
	d->entries[at] = (struct io_uring_sqe){
		.opcode = IORING_OP_READ_FIXED,
		.flags = IOSQE_FIXED_FILE,
		.addr = (uintptr_t)d->buffers[buffer].iov_base,
		.len = d->size,
		.off = lba * 512,
		.buf_index = buffer,
		.user_data = buffer,
	};
	d->sq_array[at] = at;
	__atomic_store_n(d->sq_tail, tail + 1, __ATOMIC_RELEASE);
}

/* Reads `commands` times at `places` of `lbas` in turn, a power of two. Gives 0, or -errno. */
int32_t disk_read(struct disk *d, const uint32_t *lbas, uint32_t places, uint32_t commands)
{
	uint32_t begun = 0, ended = 0, to_tell = 0;
	for (; begun < d->depth && begun < commands; begun++, to_tell++) put(d, begun, lbas[begun & (places - 1)]);
	while (ended < commands) {
		if (syscall(__NR_io_uring_enter, d->ring, to_tell, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0) return -errno;
		to_tell = 0;
		uint32_t head = *d->cq_head;
		for (; head != __atomic_load_n(d->cq_tail, __ATOMIC_ACQUIRE); head++) {
			struct io_uring_cqe *end = &d->ends[head & *d->cq_mask];
			if (end->res != (int32_t)d->size) return end->res < 0 ? end->res : -EIO;
			ended++;
			if (begun == commands) continue;
			put(d, end->user_data, lbas[begun++ & (places - 1)]);
			to_tell++;
		}
		__atomic_store_n(d->cq_head, head, __ATOMIC_RELEASE);
	}
	return 0;
}

void disk_close(struct disk *d)
{
	close(d->ring);
	close(d->file);
	for (uint32_t i = 0; i < d->depth; i++) free(d->buffers[i].iov_base);
	free(d->buffers);
	free(d);
}
