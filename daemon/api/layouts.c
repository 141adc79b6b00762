/* One layout after the other. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/buffer.h>
#include <event2/http.h>

#include "daemon/api/handlers.h"
#include "daemon/api/layouts.h"
#include "daemon/api/pages.h"
#include "daemon/api/render.h"
#include "daemon/base/file.h"
#include "daemon/base/log.h"
#include "daemon/settings/settings.h"
#include "daemon/base/util.h"
#include "daemon/core/apply/relayout.h"
#include "daemon/line/driver.h"
#include "daemon/show/show.h"
#include "daemon/wait/forecast.h"
#include "display/texts.h"

struct layouts {
	struct server	*server;
	const struct texts *texts;	/* NULL: there are none, which texts_error says */
	char		 texts_error[256];
	struct layout	*running;
	struct layout	 spare;		/* the next one; while its fact is on its way to the disk, the one before */
	char		*text;		/* of the running one */
	const char	*path, *listen;
	char		 kept_path[256];
	char		 file_digest[DIGEST_MAX];	/* of the file as it was taken last */

	/* The one that is to be taken, for one who asks at a time. */
	bool		 busy, reopen;
	char		*next;		/* its text */
	char		 next_digest[DIGEST_MAX];	/* of the file that it is; empty: it comes over HTTP */
	char		 actor[ACTOR_MAX];
	int		 rev;		/* that it is to follow; -1: any */
	char		*file;		/* read on SIGHUP; NULL and file_errno: it could not be */
	size_t		 file_len;
	int		 file_errno;
	bool		 kept;
	char		 problem[320];	/* why what was to be taken last without anybody asking was not; empty: it was */
	struct refusal_detail detail;
	struct request	*request;	/* who asks; NULL: SIGHUP */
};

/* Text to layout: 0, or -1 with a line in error. */
static int
read_text(const struct layouts *ls, struct layout *l, const char *text, size_t len, char *error, size_t cap)
{
	if (settings_read(l, text, len, driver_names(), error, cap) == -1 || driver_check(l, error, cap) == -1)
		return -1;
	if (ls->texts == NULL && l->sentence_count > 0) {
		snprintf(error, cap, "/texts: %s", ls->texts_error);
		return -1;
	}
	if (ls->texts != NULL && texts_check(ls->texts, l, error, cap) == -1)
		return -1;
	if (ls->listen != NULL)
		snprintf(l->listen, sizeof l->listen, "%s", ls->listen);
	return 0;
}

/* What is kept over a file with this digest (new); NULL: nothing is. */
static char *
read_kept(const char *path, const char *file_digest)
{
	size_t len;
	char *all = file_read(path, DIGEST_MAX + SETTINGS_BYTES_MAX, &len), *text = NULL;

	if (all != NULL && len > DIGEST_MAX && strncmp(all, file_digest, DIGEST_MAX - 1) == 0 && all[DIGEST_MAX - 1] == '\n')
		text = xstrdup(all + DIGEST_MAX);
	free(all);
	return text;
}

struct layouts *
layouts_open(struct layout *l, const char *path, const char *state, const char *listen, const struct texts *texts, char *error, size_t cap)
{
	struct layouts *ls = xcalloc(1, sizeof *ls);
	char why[512], *kept;
	size_t len;

	ls->running = l;
	ls->texts = texts;
	if (texts == NULL)
		snprintf(ls->texts_error, sizeof ls->texts_error, "%s", error);
	ls->path = path;
	ls->listen = listen;
	if ((ls->text = file_read(path, SETTINGS_BYTES_MAX, &len)) == NULL) {
		snprintf(error, cap, "%s: %s", path, strerror(errno));
		goto fail;
	}
	digest(ls->file_digest, ls->text, len);
	if (state != NULL) {
		snprintf(ls->kept_path, sizeof ls->kept_path, "%s/layout.json", state);
		if ((kept = read_kept(ls->kept_path, ls->file_digest)) != NULL) {
			if (read_text(ls, l, kept, strlen(kept), why, sizeof why) == 0) {
				free(ls->text);
				ls->text = kept;
				driver_advise(l);
				return ls;
			}
			log_line("%s: %s; taking %s instead", ls->kept_path, why, path);
			snprintf(ls->problem, sizeof ls->problem, "%.310s", why);
			free(kept);
		}
	}
	if (read_text(ls, l, ls->text, len, why, sizeof why) == -1) {
		snprintf(error, cap, "%s: %s", path, why);
		goto fail;
	}
	driver_advise(l);
	return ls;
fail:
	layouts_close(ls);
	return NULL;
}

const char *
layouts_problem(const struct layouts *ls)
{
	return ls->problem;
}

void
layouts_close(struct layouts *ls)
{
	if (ls == NULL)
		return;
	free(ls->text);
	free(ls->next);
	free(ls->file);
	free(ls);
}

static enum refusal
submit(struct layouts *ls, const char *text, const char *actor, void (*done)(void *, enum refusal))
{
	struct command cmd = { .verb = DO_LAYOUT, .layout = text };
	struct change change;

	strcpy(cmd.actor, actor);
	digest(cmd.reason, text, strlen(text));
	return ledger_submit(ls->server->ledger, &cmd, &change, done, ls);
}

static void
follow_texts(struct layouts *ls)
{
	texts_follow(ls->server->texts, ls->running);
	pages_follow(ls->server->pages, ls->running);
}

void
layouts_begin(struct layouts *ls, struct server *server)
{
	char sum[DIGEST_MAX];

	ls->server = server;
	follow_texts(ls);
	digest(sum, ls->text, strlen(ls->text));
	if (strcmp(sum, ledger_next(server->ledger)->layout_digest) != 0)
		submit(ls, ls->text, "system", NULL);
}

/* Taking another one. */

/* What a layout says that stands only at the next start. */
static json_t *
restart_for(const struct layout *a, const struct layout *b)
{
	json_t *list = json_array();

	if (strcmp(a->listen, b->listen) != 0)
		json_array_append_new(list, json_string("/listen"));
	if (a->proxy_count != b->proxy_count || memcmp(a->proxies, b->proxies, sizeof a->proxies) != 0)
		json_array_append_new(list, json_string("/proxies"));
	if (strcmp(a->timezone, b->timezone) != 0)
		json_array_append_new(list, json_string("/hall/timezone"));
	if (a->push_count != b->push_count || memcmp(a->push, b->push, sizeof a->push) != 0)
		json_array_append_new(list, json_string("/push"));
	return list;
}

/* Do lines, and all that points to windows, stay as they are? */
static bool
same_lines(const struct layout *a, const struct layout *b)
{
	if (a->window_count != b->window_count || a->device_count != b->device_count || a->zone_count != b->zone_count ||
	    memcmp(a->device, b->device, sizeof a->device) != 0)
		return false;
	for (int i = 0; i < a->zone_count; i++)
		if (a->zone[i].voice != b->zone[i].voice)
			return false;
	for (int i = 0; i < a->window_count; i++) {
		const struct window_layout *w = &a->window[i], *x = &b->window[i];

		if (w->no != x->no || w->zone != x->zone || memcmp(&w->sign, &x->sign, sizeof w->sign) != 0 ||
		    memcmp(&w->keypad, &x->keypad, sizeof w->keypad) != 0 || memcmp(&w->rater, &x->rater, sizeof w->rater) != 0 ||
		    memcmp(w->grade, x->grade, sizeof w->grade) != 0)
			return false;
	}
	return true;
}

/* The spare one and the running one change places, and everything follows.  -1: the hall has no room for it. */
static int
swap(struct layouts *ls)
{
	static struct layout was;
	int result;

	was = *ls->running;
	if (ls->reopen)
		show_close_lines(ls->server->show);
	forecast_leave_layout(ls->server->forecast);
	*ls->running = ls->spare;
	if ((result = ledger_relayout(ls->server->ledger)) == -1)
		*ls->running = was;
	else
		ls->spare = was;
	forecast_take_layout(ls->server->forecast);
	if (ls->running->sentence_count != was.sentence_count ||
	    memcmp(ls->running->sentence, was.sentence, sizeof was.sentence) != 0)
		follow_texts(ls);
	if (ls->reopen)
		show_open_lines(ls->server->show);
	return result;
}

static void
answer(struct layouts *ls, enum refusal refusal)
{
	struct request *rq = ls->request;
	char tag[24];

	ls->busy = false;
	ls->request = NULL;
	free(ls->next);
	ls->next = NULL;
	if (refusal == OK)
		ls->problem[0] = '\0';
	if (rq == NULL && refusal == OK)
		log_line("%s: taken, layout %d", ls->path, ledger_shown(ls->server->ledger)->layout_rev);
	else if (rq == NULL) {
		snprintf(ls->problem, sizeof ls->problem, "%s%s%s", refusals[refusal].code, ls->detail.who[0] == '\0' ? "" : ": ", ls->detail.who);
		log_line("%s: not taken, %s", ls->path, ls->problem);
	}
	if (rq == NULL)
		return;
	rq->change.detail = ls->detail;
	if (refusal != OK) {
		request_refuse(rq, refusal);
		return;
	}
	snprintf(tag, sizeof tag, "\"%d\"", ledger_shown(ls->server->ledger)->layout_rev);
	request_header(rq, "ETag", tag);
	request_json(rq, 200, json_pack("{s:i, s:b, s:o}", "rev", ledger_shown(ls->server->ledger)->layout_rev, "kept", ls->kept,
	    "restart", restart_for(&ls->spare, ls->running)));
}

static void
keep(void *arg)
{
	struct layouts *ls = arg;
	size_t len = strlen(ls->text), all = DIGEST_MAX + len;
	char *bytes = xcalloc(1, all + 1);

	snprintf(bytes, all + 1, "%s\n%s", ls->file_digest, ls->text);
	ls->kept = file_write(ls->kept_path, bytes, all, 0600) == 0;
	if (!ls->kept)
		log_line("%s: %s; after the next start %s is in force", ls->kept_path, strerror(errno), ls->path);
	free(bytes);
}

static void
is_kept(void *arg)
{
	answer(arg, OK);
}

static void
in_force(struct layouts *ls)
{
	free(ls->text);
	ls->text = ls->next;
	ls->next = NULL;
	if (ls->next_digest[0] != '\0')
		strcpy(ls->file_digest, ls->next_digest);
	if (ls->server->ending) {		/* there is no worker any more, and nobody to wait for */
		keep(ls);
		answer(ls, OK);
	} else
		worker_run(ls->server->worker, keep, is_kept, ls);
}

/* By now it is known whether it was written after all. */
static void
take_back(void *arg)
{
	struct layouts *ls = arg;
	char sum[DIGEST_MAX];

	digest(sum, ls->next, strlen(ls->next));
	if (strcmp(sum, ledger_shown(ls->server->ledger)->layout_digest) == 0) {
		in_force(ls);
		return;
	}
	if (!ls->server->ending)
		swap(ls);
	answer(ls, STORE_FAILED);
}

static void
on_disk(void *arg, enum refusal refusal)
{
	struct layouts *ls = arg;

	if (refusal == OK)
		in_force(ls);
	else
		ledger_when_idle(ls->server->ledger, take_back, ls);
}

static void
take(void *arg)
{
	struct layouts *ls = arg;
	const struct hall *h = ledger_next(ls->server->ledger);
	enum refusal refusal;

	if (ls->server->ending) {
		answer(ls, STORE_FAILED);
		return;
	}
	if (ls->rev != -1 && ls->rev != h->layout_rev) {
		answer(ls, STALE);
		return;
	}
	if (hall_stranded(h, &ls->spare, ls->detail.who, sizeof ls->detail.who) > 0) {
		answer(ls, STRANDED);
		return;
	}
	ls->reopen = !same_lines(ls->running, &ls->spare);
	if (swap(ls) == -1) {
		strcpy(ls->detail.pointer, "/services");
		strcpy(ls->detail.said, "with those of today's tickets these are too many");
		answer(ls, BAD_REQUEST);
		return;
	}
	if ((refusal = submit(ls, ls->next, ls->actor, on_disk)) != OK) {
		swap(ls);
		answer(ls, refusal);
	}
}

/* "/windows/2/no: 1200 is over 999" to its two halves. */
static void
tell(struct refusal_detail *d, const char *error)
{
	const char *colon = strstr(error, ": ");
	size_t len = *error == '/' && colon != NULL ? (size_t)(colon - error) : 0;

	snprintf(d->pointer, sizeof d->pointer, "%.*s", (int)len, error);
	snprintf(d->said, sizeof d->said, "%s", len == 0 ? error : colon + 2);
}

/* The spare one is that of the text.  OK, or why not. */
static enum refusal
read_next(struct layouts *ls, const char *text, size_t len)
{
	char error[512];

	if (read_text(ls, &ls->spare, text, len, error, sizeof error) == 0)
		return OK;
	tell(&ls->detail, error);
	return BAD_REQUEST;
}

/* SIGHUP. */

static void
read_file(void *arg)
{
	struct layouts *ls = arg;

	ls->file = file_read(ls->path, SETTINGS_BYTES_MAX, &ls->file_len);
	ls->file_errno = errno;
}

static void
file_was_read(void *arg)
{
	struct layouts *ls = arg;
	char sum[DIGEST_MAX];

	if (ls->file == NULL) {
		snprintf(ls->problem, sizeof ls->problem, "%s", strerror(ls->file_errno));
		log_line("%s: %s", ls->path, ls->problem);
		ls->busy = false;
		return;
	}
	digest(sum, ls->file, ls->file_len);
	ls->next = ls->file;
	ls->file = NULL;
	if (strcmp(sum, ls->file_digest) == 0) {
		log_line("%s: not changed", ls->path);
		ls->problem[0] = '\0';
		free(ls->next);
		ls->next = NULL;
		ls->busy = false;
	} else if (read_next(ls, ls->next, ls->file_len) != OK) {
		snprintf(ls->problem, sizeof ls->problem, "%.60s%s%.250s", ls->detail.pointer, ls->detail.pointer[0] == '\0' ? "" : ": ", ls->detail.said);
		log_line("%s: not taken, %s", ls->path, ls->problem);
		free(ls->next);
		ls->next = NULL;
		ls->busy = false;
	} else {
		strcpy(ls->next_digest, sum);
		ledger_when_idle(ls->server->ledger, take, ls);
	}
}

void
layouts_hang_up(struct layouts *ls)
{
	if (ls->busy) {
		log_line("%s: another layout is being taken; once more, please", ls->path);
		return;
	}
	ls->busy = true;
	ls->detail = (struct refusal_detail){ 0 };
	ls->rev = -1;
	ls->request = NULL;
	strcpy(ls->actor, "system");
	worker_run(ls->server->worker, read_file, file_was_read, ls);
}

/* HTTP. */

static enum refusal
layout_bytes(struct request *rq, const char *text, int rev)
{
	char tag[24];

	snprintf(tag, sizeof tag, "\"%d\"", rev);
	request_header(rq, "ETag", tag);
	request_header(rq, "Cache-Control", "no-cache");
	request_bytes(rq, 200, "application/json", text, strlen(text));
	return OK;
}

enum refusal
get_layout(struct request *rq)
{
	return layout_bytes(rq, rq->server->layouts->text, ledger_shown(rq->server->ledger)->layout_rev);
}

/* Who of those that stand in the log as "staff:7" it was, by name. */
static json_t *
who_json(const struct hall *h, const char *actor)
{
	const struct staff *staff = strncmp(actor, "staff:", 6) == 0 ? hall_staff(h, strtoul(actor + 6, NULL, 10)) : NULL;

	return json_string(staff == NULL ? actor : staff->name);
}

enum refusal
get_layout_versions(struct request *rq)
{
	const struct layout_row *row;
	json_t *list = json_array();

	for (int i = 0; (row = ledger_version(rq->server->ledger, i)) != NULL; i++)
		json_array_append_new(list, json_pack("{s:i, s:o, s:o}", "rev", row->rev, "at", json_time(row->at_ms),
		    "who", who_json(ledger_shown(rq->server->ledger), row->actor)));
	return request_json(rq, 200, json_pack("{s:o}", "versions", list));
}

enum refusal
get_layout_version(struct request *rq)
{
	const struct layout_row *row;

	for (int i = 0; (row = ledger_version(rq->server->ledger, i)) != NULL; i++)
		if (row->rev == atoi(rq->word[0]))
			return layout_bytes(rq, row->text, row->rev);
	return NOT_FOUND;
}

/* As it came: a person's lines and order stay. */
static const char *
whole_body(struct request *rq, size_t *len)
{
	struct evbuffer *in = evhttp_request_get_input_buffer(rq->http);

	*len = evbuffer_get_length(in);
	return *len == 0 ? "" : (const char *)evbuffer_pullup(in, -1);
}

/* As PUT would judge it now, and nothing is changed. */
enum refusal
post_layout_check(struct request *rq)
{
	struct layouts *ls = rq->server->layouts;
	struct refusal_detail *d = &rq->change.detail;
	struct layout *l = xcalloc(1, sizeof *l);
	enum refusal refusal = OK;
	char error[512];
	size_t len;
	const char *text = whole_body(rq, &len);

	if (read_text(ls, l, text, len, error, sizeof error) == -1) {
		tell(d, error);
		refusal = BAD_REQUEST;
	} else if (hall_stranded(ledger_next(rq->server->ledger), l, d->who, sizeof d->who) > 0)
		refusal = STRANDED;
	else
		request_json(rq, 200, json_pack("{s:o}", "restart", restart_for(ls->running, l)));
	free(l);
	return refusal;
}

/* The body of If-Match is an ETag of GET layout, which is a rev. */
enum refusal
put_layout(struct request *rq)
{
	struct layouts *ls = rq->server->layouts;
	const char *match = request_get(rq, "If-Match"), *text;
	enum refusal refusal;
	size_t len;
	char rest;

	if (ls->busy)
		return STALE;
	if (match == NULL || sscanf(match, "\"%9d\"%c", &ls->rev, &rest) != 1) {
		strcpy(rq->change.detail.pointer, "If-Match");
		strcpy(rq->change.detail.expected, "the ETag that GET layout answered");
		return BAD_REQUEST;
	}
	if (ls->rev != ledger_next(rq->server->ledger)->layout_rev)
		return STALE;
	text = whole_body(rq, &len);
	ls->detail = (struct refusal_detail){ 0 };
	if ((refusal = read_next(ls, text, len)) != OK) {
		rq->change.detail = ls->detail;
		return refusal;
	}
	ls->busy = true;
	ls->next_digest[0] = '\0';
	ls->request = rq;
	strcpy(ls->actor, rq->actor);
	ls->next = xcalloc(1, len + 1);
	memcpy(ls->next, text, len);
	ledger_when_idle(ls->server->ledger, take, ls);
	return OK;
}
