/* All that is kept, for other programs. */
#include <stdlib.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/past/audits.h"
#include "daemon/base/worker.h"
#include "daemon/store/export.h"

struct export_job {
	struct request	*rq;
	struct reader	*reader;
	const struct exported *of;	/* NULL: what there is */
	bool		 personal;
	char		 after[64];	/* empty: from the beginning */
	int64_t		 last;		/* event; 0: the newest */
	int64_t		 seq;
	uint8_t		 chain[CHAIN];
	json_t		*rows, *next;
	bool		 failed;
};

/* On the worker's thread: one slice, and one read of the database. */
static void
read_slice(void *arg)
{
	struct export_job *j = arg;

	j->failed = export_head(j->reader, &j->seq, j->chain) == -1 || (j->of != NULL &&
	    export_rows(j->reader, j->of, j->personal, j->after, j->last == 0 ? j->seq : j->last, j->rows, &j->next) == -1);
}

static json_t *
index_json(const struct export_job *j)
{
	const struct server *server = j->rq->server;
	json_t *tables = json_array(), *never = json_array();
	char chain[CHAIN_TEXT];

	chain_text(chain, j->chain);
	for (const struct exported *e = exports; e->name != NULL; e++)
		if (j->personal || e->personal == NULL || strcmp(e->personal, "*") != 0)
			json_array_append_new(tables, json_pack("{s:s, s:o}", "name", e->name, "columns", export_columns(e, j->personal)));
	for (const char *const *name = never_exported; *name != NULL; name++)
		json_array_append_new(never, json_string(*name));
	return json_pack("{s:s, s:I, s:I, s:s, s:b, s:o, s:o}", "hall", ledger_layout(server->ledger)->id, "epoch", (json_int_t)ledger_epoch(server->ledger),
	    "seq", (json_int_t)j->seq, "chain", chain, "personal", j->personal, "tables", tables, "never", never);
}

static void
slice_read(void *arg)
{
	struct export_job *j = arg;

	if (j->failed)
		request_refuse(j->rq, STORE_FAILED);
	else if (j->of == NULL)
		request_json(j->rq, 200, index_json(j));
	else
		request_json(j->rq, 200, json_pack("{s:s, s:o, s:O, s:O, s:I}", "table", j->of->name, "columns", export_columns(j->of, j->personal),
		    "rows", j->rows, "next", j->next, "seq", (json_int_t)j->seq));
	json_decref(j->rows);
	json_decref(j->next);
	free(j);
}

/* What is personal is for who may do all. */
static enum refusal
ask_personal(struct request *rq, bool *personal)
{
	char text[8] = "";
	enum refusal refusal = request_query(rq, "personal", text, sizeof text);

	if (refusal != OK)
		return refusal;
	*personal = strcmp(text, "true") == 0;
	if (text[0] != '\0' && !*personal && strcmp(text, "false") != 0)
		return body_wrong(rq, "personal", "true or false");
	return *personal && rq->role != ROLE_ADMIN ? FORBIDDEN : OK;
}

static enum refusal
start(struct request *rq, const struct exported *of)
{
	struct export_job *j = xcalloc(1, sizeof *j);
	char last[24] = "", *end = last;
	enum refusal refusal;

	*j = (struct export_job){ .rq = rq, .reader = audits_reader(rq->server->audits), .of = of };
	if ((refusal = ask_personal(rq, &j->personal)) == OK && (refusal = request_query(rq, "after", j->after, sizeof j->after)) == OK &&
	    (refusal = request_query(rq, "last", last, sizeof last)) == OK) {
		j->last = last[0] == '\0' ? 0 : strtoll(last, &end, 10);
		if (*end != '\0' || j->last < 0)
			refusal = body_wrong(rq, "last", "the number of an event");
		else if (of != NULL && !j->personal && of->personal != NULL && strcmp(of->personal, "*") == 0)
			refusal = FORBIDDEN;
	}
	if (refusal != OK) {
		free(j);
		return refusal;
	}
	j->rows = json_array();
	worker_run(audits_worker(rq->server->audits), read_slice, slice_read, j);
	return OK;
}

enum refusal
get_export(struct request *rq)
{
	return start(rq, NULL);
}

enum refusal
get_export_table(struct request *rq)
{
	const struct exported *of = export_find(rq->word[0]);

	return of == NULL ? NOT_FOUND : start(rq, of);
}
