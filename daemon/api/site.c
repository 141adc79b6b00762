/* Pages and what belongs to them. */
#include <stdio.h>
#include <string.h>

#include <event2/http.h>

#include "daemon/api/handlers.h"
#include "daemon/api/pages.h"

static enum refusal
send_page(struct request *rq, const char *path)
{
	struct document *page = page_find(rq->server->pages, path);

	return page == NULL ? NOT_FOUND : request_document(rq, page);
}

enum refusal
get_page(struct request *rq)
{
	static const struct { const char *route, *page; } pages[] = {
		{ "/", "pages/public/index.html" },
		{ "/board", "pages/board/index.html" },
		{ "/guide", "pages/guide/index.html" },
		{ "/kiosk", "pages/kiosk/index.html" },
		{ "/window/{no}", "pages/window/index.html" },
		{ "/sign/{no}", "pages/sign/index.html" },
		{ "/admin", "pages/admin/index.html" },
		{ "/me", "pages/me/index.html" },
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
