/*
 * The tables of STATE/halld.db and every statement on them.
 */
#ifndef SCHEMA_H
#define SCHEMA_H

#include "daemon/store/db.h"

enum statement {
	ADD_EVENT, LAST_EVENT, LAST_CLOSED, EACH_EVENT, EACH_CLOSED, NEWEST_DAY, FIND_TICKET, EVENTS, EVENTS_OF,
	PUT_TICKET, PUT_LEG, CUT_LEGS, PUT_RATING, ADD_NOTE, ADD_LAYOUT, EACH_LAYOUT, LAYOUT_OF, DATABASE_BYTES, FIRST_DAY, PUT_WINDOW, PUT_COUNTER, PUT_ROLL,
	PUT_STAFF, EACH_STAFF, PUT_SESSION, END_SESSION, END_SESSIONS, EACH_SESSION,
	PUT_PERSON, EACH_PERSON,
	ADD_BOOKING, SET_BOOKING, EACH_BOOKING,
	ADD_ANSWER, FORGET_ANSWERS, EACH_ANSWER,
	PUT_RECORD, EACH_RECORD, LAST_RECORDS, PAST_RECORDS, PAST_RECORD,
	PUT_META, GET_META,
	CLOSED_BEFORE, AUDIT, NOTE_OF, CHAINED,
	EXPORT_EVENTS, EXPORT_TICKETS, EXPORT_LEGS, EXPORT_RATINGS, EXPORT_NOTES, EXPORT_PERSONS, EXPORT_BOOKINGS, EXPORT_WINDOWS,
	EXPORT_COUNTERS, EXPORT_ROLLS, EXPORT_RECORDS, EXPORT_STAFF, EXPORT_LAYOUTS,
	IS_DUE, ERASE_PERSONS, ERASE_BOOKINGS, ERASE_NOTES, ERASE_ANSWERS, ERASE_SESSIONS, ERASE_RECORDS,
	STATEMENTS
};

/*
 * Columns that are handed out (export.h), the key first.  The name after AS says
 * what a value is: _at is a time, day a date, body JSON, chain bytes.
 */
#define EVENT_COLUMNS	"seq, day, at_ms AS at, at_ms, boot, mono_ms, kind, actor, subject, body, chain"
#define TICKET_COLUMNS	"id, day, number, class, lang, print, printer, issued_ms AS issued_at, rated, big, reprint, files, rehearsal," \
			" voided, needs, link, remote"
#define LEG_COLUMNS	"ticket, n, service, state, window, entry_ms, called_ms, recalled_ms, started_ms, ended_ms, recalls, passes, until," \
			" no_start, called_before, to_window, held_ms, held_until_ms"
#define RATING_COLUMNS	"ticket, grade, note, at_ms AS at"
#define NOTE_COLUMNS	"id, text, at_ms AS at"
#define PERSON_COLUMNS	"id, ticket, last, day"
#define BOOKING_COLUMNS	"id, service, class, lang, from_ms AS from_at, to_ms AS to_at, state, ticket, last"
#define WINDOW_COLUMNS	"no, state, pending, ticket, staff, since_ms, next_ms, until_ms AS until_at, lent, lent_until_ms AS lent_until_at"
#define COUNTER_COLUMNS	"prefix, day, last"
#define ROLL_COLUMNS	"device, used_mm, asked"
#define RECORD_COLUMNS	"key, subject, id, rev, state, over, of_day, body, private, at_ms AS at"
#define STAFF_COLUMNS	"id, role, name"
#define LAYOUT_COLUMNS	"rev, at_ms AS at, actor, text"

extern const struct schema hall_schema;

#endif
