/* What is erased from the database is erased from its copies. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/api/copies/inside.h"
#include "daemon/api/copies/second_place.h"
#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/base/worker.h"
#include "daemon/net/server.h"
#include "daemon/store/backup.h"
#include "daemon/store/ledger/ledger.h"

struct erasure {
	struct backups	*backups;
	struct due	 due;
	char		 second[256];	/* as of a backup */
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

	erase_folder(e, e->backups->folder);
	backup_sweep(e->backups->dir);
	snprintf(path, sizeof path, "%s/halld.db.before", e->backups->dir);
	if (access(path, F_OK) == 0)
		erase_one(e, path, true);
}

static void
erase_there(void *arg)
{
	struct erasure *e = arg;

	erase_folder(e, e->second);
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

	backups_no_answer(e->backups->error, e->second);
	log_line("erasure: %s", e->backups->error);
}

static void
erased_here(void *arg)
{
	struct erasure *e = arg;
	struct backups *b = e->backups;

	if (b->server->ending)
		free(e);
	else if (e->second[0] == '\0')
		erased(e);
	else if (!second_place_run(b->second, e->second, backups_limit_ms(e->bytes), erase_there, not_erased, erased, e)) {
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
	snprintf(e->second, sizeof e->second, "%s", ledger_layout(b->server->ledger)->backup.folder);
	b->owes = false;
	worker_run(b->worker, erase_here, erased_here, e);
}

/*
 * Not in a copy that is read meanwhile, to be carried to the second place; nor
 * before that is there.  At the end nothing begins: the next start does it.
 */
void
erasing_owed(void *arg)
{
	struct backups *b = arg;

	if (b->owes && b->making == 0 && !b->server->ending)
		start_erasing(b);
}

void
backups_erase(struct backups *b, const struct due *due)
{
	b->due = *due;
	b->owes = true;
	erasing_owed(b);
}
