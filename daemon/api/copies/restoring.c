/* A copy put back: it is looked at, then the hall ends and begins again with it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/api/copies/inside.h"
#include "daemon/api/copies/second_place.h"
#include "daemon/api/handlers.h"
#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/base/worker.h"
#include "daemon/store/backup.h"

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
	else if (!second_place_run(b->second, j->folder, backups_limit_ms(0), look, not_looked, looked, j)) {
		not_looked(j);
		free(j);
	}
	return OK;
}
