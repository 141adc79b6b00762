/* Pages and what belongs to them. */
#include <stdio.h>
#include <string.h>

#include <event2/http.h>

#include "daemon/api/handlers.h"
#include "daemon/api/pages.h"

/* Nothing from other hosts, nothing inline, in nobody's frame. */
#define POLICY "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/* What may serve the pages of tickets where there is no signal. */
#define WORKER "pages/ticket/worker.js"

static enum refusal
send_page(struct request *rq, const char *path)
{
	const struct page *page = page_find(rq->server->pages, path);

	if (page == NULL)
		return NOT_FOUND;
	request_header(rq, "ETag", page->etag);
	request_header(rq, "Cache-Control", "no-cache");
	request_header(rq, "Content-Security-Policy", POLICY);
	request_header(rq, "Referrer-Policy", "no-referrer");
	if (strcmp(path, WORKER) == 0)
		request_header(rq, "Service-Worker-Allowed", "/t/");
	if (request_knows(rq, page->etag))
		request_bytes(rq, 304, NULL, NULL, 0);
	else
		request_bytes(rq, 200, page->type, page->bytes, page->len);
	return OK;
}

enum refusal
get_page(struct request *rq)
{
	static const struct { const char *route, *page; } pages[] = {
		{ "/", "pages/public/index.html" },
		{ "/board", "pages/board/index.html" },
		{ "/kiosk", "pages/kiosk/index.html" },
		{ "/window/{no}", "pages/window/index.html" },
		{ "/t/{token}", "pages/ticket/index.html" },
	};

	if (rq->window != 0 && layout_window(ledger_layout(rq->server->ledger), rq->window) == NULL)
		return UNKNOWN_WINDOW;
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		if (strcmp(pages[i].route, rq->route->path) == 0)
			return send_page(rq, pages[i].page);
	return NOT_FOUND;
}

enum refusal
get_asset(struct request *rq)
{
	return send_page(rq, evhttp_uri_get_path(evhttp_request_get_evhttp_uri(rq->http)) + 1);
}
