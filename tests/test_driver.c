/*
 * The table of drivers: what each kind can be told, and what its bytes mean.
 * The frames themselves are protocols' matter; here is what a driver chooses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/line/driver.h"
#include "protocols/bx.h"

static void
settings_know_every_driver(void **state)
{
	int i;

	(void)state;
	for (i = 0; drivers[i] != NULL; i++) {
		assert_string_equal(driver_names()[i].name, drivers[i]->name);
		assert_string_equal(driver_names()[i].kind, driver_kind_name(drivers[i]->kind));
		assert_ptr_equal(driver_find(drivers[i]->name), drivers[i]);
	}
	assert_null(driver_names()[i].name);
	assert_null(driver_find("alpha"));
}

static void
a_row_says_what_its_kind_needs(void **state)
{
	(void)state;
	for (const struct driver *const *row = drivers; *row != NULL; row++) {
		const struct driver *d = *row;

		print_message("%s\n", d->name);
		assert_true(d->baud > 0 && d->answer_ms > 0 && d->gap_ms >= 0);
		assert_non_null(d->parse);
		assert_int_equal(d->print != NULL && d->status != NULL && d->forget != NULL, d->kind == DRIVER_PRINTER);
		assert_int_equal(d->say != NULL && d->stop != NULL, d->kind == DRIVER_VOICE);
		assert_int_equal(d->show != NULL && d->clear != NULL, d->kind == DRIVER_SIGN);
		assert_int_equal(d->display != NULL && d->beep != NULL && d->key_count > 0, d->kind == DRIVER_KEYPAD);
	}
}

/* What the keys do without a table in hall.json. */
static void
the_keys_of_ff68(void **state)
{
	static const struct { const char *what; int digit, key; const char *command; } rows[] = {
		{ "call next",		-1,	0x0C, "next" },
		{ "call again",		-1,	0x0D, "recall" },
		{ "rate, finish",	-1,	0x0B, "finish" },
		{ "pause",		-1,	0x12, "pause" },
		{ "one metre",		-1,	0x11, "start" },
		{ "*",			-1,	0x0E, "undo" },
		{ "n, transfer",	KEY_ANY_DIGIT, 0x13, "transfer" },
		{ "6, #",		6,	0x0F, "pass" },
		{ "0, #",		0,	0x0F, "hold" },
		{ "3, #",		3,	0x0F, "unhold" },
		{ "2, #",		2,	0x0F, "serve" },
		{ "9, pause",		9,	0x12, "close" },
	};
	const struct driver *d = driver_find("ff68");

	(void)state;
	assert_int_equal(d->key_count, sizeof rows / sizeof rows[0]);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int found = 0;

		print_message("%s\n", rows[i].what);
		for (int j = 0; j < d->key_count; j++) {
			const struct key_binding *k = &d->keys[j];

			if (k->key == rows[i].key && k->digit_count == (rows[i].digit != -1) &&
			    (k->digit_count == 0 || k->digits[0] == rows[i].digit)) {
				assert_string_equal(k->command, rows[i].command);
				found++;
			}
		}
		assert_int_equal(found, 1);
	}
}

/* What a sign is sent; offsets within an area as in the maker's table. */
static void
texts_on_signs(void **state)
{
	static const struct {
		const char *what, *driver, *text; bool flash; int area, blank_s, width, height;
		int sent_width, sent_y, run; const char *sent;
	} rows[] = {
		{ "default area, 6K",	"bx6k", "A037",		false, 0, 0,   0,  0, 128,  5, 0, "A037" },
		{ "default area, 5K",	"bx", "A037",		false, 0, 0,   0,  0,  16,  5, 0, "A037" },
		{ "area 2, 20 below each other", "bx6k", "A037", false, 2, 0, 64, 16, 64, 45, 0, "A037" },
		{ "dark when forgotten", "bx6k", "A037",	false, 0, 90, 64, 16,  64,  5, 2, "A037" },
		{ "two lines",		"bx6k", "A037\n3",	false, 0, 0,  64, 32,  64,  5, 0, "A037\\n3" },
		{ "flash, a row a page", "bx6k", "A037",	true,  0, 0,  64, 16,  64,  5, 0, "A037\\n " },
		{ "flash, two rows a page", "bx6k", "A037",	true,  0, 0,  64, 32,  64,  5, 0, "A037\\n \\n \\n " },
		{ "flash, wrapped by the card", "bx6k", "A037 A038", true, 0, 0, 64, 16, 64, 5, 0, "A037 A038\\n " },
		{ "flash, two full rows", "bx", "A037\nA038",	true,  0, 0,   8, 32,   8,  5, 0, "A037\\nA038\\n \\n " },
		{ "no escapes from data", "bx6k", "\\C1A",	false, 0, 0,  64, 16,  64,  5, 0, "\xA3\xDC" "C1A" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct device d = {
			.area_x = 0, .area_y = 5, .area_width = rows[i].width, .area_height = rows[i].height, .area_step = 20
		};
		struct sign_text t = {
			.area = rows[i].area, .text = rows[i].text, .flash = rows[i].flash, .blank_s = rows[i].blank_s
		};
		struct bx_frame sent;
		struct frame f;
		const uint8_t *a;

		print_message("%s\n", rows[i].what);
		assert_int_equal(driver_find(rows[i].driver)->show(&f, &d, 1, &t), 0);
		assert_int_equal(f.answers, SAID(SAID_ACK));
		assert_int_equal(bx_parse(&sent, f.bytes, f.length), f.length);
		assert_int_equal(sent.destination, 1);
		a = sent.data + 9;
		assert_int_equal(a[1] | a[2] << 8, 0);
		assert_int_equal(a[3] | a[4] << 8, rows[i].sent_y);
		assert_int_equal(a[5] | a[6] << 8, rows[i].sent_width);
		assert_int_equal(a[9], rows[i].area);
		assert_int_equal(a[11], rows[i].run);
		assert_int_equal(a[12] | a[13] << 8, rows[i].blank_s);
		assert_int_equal(a[23], strlen(rows[i].sent));
		assert_memory_equal(a + 27, rows[i].sent, strlen(rows[i].sent));
	}
}

static void
texts_that_do_not_fit_are_refused(void **state)
{
	static char text[2000];
	struct sign_text t = { .text = text };
	struct device d = { .area_width = 64 };
	struct frame f;

	(void)state;
	memset(text, 'A', BX_TEXT - 1);
	assert_int_equal(driver_find("bx6k")->show(&f, &d, 1, &t), 0);
	memset(text, 'A', BX_TEXT + 1);
	assert_int_equal(driver_find("bx6k")->show(&f, &d, 1, &t), -1);
	memset(text, '\n', sizeof text - 1);
	assert_int_equal(driver_find("bx6k")->show(&f, &d, 1, &t), -1);
	memset(text, '\\', sizeof text - 1);
	assert_int_equal(driver_find("bx6k")->show(&f, &d, 1, &t), -1);
}

/* An empty text and clear are one frame: the area is deleted. */
static void
dark_signs(void **state)
{
	const struct driver *sign = driver_find("bx6k");
	struct device d = { .area_width = 64 };
	struct frame shown, cleared;

	(void)state;
	assert_int_equal(sign->show(&shown, &d, 1, &(struct sign_text){ .area = 3, .text = "" }), 0);
	assert_int_equal(sign->clear(&cleared, &d, 1, 3), 0);
	assert_int_equal(shown.length, cleared.length);
	assert_memory_equal(shown.bytes, cleared.bytes, shown.length);
}

/* What one says, whole and cut short by each number of bytes. */
static void
what_is_said(void **state)
{
	static const struct {
		const char *what, *driver, *bytes; size_t len; enum said_kind kind; int address; const char *reply;
	} rows[] = {
		{ "ACK of card 1", "bx6k", "\xA5\xA5\xA5\xA5\xA5\xA5\xA5\xA5\x00\x80\x01\x00\x00\x00\x00\x00\x00\x00\xFE\x02"
		  "\x05\x00\xA0\x00\x00\x00\x00\x64\xDC\x5A", 30, SAID_ACK, 1, "" },
		{ "NACK of card 1", "bx", "\xA5\xA5\xA5\xA5\xA5\xA5\xA5\xA5\x00\x80\x01\x00\x00\x00\x00\x00\x00\x00\xFE\x02"
		  "\x05\x00\xA0\x01\x05\x00\x00\x75\x21\x5A", 30, SAID_NACK, 1, "" },
		{ "our own ping", "bx6k", "\xA5\xA5\xA5\xA5\xA5\xA5\xA5\xA5\x01\x00\x00\x80\x00\x00\x00\x00\x00\x00\xFE\x02"
		  "\x05\x00\xA2\x00\x01\x00\x00\x68\xF8\x5A", 30, SAID_NOTHING, 0, "" },
		{ "accepted", "syn6288", "\x41", 1, SAID_ACK, 0, "" },
		{ "refused", "syn6288", "\x45", 1, SAID_NACK, 0, "" },
		{ "started", "syn6288", "\x4A", 1, SAID_STARTED, 0, "" },
		{ "speaking", "syn6288", "\x4E", 1, SAID_SPEAKING, 0, "" },
		{ "idle", "syn6288", "\x4F", 1, SAID_IDLE, 0, "" },
		{ "key", "ff68", "\xFF\x68\x03\x03\x68\x07\x01\x0C\x14\x16", 10, SAID_KEY, 7,
		  "\xFF\x68\x03\x03\x68\x07\x01\x0C\x14\x16" },
		{ "rating: answered with command 01", "ff68", "\xFF\x68\x03\x03\x68\x07\x11\x03\x1B\x16", 10, SAID_RATING, 7,
		  "\xFF\x68\x03\x03\x68\x07\x01\x03\x0B\x16" },
		{ "our own show of stars", "ff68", "\xFF\x68\x03\x03\x68\x07\x02\x05\x0E\x16", 10, SAID_NOTHING, 7, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct driver *d = driver_find(rows[i].driver);
		union driver_state parser = { 0 };
		struct said said;

		print_message("%s\n", rows[i].what);
		for (size_t len = 0; len < rows[i].len; len++)
			assert_int_equal(d->parse(&parser, &said, (const uint8_t *)rows[i].bytes, len), 0);
		assert_int_equal(d->parse(&parser, &said, (const uint8_t *)rows[i].bytes, rows[i].len), rows[i].len);
		assert_int_equal(said.kind, rows[i].kind);
		assert_int_equal(said.address, rows[i].address);
		assert_int_equal(said.reply_length, rows[i].reply[0] != '\0' ? rows[i].len : 0);
		assert_memory_equal(said.reply, rows[i].reply, said.reply_length);
		assert_int_equal(said.again, rows[i].kind == SAID_NACK);	/* these two are damaged frames */
		assert_int_equal(said.why != NULL, rows[i].kind == SAID_NACK || strcmp(rows[i].what, "ACK of card 1") == 0);
	}
}

/* Two printers' answers run together; the byte of DLE EOT means what was asked last. */
static void
what_a_printer_says(void **state)
{
	static const uint8_t bytes[] = { 0x12, 0x72, 0x13, 0x18, 0x00, 0x13, 0x03, 0x0F, 0x00, 0x12 };
	static const struct { int ask, used; enum said_kind kind; unsigned flags; } rows[] = {
		{ ESCPOS_ASK_PRINTER,	1, SAID_STATUS,	0 },
		{ ESCPOS_ASK_PAPER,	1, SAID_STATUS,	PRINTER_PAPER_OUT },
		{ 0,			1, SAID_NOTHING, 0 },	/* XOFF */
		{ 0,			3, SAID_NOTHING, 0 },	/* XOFF in a report */
		{ 0,			2, SAID_REPORT,	PRINTER_OFFLINE | PRINTER_PAPER_LOW },
		{ 0,			1, SAID_PRINTED, 0 },
		{ 0,			1, SAID_NOTHING, 0 },	/* nothing was asked */
	};
	const struct driver *d = driver_find("escpos");
	union driver_state parser = { 0 };
	size_t at = 0;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct frame f;
		struct said said;

		print_message("answer %zu\n", i);
		if (rows[i].ask != 0) {
			assert_int_equal(d->status(&f, rows[i].ask), 0);
			assert_int_equal(f.answers, SAID(SAID_STATUS));
			d->asked(&parser, f.bytes, f.length);
		}
		assert_int_equal(d->parse(&parser, &said, bytes + at, sizeof bytes - at), rows[i].used);
		assert_int_equal(said.kind, rows[i].kind);
		assert_int_equal(said.status.flags, rows[i].flags);
		at += rows[i].used;
	}
	assert_int_equal(at, sizeof bytes);
}

/* 37 would begin block data, which end with 00; nobody asked for any. */
static void
noise_swallows_no_answer_of_a_printer(void **state)
{
	static const uint8_t noise[] = { 0x37, 0x81 }, ready[] = { 0x12 };
	const struct driver *d = driver_find("escpos");
	union driver_state parser = { 0 };
	struct frame f;
	struct said said;

	(void)state;
	assert_int_equal(d->parse(&parser, &said, noise, sizeof noise), sizeof noise);
	assert_int_equal(said.kind, SAID_NOTHING);
	assert_int_equal(d->status(&f, ESCPOS_ASK_PRINTER), 0);
	d->asked(&parser, f.bytes, f.length);
	assert_int_equal(d->parse(&parser, &said, ready, sizeof ready), sizeof ready);
	assert_int_equal(said.kind, SAID_STATUS);
}

static void
paper_takes_its_time(void **state)
{
	const struct driver *d = driver_find("escpos");
	struct device device = { .width_mm = 80 };
	struct paper paper = { .count = 1 };
	struct frame f, longer;

	(void)state;
	paper.lines[0] = (struct paper_line){ .text = "A037", .width = 4, .height = 4 };
	assert_int_equal(d->print(&f, &device, &paper), 0);
	assert_int_equal(f.answers, SAID(SAID_PRINTED));
	strcpy(paper.qr, "https://hall.example/t/0123456789abcdef");
	assert_int_equal(d->print(&longer, &device, &paper), 0);
	assert_true(f.work_ms > 1000 && longer.work_ms > f.work_ms && longer.work_ms < 10000);
	device.width_mm = 70;
	assert_int_equal(d->print(&f, &device, &paper), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_know_every_driver),
		cmocka_unit_test(a_row_says_what_its_kind_needs),
		cmocka_unit_test(the_keys_of_ff68),
		cmocka_unit_test(texts_on_signs),
		cmocka_unit_test(texts_that_do_not_fit_are_refused),
		cmocka_unit_test(dark_signs),
		cmocka_unit_test(what_is_said),
		cmocka_unit_test(what_a_printer_says),
		cmocka_unit_test(noise_swallows_no_answer_of_a_printer),
		cmocka_unit_test(paper_takes_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
