/* Rows that go. */
#include <stddef.h>

#include "daemon/core/day.h"
#include "daemon/store/erase.h"
#include "daemon/store/schema.h"

#define A_DAY_MS (24 * 3600 * INT64_C(1000))

struct due
erase_due(const struct instant *now, const struct layout *l)
{
	return (struct due){
		.day = now->day,
		.bookings_ms = day_ends_ms(now->wall_ms, l->day_starts_min) - A_DAY_MS,
		.notes_ms = now->wall_ms - l->retention_days * A_DAY_MS,
		.answers_ms = now->wall_ms - A_DAY_MS,
		.sessions_ms = now->wall_ms,
	};
}

static int
first(void *arg, const struct value *v)
{
	*(int *)arg = v[0].i != 0;
	return 0;
}

int
erase_wanted(struct db *db, const struct due *d)
{
	const struct value v[] = { INT(d->day), INT(d->bookings_ms), INT(d->notes_ms), INT(d->answers_ms), INT(d->sessions_ms) };
	int wanted = 0;

	return db_each(db, IS_DUE, v, sizeof v / sizeof *v, first, &wanted) == -1 ? -1 : wanted;
}

enum db_result
erase_rows(struct db *db, const struct due *d)
{
	const struct { int statement; int64_t before; } steps[] = {
		{ ERASE_PERSONS, d->day },
		{ ERASE_BOOKINGS, d->bookings_ms },
		{ ERASE_NOTES, d->notes_ms },
		{ ERASE_ANSWERS, d->answers_ms },
		{ ERASE_SESSIONS, d->sessions_ms },
		{ ERASE_RECORDS, d->notes_ms },
	};

	if (db_begin(db) == -1)
		return db_rollback(db);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (db_run(db, steps[i].statement, &INT(steps[i].before), 1) == -1)
			return db_rollback(db);
	return db_commit(db);
}
