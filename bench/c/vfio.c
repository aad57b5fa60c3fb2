/*
 * What bench/vm does, once more in C: the measure that the library is held against, on the same descriptors.
 *
 * Loops are here too, so that a batch costs one call. `tuned_` does the same by hand: what C itself leaves open.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
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

/* The node of a device's group, by the link that sysfs has. */
static int group_node(const char *address, char *node, size_t size)
{
	char path[128], target[4096];
	snprintf(path, sizeof path, "/sys/bus/pci/devices/%s/iommu_group", address);
	ssize_t length = readlink(path, target, sizeof target - 1);
	if (length < 0) return -errno;
	target[length] = 0;
	const char *slash = strrchr(target, '/');
	if (!slash) return -ENODEV;
	snprintf(node, size, "/dev/vfio/%s", slash + 1);
	return 0;
}

/* Asks for the ranges of the IOMMU: once for how long the answer is, once for the answer. */
static int ranges(int container)
{
	uint32_t words[1024] = { sizeof(struct vfio_iommu_type1_info) };
	if (ioctl(container, VFIO_IOMMU_GET_INFO, words)) return -errno;
	if (words[0] > sizeof words) return -E2BIG;
	return ioctl(container, VFIO_IOMMU_GET_INFO, words) ? -errno : 0;
}

/* Connects the kernel's request to give the device back; -1 disconnects it. */
static int on_request(int device, int32_t fd)
{
	union {
		struct vfio_irq_set set;
		char bytes[sizeof(struct vfio_irq_set) + sizeof fd];
	} request = { .set = {
		.argsz = sizeof(struct vfio_irq_set) + (fd < 0 ? 0 : sizeof fd),
		.flags = (fd < 0 ? VFIO_IRQ_SET_DATA_NONE : VFIO_IRQ_SET_DATA_EVENTFD) | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = VFIO_PCI_REQ_IRQ_INDEX,
		.count = fd < 0 ? 0 : 1,
	} };
	struct vfio_irq_info info = { .argsz = sizeof info, .index = VFIO_PCI_REQ_IRQ_INDEX };
	if (fd >= 0) memcpy(request.set.data, &fd, sizeof fd);
	if (fd >= 0 && ioctl(device, VFIO_DEVICE_GET_IRQ_INFO, &info)) return -errno;
	return ioctl(device, VFIO_DEVICE_SET_IRQS, &request) ? -errno : 0;
}

/* Whether the device decodes memory and is awake, by its config space: else a load ends the process. */
static int is_decoding(int device)
{
	struct vfio_region_info info = { .argsz = sizeof info, .index = VFIO_PCI_CONFIG_REGION_INDEX };
	uint16_t status, command, head;
	uint8_t type, at;
	if (ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &info)) return 0;
	if (pread(device, &type, 1, info.offset + PCI_HEADER_TYPE) != 1) return 0;
	if (pread(device, &status, 2, info.offset + PCI_STATUS) != 2) return 0;
	if (status & PCI_STATUS_CAP_LIST && pread(device, &at, 1, info.offset + PCI_CAPABILITY_LIST) == 1)
		for (; at; at = head >> 8 & ~3) {
			if (pread(device, &head, 2, info.offset + at) != 2) return 0;
			if ((head & 0xff) != PCI_CAP_ID_PM) continue;
			if (pread(device, &head, 2, info.offset + at + PCI_PM_CTRL) != 2) return 0;
			if ((head & PCI_PM_CTRL_STATE_MASK) == 3) return 0;
			break;
		}
	return pread(device, &command, 2, info.offset + PCI_COMMAND) == 2 && command & PCI_COMMAND_MEMORY;
}

/*
 * From a device's address to the first register, and back, by the calls that openDevice() makes. Returns the register;
 * 0 when something fails.
 */
uint32_t vfio_first(const char *address)
{
	int32_t fds[3] = { -1, -1, -1 };
	char node[64];
	uint32_t id = 0;
	uint16_t command;
	if (!group_node(address, node, sizeof node) && !vfio_open(node, address, fds) && !ranges(fds[0])) {
		struct vfio_device_info device = { .argsz = sizeof device };
		struct vfio_region_info info = { .argsz = sizeof info, .index = VFIO_PCI_BAR0_REGION_INDEX };
		struct vfio_region_info config = { .argsz = sizeof config, .index = VFIO_PCI_CONFIG_REGION_INDEX };
		int request = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (!ioctl(fds[2], VFIO_DEVICE_GET_INFO, &device) && !on_request(fds[2], request)) {
			void *bar = vfio_bar(fds[2]);
			if (bar && is_decoding(fds[2])) id = *(volatile uint32_t *)bar;
			on_request(fds[2], -1);
			close(request);
			if (ioctl(fds[2], VFIO_DEVICE_GET_REGION_INFO, &config)) id = 0;
			if (pread(fds[2], &command, 2, config.offset + PCI_COMMAND) != 2) id = 0;
			if (bar && !ioctl(fds[2], VFIO_DEVICE_GET_REGION_INFO, &info)) munmap(bar, info.size);
		}
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
