/* Backups, by themselves and by hand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/copies/inside.h"
#include "daemon/api/copies/second_place.h"
#include "daemon/api/handlers.h"
#include "daemon/api/render.h"
#include "daemon/base/log.h"
#include "daemon/base/worker.h"
#include "daemon/store/backup.h"

#define ANSWERS_MS	60000	/* in which a second place answers, besides */
#define BYTES_A_MS	1000	/* that it takes at the least */
#define ASKED_MAX	8

/*
 * One is made, here and then in the second place, and told about.  While a
 * thread works it has the job, but for who asked, whether it is late and the
 * name of the second place: what is late the loop tells meanwhile.
 */
struct backup_job {
	struct backups	*backups;
	struct request	*asked[ASKED_MAX];
	int		 askers;	/* 0: nobody, or they were told */
	char		 second[256];	/* place; empty: there is none */
	int		 keep;
	int64_t		 wall_ms;
	bool		 made, late;	/* late: the second place does not answer, which was told */
	struct backup	 backup;
	char		 error[320];
};

int64_t
backups_limit_ms(int64_t bytes)
{
	return ANSWERS_MS + bytes / BYTES_A_MS;
}

void
backups_no_answer(char error[320], const char *folder)
{
	snprintf(error, 320, "%s: does not answer", folder);
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
		request_json(j->asked[i], 200, json_pack("{s:s, s:I, s:I}", "path", j->backup.path, "bytes", (json_int_t)j->backup.bytes,
		    "seq", (json_int_t)j->backup.seq));
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
tell(struct backup_job *j)
{
	if (j->made)
		tell_made(j);
	else
		tell_failed(j, j->error);
}

static void
making_ends(struct backups *b)
{
	b->making--;
	erasing_owed(b);
}

static void
carry(void *arg)
{
	struct backup_job *j = arg;

	j->made = backup_carry(&j->backup, j->second, j->keep, j->error, sizeof j->error) == 0;
}

static void
not_carried(void *arg)
{
	struct backup_job *j = arg;
	char error[320];

	backups_no_answer(error, j->second);
	j->late = true;
	tell_failed(j, error);
	making_ends(j->backups);
}

static void
carried(void *arg)
{
	struct backup_job *j = arg;

	tell(j);
	if (!j->late)
		making_ends(j->backups);
	free(j);
}

static void
make(void *arg)
{
	struct backup_job *j = arg;

	j->made = backup_make(j->backups->reader, j->backups->folder, j->wall_ms, j->keep, &j->backup, j->error, sizeof j->error) == 0;
}

static void
made(void *arg)
{
	struct backup_job *j = arg;
	struct backups *b = j->backups;
	bool carries = j->made && j->second[0] != '\0' && !b->server->ending;

	if (carries && second_place_run(b->second, j->second, backups_limit_ms(j->backup.bytes), carry, not_carried, carried, j))
		return;
	if (carries)
		not_carried(j);
	else {
		tell(j);
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
	snprintf(j->second, sizeof j->second, "%s", l->backup.folder);
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

struct backups *
backups_open(struct server *server, struct worker *worker, const char *dir, char *error, size_t cap)
{
	struct backups *b = xcalloc(1, sizeof *b);

	b->server = server;
	b->worker = worker;
	b->second = server->second_place;
	second_place_when_back(b->second, erasing_owed, b);
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
