/* Backups, by themselves and by hand. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/api/handlers.h"
#include "daemon/api/past/backups.h"
#include "daemon/api/past/second_place.h"
#include "daemon/api/render.h"
#include "daemon/base/log.h"
#include "daemon/base/worker.h"
#include "daemon/store/backup.h"

#define ANSWERS_MS	60000	/* in which a second place answers, besides */
#define BYTES_A_MS	1000	/* that it takes at the least */
#define ASKED_MAX	8

struct backup_job;

struct backups {
	struct server	*server;
	struct worker	*worker;
	struct second_place *second;
	struct reader	*reader;
	char		 dir[256], folder[256];
	int64_t		 ok_ms, failed_ms;	/* wall time of the last that went well, that did not; 0: none */
	struct backup_job *asked;	/* one that somebody asked for and is being made; NULL: none is */
	int		 making;	/* so many, in both places */
	bool		 owes;		/* an erasure, of: */
	struct due	 due;
	int64_t		 erased_ms;	/* wall time of the last erasure that was carried out in all of them; 0: none */
	char		 error[320];
};

/*
 * A job: one is made, and told about.  The thread has it while it works, but
 * for who asked, what is said of the second place and its folder: late, the
 * loop tells them.
 */
struct backup_job {
	struct backups	*backups;
	struct request	*asked[ASKED_MAX];
	int		 askers;	/* 0: nobody, or they were told */
	char		 folder[2][256];	/* the second: empty, or a second place */
	int		 keep;
	int64_t		 wall_ms;
	bool		 made, late;	/* late: the second place does not answer, which was told */
	struct backup	 backup[2];
	char		 error[320];
};

static int64_t
limit_ms(int64_t bytes)
{
	return ANSWERS_MS + bytes / BYTES_A_MS;
}

static void
told(struct backup_job *j)
{
	j->askers = 0;
	if (j->backups->asked == j)
		j->backups->asked = NULL;
}

static void
tell_made(struct backup_job *j)
{
	if (j->wall_ms > j->backups->ok_ms)
		j->backups->ok_ms = j->wall_ms;
	for (int i = 0; i < j->askers; i++)
		request_json(j->asked[i], 200, json_pack("{s:s, s:I, s:I}", "path", j->backup[0].path, "bytes", (json_int_t)j->backup[0].bytes,
		    "seq", (json_int_t)j->backup[0].seq));
	told(j);
}

static void
tell_failed(struct backup_job *j, const char *error)
{
	struct backups *b = j->backups;

	b->failed_ms = j->wall_ms;
	snprintf(b->error, sizeof b->error, "%s", error);
	log_line("backup: %s", error);
	for (int i = 0; i < j->askers; i++) {
		snprintf(j->asked[i]->change.detail.said, sizeof j->asked[i]->change.detail.said, "%.200s", error);
		request_refuse(j->asked[i], STORE_FAILED);
	}
	told(j);
}

static void
no_answer(char error[320], const char *folder)
{
	snprintf(error, 320, "%s: does not answer", folder);
}

static void	start_erasing(struct backups *);

/* At the end nothing begins: the next start does it. */
static void
making_ends(struct backups *b)
{
	if (--b->making == 0 && b->owes && !b->server->ending)
		start_erasing(b);
}

static void
carry(void *arg)
{
	struct backup_job *j = arg;

	j->made = backup_carry(&j->backup[0], j->folder[1], j->keep, &j->backup[1], j->error, sizeof j->error) == 0;
}

static void
not_carried(void *arg)
{
	struct backup_job *j = arg;
	char error[320];

	no_answer(error, j->folder[1]);
	j->late = true;
	tell_failed(j, error);
	making_ends(j->backups);
}

static void
carried(void *arg)
{
	struct backup_job *j = arg;

	if (j->made)
		tell_made(j);
	else
		tell_failed(j, j->error);
	if (!j->late)
		making_ends(j->backups);
	free(j);
}

static void
make(void *arg)
{
	struct backup_job *j = arg;

	j->made = backup_make(j->backups->reader, j->folder[0], j->wall_ms, j->keep, &j->backup[0], j->error, sizeof j->error) == 0;
}

static void
made(void *arg)
{
	struct backup_job *j = arg;
	struct backups *b = j->backups;
	bool carries = j->made && j->folder[1][0] != '\0' && !b->server->ending;

	if (carries && second_place_run(b->second, j->folder[1], limit_ms(j->backup[0].bytes), carry, not_carried, carried, j))
		return;
	if (carries)
		not_carried(j);
	else {
		if (j->made)
			tell_made(j);
		else
			tell_failed(j, j->error);
		making_ends(b);
	}
	free(j);
}

static struct backup_job *
start(struct backups *b)
{
	const struct layout *l = ledger_layout(b->server->ledger);
	struct backup_job *j = xcalloc(1, sizeof *j);

	j->backups = b;
	j->keep = l->backup.keep;
	j->wall_ms = ledger_now(b->server->ledger).wall_ms;
	strcpy(j->folder[0], b->folder);
	snprintf(j->folder[1], sizeof j->folder[1], "%s", l->backup.folder);
	b->making++;
	worker_run(b->worker, make, made, j);
	return j;
}

void
backups_day(struct backups *b)
{
	start(b);
}

bool
backups_failed(const struct backups *b)
{
	return b->failed_ms > b->ok_ms;
}

/* What is erased from the database is erased from its copies. */

struct erasure {
	struct backups	*backups;
	struct due	 due;
	char		 folder[2][256];	/* as of a backup */
	int64_t		 wall_ms, bytes;	/* bytes: of all copies here */
	int		 failed;
	char		 error[320];
};

/* One that a restore has put aside may be damaged, and nothing takes its place: it goes whole. */
static void
erase_one(struct erasure *e, const char *path, bool aside)
{
	if (backup_erase(path, &e->due, e->error, sizeof e->error) == 0)
		return;
	if (aside && backup_expire(path, &e->due)) {
		log_line("erasure: %s; it is removed: its time is over", e->error);
		return;
	}
	e->failed++;
	log_line("erasure: %s", e->error);
}

static void
erase_folder(struct erasure *e, const char *folder)
{
	struct backup *list = xcalloc(BACKUPS_MAX, sizeof *list);
	int count = backup_list(folder, list, BACKUPS_MAX);

	if (count == -1) {
		e->failed++;
		snprintf(e->error, sizeof e->error, "%s: %s", folder, strerror(errno));
		log_line("erasure: %s", e->error);
	}
	for (int n = 0; n < count; n++) {
		e->bytes += list[n].bytes;
		erase_one(e, list[n].path, false);
	}
	free(list);
	backup_sweep(folder);
}

static void
erase_here(void *arg)
{
	struct erasure *e = arg;
	char path[BACKUP_PATH_MAX];

	erase_folder(e, e->folder[0]);
	backup_sweep(e->backups->dir);
	snprintf(path, sizeof path, "%s/halld.db.before", e->backups->dir);
	if (access(path, F_OK) == 0)
		erase_one(e, path, true);
}

static void
erase_there(void *arg)
{
	struct erasure *e = arg;

	erase_folder(e, e->folder[1]);
}

static void
erased(void *arg)
{
	struct erasure *e = arg;
	struct backups *b = e->backups;

	if (e->failed == 0)
		b->erased_ms = e->wall_ms;
	else
		strcpy(b->error, e->error);
	free(e);
}

static void
not_erased(void *arg)
{
	struct erasure *e = arg;

	no_answer(e->backups->error, e->folder[1]);
	log_line("erasure: %s", e->backups->error);
}

static void
erased_here(void *arg)
{
	struct erasure *e = arg;
	struct backups *b = e->backups;

	if (e->folder[1][0] == '\0' || b->server->ending) {
		e->failed += e->folder[1][0] != '\0';
		erased(e);
	} else if (!second_place_run(b->second, e->folder[1], limit_ms(e->bytes), erase_there, not_erased, erased, e)) {
		not_erased(e);
		b->owes = true;
		free(e);
	}
}

static void
start_erasing(struct backups *b)
{
	struct erasure *e = xcalloc(1, sizeof *e);

	*e = (struct erasure){ .backups = b, .due = b->due, .wall_ms = ledger_now(b->server->ledger).wall_ms };
	strcpy(e->folder[0], b->folder);
	snprintf(e->folder[1], sizeof e->folder[1], "%s", ledger_layout(b->server->ledger)->backup.folder);
	b->owes = false;
	worker_run(b->worker, erase_here, erased_here, e);
}

/* Not in a copy that is read meanwhile, to be carried to the second place; nor before that is there. */
static void
erase_what_is_owed(void *arg)
{
	struct backups *b = arg;

	if (b->owes && b->making == 0)
		start_erasing(b);
}

void
backups_erase(struct backups *b, const struct due *due)
{
	b->due = *due;
	b->owes = true;
	erase_what_is_owed(b);
}

struct backups *
backups_open(struct server *server, struct worker *worker, const char *dir, char *error, size_t cap)
{
	struct backups *b = xcalloc(1, sizeof *b);

	b->server = server;
	b->worker = worker;
	b->second = server->second_place;
	second_place_when_back(b->second, erase_what_is_owed, b);
	snprintf(b->dir, sizeof b->dir, "%s", dir);
	snprintf(b->folder, sizeof b->folder, "%.240s/backup", dir);
	if ((b->reader = reader_open(dir, error, cap)) == NULL) {
		free(b);
		return NULL;
	}
	return b;
}

void
backups_close(struct backups *b)
{
	if (b == NULL)
		return;
	reader_close(b->reader);
	free(b);
}

/* Handlers. */

static json_t *
time_or_null(int64_t wall_ms)
{
	return wall_ms == 0 ? json_null() : json_time(wall_ms);
}

enum refusal
get_backup(struct request *rq)
{
	const struct backups *b = rq->server->backups;
	struct backup *list = xcalloc(BACKUPS_MAX, sizeof *list);
	json_t *rows = json_array();
	int count = backup_list(b->folder, list, BACKUPS_MAX);

	for (int i = 0; i < count; i++)
		json_array_append_new(rows, json_pack("{s:s, s:I}", "path", list[i].path, "bytes", (json_int_t)list[i].bytes));
	free(list);
	return request_json(rq, 200, json_pack("{s:o, s:o, s:o, s:o, s:s}", "backups", rows, "ok_at", time_or_null(b->ok_ms),
	    "failed_at", time_or_null(b->failed_ms), "erased_at", time_or_null(b->erased_ms), "error", b->error));
}

/* Who asks while one is made for somebody gets the same: a page that has waited long asks again. */
enum refusal
post_backup(struct request *rq)
{
	static const char *const members[] = { NULL };
	struct backups *b = rq->server->backups;
	enum refusal refusal = body_only(rq, members);

	if (refusal != OK)
		return refusal;
	if (b->asked == NULL || b->asked->askers == ASKED_MAX)
		b->asked = start(b);
	b->asked->asked[b->asked->askers++] = rq;
	return OK;
}

/* A file to be put back is looked at. */
struct restoring {
	struct backups	*backups;
	struct request	*rq;		/* NULL: it was told that the file's place does not answer */
	char		 dir[256], path[256], folder[256];	/* of the hall; of the file, and where that is */
	bool		 whole, unread;	/* unread: cannot be opened */
	int64_t		 seq;
	char		 other[ID_MAX];	/* the hall that it is of; empty: ours */
	char		 error[320];
};

static void
look(void *arg)
{
	struct restoring *j = arg;

	j->unread = access(j->path, R_OK) == -1;
	j->whole = (j->seq = backup_check(j->path, j->error, sizeof j->error)) != -1;
	if (j->whole && !backup_of_other(j->dir, j->path, j->other))
		j->other[0] = '\0';
}

static void
not_looked(void *arg)
{
	struct restoring *j = arg;

	log_line("restore: %s: does not answer", j->path);
	request_refuse(j->rq, body_wrong(j->rq, "path", "a file in a place that answers"));
	j->rq = NULL;
}

/* The hall ends as on a signal, and begins again with it. */
static void
looked(void *arg)
{
	struct restoring *j = arg;
	struct request *rq = j->rq;
	struct server *server = j->backups->server;

	if (rq == NULL)
		log_line("restore: %s: answers again, and is not put back", j->path);
	else if (server->ending)
		request_refuse(rq, STORE_FAILED);
	else if (!j->whole) {
		log_line("restore: %s", j->error);
		request_refuse(rq, body_wrong(rq, "path", j->unread ? "a file that halld's user may read, or halld stopped meanwhile" :
		    "a copy that hallctl backup has made"));
	} else if (j->other[0] != '\0') {
		char expected[64];

		snprintf(expected, sizeof expected, "a copy of this hall, not of %s", j->other);
		request_refuse(rq, body_wrong(rq, "path", expected));
	} else {
		strcpy(server->restore, j->path);
		request_json(rq, 202, json_pack("{s:I}", "seq", (json_int_t)j->seq));
		event_base_loopexit(server->base, &(struct timeval){ .tv_usec = 200000 });	/* the answer is on its way */
	}
	free(j);
}

/* Is it one of those that the hall keeps? */
static bool
is_kept(const struct backups *b, const char *path)
{
	struct backup *list = xcalloc(BACKUPS_MAX, sizeof *list);
	int count = backup_list(b->folder, list, BACKUPS_MAX);
	bool found = false;

	for (int i = 0; i < count && !found; i++)
		found = strcmp(list[i].path, path) == 0;
	free(list);
	return found;
}

/* Any other file of this machine is for who is at it, and is looked at where what hangs holds nothing up. */
enum refusal
post_restore(struct request *rq)
{
	static const char *const members[] = { "path", NULL };
	struct backups *b = rq->server->backups;
	struct restoring *j;
	enum refusal refusal;
	bool kept;

	if ((refusal = body_only(rq, members)) != OK)
		return refusal;
	j = xcalloc(1, sizeof *j);
	j->backups = b;
	j->rq = rq;
	strcpy(j->dir, b->dir);
	refusal = body_text(rq, "path", true, j->path, sizeof j->path);
	kept = refusal == OK && is_kept(b, j->path);
	if (refusal == OK && !rq->here && !kept)
		refusal = FORBIDDEN;
	if (refusal != OK) {
		free(j);
		return refusal;
	}
	snprintf(j->folder, sizeof j->folder, "%.*s", (int)(strrchr(j->path, '/') == NULL ? 0 : strrchr(j->path, '/') - j->path), j->path);
	if (kept)
		worker_run(b->worker, look, looked, j);
	else if (!second_place_run(b->second, j->folder, ANSWERS_MS, look, not_looked, looked, j)) {
		not_looked(j);
		free(j);
	}
	return OK;
}
