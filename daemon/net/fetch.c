/* libcurl: one answer that is waited for (fetch.h), and many in the loop (post.h). */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/net/fetch.h"
#include "daemon/net/post.h"

static size_t
received(char *bytes, size_t size, size_t count, void *arg)
{
	struct fetch *f = arg;
	size_t len = size * count;

	if (f->take != NULL) {
		f->take(bytes, len);
		return len;
	}
	f->answer = xrealloc(f->answer, f->len + len + 1, 1);
	memcpy(f->answer + f->len, bytes, len);
	f->len += len;
	f->answer[f->len] = '\0';
	return len;
}

static struct curl_slist *
headers(const struct fetch *f)
{
	struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");
	char line[512];

	if (f->token != NULL) {
		snprintf(line, sizeof line, "Authorization: Bearer %s", f->token);
		list = curl_slist_append(list, line);
	}
	if (f->key != NULL) {
		snprintf(line, sizeof line, "Idempotency-Key: %s", f->key);
		list = curl_slist_append(list, line);
	}
	if (f->match != NULL) {
		snprintf(line, sizeof line, "If-Match: %s", f->match);
		list = curl_slist_append(list, line);
	}
	return list;
}

int
fetch(struct fetch *f)
{
	CURL *curl = curl_easy_init();
	struct curl_slist *list = headers(f);
	long status = 0;
	CURLcode result;

	f->answer = xrealloc(NULL, 1, 1);
	f->answer[f->len = 0] = '\0';
	f->error[0] = '\0';
	curl_easy_setopt(curl, CURLOPT_URL, f->url);
	curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, f->socket);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, f->method);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
	if (f->body != NULL)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, f->body);
	/* A refusal is not what `take` waits for. */
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, f->take != NULL ? 1L : 0L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, received);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, f);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, f->error);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 5L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	result = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	f->status = status;
	/* Of a socket, curl names a host and a port that nobody has. */
	if (result == CURLE_COULDNT_CONNECT && f->socket != NULL)
		snprintf(f->error, sizeof f->error, "%s",
		    access(f->socket, W_OK) == -1 && errno == EACCES ? strerror(errno) : "no halld runs there");
	if (result != CURLE_OK && f->error[0] == '\0')
		snprintf(f->error, sizeof f->error, "%s", curl_easy_strerror(result));
	curl_slist_free_all(list);
	curl_easy_cleanup(curl);
	return result == CURLE_OK ? 0 : -1;
}

/* In the loop. */

#define CONNECT_S	5

struct poster {
	struct event_base *base;
	CURLM		*multi;
	struct event	*timer;
	struct sending	*first, *spare;
};

struct sending {
	struct sending	*next, **at;
	struct poster	*poster;
	CURL		*curl;
	struct curl_slist *headers;
	char		*url, *body;
	char		 answer[POST_ANSWER_MAX];
	size_t		 len;
	bool		 cut;		/* there was more of it */
	char		 error[CURL_ERROR_SIZE];
	void		(*done)(void *, int, int, const char *, size_t, const char *);
	void		*arg;
};

/* What libcurl waits for at one of its sockets. */
struct wait { struct poster *poster; struct event *event; };

/* One that was used before, or new: a handle of libcurl's is costly. */
static struct sending *
sending_new(struct poster *p)
{
	struct sending *s = p->spare;

	if (s != NULL)
		p->spare = s->next;
	else {
		s = xcalloc(1, sizeof *s);
		s->poster = p;
		if ((s->curl = curl_easy_init()) == NULL)
			fatal("no libcurl");
	}
	s->next = p->first;
	s->at = &p->first;
	if (s->next != NULL)
		s->next->at = &s->next;
	return p->first = s;
}

static void
sending_spare(struct sending *s)
{
	struct poster *p = s->poster;

	curl_multi_remove_handle(p->multi, s->curl);
	curl_easy_reset(s->curl);
	curl_slist_free_all(s->headers);
	s->headers = NULL;
	if (s->next != NULL)
		s->next->at = s->at;
	*s->at = s->next;
	free(s->url);
	free(s->body);
	s->next = p->spare;
	p->spare = s;
}

/* An answer that was cut is one all the same: its status is known. */
static void
sending_ends(struct sending *s, CURLcode result)
{
	curl_off_t retry_after_s = 0;
	long status = 0;

	curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(s->curl, CURLINFO_RETRY_AFTER, &retry_after_s);
	if (result != CURLE_OK && !s->cut)
		status = 0;
	if (status == 0 && s->error[0] == '\0')
		snprintf(s->error, sizeof s->error, "%s", curl_easy_strerror(result));
	s->done(s->arg, (int)status, (int)retry_after_s, s->answer, s->len, s->error);
	sending_spare(s);
}

static void
look(struct poster *p)
{
	struct sending *s;
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(p->multi, &left)) != NULL)
		if (message->msg == CURLMSG_DONE && curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&s) == CURLE_OK)
			sending_ends(s, message->data.result);
}

static void
timed(evutil_socket_t fd, short what, void *arg)
{
	struct poster *p = arg;
	int running;

	(void)fd, (void)what;
	curl_multi_socket_action(p->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	look(p);
}

static void
ready(evutil_socket_t fd, short what, void *arg)
{
	struct wait *w = arg;
	struct poster *p = w->poster;
	int running;

	curl_multi_socket_action(p->multi, fd, (what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0), &running);
	look(p);
}

static int
set_timer(CURLM *multi, long timeout_ms, void *arg)
{
	struct poster *p = arg;

	(void)multi;
	if (timeout_ms < 0)
		event_del(p->timer);
	else
		event_add(p->timer, &(struct timeval){ .tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000 });
	return 0;
}

static int
set_socket(CURL *curl, curl_socket_t fd, int what, void *arg, void *of_socket)
{
	struct poster *p = arg;
	struct wait *w = of_socket;

	(void)curl;
	if (w != NULL)
		event_free(w->event);
	if (what == CURL_POLL_REMOVE) {
		free(w);
		curl_multi_assign(p->multi, fd, NULL);
		return 0;
	}
	if (w == NULL) {
		w = xcalloc(1, sizeof *w);
		w->poster = p;
		curl_multi_assign(p->multi, fd, w);
	}
	w->event = event_new(p->base, fd, EV_PERSIST | (what & CURL_POLL_IN ? EV_READ : 0) | (what & CURL_POLL_OUT ? EV_WRITE : 0), ready, w);
	event_add(w->event, NULL);
	return 0;
}

static size_t
collect(char *bytes, size_t size, size_t count, void *arg)
{
	struct sending *s = arg;
	size_t len = size * count;

	if (s->len + len > sizeof s->answer - 1) {
		s->cut = true;
		return 0;
	}
	memcpy(s->answer + s->len, bytes, len);
	s->len += len;
	s->answer[s->len] = '\0';
	return len;
}

struct poster *
poster_open(struct event_base *base)
{
	struct poster *p = xcalloc(1, sizeof *p);

	p->base = base;
	p->timer = evtimer_new(base, timed, p);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || (p->multi = curl_multi_init()) == NULL)
		fatal("no libcurl");
	curl_multi_setopt(p->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
	curl_multi_setopt(p->multi, CURLMOPT_SOCKETDATA, p);
	curl_multi_setopt(p->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(p->multi, CURLMOPT_TIMERDATA, p);
	return p;
}

void
poster_close(struct poster *p)
{
	if (p == NULL)
		return;
	while (p->first != NULL)
		sending_spare(p->first);
	for (struct sending *s; (s = p->spare) != NULL; free(s)) {
		p->spare = s->next;
		curl_easy_cleanup(s->curl);
	}
	curl_multi_cleanup(p->multi);
	event_free(p->timer);
	free(p);
}

void
poster_send(struct poster *p, const struct post *post)
{
	struct sending *s = sending_new(p);

	s->len = 0;
	s->cut = false;
	s->answer[0] = s->error[0] = '\0';
	s->done = post->done;
	s->arg = post->arg;
	s->url = xstrdup(post->url);
	s->body = xcalloc(1, post->len + 1);
	memcpy(s->body, post->body, post->len);
	for (int i = 0; i < POST_HEADERS_MAX && post->header[i] != NULL; i++)
		s->headers = curl_slist_append(s->headers, post->header[i]);
	s->headers = curl_slist_append(s->headers, "Expect:");		/* no round trip before the body */
	curl_easy_setopt(s->curl, CURLOPT_URL, s->url);
	curl_easy_setopt(s->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(s->curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(s->curl, CURLOPT_HTTPHEADER, s->headers);
	curl_easy_setopt(s->curl, CURLOPT_POSTFIELDS, s->body);
	curl_easy_setopt(s->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->len);
	curl_easy_setopt(s->curl, CURLOPT_WRITEFUNCTION, collect);
	curl_easy_setopt(s->curl, CURLOPT_WRITEDATA, s);
	curl_easy_setopt(s->curl, CURLOPT_ERRORBUFFER, s->error);
	curl_easy_setopt(s->curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	curl_easy_setopt(s->curl, CURLOPT_TIMEOUT, (long)post->limit_s);
	curl_easy_setopt(s->curl, CURLOPT_NOSIGNAL, 1L);
	/* Else giving up on a name waits, in the loop, for the thread that looks it up: five seconds for each silent name server. */
	curl_easy_setopt(s->curl, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(s->curl, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
	curl_easy_setopt(s->curl, CURLOPT_PRIVATE, s);
	curl_multi_add_handle(p->multi, s->curl);
}
