/*
 * Scanners at kiosks: the ticket or booking whose code was held before one.  Of any other
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
	uint32_t	ticket, booking;	/* ids; 0: no code of ours */
	bool		holder;		/* as struct show_scan */
	int64_t		at_ms;
};

struct scanners {
	struct scanner	*scanner;
	int		 count;
};

/* The ticket of a code: its token, behind the address of its page or alone, or its number; or a booking's code. */
static void
look_up(const struct show *s, struct scanner *c, const struct said *what)
{
	const struct hall *h = ledger_shown(s->ledger);
	size_t url = strlen(s->layout->public_url), at = 0;
	char token[TOKEN_MAX];
	const struct booking *b;
	const struct ticket *t;

	if (url > 0 && what->text_length > url && memcmp(what->text, s->layout->public_url, url) == 0)
		at = url;
	c->ticket = c->booking = 0;
	if (what->text_length - at >= sizeof(token))
		return;
	memcpy(token, what->text + at, what->text_length - at);
	token[what->text_length - at] = '\0';
	t = hall_token(h, token);
	c->holder = t != NULL;
	if (t == NULL && at == 0)
		t = hall_number(h, token);
	if (t == NULL && (b = hall_code(h, token)) != NULL)
		c->booking = b->id;
	explicit_bzero(token, sizeof(token));
	if (t != NULL)
		c->ticket = t->id;
}

static void
said(struct show *s, int device, const struct said *what)
{
	if (what->kind != SAID_SCANNED)
		return;
	for (struct scanner *c = s->scanners->scanner; c < s->scanners->scanner + s->scanners->count; c++)
		if (c->device == device) {
			c->count++;
			look_up(s, c, what);
			c->at_ms = show_now_ms(s);
		}
}

int
show_scan(const struct show *s, const char *kiosk, struct show_scan *scan)
{
	for (const struct scanner *c = s->scanners->scanner; c < s->scanners->scanner + s->scanners->count; c++)
		if (kiosk[0] != '\0' && strcmp(s->layout->device[c->device].kiosk, kiosk) == 0) {
			bool fresh = c->count > 0 && show_now_ms(s) - c->at_ms < SCAN_MS;

			*scan = (struct show_scan){ .count = c->count, .ticket = fresh ? c->ticket : 0,
			    .booking = fresh ? c->booking : 0, .holder = c->holder };
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
