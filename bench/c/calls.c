/* Functions that do nothing, one for each shape of a call; and system calls in loops. */
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

int32_t call_none(void) { return 0; }

int32_t call_pointer(const void *at) { return at != 0; }

int32_t call_u64(uint64_t value) { return value != 0; }

uint64_t call_result(void) { return 1; }

/* Reads 4 bytes of a file, again and again. */
int32_t pread_words(int32_t fd, uint32_t count)
{
	uint32_t word, sum = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (pread(fd, &word, sizeof word, 0) != sizeof word) return -1;
		sum += word;
	}
	return sum;
}

/* Counts up an eventfd and takes the count. */
int32_t notify_and_read(uint32_t count)
{
	uint64_t one = 1, events, sum = 0;
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	for (uint32_t i = 0; i < count; i++) {
		if (write(fd, &one, sizeof one) != sizeof one || read(fd, &events, sizeof events) != sizeof events) return -1;
		sum += events;
	}
	close(fd);
	return sum == count ? 0 : -1;
}
