/* The subjects of hall management, a row each. */
#include "daemon/core/fact.h"
#include "daemon/core/record.h"

#define BIT(role)	(1u << ROLE_##role)
#define MANAGERS	BIT(MANAGER)
#define READERS		(BIT(MANAGER) | BIT(INSPECTOR))
#define DESKS		(BIT(GUIDE) | READERS)
#define ALL_STAFF	(BIT(CLERK) | DESKS)
#define IN(i)		(1u << (i))

static const char *const posts[] = { "a", "b", NULL };
static const char *const halves[] = { "day", "morning", "afternoon", NULL };
static const char *const leaves[] = { "annual", "sick", "personal", "public", "training", "out", NULL };
static const char *const ways[] = { "sign_in", "keypad", "code", "manager", NULL };
static const char *const verdicts[] = { "ok", "late", "early", "half", "absent", "leave", "unverified", NULL };
static const char *const whereabouts[] = { "on_post", "away", "meeting", "training", "out", NULL };
static const char *const cards[] = { "away", "idle", "no_hand_over", "vacant", "absent", "stock", "paper", "repair", "drift", NULL };
static const char *const moves[] = { "in", "out", "return", "install", "use", "count", "scrap", NULL };
static const char *const rounds[] = { "opening", "round", NULL };

const struct subject_row subjects[SUBJECTS] = {
	[SUBJECT_PERSON] = { "person", "staff", "name", ALL_STAFF, MANAGERS, .of_person = true,
	    .field = {
		{ "name", FIELD_PRIVATE, .must = true }, { "phone", FIELD_PRIVATE },
		{ "code", FIELD_PRIVATE },		/* clocks in with it; nobody else has it */
		{ "post", FIELD_TEXT }, { "account", FIELD_ACCOUNT }, { "skills", FIELD_SERVICES } },
	    .state = { "here", "left" }, .over = IN(1),
	    .step = { { "leave", IN(0), 1, MANAGERS } } },
	[SUBJECT_SHIFT] = { "shift", "shifts", "name", ALL_STAFF, MANAGERS,
	    .field = {
		{ "name", FIELD_TEXT, .must = true }, { "from", FIELD_MINUTE, .must = true }, { "to", FIELD_MINUTE, .must = true },
		{ "lunch_from", FIELD_MINUTE }, { "lunch_to", FIELD_MINUTE } },
	    .state = { "used", "ended" }, .over = IN(1),
	    .step = { { "end", IN(0), 1, MANAGERS } } },
	[SUBJECT_DUTY] = { "duty", "roster", NULL, ALL_STAFF, MANAGERS, .day = "day", .keep_days = 40,
	    .field = {
		{ "day", FIELD_DAY, .must = true }, { "person", FIELD_RECORD, .of = SUBJECT_PERSON, .must = true },
		{ "shift", FIELD_RECORD, .of = SUBJECT_SHIFT, .must = true }, { "window", FIELD_WINDOW },
		{ "post", FIELD_CHOICE, .names = posts },	/* b stands in when a leaves it */
		{ "lunch", FIELD_FLAG } },			/* works over lunch */
	    .state = { "planned", "dropped" }, .over = IN(1),
	    .step = { { "drop", IN(0), 1, MANAGERS } } },
	[SUBJECT_LEAVE] = { "leave", "leave", NULL, ALL_STAFF, ALL_STAFF & ~BIT(INSPECTOR), .of_person = true, .day = "to", .keep_days = 40,
	    .field = {
		{ "person", FIELD_RECORD, .of = SUBJECT_PERSON, .must = true, .fixed = true },
		{ "from", FIELD_DAY, .must = true }, { "to", FIELD_DAY, .must = true }, { "half", FIELD_CHOICE, .names = halves },
		{ "kind", FIELD_CHOICE, .names = leaves, .must = true }, { "reason", FIELD_PRIVATE } },
	    .state = { "asked", "approved", "refused", "withdrawn" }, .over = IN(2) | IN(3),
	    .step = { { "approve", IN(0), 1, MANAGERS }, { "refuse", IN(0), 2, MANAGERS },
		{ "withdraw", IN(0) | IN(1), 3, ALL_STAFF & ~BIT(INSPECTOR) } } },
	[SUBJECT_ATTENDANCE] = { "attendance", "attendance", NULL, ALL_STAFF, MANAGERS, .of_person = true, .day = "day",
	    .keep_days = 40,
	    .field = {
		{ "day", FIELD_DAY, .must = true, .fixed = true },
		{ "person", FIELD_RECORD, .of = SUBJECT_PERSON, .must = true, .fixed = true },
		{ "duty", FIELD_RECORD, .of = SUBJECT_DUTY, .own = true }, { "window", FIELD_WINDOW, .own = true },
		{ "account", FIELD_ACCOUNT, .own = true }, { "in", FIELD_TIME }, { "out", FIELD_TIME },	/* out: last seen to go, not back since */
		{ "how", FIELD_CHOICE, .names = ways, .own = true }, { "late_min", FIELD_NUMBER, .own = true },
		{ "early_min", FIELD_NUMBER, .own = true }, { "verdict", FIELD_CHOICE, .names = verdicts }, { "reason", FIELD_PRIVATE } },
	    .state = { "open", "settled" },
	    .step = { { "verify", IN(0) | IN(1), 1, MANAGERS, "reason" } } },
	[SUBJECT_PRESENCE] = { "presence", "presence", NULL, ALL_STAFF, ALL_STAFF & ~BIT(INSPECTOR), .of_person = true,
	    .field = {
		{ "person", FIELD_RECORD, .of = SUBJECT_PERSON, .must = true, .fixed = true },
		{ "status", FIELD_CHOICE, .names = whereabouts, .must = true }, { "until", FIELD_TIME },
		{ "since", FIELD_TIME, .own = true }, { "window", FIELD_WINDOW, .own = true },	/* away from it, while it is paused */
		{ "reason", FIELD_PRIVATE } },
	    .state = { "now", "over" }, .over = IN(1),
	    .step = { { "end", IN(0), 1, ALL_STAFF & ~BIT(INSPECTOR) } } },
	[SUBJECT_CARD] = { "card", "cards", NULL, DESKS, 0, .day = "day",	/* until it is closed what was cleared is known, so that it does not come again, and what nobody clears of people and windows */
	    .field = {
		{ "kind", FIELD_CHOICE, .names = cards, .own = true }, { "window", FIELD_WINDOW, .own = true },
		{ "person", FIELD_RECORD, .of = SUBJECT_PERSON, .own = true }, { "about", FIELD_NUMBER, .own = true },	/* id of an item, a roll, a repair */
		{ "device", FIELD_TEXT, .own = true },		/* whose paper it is, or which is to be repaired */
		{ "since", FIELD_TIME, .own = true }, { "day", FIELD_DAY, .own = true }, { "reason", FIELD_PRIVATE } },
	    .state = { "lit", "cleared" },
	    .step = { { "clear", IN(0), 1, MANAGERS, "reason" } } },
	[SUBJECT_SCORE] = { "score", "scores", NULL, ALL_STAFF, MANAGERS, .of_person = true, .day = "day", .keep_days = 40,	/* beside those that follow from rules, report/score.c */
	    .field = {
		{ "day", FIELD_DAY, .must = true }, { "person", FIELD_RECORD, .of = SUBJECT_PERSON, .must = true, .fixed = true },
		{ "score", FIELD_NUMBER, .least = -100, .most = 100, .must = true },
		{ "event", FIELD_NUMBER },			/* of the log, that it is for or makes up for */
		{ "reason", FIELD_PRIVATE, .must = true } },
	    .state = { "done", "withdrawn" }, .over = IN(1),
	    .step = { { "withdraw", IN(0), 1, MANAGERS, "reason" } } },

	[SUBJECT_ITEM] = { "item", "stock", "name", ALL_STAFF, MANAGERS,	/* who asks for some has to know what there is */
	    .field = {
		{ "code", FIELD_TEXT, .must = true }, { "name", FIELD_TEXT, .must = true }, { "unit", FIELD_TEXT, .must = true },
		{ "spec", FIELD_TEXT }, { "pack", FIELD_NUMBER, .least = 1 }, { "safety", FIELD_NUMBER }, { "lead_days", FIELD_NUMBER, .most = 365 },
		{ "cost", FIELD_MONEY }, { "roll_mm", FIELD_NUMBER },	/* of paper: the length of one */
		{ "since", FIELD_DAY, .own = true }, { "warned", FIELD_TIME, .own = true },	/* that there is too little; left out: there is enough, or nobody was told yet */
		{ "per_1000", FIELD_NUMBER, .most = 1000000 },	/* so many of it take a thousand who are served: booked by itself when a day is closed; 0: not */
		{ "booked", FIELD_DAY, .own = true }, { "counted", FIELD_NUMBER, .own = true },	/* for this day, and so many who were served on it */
		{ "owed", FIELD_NUMBER, .own = true } },	/* thousandths of one that were used beyond */
	    .state = { "used", "ended" }, .over = IN(1),
	    .step = { { "end", IN(0), 1, MANAGERS } } },
	[SUBJECT_BATCH] = { "batch", "batches", NULL, DESKS, 0,
	    .field = {
		{ "item", FIELD_RECORD, .of = SUBJECT_ITEM, .own = true }, { "place", FIELD_TEXT, .own = true }, { "day", FIELD_DAY, .own = true },
		{ "got", FIELD_NUMBER, .own = true }, { "left", FIELD_NUMBER, .own = true }, { "cost", FIELD_MONEY, .own = true },	/* of one */
		{ "expires", FIELD_DAY, .own = true } },
	    .state = { "there", "empty" }, .over = IN(1) },
	[SUBJECT_MOVE] = { "move", "moves", NULL, DESKS, BIT(GUIDE) | MANAGERS, .day = "day", .keep_days = 40,	/* of them follows what is used a day */
	    .open_words = true,
	    .field = {
		{ "item", FIELD_RECORD, .of = SUBJECT_ITEM, .must = true }, { "kind", FIELD_CHOICE, .names = moves, .must = true },
		{ "quantity", FIELD_NUMBER, .must = true },	/* count: so many are there */
		{ "place", FIELD_TEXT },			/* left out: wherever they are */
		{ "to", FIELD_TEXT },				/* out: another place, where they are stock as before */
		{ "batch", FIELD_RECORD, .of = SUBJECT_BATCH, .own = true }, { "device", FIELD_TEXT },
		{ "cost", FIELD_MONEY }, { "expires", FIELD_DAY }, { "day", FIELD_DAY, .own = true }, { "request", FIELD_NUMBER, .own = true },
		{ "difference", FIELD_NUMBER, .least = -1000000000, .own = true },	/* in stock; what goes to another place, or was out before, makes none */
		{ "corrects", FIELD_NUMBER },			/* id of a wrong one */
		{ "reason", FIELD_PRIVATE } },
	    .state = { "done" } },
	[SUBJECT_REQUEST] = { "request", "requests", NULL, ALL_STAFF, ALL_STAFF & ~BIT(INSPECTOR),
	    .open_words = true,
	    .field = {
		{ "item", FIELD_RECORD, .of = SUBJECT_ITEM, .must = true }, { "quantity", FIELD_NUMBER, .least = 1, .must = true },
		{ "place", FIELD_TEXT },			/* where they are taken from; left out: wherever they are */
		{ "device", FIELD_TEXT }, { "by", FIELD_ACCOUNT, .own = true }, { "reason", FIELD_PRIVATE } },
	    .state = { "pending", "approved", "refused", "issued", "installed", "withdrawn" }, .over = IN(2) | IN(4) | IN(5),
	    .step = { { "approve", IN(0), 1, MANAGERS }, { "refuse", IN(0), 2, MANAGERS, "reason" },
		{ "withdraw", IN(0), 5, ALL_STAFF & ~BIT(INSPECTOR) },	/* who asked, and managers */
		{ "issue", IN(1), 3, BIT(GUIDE) | MANAGERS },
		{ "install", IN(3), 4, ALL_STAFF & ~BIT(INSPECTOR) } } },
	[SUBJECT_ORDER] = { "order", "orders", NULL, DESKS, MANAGERS,
	    .open_words = true,
	    .field = {
		{ "item", FIELD_RECORD, .of = SUBJECT_ITEM, .must = true, .fixed = true }, { "quantity", FIELD_NUMBER, .least = 1, .must = true },
		{ "due", FIELD_DAY }, { "vendor", FIELD_PRIVATE }, { "cost", FIELD_MONEY },	/* of one */
		{ "expires", FIELD_DAY }, { "place", FIELD_TEXT },
		{ "request", FIELD_RECORD, .of = SUBJECT_REQUEST } },	/* that it is to serve */
	    .state = { "ordered", "received", "cancelled" }, .over = IN(1) | IN(2),
	    .step = { { "receive", IN(0), 1, BIT(GUIDE) | MANAGERS }, { "cancel", IN(0), 2, MANAGERS } } },
	[SUBJECT_ROLL] = { "roll", "rolls", NULL, DESKS, 0,
	    .field = {
		{ "device", FIELD_TEXT, .own = true }, { "item", FIELD_RECORD, .of = SUBJECT_ITEM, .own = true },
		{ "batch", FIELD_RECORD, .of = SUBJECT_BATCH, .own = true }, { "mm", FIELD_NUMBER, .own = true },	/* its length */
		{ "put", FIELD_TIME, .own = true }, { "near", FIELD_TIME, .own = true },	/* the sensor said that it is nearly out, and then */
		{ "near_mm", FIELD_NUMBER, .least = -1000000000, .own = true },	/* so much was left by the book, and */
		{ "drift_mm", FIELD_NUMBER, .least = -1000000000, .own = true },	/* so much more than by the sensor */
		{ "warned", FIELD_TIME, .own = true },				/* that it ends before the hall closes */
		{ "used_mm", FIELD_NUMBER, .own = true } },	/* when it was taken out */
	    .state = { "in", "out" }, .over = IN(1) },

	[SUBJECT_ASSET] = { "asset", "equipment", "no", DESKS, MANAGERS,
	    .open_words = true,
	    .field = {
		{ "no", FIELD_TEXT, .must = true }, { "kind", FIELD_TEXT, .must = true }, { "model", FIELD_TEXT }, { "serial", FIELD_TEXT },
		{ "place", FIELD_TEXT }, { "window", FIELD_WINDOW }, { "device", FIELD_TEXT }, { "address", FIELD_NUMBER, .most = 65535 },
		{ "bought", FIELD_DAY }, { "warranty", FIELD_DAY }, { "keeper", FIELD_RECORD, .of = SUBJECT_PERSON }, { "vendor", FIELD_PRIVATE },
		{ "contract", FIELD_TEXT }, { "cost", FIELD_MONEY } },
	    .state = { "used", "spare", "retired" }, .over = IN(2),
	    .step = { { "put_aside", IN(0), 1, MANAGERS }, { "use", IN(1), 0, MANAGERS }, { "retire", IN(0) | IN(1), 2, MANAGERS } } },
	[SUBJECT_REPAIR] = { "repair", "repairs", NULL, DESKS, BIT(GUIDE) | MANAGERS,
	    .open_words = true,
	    .field = {
		{ "asset", FIELD_RECORD, .of = SUBJECT_ASSET }, { "device", FIELD_TEXT }, { "address", FIELD_NUMBER, .most = 65535 },
		{ "fault", FIELD_PRIVATE, .must = true }, { "reported", FIELD_TIME, .own = true }, { "fixed", FIELD_TIME, .own = true },
		{ "person", FIELD_RECORD, .of = SUBJECT_PERSON }, { "item", FIELD_RECORD, .of = SUBJECT_ITEM },	/* a spare from stock */
		{ "quantity", FIELD_NUMBER }, { "cost", FIELD_MONEY }, { "note", FIELD_PRIVATE } },
	    .state = { "reported", "assigned", "on_site", "fixed", "verified", "closed" }, .over = IN(5),
	    .step = { { "assign", IN(0) | IN(1), 1, MANAGERS, "person" }, { "arrive", IN(0) | IN(1), 2, BIT(GUIDE) | MANAGERS },
		{ "fix", IN(0) | IN(1) | IN(2), 3, BIT(GUIDE) | MANAGERS }, { "verify", IN(3), 4, MANAGERS },	/* which closes it */
		{ "close", IN(0) | IN(1) | IN(2), 5, MANAGERS, "note" },	/* nothing was to be repaired */
		{ "reopen", IN(3), 0, MANAGERS } } },
	[SUBJECT_INSPECTION] = { "inspection", "inspections", NULL, DESKS, BIT(GUIDE) | MANAGERS, .day = "day", .keep_days = 40,
	    .open_words = true,
	    .field = {
		{ "day", FIELD_DAY, .must = true }, { "kind", FIELD_CHOICE, .names = rounds, .must = true }, { "at", FIELD_TIME, .own = true },
		{ "points", FIELD_NUMBER, .most = 10000, .must = true }, { "bad", FIELD_NUMBER, .most = 10000 }, { "findings", FIELD_TEXT, .own = true },	/* of the opening check, see ready_summary; what people find is a note */
		{ "note", FIELD_PRIVATE }, { "by_itself", FIELD_FLAG, .own = true } },	/* else people looked */
	    .state = { "done" } },
};
