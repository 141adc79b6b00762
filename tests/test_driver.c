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
#include "protocols/clips.h"

static void
settings_know_every_driver(void **state)
{
	int i;

	(void)state;
	for (i = 0; drivers[i] != NULL; i++) {
		assert_string_equal(driver_names()[i].name, drivers[i]->name);
		assert_string_equal(driver_names()[i].kind, driver_kind_name(drivers[i]->kind));
		assert_ptr_equal(driver_names()[i].clip_wrong, drivers[i]->clip_wrong);
		assert_ptr_equal(driver_find(drivers[i]->name), drivers[i]);
	}
	assert_null(driver_names()[i].name);
	assert_null(driver_find("no such"));
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
		assert_true(d->clip_wrong == NULL || d->kind == DRIVER_VOICE);
		assert_int_equal(d->show != NULL && d->clear != NULL && d->address_max > 0, d->kind == DRIVER_SIGN);
		assert_int_equal(d->display != NULL && d->beep != NULL && d->key_count > 0,
		    d->kind == DRIVER_KEYPAD && !d->framed);
		assert_int_equal(d->card != NULL, d->kind == DRIVER_READER);
		assert_int_equal(d->ended != NULL && d->ended_ms > 0, d->kind == DRIVER_SCANNER);
		assert_int_equal(d->private, d->kind == DRIVER_SCANNER || d->kind == DRIVER_READER);
		assert_true(!d->framed || d->begin != NULL);
	}
}

/* Addresses and areas that a driver does not have, of which hall.json's schema knows nothing. */
static void
seats_that_a_driver_has_not(void **state)
{
	static const struct { const char *what, *driver; int address, area; const char *error; } rows[] = {
		{ "the last card and area",	"bx", 65535, 254, NULL },
		{ "an area too many",		"bx", 1, 255, "/windows/1/sign/area: 255 is over 254, the highest of driver bx" },
		{ "the last slave",		"modbus", 247, 0, NULL },
		{ "a slave too many",		"modbus", 248, 0, "/windows/1/sign/address: 248 is over 247, the highest of driver modbus" },
		{ "one window a display",	"modbus", 1, 1, "/windows/1/sign/area: 1 is over 0, the highest of driver modbus" },
		{ "a board alone on its line",	"board-sunpn", 2, 0, "/windows/1/sign/address: 2 is over 1, the highest of driver board-sunpn" },
		{ "two hex digits",		"alpha", 256, 0, "/windows/1/sign/address: 256 is over 255, the highest of driver alpha" },
	};
	static struct layout l;
	char error[160];

	(void)state;
	l.window_count = 2;
	l.window[0].sign.device = -1;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].what);
		strcpy(l.device[0].driver, rows[i].driver);
		l.window[1].sign = (struct seat){ .address = rows[i].address, .area = rows[i].area };
		error[0] = '\0';
		assert_int_equal(driver_check(&l, error, sizeof error), rows[i].error == NULL ? 0 : -1);
		assert_string_equal(error, rows[i].error == NULL ? "" : rows[i].error);
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

/* A frame that wants no answer waits for none; a sign that cannot be told so is waited for. */
static void
unanswered_signs(void **state)
{
	struct sign_text t = { .text = "A037", .number = "A037", .unanswered = true };
	struct device d = { .area_width = 64, .number_register = 0x88, .text_register = -1 };
	struct bx_frame sent;
	struct frame f;

	(void)state;
	assert_int_equal(driver_find("bx6k")->show(&f, &d, 1, &t), 0);
	assert_int_equal(f.answers, 0);
	assert_int_equal(bx_parse(&sent, f.bytes, f.length), f.length);
	assert_int_equal(sent.data[2], 0x02);
	assert_int_equal(driver_find("modbus")->show(&f, &d, 1, &t), 0);
	assert_int_equal(f.answers, SAID(SAID_ACK));
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

/* What a sign without Chinese, or without letters, is sent. */
static void
what_other_signs_are_sent(void **state)
{
#define ZEROS	"\0\0\0\0\0"
	static const struct device led = { .text_register = 0x70, .digits = 4 }, five = { .text_register = 0x100, .digits = 5 };
	static const struct device numbers = { .text_register = -1, .number_register = 0x88, .dark_number = 8888 };
	static const struct { const char *what, *driver; const struct device *device; const char *latin, *number; bool flash;
	    const char *sent; size_t len; } rows[] = {
		{ "a call that flashes is the priority text", "alpha", &led, "A037 -> 6", "A037", true,
		  ZEROS "\1Z06\2A0\33\x30" "cA037 -> 6\3" "02E0\4", 30 },
		{ "then it is a string, and the priority text goes", "alpha", &led, "A037 -> 6", "A037", false,
		  ZEROS "\1Z06\2GBA037 -> 6\3" "024A\4" ZEROS "\1Z06\2A0\3" "0076\4", 45 },
		{ "a blank is dark", "alpha", &led, "", "", false,
		  ZEROS "\1Z06\2GB \3" "00AE\4" ZEROS "\1Z06\2A0\3" "0076\4", 37 },
		{ "a classic sign: even parity", "alpha-7e1", &led, "", "", true,
		  ZEROS "\x81\x5A\x30\x36\x82\x41\x30\x1B\x30\x63\xA0\x03\x30\xB1\xB4\xB4\x84", 22 },
		{ "a number as text", "modbus", &led, "A037 -> 6", "A037", false,
		  "\x06\x10\x00\x70\x00\x02\x04" "A037\xAF\xEA", 13 },
		{ "on the right", "modbus", &five, "A037 -> 6", "A037", false,
		  "\x06\x10\x01\x00\x00\x03\x06 A037 \x3A\xB3", 15 },
		{ "too long: its digits", "modbus", &led, "AB037 -> 6", "AB037", false,
		  "\x06\x10\x00\x70\x00\x02\x04 037\xB0\x16", 13 },
		{ "nobody: blanks", "modbus", &led, "", "", false, "\x06\x10\x00\x70\x00\x02\x04    \xFC\xED", 13 },
		{ "no text", "modbus", &numbers, "A037 -> 6", "A037", false, "\x06\x06\x00\x88\x00\x25\xC9\x8C", 8 },
		{ "no text, nobody", "modbus", &numbers, "", "", false, "\x06\x06\x00\x88\x22\xB8\x10\x85", 8 },
		{ "a call is red", "board-sunpn", &led, "", "A888", true, "\x3A\x02\x78\x03\x01\xB8\x0A", 7 },
		{ "then green", "board-sunpn", &led, "", "A888", false, "\x3A\x00\x78\x03\x01\xB6\x0A", 7 },
		{ "nobody", "board-sunpn", &led, "", "", false, "\x3A\x00\x00\x00\x01\x3B\x0A", 7 },
		{ "four bytes", "board-sum", &led, "", "A999", true, "\x06\x03\xE7\xF0", 4 },
		{ "a line, and the bell", "console", &led, "", "", true, "6: \xE7\xAA\x97\xE5\x8F\xA3\a\r\n", 12 },
		{ "a line", "console", &led, "", "", false, "6: \xE7\xAA\x97\xE5\x8F\xA3\r\n", 11 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct driver *d = driver_find(rows[i].driver);
		struct sign_text t = { .text = "窗口", .latin = rows[i].latin, .number = rows[i].number, .flash = rows[i].flash };
		bool one_area = strcmp(d->name, "console") != 0;
		struct frame f;

		print_message("%s\n", rows[i].what);
		assert_int_equal(d->show(&f, rows[i].device, 6, &t), 0);
		assert_int_equal(f.length, rows[i].len);
		assert_memory_equal(f.bytes, rows[i].sent, f.length);
		assert_int_equal(f.answers, d->probe != NULL ? SAID(SAID_ACK) : 0);
		assert_int_equal(f.alike, f.bytes[1] == 0x06 && d->probe != NULL);
		t.area = 1;
		assert_int_equal(d->show(&f, rows[i].device, 6, &t), one_area ? -1 : 0);
		assert_int_equal(d->show(&f, rows[i].device, d->address_max, &(struct sign_text){ .text = "", .latin = "", .number = "" }), 0);
	}
}

/* What a sign cannot show is no frame. */
static void
numbers_that_do_not_fit(void **state)
{
	static const struct { const char *what, *driver, *number; int digits, text_register, result; } rows[] = {
		{ "no room for its digits",	"modbus", "A12345", 4, 0x70, -1 },
		{ "just",			"modbus", "ABC1234", 4, 0x70, 0 },
		{ "the highest number",		"modbus", "A65535", 4, -1, 0 },
		{ "a higher one",		"modbus", "A65536", 4, -1, -1 },
		{ "the highest number of a board", "board-sunpn", "65535", 0, 0, 0 },
		{ "a higher one of a board",	"board-sum", "65536", 0, 0, -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct device d = { .text_register = rows[i].text_register, .digits = rows[i].digits };
		struct sign_text t = { .text = "", .latin = "", .number = rows[i].number };
		struct frame f;

		print_message("%s\n", rows[i].what);
		assert_int_equal(driver_find(rows[i].driver)->show(&f, &d, 1, &t), rows[i].result);
	}
}

/*
 * An Alpha sign's files: memory for one text and one string, then, when it has
 * been set up, the text that shows the string.  No text is written after that
 * but the priority text: those lie in slow memory.
 */
static void
the_greeting_of_alpha(void **state)
{
	static const char memory[] = ZEROS "\1Z06\2E$AAU0020FF00BBL007D0000\3" "055E\4";
	static const char text[] = ZEROS "\1Z06\2AA\33\x30" "b\20B\3" "0186\4";
	struct frame f;

	(void)state;
	assert_int_equal(driver_find("alpha")->greet(&f, 6), 0);
	assert_int_equal(f.answers, 0);
	assert_memory_equal(f.bytes, memory, sizeof memory - 1);
	for (size_t i = sizeof memory - 1; i < f.length - (sizeof text - 1); i++)
		assert_int_equal(f.bytes[i], 0);
	assert_true(f.length > sizeof memory + sizeof text + 9600 / 10 / 2);	/* half a second at 9600 */
	assert_memory_equal(f.bytes + f.length - (sizeof text - 1), text, sizeof text - 1);
#undef ZEROS
}

/* What is sent too soon after another frame is lost, on copies of the DFPlayer's chip above all. */
static void
voice_modules_need_pauses(void **state)
{
	static const struct { const char *driver; int least_ms; } rows[] = {
		{ "syn6288", 9 }, { "syn6658", 17 }, { "xfs5152", 17 }, { "dfplayer", 100 }
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_true(driver_find(rows[i].driver)->gap_ms >= rows[i].least_ms);
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
		{ "SYN6658, idle", "syn6658", "\x4F", 1, SAID_IDLE, 0, "" },
		{ "XFS5152, refused", "xfs5152", "\x45", 1, SAID_NACK, 0, "" },
		{ "DFPlayer, started", "dfplayer", "\x7E\xFF\x06\x3F\x00\x00\x02\xFE\xBA\xEF", 10, SAID_STARTED, 0, "" },
		{ "DFPlayer, taken", "dfplayer", "\x7E\xFF\x06\x41\x00\x00\x00\xFE\xBA\xEF", 10, SAID_ACK, 0, "" },
		{ "DFPlayer, clip of a USB disk ended", "dfplayer", "\x7E\xFF\x06\x3C\x00\x00\x07\xFE\xB8\xEF", 10, SAID_ENDED, 0, "" },
		{ "DFPlayer, clip of a card ended", "dfplayer", "\x7E\xFF\x06\x3D\x00\x00\x02\xFE\xBC\xEF", 10, SAID_ENDED, 0, "" },
		{ "DFPlayer, frame damaged", "dfplayer", "\x7E\xFF\x06\x40\x00\x00\x04\xFE\xB7\xEF", 10, SAID_NACK, 0, "" },
		{ "DFPlayer, not ready before it says that it has started", "dfplayer",
		  "\x7E\xFF\x06\x40\x00\x00\x01\xFE\xBA\xEF", 10, SAID_SPEAKING, 0, "" },
		{ "DFPlayer, playing", "dfplayer", "\x7E\xFF\x06\x42\x00\x02\x01\xFE\xB6\xEF", 10, SAID_SPEAKING, 0, "" },
		{ "DFPlayer, stopped", "dfplayer", "\x7E\xFF\x06\x42\x00\x02\x00\xFE\xB7\xEF", 10, SAID_IDLE, 0, "" },
		{ "DFPlayer, asleep", "dfplayer", "\x7E\xFF\x06\x42\x00\x10\x00\xFE\xA9\xEF", 10, SAID_IDLE, 0, "" },
		{ "DFPlayer, card out", "dfplayer", "\x7E\xFF\x06\x3B\x00\x00\x02\xFE\xBE\xEF", 10, SAID_NOTHING, 0, "" },
		{ "AA family, playing", "dy", "\xAA\x01\x01\x01\xAD", 5, SAID_SPEAKING, 0, "" },
		{ "AA family, stopped", "dy", "\xAA\x01\x01\x00\xAC", 5, SAID_IDLE, 0, "" },
		{ "AA family, number of files", "dy", "\xAA\x0C\x02\x01\x02\xBB", 6, SAID_NOTHING, 0, "" },
		{ "KT142C, started", "kt142c", "\x7E\x3F\x00\x02\x00\x04\xEF", 7, SAID_STARTED, 0, "" },
		{ "KT142C, taken", "kt142c", "\x7E\x41\xEF", 3, SAID_ACK, 0, "" },
		{ "KT142C, playing", "kt142c", "\x7E\x42\x00\x02\x08\x01\xEF", 7, SAID_SPEAKING, 0, "" },
		{ "KT142C, stopped", "kt142c", "\x7E\x42\x00\x02\x08\x00\xEF", 7, SAID_IDLE, 0, "" },
		{ "key", "ff68", "\xFF\x68\x03\x03\x68\x07\x01\x0C\x14\x16", 10, SAID_KEY, 7,
		  "\xFF\x68\x03\x03\x68\x07\x01\x0C\x14\x16" },
		{ "rating: answered with command 01", "ff68", "\xFF\x68\x03\x03\x68\x07\x11\x03\x1B\x16", 10, SAID_RATING, 7,
		  "\xFF\x68\x03\x03\x68\x07\x01\x03\x0B\x16" },
		{ "a reader without a card", "idcard", "\xAA\xAA\xAA\x96\x69\x00\x04\x00\x00\x80\x84", 11, SAID_NO_CARD, 0, "" },
		{ "a card is found", "idcard", "\xAA\xAA\xAA\x96\x69\x00\x08\x00\x00\x9F\x00\x00\x00\x00\x97", 15, SAID_ACK, 0, "" },
		{ "a reader that heard a wrong check", "idcard", "\xAA\xAA\xAA\x96\x69\x00\x04\x00\x00\x10\x14", 11, SAID_NACK, 0, "" },
		{ "a text", "scanner", "A1\r", 3, SAID_SCANNED, 0, "" },
		{ "a command taken by a scanner", "gm65", "\x02\x00\x00\x01\x00\x33\x31", 7, SAID_ACK, 0, "" },
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
		assert_int_equal(said.again, rows[i].kind == SAID_NACK);	/* these are damaged frames */
		assert_true(said.kind != SAID_NACK || said.why != NULL);
	}
}

/* The parser of a described keypad knows its device since the port was opened. */
static void
what_described_keypads_say(void **state)
{
	static const struct { const char *what, *reply, *bytes; size_t len; enum said_kind kind; const char *answer; size_t answer_length; } rows[] = {
		{ "a key, echoed",	"echo",	"\xA5\x02\x0C\xB3", 4, SAID_KEY, "\xA5\x02\x0C\xB3", 4 },
		{ "a key, answered",	"5A addr key xor", "\xA5\x02\x0C\xB3", 4, SAID_KEY, "\x5A\x02\x0C\x54", 4 },
		{ "a key, not answered", "", "\xA5\x02\x0C\xB3", 4, SAID_KEY, "", 0 },
		{ "a button",		"echo", "\xA5\x02\x41\xE8", 4, SAID_KEY, "\xA5\x02\x41\xE8", 4 },
		{ "a rating",		"echo", "\xA5\x02\x32\xD9", 4, SAID_RATING, "\xA5\x02\x32\xD9", 4 },
		{ "a key that is in no table", "echo", "\xA5\x02\x33\xDA", 4, SAID_NOTHING, "", 0 },
	};
	const struct driver *d = driver_find("keypad");

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct device device = { .frame = "A5 addr key sum8", .keys = { { .key = 0x0C, .command = "next" } }, .key_count = 1,
			.buttons = { { .key.key = 0x41 } }, .button_count = 1, .rates = { 0x31, 0x32 }, .rate_count = 2 };
		union driver_state parser = { 0 };
		struct said said;

		print_message("%s\n", rows[i].what);
		strcpy(device.reply, rows[i].reply);
		d->begin(&parser, &device);
		assert_int_equal(d->parse(&parser, &said, (const uint8_t *)rows[i].bytes, rows[i].len), rows[i].len);
		assert_int_equal(said.kind, rows[i].kind);
		assert_int_equal(said.address, 2);
		assert_int_equal(said.button, rows[i].kind == SAID_RATING ? 1 : -1);
		assert_int_equal(said.reply_length, rows[i].answer_length);
		assert_memory_equal(said.reply, rows[i].answer, rows[i].answer_length);
	}
}

/* The same frame does not make a card hold a file. */
static void
what_cannot_help_is_not_sent_again(void **state)
{
	static const uint8_t no_file[] = { 0x7E, 0xFF, 0x06, 0x40, 0x00, 0x00, 0x06, 0xFE, 0xB5, 0xEF };
	union driver_state parser = { 0 };
	struct said said;

	(void)state;
	assert_int_equal(driver_find("dfplayer")->parse(&parser, &said, no_file, sizeof no_file), sizeof no_file);
	assert_int_equal(said.kind, SAID_NACK);
	assert_int_equal(said.error, 6);
	assert_false(said.again);
	assert_string_equal(said.why, "there is no such file");
}

/* Clips by number, from 1 on, or by names: the words of a call of A11 at window 12, and a chime. */
static void
add_clips(struct device *d, const char *const *names)
{
	static const enum clip_word words[] = { CLIP_CHIME, CLIP_PLEASE, CLIP_A, CLIP_0 + 1, CLIP_NUMBER, CLIP_TO, CLIP_TEN,
	    CLIP_0 + 2, CLIP_WINDOW, CLIP_CORRECTED };

	d->clip_ms = 800;
	for (int i = 0; i < 10; i++) {
		struct clip *c = &d->clip[words[i]];

		c->ms = 100 * (i + 1);
		if (names == NULL)
			c->file = i + 1;
		else
			strcpy(c->name, names[i]);
	}
	d->clip[CLIP_CHIME].ms = 0;
}

/* Part by part: the frame in hex, what answers it, how long it speaks. */
static void
announcements_in_parts(void **state)
{
	static const char *const names[] = { "CH", "P1", "0A", "01", "NO", "TO", "10", "02", "WI", "CO" };
	static const struct {
		const char *what, *driver; bool named, chime, corrects, english; int folder, volume;
		struct { const char *bytes; unsigned answers; int ms; } part[16];
	} rows[] = {
		{ "SYN6288", "syn6288", .volume = 100,
		  .part = { { "FD002601015B7631365DC7EB5B6E315D5B79315D413131BAC52CB5BD5B6E325D3132BAC5B4B0BFDACA", SAID(SAID_ACK), 3600 } } },
		{ "SYN6658", "syn6658", .volume = 100,
		  .part = { { "FD00250101" "5B7631305D" "C7EB" "5B6E315D5B79315D" "413131" "BAC52C" "B5BD" "5B6E325D" "3132" "BAC5B4B0BFDA", SAID(SAID_ACK), 3600 } } },
		{ "DFPlayer: volume, then clip after clip", "dfplayer", .chime = true, .volume = 50,
		  .part = { { "7EFF060601000FFEE5EF", SAID(SAID_ACK), 0 }, { "7EFF0612010001FEE7EF", SAID(SAID_ACK), 800 },
		    { "7EFF0612010002FEE6EF", SAID(SAID_ACK), 200 }, { "7EFF0612010003FEE5EF", SAID(SAID_ACK), 300 },
		    { "7EFF0612010004FEE4EF", SAID(SAID_ACK), 400 }, { "7EFF0612010004FEE4EF", SAID(SAID_ACK), 400 },
		    { "7EFF0612010005FEE3EF", SAID(SAID_ACK), 500 }, { "7EFF0612010006FEE2EF", SAID(SAID_ACK), 600 },
		    { "7EFF0612010007FEE1EF", SAID(SAID_ACK), 700 }, { "7EFF0612010008FEE0EF", SAID(SAID_ACK), 800 },
		    { "7EFF0612010009FEDFEF", SAID(SAID_ACK), 900 } } },
		{ "DFPlayer: folders", "dfplayer", .corrects = true, .folder = 7, .volume = 0,
		  .part = { { "7EFF0606010000FEF4EF", SAID(SAID_ACK), 0 }, { "7EFF060F010703FEE1EF", SAID(SAID_ACK), 300 },
		    { "7EFF060F010704FEE0EF", SAID(SAID_ACK), 400 }, { "7EFF060F010704FEE0EF", SAID(SAID_ACK), 400 },
		    { "7EFF060F010705FEDFEF", SAID(SAID_ACK), 500 }, { "7EFF060F01070AFEDAEF", SAID(SAID_ACK), 1000 } } },
		{ "AA family: asked, volume, named clips in one go", "dy", .named = true, .volume = 100,
		  .part = { { "AA0100AB", SAID(SAID_SPEAKING) | SAID(SAID_IDLE), 0 }, { "AA13011EDC", 0, 0 },
		    { "AA1B12" "5031" "3041" "3031" "3031" "4E4F" "544F" "3130" "3032" "5749" "2E", 0, 4800 } } },
		{ "AA family: tracks one by one", "dy", .corrects = true, .volume = 100,
		  .part = { { "AA0100AB", SAID(SAID_SPEAKING) | SAID(SAID_IDLE), 0 }, { "AA13011EDC", 0, 0 },
		    { "AA07020003B6", 0, 300 }, { "AA07020004B7", 0, 400 }, { "AA07020004B7", 0, 400 }, { "AA07020005B8", 0, 500 },
		    { "AA0702000ABD", 0, 1000 } } },
		{ "KT142C: asked, volume, all in one go", "kt142c", .volume = 100,
		  .part = { { "7E4200020000EF", SAID(SAID_SPEAKING) | SAID(SAID_IDLE), 0 }, { "7E060002001EEF", 0, 0 },
		    { "7E210009020304040506070809EF", 0, 4800 } } },
		{ "KT158A: volume, all in one go", "kt158a", .volume = 100, .chime = true,
		  .part = { { "7E060002001EEF", 0, 0 }, { "7E21000A01020304040506070809EF", 0, 5600 } } },
		{ "an English ticket where no clip is English", "kt158a", .volume = 100, .english = true,
		  .part = { { "7E060002001EEF", 0, 0 }, { "7E210009020304040506070809EF", 0, 4800 } } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		static struct device d;
		struct announcement a = { .number = "A11", .window = 12, .volume = rows[i].volume, .chime = rows[i].chime,
		    .corrects = rows[i].corrects, .english = rows[i].english };
		struct frame f = { .more = true };
		int part = 0;

		print_message("%s\n", rows[i].what);
		memset(&d, 0, sizeof d);
		add_clips(&d, rows[i].named ? names : NULL);
		for (int c = 0; c < CLIPS_MAX && rows[i].folder != 0; c++)
			d.clip[c].folder = rows[i].folder;
		for (; rows[i].part[part].bytes != NULL; part++) {
			char hex[256] = "";

			assert_true(f.more);
			assert_int_equal(driver_find(rows[i].driver)->say(&f, &d, &a, part), 0);
			for (size_t b = 0; b < f.length; b++)
				sprintf(hex + 2 * b, "%02X", f.bytes[b]);
			assert_string_equal(hex, rows[i].part[part].bytes);
			assert_int_equal(f.answers, rows[i].part[part].answers);
			assert_int_equal(f.speech_ms, rows[i].part[part].ms);
		}
		assert_false(f.more);
		assert_int_equal(driver_find(rows[i].driver)->say(&f, &d, &a, part), -1);
	}
}

static void
long_texts_in_parts(void **state)
{
	const struct driver *d = driver_find("syn6288");
	struct announcement a = { .number = "A11", .window = 12, .volume = 100 };
	struct frame f;

	(void)state;
	for (int i = 0; i < 12; i++)
		strcat(a.sentence, "请大家不要惊慌,");
	assert_int_equal(d->say(&f, NULL, &a, 0), 0);
	assert_int_equal(f.length, 5 + 5 + 12 * 15 + 1);	/* one more does not fit into 200 bytes */
	strcat(a.sentence, "听从指挥,有序离开");
	assert_int_equal(d->say(&f, NULL, &a, 0), 0);
	assert_true(f.more);
	assert_int_equal(f.length, 5 + 5 + 12 * 15 + 9 + 1);
	assert_int_equal(d->say(&f, NULL, &a, 1), 0);
	assert_false(f.more);
	assert_int_equal(f.length, 5 + 8 + 1);
	assert_int_equal(f.speech_ms, 4 * 300);
	assert_int_equal(d->say(&f, NULL, &a, 2), -1);
	assert_int_equal(driver_find("syn6658")->say(&f, NULL, &a, 0), 0);
	assert_false(f.more);
}

static void
announcements_that_cannot_be_said(void **state)
{
	static const struct { const char *what; struct announcement a; } rows[] = {
		{ "volume too high",	{ .number = "A11", .window = 12, .volume = 101 } },
		{ "no number",		{ .window = 12 } },
		{ "no window",		{ .number = "A11" } },
	}, clips[] = {
		{ "a letter that has no clip", { .number = "B11", .window = 12 } },
		{ "a sentence of its own", { .number = "A11", .window = 12, .sentence = "全厅暂停服务" } },
	};
	static struct device d;
	struct frame f;

	(void)state;
	add_clips(&d, NULL);
	for (const struct driver *const *driver = drivers; *driver != NULL; driver++) {
		if ((*driver)->kind != DRIVER_VOICE)
			continue;
		for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
			if ((*driver)->say(&f, &d, &rows[i].a, 0) != -1)
				fail_msg("%s: %s", (*driver)->name, rows[i].what);
		for (size_t i = 0; i < sizeof clips / sizeof clips[0]; i++)
			if (((*driver)->say(&f, &d, &clips[i].a, 0) == -1) != ((*driver)->clip_wrong != NULL))
				fail_msg("%s: %s", (*driver)->name, clips[i].what);
	}
}

static void
clips_that_a_module_can_play(void **state)
{
	static const struct { const char *what; struct clip clip; const char *drivers; } rows[] = {
		{ "number 1",		{ .file = 1 },			"dfplayer dy kt142c kt158a" },
		{ "number 3000",	{ .file = 3000 },		"dfplayer dy kt142c kt158a" },
		{ "number 3001",	{ .file = 3001 },		"dy kt142c kt158a" },
		{ "folder 99, file 255", { .file = 255, .folder = 99 },	"dfplayer" },
		{ "folder 15, file 3000", { .file = 3000, .folder = 15 }, "dfplayer" },
		{ "folder 16, file 256", { .file = 256, .folder = 16 },	"" },
		{ "folder 15, file 3001", { .file = 3001, .folder = 15 }, "" },
		{ "a name",		{ .name = "01" },		"dy" },
	};

	(void)state;
	for (const struct driver *const *driver = drivers; *driver != NULL; driver++)
		for (size_t i = 0; (*driver)->clip_wrong != NULL && i < sizeof rows / sizeof rows[0]; i++)
			if (((*driver)->clip_wrong(&rows[i].clip) == NULL) != (strstr(rows[i].drivers, (*driver)->name) != NULL))
				fail_msg("%s: %s", (*driver)->name, rows[i].what);
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
		cmocka_unit_test(seats_that_a_driver_has_not),
		cmocka_unit_test(the_keys_of_ff68),
		cmocka_unit_test(texts_on_signs),
		cmocka_unit_test(texts_that_do_not_fit_are_refused),
		cmocka_unit_test(unanswered_signs),
		cmocka_unit_test(dark_signs),
		cmocka_unit_test(what_other_signs_are_sent),
		cmocka_unit_test(numbers_that_do_not_fit),
		cmocka_unit_test(the_greeting_of_alpha),
		cmocka_unit_test(voice_modules_need_pauses),
		cmocka_unit_test(what_is_said),
		cmocka_unit_test(what_described_keypads_say),
		cmocka_unit_test(what_cannot_help_is_not_sent_again),
		cmocka_unit_test(announcements_in_parts),
		cmocka_unit_test(long_texts_in_parts),
		cmocka_unit_test(announcements_that_cannot_be_said),
		cmocka_unit_test(clips_that_a_module_can_play),
		cmocka_unit_test(what_a_printer_says),
		cmocka_unit_test(noise_swallows_no_answer_of_a_printer),
		cmocka_unit_test(paper_takes_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
