/* Onbon BX signs.  5K cards count across in units of 8 pixels, 6K cards in pixels. */
#include <stdio.h>
#include <string.h>

#include "daemon/line/drivers/rows.h"
#include "protocols/bx.h"
#include "protocols/text.h"

#define SIGN_WIDTH	128	/* pixels: eight characters, or a call in one row */
#define SIGN_HEIGHT	16
#define ROW		16	/* pixels of the font cards come with: 16 high, a Latin character 8 wide */
#define COLUMN		8
#define SIGN_PAGE	1	/* half seconds a page of a flashing text stays */
#define SIGN_READ	4	/* and one of a text that is longer than its area */
#define SIGN_BUSY	3	/* errors after which the same frame may be taken */
#define SIGN_CRC	5

static int
sign_probe(struct frame *f, int address)
{
	return framed(f, bx_ping(f->bytes, sizeof(f->bytes), address), SAID(SAID_ACK), 0);
}

static int
sign_clear(struct frame *f, const struct device *d, int address, int area)
{
	(void)d;
	return framed(f, bx_delete(f->bytes, sizeof(f->bytes), address, area), SAID(SAID_ACK), 0);
}

/* Rows that a line takes in an area of so many columns. */
static int
rows_of(const char *line, int columns)
{
	int rows = columns > 0 ? (text_columns(line) + columns - 1) / columns : 1;

	return rows > 0 ? rows : 1;
}

/*
 * Write the text as the card wants it, its own line breaks for LF.  A flashing
 * one is filled up with blank rows to a whole page, and a dark page follows: the
 * card turns the pages by itself.  0, or -1: too long.
 */
static int
card_text(char *out, size_t cap, const struct sign_text *t, int columns, int page_rows)
{
	char line[BX_TEXT], plain[BX_TEXT * 3];
	size_t used = 0;
	int rows = 0, dark;

	for (const char *from = t->text, *end; from != NULL; from = *end == '\n' ? end + 1 : NULL) {
		end = strchrnul(from, '\n');
		if ((size_t)(end - from) >= sizeof(line))
			return -1;
		memcpy(line, from, end - from);
		line[end - from] = '\0';
		bx_plain(plain, sizeof(plain), line);
		used += snprintf(out + used, cap - used, "%s%s", rows > 0 ? "\\n" : "", plain);
		if (used >= cap)
			return -1;
		rows += rows_of(line, columns);
	}
	dark = t->flash ? (page_rows - rows % page_rows) % page_rows + page_rows : 0;
	for (; dark > 0; dark--) {
		used += snprintf(out + used, cap - used, "\\n ");
		if (used >= cap)
			return -1;
	}
	return 0;
}

/* unit: pixels that the card counts as one, across. */
static int
sign_show(struct frame *f, const struct device *d, int address, const struct sign_text *t, int unit)
{
	char text[BX_TEXT * 3];
	struct bx_area area = {
		.id = t->area,
		.x = d->area_x, .width = d->area_width != 0 ? d->area_width : SIGN_WIDTH / unit,
		.y = d->area_y + t->area * d->area_step,
		.height = d->area_height != 0 ? d->area_height : SIGN_HEIGHT,
		.run = t->blank_s > 0 ? BX_BLANK : BX_LOOP, .timeout_s = t->blank_s,
		.align = BX_CENTRE | BX_MIDDLE,
		.several_lines = true, .wrap = true,
		.show = BX_QUICK, .stay = t->flash ? SIGN_PAGE : SIGN_READ,
		.unanswered = t->unanswered,
		.text = text,
	};
	int page_rows = area.height / ROW;

	if (t->text[0] == '\0')
		return sign_clear(f, d, address, t->area);
	if (card_text(text, sizeof(text), t, area.width * unit / COLUMN, page_rows > 0 ? page_rows : 1) == -1)
		return -1;
	return framed(f, bx_show(f->bytes, sizeof(f->bytes), address, &area),
	    t->unanswered ? 0 : SAID(SAID_ACK), 0);
}

static int
sign_show_5k(struct frame *f, const struct device *d, int address, const struct sign_text *t)
{
	return sign_show(f, d, address, t, 8);
}

static int
sign_show_6k(struct frame *f, const struct device *d, int address, const struct sign_text *t)
{
	return sign_show(f, d, address, t, 1);
}

static int
sign_parse(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	struct bx_frame frame;
	struct bx_answer answer;
	int used = bx_parse(&frame, in, len);

	(void)state;
	*said = (struct said){ .kind = SAID_NOTHING };
	if (used <= 0 || bx_answer(&answer, &frame, frame.source) == -1)
		return used;
	said->kind = answer.taken ? SAID_ACK : SAID_NACK;
	said->address = (int)frame.source;
	said->error = answer.error;
	said->why = bx_error_name(answer.error);
	said->again = answer.error == SIGN_BUSY || answer.error == SIGN_CRC;
	return used;
}

const struct driver bx_driver = {
	.name = "bx", .kind = DRIVER_SIGN, .address_max = 65535, .area_max = 254,
	.summary = "Onbon BX-5K and 5MK LED sign with fonts; across in units of 8 pixels",
	.baud = 57600, .answer_ms = 500, .gap_ms = 5,
	.probe = sign_probe, .show = sign_show_5k, .clear = sign_clear,
	.parse = sign_parse,
};

const struct driver bx6k_driver = {
	.name = "bx6k", .kind = DRIVER_SIGN, .address_max = 65535, .area_max = 254,
	.summary = "Onbon BX-6K LED sign with fonts; across in pixels",
	.baud = 57600, .answer_ms = 500, .gap_ms = 5,
	.probe = sign_probe, .show = sign_show_6k, .clear = sign_clear,
	.parse = sign_parse,
};
