/* Days as reports count them, in a file of their own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/core/calendar.h"
#include "daemon/report/day.h"
#include "daemon/report/figures.h"

enum { PUT_VISIT, PUT_WINDOW_HALF, PUT_PEAK, PUT_DAY, PUT_ENTRY, END_ENTRY, PUT_PAPER, PUT_DUTY, PUT_DEVICE, PUT_MANNED, DROP_DAYS, DROP_VISITS,
	DROP_WINDOW_HALVES, DROP_PEAKS, DROP_MANNED, DROP_ENTRIES, DROP_PAPER, DROP_DUTY, DROP_DEVICES, LAST_DAY, LACKS, GET_EPOCH, PUT_EPOCH,
	FIGURES };
#define REPORTS_MAX 64
#define AT_ONCE_MS 5000

/* They follow from the log: with tables that are other ones, or are counted otherwise, they are made again, and what was before is no database of theirs. */
#define VERSION 4
#define APPLICATION_ID (0x66670000 + VERSION)

static const char *const migrations[] = {
	"CREATE TABLE day ("
	" day INTEGER PRIMARY KEY,"		/* business day, 20261124 */
	" seq INTEGER NOT NULL,"		/* of the last event that is counted */
	" closed INTEGER NOT NULL,"		/* nothing will come any more */
	" flagged INTEGER NOT NULL,"		/* the clock was stepped */
	" restarts INTEGER NOT NULL,"
	" away_ms INTEGER NOT NULL"		/* at most so long halld did not run, within the day */
	") STRICT;"

	/* Unix ms and 0: not; _ms of what took time, NULL: it did not come to that; half hours 0 to 47 of the clock in the hall. */
	"CREATE TABLE visit ("
	" day INTEGER NOT NULL, ticket INTEGER NOT NULL, n INTEGER NOT NULL,"
	" number TEXT NOT NULL, service TEXT NOT NULL, class TEXT NOT NULL, channel TEXT NOT NULL, state TEXT NOT NULL,"
	" window INTEGER NOT NULL, staff INTEGER NOT NULL,"
	" issued_ms INTEGER NOT NULL, called_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL,"
	" half_issued INTEGER, half_called INTEGER, half_ended INTEGER,"
	" wait_ms INTEGER, way_ms INTEGER, service_ms INTEGER,"
	" recalls INTEGER NOT NULL, passes INTEGER NOT NULL, files INTEGER NOT NULL, grade INTEGER NOT NULL,"
	" first INTEGER NOT NULL,"
	" rule TEXT NOT NULL,"			/* why it was called, at last */
	" started_ms INTEGER NOT NULL,"		/* Unix ms; 0: not yet, or never */
	" rated_seq INTEGER NOT NULL,"		/* event; 0: it was not */
	" PRIMARY KEY (day, ticket, n)"
	") STRICT, WITHOUT ROWID;"

	"CREATE TABLE window_half ("
	" day INTEGER NOT NULL, half INTEGER NOT NULL, window INTEGER NOT NULL,"
	" open_ms INTEGER NOT NULL, idle_ms INTEGER NOT NULL,"
	" beside_ms INTEGER NOT NULL,"		/* idle while somebody waited */
	" paused_ms INTEGER NOT NULL,"
	" PRIMARY KEY (day, half, window)"
	") STRICT, WITHOUT ROWID;"

	/* Somebody was signed in at a window, Unix ms. */
	"CREATE TABLE manned ("
	" day INTEGER NOT NULL, window INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,"
	" PRIMARY KEY (day, window, from_ms)"
	") STRICT, WITHOUT ROWID;"

	"CREATE TABLE peak ("
	" day INTEGER NOT NULL, half INTEGER NOT NULL, service TEXT NOT NULL,"	/* empty: in the hall */
	" waiting INTEGER NOT NULL,"
	" PRIMARY KEY (day, half, service)"
	") STRICT, WITHOUT ROWID;"

	/* What was written of records of hall management and of bookings, and devices that failed and came back. */
	"CREATE TABLE entry ("
	" seq INTEGER PRIMARY KEY,"		/* of its event */
	" day INTEGER NOT NULL, at_ms INTEGER NOT NULL,"	/* business day, which need not be one that was used */
	" kind TEXT NOT NULL,"			/* of the event: staff.duty, stock.move, device.fault, ... */
	" id INTEGER NOT NULL, rev INTEGER NOT NULL,"	/* of the record; else 0 */
	" of_day INTEGER NOT NULL,"		/* that the record is of, 20261124; 0: of none */
	" over INTEGER NOT NULL,"		/* nothing can come of the record any more */
	" until_day INTEGER NOT NULL DEFAULT 99999999,"	/* business day on which the record was written again; 99999999: it is as here */
	" body TEXT NOT NULL"			/* JSON: the record, else the event's body */
	") STRICT;"
	"CREATE INDEX entry_kind ON entry (kind, id, rev);"
	"CREATE INDEX entry_of ON entry (kind, of_day);"
	"CREATE INDEX entry_until ON entry (kind, over, until_day, day);"
	/* About so many there are, of a kind, and so on: by itself SQLite takes ten for many, and goes through them again and again. */
	"ANALYZE sqlite_schema;"
	"INSERT INTO sqlite_stat1 VALUES ('entry', 'entry_kind', '100000 10000 2 1'), ('entry', 'entry_of', '100000 10000 50'),"
	" ('entry', 'entry_until', '100000 10000 5000 20 20');"
	"ANALYZE sqlite_schema;"
	"CREATE TABLE log (epoch INTEGER NOT NULL) STRICT;"	/* that was counted */

	/* Paper that printers took. */
	"CREATE TABLE paper ("
	" day INTEGER NOT NULL, device TEXT NOT NULL,"
	" tickets INTEGER NOT NULL,"		/* that came out, each time */
	" mm INTEGER NOT NULL,"			/* also of those that did not come out whole */
	" PRIMARY KEY (day, device)"
	") STRICT, WITHOUT ROWID;"

	/* When the hall was open on its days, and the devices that it had. */
	"CREATE TABLE duty ("
	" day INTEGER PRIMARY KEY,"
	" from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL"	/* Unix ms, from the first opening to the last closing */
	") STRICT;"
	"CREATE TABLE device ("
	" day INTEGER NOT NULL, device TEXT NOT NULL, address INTEGER NOT NULL,"
	" PRIMARY KEY (day, device, address)"
	") STRICT, WITHOUT ROWID;",
	NULL
};

static const char *const own[FIGURES] = {
	[PUT_VISIT] = "INSERT INTO visit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,"
	    " ?21, ?22, ?23, ?24, ?25, ?26, ?27)",
	/* A day that was closed twice is counted together. */
	[PUT_WINDOW_HALF] = "INSERT INTO window_half VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET open_ms = open_ms + ?4,"
	    " idle_ms = idle_ms + ?5, beside_ms = beside_ms + ?6, paused_ms = paused_ms + ?7",
	[PUT_PEAK] = "INSERT INTO peak VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET waiting = max(waiting, ?4)",
	[PUT_DAY] = "INSERT INTO day VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET seq = ?2, closed = ?3, flagged = ?4, restarts = ?5,"
	    " away_ms = ?6",
	[GET_EPOCH] = "SELECT epoch FROM log",
	[PUT_EPOCH] = "INSERT INTO log VALUES (?1)",
	[PUT_ENTRY] = "INSERT INTO entry (seq, day, at_ms, kind, id, rev, of_day, over, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[END_ENTRY] = "UPDATE entry SET until_day = ?1 WHERE kind = ?2 AND id = ?3 AND rev = ?4 - 1",
	[PUT_PAPER] = "INSERT INTO paper VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET tickets = tickets + ?3, mm = mm + ?4",
	[DROP_PAPER] = "DELETE FROM paper WHERE day BETWEEN ?1 AND ?2",
	[PUT_DUTY] = "INSERT OR REPLACE INTO duty VALUES (?1, ?2, ?3)",
	[PUT_MANNED] = "INSERT OR REPLACE INTO manned VALUES (?1, ?2, ?3, ?4)",
	[DROP_MANNED] = "DELETE FROM manned WHERE day BETWEEN ?1 AND ?2",
	[PUT_DEVICE] = "INSERT OR IGNORE INTO device VALUES (?1, ?2, ?3)",
	[DROP_DUTY] = "DELETE FROM duty WHERE day BETWEEN ?1 AND ?2",
	[DROP_DEVICES] = "DELETE FROM device WHERE day BETWEEN ?1 AND ?2",
	[DROP_DAYS] = "DELETE FROM day WHERE day BETWEEN ?1 AND ?2",
	[DROP_ENTRIES] = "DELETE FROM entry WHERE seq > ?1",
	[DROP_VISITS] = "DELETE FROM visit WHERE day BETWEEN ?1 AND ?2",
	[DROP_WINDOW_HALVES] = "DELETE FROM window_half WHERE day BETWEEN ?1 AND ?2",
	[DROP_PEAKS] = "DELETE FROM peak WHERE day BETWEEN ?1 AND ?2",
	/* A day that is not closed is counted from its beginning: it may be one that was closed once before. */
	[LAST_DAY] = "SELECT max(iif(closed, seq, 0)) FROM day",
	[LACKS] = "SELECT day, restarts, away_ms, flagged, NOT closed FROM day WHERE day BETWEEN ?1 AND ?2"
	    " AND (restarts <> 0 OR flagged OR NOT closed OR away_ms >= 60000) ORDER BY day",
};

struct figures {
	struct db	*db;
	struct schema	 schema;
	const char	*statement[FIGURES + REPORTS_MAX];	/* ours, then those of the reports */
	struct reader	*reader;
	int64_t		 closed_seq;	/* closed the last day that is whole; 0: there is none */
	int64_t		 seq;		/* counted last */
};

/* Of the log that there is; one that was counted in no line of it yet is of this one. */
static bool
is_of(struct db *db, int64_t epoch)
{
	int64_t counted = 0;

	if (db_number(db, GET_EPOCH, NULL, 0, &counted) == -1)
		return false;
	return counted == 0 ? db_run(db, PUT_EPOCH, &INT(epoch), 1) == 0 : counted == epoch;
}

static void
forget(const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char more[300];

	for (int i = 0; i < 3; i++) {
		snprintf(more, sizeof more, "%s%s", path, ends[i]);
		unlink(more);
	}
}

/* One of another version, of another line of the log, or damaged, goes: it is made again. */
static struct db *
open_or_make(struct figures *f, const char *path, int64_t epoch, char *error, size_t cap)
{
	if ((f->db = db_open(path, &f->schema, error, cap)) == NULL)
		log_line("%s; figures are made again", error);
	else if (!is_of(f->db, epoch))
		log_line("%s: counted from another line of the log, or damaged; figures are made again", path);
	else
		return f->db;
	db_close(f->db);
	forget(path);
	f->db = db_open(path, &f->schema, error, cap);
	if (f->db != NULL && !is_of(f->db, epoch))
		snprintf(error, cap, "%s: cannot be written", path);
	return f->db;
}

struct figures *
figures_open(const char *dir, struct reader *reader, int64_t epoch, char *error, size_t cap)
{
	struct figures *f = xcalloc(1, sizeof *f);
	char path[256];

	snprintf(path, sizeof path, "%s/figures.db", dir);
	memcpy(f->statement, own, sizeof own);
	f->schema = (struct schema){ .of = "figures", .application_id = APPLICATION_ID, .migrations = migrations, .statements = f->statement,
	    .statement_count = FIGURES };
	for (int i = 0; report_at(i) != NULL; i++)
		f->statement[f->schema.statement_count++] = report_at(i)->sql;
	f->reader = reader;
	if ((f->db = open_or_make(f, path, epoch, error, cap)) == NULL || db_number(f->db, LAST_DAY, NULL, 0, &f->seq) == -1) {
		figures_close(f);
		return NULL;
	}
	f->closed_seq = f->seq;
	return f;
}

void
figures_close(struct figures *f)
{
	if (f == NULL)
		return;
	db_close(f->db);
	free(f);
}

bool
figures_sound(struct figures *f)
{
	char why[320];

	return db_check(f->db, why, sizeof why) == 0;
}

void
figures_remove(const char *dir)
{
	char path[256];

	snprintf(path, sizeof path, "%s/figures.db", dir);
	forget(path);
}

int64_t
figures_seq(const struct figures *f)
{
	return f->seq;
}

/* A day. */

struct filling {
	struct figures	*figures;
	struct day	*day;
	int		 date, first;	/* first: of the dates since the day before; 0: nothing is read yet */
	const struct layout *layout;	/* as it is now */
	layout_then	*then;
	void		*arg;
	int		 rev;		/* of the layout that the day goes by */
	int64_t		 seq, before_seq;	/* of the event counted last, and of the one that closed the day before */
	int64_t		 put_seq;	/* of the one up to which the day was put */
	bool		 closed, failed;
	struct day_state state;		/* of what was closed of it before, and goes on */
};

static struct value
half_of(int64_t wall_ms)
{
	int min;

	if (wall_ms == 0)
		return (struct value){ .type = V_NULL };
	date_at(wall_ms, &min);
	return INT(min / 30);
}

static struct value
took(int64_t ms)
{
	return ms == NO_TIME ? (struct value){ .type = V_NULL } : INT(ms);
}

static void
put(struct filling *f, int statement, const struct value *v, int count)
{
	if (!f->failed && db_run(f->figures->db, statement, v, count) == -1)
		f->failed = true;
}

static void
put_visit(void *arg, const struct visit *v)
{
	struct filling *f = arg;
	const struct value row[] = { INT(f->date), INT(v->ticket), INT(v->n), TEXT(v->number), TEXT(v->service), TEXT(v->class),
	    TEXT(channel_name(v->channel)), TEXT(leg_state_name(v->state)), INT(v->window), INT(v->staff), INT(v->issued_ms), INT(v->called_ms),
	    INT(v->ended_ms), half_of(v->issued_ms), half_of(v->called_ms), half_of(v->ended_ms), took(v->wait_ms), took(v->way_ms),
	    took(v->service_ms), INT(v->recalls), INT(v->passes), INT(v->files), INT(v->grade), INT(v->first),
	    TEXT(rule_name(v->rule)), INT(v->started_ms), INT(v->rated_seq) };

	put(f, PUT_VISIT, row, sizeof row / sizeof row[0]);
}

static void
put_window(void *arg, const struct window_half *w)
{
	struct filling *f = arg;

	put(f, PUT_WINDOW_HALF, (struct value[]){ INT(f->date), INT(w->half), INT(w->no), INT(w->ms[TIME_OPEN]), INT(w->ms[TIME_IDLE]),
	    INT(w->ms[TIME_BESIDE]), INT(w->ms[TIME_PAUSED]) }, 7);
}

static void
put_manned(void *arg, const struct manned *m)
{
	struct filling *f = arg;

	put(f, PUT_MANNED, (struct value[]){ INT(f->date), INT(m->no), INT(m->from_ms), INT(m->to_ms) }, 4);
}

static void
put_peak(void *arg, const struct peak *p)
{
	struct filling *f = arg;

	put(f, PUT_PEAK, (struct value[]){ INT(f->date), INT(p->half), TEXT(p->service == NULL ? "" : p->service), INT(p->waiting) }, 4);
}

struct dated { struct filling *filling; int date; };

static void
put_device(void *arg, const char *device, int address)
{
	const struct dated *of = arg;

	put(of->filling, PUT_DEVICE, (struct value[]){ INT(of->date), TEXT(device), INT(address) }, 3);
}

static void
put_duty(struct filling *f, int date, int64_t from_ms, int64_t to_ms)
{
	put(f, PUT_DUTY, (struct value[]){ INT(date), INT(from_ms), INT(to_ms) }, 3);
}

/* Days with hours on which nobody came, since the one before: halld ran, or did not. */
static void
put_skipped(struct filling *f)
{
	int64_t from_ms, to_ms, away_ms;

	for (int date = f->first; date < f->date; date = date_after(date, 1)) {
		if (!day_skipped(f->day, date, &from_ms, &to_ms))
			continue;
		away_ms = day_away_ms(f->day, date);
		put(f, PUT_DAY, (struct value[]){ INT(date), INT(f->before_seq), INT(true), INT(false), INT(0), INT(away_ms) }, 6);
		if (away_ms == to_ms - from_ms)
			continue;
		day_devices(f->day, put_device, &(struct dated){ f, date });
		put_duty(f, date, from_ms, to_ms);
	}
}

static void
put_day(struct filling *f)
{
	struct day_state state = day_state(f->day);
	int64_t from_ms, to_ms;

	f->put_seq = f->seq;
	f->state.flagged |= state.flagged;
	f->state.restarts += state.restarts;
	day_visits(f->day, put_visit, f);
	day_windows(f->day, put_window, f);
	day_manned(f->day, put_manned, f);
	day_peaks(f->day, put_peak, f);
	day_devices(f->day, put_device, &(struct dated){ f, f->date });
	if (day_duty(f->day, f->date, f->closed, &from_ms, &to_ms))
		put_duty(f, f->date, from_ms, to_ms);
	put(f, PUT_DAY, (struct value[]){ INT(f->date), INT(f->seq), INT(f->closed), INT(f->state.flagged), INT(f->state.restarts),
	    INT(day_away_ms(f->day, f->date)) }, 6);
	put_skipped(f);
}

/* What the day goes by now: the layout of then, or if nobody knows it any more the one there is. */
static void
go_by(struct filling *f, int rev)
{
	struct layout *then;

	if (rev == f->rev)
		return;
	f->rev = rev;
	then = xcalloc(1, sizeof *then);
	day_layout(f->day, f->then(f->arg, rev, then) ? then : f->layout);
	free(then);
}

static void
put_entry(struct filling *f, const struct logged *e, const struct fact *fact)
{
	const json_t *record = json_object_get(e->body, "record");
	char *body = json_dumps(record != NULL ? record : e->body, JSON_COMPACT);
	const struct record *r = &fact->record;

	if (r->rev > 1)
		put(f, END_ENTRY, (struct value[]){ INT(e->day), TEXT(e->kind), INT(r->id), INT(r->rev) }, 4);
	put(f, PUT_ENTRY, (struct value[]){ INT(e->seq), INT(e->day), INT(e->at_ms), TEXT(e->kind), INT(r->id), INT(r->rev),
	    INT(r->id != 0 ? record_day(r) : 0), INT(r->id != 0 && record_over(r)), TEXT(body) }, 9);
	free(body);
}

/* All that was counted since the day before, of dates on which nothing but records came of it too. */
static void
begin(struct filling *f, int first)
{
	static const int drops[] = { DROP_DAYS, DROP_VISITS, DROP_WINDOW_HALVES, DROP_PEAKS, DROP_MANNED, DROP_PAPER, DROP_DUTY, DROP_DEVICES };

	f->first = first < f->date ? first : f->date;
	for (size_t i = 0; i < sizeof drops / sizeof drops[0]; i++)
		put(f, drops[i], (struct value[]){ INT(f->first), INT(f->date) }, 2);
}

static int
take_event(void *arg, const struct logged *e)
{
	struct filling *f = arg;
	struct hall *h = day_hall(f->day);
	struct fact fact;
	int its = logged_fact(h, e, &fact);

	if (f->first == 0)
		begin(f, its == 0 ? date_after(e->day, 1) : e->day);
	go_by(f, h->layout_rev);
	if (its == 0)
		day_begins(f->day, e->at_ms);
	if (its != 1)
		return its;
	f->seq = e->seq;
	if (day_fact(f->day, &fact) == -1)
		return -1;
	go_by(f, h->layout_rev);	/* another one from now on: what was before it has been counted */
	if (fact.kind >= BOOKING_MADE || fact.kind == DEVICE_FAULT || fact.kind == DEVICE_OK)
		put_entry(f, e, &fact);
	if (fact.kind == TICKET_PRINTED && fact.mm != 0 && e->day <= f->date)
		put(f, PUT_PAPER, (struct value[]){ INT(f->date), TEXT(fact.device), INT(fact.print != PRINT_QUEUED && fact.print != PRINT_FAILED),
		    INT(fact.mm) }, 4);
	/* A day that was none, within one that goes on after it, has been put by itself. */
	if (fact.kind != HALL_DAY_CLOSED) {
		f->closed = f->closed && (!h->day_open || e->day > f->date);	/* what is only written down after it opens it for nobody */
		return 0;
	}
	if (e->day <= f->date) {
		f->closed = true;
		put_day(f);
	}
	day_again(f->day);
	return f->failed ? -1 : hall_apply(h, &fact);
}

struct closing { int64_t at_ms, before_ms; bool at_start; };

static int
see_closing(void *arg, const struct logged *e)
{
	struct closing *closing = arg;

	closing->at_start = strcmp(e->kind, "hall.started") == 0 && e->at_ms - closing->at_ms < AT_ONCE_MS;
	closing->before_ms = closing->at_ms;
	closing->at_ms = e->at_ms;
	return 0;
}

/* When the day was closed, if it was as halld was started, which is told after it; else 0. */
static int64_t
closed_at_start(struct reader *reader, int64_t last)
{
	struct closing closing = { .at_ms = INT64_MIN / 2 };

	return reader_each(reader, &(struct stretch){ last - 1, last + 1 }, NULL, see_closing, &closing) == 0 && closing.at_start ? closing.before_ms : 0;
}

static int
fill(struct filling *f, struct stretch stretch)
{
	struct figures *g = f->figures;
	int result;

	f->day = day_new(f->layout);
	f->rev = -1;
	f->before_seq = stretch.after;
	day_ends_off(f->day, closed_at_start(g->reader, stretch.last));
	if (stretch.after > 0)
		stretch.after--;	/* what closed the day before has what was carried over */
	if (db_begin(g->db) == -1)
		result = -1;
	else {
		put(f, DROP_ENTRIES, &INT(stretch.after), 1);
		result = reader_each(g->reader, &stretch, NULL, take_event, f);
		if (result == 0 && f->put_seq != f->seq)
			put_day(f);
		if (result == -1 || f->failed) {
			db_rollback(g->db);
			result = -1;
		} else
			result = db_commit(g->db) == DB_OK ? 0 : -1;
	}
	day_free(f->day);
	db_checkpoint(g->db);
	return result;
}

int
figures_next_day(struct figures *g, const struct layout *layout, layout_then *then, void *arg)
{
	struct filling f = { .figures = g, .layout = layout, .then = then, .arg = arg };
	struct stretch stretch;

	if (reader_next(g->reader, g->closed_seq, &f.date, &stretch) == -1)
		return -1;
	if (stretch.last <= g->seq)
		return 0;
	if (fill(&f, stretch) == -1)
		return -1;
	g->seq = f.seq;
	if (f.closed)
		g->closed_seq = f.seq;
	return f.closed;
}

int
figures_rows(struct figures *g, const struct report *r, const struct asked *asked, int (*row)(void *, const struct value *), void *arg)
{
	const struct value v[] = { INT(asked->from), INT(asked->to), INT(r->own ? asked->account : EVERYBODY), TEXT(asked->rules) };

	return db_each(g->db, FIGURES + report_place(r), v, r->rules ? 4 : r->own ? 3 : 2, row, arg);
}

struct lacking { int (*each)(void *, const struct lack *); void *arg; };

static int
lack_row(void *arg, const struct value *v)
{
	struct lacking *l = arg;

	return l->each(l->arg, &(struct lack){ (int)v[0].i, (int)v[1].i, v[2].i, v[3].i != 0, v[4].i != 0 });
}

int
figures_lacks(struct figures *g, int from, int to, int (*each)(void *, const struct lack *), void *arg)
{
	return db_each(g->db, LACKS, (struct value[]){ INT(from), INT(to) }, 2, lack_row, &(struct lacking){ each, arg });
}
