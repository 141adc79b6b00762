/* A table of answers by key, and a list of them by age. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/store/answers.h"

#define BUCKETS 4096

struct answers {
	struct answer	*bucket[BUCKETS];
	struct answer	*oldest, **newest;
};

struct answers *
answers_open(void)
{
	struct answers *a = xcalloc(1, sizeof *a);

	a->newest = &a->oldest;
	return a;
}

/* A key is a digest: its first digits are as random as any hash of it. */
static struct answer **
place(struct answers *a, const char *key)
{
	char head[5] = { key[0], key[1], key[2], key[0] == '\0' ? '\0' : key[3], '\0' };
	struct answer **at = &a->bucket[strtoul(head, NULL, 16) % BUCKETS];

	while (*at != NULL && strcmp((*at)->row.key, key) != 0)
		at = &(*at)->next;
	return at;
}

void
answers_key(char out[DIGEST_MAX], const char *actor, const char *address, const char *key)
{
	char owned[512];

	digest(out, owned, snprintf(owned, sizeof owned, "%s\n%s\n%s", actor, actor[0] == '\0' ? address : "", key));
}

struct answer *
answers_find(struct answers *a, const char *key)
{
	return *place(a, key);
}

void
answers_add(struct answers *a, const struct answer_row *row, enum answer_state state)
{
	struct answer **at = place(a, row->key), *answer;

	if (*at != NULL)
		return;
	*at = answer = xcalloc(1, sizeof *answer);
	answer->row = *row;
	answer->row.body = xstrdup(row->body);
	answer->state = state;
	*a->newest = answer;
	a->newest = &answer->newer;
}

static void
answer_free(struct answer *answer)
{
	free(answer->row.body);
	free(answer);
}

/* Out of its bucket; the list by age is the caller's. */
static void
unlink_bucket(struct answers *a, struct answer *answer)
{
	struct answer **at = place(a, answer->row.key);

	if (*at == answer)
		*at = answer->next;
}

static void
drop(struct answers *a, struct answer *answer)
{
	struct answer **at = &a->oldest;

	while (*at != answer)
		at = &(*at)->newer;
	*at = answer->newer;
	if (a->newest == &answer->newer)
		a->newest = at;
	unlink_bucket(a, answer);
	answer_free(answer);
}

void
answers_settle(struct answers *a, const char *key, enum db_result result)
{
	struct answer *answer = answers_find(a, key);

	if (answer == NULL)
		return;
	switch (result) {
	case DB_OK:
		answer->state = ANSWER_KEPT;
		break;
	case DB_UNKNOWN:
		answer->state = ANSWER_UNKNOWN;
		break;
	default:
		drop(a, answer);
	}
}

void
answers_forget(struct answers *a, int64_t before_ms)
{
	while (a->oldest != NULL && a->oldest->state == ANSWER_KEPT && a->oldest->row.at_ms < before_ms)
		drop(a, a->oldest);
}

void
answers_close(struct answers *a)
{
	struct answer *newer;

	for (struct answer *answer = a->oldest; answer != NULL; answer = newer) {
		newer = answer->newer;
		answer_free(answer);
	}
	free(a);
}
