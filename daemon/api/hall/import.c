/*
 * Bookings that another platform has made, many at once: each row by itself is
 * taken or refused.  A row has the platform's own reference, and sent again it
 * is the same booking, so that whoever is unsure sends all of it again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api/handlers.h"
#include "daemon/api/render.h"

#define ROWS_MAX	200	/* of a request */
#define REFERENCE_MAX	65	/* bytes with the NUL */

/* On its way to the disk. */
struct import {
	struct request	*rq;
	json_t		*rows;		/* as they are answered */
	int		 pending;
	enum refusal	 failed;
};

static json_t *
row_json(const char *reference, int status, json_t *booking, json_t *problem)
{
	return json_pack("{s:s, s:i, s:o, s:o}", "reference", reference, "status", status,
	    "booking", booking == NULL ? json_null() : booking, "problem", problem == NULL ? json_null() : problem);
}

static json_t *
refused_row(struct request *rq, const char *reference, enum refusal refusal)
{
	return row_json(reference, refusals[refusal].status, NULL, request_problem(rq, refusal));
}

/* What is decided and not on disk is no booking: another was sent at the same time, or the disk failed. */
static void
answer(struct import *im)
{
	struct request *rq = im->rq;
	const struct hall *h = ledger_shown(rq->server->ledger);
	enum refusal failed = im->failed == OK ? OUTCOME_UNKNOWN : im->failed;
	json_t *row;
	size_t i;

	rq->change.detail = (struct refusal_detail){ 0 };
	json_array_foreach(im->rows, i, row) {
		const char *code = json_string_value(json_object_get(json_object_get(row, "booking"), "code"));

		if (code != NULL && hall_code(h, code) == NULL)
			json_array_set_new(im->rows, i,
			    refused_row(rq, json_string_value(json_object_get(row, "reference")), failed));
	}
	request_json(rq, 200, json_pack("{s:o}", "bookings", im->rows));
	free(im);
}

static void
stored(void *arg, enum refusal refusal)
{
	struct import *im = arg;

	if (refusal != OK)
		im->failed = refusal;
	if (--im->pending == 0)
		answer(im);
}

/* References are each platform's own; nobody needs to read them here. */
static int64_t
reference_key(const struct request *rq, const char *reference)
{
	char both[ACTOR_MAX + REFERENCE_MAX + 1];

	snprintf(both, sizeof both, "%s %s", rq->actor, reference);
	return ledger_person(rq->server->ledger, both);
}

/* The booking of an earlier row or import; NULL: it is a new one. */
static const struct booking *
earlier(const struct hall *h, int64_t reference)
{
	for (int i = h->booking_count; i-- > 0; )
		if (h->booking[i].reference == reference)
			return &h->booking[i];
	return NULL;
}

static bool
is_same(const struct booking *b, const struct command *cmd)
{
	return b->service == cmd->service && b->class == cmd->class && b->from_ms == cmd->from_ms && b->to_ms == cmd->to_ms;
}

/* The body is one row.  Its answer (new) into *row; or why it is refused. */
static enum refusal
import_row(struct import *im, char reference[REFERENCE_MAX], json_t **row)
{
	static const char *const members[] = { "reference", "service", "from", "to", "class", "lang", "id_number", NULL };
	struct request *rq = im->rq;
	const struct hall *h = ledger_next(rq->server->ledger);
	struct command cmd = { .verb = DO_BOOK };
	const struct booking *b;
	enum refusal refusal;

	if ((refusal = body_text(rq, "reference", true, reference, REFERENCE_MAX)) != OK ||
	    (refusal = body_only(rq, members)) != OK || (refusal = choose_booking(rq, &cmd)) != OK)
		return refusal;
	if (reference[0] == '\0')
		return body_wrong(rq, "reference", "the platform's own, not empty");
	cmd.reference = reference_key(rq, reference);
	if ((b = earlier(h, cmd.reference)) != NULL) {
		*row = is_same(b, &cmd) ? row_json(reference, 200, json_booking(rq, h, b), NULL) : NULL;
		return is_same(b, &cmd) ? OK : KEY_REUSED;
	}
	strcpy(cmd.actor, rq->actor);
	if ((refusal = ledger_submit(rq->server->ledger, &cmd, &rq->change, stored, im)) != OK)
		return refusal;
	im->pending++;
	*row = row_json(reference, 201, json_booking(rq, h, hall_booking(h, rq->change.fact[0].booking)), NULL);
	return OK;
}

/* Where it is wrong, seen from the whole. */
static void
point_into(struct refusal_detail *d, size_t i)
{
	char pointer[sizeof d->pointer];

	if (d->expected[0] == '\0' && d->said[0] == '\0')
		return;
	snprintf(pointer, sizeof pointer, "/bookings/%zu%.64s", i, strcmp(d->pointer, "/") == 0 ? "" : d->pointer);
	strcpy(d->pointer, pointer);
}

static void
import_rows(struct import *im, json_t *list)
{
	struct request *rq = im->rq;
	json_t *whole = rq->body, *body;
	size_t i;

	json_array_foreach(list, i, body) {
		char reference[REFERENCE_MAX] = "";
		json_t *row = NULL;
		enum refusal refusal;

		rq->change.detail = (struct refusal_detail){ 0 };
		rq->body = body;
		refusal = json_is_object(body) ? import_row(im, reference, &row) : body_wrong(rq, "", "an object");
		point_into(&rq->change.detail, i);
		json_array_append_new(im->rows, refusal == OK ? row : refused_row(rq, reference, refusal));
	}
	rq->body = whole;
}

enum refusal
post_import(struct request *rq)
{
	static const char *const members[] = { "bookings", NULL };
	json_t *list = json_object_get(rq->body, "bookings");
	enum refusal refusal = body_only(rq, members);
	struct import *im;

	if (refusal != OK)
		return refusal;
	if (!json_is_array(list) || json_array_size(list) == 0 || json_array_size(list) > ROWS_MAX)
		return body_wrong(rq, "bookings", "a list of 1 to 200 bookings");
	im = xcalloc(1, sizeof *im);
	*im = (struct import){ .rq = rq, .rows = json_array(), .pending = 1 };
	import_rows(im, list);
	stored(im, OK);			/* the one that stands for this */
	return OK;
}
