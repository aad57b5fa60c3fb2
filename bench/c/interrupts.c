/*
 * Waiting for interrupts in C, and somebody who fires them: a thread that lets the waiter fall asleep, looks at the
 * clock and triggers the vector through the kernel.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/vfio.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static struct {
	int device;
	uint32_t count;
	struct timespec pause; /* long enough for the waiter to fall asleep */
	int go; /* eventfd: the waiter is about to wait */
	double *latencies; /* microseconds */
	double fired;
	pthread_t thread;
} shot;

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static int set_irqs(int device, uint32_t flags, uint32_t count, const int32_t *fd)
{
	union {
		struct vfio_irq_set set;
		char bytes[sizeof(struct vfio_irq_set) + sizeof *fd];
	} request = { .set = {
		.argsz = sizeof(struct vfio_irq_set) + (fd ? sizeof *fd : 0),
		.flags = flags | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = VFIO_PCI_MSI_IRQ_INDEX,
		.count = count,
	} };
	if (fd) memcpy(request.set.data, fd, sizeof *fd);
	return ioctl(device, VFIO_DEVICE_SET_IRQS, &request);
}

static void *shoot(void *unused)
{
	uint64_t ready;
	(void)unused;
	for (uint32_t i = 0; i < shot.count; i++) {
		if (read(shot.go, &ready, sizeof ready) != sizeof ready) abort();
		if (shot.pause.tv_nsec) nanosleep(&shot.pause, NULL);
		shot.fired = now();
		set_irqs(shot.device, VFIO_IRQ_SET_DATA_NONE, 1, NULL);
	}
	return NULL;
}

/* Starts to fire MSI vector 0, `count` times: each time that somebody says he waits, some microseconds later. */
int32_t shots_start(int32_t device, uint32_t count, uint32_t pause, double *latencies)
{
	shot.device = device;
	shot.count = count;
	shot.pause.tv_nsec = pause * 1000;
	shot.latencies = latencies;
	shot.go = eventfd(0, EFD_CLOEXEC);
	return shot.go < 0 ? -errno : -pthread_create(&shot.thread, NULL, shoot, NULL);
}

/* The waiter is about to wait. */
void shots_ready(void)
{
	const uint64_t one = 1;
	if (write(shot.go, &one, sizeof one) != sizeof one) abort();
}

/* The waiter has shot `i`. */
void shots_seen(uint32_t i)
{
	shot.latencies[i] = now() - shot.fired;
}

void shots_end(void)
{
	pthread_join(shot.thread, NULL);
	close(shot.go);
}

/* Waits by a blocking read(2). */
int32_t wait_by_read(int32_t device, uint32_t count, uint32_t pause, double *latencies)
{
	uint64_t events;
	int fd = eventfd(0, EFD_CLOEXEC);
	if (set_irqs(device, VFIO_IRQ_SET_DATA_EVENTFD, 1, &fd)) return -errno;
	int failed = shots_start(device, count, pause, latencies);
	for (uint32_t i = 0; i < count && !failed; i++) {
		shots_ready();
		if (read(fd, &events, sizeof events) != sizeof events) failed = -errno;
		shots_seen(i);
	}
	shots_end();
	set_irqs(device, VFIO_IRQ_SET_DATA_NONE, 0, NULL);
	close(fd);
	return failed;
}

/* Waits as an event loop does: epoll_wait(2), then read(2). */
int32_t wait_by_epoll(int32_t device, uint32_t count, uint32_t pause, double *latencies)
{
	struct epoll_event event = { .events = EPOLLIN };
	uint64_t events;
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), loop = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event)) return -errno;
	if (set_irqs(device, VFIO_IRQ_SET_DATA_EVENTFD, 1, &fd)) return -errno;
	int failed = shots_start(device, count, pause, latencies);
	for (uint32_t i = 0; i < count && !failed; i++) {
		shots_ready();
		if (epoll_wait(loop, &event, 1, -1) != 1) failed = -errno;
		if (read(fd, &events, sizeof events) != sizeof events) failed = -errno;
		shots_seen(i);
	}
	shots_end();
	set_irqs(device, VFIO_IRQ_SET_DATA_NONE, 0, NULL);
	close(loop);
	close(fd);
	return failed;
}

/* Connects vector 0 to an eventfd, for who waits by himself. */
int32_t vector_connect(int32_t device)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fd >= 0 && set_irqs(device, VFIO_IRQ_SET_DATA_EVENTFD, 1, &fd)) return -errno;
	return fd;
}

void vector_disconnect(int32_t device, int32_t fd)
{
	set_irqs(device, VFIO_IRQ_SET_DATA_NONE, 0, NULL);
	close(fd);
}

/* Sleeps in the calling thread until the vector has fired. */
int32_t vector_poll(int32_t fd)
{
	struct pollfd set = { .fd = fd, .events = POLLIN };
	return poll(&set, 1, -1);
}

/* Takes the counts. */
int32_t vector_read(int32_t fd)
{
	uint64_t events;
	return read(fd, &events, sizeof events);
}

static struct {
	int fd;
	int done; /* eventfd: the vector has fired */
	sem_t asked;
} pool;

static void *poll_for_another(void *unused)
{
	const uint64_t one = 1;
	(void)unused;
	for (;;) {
		sem_wait(&pool.asked);
		if (pool.fd < 0) return NULL;
		vector_poll(pool.fd);
		if (write(pool.done, &one, sizeof one) != sizeof one) abort();
	}
}

/* Waits as a runtime with a pool of threads does: one of them polls and wakes the event loop, which sleeps in epoll_wait(2). */
int32_t wait_by_pool(int32_t device, uint32_t count, uint32_t pause, double *latencies)
{
	struct epoll_event event = { .events = EPOLLIN };
	pthread_t thread;
	uint64_t events;
	int loop = epoll_create1(EPOLL_CLOEXEC);
	pool.done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (epoll_ctl(loop, EPOLL_CTL_ADD, pool.done, &event)) return -errno;
	pool.fd = vector_connect(device);
	if (pool.fd < 0) return pool.fd;
	int fd = pool.fd;
	int failed = sem_init(&pool.asked, 0, 0) || pthread_create(&thread, NULL, poll_for_another, NULL) ? -errno : 0;
	if (!failed) failed = shots_start(device, count, pause, latencies);
	for (uint32_t i = 0; i < count && !failed; i++) {
		shots_ready();
		sem_post(&pool.asked);
		if (epoll_wait(loop, &event, 1, -1) != 1) failed = -errno;
		if (read(pool.done, &events, sizeof events) != sizeof events) failed = -errno;
		if (vector_read(fd) != sizeof events) failed = -errno;
		shots_seen(i);
	}
	shots_end();
	pool.fd = -1;
	sem_post(&pool.asked);
	pthread_join(thread, NULL);
	sem_destroy(&pool.asked);
	vector_disconnect(device, fd);
	close(pool.done);
	close(loop);
	return failed;
}
