/* A ledger under test, and its folder read beside it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/sha.h>
#include <sqlite3.h>

#include "daemon/base/util.h"
#include "daemon/core/number/number.h"
#include "daemon/store/load.h"
#include "daemon/store/schema.h"
#include "tests/hall_fixture.h"
#include "tests/store_fixture.h"

const char *
store_path(const char *dir, const char *file)
{
	static char paths[4][512];
	static int at;
	char *path = paths[at++ % 4];

	snprintf(path, sizeof paths[0], "%s/%s", dir, file);
	return path;
}

/* The folder and the ledger. */

void
store_make(struct store *s)
{
	static struct fixture f;

	fixture_open(&f);
	*s = (struct store){ .layout = f.layout, .base = event_base_new() };
	s->layout.day_starts_min = 240;
	s->layout.policy.double_press_s = s->layout.policy.recall_gap_s = s->layout.policy.recall_max = 0;
	event_base_priority_init(s->base, 3);
	s->clock = clock_new(s->base);
	strcpy(s->dir, "/tmp/test_store.XXXXXX");
	assert_non_null(mkdtemp(s->dir));
}

void
store_clear(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	while ((entry = readdir(d)) != NULL)
		unlink(store_path(dir, entry->d_name));
	closedir(d);
}

void
store_remove(struct store *s)
{
	store_close(s);
	store_clear(s->dir);
	rmdir(s->dir);
	clock_free(s->clock);
	event_base_free(s->base);
	s->base = NULL;
}

int
store_open(struct store *s)
{
	s->ledger = ledger_open(s->clock, &s->layout, s->dir, s->error, sizeof s->error);
	return s->ledger == NULL ? -1 : 0;
}

void
store_opens(struct store *s)
{
	if (store_open(s) == -1)
		fail_msg("%s", s->error);
}

void
store_close(struct store *s)
{
	ledger_close(s->ledger);
	s->ledger = NULL;
}

/* Asking.  The one who asks is told once: the store knows where by the entry. */

struct question {
	struct store	*store;
	struct asked	*asked;
	struct command	 cmd;
};

static void
tell(struct question *q, enum refusal outcome)
{
	assert_false(q->asked->told);
	q->asked->told = true;
	q->asked->outcome = outcome;
	q->store->waiting--;
	free(q);
}

static void
submitted(void *arg, enum refusal outcome)
{
	tell(arg, outcome);
}

static void
render(struct question *q, const struct change *change)
{
	const struct hall *h = ledger_next(q->store->ledger);
	const struct ticket *t = hall_ticket(h, change->ticket);

	if (q->cmd.verb == DO_ISSUE)
		snprintf(q->asked->answer, sizeof q->asked->answer, "%s %s", t->number, t->token);
	else
		snprintf(q->asked->answer, sizeof q->asked->answer, "%d %s", q->cmd.window, t == NULL ? "-" : t->number);
}

static void
keep(struct question *q, const char *key)
{
	struct answer_row row = { .status = 200, .body = q->asked->answer, .at_ms = ledger_now(q->store->ledger).wall_ms };

	strcpy(row.key, key);
	digest(row.request, verbs[q->cmd.verb].name, strlen(verbs[q->cmd.verb].name));
	ledger_keep(q->store->ledger, &row);
}

static void
ask(void *arg, enum refusal refusal)
{
	struct question *q = arg;
	struct ledger *l = q->store->ledger;
	const struct answer *kept = NULL;
	struct change change;
	char key[DIGEST_MAX];

	if (q->asked->key != NULL) {
		digest(key, q->asked->key, strlen(q->asked->key));
		kept = answers_find(ledger_answers(l), key);
	}
	if (kept != NULL && kept->state == ANSWER_PENDING) {
		ledger_wait(l, ask, q);
		return;
	}
	if (kept != NULL && kept->state == ANSWER_KEPT) {
		snprintf(q->asked->answer, sizeof q->asked->answer, "%s", kept->row.body);
		tell(q, OK);
		return;
	}
	if (kept != NULL)
		refusal = OUTCOME_UNKNOWN;
	if (refusal != OK || (refusal = ledger_submit(l, &q->cmd, &change, submitted, q)) != OK) {
		tell(q, refusal);
		return;
	}
	render(q, &change);
	if (q->asked->key != NULL)
		keep(q, key);
}

void
store_ask(struct store *s, struct asked *a, const char *key, const struct command *cmd)
{
	struct question *q = xcalloc(1, sizeof *q);

	*q = (struct question){ .store = s, .asked = a, .cmd = *cmd };
	*a = (struct asked){ .key = key };
	if (q->cmd.actor[0] == '\0')
		strcpy(q->cmd.actor, "ctl");
	s->waiting++;
	ask(q, OK);
}

void
store_issue(struct store *s, struct asked *a, const char *key, int service)
{
	struct command cmd = { .verb = DO_ISSUE, .service = service };

	random_token(cmd.token, 16);
	store_ask(s, a, key, &cmd);
}

void
store_window(struct store *s, struct asked *a, const char *key, enum verb verb, int window)
{
	store_ask(s, a, key, &(struct command){ .verb = verb, .window = window });
}

enum refusal
store_do(struct store *s, const struct command *cmd)
{
	struct asked a;

	store_ask(s, &a, NULL, cmd);
	store_settle(s);
	return a.outcome;
}

void
store_turn(struct store *s)
{
	event_base_loop(s->base, EVLOOP_NONBLOCK);
}

void
store_settle(struct store *s)
{
	while (s->waiting > 0)
		assert_int_equal(event_base_loop(s->base, EVLOOP_ONCE), 0);
}

void
store_recover(struct store *s)
{
	while (ledger_health(s->ledger) == OUTCOME_UNKNOWN)
		assert_int_equal(event_base_loop(s->base, EVLOOP_ONCE), 0);
}

/* Reading beside it: by plain SQL, one text a row. */

static sqlite3 *
open_plain(const char *dir)
{
	sqlite3 *lite;

	if (sqlite3_open_v2(store_path(dir, "halld.db"), &lite, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		fail_msg("%s: %s", dir, sqlite3_errmsg(lite));
	sqlite3_db_config(lite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return lite;
}

static sqlite3_stmt *
prepare(sqlite3 *lite, const char *sql)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(lite, sql, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(lite));
	return s;
}

int64_t
store_sql(const char *dir, const char *sql)
{
	sqlite3 *lite = open_plain(dir);
	sqlite3_stmt *s = prepare(lite, sql);
	int64_t value = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : -1;

	sqlite3_finalize(s);
	sqlite3_close(lite);
	return value;
}

int
store_tickets(const char *dir, const char *answer)
{
	char sql[160];

	snprintf(sql, sizeof sql, answer == NULL ? "SELECT count(*) FROM ticket" :
	    "SELECT count(*) FROM ticket WHERE number || ' ' || token = '%s'", answer);
	return store_sql(dir, sql);
}

static char wrong[512];

static const char *
whole(sqlite3 *lite)
{
	sqlite3_stmt *s = prepare(lite, "PRAGMA integrity_check");
	const char *is = sqlite3_step(s) == SQLITE_ROW ? (const char *)sqlite3_column_text(s, 0) : sqlite3_errmsg(lite);

	snprintf(wrong, sizeof wrong, "integrity_check: %s", is);
	bool ok = strcmp(is, "ok") == 0;
	sqlite3_finalize(s);
	return ok ? NULL : wrong;
}

/* Events are 1, 2, 3 ..., and each chain is the SHA-256 of the one before and the row, a column a line. */
static const char *
chained(sqlite3 *lite)
{
	sqlite3_stmt *s = prepare(lite, "SELECT seq, chain, printf('%d' || char(10) || '%d' || char(10) || '%d' || char(10)"
	    " || '%s' || char(10) || '%d' || char(10) || '%s' || char(10) || '%s' || char(10) || '%s' || char(10) || '%s',"
	    " seq, day, at_ms, boot, mono_ms, kind, actor, subject, body) FROM event ORDER BY seq");
	unsigned char chain[SHA256_DIGEST_LENGTH] = { 0 }, text[65536];
	const char *is = NULL;

	for (int64_t seq = 1; is == NULL && sqlite3_step(s) == SQLITE_ROW; seq++) {
		size_t len = sqlite3_column_bytes(s, 2);

		assert_true(len + sizeof chain <= sizeof text);
		memcpy(text, chain, sizeof chain);
		memcpy(text + sizeof chain, sqlite3_column_text(s, 2), len);
		SHA256(text, sizeof chain + len, chain);
		snprintf(wrong, sizeof wrong, "event %lld", (long long)sqlite3_column_int64(s, 0));
		if (sqlite3_column_int64(s, 0) != seq)
			is = strcat(wrong, ": the one before it is missing");
		else if (sqlite3_column_bytes(s, 1) != sizeof chain || memcmp(sqlite3_column_blob(s, 1), chain, sizeof chain) != 0)
			is = strcat(wrong, ": its chain is wrong");
	}
	sqlite3_finalize(s);
	return is;
}

/* The next row's text is this; NULL: there is no further row. */
static const char *
next_is(sqlite3_stmt *s, const char *table, const char *told)
{
	const char *row = sqlite3_step(s) == SQLITE_ROW ? (const char *)sqlite3_column_text(s, 0) : NULL;

	if (row == NULL && told == NULL)
		return NULL;
	if (row != NULL && told != NULL && strcmp(row, told) == 0)
		return NULL;
	snprintf(wrong, sizeof wrong, "%s: the row is %s, events say %s", table, row == NULL ? "missing" : row,
	    told == NULL ? "nothing" : told);
	return wrong;
}

/* The tickets of a hall are all rows from its first one on, to the end of its day or of the log. */
static void
bind_range(sqlite3_stmt *s, const struct hall *h, bool closing)
{
	sqlite3_bind_int64(s, 1, h->ticket_count == 0 ? h->last_ticket + INT64_C(1) : h->ticket[0].id);
	sqlite3_bind_int64(s, 2, closing ? h->last_ticket : INT64_MAX);
}

static const char *
tickets_told(sqlite3 *lite, const struct hall *h, bool closing)
{
	sqlite3_stmt *s = prepare(lite, "SELECT printf('%d %d %s %s %s %s %s [%s] %d rated %d big %d reprint %d files %d rehearsal %d void %d needs %d link %d remote %d', id, day, number, token, class,"
	    " lang, print, printer, issued_ms, rated, big, reprint, files, rehearsal, voided, needs, link, remote) FROM ticket WHERE id BETWEEN ?1 AND ?2 ORDER BY id");
	const char *is = NULL;
	char told[320];

	bind_range(s, h, closing);
	for (uint32_t i = 0; is == NULL && i < h->ticket_count; i++) {
		const struct ticket *t = &h->ticket[i];

		snprintf(told, sizeof told, "%u %d %s %s %s %s %s [%s] %lld rated %d big %d reprint %d files %d rehearsal %d void %d needs %d link %u remote %d", t->id, t->day, t->number, t->token,
		    h->class_id[t->class], language_name(t->language), print_state_name(t->print), t->printer,
		    (long long)t->issued_ms, t->rated, t->big, t->reprint, t->files, t->rehearsal,
		    t->voided, t->needs, t->link, t->remote);
		is = next_is(s, "ticket", told);
	}
	if (is == NULL)
		is = next_is(s, "ticket", NULL);
	sqlite3_finalize(s);
	return is;
}

static const char *
legs_told(sqlite3 *lite, const struct hall *h, bool closing)
{
	sqlite3_stmt *s = prepare(lite, "SELECT printf('%d/%d %s %s window %d entry %d called %d recalled %d started %d ended %d"
	    " recalls %d passes %d until %d no_start %d before %d to %d held %d until %d', ticket, n, service, state, window, entry_ms, called_ms,"
	    " recalled_ms, started_ms, ended_ms, recalls, passes, until, no_start, called_before, to_window, held_ms, held_until_ms) FROM leg"
	    " WHERE ticket BETWEEN ?1 AND ?2 ORDER BY ticket, n");
	const char *is = NULL;
	char told[400];

	bind_range(s, h, closing);
	for (uint32_t i = 0; is == NULL && i < h->ticket_count; i++)
		for (uint32_t at = h->ticket[i].first + 1, n = 1; is == NULL && at != 0; at = h->leg[at - 1].next, n++) {
			const struct leg *l = &h->leg[at - 1];

			snprintf(told, sizeof told, "%u/%u %s %s window %d entry %lld called %lld recalled %lld started %lld ended %lld"
			    " recalls %d passes %d until %d no_start %d before %d to %d held %lld until %lld", h->ticket[i].id, n,
			    h->service_id[l->service], leg_state_name(l->state), l->window, (long long)l->entry_ms,
			    (long long)l->called_ms, (long long)l->recalled_ms, (long long)l->started_ms, (long long)l->ended_ms,
			    l->recalls, l->passes, l->until, l->no_start, l->called_before, l->to, (long long)l->held_ms,
			    (long long)l->held_until_ms);
			is = next_is(s, "leg", told);
		}
	if (is == NULL)
		is = next_is(s, "leg", NULL);
	sqlite3_finalize(s);
	return is;
}

/* Those that the hall has; others are of days that are over. */
static const char *
bookings_told(sqlite3 *lite, const struct hall *h)
{
	sqlite3_stmt *s = prepare(lite, "SELECT printf('%d %s %s %s %s %d %d %s %d', id, code, service, class, lang, from_ms, to_ms, state, ticket)"
	    " FROM booking WHERE id = ?1");
	const char *is = NULL;
	char told[256];

	for (const struct booking *b = h->booking; is == NULL && b < h->booking + h->booking_count; b++) {
		snprintf(told, sizeof told, "%u %s %s %s %s %lld %lld %s %u", b->id, b->code, h->service_id[b->service],
		    h->class_id[b->class], language_name(b->language), (long long)b->from_ms, (long long)b->to_ms,
		    booking_state_name(b->state), b->ticket);
		sqlite3_reset(s);
		sqlite3_bind_int64(s, 1, b->id);
		is = next_is(s, "booking", told);
	}
	sqlite3_finalize(s);
	return is;
}

/* A window that nothing ever happened at may have no row. */
static const char *
windows_told(sqlite3 *lite, const struct hall *h)
{
	static const struct window untouched;
	sqlite3_stmt *s = prepare(lite, "SELECT printf('%d %s then %s ticket %d staff %d since %d next %d back %d lent %s until %d', no, state,"
	    " pending, ticket, staff, since_ms, next_ms, until_ms, lent, lent_until_ms) FROM window WHERE no = ?1");
	const char *is = NULL;
	char told[512], *lent;

	for (int no = 0; is == NULL && no <= WINDOW_NO_MAX; no++) {
		const struct window *w = &h->window[no];
		json_t *list = services_set(h, w->lent);

		lent = json_dumps(list, JSON_COMPACT);
		json_decref(list);

		snprintf(told, sizeof told, "%d %s then %s ticket %u staff %u since %lld next %lld back %lld lent %s until %lld", no,
		    window_state_name(w->state), pending_name(w->pending), w->ticket, w->staff, (long long)w->since_ms,
		    (long long)w->next_ms, (long long)w->until_ms, lent, (long long)w->lent_until_ms);
		free(lent);
		sqlite3_reset(s);
		sqlite3_bind_int(s, 1, no);
		if (memcmp(w, &untouched, sizeof *w) == 0 && sqlite3_step(s) == SQLITE_DONE)
			continue;
		sqlite3_reset(s);
		is = next_is(s, "window", told);
	}
	sqlite3_finalize(s);
	return is;
}

static const char *
counters_told(sqlite3 *lite, const struct hall *h)
{
	sqlite3_stmt *s = prepare(lite, "SELECT printf('%s %d %d', prefix, day, last) FROM counter WHERE prefix = ?1");
	sqlite3_stmt *all = prepare(lite, "SELECT CAST(count(*) AS TEXT) FROM counter");
	const char *is = NULL;
	char told[64];

	for (int i = 0; is == NULL && i < h->counter_count; i++) {
		snprintf(told, sizeof told, "%s %d %d", h->counter[i].prefix, h->counter[i].day, h->counter[i].last);
		sqlite3_reset(s);
		sqlite3_bind_text(s, 1, h->counter[i].prefix, -1, SQLITE_STATIC);
		is = next_is(s, "counter", told);
	}
	snprintf(told, sizeof told, "%d", h->counter_count);
	if (is == NULL)
		is = next_is(all, "counters", told);
	sqlite3_finalize(s);
	sqlite3_finalize(all);
	return is;
}

static const char *
rolls_told(sqlite3 *lite, const struct hall *h)
{
	sqlite3_stmt *s = prepare(lite, "SELECT printf('%s %d %d', device, used_mm, asked) FROM roll WHERE device = ?1");
	sqlite3_stmt *all = prepare(lite, "SELECT CAST(count(*) AS TEXT) FROM roll");
	const char *is = NULL;
	char told[64];

	for (int i = 0; is == NULL && i < h->roll_count; i++) {
		snprintf(told, sizeof told, "%s %d %d", h->roll[i].device, h->roll[i].used_mm, h->roll[i].asked);
		sqlite3_reset(s);
		sqlite3_bind_text(s, 1, h->roll[i].device, -1, SQLITE_STATIC);
		is = next_is(s, "roll", told);
	}
	snprintf(told, sizeof told, "%d", h->roll_count);
	if (is == NULL)
		is = next_is(all, "rolls", told);
	sqlite3_finalize(s);
	sqlite3_finalize(all);
	return is;
}

/* What visitors said, as far as the events tell it. */
static const char *
ratings_told(sqlite3 *lite)
{
	sqlite3_stmt *s = prepare(lite, "SELECT group_concat(printf('%d %d %d %s', ticket, grade, at_ms, note)) FROM"
	    " (SELECT * FROM rating ORDER BY ticket)");
	sqlite3_stmt *events = prepare(lite, "SELECT group_concat(printf('%d %d %d %s', ticket, grade, at_ms, note)) FROM"
	    " (SELECT body ->> 'ticket' AS ticket, body ->> 'grade' AS grade, at_ms, body ->> 'note' AS note FROM event"
	    "  WHERE kind = 'rating.given' ORDER BY ticket)");
	const char *is;

	assert_int_equal(sqlite3_step(events), SQLITE_ROW);
	is = next_is(s, "ratings", (const char *)sqlite3_column_text(events, 0));
	sqlite3_finalize(s);
	sqlite3_finalize(events);
	return is;
}

/* Notes may have been erased, but none belongs to no event. */
static const char *
notes_told(sqlite3 *lite)
{
	sqlite3_stmt *s = prepare(lite, "SELECT CAST(count(*) AS TEXT) FROM note WHERE id NOT IN"
	    " (SELECT body ->> 'note' FROM event WHERE body ->> 'note' IS NOT NULL)");
	const char *is = next_is(s, "notes of no event", "0");

	sqlite3_finalize(s);
	return is;
}

/* The hall as a start makes it. */
static const char *
start(const char *dir, const struct layout *l, struct hall *h)
{
	char error[256];
	struct db *db = db_open(store_path(dir, "halld.db"), &hall_schema, error, sizeof error);
	const char *is = NULL;

	hall_init(h, l);
	if (db == NULL || load_hall(db, h, 0, error, sizeof error) == -1) {
		snprintf(wrong, sizeof wrong, "%.500s", error);
		is = wrong;
	}
	db_close(db);
	return is;
}

/* An event of the log, carried out. */
static const char *
carry_out(struct hall *h, sqlite3_stmt *s, enum fact_kind kind)
{
	struct fact f = { .kind = kind, .seq = sqlite3_column_int64(s, 0), .at = { .day = sqlite3_column_int(s, 1),
	    .wall_ms = sqlite3_column_int64(s, 2), .steady_ms = sqlite3_column_int64(s, 3) } };
	json_t *body = json_loads((const char *)sqlite3_column_text(s, 5), 0, NULL);
	bool ok = body != NULL && fact_read(h, &f, body) == 0 && hall_apply(h, &f) == 0;

	json_decref(body);
	if (ok)
		return NULL;
	snprintf(wrong, sizeof wrong, "event %lld does not fit", (long long)f.seq);
	return wrong;
}

/* Everything that was ever told, into an empty hall; the rows of tickets are looked at before they leave it. */
static const char *
fold(sqlite3 *lite, const struct layout *l, struct hall *h)
{
	sqlite3_stmt *s = prepare(lite, "SELECT seq, day, at_ms, mono_ms, kind, body FROM event ORDER BY seq");
	const char *is = NULL;

	hall_init(h, l);
	while (is == NULL && sqlite3_step(s) == SQLITE_ROW) {
		enum fact_kind kind = fact_find((const char *)sqlite3_column_text(s, 4));

		if (kind == HALL_DAY_CLOSED && (is = tickets_told(lite, h, true)) == NULL)
			is = legs_told(lite, h, true);
		if (is == NULL)
			is = carry_out(h, s, kind);
	}
	sqlite3_finalize(s);
	return is;
}

/* Both ways to the hall of now lead to the same one. */
static const char *
told_twice(const struct hall *all, const struct hall *started)
{
	const char *is = hall_differs(all, started);

	if (is == NULL)
		return NULL;
	snprintf(wrong, sizeof wrong, "all events and those since the last closed day make different halls: %.200s", is);
	return wrong;
}

const char *
store_wrong(const char *dir, const struct layout *l)
{
	static struct hall told, started;
	const char *is = start(dir, l, &started);
	sqlite3 *lite;

	if (is != NULL)
		return is;
	lite = open_plain(dir);
	if ((is = whole(lite)) == NULL && (is = chained(lite)) == NULL && (is = fold(lite, l, &told)) == NULL &&
	    (is = told_twice(&told, &started)) == NULL && (is = tickets_told(lite, &told, false)) == NULL &&
	    (is = legs_told(lite, &told, false)) == NULL && (is = windows_told(lite, &told)) == NULL)
		is = counters_told(lite, &told);
	if (is == NULL)
		is = bookings_told(lite, &told);
	if (is == NULL)
		is = rolls_told(lite, &told);
	if (is == NULL)
		is = ratings_told(lite);
	if (is == NULL)
		is = notes_told(lite);
	sqlite3_close(lite);
	return is;
}

void
store_holds(const struct store *s, const char *what)
{
	const char *is = store_wrong(s->dir, &s->layout);

	if (is != NULL)
		fail_msg("%s: %s", what, is);
}

int
store_number(const char *name, int otherwise)
{
	const char *value = getenv(name);

	return value == NULL ? otherwise : atoi(value);
}
