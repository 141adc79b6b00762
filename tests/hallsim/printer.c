/*
 * An ESC/POS ticket printer for the Chinese market, 203 dpi.
 *
 * It says, a line an occurrence:
 *
 *	paper WxH |text|	a printed line, its largest characters W times as
 *				wide and H times as high as the plain ones, with the
 *				blanks that stand left and right of it, in characters
 *				of that width
 *	qr TEXT			image WxH dots		barcode TEXT
 *	cut (full), N mm	the length of the piece; "cut (partial), N mm";
 *				", through the print" when it was not fed far enough
 *	picture written
 *	out of paper, paper near end, paper loaded, cover open, cover closed,
 *	cutter jammed, cutter free, head hot, head cool, buffer cleared, drawer pulse
 *
 * Sources: Epson ESC/POS manuals (TM-T88, TM-L90: commands, DLE EOT, ASB);
 * Citizen CT-S310 manual 5.3 (what the answers look like); ISO/IEC 18004
 * table 7 (how much a QR code holds).
 */
#include <string.h>

#include "tests/hallsim/sim.h"

#define DOTS_INCH	203
#define CUTTER_DOTS	96	/* from the head to the cutter, 12 mm */
#define CHAR_DOTS	12	/* width of a plain character; a Chinese one has two */
#define CHAR_HEIGHT	24
#define LINE_DOTS	34	/* ESC 2: 1/6 inch */
#define QR_MAX		520	/* bytes in version 15, level L */
#define AREA_BYTES	72	/* of the widest row of dots */
#define PICTURE_ROWS	2400	/* of a piece, 300 mm; what is longer is not in its picture */

enum { OPT_SPEED, OPT_WIDTH, OPT_DRAWER, OPT_ASB };

enum paper { PAPER_OK, PAPER_NEAR_END, PAPER_OUT };

enum align { LEFT, CENTRE, RIGHT };

struct printer {
	/* What stays without power. */
	enum paper	 paper;
	bool		 cover_open;
	bool		 cutter_jammed;
	bool		 head_hot;	/* waits until it has cooled */
	int64_t		 fed;		/* dots since the last cut */
	int64_t		 blank;		/* dots since the last black one */

	/* Modes. */
	struct modes {
		int		 width, height;	/* of characters, 1-8 */
		enum align	 align;
		bool		 chinese;	/* bytes from 80 up are half a GBK character */
		int		 page;		/* code page, Epson's number */
		int		 spacing;	/* dots from line to line */
		int		 margin, area;	/* dots */
		int		 qr_module;	/* dots */
		int		 qr_level;	/* 0-3: L M Q H */
	}		 mode;
	uint8_t		 asb;		/* what GS a asked for; 0: nothing */
	uint8_t		 asb_sent[4];

	/* The line that is being composed. */
	char		 text[2048];	/* UTF-8 */
	size_t		 text_len;
	int		 used;		/* dots */
	int		 text_width, text_height;	/* the largest on it */

	char		 qr[QR_MAX];	/* stored, not yet printed */
	size_t		 qr_len;

	/* The dots of images on the piece that is being printed, and on the one cut last. */
	struct picture {
		uint8_t	 dots[PICTURE_ROWS][AREA_BYTES];
		int	 rows;
	}		 piece, cut;

	size_t		 scanned;	/* unread bytes searched for real-time commands */
	double		 busy_until_ms;	/* the paper is moving until then */
	bool		 busy;		/* told to leave what it is sent unread */
};

/* What it can tell about itself. */

static bool
offline(const struct printer *p)
{
	return p->paper == PAPER_OUT || p->cover_open || p->cutter_jammed || p->head_hot;
}

/* The answer to DLE EOT n. */
static uint8_t
status(const struct unit *u, int n)
{
	const struct printer *p = u->state;
	uint8_t b = 0x12;

	switch (n) {
	case 1:
		b |= u->line->option[OPT_DRAWER] ? 0x04 : 0;
		b |= offline(p) ? 0x08 : 0;
		break;
	case 2:
		b |= p->cover_open ? 0x04 : 0;
		b |= p->paper == PAPER_OUT ? 0x20 : 0;
		b |= p->cutter_jammed || p->head_hot ? 0x40 : 0;
		break;
	case 3:
		b |= p->cutter_jammed ? 0x08 : 0;
		b |= p->head_hot ? 0x40 : 0;
		break;
	case 4:
		b |= p->paper != PAPER_OK ? 0x0C : 0;
		b |= p->paper == PAPER_OUT ? 0x60 : 0;
		break;
	}
	return b;
}

/* Paper sensors as GS r 1 and the third byte of ASB tell them. */
static uint8_t
paper_bits(const struct printer *p)
{
	return (p->paper != PAPER_OK ? 0x03 : 0) | (p->paper == PAPER_OUT ? 0x0C : 0);
}

static void
asb_status(const struct unit *u, uint8_t b[4])
{
	const struct printer *p = u->state;

	b[0] = 0x10 | (u->line->option[OPT_DRAWER] ? 0x04 : 0) | (offline(p) ? 0x08 : 0) |
	    (p->cover_open ? 0x20 : 0);
	b[1] = (p->cutter_jammed ? 0x08 : 0) | (p->head_hot ? 0x40 : 0);
	b[2] = paper_bits(p);
	b[3] = 0;
}

static void
asb_send(struct unit *u)
{
	struct printer *p = u->state;

	asb_status(u, p->asb_sent);
	unit_send(u, p->asb_sent, sizeof p->asb_sent);
}

/* Send the status if something has changed that GS a asked for. */
static void
asb_changed(struct unit *u)
{
	static const struct { uint8_t asked, bits[4]; } items[] = {
		{ 0x01, { 0x04 } },		/* drawer */
		{ 0x02, { 0x28 } },		/* online, cover */
		{ 0x04, { 0, 0x6C } },		/* errors */
		{ 0x08, { 0, 0, 0x0F } },	/* paper */
		{ 0x40, { 0x40 } },		/* feed button */
	};
	struct printer *p = u->state;
	uint8_t now[4];
	bool changed = false;

	asb_status(u, now);
	for (size_t i = 0; i < sizeof items / sizeof items[0]; i++)
		for (int k = 0; k < 4; k++)
			if (p->asb & items[i].asked && (now[k] ^ p->asb_sent[k]) & items[i].bits[k])
				changed = true;
	if (changed)
		asb_send(u);
}

/* Moving paper. */

/* Feed so many dots, the last of them blank. */
static void
advance(struct unit *u, int dots, int blank)
{
	struct printer *p = u->state;
	int speed = u->line->option[OPT_SPEED];
	double now = now_ms();

	p->fed += dots;
	p->blank = blank == dots ? p->blank + dots : blank;
	if (speed == 0)
		return;
	if (p->busy_until_ms < now)
		p->busy_until_ms = now;
	p->busy_until_ms += dots * 25.4 / DOTS_INCH / speed * 1000;
}

static void
clear_text(struct printer *p)
{
	p->text_len = 0;
	p->text[0] = '\0';
	p->used = 0;
	p->text_width = p->text_height = 0;
}

/* Print the composed line and feed so many dots, or as many as it is high. */
static void
print_line(struct unit *u, int dots)
{
	struct printer *p = u->state;
	int width = p->text_width > 0 ? p->text_width : p->mode.width;
	int height = p->text_height > 0 ? p->text_height : p->mode.height;
	int unit = width * CHAR_DOTS;
	int room = p->mode.area > p->used ? p->mode.area - p->used : 0;
	int left = p->mode.margin;
	int black = p->used > 0 ? height * CHAR_HEIGHT : 0;

	if (p->mode.align != LEFT)
		left += p->mode.align == CENTRE ? room / 2 : room;
	left /= unit;
	say(u->name, "paper %dx%d |%*s%s%*s|", width, height, left, "", p->text,
	    (p->mode.margin + room) / unit - left, "");
	if (dots < black)
		dots = black;
	advance(u, dots, dots - black);
	clear_text(p);
}

/* Feed after printing what was composed, if anything was. */
static void
print_and_feed(struct unit *u, int dots)
{
	struct printer *p = u->state;

	if (p->text_len > 0)
		print_line(u, dots);
	else
		advance(u, dots, dots);
}

/* Put a character of so many columns on the line; a full line is printed. */
static void
put_char(struct unit *u, const char *text, int columns)
{
	struct printer *p = u->state;
	int dots = columns * CHAR_DOTS * p->mode.width;
	size_t len = strlen(text);

	if (p->used > 0 &&
	    (p->used + dots > p->mode.area || p->text_len + len >= sizeof p->text))
		print_line(u, p->mode.spacing);
	memcpy(p->text + p->text_len, text, len + 1);
	p->text_len += len;
	p->used += dots;
	if (p->text_width < p->mode.width)
		p->text_width = p->mode.width;
	if (p->text_height < p->mode.height)
		p->text_height = p->mode.height;
}

/* The commands.  Each gets the bytes after its two, and returns NULL or why not. */

/* Width of the paper. */
static int
paper_dots(const struct unit *u)
{
	return u->line->option[OPT_WIDTH] < 80 ? 384 : 576;
}

static void
set_modes(struct unit *u)
{
	struct printer *p = u->state;

	p->mode = (struct modes){ .width = 1, .height = 1, .chinese = true,
	    .spacing = LINE_DOTS, .qr_module = 3,
	    .area = paper_dots(u) };
	p->qr_len = 0;
	clear_text(p);
}

/* Commands that change nothing one could see here. */
static const char *
accept_any(struct unit *u, const uint8_t *a, size_t len)
{
	(void)u, (void)a, (void)len;
	return NULL;
}

/* A switch, which is one bit. */
static const char *
accept_switch(struct unit *u, const uint8_t *a, size_t len)
{
	(void)u, (void)len;
	return a[0] > 1 ? "0 or 1" : NULL;
}

static const char *
underline(struct unit *u, const uint8_t *a, size_t len)
{
	(void)u, (void)len;
	return a[0] > 2 && (a[0] < '0' || a[0] > '2') ? "0 to 2 dots" : NULL;
}

static const char *
initialise(struct unit *u, const uint8_t *a, size_t len)
{
	(void)a, (void)len;
	set_modes(u);
	return NULL;
}

static const char *
feed_lines(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;

	(void)len;
	print_and_feed(u, a[0] * p->mode.spacing);
	return NULL;
}

static const char *
feed_dots(struct unit *u, const uint8_t *a, size_t len)
{
	(void)len;
	print_and_feed(u, a[0]);
	return NULL;
}

static const char *
spacing_default(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;

	(void)a, (void)len;
	p->mode.spacing = LINE_DOTS;
	return NULL;
}

static const char *
spacing(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;

	(void)len;
	p->mode.spacing = a[0];
	return NULL;
}

static const char *
align(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;
	int n = a[0] >= '0' ? a[0] - '0' : a[0];

	(void)len;
	if (n > 2)
		return "alignment is 0 to 2";
	if (p->text_len > 0)
		return "alignment is set at the start of a line only";
	p->mode.align = n;
	return NULL;
}

static const char *
print_mode(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;

	(void)len;
	if (a[0] & 0x46)
		return "bits 1, 2 and 6 are 0";
	p->mode.height = a[0] & 0x10 ? 2 : 1;
	p->mode.width = a[0] & 0x20 ? 2 : 1;
	return NULL;
}

static const char *
chinese_mode(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;

	(void)len;
	if (a[0] & ~0x8C)
		return "only bits 2, 3 and 7 have a meaning";
	p->mode.width = a[0] & 0x04 ? 2 : 1;
	p->mode.height = a[0] & 0x08 ? 2 : 1;
	return NULL;
}

static const char *
size(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;

	(void)len;
	if (a[0] & 0x88)
		return "sizes are 1 to 8";
	p->mode.width = (a[0] >> 4) + 1;
	p->mode.height = (a[0] & 0x0F) + 1;
	return NULL;
}

static const char *
chinese_on(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;

	(void)a, (void)len;
	p->mode.chinese = true;
	return NULL;
}

static const char *
chinese_off(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;

	(void)a, (void)len;
	p->mode.chinese = false;
	return NULL;
}

static const char *
chinese_code(struct unit *u, const uint8_t *a, size_t len)
{
	(void)u, (void)a, (void)len;
	return "FS C selects a Japanese code";
}

static const char *const pages[] = {
	[0] = "CP437", [3] = "CP860", [4] = "CP863", [5] = "CP865",
	[16] = "CP1252", [17] = "CP866", [18] = "CP852", [19] = "CP858",
};

static const char *
code_page(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;

	(void)len;
	if (a[0] >= sizeof pages / sizeof pages[0] || pages[a[0]] == NULL)
		return "no such code page";
	p->mode.page = a[0];
	return NULL;
}

static const char *
position(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;
	int dots = a[0] | a[1] << 8;

	(void)len;
	if (dots > p->mode.area)
		return "beyond the paper's edge";
	while (p->used + CHAR_DOTS * p->mode.width <= dots)
		put_char(u, " ", 1);
	return NULL;
}

/* By so many dots from here; there is no way back over what stands there. */
static const char *
move(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;
	int dots = p->used + (int16_t)(a[0] | a[1] << 8);

	(void)len;
	if (dots < 0 || dots > p->mode.area)
		return "beyond the paper's edge";
	while (p->used + CHAR_DOTS * p->mode.width <= dots)
		put_char(u, " ", 1);
	return NULL;
}

static const char *
margin(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;
	int dots = a[0] | a[1] << 8;

	(void)len;
	if (dots + 2 * CHAR_DOTS > paper_dots(u))
		return "leaves no room for a character";
	p->mode.margin = dots;
	if (p->mode.area > paper_dots(u) - dots)
		p->mode.area = paper_dots(u) - dots;
	return NULL;
}

static const char *
area(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;
	int dots = a[0] | a[1] << 8;

	(void)len;
	if (dots < 2 * CHAR_DOTS || p->mode.margin + dots > paper_dots(u))
		return "wider than the paper, or too narrow";
	p->mode.area = dots;
	return NULL;
}

static const char *
pulse(struct unit *u, const uint8_t *a, size_t len)
{
	(void)len;
	if (a[0] > 1 && a[0] != '0' && a[0] != '1')
		return "pin 0 or 1";
	say(u->name, "drawer pulse");
	return NULL;
}

static size_t
cut_more(const uint8_t *a)
{
	return a[0] == 65 || a[0] == 66;
}

static const char *
cut(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;
	bool partial = a[0] == 1 || a[0] == '1' || a[0] == 66;

	if (a[0] > 1 && a[0] != '0' && a[0] != '1' && a[0] != 65 && a[0] != 66)
		return "no such way to cut";
	if (len == 1 && p->text_len > 0)
		return "cuts at the start of a line only";
	if (len == 2) {
		print_and_feed(u, 0);
		advance(u, CUTTER_DOTS + a[1], CUTTER_DOTS + a[1]);
	}
	say(u->name, "cut (%s), %.0f mm%s", partial ? "partial" : "full",
	    p->fed * 25.4 / DOTS_INCH,
	    p->blank < CUTTER_DOTS && p->blank < p->fed ? ", through the print" : "");
	p->cut = p->piece;
	p->cut.rows = p->fed < PICTURE_ROWS ? p->fed : PICTURE_ROWS;
	memset(&p->piece, 0, sizeof p->piece);
	p->fed = 0;
	return NULL;
}

/* Put an image where the paper stands now, from its left edge on. */
static void
draw(struct printer *p, const uint8_t *dots, int bytes, int rows, int mode, int left)
{
	int across = mode & 1 ? 2 : 1, down = mode & 2 ? 2 : 1;

	for (int y = 0; y < rows * down && p->fed + y < PICTURE_ROWS; y++)
		for (int x = 0; x < bytes * 8 * across && left + x < AREA_BYTES * 8; x++) {
			int from = x / across;

			if (dots[y / down * bytes + from / 8] & 0x80 >> from % 8)
				p->piece.dots[p->fed + y][(left + x) / 8] |= 0x80 >> (left + x) % 8;
		}
}

static size_t
raster_more(const uint8_t *a)
{
	return (size_t)(a[2] | a[3] << 8) * (a[4] | a[5] << 8);
}

static const char *
raster(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;
	int width = (a[2] | a[3] << 8) * 8 * (a[1] & 1 ? 2 : 1);
	int height = (a[4] | a[5] << 8) * (a[1] & 2 ? 2 : 1);
	bool black = false;

	if (a[0] != 0x30 || ((a[1] & ~0x30) > 3))
		return "no such raster mode";
	if (width == 0 || height == 0)
		return "an image without dots";
	if (width > p->mode.area)
		return "wider than the paper";
	print_and_feed(u, 0);
	for (size_t i = 6; i < len; i++)
		black |= a[i] != 0;
	say(u->name, "image %dx%d dots%s", width, height, black ? "" : ", all white");
	draw(p, a + 6, a[2] | a[3] << 8, a[4] | a[5] << 8, a[1], p->mode.margin +
	    (p->mode.align == LEFT ? 0 : (p->mode.area - width) / (p->mode.align == CENTRE ? 2 : 1)));
	advance(u, height, black ? 0 : height);
	return NULL;
}

static size_t
barcode_more(const uint8_t *a)
{
	return a[0] >= 65 ? a[1] : 0;
}

static const char *
barcode(struct unit *u, const uint8_t *a, size_t len)
{
	char text[1024];

	if (a[0] < 65 || a[0] > 79)
		return "only bar codes with a length, 65 to 79";
	if (a[0] == 73 && (len < 4 || a[2] != '{' || a[3] < 'A' || a[3] > 'C'))
		return "CODE128 begins with {A, {B or {C";
	text_decode(text, sizeof text, "ASCII", a + 2, len - 2);
	print_and_feed(u, 0);
	say(u->name, "barcode %s", text);
	advance(u, 162, 0);
	return NULL;
}

/* Dots of a side for so many bytes, or 0 if it does not fit. */
static int
qr_dots(size_t len, int level, int module)
{
	static const short bytes[][4] = {
		{ 17, 14, 11, 7 }, { 32, 26, 20, 14 }, { 53, 42, 32, 24 },
		{ 78, 62, 46, 34 }, { 106, 84, 60, 44 }, { 134, 106, 74, 58 },
		{ 154, 122, 86, 64 }, { 192, 152, 108, 84 }, { 230, 180, 130, 98 },
		{ 271, 213, 151, 119 }, { 321, 251, 177, 137 }, { 367, 287, 203, 155 },
		{ 425, 331, 241, 177 }, { 458, 362, 258, 194 }, { 520, 412, 292, 220 },
	};

	for (int i = 0; i < (int)(sizeof bytes / sizeof bytes[0]); i++)
		if ((int)len <= bytes[i][level])
			return (21 + 4 * i) * module;
	return 0;
}

static const char *
qr_print(struct unit *u)
{
	struct printer *p = u->state;
	char text[QR_MAX * 4 + 1];
	int dots;

	if (p->qr_len == 0)
		return "no QR data stored";
	if ((dots = qr_dots(p->qr_len, p->mode.qr_level, p->mode.qr_module)) == 0)
		return "more than a QR code of version 15 holds";
	if (dots > p->mode.area)
		return "QR code wider than the paper";
	print_and_feed(u, 0);
	text_decode(text, sizeof text, "UTF-8", (const uint8_t *)p->qr, p->qr_len);
	say(u->name, "qr %s", text);
	advance(u, dots, 0);
	return NULL;
}

/* GS ( k for QR codes: a is 31 fn parameters. */
static const char *
qr(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;

	if (len < 3 || a[0] != 0x31)
		return "only QR codes are known";
	switch (a[1]) {
	case 0x41:
		return len == 4 && a[2] >= 0x31 && a[2] <= 0x33 && a[3] == 0 ? NULL : "no such QR model";
	case 0x43:
		if (len != 3 || a[2] < 1 || a[2] > 16)
			return "QR modules are 1 to 16 dots";
		p->mode.qr_module = a[2];
		return NULL;
	case 0x45:
		if (len != 3 || a[2] < 0x30 || a[2] > 0x33)
			return "QR levels are 30 to 33";
		p->mode.qr_level = a[2] - 0x30;
		return NULL;
	case 0x50:
		if (a[2] != 0x30 || len == 3 || len - 3 > QR_MAX)
			return "no QR data, or too much";
		p->qr_len = len - 3;
		memcpy(p->qr, a + 3, p->qr_len);
		return NULL;
	case 0x51:
		return len == 3 && a[2] == 0x30 ? qr_print(u) : "printing a QR code takes 30";
	}
	return "no such QR function";
}

static size_t
bracket_more(const uint8_t *a)
{
	return a[1] | a[2] << 8;
}

static const char *
bracket(struct unit *u, const uint8_t *a, size_t len)
{
	return a[0] == 'k' ? qr(u, a + 3, len - 3) : "no such GS ( function";
}

static const char *
enable_asb(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;

	(void)len;
	if (u->line->option[OPT_ASB] == 0)
		return NULL;
	p->asb = a[0];
	if (p->asb != 0)
		asb_send(u);
	return NULL;
}

/* Answered here, in order, so it tells that all before it is on paper. */
static const char *
request_status(struct unit *u, const uint8_t *a, size_t len)
{
	struct printer *p = u->state;
	uint8_t b;

	(void)len;
	if (a[0] == 1 || a[0] == '1')
		b = paper_bits(p);
	else if (a[0] == 2 || a[0] == '2')
		b = u->line->option[OPT_DRAWER];
	else
		return "no such status";
	unit_send(u, &b, 1);
	return NULL;
}

static const char *
identify(struct unit *u, const uint8_t *a, size_t len)
{
	static const char maker[] = "_hallsim", model[] = "_printer";

	(void)len;
	if (a[0] != 66 && a[0] != 67)
		return "only maker (66) and model (67) are known";
	unit_send(u, (const uint8_t *)(a[0] == 66 ? maker : model), sizeof maker);
	return NULL;
}

static const struct command {
	uint8_t		  lead, code;
	int		  fixed;		/* bytes that follow, at least */
	size_t		(*more)(const uint8_t *);	/* and how many more, told by those */
	const char	*(*run)(struct unit *, const uint8_t *, size_t);
} commands[] = {
	{ 0x10, 0x04, 1, NULL, accept_any },	/* DLE EOT: answered when it came */
	{ 0x10, 0x05, 1, NULL, accept_any },	/* DLE ENQ: obeyed when it came */
	{ 0x1B, '@', 0, NULL, initialise },
	{ 0x1B, 'd', 1, NULL, feed_lines },
	{ 0x1B, 'J', 1, NULL, feed_dots },
	{ 0x1B, '2', 0, NULL, spacing_default },
	{ 0x1B, '3', 1, NULL, spacing },
	{ 0x1B, 'E', 1, NULL, accept_any },	/* bold: bit 0 */
	{ 0x1B, 'G', 1, NULL, accept_any },	/* double strike: bit 0 */
	{ 0x1B, '-', 1, NULL, underline },
	{ 0x1B, ' ', 1, NULL, accept_any },	/* right of a character */
	{ 0x1B, 'a', 1, NULL, align },
	{ 0x1B, 'M', 1, NULL, accept_any },	/* font */
	{ 0x1B, '!', 1, NULL, print_mode },
	{ 0x1B, 't', 1, NULL, code_page },
	{ 0x1B, 'R', 1, NULL, accept_any },	/* national characters */
	{ 0x1B, '{', 1, NULL, accept_switch },	/* upside down */
	{ 0x1B, '$', 2, NULL, position },
	{ 0x1B, '\\', 2, NULL, move },
	{ 0x1B, 'p', 3, NULL, pulse },
	{ 0x1B, 'B', 2, NULL, accept_any },	/* beep */
	{ 0x1D, '!', 1, NULL, size },
	{ 0x1D, 'B', 1, NULL, accept_switch },	/* white on black */
	{ 0x1D, 'L', 2, NULL, margin },
	{ 0x1D, 'W', 2, NULL, area },
	{ 0x1D, 'V', 1, cut_more, cut },
	{ 0x1D, 'v', 6, raster_more, raster },
	{ 0x1D, '(', 3, bracket_more, bracket },
	{ 0x1D, 'k', 2, barcode_more, barcode },
	{ 0x1D, 'h', 1, NULL, accept_any },	/* height of bar codes */
	{ 0x1D, 'w', 1, NULL, accept_any },	/* their width */
	{ 0x1D, 'H', 1, NULL, accept_any },	/* their text */
	{ 0x1D, 'f', 1, NULL, accept_any },	/* its font */
	{ 0x1D, 'a', 1, NULL, enable_asb },
	{ 0x1D, 'r', 1, NULL, request_status },
	{ 0x1D, 'I', 1, NULL, identify },
	{ 0x1C, '&', 0, NULL, chinese_on },
	{ 0x1C, '.', 0, NULL, chinese_off },
	{ 0x1C, '!', 1, NULL, chinese_mode },
	{ 0x1C, '-', 1, NULL, underline },
	{ 0x1C, 'S', 2, NULL, accept_any },	/* beside Chinese characters */
	{ 0x1C, 'C', 1, NULL, chinese_code },
};

/* Obey the command that begins here.  Returns the bytes used; 0: more to come. */
static size_t
command(struct unit *u, const uint8_t *b, size_t len)
{
	const struct command *c = commands, *end = c + sizeof commands / sizeof commands[0];
	const char *why;
	size_t n;

	if (len < 2)
		return 0;
	while (c < end && (c->lead != b[0] || c->code != b[1]))
		c++;
	if (c == end) {
		bad_frame(u->name, b, 2, "no such command");
		return 2;
	}
	n = 2 + c->fixed;
	if (len < n)
		return 0;
	if (c->more != NULL)
		n += c->more(b + 2);
	if (n > LINE_INPUT) {
		bad_frame(u->name, b, 8, "longer than the receive buffer");
		return 2;
	}
	if (len < n)
		return 0;
	if ((why = c->run(u, b + 2, n - 2)) != NULL)
		bad_frame(u->name, b, n, "%s", why);
	return n;
}

static size_t
chinese_char(struct unit *u, const uint8_t *b, size_t len)
{
	char text[16];

	if (len < 2)
		return 0;
	if (b[0] == 0x80 || b[0] == 0xFF || b[1] < 0x40 || b[1] == 0x7F || b[1] == 0xFF) {
		bad_frame(u->name, b, 2, "no GBK character");
		return b[1] < 0x40 ? 1 : 2;
	}
	text_decode(text, sizeof text, "GBK", b, 2);
	put_char(u, text, 2);
	return 2;
}

static void
tab(struct unit *u)
{
	struct printer *p = u->state;
	int column = CHAR_DOTS * p->mode.width;

	do
		put_char(u, " ", 1);
	while (p->used % (8 * column) != 0 && p->used + column <= p->mode.area);
}

/* Do what stands first in the buffer.  Returns the bytes used; 0: more to come. */
static size_t
execute(struct unit *u, const uint8_t *b, size_t len)
{
	struct printer *p = u->state;
	char text[16];

	switch (b[0]) {
	case '\n':
		print_line(u, p->mode.spacing);
		return 1;
	case '\r':
		return 1;
	case '\t':
		tab(u);
		return 1;
	case 0x10:
	case 0x1B:
	case 0x1C:
	case 0x1D:
		return command(u, b, len);
	}
	if (b[0] < 0x20 || b[0] == 0x7F) {
		bad_frame(u->name, b, 1, "no such command");
		return 1;
	}
	if (b[0] >= 0x80 && p->mode.chinese)
		return chinese_char(u, b, len);
	text_decode(text, sizeof text, pages[p->mode.page], b, 1);
	put_char(u, text, 1);
	return 1;
}

/*
 * Real-time commands are caught when they arrive, whatever stands before them
 * and whether it is printing or not.  Returns the bytes to throw away.
 */
static size_t
real_time(struct unit *u, const uint8_t *b, size_t len)
{
	struct printer *p = u->state;

	while (p->scanned < len) {
		const uint8_t *c = b + p->scanned;
		size_t left = len - p->scanned;

		if (c[0] != 0x10) {
			p->scanned++;
			continue;
		}
		if (left < 2 || ((c[1] == 0x04 || c[1] == 0x05) && left < 3))
			break;
		if (c[1] == 0x04 && c[2] >= 1 && c[2] <= 4) {
			uint8_t answer = status(u, c[2]);

			unit_send(u, &answer, 1);
		} else if (c[1] == 0x04) {
			bad_frame(u->name, c, 3, "no such status");
		} else if (c[1] == 0x05 && c[2] == 2) {
			size_t used = p->scanned + 3;

			clear_text(p);
			p->scanned = 0;
			say(u->name, "buffer cleared");
			return used;
		}
		p->scanned++;
	}
	return 0;
}

static size_t
printer_input(struct line *l, const uint8_t *bytes, size_t len)
{
	struct unit *u = &l->unit[0];
	struct printer *p = u->state;
	size_t used = real_time(u, bytes, len), n;

	if (used > 0)
		return used;
	while (used < len && !offline(p) && !p->busy) {
		double now = now_ms();

		if (now < p->busy_until_ms) {
			u->due_ms = (int64_t)p->busy_until_ms + 1;
			break;
		}
		if ((n = execute(u, bytes + used, len - used)) == 0)
			break;
		used += n;
		p->scanned -= p->scanned < n ? p->scanned : n;
	}
	return used;
}

static void
printer_power(struct unit *u)
{
	struct printer *p = u->state;

	set_modes(u);
	p->asb = 0;
	p->scanned = 0;
	p->busy_until_ms = 0;
}

static void
printer_show(struct unit *u, FILE *f)
{
	static const char *const papers[] = { "paper ok", "paper near end", "out of paper" };
	struct printer *p = u->state;

	fprintf(f, "%s: %s, cover %s, %s, %zu bytes wait\n", u->name, papers[p->paper],
	    p->cover_open ? "open" : "closed", offline(p) ? "offline" : "online", u->line->in_len);
}

/* Something about paper, cover or cutter has changed. */
static const char *
changed(struct unit *u, const char *what)
{
	say(u->name, "%s", what);
	asb_changed(u);
	line_feed(u->line);
	return NULL;
}

static const char *
control_paper(struct unit *u, int argc, char **argv, FILE *answer)
{
	struct printer *p = u->state;

	(void)argc, (void)answer;
	if (strcmp(argv[0], "out") == 0) {
		p->paper = PAPER_OUT;
		return changed(u, "out of paper");
	}
	if (strcmp(argv[0], "near") == 0) {
		p->paper = PAPER_NEAR_END;
		return changed(u, "paper near end");
	}
	if (strcmp(argv[0], "ok") == 0) {
		p->paper = PAPER_OK;
		return changed(u, "paper loaded");
	}
	return "out, near or ok";
}

static const char *
control_cover(struct unit *u, int argc, char **argv, FILE *answer)
{
	struct printer *p = u->state;

	(void)argc, (void)answer;
	if (strcmp(argv[0], "open") != 0 && strcmp(argv[0], "closed") != 0)
		return "open or closed";
	p->cover_open = argv[0][0] == 'o';
	return changed(u, p->cover_open ? "cover open" : "cover closed");
}

static const char *
control_cutter(struct unit *u, int argc, char **argv, FILE *answer)
{
	struct printer *p = u->state;

	(void)argc, (void)answer;
	if (strcmp(argv[0], "jam") != 0 && strcmp(argv[0], "ok") != 0)
		return "jam or ok";
	p->cutter_jammed = argv[0][0] == 'j';
	return changed(u, p->cutter_jammed ? "cutter jammed" : "cutter free");
}

static const char *
control_head(struct unit *u, int argc, char **argv, FILE *answer)
{
	struct printer *p = u->state;

	(void)argc, (void)answer;
	if (strcmp(argv[0], "hot") != 0 && strcmp(argv[0], "ok") != 0)
		return "hot or ok";
	p->head_hot = argv[0][0] == 'h';
	return changed(u, p->head_hot ? "head hot" : "head cool");
}

static const char *
control_busy(struct unit *u, int argc, char **argv, FILE *answer)
{
	struct printer *p = u->state;
	int on = on_off(argv[0]);

	(void)argc, (void)answer;
	if (on == -1)
		return "on or off";
	p->busy = on;
	line_feed(u->line);
	return NULL;
}

/* The images of the piece that was cut last, as a bitmap (PBM); text is white. */
static const char *
control_picture(struct unit *u, int argc, char **argv, FILE *answer)
{
	struct printer *p = u->state;
	FILE *f = fopen(argv[0], "wb");

	(void)argc, (void)answer;
	if (f == NULL)
		return "the file cannot be written";
	fprintf(f, "P4\n%d %d\n", AREA_BYTES * 8, p->cut.rows);
	fwrite(p->cut.dots, AREA_BYTES, p->cut.rows, f);
	if (fclose(f) != 0)
		return "the file cannot be written";
	say(u->name, "picture written");
	return NULL;
}

static const struct control controls[] = {
	{ "paper", "out|near|ok", "what the paper sensors see", 1, 1, ONE, control_paper },
	{ "cover", "open|closed", "an open one stops it", 1, 1, ONE, control_cover },
	{ "cutter", "jam|ok", "a jammed one stops it", 1, 1, ONE, control_cutter },
	{ "head", "hot|ok", "a hot one stops it until it has cooled", 1, 1, ONE, control_head },
	{ "busy", "on|off", "it prints nothing, and answers DLE EOT as if all were well", 1, 1, ONE, control_busy },
	{ "picture", "FILE", "write the images of the piece cut last, as PBM", 1, 1, ONE, control_picture },
	{ .word = NULL },
};

const struct kind printer_kind = {
	.name = "printer",
	.summary = "ESC/POS ticket printer with cutter, Chinese, QR codes",
	.size = sizeof(struct printer),
	.options = {
		[OPT_SPEED] = { "speed", 100, 0, 1000, "mm of paper a second, 0 at once" },
		[OPT_WIDTH] = { "width", 80, 58, 80, "mm of paper, below 80: 384 dots, else 576" },
		[OPT_ASB] = { "asb", 1, 0, 1, "1 tells by itself how it is, 0 when asked" },
		[OPT_DRAWER] = { "drawer", 1, 0, 1, "drawer pin 3, 1 high as without a drawer" },
	},
	.controls = controls,
	.power = printer_power,
	.input = printer_input,
	.show = printer_show,
};
