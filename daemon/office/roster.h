/*
 * Who is to work when and where: the duties of a day with what they name, and
 * whether another one fits in.
 */
#ifndef OFFICE_ROSTER_H
#define OFFICE_ROSTER_H

#include "daemon/core/hall.h"

/* A duty as it is on its day: leave for half of it makes it shorter.  Wall times. */
struct duty {
	uint32_t	id;
	uint32_t	person;		/* 0: who left for good, and kept it open */
	uint32_t	account;	/* of the person; 0: none */
	uint32_t	shift;
	int		day, window;	/* window 0: at none */
	bool		b;		/* stands in when the other one leaves */
	bool		on_leave;	/* all of it */
	bool		shortened;	/* by leave for half a day */
	int64_t		from_ms, to_ms;
	int64_t		lunch_from_ms, lunch_to_ms;	/* 0: none, or worked over */
	/* What is known of who came; attendance 0: nothing yet. */
	uint32_t	attendance;
	int64_t		in_ms, out_ms;
	bool		settled;	/* by a manager: it stays as it is */
};

#define DUTIES_MAX 256
int		 roster_day(const struct hall *, int day, struct duty [DUTIES_MAX]);

/* What duties of a day have in common, looked up once: times of a shift, and who is on leave; empty at first. */
struct duty_day {
	uint32_t	shift;
	int		day;
	int64_t		from_ms, to_ms, lunch_from_ms, lunch_to_ms;
	int		leave_day, leaves;
	struct { uint32_t person; int bits; } leave[DUTIES_MAX];
};

/* One of them.  False: it is none any more, or names somebody or something that is in use no more. */
bool		 roster_duty(const struct hall *, const struct record *, struct duty *, struct duty_day *);

/* Is it time to work, by the duty?  Since when without a break; 0: it is not. */
int64_t		 duty_since(const struct duty *, int64_t wall_ms);

/* Who is to be at a window now, of those who came first of all; NULL: nobody.  Borrowed from the duties. */
const struct duty *roster_at(const struct duty *, int count, int window, int64_t wall_ms);

/* The record of who is at a window: who is signed in, else who is rostered of these duties of the day; NULL: nobody known. */
const struct record *person_at(const struct hall *, const struct duty *, int count, int window, int64_t wall_ms);

/* The approved leave of a person on a day: bits. */
enum { LEAVE_MORNING = 1, LEAVE_AFTERNOON = 2, LEAVE_DAY = 3 };
int		 leave_on(const struct hall *, uint32_t person, int day);

/* Why a duty cannot be there, beside all but these two (0: none). */
enum clash { FITS, CLASH_PAST, CLASH_REST, CLASH_LEFT, CLASH_SHIFT, CLASH_WINDOW, CLASH_LEAVE, CLASH_PERSON, CLASH_POST, CLASH_FULL, CLASHES };
enum clash	 roster_clash(const struct hall *, const struct layout *, const struct record *, uint32_t but, uint32_t but_too);
const char	*clash_name(enum clash);

/* Each duty of the week from one Monday as it would be in the week from another; on days before today nobody can come any more. */
void		 roster_copies(const struct hall *, const struct layout *, int today, int from, int to,
		    void (*each)(void *arg, const struct record *copy, enum clash), void *arg);

/* Duties still planned that a record leaves open: of a person who left, from this day on; or within a leave. */
void		 roster_opened(const struct hall *, const struct record *, int day, void (*each)(void *arg, const struct record *duty), void *arg);

#endif
