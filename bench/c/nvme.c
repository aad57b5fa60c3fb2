/*
 * A pair of NVMe queues as a careful driver in C has it, the twin of NvmeQueue; and the loops that drive it.
 *
 * It checks what ours checks, no more and no less: before a command is put in, that there is room, the count of blocks,
 * and that the data fit their memory; before a completion is believed, its queue, the head it tells, and an id that is
 * under way now, which a generation tells from one that ended before. It knows no resets.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRY_WORDS = 16, COMPLETION_WORDS = 4, PRP_WORDS = 8, READ = 2, NO_ID = 0xffff };

/* What is told of a command's end. */
struct request {
	void (*done)(struct request *request, uint32_t status, uint32_t result);
};

/* Memory that is ready for commands: its size, bytes up to the end of the first and the second page, and what PRP1 and
 * PRP2 can be, as NvmeTransfer has them. */
struct transfer {
	uint32_t size, first, second;
	uint32_t prps[PRP_WORDS];
};

struct queue {
	volatile uint32_t *submissions, *completions, *tail_bell, *head_bell;
	uint32_t id, entries, tail, rung, head, phase, used, slot_mask;
	/* Of each slot: whose command it has, and its id; of a free slot, the id that is free behind its own. */
	struct request **under_way;
	uint16_t *ids, free;
};

/* Reads one after the other, over and over: places are `places` of `lbas`, a power of two. */
struct run {
	struct queue *queue;
	struct transfer *transfers;
	uint32_t *lbas;
	uint32_t places, next, blocks, commands, left, ended, failed;
	struct reader *readers;
};

struct reader {
	struct request request;
	struct run *run;
	const struct transfer *transfer;
};

/* Lays a queue over memory that the device knows of, which is all zeros. Entries are a power of two. */
void *nvme_queue(uint32_t *submissions, uint32_t *completions, uint32_t *tail_bell, uint32_t *head_bell, uint32_t id,
		 uint32_t entries)
{
	struct queue *q = calloc(1, sizeof *q);
	*q = (struct queue){ submissions, completions, tail_bell, head_bell, id, entries, .phase = 1 };
	q->under_way = calloc(entries, sizeof *q->under_way);
	q->ids = calloc(entries, sizeof *q->ids);
	for (uint32_t slot = 0; slot < entries; slot++) q->ids[slot] = slot + 1 < entries - 1 ? slot + 1 : NO_ID;
	q->slot_mask = entries - 1;
	return q;
}

void nvme_queue_free(struct queue *q)
{
	free(q->under_way);
	free(q->ids);
	free(q);
}

/* Puts a read into the queue. Gives its id; -1 without room, -2 for what cannot be. */
static int32_t put_read(struct queue *q, uint32_t namespace, uint32_t block_shift, const struct transfer *t,
			uint64_t lba, uint32_t blocks, struct request *request)
{
	uint64_t size = (uint64_t)blocks << block_shift;
	if (blocks < 1 || blocks > 0x10000 || size > t->size) return -2;
	if (q->free == NO_ID) return -1;
	uint16_t id = q->free, slot = id & q->slot_mask;
	q->free = q->ids[slot];
	q->ids[slot] = id;
	q->under_way[slot] = request;
	q->used++;
	volatile uint32_t *at = q->submissions + q->tail * ENTRY_WORDS;
	if (++q->tail == q->entries) q->tail = 0;
	const uint32_t *second = t->prps + (size <= t->first ? 2 : size <= t->second ? 4 : 6);
	at[0] = READ | (uint32_t)id << 16;
	at[1] = namespace;
	at[6] = t->prps[0];
	at[7] = t->prps[1];
	at[8] = second[0];
	at[9] = second[1];
	at[10] = lba;
	at[11] = lba >> 32;
	at[12] = blocks - 1;
	return id;
}

static void ring(struct queue *q)
{
	if (q->rung == q->tail) return;
	__atomic_thread_fence(__ATOMIC_RELEASE);
	*q->tail_bell = q->rung = q->tail;
}

/* Takes what is there. Gives how much it was; -1 for a completion that cannot be. */
static int32_t poll(struct queue *q)
{
	int32_t taken = 0;
	while (taken < (int32_t)q->entries) {
		volatile uint32_t *at = q->completions + q->head * COMPLETION_WORDS;
		uint32_t end = at[3];
		if ((end >> 16 & 1) != q->phase) break;
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		uint32_t result = at[0], from = at[2], id = end & 0xffff, slot = id & q->slot_mask;
		if (from >> 16 != q->id || (from & 0xffff) >= q->entries) return -1;
		struct request *request = q->under_way[slot];
		if (request == NULL || q->ids[slot] != id) return -1;
		q->under_way[slot] = NULL;
		q->used--;
		q->ids[slot] = q->free;
		uint16_t next = id + q->slot_mask + 1;
		q->free = next == NO_ID ? slot : next;
		taken++;
		if (++q->head == q->entries) {
			q->head = 0;
			q->phase ^= 1;
		}
		request->done(request, end >> 17 & 0x7ff, result);
	}
	if (taken > 0) *q->head_bell = q->head;
	return taken;
}

static void begin(struct reader *reader)
{
	struct run *run = reader->run;
	uint32_t lba = run->lbas[run->next++ & (run->places - 1)];
	run->left--;
	if (put_read(run->queue, 1, 9, reader->transfer, lba, run->blocks, &reader->request) < 0) run->failed = 1;
}

static void end(struct request *request, uint32_t status, uint32_t result)
{
	struct reader *reader = (struct reader *)request;
	struct run *run = reader->run;
	(void)result;
	run->ended++;
	if (status != 0) run->failed = status;
	if (run->left > 0) begin(reader);
}

static void *copied(const void *from, size_t size)
{
	return memcpy(malloc(size), from, size);
}

/* Makes a run of reads that keeps up to `depth` under way, each with its own of the transfers. */
void *nvme_run(struct queue *queue, const struct transfer *transfers, const uint32_t *lbas, uint32_t places,
	       uint32_t blocks, uint32_t depth)
{
	struct run *run = calloc(1, sizeof *run);
	*run = (struct run){
		queue, copied(transfers, depth * sizeof *transfers), copied(lbas, places * sizeof *lbas), places, .blocks = blocks,
	};
	run->readers = calloc(depth, sizeof *run->readers);
	for (uint32_t i = 0; i < depth; i++) run->readers[i] = (struct reader){ { end }, run, run->transfers + i };
	return run;
}

void nvme_run_free(struct run *run)
{
	free(run->transfers);
	free(run->lbas);
	free(run->readers);
	free(run);
}

/* Starts `commands` reads, with up to `depth` under way. */
void nvme_start(struct run *run, uint32_t depth, uint32_t commands)
{
	run->left = run->commands = commands;
	run->ended = 0;
	for (uint32_t i = 0; i < depth; i++) begin(&run->readers[i]);
	ring(run->queue);
}

/* Takes what is there, and tells the device of what was put in for it. Gives how much it was; -1 when one failed. */
int32_t nvme_poll(struct run *run)
{
	int32_t taken = poll(run->queue);
	if (taken > 0) ring(run->queue);
	return run->failed ? -1 : taken;
}

/* Lets the device have the machine: what both wait by that find nothing. */
void nvme_rest(uint32_t pauses)
{
	for (uint32_t i = 0; i < pauses; i++) __builtin_ia32_pause();
}

/* Reads `commands` times, with `depth` under way; each poll that finds nothing rests. Gives 0, or -1. */
int32_t nvme_read(struct run *run, uint32_t depth, uint32_t commands, uint32_t pauses)
{
	nvme_start(run, depth, commands);
	while (run->ended < run->commands) {
		int32_t taken = nvme_poll(run);
		if (taken < 0) return -1;
		if (taken == 0 && pauses > 0) nvme_rest(pauses);
	}
	return 0;
}

/* A device that completes at once all that it was told of, in C: for both. `state` is its tail, head and phase. */
void nvme_instant(const uint32_t *submissions, uint32_t *completions, const uint32_t *tail_bell, uint32_t id,
		  uint32_t entries, uint32_t *state)
{
	uint32_t tail = state[0], head = state[1], phase = state[2];
	while (tail != *tail_bell) {
		uint32_t cid = submissions[tail * ENTRY_WORDS] >> 16;
		if (++tail == entries) tail = 0;
		uint32_t *at = completions + head * COMPLETION_WORDS;
		at[0] = 0;
		at[2] = tail | id << 16;
		__atomic_store_n(&at[3], cid | phase << 16, __ATOMIC_RELEASE);
		if (++head == entries) {
			head = 0;
			phase ^= 1;
		}
	}
	state[0] = tail, state[1] = head, state[2] = phase;
}
