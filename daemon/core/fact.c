/* The kinds of facts, what each carries, and their JSON. */
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "daemon/core/carry.h"
#include "daemon/core/fact.h"
#include "daemon/core/hall.h"

/*
 * The members a fact can have.  One marked `inner` stays in the event: streams
 * and pushes name a ticket and a window, never a person or a token.
 */
enum type { T_U32, T_INT, T_I64, T_BOOL, T_TEXT, T_SERVICE, T_CLASS, T_NAME, T_WHY,
	T_COUNT,		/* an int that is only there when it is not 0 */
	T_MARK,			/* a bool that is only there when it is true */
	T_NOTE,			/* a text that is only there when it is not empty */
	T_KEY,			/* an int64 that is only there when it is not 0 */
	T_TIME,			/* wall time that is only there when it is not 0 */
	T_NEW_CLASS,		/* a class that is only there when it is a new one */
	T_NEEDS,		/* a list of needs that is only there when they were said */
	T_SERVICES,		/* a list of services that is only there when it has some */
	T_SET,			/* a list of services, a bit each */
	T_WORDS,		/* a text for people, {zh, en} */
	T_RECORD,		/* a record but for what is private */
	T_CARRIED		/* what the hall is after this fact (carry.h); not read with the fact */
};
enum field {
	F_END,			/* of a kind's list */
	F_TICKET, F_NUMBER, F_TOKEN, F_SERVICE, F_CLASS, F_LANGUAGE, F_VALUE, F_WINDOW, F_PRINTER, F_PRINT, F_NO_START,
	F_IMPLICIT, F_LATER, F_TIMES, F_AFTER, F_WHY, F_STAFF, F_FROM, F_ROLE, F_DEVICE, F_ADDRESS, F_REASON, F_NOTE, F_BOOT, F_OFFSET,
	F_SESSION, F_WITH, F_FURTHER, F_REMOVED, F_TO, F_TO_WINDOW, F_KEEP_TIME, F_HOLD, F_AT, F_GRADE, F_BIG, F_MM, F_ROLL,
	F_UNTIL, F_AT_CLOSE, F_FLAGGED, F_STEPPED, F_GOES_ON, F_CARRIED, F_FILES, F_REHEARSAL, F_PERSON, F_CLOSED, F_OPEN_UNTIL, F_QUOTA,
	F_NEW_CLASS, F_NEEDS, F_LINK, F_VOIDED, F_REMOTE, F_ENTRY_IN, F_CHECKIN, F_BOOKING, F_CODE, F_SLOT_FROM, F_SLOT_TO, F_REFERENCE,
	F_TEXT, F_DRILL, F_REV, F_DIGEST, F_SLIPS, F_SLIP, F_BUSY, F_LENT, F_ID, F_RECORD,
	FIELDS
};

static const struct {
	const char	*name;
	enum type	 type;
	size_t		 at;
	size_t		 size;			/* texts */
	const char	*(*name_of)(int);	/* T_NAME */
	int		 names;
	bool		 inner;
	size_t		 count_at;		/* T_SERVICES */
} fields[FIELDS] = {
#define AT(m) offsetof(struct fact, m), sizeof ((struct fact *)0)->m
	[F_TICKET]	= { "ticket", T_U32, AT(ticket), .inner = true },
	[F_NUMBER]	= { "number", T_TEXT, AT(number) },
	[F_TOKEN]	= { "token", T_TEXT, AT(token), .inner = true },
	[F_SERVICE]	= { "service", T_SERVICE, AT(service) },
	[F_CLASS]	= { "class", T_CLASS, AT(class), .inner = true },
	[F_LANGUAGE]	= { "lang", T_NAME, AT(language), language_name, LANGUAGES, true },
	[F_VALUE]	= { "value", T_INT, AT(value), .inner = true },
	[F_WINDOW]	= { "window", T_INT, AT(window) },
	[F_PRINTER]	= { "printer", T_TEXT, AT(device), .inner = true },
	[F_PRINT]	= { "print", T_NAME, AT(print), print_state_name, PRINT_STATES, true },
	[F_NO_START]	= { "no_start", T_BOOL, AT(no_start), .inner = true },
	[F_IMPLICIT]	= { "implicit", T_BOOL, AT(implicit), .inner = true },
	[F_LATER]	= { "later", T_BOOL, AT(later) },
	[F_TIMES]	= { "times", T_INT, AT(times) },
	[F_AFTER]	= { "after", T_INT, AT(after), .inner = true },
	[F_WHY]		= { "why", T_WHY, AT(why), .inner = true },
	[F_STAFF]	= { "staff", T_U32, AT(staff), .inner = true },
	[F_FROM]	= { "from", T_U32, AT(from_staff), .inner = true },
	[F_ROLE]	= { "role", T_NAME, AT(role), role_name, ROLES, true },
	[F_DEVICE]	= { "device", T_TEXT, AT(device) },
	[F_ADDRESS]	= { "address", T_INT, AT(value) },
	[F_REASON]	= { "reason", T_TEXT, AT(reason) },
	[F_NOTE]	= { "note", T_NOTE, AT(note), .inner = true },
	[F_BOOT]	= { "boot", T_TEXT, AT(boot), .inner = true },
	[F_OFFSET]	= { "offset_ms", T_I64, AT(offset_ms), .inner = true },
	[F_SESSION]	= { "ends_ms", T_I64, AT(session_ms), .inner = true },
	[F_WITH]	= { "with", T_MARK, AT(with), .inner = true },
	[F_FURTHER]	= { "further", T_SERVICES, AT(further), .count_at = offsetof(struct fact, further_count) },
	[F_REMOVED]	= { "removed", T_SERVICES, AT(removed), .count_at = offsetof(struct fact, removed_count) },
	[F_TO]		= { "to", T_SERVICE, AT(to) },
	[F_TO_WINDOW]	= { "to_window", T_COUNT, AT(to_window) },
	[F_KEEP_TIME]	= { "keep_time", T_BOOL, AT(keep_time), .inner = true },
	[F_AT]		= { "window", T_COUNT, AT(window) },
	[F_HOLD]	= { "hold_s", T_INT, AT(hold_s), .inner = true },
	[F_GRADE]	= { "grade", T_INT, AT(grade), .inner = true },
	[F_BIG]		= { "big", T_MARK, AT(big), .inner = true },
	[F_MM]		= { "mm", T_COUNT, AT(mm), .inner = true },
	[F_FILES]	= { "count", T_COUNT, AT(files), .inner = true },
	[F_REHEARSAL]	= { "rehearsal", T_MARK, AT(rehearsal) },
	[F_PERSON]	= { "person", T_NOTE, AT(person_id), .inner = true },
	[F_CLOSED]	= { "closed", T_BOOL, AT(closed) },
	[F_OPEN_UNTIL]	= { "until_min", T_INT, AT(until_min), .inner = true },
	[F_QUOTA]	= { "quota", T_INT, AT(quota), .inner = true },
	[F_REMOTE]	= { "remote", T_MARK, AT(remote) },
	[F_ENTRY_IN]	= { "entry_in_ms", T_COUNT, AT(entry_in_ms), .inner = true },
	[F_CHECKIN]	= { "checkin_s", T_INT, AT(hold_s) },
	[F_BOOKING]	= { "booking", T_U32, AT(booking) },
	[F_CODE]	= { "code", T_TEXT, AT(code), .inner = true },
	[F_SLOT_FROM]	= { "slot_from", T_TIME, AT(from_ms) },
	[F_SLOT_TO]	= { "slot_to", T_TIME, AT(to_ms) },
	[F_SLIPS]	= { "slips", T_MARK, AT(slips), .inner = true },
	[F_SLIP]	= { "booking", T_COUNT, AT(booking), .inner = true },
	[F_REFERENCE]	= { "reference", T_KEY, AT(reference), .inner = true },
	[F_TEXT]	= { "text", T_WORDS, AT(text) },
	[F_DRILL]	= { "drill", T_BOOL, AT(drill) },
	[F_BUSY]	= { "busy", T_MARK, AT(busy) },
	[F_REV]		= { "rev", T_INT, AT(value) },
	[F_DIGEST]	= { "digest", T_TEXT, AT(reason), .inner = true },
	[F_ROLL]	= { "roll", T_NAME, AT(roll), roll_word_name, ROLL_WORDS },
	[F_AT_CLOSE]	= { "at_close", T_MARK, AT(at_close), .inner = true },
	[F_FLAGGED]	= { "flagged", T_MARK, AT(flagged), .inner = true },
	[F_STEPPED]	= { "stepped_ms", T_I64, AT(stepped_ms) },
	[F_GOES_ON]	= { "goes_on", T_COUNT, AT(goes_on), .inner = true },
	[F_CARRIED]	= { "carried", T_CARRIED, .inner = true },
	[F_LENT]	= { "services", T_SET, AT(lent) },
	[F_UNTIL]	= { "until", T_TIME, AT(until_ms) },
	[F_NEW_CLASS]	= { "class", T_NEW_CLASS, AT(new_class), .inner = true },
	[F_NEEDS]	= { "needs", T_NEEDS, AT(needs), .inner = true },
	[F_LINK]	= { "link", T_COUNT, AT(link), .inner = true },
	[F_VOIDED]	= { "void", T_MARK, AT(voided) },
	[F_ID]		= { "id", T_U32, AT(record.id) },
	[F_RECORD]	= { "record", T_RECORD, AT(record), .inner = true },
#undef AT
};

_Static_assert(FIELDS <= UINT8_MAX, "kind.field has bytes");
#define A_TICKET F_TICKET, F_NUMBER, F_SERVICE
#define AT_A_WINDOW A_TICKET, F_WINDOW
#define RECORD_TO(who, subject, name) [RECORD_FACTS + SUBJECT_##subject] = { name, TO_##who, { F_ID, F_RECORD } }
#define RECORD(subject, name) RECORD_TO(MANAGER, subject, name)

const struct kind kinds[FACT_KINDS] = {
	[TICKET_ISSUED]	   = { "ticket.issued", TO_PUBLIC,
	    { A_TICKET, F_FURTHER, F_TOKEN, F_CLASS, F_LANGUAGE, F_BIG, F_VALUE, F_PRINTER, F_PRINT,
	    F_FILES, F_REHEARSAL, F_PERSON, F_NEEDS, F_REMOTE, F_ENTRY_IN } },
	[TICKET_CALLED]	   = { "ticket.called", TO_PUBLIC, { AT_A_WINDOW, F_WHY } },
	[TICKET_RECALLED]  = { "ticket.recalled", TO_PUBLIC, { AT_A_WINDOW, F_TIMES } },
	[TICKET_STARTED]   = { "ticket.started", TO_PUBLIC, { AT_A_WINDOW } },
	[TICKET_FINISHED]  = { "ticket.finished", TO_PUBLIC, { AT_A_WINDOW, F_NO_START, F_IMPLICIT, F_AT_CLOSE } },
	[TICKET_PASSED]	   = { "ticket.passed", TO_PUBLIC, { AT_A_WINDOW, F_TIMES, F_AFTER } },
	[TICKET_ABANDONED] = { "ticket.abandoned", TO_PUBLIC, { AT_A_WINDOW } },
	[TICKET_HELD]	   = { "ticket.held", TO_PUBLIC, { AT_A_WINDOW, F_HOLD, F_NOTE } },
	[TICKET_TRANSFERRED] = { "ticket.transferred", TO_PUBLIC, { AT_A_WINDOW, F_TO, F_TO_WINDOW, F_KEEP_TIME } },
	[TICKET_RETURNED]  = { "ticket.returned", TO_PUBLIC, { A_TICKET, F_NOTE } },
	[TICKET_CANCELLED] = { "ticket.cancelled", TO_PUBLIC, { AT_A_WINDOW, F_NOTE, F_VOIDED } },
	[TICKET_EXPIRED]   = { "ticket.expired", TO_PUBLIC, { AT_A_WINDOW, F_SLIP } },
	[TICKET_NO_SHOW]   = { "ticket.no_show", TO_PUBLIC, { A_TICKET } },
	[TICKET_REACHED]   = { "ticket.reached", TO_PUBLIC, { A_TICKET, F_CHECKIN } },
	[TICKET_CHECKED_IN] = { "ticket.checked_in", TO_PUBLIC, { A_TICKET, F_NEW_CLASS } },
	[TICKET_CHANGED]   = { "ticket.changed", TO_PUBLIC,
	    { A_TICKET, F_AFTER, F_FURTHER, F_REMOVED, F_AT, F_NEW_CLASS, F_NEEDS, F_LINK, F_NOTE } },
	[TICKET_UNDONE]	   = { "ticket.undone", TO_PUBLIC, { AT_A_WINDOW } },
	[TICKET_PRINTED]   = { "ticket.printed", TO_STAFF, { A_TICKET, F_PRINTER, F_PRINT, F_MM } },
	[RATING_GIVEN]	   = { "rating.given", TO_MANAGER, { AT_A_WINDOW, F_GRADE, F_NOTE } },
	[WINDOW_OPENED]	   = { "window.opened", TO_PUBLIC, { F_WINDOW, F_LATER } },
	[WINDOW_CLOSED]	   = { "window.closed", TO_PUBLIC, { F_WINDOW, F_LATER } },
	[WINDOW_PAUSED]	   = { "window.paused", TO_PUBLIC, { F_WINDOW, F_LATER, F_UNTIL, F_NOTE } },
	[WINDOW_RESUMED]   = { "window.resumed", TO_PUBLIC, { F_WINDOW, F_LATER } },
	[WINDOW_HANDED_OVER] = { "window.handed_over", TO_STAFF, { F_WINDOW, F_STAFF, F_FROM } },
	[WINDOW_LENT]	   = { "window.lent", TO_PUBLIC, { F_WINDOW, F_LENT, F_UNTIL } },
	[STAFF_ADDED]	   = { "staff.added", TO_MANAGER, { F_STAFF, F_ROLE } },
	[STAFF_PASSWORD]   = { "staff.password", TO_MANAGER, { F_STAFF } },
	[STAFF_SIGNED_IN]  = { "staff.signed_in", TO_STAFF, { F_STAFF, F_WINDOW, F_SESSION } },
	[STAFF_SIGNED_OUT] = { "staff.signed_out", TO_STAFF, { F_STAFF, F_WINDOW } },
	[DEVICE_FAULT]	   = { "device.fault", TO_STAFF, { F_DEVICE, F_ADDRESS, F_REASON } },
	[DEVICE_OK]	   = { "device.ok", TO_STAFF, { F_DEVICE, F_ADDRESS } },
	[DEVICE_ROLL]	   = { "device.roll", TO_STAFF, { F_DEVICE, F_ROLL, F_MM } },
	[HELP_CALLED]	   = { "help.called", TO_STAFF, { F_DEVICE } },
	[HELP_ANSWERED]	   = { "help.answered", TO_STAFF, { F_DEVICE, F_STAFF, F_BUSY } },
	[HELP_ENDED]	   = { "help.ended", TO_STAFF, { F_DEVICE, F_BUSY } },
	[KIOSK_BUSY]	   = { "kiosk.busy", TO_STAFF, { F_DEVICE } },
	[PANIC_RAISED]	   = { "panic.raised", TO_STAFF, { F_WINDOW } },
	[PANIC_ANSWERED]   = { "panic.answered", TO_STAFF, { F_WINDOW, F_STAFF } },
	[PANIC_ENDED]	   = { "panic.ended", TO_STAFF, { F_WINDOW } },
	[HALL_STARTED]	   = { "hall.started", TO_PUBLIC, { F_BOOT, F_OFFSET } },
	[HALL_CLOCK]	   = { "hall.clock", TO_STAFF, { F_STEPPED } },
	[HALL_ENDING]	   = { "hall.ending", TO_PUBLIC, { F_SLIPS } },
	[HALL_DAY_CLOSED]  = { "hall.day_closed", TO_PUBLIC, { F_FLAGGED, F_GOES_ON, F_CARRIED } },
	[HALL_OVERRIDE]	   = { "hall.override", TO_PUBLIC, { F_SERVICE, F_CLOSED, F_OPEN_UNTIL, F_QUOTA } },
	[HALL_HALTED]	   = { "hall.suspended", TO_PUBLIC, { F_END } },
	[HALL_EVACUATED]   = { "hall.evacuated", TO_PUBLIC, { F_TEXT, F_DRILL } },
	[HALL_RESUMED]	   = { "hall.resumed", TO_PUBLIC, { F_END } },
	[HALL_LAYOUT]	   = { "hall.layout", TO_PUBLIC, { F_REV, F_DIGEST } },
	[HALL_NOTICE]	   = { "hall.notice", TO_PUBLIC, { F_TEXT, F_UNTIL } },
	[BOOKING_MADE]	   = { "booking.made", TO_STAFF,
	    { F_BOOKING, F_CODE, F_SERVICE, F_CLASS, F_LANGUAGE, F_SLOT_FROM, F_SLOT_TO, F_REFERENCE } },
	[BOOKING_CANCELLED] = { "booking.cancelled", TO_STAFF, { F_BOOKING, F_SERVICE } },
	[BOOKING_CHECKED_IN] = { "booking.checked_in", TO_STAFF, { F_BOOKING, A_TICKET } },
	[BOOKING_NO_SHOW]  = { "booking.no_show", TO_STAFF, { F_BOOKING, F_SERVICE } },
	RECORD(PERSON, "staff.person"), RECORD(SHIFT, "staff.shift"), RECORD(DUTY, "staff.duty"), RECORD(LEAVE, "staff.leave"),
	RECORD(ATTENDANCE, "staff.attendance"), RECORD(PRESENCE, "staff.presence"), RECORD(CARD, "card.lit"),
	RECORD(SCORE, "staff.score"),
	RECORD(ITEM, "stock.item"), RECORD(BATCH, "stock.batch"), RECORD(MOVE, "stock.move"), RECORD(REQUEST, "stock.request"),
	RECORD(ORDER, "stock.order"), RECORD(ROLL, "stock.roll"),
	RECORD(ASSET, "repair.asset"), RECORD_TO(STAFF, REPAIR, "repair.order"), RECORD_TO(STAFF, INSPECTION, "repair.inspection"),
};

static const char *const print_states[PRINT_STATES] = { "none", "queued", "sent", "printed", "unconfirmed", "failed" };
static const char *const roll_words[ROLL_WORDS] = { "asked", "new", "same", "near" };
static const char *const roles[ROLES] = {
	"none", "kiosk", "display", "clerk", "guide", "manager", "inspector", "admin", "platform", "window"
};
static const char *const rules[RULES] = { "none", "only", "max_wait", "level", "class", "score", "entry", "id", "picked", "held" };
static const char *const needs[HOLDER_NEEDS] = { "deaf", "blind", "wheelchair", "language", "reading" };
static const char *const languages[LANGUAGES] = { "zh", "en" };

const char *print_state_name(int i) { return print_states[i]; }
const char *roll_word_name(int i) { return roll_words[i]; }
const char *role_name(int i) { return roles[i]; }
const char *need_name(int i) { return needs[i]; }
const char *rule_name(int i) { return rules[i]; }
const char *language_name(int i) { return languages[i]; }

static int
find(const char *name, const char *(*name_of)(int), int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(name_of(i), name) == 0)
			return i;
	return -1;
}

enum role
role_find(const char *name)
{
	int i = find(name, role_name, ROLES);

	return i == -1 ? ROLE_NONE : (enum role)i;
}

int
language_find(const char *name)
{
	return find(name, language_name, LANGUAGES);
}

int
need_find(const char *name)
{
	int i = find(name, need_name, HOLDER_NEEDS);

	return i == -1 ? -1 : 1 << i;
}

enum fact_kind
fact_find(const char *name)
{
	for (int i = FACT_NONE + 1; i < FACT_KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return i;
	return FACT_NONE;
}

static json_t *
why_json(const struct why *why)
{
	json_t *v = json_pack("{s:s, s:I, s:I, s:i, s:s}", "rule", rule_name(why->rule), "score", (json_int_t)why->score,
	    "waited_ms", (json_int_t)why->waited_ms, "level", why->level, "runner_up", why->runner_up);

	if (why->runner_up[0] != '\0') {
		json_object_set_new(v, "runner_score", json_integer(why->runner_score));
		json_object_set_new(v, "runner_waited_ms", json_integer(why->runner_waited_ms));
		json_object_set_new(v, "runner_level", json_integer(why->runner_level));
	}
	if (why->limit_s != 0)
		json_object_set_new(v, "limit_s", json_integer(why->limit_s));
	return v;
}

/* A text that is not UTF-8 (cut short, from a device) becomes empty: the event must be readable. */
static json_t *
text_json(const char *text)
{
	json_t *v = json_string(text);

	return v == NULL ? json_string("") : v;
}

static json_t *
time_json(int64_t wall_ms)
{
	char text[TIME_TEXT];

	if (wall_ms == 0)
		return NULL;
	time_text(text, wall_ms);
	return json_string(text);
}

static json_t *
services_json(const struct hall *h, const int service[], int count)
{
	json_t *list = count == 0 ? NULL : json_array();

	for (int i = 0; i < count; i++)
		json_array_append_new(list, json_string(h->service_id[service[i]]));
	return list;
}

json_t *
services_set(const struct hall *h, uint64_t set)
{
	json_t *list = json_array();

	for (int s = 0; s < h->service_count; s++)
		if (set >> s & 1)
			json_array_append_new(list, json_string(h->service_id[s]));
	return list;
}

static json_t *
needs_json(int said)
{
	json_t *list = said == 0 ? NULL : json_array();

	for (int i = 0; said != 0 && i < HOLDER_NEEDS; i++)
		if (said & 1 << i)
			json_array_append_new(list, json_string(needs[i]));
	return list;
}

json_t *
text_pair(const struct text *t)
{
	return json_pack("{s:o, s:o}", "zh", text_json(t->in[LANG_ZH]), "en", text_json(t->in[LANG_EN]));
}

/* NULL: it is not there. */
static json_t *
field_json(const struct hall *h, const struct fact *f, enum field i)
{
	const char *at = (const char *)f + fields[i].at;

	switch (fields[i].type) {
	case T_U32:	return json_integer(*(const uint32_t *)at);
	case T_INT:	return json_integer(*(const int *)at);
	case T_I64:	return json_integer(*(const int64_t *)at);
	case T_BOOL:	return json_boolean(*(const bool *)at);
	case T_TEXT:	return text_json(at);
	case T_SERVICE:	return json_string(h->service_id[*(const int *)at]);
	case T_CLASS:	return json_string(h->class_id[*(const int *)at]);
	case T_NAME:	return json_string(fields[i].name_of(*(const int *)at));
	case T_WHY:	return why_json((const struct why *)at);
	case T_COUNT:	return *(const int *)at != 0 ? json_integer(*(const int *)at) : NULL;
	case T_MARK:	return *(const bool *)at ? json_true() : NULL;
	case T_NOTE:	return *at == '\0' ? NULL : text_json(at);
	case T_KEY:	return *(const int64_t *)at == 0 ? NULL : json_integer(*(const int64_t *)at);
	case T_TIME:	return time_json(*(const int64_t *)at);
	case T_NEW_CLASS: return *(const int *)at == 0 ? NULL : json_string(h->class_id[*(const int *)at - 1]);
	case T_NEEDS:	return needs_json(*(const int *)at);
	case T_SET:	return services_set(h, *(const uint64_t *)at);
	case T_WORDS:	return text_pair((const struct text *)at);
	case T_RECORD:	return record_body(h, (const struct record *)at);
	case T_CARRIED:	return hall_carried(h);
	case T_SERVICES: return services_json(h, (const int *)at, *(const int *)((const char *)f + fields[i].count_at));
	}
	return NULL;
}

/* Streams do not speak of a ticket, a number or a window that is not there. */
static bool
is_silent(const struct fact *f, enum field i)
{
	if (i == F_SERVICE)
		return f->ticket == 0 && f->booking == 0 && f->kind != HALL_OVERRIDE;
	return fields[i].inner || (f->number[0] == '\0' && i == F_NUMBER) || (f->window == 0 && i == F_WINDOW);
}

static void
set_field(json_t *object, const struct hall *h, const struct fact *f, enum field i, bool inner)
{
	json_t *v = inner || !is_silent(f, i) ? field_json(h, f, i) : NULL;

	if (v != NULL)
		json_object_set_new_nocheck(object, fields[i].name, v);
}

/* Every kind can be with another. */
static void
set_fields(json_t *object, const struct hall *h, const struct fact *f, bool inner)
{
	for (const uint8_t *i = kinds[f->kind].field; *i != F_END; i++)
		set_field(object, h, f, *i, inner);
	set_field(object, h, f, F_WITH, inner);
}

json_t *
fact_body(const struct hall *h, const struct fact *f)
{
	json_t *body = json_object();

	set_fields(body, h, f, true);
	return body;
}

json_t *
fact_public(const struct hall *h, const struct fact *f, int64_t prev)
{
	char at[TIME_TEXT];
	json_t *data;

	time_text(at, f->at.wall_ms);
	data = json_pack("{s:I, s:I, s:s, s:s}", "seq", (json_int_t)f->seq, "prev", (json_int_t)prev,
	    "kind", kinds[f->kind].name, "at", at);
	set_fields(data, h, f, false);
	return data;
}

json_t *
fact_logged(int kind, const json_t *body, int64_t seq, int64_t at_ms, int64_t prev)
{
	json_t *data = json_copy((json_t *)body);
	char at[TIME_TEXT];
	bool nobody = json_integer_value(json_object_get(body, "ticket")) == 0 && json_integer_value(json_object_get(body, "booking")) == 0;

	for (int i = 0; i < FIELDS; i++)
		if (fields[i].name != NULL && fields[i].inner)
			json_object_del(data, fields[i].name);
	if (nobody && kind != HALL_OVERRIDE)
		json_object_del(data, fields[F_SERVICE].name);
	if (json_string_length(json_object_get(data, fields[F_NUMBER].name)) == 0)
		json_object_del(data, fields[F_NUMBER].name);
	if (json_integer_value(json_object_get(data, fields[F_WINDOW].name)) == 0)
		json_object_del(data, fields[F_WINDOW].name);
	time_text(at, at_ms);
	json_object_set_new(data, "seq", json_integer(seq));
	json_object_set_new(data, "prev", json_integer(prev));
	json_object_set_new(data, "kind", json_string(kinds[kind].name));
	json_object_set_new(data, "at", json_string(at));
	return data;
}

int
why_read(struct why *why, const json_t *v)
{
	int rule = find(json_string_value(json_object_get(v, "rule")) ? json_string_value(json_object_get(v, "rule")) : "",
	    rule_name, RULES);
	const char *runner_up = json_string_value(json_object_get(v, "runner_up"));

	if (rule == -1 || runner_up == NULL || strlen(runner_up) >= sizeof why->runner_up)
		return -1;
	why->rule = rule;
	why->score = json_integer_value(json_object_get(v, "score"));
	why->runner_score = json_integer_value(json_object_get(v, "runner_score"));
	why->waited_ms = json_integer_value(json_object_get(v, "waited_ms"));
	why->runner_waited_ms = json_integer_value(json_object_get(v, "runner_waited_ms"));
	why->level = json_integer_value(json_object_get(v, "level"));
	why->runner_level = json_integer_value(json_object_get(v, "runner_level"));
	why->limit_s = json_integer_value(json_object_get(v, "limit_s"));
	strcpy(why->runner_up, runner_up);
	return 0;
}

static int
services_read(struct hall *h, int service[], int *count, const json_t *list)
{
	size_t i;
	json_t *v;

	if (json_array_size(list) > LEGS_MAX - 1)
		return -1;
	json_array_foreach(list, i, v) {
		int place = json_is_string(v) ? hall_service(h, json_string_value(v)) : -1;

		if (place == -1)
			return -1;
		service[(*count)++] = place;
	}
	return 0;
}

static int
set_read(struct hall *h, uint64_t *set, const json_t *list)
{
	size_t i;
	json_t *v;

	*set = 0;
	json_array_foreach(list, i, v) {
		int place = json_is_string(v) ? hall_service(h, json_string_value(v)) : -1;

		if (place == -1)
			return -1;
		*set |= UINT64_C(1) << place;
	}
	return json_is_array(list) ? 0 : -1;
}

int
text_pair_read(struct text *t, const json_t *v)
{
	for (int i = 0; i < LANGUAGES; i++) {
		const char *text = json_string_value(json_object_get(v, language_name(i)));

		if (text == NULL || strlen(text) >= TEXT_MAX)
			return -1;
		strcpy(t->in[i], text);
	}
	return 0;
}

static int
needs_read(int *said, const json_t *list)
{
	size_t i;
	json_t *v;

	*said = list == NULL ? 0 : NEEDS_SAID;
	json_array_foreach(list, i, v) {
		int need = json_is_string(v) ? need_find(json_string_value(v)) : -1;

		if (need == -1)
			return -1;
		*said |= need;
	}
	return list == NULL || json_is_array(list) ? 0 : -1;
}

static int
field_read(struct hall *h, struct fact *f, enum field i, const json_t *v)
{
	char *at = (char *)f + fields[i].at;
	const char *text = json_string_value(v);
	int place;

	switch (fields[i].type) {
	case T_U32:
		*(uint32_t *)at = json_integer_value(v);
		return json_is_integer(v) ? 0 : -1;
	case T_INT:
		*(int *)at = json_integer_value(v);
		return json_is_integer(v) ? 0 : -1;
	case T_I64:
		*(int64_t *)at = json_integer_value(v);
		return json_is_integer(v) ? 0 : -1;
	case T_BOOL:
		*(bool *)at = json_is_true(v);
		return json_is_boolean(v) ? 0 : -1;
	case T_WHY:
		return why_read((struct why *)at, v);
	case T_COUNT:
		*(int *)at = json_integer_value(v);
		return 0;
	case T_MARK:
		*(bool *)at = json_is_true(v);
		return 0;
	case T_KEY:
		*(int64_t *)at = json_integer_value(v);
		return v == NULL || json_is_integer(v) ? 0 : -1;
	case T_TIME:
		*(int64_t *)at = v == NULL ? 0 : time_read(text == NULL ? "" : text);
		return *(int64_t *)at == -1 ? -1 : 0;
	case T_SET:
		return set_read(h, (uint64_t *)at, v);
	case T_WORDS:
		return text_pair_read((struct text *)at, v);
	case T_RECORD:
		((struct record *)at)->subject = f->kind - RECORD_FACTS;
		return record_logged(h, (struct record *)at, v);
	case T_CARRIED:
		return json_is_object(v) ? 0 : -1;
	case T_SERVICES:
		return services_read(h, (int *)at, (int *)((char *)f + fields[i].count_at), v);
	case T_NOTE:
		if (v == NULL)
			return 0;
		/* fall through */
	case T_TEXT:
		if (text == NULL || strlen(text) >= fields[i].size)
			return -1;
		strcpy(at, text);
		return 0;
	case T_NEEDS:
		return needs_read((int *)at, v);
	case T_NEW_CLASS:
		*(int *)at = text == NULL ? 0 : hall_class(h, text) + 1;
		return v == NULL || *(int *)at > 0 ? 0 : -1;
	case T_SERVICE:
		place = text == NULL ? -1 : hall_service(h, text);
		break;
	case T_CLASS:
		place = text == NULL ? -1 : hall_class(h, text);
		break;
	case T_NAME:
		place = text == NULL ? -1 : find(text, fields[i].name_of, fields[i].names);
		break;
	default:
		return -1;
	}
	*(int *)at = place;
	return place == -1 ? -1 : 0;
}

int
fact_read(struct hall *h, struct fact *f, const json_t *body)
{
	for (const uint8_t *i = kinds[f->kind].field; *i != F_END; i++)
		if (field_read(h, f, *i, json_object_get(body, fields[*i].name)) == -1)
			return -1;
	return field_read(h, f, F_WITH, json_object_get(body, fields[F_WITH].name));
}

void
time_text(char out[TIME_TEXT], int64_t wall_ms)
{
	time_t s = wall_ms / 1000;
	struct tm tm;
	char zone[8];

	localtime_r(&s, &tm);
	strftime(out, TIME_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(zone, sizeof zone, "%z", &tm);			/* +0800 */
	snprintf(out + strlen(out), TIME_TEXT - strlen(out), "%.3s:%s", zone, zone + 3);
}

/* 9999-12-31T00:00:00Z: times before it have four digits of a year at every offset. What was read is written into the log, and read again. */
#define TIME_END_S INT64_C(253402214400)

int64_t
time_read(const char *text)
{
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	int ms = 0, used = 0;

	if (rest == NULL)
		return -1;
	if (*rest == '.') {
		if (sscanf(rest, ".%3d%n", &ms, &used) != 1 || used != 4 || ms < 0)
			return -1;
		rest += used;
	}
	if (*rest == '\0' || (rest = strptime(rest, "%z", &tm)) == NULL || *rest != '\0')
		return -1;

	int64_t offset_s = tm.tm_gmtoff;		/* timegm forgets it */
	int64_t s = timegm(&tm) - offset_s;

	return s < TIME_END_S ? s * 1000 + ms : -1;
}
