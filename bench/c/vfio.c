/*
 * What bench/vm does, once more in C: the measure that the library is held against, on the same descriptors.
 *
 * Loops are here too, so that a batch costs one call. `tuned_` does the same by hand: what C itself leaves open.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Opens a container, a group and a device, in the kernel's order. Gives the descriptors, or -errno. */
int32_t vfio_open(const char *group_path, const char *address, int32_t *fds)
{
	struct vfio_group_status status = { .argsz = sizeof status };
	fds[0] = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	fds[1] = open(group_path, O_RDWR | O_CLOEXEC);
	if (fds[0] < 0 || fds[1] < 0) return -errno;
	if (ioctl(fds[1], VFIO_GROUP_GET_STATUS, &status) || !(status.flags & VFIO_GROUP_FLAGS_VIABLE)) return -EPERM;
	if (ioctl(fds[1], VFIO_GROUP_SET_CONTAINER, &fds[0])) return -errno;
	if (ioctl(fds[0], VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU)) return -errno;
	fds[2] = ioctl(fds[1], VFIO_GROUP_GET_DEVICE_FD, address);
	return fds[2] < 0 ? -errno : 0;
}

void vfio_close(const int32_t *fds)
{
	for (int i = 2; i >= 0; i--) close(fds[i]);
}

/* Maps BAR 0. */
void *vfio_bar(int32_t device)
{
	struct vfio_region_info info = { .argsz = sizeof info, .index = VFIO_PCI_BAR0_REGION_INDEX };
	if (ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &info)) return NULL;
	void *bar = mmap(NULL, info.size, PROT_READ | PROT_WRITE, MAP_SHARED, device, info.offset);
	return bar == MAP_FAILED ? NULL : bar;
}

/* From nothing to the first register, and back. Returns the register; 0 when something fails. */
uint32_t vfio_first(const char *group_path, const char *address)
{
	int32_t fds[3] = { -1, -1, -1 };
	uint32_t id = 0;
	if (vfio_open(group_path, address, fds) == 0) {
		struct vfio_region_info info = { .argsz = sizeof info, .index = VFIO_PCI_BAR0_REGION_INDEX };
		void *bar = vfio_bar(fds[2]);
		if (bar) id = *(volatile uint32_t *)bar;
		if (bar && !ioctl(fds[2], VFIO_DEVICE_GET_REGION_INFO, &info)) munmap(bar, info.size);
	}
	vfio_close(fds);
	return id;
}

double read32(const volatile uint32_t *at, uint32_t count)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < count; i++) sum += *at;
	return sum;
}

double read64(const volatile uint64_t *at, uint32_t count)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < count; i++) sum += *at;
	return sum;
}

void write32(volatile uint32_t *at, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) *at = i;
}

void write64(volatile uint64_t *at, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) *at = i;
}

/* Eight loads a turn. */
double tuned_read32(const volatile uint32_t *at, uint32_t count)
{
	uint64_t sum = 0;
	for (const volatile uint32_t *end = at; count >= 8; count -= 8) {
		sum += *end, sum += *end, sum += *end, sum += *end;
		sum += *end, sum += *end, sum += *end, sum += *end;
	}
	while (count--) sum += *at;
	return sum;
}

double region_read(int32_t fd, uint64_t offset, uint32_t size, uint32_t count)
{
	uint32_t words[1024];
	double sum = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (pread(fd, words, size, offset) != (ssize_t)size) return -1;
		sum += words[0];
	}
	return sum;
}

int32_t region_write(int32_t fd, uint64_t offset, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (pwrite(fd, &i, sizeof i, offset) != sizeof i) return -1;
	return 0;
}

/* The system call without the library's function around it. */
double tuned_region_read(int32_t fd, uint64_t offset, uint32_t size, uint32_t count)
{
	uint32_t words[1024];
	double sum = 0;
	register uint64_t at __asm__("r10") = offset;
	for (uint32_t i = 0; i < count; i++) {
		long got;
		__asm__ volatile("syscall" : "=a"(got) : "0"(SYS_pread64), "D"((long)fd), "S"(words), "d"((long)size), "r"(at)
				 : "rcx", "r11", "memory");
		if (got != (long)size) return -1;
		sum += words[0];
	}
	return sum;
}

static int map(int32_t container, uint64_t vaddr, uint64_t iova, uint64_t size)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof map,
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = vaddr,
		.iova = iova,
		.size = size,
	};
	return ioctl(container, VFIO_IOMMU_MAP_DMA, &map) ? -errno : 0;
}

static int unmap(int32_t container, uint64_t iova, uint64_t size)
{
	struct vfio_iommu_type1_dma_unmap unmap = { .argsz = sizeof unmap, .iova = iova, .size = size };
	return ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap) ? -errno : 0;
}

/* Maps the same memory at `count` places, `stride` apart, and leaves it there. */
int32_t dma_fill(int32_t container, uint64_t vaddr, uint64_t iova, uint64_t size, uint64_t stride, uint32_t count)
{
	int failed = 0;
	for (uint32_t i = 0; i < count && !failed; i++) failed = map(container, vaddr, iova + i * stride, size);
	return failed;
}

int32_t dma_remap(int32_t container, uint64_t vaddr, uint64_t iova, uint64_t size, uint32_t count)
{
	int failed = 0;
	for (uint32_t i = 0; i < count && !failed; i++) {
		failed = map(container, vaddr, iova, size);
		if (!failed) failed = unmap(container, iova, size);
	}
	return failed;
}
