/*
 * A record of hall management: somebody on the staff, a duty, a roll of paper,
 * a repair.  Each is of a subject; a row of the table in record.c says which
 * fields its records have, which states they go through, and who may do what.
 * The API's paths, its JSON, the pages' forms, the log and the rows of the
 * database follow from that row; what else a subject means is in daemon/office.
 *
 * Plain data.  A record is written whole, and only by a fact (fact.h); its
 * number of writing, rev, is how somebody who changes it knows that nobody else
 * did meanwhile.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "daemon/core/refusal.h"

struct hall;
struct layout;

enum subject {
	NO_SUBJECT,
	SUBJECT_PERSON, SUBJECT_SHIFT, SUBJECT_DUTY, SUBJECT_LEAVE, SUBJECT_ATTENDANCE, SUBJECT_PRESENCE, SUBJECT_CARD, SUBJECT_SCORE,
	SUBJECT_ITEM, SUBJECT_BATCH, SUBJECT_MOVE, SUBJECT_REQUEST, SUBJECT_ORDER, SUBJECT_ROLL,
	SUBJECT_ASSET, SUBJECT_REPAIR, SUBJECT_INSPECTION,
	SUBJECTS
};

#define RECORDS_MAX	12288	/* that are in use, of all subjects */
#define RECORD_VALUES	14
#define RECORD_TEXT	256	/* bytes of all its texts, each with its NUL */
#define RECORD_PRIVATE	256

struct record {
	uint8_t		subject, state;
	uint32_t	id;		/* from 1, of the subject; never used again */
	uint32_t	rev;		/* from 1 */
	int64_t		at_ms;		/* wall time at which it was written last; 0: not known */
	int64_t		value[RECORD_VALUES];	/* of fields that are no texts, by their order; 0: left out, but for numbers */
	char		text[RECORD_TEXT];	/* of texts, one behind the other, by their order */
	char		private[RECORD_PRIVATE];	/* likewise of those that are to be erased one day; never in an event */
};

enum field_type {
	FIELD_NONE,
	FIELD_TEXT,
	FIELD_PRIVATE,			/* a text of a person's, or one that somebody wrote: erased when its time has come */
	FIELD_NUMBER,			/* within least and most; left out it is least, or 0 where that is within */
	FIELD_MONEY,			/* fen */
	FIELD_FLAG,
	FIELD_DAY,			/* 20261124; in JSON "2026-11-24" */
	FIELD_MINUTE,			/* of a day, + 1; in JSON "09:30" */
	FIELD_TIME,			/* wall time, ms; in JSON RFC 3339 */
	FIELD_CHOICE,			/* place in names, + 1 */
	FIELD_WINDOW,			/* its number */
	FIELD_ACCOUNT,			/* its id; in JSON its name */
	FIELD_SERVICES,			/* a bit each by place in hall.service_id; in JSON their ids */
	FIELD_RECORD			/* id of a record of subject `of` */
};

struct record_field {
	const char		*name;
	enum field_type		 type;
	int64_t			 least, most;	/* FIELD_NUMBER; most 0: 1,000,000,000 */
	const char *const	*names;		/* FIELD_CHOICE; NULL ends them */
	enum subject		 of;		/* FIELD_RECORD */
	bool			 must;		/* cannot be left out */
	bool			 fixed;		/* as it was first */
	bool			 own;		/* written by the rules alone */
};

#define RECORD_FIELDS	16
#define RECORD_STATES	7
#define RECORD_STEPS	7

struct record_step {
	const char	*verb;
	uint8_t		 from;		/* bits by state */
	uint8_t		 to;
	unsigned	 roles;		/* bits by enum role; admin may do all */
	const char	*needs;		/* a field that has to be said with it; NULL: none */
};

struct subject_row {
	const char	*name;		/* in the log; "person".  Its facts: see RECORD_FACTS in fact.h */
	const char	*path;		/* in the API; "staff" */
	const char	*title;		/* the text by which people know one; NULL: there is none */
	unsigned	 read, write;	/* who may, bits by enum role; write 0: by the rules alone */
	bool		 of_person;	/* a clerk sees and writes those of a person whose account is theirs, nobody else's */
	const char	*day;		/* the field that is its day; kept at hand for `keep_days` after it.  NULL: as long as it is not over */
	int		 keep_days;
	bool		 open_words;	/* whoever may read it reads what people wrote there; else those who manage, and whose it is */
	bool		 at_once;	/* over as soon as it is written: the log and the database have it, the hall does not */
	struct record_field field[RECORD_FIELDS + 1];
	const char	*state[RECORD_STATES + 1];	/* the first is a new one's */
	uint8_t		 over;		/* bits by state: nothing can come of it any more */
	struct record_step step[RECORD_STEPS + 1];
};
extern const struct subject_row subjects[SUBJECTS];

enum subject	 subject_find(const char *path);	/* NO_SUBJECT: there is none */
int		 subject_field(enum subject, const char *name);	/* its place; -1: there is none */
const struct record_step *subject_step(enum subject, const char *verb);	/* NULL: there is none */

/* As the log names it: "person:12".  Returns key. */
#define RECORD_KEY_MAX 32
const char	*record_key(char key[RECORD_KEY_MAX], enum subject, uint32_t id);

/* One that is to be new; it has no id before it is written. */
struct record	 record_new(enum subject);

/* Values and texts of a field by name, which has to be one; texts are borrowed. */
int64_t		 record_value(const struct record *, const char *field);
void		 record_set(struct record *, const char *field, int64_t);
const char	*record_text(const struct record *, const char *field);
int		 record_slot(enum subject, const char *field);	/* of its value[], for who looks at many */
int		 record_set_text(struct record *, const char *field, const char *);	/* 0, or -1: there is no room for it */
const char	*record_choice(const struct record *, const char *field);	/* its name; NULL: left out */
void		 record_choose(struct record *, const char *field, const char *name);
bool		 record_in(const struct record *, const char *state);
void		 record_enter(struct record *, const char *state);

/* Nothing can come of it any more; its day, 0: it has none. */
bool		 record_over(const struct record *);
int		 record_day(const struct record *);

/* As JSON (new): {id, rev, state, fields}; what is private only on demand. */
json_t		*record_json(const struct hall *, const struct record *, bool private);

/* A field of it likewise, by its place; NULL: left out. */
json_t		*record_field_json(const struct hall *, const struct record *, int field);

/* As the log has it (new), with nothing private. */
json_t		*record_body(const struct hall *, const struct record *);

/* What is private of it (new); and back into a record. */
json_t		*record_private(const struct record *);
void		 record_set_private(struct record *, const json_t *);

/*
 * The members of an object into a record: those that are there, the others stay
 * as they are; a null is left out.  OK, or BAD_REQUEST with the place, and the
 * record as it was.  References are not followed.
 */
enum refusal	 record_read(struct hall *, const struct layout *, struct record *, const json_t *, struct refusal_detail *);

/* The same of an event's body.  0, or -1: it is no record. */
int		 record_logged(struct hall *, struct record *, const json_t *);

/* Those in use. */
struct records {
	int		 count;
	uint32_t	 last[SUBJECTS];	/* id given last; 0: none yet */
	struct { uint32_t id; uint16_t at; uint8_t subject; } place[RECORDS_MAX];	/* of record[at], by subject and id */
	uint16_t	 placed[RECORDS_MAX];	/* place[placed[at]] is of record[at] */
	struct record	 record[RECORDS_MAX];	/* in no order */
};

/* dst becomes src; touches only what src uses. */
void		 records_copy(struct records *dst, const struct records *src);

/* NULL: there is none in use. */
const struct record *record_find(const struct hall *, enum subject, uint32_t id);

/* The next of a subject by id behind this one, NULL: the first.  NULL: there are no more.  A write may move them. */
const struct record *record_next(const struct hall *, enum subject, const struct record *);

/* Is there room for so many more?  People leave some to what comes by itself. */
#define RECORDS_SPARE 1024
bool		 record_room(const struct hall *, int);
bool		 record_room_for_people(const struct hall *, int);

/* Carry out a write: one that is over is in use no more.  One that is not known comes whole, whatever its rev.  0, or -1: it does not fit. */
int		 record_put(struct records *, const struct record *);

/* What is private of what is over, or of a day, and was written last before then, is gone. */
void		 record_erase(struct records *, int64_t before_ms);

/* Those of days that are long past, by the day that is closed, are in use no more. */
#define RECORD_DAYS 40			/* the most that a subject keeps its records for after their day */
void		 record_forget(struct records *, int closed_day);

/* One that was in use before a start, if it still is.  0, or -1: there is no room. */
int		 record_load(struct records *, const struct record *, int closed_day);

#endif
