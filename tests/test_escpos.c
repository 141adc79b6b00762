/*
 * ESC/POS printers: the commands, a whole ticket, and the answer stream.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/escpos.h"
#include "tests/vectors.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static uint8_t out[ESCPOS_PAPER_MAX];

/* Commands of escpos and of escpos-dle-eot and escpos-asb; those that begin with an init are given it by the loop. */
static size_t init(uint8_t *o, size_t c) { (void)o, (void)c; return 0; }
static size_t chinese(uint8_t *o, size_t c) { return escpos_row(o, c, "示例文本打印机!"); }
static size_t normal(uint8_t *o, size_t c) { return escpos_print_mode(o, c, 0); }
static size_t bold(uint8_t *o, size_t c) { return escpos_bold(o, c, true); }
static size_t centre(uint8_t *o, size_t c) { return escpos_align(o, c, PAPER_CENTRE); }
static size_t wide(uint8_t *o, size_t c) { return escpos_size(o, c, 4, 1); }
static size_t high(uint8_t *o, size_t c) { return escpos_size(o, c, 1, 4); }
static size_t feed_cut(uint8_t *o, size_t c) { return escpos_feed_cut(o, c, false, 3); }
static size_t cut_full(uint8_t *o, size_t c) { return escpos_cut(o, c, false); }
static size_t cut_partial(uint8_t *o, size_t c) { return escpos_cut(o, c, true); }
static size_t qr_1234(uint8_t *o, size_t c) { return escpos_qr(o, c, "1234", 3, 'H'); }
static size_t qr_url(uint8_t *o, size_t c) { return escpos_qr(o, c, "https://a.cn/q?t=A001", 6, 'M'); }
static size_t dot(uint8_t *o, size_t c) { return escpos_raster(o, c, (const uint8_t[]){ 0x80 }, 1, 1); }
static size_t code128(uint8_t *o, size_t c) { return escpos_code128(o, c, "{A012ABCD"); }
static size_t ask_1(uint8_t *o, size_t c) { return escpos_ask(o, c, 1); }
static size_t asb_all(uint8_t *o, size_t c) { return escpos_asb(o, c, 0xFF); }

static const struct command {
	const char	*protocol, *name;
	bool		 after_init;
	size_t		(*write)(uint8_t *, size_t);
} commands[] = {
	{ "escpos", "init",			true,	init },
	{ "escpos", "text-chinese-gbk",		true,	chinese },
	{ "escpos", "print-mode-normal",	true,	normal },
	{ "escpos", "bold-on",			true,	bold },
	{ "escpos", "align-center",		true,	centre },
	{ "escpos", "size-w4-h1",		true,	wide },
	{ "escpos", "size-w1-h4",		true,	high },
	{ "escpos", "cut-full-feed3",		true,	feed_cut },
	{ "escpos", "cut-full-A",		false,	cut_full },
	{ "escpos", "cut-partial-A",		false,	cut_partial },
	{ "escpos", "qr-1234-H-size3",		false,	qr_1234 },
	{ "escpos", "qr-url",			false,	qr_url },
	{ "escpos", "raster-black-dot",		false,	dot },
	{ "escpos", "barcode-code128-A",	true,	code128 },
	{ "escpos-dle-eot", "req-1",		false,	ask_1 },
	{ "escpos-asb", "enable-all",		false,	asb_all },
};

/* Answers of escpos-dle-eot and escpos-asb. */
static const struct answer {
	const char	*protocol, *name;
	int		 n;		/* asked; 0 for ASB */
	unsigned	 flags;
} answers[] = {
	{ "escpos-dle-eot", "rsp-n1-ready",		1, 0 },
	{ "escpos-dle-eot", "rsp-n2-paper-end-stop",	2, PRINTER_PAPER_OUT },
	{ "escpos-dle-eot", "rsp-n2-cover-open",	2, PRINTER_COVER_OPEN },
	{ "escpos-dle-eot", "rsp-n3-cutter",		3, PRINTER_CUTTER_ERROR },
	{ "escpos-dle-eot", "rsp-n3-autorecover",	3, PRINTER_OTHER_ERROR },
	{ "escpos-dle-eot", "rsp-n4-ok",		4, 0 },
	{ "escpos-dle-eot", "rsp-n4-paper-out",		4, PRINTER_PAPER_LOW | PRINTER_PAPER_OUT },
	{ "escpos-asb", "ok",				0, 0 },
	{ "escpos-asb", "near-end",			0, PRINTER_PAPER_LOW },
	{ "escpos-asb", "paper-out",			0, PRINTER_OFFLINE | PRINTER_PAPER_LOW | PRINTER_PAPER_OUT },
	{ "escpos-asb", "cutter",			0, PRINTER_OFFLINE | PRINTER_CUTTER_ERROR },
	{ "escpos-asb", "feeding",			0, 0 },
};

static bool
has_row(const char *protocol, const char *name)
{
	for (size_t i = 0; i < COUNT(commands); i++)
		if (strcmp(commands[i].protocol, protocol) == 0 && strcmp(commands[i].name, name) == 0)
			return true;
	for (size_t i = 0; i < COUNT(answers); i++)
		if (strcmp(answers[i].protocol, protocol) == 0 && strcmp(answers[i].name, name) == 0)
			return true;
	return strcmp(name, "mixed-stream") == 0;	/* has a test of its own */
}

static struct vector
vector(const char *protocol, const char *name)
{
	struct vector v[32];
	const struct vector *found = vector_find(v, vectors_load(v, COUNT(v), protocol), name);

	if (found == NULL)
		fail_msg("no vector %s %s", protocol, name);
	return *found;
}

static void
every_vector_has_a_row(void **state)
{
	static const char *const protocols[] = { "escpos", "escpos-dle-eot", "escpos-asb" };
	struct vector v[32];

	(void)state;
	for (size_t p = 0; p < COUNT(protocols); p++) {
		size_t n = vectors_load(v, COUNT(v), protocols[p]);

		assert_int_not_equal(n, 0);
		for (size_t i = 0; i < n; i++)
			if (!has_row(protocols[p], v[i].name))
				fail_msg("no row for %s %s", protocols[p], v[i].name);
	}
}

static void
writes_commands(void **state)
{
	(void)state;
	for (const struct command *c = commands; c < commands + COUNT(commands); c++) {
		struct vector v = vector(c->protocol, c->name);
		size_t n = c->after_init ? escpos_init(out, sizeof(out)) : 0;

		n += c->write(out + n, sizeof(out) - n);
		if (n != v.len || memcmp(out, v.bytes, n) != 0)
			fail_msg("%s %s", c->protocol, c->name);
	}
}

/* No vector shows these: bytes from the tables of the manuals. */
static void
writes_the_other_commands(void **state)
{
	(void)state;
	assert_int_equal(escpos_marker(out, 3), 3);
	assert_memory_equal(out, "\x1D\x72\x01", 3);
	assert_int_equal(escpos_recover(out, 3), 3);
	assert_memory_equal(out, "\x10\x05\x02", 3);
	assert_int_equal(escpos_spacing(out, 3, 30), 3);
	assert_memory_equal(out, "\x1B\x33\x1E", 3);
	assert_int_equal(escpos_feed_cut(out, 4, true, 24), 4);
	assert_memory_equal(out, "\x1D\x56\x42\x18", 4);
	assert_int_equal(escpos_align(out, 3, PAPER_LEFT), 3);
	assert_memory_equal(out, "\x1B\x61\x00", 3);
	assert_int_equal(escpos_raster(out, 264, out + 300, 1, 256), 264);
	assert_memory_equal(out, "\x1D\x76\x30\x00\x01\x00\x00\x01", 8);
}

static void
refuses_what_is_out_of_range(void **state)
{
	static char long_text[2400];
	static const uint8_t dots[72 * 257];

	(void)state;
	memset(long_text, 'x', sizeof(long_text) - 1);
	assert_int_equal(escpos_print_mode(out, sizeof(out), 0x02), 0);
	assert_int_equal(escpos_print_mode(out, sizeof(out), 0x100), 0);
	assert_int_equal(escpos_print_mode(out, sizeof(out), 0xB9), 3);
	assert_int_equal(escpos_size(out, sizeof(out), 0, 1), 0);
	assert_int_equal(escpos_size(out, sizeof(out), 1, 0), 0);
	assert_int_equal(escpos_size(out, sizeof(out), 9, 1), 0);
	assert_int_equal(escpos_size(out, sizeof(out), 1, 9), 0);
	assert_int_equal(escpos_size(out, sizeof(out), 8, 8), 3);
	assert_int_equal(escpos_spacing(out, sizeof(out), -1), 0);
	assert_int_equal(escpos_spacing(out, sizeof(out), 256), 0);
	assert_int_equal(escpos_feed_cut(out, sizeof(out), true, -1), 0);
	assert_int_equal(escpos_feed_cut(out, sizeof(out), true, 256), 0);
	assert_int_equal(escpos_qr(out, sizeof(out), "", 6, 'M'), 0);
	assert_int_equal(escpos_qr(out, sizeof(out), "a", 0, 'M'), 0);
	assert_int_equal(escpos_qr(out, sizeof(out), "a", 17, 'M'), 0);
	assert_int_equal(escpos_qr(out, sizeof(out), "a", 6, 'X'), 0);
	assert_int_equal(escpos_qr(out, sizeof(out), "a", 6, '\0'), 0);
	assert_int_equal(escpos_qr(out, sizeof(out), "a\x10\x04\x01", 6, 'M'), 0);
	assert_int_equal(escpos_qr(out, sizeof(out), long_text, 6, 'M'), 0);
	assert_int_equal(escpos_code128(out, sizeof(out), "012"), 0);
	assert_int_equal(escpos_code128(out, sizeof(out), "{D12"), 0);
	assert_int_equal(escpos_code128(out, sizeof(out), "{B"), 0);
	assert_int_equal(escpos_code128(out, sizeof(out), "{"), 0);
	assert_int_equal(escpos_raster(out, sizeof(out), dots, 0, 1), 0);
	assert_int_equal(escpos_raster(out, sizeof(out), dots, 73, 1), 0);
	assert_int_equal(escpos_raster(out, sizeof(out), dots, 1, 0), 0);
	assert_int_equal(escpos_raster(out, sizeof(out), dots, 1, 257), 0);
	assert_int_equal(escpos_raster(out, sizeof(out), dots, -1, -1), 0);
	assert_int_equal(escpos_ask(out, sizeof(out), 0), 0);
	assert_int_equal(escpos_ask(out, sizeof(out), 5), 0);
	assert_int_equal(escpos_asb(out, sizeof(out), 0x100), 0);
}

static void
writes_nothing_where_it_does_not_fit(void **state)
{
	(void)state;
	for (const struct command *c = commands; c < commands + COUNT(commands); c++) {
		size_t n = c->write(out, sizeof(out));

		for (size_t cap = 0; cap < n; cap++) {
			out[cap] = 0xEE;
			if (c->write(out, cap) != 0 || out[cap] != 0xEE)
				fail_msg("%s in %zu bytes", c->name, cap);
		}
	}
}

static const struct paper ticket = {
	.lines = {
		{ "政务大厅",	1, 1, false, PAPER_CENTRE },
		{ "A037",	4, 4, true, PAPER_CENTRE },
		{ "Please wait\x1B\x40", 1, 2, false, PAPER_LEFT },
	},
	.count = 3,
	.qr = "1234",
};

#define INIT	"\x1B\x40" "\x1D\x61\xFF" "\x1B\x33\x1E"
#define RESET	"\x1D\x21\x00" "\x1B\x45\x00" "\x1B\x61\x00"
#define END	"\x1D\x56\x42\x18" "\x1D\x72\x01"
#define ROW(gbk) "\x1C\x26" gbk "\n" "\x1C\x2E"

static void
prints_a_ticket(void **state)
{
	static const char want[] = INIT
	    "\x1B\x61\x01" "\x1B\x45\x00" "\x1D\x21\x00" ROW("\xD5\xFE\xCE\xF1\xB4\xF3\xCC\xFC") RESET
	    "\x1B\x61\x01" "\x1B\x45\x01" "\x1D\x21\x33" ROW("A037") RESET
	    "\x1B\x61\x00" "\x1B\x45\x00" "\x1D\x21\x01" ROW("Please wait@") RESET
	    "\x1B\x61\x01"
	    "\x1D\x28\x6B\x04\x00\x31\x41\x32\x00" "\x1D\x28\x6B\x03\x00\x31\x43\x06" "\x1D\x28\x6B\x03\x00\x31\x45\x31"
	    "\x1D\x28\x6B\x07\x00\x31\x50\x30" "1234" "\x1D\x28\x6B\x03\x00\x31\x51\x30"
	    "\x1B\x61\x00" END;
	size_t n = escpos_paper(out, sizeof(out), &ticket, 80);

	(void)state;
	assert_int_equal(n, sizeof(want) - 1);
	assert_memory_equal(out, want, n);
	for (size_t cap = 0; cap < n; cap++) {
		out[cap] = 0xEE;
		assert_int_equal(escpos_paper(out, cap, &ticket, 80), 0);
		assert_int_equal(out[cap], 0xEE);
	}
}

static const struct {
	const char *what, *text;
	int width, paper_mm;
	const char *rows;	/* as sent, without the commands of the line */
} wraps[] = {
	{ "empty line",			"",		1, 80, ROW("") },
	{ "48 columns fit 80 mm",	"123456789012345678901234567890123456789012345678", 1, 80,
	  ROW("123456789012345678901234567890123456789012345678") },
	{ "49 do not",			"1234567890123456789012345678901234567890123456789", 1, 80,
	  ROW("123456789012345678901234567890123456789012345678") ROW("9") },
	{ "33 do not fit 58 mm",	"123456789012345678901234567890123", 1, 58,
	  ROW("12345678901234567890123456789012") ROW("3") },
	{ "8 wide at 58 mm: 4 columns",	"A037B", 8, 58, ROW("A037") ROW("B") },
	{ "8 wide Chinese: 2 a row",	"请号到", 8, 58, ROW("\xC7\xEB\xBA\xC5") ROW("\xB5\xBD") },
	{ "3 wide at 80 mm: 16 columns", "one metre apart please", 3, 80, ROW("one metre apart ") ROW("please") },
	{ "what printers have no glyph for", "A\xF0\x9F\x98\x80" "B", 1, 80, ROW("A?B") },
	{ "blanks at a break go",	"12345678   abc", 4, 58, ROW("12345678") ROW("abc") },
};

static void
wraps_wide_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wraps); i++) {
		struct paper p = { .count = 1 };
		size_t n, head = sizeof(INIT) - 1 + 9, len = strlen(wraps[i].rows);

		snprintf(p.lines[0].text, PAPER_TEXT, "%s", wraps[i].text);
		p.lines[0].width = wraps[i].width;
		p.lines[0].height = 1;
		n = escpos_paper(out, sizeof(out), &p, wraps[i].paper_mm);
		if (n != head + len + sizeof(RESET END) - 1 || memcmp(out + head, wraps[i].rows, len) != 0)
			fail_msg("%s", wraps[i].what);
	}
}

/* 21 modules of 6 dots: 126 rows of 16 bytes, the corner dark, all else light. */
static void
draws_a_code(void **state)
{
	static const char head[] = INIT "\x1B\x61\x01" "\x1D\x76\x30\x00\x10\x00\x7E\x00", tail[] = "\x1B\x61\x00" END;
	struct paper p = { .code = { .side = 21, .dark = { { true } } } };
	size_t n = escpos_paper(out, sizeof(out), &p, 58);

	(void)state;
	assert_int_equal(n, sizeof(head) - 1 + 126 * 16 + sizeof(tail) - 1);
	assert_memory_equal(out, head, sizeof(head) - 1);
	assert_memory_equal(out + n - (sizeof(tail) - 1), tail, sizeof(tail) - 1);
	for (int i = 0; i < 126 * 16; i++)
		assert_int_equal(out[sizeof(head) - 1 + i], i < 6 * 16 && i % 16 == 0 ? 0xFC : 0);
	assert_int_equal(escpos_paper_mm(&p, 58), (126 + 24 + 7) / 8);
	p.code.side = PAPER_MODULES + 1;
	assert_int_equal(escpos_paper(out, sizeof(out), &p, 80), 0);
	p.code.side = -1;
	assert_int_equal(escpos_paper(out, sizeof(out), &p, 80), 0);
}

/* Some printers lock up on a tall picture. */
static void
draws_a_tall_code_in_slices(void **state)
{
	static struct paper p = { .code = { .side = 53 } };
	size_t first = sizeof(INIT "\x1B\x61\x01") - 1, second = first + 8 + 256 * 40;

	(void)state;
	assert_int_equal(escpos_paper(out, sizeof(out), &p, 58), second + 8 + 62 * 40 + sizeof("\x1B\x61\x00" END) - 1);
	assert_memory_equal(out + first, "\x1D\x76\x30\x00\x28\x00\x00\x01", 8);
	assert_memory_equal(out + second, "\x1D\x76\x30\x00\x28\x00\x3E\x00", 8);
}

/* Printers listen to 10 04 and 10 05 in the midst of a picture, too. */
static void
no_code_holds_a_command(void **state)
{
	static struct paper p;
	unsigned seed = 1;

	(void)state;
	for (p.code.side = 21; p.code.side <= PAPER_MODULES; p.code.side += 4)
		for (int n = 0; n < 20; n++) {
			size_t len;

			for (int i = 0; i < PAPER_MODULES * PAPER_MODULES; i++)
				p.code.dark[i / PAPER_MODULES][i % PAPER_MODULES] = rand_r(&seed) % 2;
			assert_int_not_equal(len = escpos_paper(out, sizeof(out), &p, 58), 0);
			for (size_t i = 0; i + 1 < len; i++)
				if (out[i] == 0x10 && (out[i + 1] == 0x04 || out[i + 1] == 0x05))
					fail_msg("%d modules, byte %zu", p.code.side, i);
		}
}

/* FS C selects a Japanese code where there is one. */
static void
no_ticket_selects_a_code(void **state)
{
	size_t n = escpos_paper(out, sizeof(out), &ticket, 80);

	(void)state;
	for (size_t i = 0; i + 1 < n; i++)
		assert_false(out[i] == 0x1C && out[i + 1] != 0x26 && out[i + 1] != 0x2E);
}

static void
the_worst_paper_fits(void **state)
{
	struct paper p = { .count = PAPER_LINES };

	(void)state;
	for (int i = 0; i < PAPER_LINES; i++) {
		p.lines[i].width = p.lines[i].height = 8;
		for (int c = 0; c < PAPER_TEXT - 1; c++)	/* a row of one letter, then one of four */
			p.lines[i].text[c] = c % 6 == 1 ? ' ' : 'x';
	}
	memset(p.qr, 'x', PAPER_QR - 1);
	p.code.side = PAPER_MODULES;
	assert_in_range(escpos_paper(out, sizeof(out), &p, 58), PAPER_LINES * (95 + 5 * 30), sizeof(out));
}

static void
refuses_a_bad_paper(void **state)
{
	struct paper p = ticket;

	(void)state;
	assert_int_equal(escpos_paper(out, sizeof(out), &p, 57), 0);
	assert_int_equal(escpos_paper_mm(&p, 0), -1);
	p.count = PAPER_LINES + 1;
	assert_int_equal(escpos_paper(out, sizeof(out), &p, 80), 0);
	assert_int_equal(escpos_paper_mm(&p, 80), -1);
	p.count = -1;
	assert_int_equal(escpos_paper(out, sizeof(out), &p, 80), 0);
	p = ticket;
	p.lines[1].width = 0;
	assert_int_equal(escpos_paper(out, sizeof(out), &p, 80), 0);
	assert_int_equal(escpos_paper_mm(&p, 80), -1);
	p = ticket;
	p.lines[1].height = 9;
	assert_int_equal(escpos_paper(out, sizeof(out), &p, 80), 0);
	p = ticket;
	p.qr[1] = '\n';
	assert_int_equal(escpos_paper(out, sizeof(out), &p, 80), 0);
	assert_int_equal(escpos_paper_mm(&p, 80), -1);
}

/* 8 dots a mm; a row is 24 dots x height + 6, a module 6, the feed before the cut 24. */
static const struct {
	const char *what, *text;
	int width, height;
	size_t qr;	/* bytes */
	int mm;
} lengths[] = {
	{ "one line: 30 + 24",			"请稍候", 1, 1, 0,	7 },
	{ "a number 12 mm high: 102 + 24",	"A037",	4, 4, 0,	16 },
	{ "two rows of it: 204 + 24",		"A037 A038 A039", 4, 4, 0, 29 },
	{ "smallest QR, 21 modules: 30 + 126 + 24", "", 1, 1, 17,	23 },
	{ "next one, 25 modules: 30 + 150 + 24", "", 1, 1, 18,		26 },
	{ "version 7 holds 154: 30 + 270 + 24",	"", 1, 1, 154,		41 },
	{ "version 8, 49 modules: 30 + 294 + 24", "", 1, 1, 155,	44 },
	{ "the longest content",		"", 1, 1, PAPER_QR - 1,	44 },
};

static void
measures_paper(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lengths); i++) {
		struct paper p = { .count = 1 };

		snprintf(p.lines[0].text, PAPER_TEXT, "%s", lengths[i].text);
		p.lines[0].width = lengths[i].width;
		p.lines[0].height = lengths[i].height;
		memset(p.qr, 'x', lengths[i].qr);
		if (escpos_paper_mm(&p, 80) != lengths[i].mm)
			fail_msg("%s: %d mm", lengths[i].what, escpos_paper_mm(&p, 80));
	}
}

static void
reads_answers(void **state)
{
	(void)state;
	for (const struct answer *a = answers; a < answers + COUNT(answers); a++) {
		struct vector v = vector(a->protocol, a->name);
		struct escpos_parser p = { .asked = a->n };
		struct escpos_answer got;
		size_t used = escpos_parse(&p, &got, v.bytes, v.len);

		if (used != v.len || got.kind != (a->n ? ESCPOS_DLE_EOT : ESCPOS_ASB) || got.n != a->n ||
		    got.status.flags != a->flags || (got.status.flags & ~got.status.known) != 0 ||
		    memcmp(got.bytes, v.bytes, v.len) != 0 || p.asked != 0)
			fail_msg("%s %s", a->protocol, a->name);
	}
}

/* What each bit of a status byte says: every bit alone, the fixed ones (12, 10, 00) added. */
static const struct {
	const char	*what;
	int		 n;		/* of DLE EOT; 0: byte of an ASB; -1: GS r */
	int		 byte;		/* of the ASB */
	uint8_t		 bit;
	unsigned	 flags;
} bits[] = {
	{ "drawer pin",			1, 0, 0x04, 0 },
	{ "offline",			1, 0, 0x08, PRINTER_OFFLINE },
	{ "waiting for recovery",	1, 0, 0x20, 0 },
	{ "feed button",		1, 0, 0x40, 0 },
	{ "cover open",			2, 0, 0x04, PRINTER_COVER_OPEN },
	{ "feed button held",		2, 0, 0x08, 0 },
	{ "stopped by paper end",	2, 0, 0x20, PRINTER_PAPER_OUT },
	{ "an error: ask 3",		2, 0, 0x40, PRINTER_OTHER_ERROR },
	{ "mechanics",			3, 0, 0x04, PRINTER_OTHER_ERROR },
	{ "cutter",			3, 0, 0x08, PRINTER_CUTTER_ERROR },
	{ "unrecoverable",		3, 0, 0x20, PRINTER_OTHER_ERROR },
	{ "head too hot",		3, 0, 0x40, PRINTER_OTHER_ERROR },
	{ "near end, first bit",	4, 0, 0x04, PRINTER_PAPER_LOW },
	{ "near end, second bit",	4, 0, 0x08, PRINTER_PAPER_LOW },
	{ "paper end, first bit",	4, 0, 0x20, PRINTER_PAPER_OUT },
	{ "paper end, second bit",	4, 0, 0x40, PRINTER_PAPER_OUT },
	{ "ASB drawer pin",		0, 0, 0x04, 0 },
	{ "ASB offline",		0, 0, 0x08, PRINTER_OFFLINE },
	{ "ASB cover open",		0, 0, 0x20, PRINTER_COVER_OPEN },
	{ "ASB fed by button",		0, 0, 0x40, 0 },
	{ "ASB waiting for recovery",	0, 1, 0x01, 0 },
	{ "ASB feed button",		0, 1, 0x02, 0 },
	{ "ASB mechanics",		0, 1, 0x04, PRINTER_OTHER_ERROR },
	{ "ASB cutter",			0, 1, 0x08, PRINTER_CUTTER_ERROR },
	{ "ASB unrecoverable",		0, 1, 0x20, PRINTER_OTHER_ERROR },
	{ "ASB head too hot",		0, 1, 0x40, PRINTER_OTHER_ERROR },
	{ "ASB near end",		0, 2, 0x01, PRINTER_PAPER_LOW },
	{ "ASB paper end",		0, 2, 0x04, PRINTER_PAPER_OUT },
	{ "ASB byte 3 undefined",	0, 2, 0x60, 0 },
	{ "ASB byte 4 of many models",	0, 3, 0x0F, 0 },
	{ "GS r near end",		-1, 0, 0x03, PRINTER_PAPER_LOW },
	{ "GS r paper end",		-1, 0, 0x0C, PRINTER_PAPER_OUT },
	{ "GS r printed",		-1, 0, 0x00, 0 },
};

static void
knows_the_bits(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bits); i++) {
		struct escpos_parser p = { .asked = bits[i].n > 0 ? bits[i].n : 0 };
		struct escpos_answer got;
		uint8_t in[4] = { bits[i].n > 0 ? 0x12 : bits[i].n == 0 ? 0x10 : 0 };

		in[bits[i].byte] |= bits[i].bit;
		escpos_parse(&p, &got, in, bits[i].n == 0 ? 4 : 1);
		if (got.kind != (bits[i].n > 0 ? ESCPOS_DLE_EOT : bits[i].n == 0 ? ESCPOS_ASB : ESCPOS_GS_R) ||
		    got.status.flags != bits[i].flags)
			fail_msg("%s", bits[i].what);
	}
}

static unsigned
merge(unsigned was, int n, uint8_t byte)
{
	struct escpos_parser p = { .asked = n };
	struct escpos_answer a;

	escpos_parse(&p, &a, &byte, 1);
	return (was & ~a.status.known) | a.status.flags;
}

/* Asked 1, 2, (3,) 4 in turn, the state holds what each of them knows best. */
static void
answers_add_up(void **state)
{
	unsigned s = PRINTER_CUTTER_ERROR | PRINTER_PAPER_OUT;

	(void)state;
	s = merge(s, 1, 0x1A);
	s = merge(s, 2, 0x56);			/* cover open, and an error */
	assert_int_equal(s, PRINTER_OFFLINE | PRINTER_COVER_OPEN | PRINTER_OTHER_ERROR | PRINTER_CUTTER_ERROR |
	    PRINTER_PAPER_OUT);
	s = merge(s, 3, 0x1A);
	assert_int_equal(s, PRINTER_OFFLINE | PRINTER_COVER_OPEN | PRINTER_CUTTER_ERROR | PRINTER_PAPER_OUT);
	s = merge(s, 4, 0x1E);
	assert_int_equal(s, PRINTER_OFFLINE | PRINTER_COVER_OPEN | PRINTER_CUTTER_ERROR | PRINTER_PAPER_LOW);
	s = merge(s, 1, 0x12);
	s = merge(s, 2, 0x12);			/* no error: 3 need not be asked */
	assert_int_equal(s, PRINTER_PAPER_LOW);
	assert_int_equal(merge(s, 4, 0x12), 0);
	assert_int_equal(merge(s, 0, 0x7E), s);	/* unasked */
}

/* First matching pattern of the identification table; '*' is any. */
static const struct { const char *pattern; enum escpos_kind kind; } patterns[] = {
	{ "00010001", ESCPOS_XON },
	{ "00010011", ESCPOS_XOFF },
	{ "0**1**10", ESCPOS_DLE_EOT },
	{ "0**1**00", ESCPOS_ASB },
	{ "0**0****", ESCPOS_GS_R },
	{ "********", ESCPOS_NOTHING },
};

static bool
matches(const char *pattern, uint8_t byte)
{
	for (int bit = 7; bit >= 0; bit--, pattern++)
		if (*pattern != '*' && *pattern - '0' != (byte >> bit & 1))
			return false;
	return true;
}

static void
tells_every_byte_apart(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		uint8_t in[4] = { byte };
		struct escpos_parser p = { .asked = 1 };
		struct escpos_answer got;
		size_t i = 0;

		while (!matches(patterns[i].pattern, byte))
			i++;
		escpos_parse(&p, &got, in, patterns[i].kind == ESCPOS_ASB ? 4 : 1);
		if (got.kind != patterns[i].kind)
			fail_msg("byte %02X", byte);
	}
}

struct heard {
	int			count;
	struct escpos_answer	answers[16];
};

static void
hear(struct heard *h, struct escpos_parser *p, const uint8_t *in, size_t len)
{
	while (len > 0) {
		struct escpos_answer a;
		size_t used = escpos_parse(p, &a, in, len);

		assert_in_range(used, 1, len);
		in += used;
		len -= used;
		if (a.kind != ESCPOS_NOTHING)
			h->answers[h->count++] = a;
	}
}

static void
reads_a_mixed_stream_split_anywhere(void **state)
{
	static const enum escpos_kind kinds[] = { ESCPOS_DLE_EOT, ESCPOS_ASB, ESCPOS_XOFF, ESCPOS_ASB, ESCPOS_GS_R };
	struct vector v = vector("escpos-asb", "mixed-stream");

	(void)state;
	for (size_t cut = 0; cut <= v.len; cut++) {
		struct escpos_parser p = { .asked = ESCPOS_ASK_PAPER };
		struct heard h = { 0 };

		hear(&h, &p, v.bytes, cut);
		hear(&h, &p, v.bytes + cut, v.len - cut);
		assert_int_equal(h.count, COUNT(kinds));
		for (size_t i = 0; i < COUNT(kinds); i++)
			assert_int_equal(h.answers[i].kind, kinds[i]);
		assert_int_equal(h.answers[0].n, ESCPOS_ASK_PAPER);
		assert_int_equal(h.answers[0].status.flags, PRINTER_PAPER_LOW);
		assert_memory_equal(h.answers[1].bytes, "\x14\x00\x03\x00", 4);
		assert_memory_equal(h.answers[3].bytes, "\x1C\x00\x0F\x00", 4);
		assert_int_equal(h.answers[4].bytes[0], 0);
		assert_int_equal(p.damaged, 0);
	}
}

static const struct { const char *what, *in; size_t len; enum escpos_kind kinds[4]; unsigned damaged; } streams[] = {
	{ "an ASB broken by an answer",		"\x14\x00\x12", 3,	{ ESCPOS_DLE_EOT }, 1 },
	{ "an ASB broken by the next one",	"\x14\x00\x1C\x00\x00\x00", 6, { ESCPOS_ASB }, 1 },
	{ "an ASB broken by XON",		"\x14\x00\x11\x00", 4,	{ ESCPOS_XON, ESCPOS_GS_R }, 1 },
	{ "an ASB broken by noise",		"\x14\x00\xFF\x00", 4,	{ ESCPOS_GS_R }, 1 },
	{ "two ASBs",				"\x14\x00\x00\x0F\x14\x00\x00\x0F", 8, { ESCPOS_ASB, ESCPOS_ASB }, 0 },
	{ "block data is skipped",		"\x5F" "TM\x12\x14\x00\x12", 7, { ESCPOS_DLE_EOT }, 0 },
	{ "each block head",			"\x35\x12\x00\x37\x12\x00\x3B\x12\x00\x3D\x12\x00", 12, { 0 }, 0 },
	{ "noise",				"\xFF\x80\x90\xFF", 4,	{ 0 }, 0 },
};

static void
keeps_its_feet(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(streams); i++) {
		struct escpos_parser p = { 0 };
		struct heard h = { 0 };

		hear(&h, &p, (const uint8_t *)streams[i].in, streams[i].len);
		for (int k = 0; k < 4; k++)
			if (h.answers[k].kind != streams[i].kinds[k])
				fail_msg("%s: answer %d", streams[i].what, k);
		if (p.damaged != streams[i].damaged)
			fail_msg("%s: %u damaged", streams[i].what, p.damaged);
	}
}

static void
a_block_without_end_does_not_deafen(void **state)
{
	struct escpos_parser p = { 0 };
	struct heard h = { 0 };

	(void)state;
	hear(&h, &p, (const uint8_t *)"\x5F", 1);
	for (int i = 0; i < 300; i++)
		hear(&h, &p, (const uint8_t *)"\xFF", 1);
	hear(&h, &p, (const uint8_t *)"\x00", 1);
	assert_int_equal(h.count, 1);
	assert_int_equal(h.answers[0].kind, ESCPOS_GS_R);
}

/* Any bytes, split anywhere: each is used, and what is said does not depend on where they were split. */
static void
survives_noise(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct escpos_parser whole = { .asked = round % 5 }, split = whole;
		struct heard once = { 0 }, twice = { 0 };
		uint8_t in[12];
		size_t cut = rand_r(&seed) % (sizeof(in) + 1);

		for (size_t i = 0; i < sizeof(in); i++)
			in[i] = rand_r(&seed) % 3 == 0 ? rand_r(&seed) : "\x14\x12\x00\x0F"[rand_r(&seed) % 4];
		hear(&once, &whole, in, sizeof(in));
		hear(&twice, &split, in, cut);
		hear(&twice, &split, in + cut, sizeof(in) - cut);
		assert_int_equal(once.count, twice.count);
		assert_memory_equal(once.answers, twice.answers, once.count * sizeof(once.answers[0]));
		assert_memory_equal(&whole, &split, sizeof(whole));
	}
}

static void
an_unasked_answer_tells_nothing(void **state)
{
	struct escpos_parser p = { .asked = 2 };
	struct escpos_answer a;

	(void)state;
	escpos_parse(&p, &a, (const uint8_t *)"\x12\x7E", 2);
	assert_int_equal(a.n, 2);
	escpos_parse(&p, &a, (const uint8_t *)"\x7E", 1);
	assert_int_equal(a.kind, ESCPOS_DLE_EOT);
	assert_int_equal(a.n, 0);
	assert_int_equal(a.status.known, 0);
	assert_int_equal(a.status.flags, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_vector_has_a_row),
		cmocka_unit_test(writes_commands),
		cmocka_unit_test(writes_the_other_commands),
		cmocka_unit_test(refuses_what_is_out_of_range),
		cmocka_unit_test(writes_nothing_where_it_does_not_fit),
		cmocka_unit_test(prints_a_ticket),
		cmocka_unit_test(wraps_wide_lines),
		cmocka_unit_test(draws_a_code),
		cmocka_unit_test(draws_a_tall_code_in_slices),
		cmocka_unit_test(no_code_holds_a_command),
		cmocka_unit_test(no_ticket_selects_a_code),
		cmocka_unit_test(the_worst_paper_fits),
		cmocka_unit_test(refuses_a_bad_paper),
		cmocka_unit_test(measures_paper),
		cmocka_unit_test(reads_answers),
		cmocka_unit_test(knows_the_bits),
		cmocka_unit_test(answers_add_up),
		cmocka_unit_test(tells_every_byte_apart),
		cmocka_unit_test(reads_a_mixed_stream_split_anywhere),
		cmocka_unit_test(keeps_its_feet),
		cmocka_unit_test(a_block_without_end_does_not_deafen),
		cmocka_unit_test(survives_noise),
		cmocka_unit_test(an_unasked_answer_tells_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
