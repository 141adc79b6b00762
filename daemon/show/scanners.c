/*
 * Scanners at kiosks: the ticket whose code was held before one.  Of any other
 * text nothing is kept.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/base/util.h"
#include "daemon/show/part.h"

#define SCAN_MS	30000	/* a kiosk is told of a scan so long */

struct scanner {
	int		device;
	uint64_t	count;
	uint32_t	ticket;		/* 0: no code of ours */
	int64_t		at_ms;
};

struct scanners {
	struct scanner	*scanner;
	int		 count;
};

/* The ticket of a code: its token, behind the address of its page or alone. */
static uint32_t
ticket_of(const struct show *s, const struct said *what)
{
	size_t url = strlen(s->layout->public_url), at = 0;
	char token[TOKEN_MAX];
	const struct ticket *t;

	if (url > 0 && what->text_length > url && memcmp(what->text, s->layout->public_url, url) == 0)
		at = url;
	if (what->text_length - at >= sizeof(token))
		return 0;
	memcpy(token, what->text + at, what->text_length - at);
	token[what->text_length - at] = '\0';
	t = hall_token(ledger_shown(s->ledger), token);
	explicit_bzero(token, sizeof(token));
	return t == NULL ? 0 : t->id;
}

static void
said(struct show *s, int device, const struct said *what)
{
	if (what->kind != SAID_SCANNED)
		return;
	for (struct scanner *c = s->scanners->scanner; c < s->scanners->scanner + s->scanners->count; c++)
		if (c->device == device) {
			c->count++;
			c->ticket = ticket_of(s, what);
			c->at_ms = show_now_ms(s);
		}
}

int
show_scan(const struct show *s, const char *kiosk, struct show_scan *scan)
{
	for (const struct scanner *c = s->scanners->scanner; c < s->scanners->scanner + s->scanners->count; c++)
		if (kiosk[0] != '\0' && strcmp(s->layout->device[c->device].kiosk, kiosk) == 0) {
			bool fresh = c->count > 0 && show_now_ms(s) - c->at_ms < SCAN_MS;

			*scan = (struct show_scan){ .count = c->count, .ticket = fresh ? c->ticket : 0 };
			return 0;
		}
	return -1;
}

static void
scanners_open(struct show *s)
{
	struct scanners *scanners = s->scanners = xcalloc(1, sizeof(*scanners));

	scanners->scanner = xcalloc(s->layout->device_count + 1, sizeof(*scanners->scanner));
	for (int i = 0; i < s->layout->device_count; i++)
		if (show_driver(s, i)->kind == DRIVER_SCANNER)
			scanners->scanner[scanners->count++] = (struct scanner){ .device = i };
}

static void
scanners_close(struct show *s)
{
	free(s->scanners->scanner);
	free(s->scanners);
}

const struct part scanners_part = { .open = scanners_open, .close = scanners_close, .said = said };
