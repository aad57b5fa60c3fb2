/*
 * The page table of iommu/page_table.ts once more, in C: the measure that bench/host/iommu.ts holds it against.
 *
 * The same table by the same steps: 9 bits a level, superpages of 2 MiB and 1 GiB, a level more when an address needs
 * it, empty tables given back. The loops are here too, so that a batch costs one call.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { READ = 1, WRITE = 2, ENTRIES = 512, FIRST_LEVELS = 3, FIRST_ROOM = 8 };
enum { NOT_MAPPED = -1, NOT_PERMITTED = -2, SUPERPAGE = -1 };

/* Which tables of one kind are in use. Table 0 stays empty. */
struct pool {
	uint32_t *used; /* entries in use, by table */
	uint32_t *spare; /* tables given back */
	uint32_t spare_count;
	uint32_t room; /* tables */
	uint32_t end;
};

struct table {
	struct pool upper_pool, lowest_pool;
	int32_t *upper; /* 0: empty, positive: the index of a table below, negative: a superpage */
	uint64_t *superpages; /* by entry that is one: its word */
	uint64_t *words; /* by entry of a lowest table: physical frame << 2 | rights; 0: empty */
	uint32_t root;
	int levels;
	uint32_t low; /* the table of level 2 for the lowest addresses; 0: none */
	uint64_t emptied; /* a frame whose lowest table was emptied last */
};

static uint64_t span(int level) { return UINT64_C(1) << (9 * level); }

static uint32_t index_of(uint64_t frame, int level) { return (frame >> (9 * level)) & 511; }

static void *sized(void *old, size_t from, size_t to, size_t width)
{
	char *new = realloc(old, to * width);
	if (!new) abort();
	memset(new + from * width, 0, (to - from) * width);
	return new;
}

static void pool_grow(struct pool *p, uint32_t room)
{
	p->used = sized(p->used, p->room, room, sizeof *p->used);
	p->spare = sized(p->spare, p->room, room, sizeof *p->spare);
	p->room = room;
}

static uint32_t take(struct pool *p)
{
	if (p->spare_count) return p->spare[--p->spare_count];
	uint32_t table = p->end;
	p->end += ENTRIES;
	if (p->end > p->room * ENTRIES) pool_grow(p, 2 * p->room);
	return table;
}

static void give_back(struct pool *p, uint32_t table)
{
	p->used[table >> 9] = 0;
	p->spare[p->spare_count++] = table;
}

static uint32_t take_upper(struct table *t)
{
	uint32_t before = t->upper_pool.room, table = take(&t->upper_pool);
	if (t->upper_pool.room > before) {
		size_t from = (size_t)before * ENTRIES, to = (size_t)t->upper_pool.room * ENTRIES;
		t->upper = sized(t->upper, from, to, sizeof *t->upper);
		t->superpages = sized(t->superpages, from, to, sizeof *t->superpages);
	}
	return table;
}

static uint32_t take_lowest(struct table *t)
{
	uint32_t before = t->lowest_pool.room, table = take(&t->lowest_pool);
	if (t->lowest_pool.room > before) {
		size_t from = (size_t)before * ENTRIES, to = (size_t)t->lowest_pool.room * ENTRIES;
		t->words = sized(t->words, from, to, sizeof *t->words);
	}
	return table;
}

static uint64_t reach(const struct table *t) { return span(t->levels); }

static uint32_t third_table(const struct table *t, uint64_t frame)
{
	if (frame >= reach(t)) return 0;
	uint32_t table = t->root;
	for (int level = t->levels - 1; level >= FIRST_LEVELS; level--) table = t->upper[table + index_of(frame, level)];
	return table;
}

/* The lowest table on the way to a frame; 0: none; SUPERPAGE: a page stands there. */
static inline int32_t lowest_table(const struct table *t, uint64_t frame)
{
	uint32_t table = frame < span(FIRST_LEVELS) ? t->low : third_table(t, frame);
	int32_t below = t->upper[table + index_of(frame, 2)];
	return below <= 0 ? below : t->upper[below + index_of(frame, 1)];
}

static void set(struct table *t, uint32_t at, int32_t entry)
{
	t->upper_pool.used[at >> 9] += (entry != 0) - (t->upper[at] != 0);
	t->upper[at] = entry;
	t->low = third_table(t, 0);
}

static void drop(struct table *t, int32_t table, int level)
{
	if (table <= 0) return;
	if (level == 0) {
		memset(t->words + table, 0, ENTRIES * sizeof *t->words);
		give_back(&t->lowest_pool, table);
		return;
	}
	for (uint32_t i = 0; i < ENTRIES; i++) drop(t, t->upper[table + i], level - 1);
	memset(t->upper + table, 0, ENTRIES * sizeof *t->upper);
	give_back(&t->upper_pool, table);
}

static uint32_t table_at(struct table *t, uint32_t at, int level)
{
	int32_t entry = t->upper[at];
	if (entry > 0) return entry;
	uint32_t table = level == 1 ? take_lowest(t) : take_upper(t);
	if (entry == SUPERPAGE) {
		for (uint32_t i = 0; i < ENTRIES; i++) {
			uint64_t part = t->superpages[at] + (i * span(level - 1) << 2);
			if (level == 1) {
				t->words[table + i] = part;
			} else {
				t->superpages[table + i] = part;
				t->upper[table + i] = SUPERPAGE;
			}
		}
		(level == 1 ? &t->lowest_pool : &t->upper_pool)->used[table >> 9] = ENTRIES;
	}
	set(t, at, table);
	return table;
}

static uint32_t entry_for(struct table *t, uint64_t frame, int lowest)
{
	uint32_t table = t->root;
	for (int level = t->levels - 1; level > lowest; level--) table = table_at(t, table + index_of(frame, level), level);
	return table + index_of(frame, lowest);
}

static int last_level(const struct table *t, uint64_t frame)
{
	int32_t table = t->root;
	for (int level = t->levels - 1;; level--) {
		table = t->upper[table + index_of(frame, level)];
		if (table <= 0) return level;
	}
}

static void clear_entry(struct table *t, uint64_t frame, int level)
{
	uint32_t at = entry_for(t, frame, level);
	drop(t, t->upper[at], level - 1);
	set(t, at, 0);
	if ((at & ~511u) != t->root && !t->upper_pool.used[at >> 9]) clear_entry(t, frame, level + 1);
}

static void grow(struct table *t)
{
	uint32_t before = t->root;
	int is_used = t->upper_pool.used[before >> 9] != 0;
	if (!is_used) give_back(&t->upper_pool, before);
	t->root = take_upper(t);
	t->levels++;
	set(t, t->root, is_used ? before : 0);
}

static inline void fill(struct table *t, uint32_t table, uint64_t frame, uint64_t word, uint64_t pages)
{
	uint64_t *words = t->words + table + (frame & 511);
	uint32_t added = 0;
	for (uint64_t i = 0; i < pages; i++) {
		added += !words[i];
		words[i] = word + (i << 2);
	}
	t->lowest_pool.used[table >> 9] += added;
}

static void retire(struct table *t, uint32_t table, uint64_t frame)
{
	int32_t other = lowest_table(t, t->emptied);
	if (other > 0 && !t->lowest_pool.used[other >> 9] && (uint32_t)other != table) clear_entry(t, t->emptied, 1);
	t->emptied = frame;
}

static inline void clear(struct table *t, uint32_t table, uint64_t frame, uint64_t pages)
{
	uint64_t *words = t->words + table + (frame & 511);
	uint32_t removed = 0;
	for (uint64_t i = 0; i < pages; i++) {
		removed += words[i] != 0;
		words[i] = 0;
	}
	if (!(t->lowest_pool.used[table >> 9] -= removed)) retire(t, table, frame);
}

static int page_level(uint64_t misaligned, uint64_t pages)
{
	if (pages < 512 || (misaligned & 511)) return 0;
	return pages < 0x40000 || (misaligned & 0x3ffff) ? 1 : 2;
}

static uint64_t smaller(uint64_t a, uint64_t b) { return a < b ? a : b; }

static void map_across(struct table *t, uint64_t frame, uint64_t physical, uint64_t pages, int rights)
{
	while (frame + pages > reach(t)) grow(t);
	for (uint64_t done = 0, count; done < pages; done += count) {
		uint64_t at = frame + done, word = (physical + done) << 2 | rights;
		int level = page_level(at | (physical + done), pages - done);
		uint32_t entry = entry_for(t, at, level ? level : 1);
		if (level) {
			count = span(level);
			drop(t, t->upper[entry], level - 1);
			set(t, entry, SUPERPAGE);
			t->superpages[entry] = word;
		} else {
			count = smaller(pages - done, ENTRIES - (at & 511));
			fill(t, table_at(t, entry, 1), at, word, count);
		}
	}
}

static void unmap_across(struct table *t, uint64_t frame, uint64_t pages)
{
	uint64_t end = smaller(frame + pages, reach(t));
	for (uint64_t at = frame, count; at < end; at += count) {
		int32_t table = lowest_table(t, at);
		if (table > 0) {
			count = smaller(end - at, ENTRIES - (at & 511));
			clear(t, table, at, count);
			continue;
		}
		int level = last_level(t, at);
		count = smaller(end - at, span(level) - (at & (span(level) - 1)));
		uint32_t entry = entry_for(t, at, level);
		if (!t->upper[entry]) continue;
		if (count == span(level)) {
			clear_entry(t, at, level);
		} else {
			table_at(t, entry, level);
			count = 0;
		}
	}
}

static inline void map(struct table *t, uint64_t frame, uint64_t physical, uint64_t pages, int rights)
{
	int32_t table = lowest_table(t, frame);
	if (table > 0 && (frame & 511) + pages < ENTRIES) fill(t, table, frame, physical << 2 | rights, pages);
	else map_across(t, frame, physical, pages, rights);
}

static inline void unmap(struct table *t, uint64_t frame, uint64_t pages)
{
	int32_t table = lowest_table(t, frame);
	if (table > 0 && (frame & 511) + pages <= ENTRIES) clear(t, table, frame, pages);
	else unmap_across(t, frame, pages);
}

static int64_t translate_superpage(struct table *t, uint64_t frame, int right)
{
	int level = last_level(t, frame);
	uint64_t word = t->superpages[entry_for(t, frame, level)];
	return word & right ? (int64_t)((word >> 2) + (frame & (span(level) - 1))) : NOT_PERMITTED;
}

static inline int64_t translate(struct table *t, uint64_t frame, int right)
{
	int32_t table = lowest_table(t, frame);
	if (table < 0) return translate_superpage(t, frame, right);
	uint64_t word = t->words[table + (frame & 511)];
	if (word & right) return word >> 2;
	return word ? NOT_PERMITTED : NOT_MAPPED;
}

struct table *table_new(void)
{
	struct table *t = calloc(1, sizeof *t);
	if (!t) abort();
	pool_grow(&t->upper_pool, FIRST_ROOM);
	pool_grow(&t->lowest_pool, FIRST_ROOM);
	t->upper_pool.end = t->lowest_pool.end = ENTRIES;
	t->upper = sized(NULL, 0, FIRST_ROOM * ENTRIES, sizeof *t->upper);
	t->superpages = sized(NULL, 0, FIRST_ROOM * ENTRIES, sizeof *t->superpages);
	t->words = sized(NULL, 0, FIRST_ROOM * ENTRIES, sizeof *t->words);
	t->root = t->low = take_upper(t);
	t->levels = FIRST_LEVELS;
	return t;
}

void table_free(struct table *t)
{
	free(t->upper_pool.used);
	free(t->upper_pool.spare);
	free(t->lowest_pool.used);
	free(t->lowest_pool.spare);
	free(t->upper);
	free(t->superpages);
	free(t->words);
	free(t);
}

/* Maps one page at each of `count` frames. */
void table_map(struct table *t, const int32_t *frames, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) map(t, frames[i], frames[i] + 1, 1, READ | WRITE);
}

/* Unmaps the page at each frame, and maps it anew. */
void table_remap(struct table *t, const int32_t *frames, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		unmap(t, frames[i], 1);
		map(t, frames[i], frames[i] + 1, 1, READ | WRITE);
	}
}

/* Translates each frame. Returns the sum of what came out. */
double table_translate(struct table *t, const int32_t *frames, uint32_t count)
{
	double sum = 0;
	for (uint32_t i = 0; i < count; i++) sum += translate(t, frames[i], WRITE);
	return sum;
}
