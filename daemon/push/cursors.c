/* Where endpoints are, in a file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/file.h"
#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/push/inside.h"

#define KEPT_MAX	(1 << 20)

static json_t *
dead_json(const struct dead *d)
{
	return json_pack("{s:I, s:i, s:I}", "seq", (json_int_t)d->seq, "status", d->status, "at_ms", (json_int_t)d->at_ms);
}

static char *
kept_text(const struct push_state *p)
{
	json_t *list = json_array(), *v;
	char *text;

	for (int i = 0; i < p->endpoints; i++) {
		const struct endpoint *e = &p->endpoint[i];
		json_t *dead = json_array();

		for (int d = 0; d < e->deads; d++)
			json_array_append_new(dead, dead_json(&e->dead[d]));
		json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:b, s:o}", "url", e->of.url, "seq", (json_int_t)e->seq,
		    "prev", (json_int_t)e->prev, "disabled", e->disabled, "dead", dead));
	}
	v = json_pack("{s:i, s:I, s:o}", "version", 1, "epoch", (json_int_t)ledger_epoch(p->server->ledger), "endpoints", list);
	text = json_dumps(v, JSON_COMPACT);
	json_decref(v);
	return text;
}

struct keeping { struct push_state *push; char *text; int error; };

static void
write_kept(void *arg)
{
	struct keeping *k = arg;

	k->error = file_write(k->push->path, k->text, strlen(k->text), 0600) == -1 ? errno : 0;
}

static void
kept(void *arg)
{
	struct keeping *k = arg;

	if (k->error != 0)
		log_line("%s: %s", k->push->path, strerror(k->error));
	k->push->keeping = false;
	push_look(k->push);
	free(k->text);
	free(k);
}

void
cursors_write(struct push_state *p)
{
	struct keeping *k = xcalloc(1, sizeof *k);

	k->push = p;
	k->text = kept_text(p);
	p->unkept = false;
	p->keeping = true;
	p->kept_ms = ledger_now(p->server->ledger).steady_ms;
	worker_run(p->server->worker, write_kept, kept, k);
}

void
push_ending(struct push_state *p)
{
	struct keeping k = { .push = p, .text = kept_text(p) };

	poster_close(p->poster);
	p->poster = NULL;
	if (p->endpoints > 0)
		write_kept(&k);
	free(k.text);
}

void
cursors_take(struct endpoint *e, const json_t *all)
{
	const json_t *v, *dead, *epoch = json_object_get(all, "epoch");
	int64_t now = ledger_epoch(e->push->server->ledger);
	bool of_before = epoch != NULL && json_integer_value(epoch) != now;
	size_t i, d;

	json_array_foreach(json_object_get(all, "endpoints"), i, v) {
		const char *url = json_string_value(json_object_get(v, "url"));

		if (url == NULL || strcmp(url, e->of.url) != 0)
			continue;
		e->seq = json_integer_value(json_object_get(v, "seq"));
		e->prev = json_integer_value(json_object_get(v, "prev"));
		e->disabled = json_is_true(json_object_get(v, "disabled"));
		json_array_foreach(json_object_get(v, "dead"), d, dead)
			if (e->deads < DEAD_MAX && !of_before)
				e->dead[e->deads++] = (struct dead){ .seq = json_integer_value(json_object_get(dead, "seq")),
				    .status = (int)json_integer_value(json_object_get(dead, "status")),
				    .at_ms = json_integer_value(json_object_get(dead, "at_ms")) };
	}
	/* A database put back to an older state: what has these numbers now is not what was told. */
	if (e->seq > push_hall(e->push)->seq)
		e->seq = e->prev = push_hall(e->push)->seq;
	e->push->unkept |= of_before;
	e->read = e->seq;
	e->read_prev = e->prev;
}


json_t *
cursors_read(struct push_state *p)
{
	size_t len;
	char *text = file_read(p->path, KEPT_MAX, &len);
	json_t *all = text == NULL ? NULL : json_loadb(text, len, 0, NULL);

	if (text != NULL && all == NULL)
		log_line("%s: cannot be read: endpoints are told from now on", p->path);
	free(text);
	return all;
}
