// SPDX-License-Identifier: GPL-2.0-or-later
#include "examples/cache-memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define MAGIC UINT64_C(0x3165686361435844) /* "DXCache1" */
#define RECORD_MAGIC UINT64_C(0x64726f6365724344)
/* Records begin at multiples of it. */
#define STEP 64
#define HEADER_SIZE 4096
#define BAD_MAX 64

/* The beginning of the memory. */
struct header {
	uint64_t magic;
	uint64_t size;
	/* Of this content: a value that looks like a record is none. */
	uint64_t salt;
	char incarnation[40];
};

/* Its key and its value follow. It is there as soon as it has its magic. */
struct record {
	uint64_t magic;
	uint64_t sequence;
	uint64_t sum;
	uint32_t key_size;
	uint32_t value_size;
};

/* What is known of a record without reading it. */
struct entry {
	uint64_t offset, size, hash, sequence;
	uint64_t next; /* of the same bucket: its number; 0: none */
	bool dead;     /* it has been replaced or removed */
};

struct range {
	uint64_t offset, end;
};

struct cache_memory {
	char *base;
	struct header *header;
	uint64_t size, head, sequence;
	/* In the order in which they were written: numbers first to last - 1,
	 * from 1 on, at their number modulo the capacity. */
	struct entry *entries;
	uint64_t first, last, capacity;
	uint64_t *buckets; /* as many as entries; the number of the first */
	struct range bad[BAD_MAX];
	size_t n_bad;
	struct cache_memory_numbers numbers;
};

static uint64_t mix(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return sum ^ sum >> 29;
}

static uint64_t sum_bytes(uint64_t sum, const void *data, size_t size)
{
	const char *bytes = data;
	uint64_t word;

	for (; size >= sizeof(word); size -= sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		sum = mix(sum, word);
		bytes += sizeof(word);
	}
	word = 0;
	memcpy(&word, bytes, size);
	return mix(sum, word ^ (uint64_t)size << 56);
}

static uint64_t sum_record(const struct cache_memory *memory,
			   const struct record *record)
{
	uint64_t sum = mix(memory->header->salt, record->sequence);

	sum = mix(sum, (uint64_t)record->key_size << 32 | record->value_size);
	return sum_bytes(sum, record + 1,
			 (size_t)record->key_size + record->value_size);
}

static uint64_t record_size(uint64_t key_size, uint64_t value_size)
{
	return (sizeof(struct record) + key_size + value_size + STEP - 1) &
	       -(uint64_t)STEP;
}

static struct record *record_at(const struct cache_memory *memory,
				uint64_t offset)
{
	return (struct record *)(memory->base + offset);
}

static struct entry *entry_of(const struct cache_memory *memory,
			      uint64_t number)
{
	return &memory->entries[number & (memory->capacity - 1)];
}

static uint64_t *bucket_of(const struct cache_memory *memory, uint64_t hash)
{
	return &memory->buckets[hash & (memory->capacity - 1)];
}

static void link_entry(struct cache_memory *memory, uint64_t number)
{
	struct entry *entry = entry_of(memory, number);
	uint64_t *bucket = bucket_of(memory, entry->hash);

	entry->next = *bucket;
	*bucket = number;
}

static void unlink_entry(struct cache_memory *memory, uint64_t number)
{
	const struct entry *entry = entry_of(memory, number);
	uint64_t *link = bucket_of(memory, entry->hash);

	while (*link != number)
		link = &entry_of(memory, *link)->next;
	*link = entry->next;
}

/* Room for one more entry. */
static int grow(struct cache_memory *memory)
{
	struct cache_memory wider = *memory;

	if (memory->last - memory->first < memory->capacity)
		return 0;
	wider.capacity = memory->capacity ? 2 * memory->capacity : 1024;
	wider.entries = calloc(wider.capacity, sizeof(*wider.entries));
	wider.buckets = calloc(wider.capacity, sizeof(*wider.buckets));
	if (!wider.entries || !wider.buckets) {
		free(wider.entries);
		free(wider.buckets);
		return -ENOMEM;
	}
	for (uint64_t n = memory->first; n < memory->last; n++) {
		*entry_of(&wider, n) = *entry_of(memory, n);
		if (!entry_of(&wider, n)->dead)
			link_entry(&wider, n);
	}
	free(memory->entries);
	free(memory->buckets);
	*memory = wider;
	return 0;
}

static bool is_bad(const struct cache_memory *memory, uint64_t offset,
		   uint64_t size, uint64_t *ret_end)
{
	for (size_t i = 0; i < memory->n_bad; i++) {
		if (offset < memory->bad[i].end &&
		    memory->bad[i].offset < offset + size) {
			*ret_end = memory->bad[i].end;
			return true;
		}
	}
	return false;
}

/* Nobody finds it any more, after a crash neither. */
static void kill_entry(struct cache_memory *memory, uint64_t number)
{
	struct entry *entry = entry_of(memory, number);
	uint64_t end;

	if (entry->dead)
		return;
	unlink_entry(memory, number);
	entry->dead = true;
	memory->numbers.keys--;
	memory->numbers.bytes -= entry->size;
	if (!is_bad(memory, entry->offset, sizeof(struct record), &end))
		record_at(memory, entry->offset)->magic = 0;
}

/* The number of the entry; 0: there is none. */
static uint64_t find(const struct cache_memory *memory, const char *key,
		     uint64_t hash)
{
	const size_t size = strlen(key);
	uint64_t n = memory->capacity ? *bucket_of(memory, hash) : 0;

	for (; n; n = entry_of(memory, n)->next) {
		const struct entry *entry = entry_of(memory, n);
		const struct record *record;

		if (entry->hash != hash)
			continue;
		record = record_at(memory, entry->offset);
		if (record->key_size == size &&
		    memcmp(record + 1, key, size) == 0)
			return n;
	}
	return 0;
}

static uint64_t hash_of(const struct cache_memory *memory, const void *key,
			size_t size)
{
	return sum_bytes(memory->header->salt, key, size);
}

/* Makes its key's older one dead. There is room. */
static void add_entry(struct cache_memory *memory, uint64_t offset,
		      const struct record *record)
{
	char key[CACHE_KEY_MAX + 1];
	uint64_t old;
	struct entry *entry = entry_of(memory, memory->last);

	memcpy(key, record + 1, record->key_size);
	key[record->key_size] = '\0';
	*entry = (struct entry){
		.offset = offset,
		.size = record_size(record->key_size, record->value_size),
		.hash = hash_of(memory, key, record->key_size),
		.sequence = record->sequence,
	};
	old = find(memory, key, entry->hash);
	if (old)
		kill_entry(memory, old);
	link_entry(memory, memory->last++);
	memory->numbers.keys++;
	memory->numbers.bytes += entry->size;
}

static void evict_first(struct cache_memory *memory)
{
	memory->numbers.evicted += !entry_of(memory, memory->first)->dead;
	kill_entry(memory, memory->first);
	memory->first++;
}

static void evict(struct cache_memory *memory, uint64_t offset, uint64_t end)
{
	while (memory->first < memory->last) {
		const struct entry *entry = entry_of(memory, memory->first);

		if (entry->offset >= end ||
		    entry->offset + entry->size <= offset)
			return;
		evict_first(memory);
	}
}

/* Where @size bytes are free from now on. Records behind it are older than all
 * before it. */
static int allocate(struct cache_memory *memory, uint64_t size, uint64_t *ret)
{
	bool wrapped = false;
	uint64_t end;

	for (;;) {
		if (memory->head + size > memory->size) {
			if (wrapped)
				return -EMSGSIZE;
			wrapped = true;
			evict(memory, memory->head, memory->size);
			memory->head = HEADER_SIZE;
		} else if (is_bad(memory, memory->head, size, &end)) {
			evict(memory, memory->head, end);
			memory->head = end;
		} else {
			break;
		}
	}
	evict(memory, memory->head, memory->head + size);
	*ret = memory->head;
	memory->head += size;
	return 0;
}

int cache_memory_set(struct cache_memory *memory, const char *key,
		     const void *value, size_t size)
{
	const size_t key_size = strlen(key);
	struct record *record;
	uint64_t offset;
	int r;

	if (key_size > CACHE_KEY_MAX || size > memory->size / 4)
		return -EMSGSIZE;
	r = allocate(memory, record_size(key_size, size), &offset);
	if (r >= 0)
		r = grow(memory);
	if (r < 0)
		return r;
	record = record_at(memory, offset);
	record->magic = 0;
	record->sequence = ++memory->sequence;
	record->key_size = (uint32_t)key_size;
	record->value_size = (uint32_t)size;
	memcpy(record + 1, key, key_size);
	memcpy((char *)(record + 1) + key_size, value, size);
	record->sum = sum_record(memory, record);
	/* Whatever a crash leaves before that is no record. */
	__atomic_store_n(&record->magic, RECORD_MAGIC, __ATOMIC_RELEASE);
	add_entry(memory, offset, record);
	return 0;
}

int cache_memory_get(struct cache_memory *memory, const char *key,
		     const void **ret, size_t *ret_size)
{
	const struct record *record;
	uint64_t n = find(memory, key, hash_of(memory, key, strlen(key)));

	if (n == 0)
		return -ENOENT;
	record = record_at(memory, entry_of(memory, n)->offset);
	*ret = (const char *)(record + 1) + record->key_size;
	*ret_size = record->value_size;
	return 0;
}

int cache_memory_remove(struct cache_memory *memory, const char *key)
{
	uint64_t n = find(memory, key, hash_of(memory, key, strlen(key)));

	if (n == 0)
		return -ENOENT;
	kill_entry(memory, n);
	return 0;
}

void cache_memory_poison(struct cache_memory *memory, uint64_t offset,
			 uint64_t length)
{
	const uint64_t end = (offset + length + STEP - 1) & -(uint64_t)STEP;

	offset &= -(uint64_t)STEP;
	if (offset >= memory->size || end <= offset)
		return;
	/* Too much is wrong with it: what was there first is used again. */
	if (memory->n_bad == BAD_MAX)
		memory->n_bad--;
	memory->bad[memory->n_bad++] = (struct range){ offset, end };
	for (uint64_t n = memory->first; n < memory->last; n++) {
		const struct entry *entry = entry_of(memory, n);

		if (entry->dead || entry->offset >= end ||
		    entry->offset + entry->size <= offset)
			continue;
		kill_entry(memory, n);
		memory->numbers.poisoned++;
	}
}

void cache_memory_count(const struct cache_memory *memory,
			struct cache_memory_numbers *ret)
{
	*ret = memory->numbers;
}

static bool is_record(const struct cache_memory *memory, uint64_t offset)
{
	const struct record *record = record_at(memory, offset);

	return record->magic == RECORD_MAGIC && record->key_size > 0 &&
	       record->key_size <= CACHE_KEY_MAX &&
	       record_size(record->key_size, record->value_size) <=
		       memory->size - offset &&
	       record->sum == sum_record(memory, record);
}

/* All records there are, in any order. */
static int scan(struct cache_memory *memory, struct entry **ret, size_t *ret_n)
{
	uint64_t offset = HEADER_SIZE;
	struct entry *found = NULL;
	size_t n = 0, room = 0;

	while (offset + sizeof(struct record) <= memory->size) {
		const struct record *record = record_at(memory, offset);

		if (!is_record(memory, offset)) {
			offset += STEP;
			continue;
		}
		if (n == room) {
			struct entry *more;

			room = room ? 2 * room : 1024;
			more = reallocarray(found, room, sizeof(*found));
			if (!more) {
				free(found);
				return -ENOMEM;
			}
			found = more;
		}
		found[n++] = (struct entry){ .offset = offset,
					     .sequence = record->sequence };
		offset += record_size(record->key_size, record->value_size);
	}
	*ret = found;
	*ret_n = n;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	return (left->sequence > right->sequence) -
	       (left->sequence < right->sequence);
}

static int restore(struct cache_memory *memory)
{
	struct entry *found = NULL;
	size_t n = 0;
	int r = scan(memory, &found, &n);

	qsort(found, n, sizeof(*found), compare);
	for (size_t i = 0; i < n && r >= 0; i++) {
		r = grow(memory);
		if (r >= 0)
			add_entry(memory, found[i].offset,
				  record_at(memory, found[i].offset));
	}
	free(found);
	if (r >= 0 && n > 0) {
		const struct entry *last = entry_of(memory, memory->last - 1);

		memory->sequence = last->sequence;
		memory->head = last->offset + last->size;
	}
	memory->numbers.restored = memory->numbers.keys;
	return r;
}

/* Of what is there, no record has the new salt. */
static void begin(struct cache_memory *memory, const char *incarnation)
{
	struct header *header = memory->header;
	uint64_t salt;

	if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
		salt = (uintptr_t)memory;
	header->magic = 0;
	header->size = memory->size;
	header->salt = salt;
	memset(header->incarnation, 0, sizeof(header->incarnation));
	strncpy(header->incarnation, incarnation,
		sizeof(header->incarnation) - 1);
	__atomic_store_n(&header->magic, MAGIC, __ATOMIC_RELEASE);
}

struct cache_memory *cache_memory_open(void *base, uint64_t size,
				       const char *incarnation)
{
	struct cache_memory *memory = calloc(1, sizeof(*memory));
	const struct header *header = base;
	int r = 0;

	if (!memory)
		return NULL;
	memory->base = base;
	memory->header = base;
	memory->size = size;
	memory->head = HEADER_SIZE;
	memory->first = memory->last = 1;
	if (header->magic == MAGIC && header->size == size &&
	    strncmp(header->incarnation, incarnation,
		    sizeof(header->incarnation)) == 0)
		r = restore(memory);
	else
		begin(memory, incarnation);
	if (r < 0) {
		cache_memory_close(memory);
		return NULL;
	}
	return memory;
}

void cache_memory_close(struct cache_memory *memory)
{
	if (!memory)
		return;
	free(memory->entries);
	free(memory->buckets);
	free(memory);
}
