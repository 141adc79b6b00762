/*
 * ESC/POS ticket printers: see escpos.h.
 */
#include <string.h>

#include "protocols/escpos.h"
#include "protocols/text.h"

#define DOTS_MM		8
#define LINE_DOTS	24	/* a character of height 1 */
#define GAP_DOTS	6	/* between two lines */
#define FEED_DOTS	24	/* between the last line and the cut */
#define QR_DOTS		6	/* a module */
#define QR_BYTES	2331	/* what the largest code holds at level M */
#define BLOCK_BYTES	255	/* more than any block data that we could have asked for */

#define XON	0x11
#define XOFF	0x13

static size_t
command(uint8_t *out, size_t cap, const void *bytes, size_t len)
{
	if (len > cap)
		return 0;
	memcpy(out, bytes, len);
	return len;
}

#define COMMAND(...) \
	command(out, cap, (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))

size_t
escpos_init(uint8_t *out, size_t cap)
{
	return COMMAND(0x1B, 0x40);
}

size_t
escpos_row(uint8_t *out, size_t cap, const char *text)
{
	size_t len;

	if (strlen(text) + 5 > cap)	/* GBK is never longer than UTF-8 */
		return 0;
	memcpy(out, "\x1C\x26", 2);
	len = 2 + text_gbk(out + 2, cap - 5, text);
	memcpy(out + len, "\n\x1C\x2E", 3);
	return len + 3;
}

size_t
escpos_print_mode(uint8_t *out, size_t cap, unsigned mode)
{
	if (mode & ~0xB9u)
		return 0;
	return COMMAND(0x1B, 0x21, mode);
}

size_t
escpos_bold(uint8_t *out, size_t cap, bool on)
{
	return COMMAND(0x1B, 0x45, on);
}

size_t
escpos_align(uint8_t *out, size_t cap, enum paper_align align)
{
	return COMMAND(0x1B, 0x61, align == PAPER_CENTRE);
}

size_t
escpos_size(uint8_t *out, size_t cap, int width, int height)
{
	if (width < 1 || width > 8 || height < 1 || height > 8)
		return 0;
	return COMMAND(0x1D, 0x21, (width - 1) << 4 | (height - 1));
}

size_t
escpos_spacing(uint8_t *out, size_t cap, int dots)
{
	if (dots < 0 || dots > 255)
		return 0;
	return COMMAND(0x1B, 0x33, dots);
}

size_t
escpos_cut(uint8_t *out, size_t cap, bool partial)
{
	return COMMAND(0x1D, 0x56, partial);
}

size_t
escpos_feed_cut(uint8_t *out, size_t cap, bool partial, int dots)
{
	if (dots < 0 || dots > 255)
		return 0;
	return COMMAND(0x1D, 0x56, partial ? 66 : 65, dots);
}

static bool
has_control(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7F)
			return true;
	return false;
}

size_t
escpos_qr(uint8_t *out, size_t cap, const char *data, int dots, char level)
{
	static const char levels[] = "LMQH";
	const char *found = level == '\0' ? NULL : strchr(levels, level);
	size_t len = strlen(data), head;

	if (found == NULL || dots < 1 || dots > 16 || len < 1 || len > QR_BYTES || has_control(data))
		return 0;
	head = COMMAND(
	    0x1D, 0x28, 0x6B, 4, 0, 0x31, 0x41, 0x32, 0,
	    0x1D, 0x28, 0x6B, 3, 0, 0x31, 0x43, dots,
	    0x1D, 0x28, 0x6B, 3, 0, 0x31, 0x45, 0x30 + (found - levels),
	    0x1D, 0x28, 0x6B, (len + 3) & 0xFF, (len + 3) >> 8, 0x31, 0x50, 0x30);
	if (head == 0 || head + len + 8 > cap)
		return 0;
	memcpy(out + head, data, len);
	memcpy(out + head + len, "\x1D\x28\x6B\x03\x00\x31\x51\x30", 8);
	return head + len + 8;
}

size_t
escpos_code128(uint8_t *out, size_t cap, const char *data)
{
	size_t len = strlen(data);

	if (len < 3 || len > 255 || data[0] != '{' || strchr("ABC", data[1]) == NULL || len + 4 > cap)
		return 0;
	memcpy(out, "\x1D\x6B\x49", 3);
	out[3] = len;
	memcpy(out + 4, data, len);
	return len + 4;
}

size_t
escpos_raster(uint8_t *out, size_t cap, const uint8_t *dots, int width, int rows)
{
	size_t len = (size_t)width * rows;

	if (width < 1 || width > 72 || rows < 1 || rows > 256 || len + 8 > cap)
		return 0;
	COMMAND(0x1D, 0x76, 0x30, 0, width, 0, rows & 0xFF, rows >> 8);
	memcpy(out + 8, dots, len);
	return len + 8;
}

size_t
escpos_ask(uint8_t *out, size_t cap, int n)
{
	if (n < ESCPOS_ASK_PRINTER || n > ESCPOS_ASK_PAPER)
		return 0;
	return COMMAND(0x10, 0x04, n);
}

size_t
escpos_asb(uint8_t *out, size_t cap, unsigned items)
{
	if (items > 0xFF)
		return 0;
	return COMMAND(0x1D, 0x61, items);
}

size_t
escpos_marker(uint8_t *out, size_t cap)
{
	return COMMAND(0x1D, 0x72, 1);
}

size_t
escpos_recover(uint8_t *out, size_t cap)
{
	return COMMAND(0x10, 0x05, 2);
}

/* Columns of normal width, or 0 if there is no such paper. */
static int
paper_columns(int paper_mm)
{
	return paper_mm == 58 ? 32 : paper_mm == 80 ? 48 : 0;
}

static bool
paper_ok(const struct paper *p, int paper_mm)
{
	const struct paper_line *l;

	if (paper_columns(paper_mm) == 0 || p->count < 0 || p->count > PAPER_LINES || p->below < 0 ||
	    p->below > p->count || has_control(p->qr) || p->code.side < 0 || p->code.side > PAPER_MODULES)
		return false;
	for (l = p->lines; l < p->lines + p->count; l++)
		if (l->width < 1 || l->width > 8 || l->height < 1 || l->height > 8)
			return false;
	return true;
}

/* Take the next row off *text; the blanks at which it was broken are not printed. */
static void
next_row(char row[PAPER_TEXT], const char **text, int columns)
{
	size_t bytes = text_row(*text, columns);

	memcpy(row, *text, bytes);
	row[bytes] = '\0';
	*text += bytes;
	*text += strspn(*text, " ");
}

/* What has been written to out of cap bytes; failed if anything did not fit. */
struct writer {
	uint8_t	*out;
	size_t	 cap;
	size_t	 used;
	bool	 failed;
};

#define REST(w)	(w)->out + (w)->used, (w)->cap - (w)->used

static void
add(struct writer *w, size_t len)
{
	w->used += len;
	w->failed |= len == 0;
}

static void
add_line(struct writer *w, const struct paper_line *l, int columns)
{
	const char *text = l->text;
	char row[PAPER_TEXT];

	add(w, escpos_align(REST(w), l->align));
	add(w, escpos_bold(REST(w), l->bold));
	add(w, escpos_size(REST(w), l->width, l->height));
	do {
		next_row(row, &text, columns / l->width);
		add(w, escpos_row(REST(w), row));
	} while (*text != '\0');
	add(w, escpos_size(REST(w), 1, 1));
	add(w, escpos_bold(REST(w), false));
	add(w, escpos_align(REST(w), PAPER_LEFT));
}

#define SLICE_ROWS	256
#define CODE_WIDTH	((PAPER_MODULES * QR_DOTS + 7) / 8)	/* bytes of the widest row; it fits on 58 mm */

_Static_assert(CODE_WIDTH * 8 <= 384, "a code as wide as the narrow paper");

/* One row of dots of a row of modules. */
static void
code_dots(uint8_t dots[CODE_WIDTH], const bool *dark, int side)
{
	memset(dots, 0, CODE_WIDTH);
	for (int x = 0; x < side * QR_DOTS; x++)
		if (dark[x / QR_DOTS])
			dots[x / 8] |= 0x80 >> x % 8;
}

/*
 * A code as a picture, in slices.  A dark or light run of it is QR_DOTS long at
 * least, so that it holds neither 10 04 nor 10 05, to which a printer would
 * listen in the midst of it.
 */
static void
add_code(struct writer *w, const struct paper_code *code)
{
	uint8_t dots[SLICE_ROWS * CODE_WIDTH], row[CODE_WIDTH];
	int width = (code->side * QR_DOTS + 7) / 8, rows = code->side * QR_DOTS, count;

	for (int y = 0; y < rows; y += count) {
		count = rows - y < SLICE_ROWS ? rows - y : SLICE_ROWS;
		for (int i = 0; i < count; i++) {
			code_dots(row, code->dark[(y + i) / QR_DOTS], code->side);
			memcpy(dots + i * width, row, width);
		}
		add(w, escpos_raster(REST(w), dots, width, count));
	}
}

/* The smallest code that holds so many bytes (ISO/IEC 18004, table 7), at the stronger level if that makes it no larger. */
static struct qr_size { int modules; char level; }
qr_of(size_t bytes)
{
	static const struct { size_t at_l, at_m; } holds[] = {
		{ 17, 14 }, { 32, 26 }, { 53, 42 }, { 78, 62 }, { 106, 84 }, { 134, 106 }, { 154, 122 }, { 192, 152 },
	};
	int version = 1;

	_Static_assert(PAPER_QR <= 192, "a larger code needs more versions");
	while (bytes > holds[version - 1].at_l)
		version++;
	return (struct qr_size){ 17 + 4 * version, bytes <= holds[version - 1].at_m ? 'M' : 'L' };
}

size_t
escpos_paper(uint8_t *out, size_t cap, const struct paper *p, int paper_mm)
{
	struct writer w = { .out = out, .cap = cap };

	if (!paper_ok(p, paper_mm))
		return 0;
	add(&w, escpos_init(REST(&w)));
	add(&w, escpos_asb(REST(&w), 0xFF));
	add(&w, escpos_spacing(REST(&w), LINE_DOTS + GAP_DOTS));
	for (int i = 0; i < p->count - p->below; i++)
		add_line(&w, &p->lines[i], paper_columns(paper_mm));
	if (p->qr[0] != '\0' || p->code.side > 0) {
		add(&w, escpos_align(REST(&w), PAPER_CENTRE));
		if (p->qr[0] != '\0')
			add(&w, escpos_qr(REST(&w), p->qr, QR_DOTS, qr_of(strlen(p->qr)).level));
		add_code(&w, &p->code);
		add(&w, escpos_align(REST(&w), PAPER_LEFT));
	}
	for (int i = p->count - p->below; i < p->count; i++)
		add_line(&w, &p->lines[i], paper_columns(paper_mm));
	add(&w, escpos_feed_cut(REST(&w), true, FEED_DOTS));
	add(&w, escpos_marker(REST(&w)));
	return w.failed ? 0 : w.used;
}

int
escpos_paper_mm(const struct paper *p, int paper_mm)
{
	char row[PAPER_TEXT];
	int dots = FEED_DOTS;

	if (!paper_ok(p, paper_mm))
		return -1;
	for (const struct paper_line *l = p->lines; l < p->lines + p->count; l++) {
		const char *text = l->text;

		do {
			next_row(row, &text, paper_columns(paper_mm) / l->width);
			dots += LINE_DOTS * l->height + GAP_DOTS;
		} while (*text != '\0');
	}
	if (p->qr[0] != '\0')
		dots += qr_of(strlen(p->qr)).modules * QR_DOTS;
	dots += p->code.side * QR_DOTS;
	return (dots + DOTS_MM - 1) / DOTS_MM;
}

/* A row of the bit tables: any bit of mask set in the answer sets flag. */
struct bits {
	uint8_t			mask;
	enum printer_flag	flag;
};

#define BITS	3

static unsigned
flags_of(const struct bits table[BITS], uint8_t byte)
{
	unsigned flags = 0;

	for (int i = 0; i < BITS; i++)
		if (byte & table[i].mask)
			flags |= table[i].flag;
	return flags;
}

/* GS r 1, and byte 3 of an ASB. */
static const struct bits paper_bits[BITS] = {
	{ 0x03, PRINTER_PAPER_LOW }, { 0x0C, PRINTER_PAPER_OUT },
};

static const struct bits asb_bits[4][BITS] = {
	{ { 0x08, PRINTER_OFFLINE }, { 0x20, PRINTER_COVER_OPEN } },
	{ { 0x08, PRINTER_CUTTER_ERROR }, { 0x64, PRINTER_OTHER_ERROR } },
	{ { 0x03, PRINTER_PAPER_LOW }, { 0x0C, PRINTER_PAPER_OUT } },
};

static const struct bits dle_eot_bits[ESCPOS_ASK_PAPER + 1][BITS] = {
	[ESCPOS_ASK_PRINTER] = { { 0x08, PRINTER_OFFLINE } },
	[ESCPOS_ASK_OFFLINE] = { { 0x04, PRINTER_COVER_OPEN }, { 0x20, PRINTER_PAPER_OUT }, { 0x40, PRINTER_OTHER_ERROR } },
	[ESCPOS_ASK_ERROR] = { { 0x08, PRINTER_CUTTER_ERROR }, { 0x64, PRINTER_OTHER_ERROR } },
	[ESCPOS_ASK_PAPER] = { { 0x0C, PRINTER_PAPER_LOW }, { 0x60, PRINTER_PAPER_OUT } },
};

static struct printer_status
dle_eot_status(int n, uint8_t byte)
{
	static const unsigned known[ESCPOS_ASK_PAPER + 1] = {
		[ESCPOS_ASK_PRINTER] = PRINTER_OFFLINE,
		[ESCPOS_ASK_OFFLINE] = PRINTER_COVER_OPEN,
		[ESCPOS_ASK_ERROR] = PRINTER_CUTTER_ERROR | PRINTER_OTHER_ERROR,
		[ESCPOS_ASK_PAPER] = PRINTER_PAPER_LOW | PRINTER_PAPER_OUT,
	};
	struct printer_status s = { .flags = flags_of(dle_eot_bits[n], byte) };

	s.known = known[n] | s.flags;
	/* No error at all rules out each; no stop for lack of paper does not tell that there is some. */
	if (n == ESCPOS_ASK_OFFLINE && !(s.flags & PRINTER_OTHER_ERROR))
		s.known |= known[ESCPOS_ASK_ERROR];
	return s;
}

static void
answer_dle_eot(struct escpos_parser *p, struct escpos_answer *answer, uint8_t byte)
{
	answer->kind = ESCPOS_DLE_EOT;
	answer->bytes[0] = byte;
	if (p->asked >= ESCPOS_ASK_PRINTER && p->asked <= ESCPOS_ASK_PAPER) {
		answer->n = p->asked;
		answer->status = dle_eot_status(p->asked, byte);
	}
	p->asked = 0;
}

static void
answer_asb(struct escpos_parser *p, struct escpos_answer *answer)
{
	answer->kind = ESCPOS_ASB;
	memcpy(answer->bytes, p->asb, sizeof(answer->bytes));
	answer->status.known = PRINTER_OFFLINE | PRINTER_COVER_OPEN | PRINTER_PAPER_LOW | PRINTER_PAPER_OUT |
	    PRINTER_CUTTER_ERROR | PRINTER_OTHER_ERROR;
	for (int i = 0; i < 4; i++)
		answer->status.flags |= flags_of(asb_bits[i], p->asb[i]);
	p->asb_length = 0;
}

static void
answer_byte(struct escpos_answer *answer, enum escpos_kind kind, uint8_t byte)
{
	answer->kind = kind;
	answer->bytes[0] = byte;
	if (kind == ESCPOS_GS_R) {
		answer->status.flags = flags_of(paper_bits, byte);
		answer->status.known = PRINTER_PAPER_LOW | PRINTER_PAPER_OUT;
	}
}

/* Read one byte; answer->kind tells if it ended an answer. */
static void
parse_byte(struct escpos_parser *p, struct escpos_answer *answer, uint8_t byte)
{
	if (p->block_left > 0) {
		p->block_left = byte == 0 ? 0 : p->block_left - 1;
		return;
	}
	if (p->asb_length > 0 && byte != XOFF) {
		if ((byte & 0x90) == 0) {
			p->asb[p->asb_length++] = byte;
			if (p->asb_length == 4)
				answer_asb(p, answer);
			return;
		}
		p->asb_length = 0;
		p->damaged++;
	}
	if (byte == XON || byte == XOFF)
		answer_byte(answer, byte == XON ? ESCPOS_XON : ESCPOS_XOFF, byte);
	else if ((byte & 0x93) == 0x12)
		answer_dle_eot(p, answer, byte);
	else if ((byte & 0x93) == 0x10)
		p->asb[p->asb_length++] = byte;
	else if ((byte & 0x90) == 0)
		answer_byte(answer, ESCPOS_GS_R, byte);
	else if (memchr("\x35\x37\x3B\x3D\x5F", byte, 5) != NULL)
		p->block_left = BLOCK_BYTES;
}

size_t
escpos_parse(struct escpos_parser *p, struct escpos_answer *answer, const uint8_t *in, size_t len)
{
	size_t used = 0;

	memset(answer, 0, sizeof(*answer));
	while (used < len && answer->kind == ESCPOS_NOTHING)
		parse_byte(p, answer, in[used++]);
	return used;
}
