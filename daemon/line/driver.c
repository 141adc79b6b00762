/* The table of drivers, and what joins protocols/ to it. */
#include <stdio.h>
#include <string.h>

#include "daemon/line/driver.h"
#include "protocols/bx.h"
#include "protocols/ff68.h"
#include "protocols/syn6288.h"
#include "protocols/text.h"

/* Complete a frame whose bytes are written. */
static int
framed(struct frame *f, size_t length, unsigned answers, int work_ms)
{
	f->length = length;
	f->answers = answers;
	f->work_ms = work_ms;
	return length > 0 ? 0 : -1;
}

/* Printers, ESC/POS. */

#define CUT_MS		1500	/* feed to the cutter, cut */
#define PRINT_MM_S	50	/* slow models; common ones do 150 */

static int
printer_print(struct frame *f, const struct device *d, const struct paper *paper)
{
	size_t length = escpos_paper(f->bytes, sizeof(f->bytes), paper, d->width_mm);

	return framed(f, length, SAID(SAID_PRINTED), CUT_MS + escpos_paper_mm(paper, d->width_mm) * 1000 / PRINT_MM_S);
}

static int
printer_status(struct frame *f, int n)
{
	return framed(f, escpos_ask(f->bytes, sizeof(f->bytes), n), SAID(SAID_STATUS), 0);
}

static int
printer_probe(struct frame *f, int address)
{
	(void)address;
	return printer_status(f, ESCPOS_ASK_PRINTER);
}

static int
printer_greet(struct frame *f, int address)
{
	(void)address;
	return framed(f, escpos_asb(f->bytes, sizeof(f->bytes), 0xFF), SAID(SAID_REPORT), 0);
}

static int
printer_forget(struct frame *f)
{
	return framed(f, escpos_recover(f->bytes, sizeof(f->bytes)), 0, 0);
}

static int
printer_parse(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	struct escpos_answer answer;
	size_t used = escpos_parse(&state->escpos, &answer, in, len);

	*said = (struct said){ .status = answer.status };
	if (answer.kind == ESCPOS_DLE_EOT && answer.n != 0)
		said->kind = SAID_STATUS;
	else if (answer.kind == ESCPOS_ASB)
		said->kind = SAID_REPORT;
	else if (answer.kind == ESCPOS_GS_R)
		said->kind = SAID_PRINTED;
	return (int)used;
}

static void
printer_asked(union driver_state *state, const uint8_t *frame, size_t len)
{
	bool asks = len == 3 && frame[0] == 0x10 && frame[1] == 0x04;

	state->escpos.asked = asks ? frame[2] : 0;
	/* Block data are never asked for: noise like the head of some must not swallow the answer. */
	state->escpos.block_left = 0;
}

/* Voice modules, SYN6288. */

static int
voice_probe(struct frame *f, int address)
{
	(void)address;
	return framed(f, syn6288_query(f->bytes), SAID(SAID_SPEAKING) | SAID(SAID_IDLE), 0);
}

static int
voice_say(struct frame *f, const struct announcement *a)
{
	char text[512];

	if (syn6288_announce(text, sizeof(text), a) == 0)
		return -1;
	return framed(f, syn6288_speak(f->bytes, text), SAID(SAID_ACK), 0);
}

static int
voice_stop(struct frame *f)
{
	return framed(f, syn6288_stop(f->bytes), SAID(SAID_ACK), 0);
}

static int
voice_parse(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	(void)state;
	*said = (struct said){ .kind = SAID_NOTHING };
	if (len == 0)
		return 0;
	switch (syn6288_answer(in[0])) {
	case VOICE_NOTHING:
		return -1;
	case VOICE_STARTED:
		said->kind = SAID_STARTED;
		break;
	case VOICE_ACCEPTED:
		said->kind = SAID_ACK;
		break;
	case VOICE_REFUSED:
		said->kind = SAID_NACK;
		said->why = "the module refused the frame";
		said->again = true;
		break;
	case VOICE_BUSY:
		said->kind = SAID_SPEAKING;
		break;
	case VOICE_IDLE:
		said->kind = SAID_IDLE;
		break;
	}
	return 1;
}

/* Signs, Onbon BX.  5K cards count across in units of 8 pixels, 6K cards in pixels. */

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
		.text = text,
	};
	int page_rows = area.height / ROW;

	if (t->text[0] == '\0')
		return sign_clear(f, d, address, t->area);
	if (card_text(text, sizeof(text), t, area.width * unit / COLUMN, page_rows > 0 ? page_rows : 1) == -1)
		return -1;
	return framed(f, bx_show(f->bytes, sizeof(f->bytes), address, &area), SAID(SAID_ACK), 0);
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

/* Keypads, FF 68. */

static const struct key_binding keypad_keys[] = {
	{ .key = FF68_NEXT,	.command = "next" },
	{ .key = FF68_RECALL,	.command = "recall" },
	{ .key = FF68_RATE,	.command = "finish" },
	{ .key = FF68_PAUSE,	.command = "pause" },
	{ .key = FF68_LINE,	.command = "start" },
	{ .key = FF68_CANCEL,	.command = "undo" },
	{ .digits = { KEY_ANY_DIGIT }, .digit_count = 1, .key = FF68_TRANSFER, .command = "transfer" },
	{ .digits = { 6 }, .digit_count = 1, .key = FF68_OK, .command = "pass" },
	{ .digits = { 0 }, .digit_count = 1, .key = FF68_OK, .command = "hold" },
	{ .digits = { 3 }, .digit_count = 1, .key = FF68_OK, .command = "unhold" },
	{ .digits = { 2 }, .digit_count = 1, .key = FF68_OK, .command = "serve" },
	{ .digits = { 9 }, .digit_count = 1, .key = FF68_PAUSE, .command = "close" },
};

static bool
keypad_address(int address)
{
	return address >= 0 && address <= 255;
}

static int
keypad_display(struct frame *f, int address, int waiting, const char *number)
{
	return framed(f, keypad_address(address) ? ff68_show(f->bytes, address, waiting, number) : 0, 0, 0);
}

static int
keypad_beep(struct frame *f, int address)
{
	return framed(f, keypad_address(address) ? ff68_beep(f->bytes, address) : 0, 0, 0);
}

static int
keypad_rate(struct frame *f, int address)
{
	return framed(f, keypad_address(address) ? ff68_start_rating(f->bytes, address) : 0, 0, 0);
}

static int
keypad_stars(struct frame *f, int address, int stars)
{
	return framed(f, keypad_address(address) ? ff68_stars(f->bytes, address, stars) : 0, 0, 0);
}

static int
keypad_parse(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	struct ff68_frame frame;
	struct ff68_press press;
	int used = ff68_parse(&frame, in, len);

	(void)state;
	*said = (struct said){ .kind = SAID_NOTHING };
	if (used <= 0)
		return used;
	said->address = frame.address;
	if (ff68_rating(&frame) != -1) {
		said->kind = SAID_RATING;
		said->button = ff68_rating(&frame);
	} else if (ff68_press(&press, &frame) == 0) {
		said->kind = SAID_KEY;
		said->press.key = press.key;
		said->press.digit_count = press.digit_count;
		memcpy(said->press.digits, press.digits, press.digit_count);
	} else
		return used;
	said->reply_length = ff68_answer(said->reply, &frame);
	return used;
}

const struct driver drivers[] = {
	{ .name = "escpos", .kind = DRIVER_PRINTER,
	  .summary = "ESC/POS ticket printer, 58 or 80 mm, with Chinese (GBK)",
	  .baud = 9600, .answer_ms = 500, .gap_ms = 0,
	  .probe = printer_probe, .greet = printer_greet,
	  .print = printer_print, .status = printer_status, .forget = printer_forget,
	  .parse = printer_parse, .asked = printer_asked },

	{ .name = "syn6288", .kind = DRIVER_VOICE,
	  .summary = "SYN6288 text-to-speech module, Chinese",
	  .baud = 9600, .answer_ms = 200, .gap_ms = 10,
	  .probe = voice_probe, .say = voice_say, .stop = voice_stop,
	  .parse = voice_parse },

	{ .name = "bx", .kind = DRIVER_SIGN,
	  .summary = "Onbon BX-5K and 5MK LED sign with fonts; across in units of 8 pixels",
	  .baud = 57600, .answer_ms = 500, .gap_ms = 5,
	  .probe = sign_probe, .show = sign_show_5k, .clear = sign_clear,
	  .parse = sign_parse },

	{ .name = "bx6k", .kind = DRIVER_SIGN,
	  .summary = "Onbon BX-6K LED sign with fonts; across in pixels",
	  .baud = 57600, .answer_ms = 500, .gap_ms = 5,
	  .probe = sign_probe, .show = sign_show_6k, .clear = sign_clear,
	  .parse = sign_parse },

	{ .name = "ff68", .kind = DRIVER_KEYPAD,
	  .summary = "Caller keypads and four-key raters, FF 68 frames, many on a line",
	  .baud = 9600, .answer_ms = 200, .gap_ms = 4,
	  .keys = keypad_keys, .key_count = sizeof(keypad_keys) / sizeof(keypad_keys[0]),
	  .display = keypad_display, .beep = keypad_beep, .rate = keypad_rate, .stars = keypad_stars,
	  .parse = keypad_parse },

	{ .name = NULL }
};

const struct driver_name driver_names[] = {
	{ "escpos", "printer" },
	{ "syn6288", "voice" },
	{ "bx", "sign" },
	{ "bx6k", "sign" },
	{ "ff68", "keypad" },
	{ NULL, NULL }
};

const struct driver *
driver_find(const char *name)
{
	for (const struct driver *d = drivers; d->name != NULL; d++)
		if (strcmp(d->name, name) == 0)
			return d;
	return NULL;
}

const char *
driver_kind_name(enum driver_kind kind)
{
	static const char *const names[] = {
		[DRIVER_PRINTER] = "printer", [DRIVER_VOICE] = "voice", [DRIVER_SIGN] = "sign", [DRIVER_KEYPAD] = "keypad"
	};

	return names[kind];
}
