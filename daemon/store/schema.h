/*
 * The tables of STATE/halld.db and every statement on them.
 */
#ifndef SCHEMA_H
#define SCHEMA_H

#define APPLICATION_ID	0x68616c6c	/* "hall" */

enum statement {
	ADD_EVENT, LAST_EVENT, LAST_CLOSED, EACH_EVENT, EACH_CLOSED, NEWEST_DAY, FIND_TICKET, EVENTS, EVENTS_OF,
	PUT_TICKET, PUT_LEG, CUT_LEGS, PUT_RATING, ADD_NOTE, ADD_LAYOUT, EACH_LAYOUT, LAYOUT_OF, PUT_WINDOW, PUT_COUNTER, PUT_ROLL,
	PUT_STAFF, EACH_STAFF, PUT_SESSION, END_SESSION, END_SESSIONS, EACH_SESSION,
	PUT_PERSON, FORGET_PERSONS, EACH_PERSON,
	ADD_BOOKING, SET_BOOKING, FORGET_BOOKINGS, EACH_BOOKING,
	ADD_ANSWER, FORGET_ANSWERS, EACH_ANSWER,
	PUT_META, GET_META,
	STATEMENTS
};

extern const char *const statements[STATEMENTS];

/* migrations[n] takes version n to n + 1; append, never edit.  Ends with NULL. */
extern const char *const migrations[];

#endif
