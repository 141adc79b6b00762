/*
 * Records of hall management as JSON, for those who may see them.
 */
#ifndef API_RECORDS_H
#define API_RECORDS_H

#include "daemon/core/hall.h"

struct request;

/*
 * With the names of what it names: person_name, item_name, ... (new).  gone:
 * names of what is in use no more, by its key ("person:12"); or NULL.
 */
json_t	*json_record(const struct hall *, const struct record *, bool private, const json_t *gone);

/* As who asks may see it, if they may. */
bool	record_may_see(const struct request *, const struct hall *, const struct record *);
json_t	*record_seen(const struct request *, const struct hall *, const struct record *, const json_t *gone);

/* ?field=value: what is asked for.  OK, or what is wrong with the question. */
struct records_wanted {
	int	count;
	struct { int field; char is[128]; } of[RECORD_FIELDS + 2];	/* -1: its state; the last is for reading */
};
enum refusal record_wanted(struct request *, enum subject, struct records_wanted *);

/* May they see it, and is all so? */
bool	record_is_wanted(const struct request *, const struct hall *, const struct record *, const struct records_wanted *);

/* Is a value what was asked for? NULL is nothing. */
bool	record_is_said(const json_t *, const char *wanted);

/* Answers with those in use. */
enum refusal records_answer(struct request *, enum subject, const json_t *gone);

/*
 * records_past.c: the same with the names of what is in use no more; with the
 * newest of those in use no more that have an id under `before`, and `next`; and
 * with one of these.
 */
enum refusal records_named(struct request *, enum subject);
enum refusal records_past(struct request *, enum subject, int64_t before);
enum refusal records_past_one(struct request *, enum subject, uint32_t id);

/* equipment.c: how the device of a thing, or of a repair, is now: `live`, null when it is none of the layout's. */
void	json_set_live(json_t *, const struct request *, const struct hall *, const struct record *);

/* stock.c: of an item what there is, how much of it is used, and how long it lasts. */
void	json_set_stock(json_t *, const struct request *, const struct hall *, const struct record *item);
/* Of somebody who left, or a leave that was approved: the duties that it leaves open (staff.c). */
void	set_open(json_t *object, const struct hall *, const struct record *, int day);

#endif
