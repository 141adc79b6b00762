/*
 * Alpha signs: packets, their sums, and what may not stand in them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/alpha.h"
#include "tests/vectors.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static const struct alpha_sign all = { .type = ALPHA_ANY }, all_sum = { .type = ALPHA_ANY, .sum = true };
static const struct alpha_sign one_sum = { .type = 'f', .address = 1, .sum = true };

static uint8_t out[ALPHA_PACKET];

static size_t hello(void) { return alpha_text(out, sizeof out, &all, 'A', ALPHA_BOTTOM, ALPHA_ROTATE, "Hello"); }
static size_t priority(void) { return alpha_text(out, sizeof out, &one_sum, ALPHA_PRIORITY, ALPHA_BOTTOM, ALPHA_FLASH, "B012"); }
static size_t set_time(void) { return alpha_time(out, sizeof out, &all_sum, 14, 30); }
static size_t reset(void) { return alpha_reset(out, sizeof out, &all); }

static const struct { const char *name; size_t (*write)(void); } rows[] = {
	{ "text-hello-nosum",	hello },
	{ "priority-sum",	priority },
	{ "set-time-sum",	set_time },
	{ "soft-reset",		reset },
};

static void
agrees_with_every_vector(void **state)
{
	struct vector all_vectors[8];
	size_t count = vectors_load(all_vectors, COUNT(all_vectors), "alpha-sign");

	(void)state;
	assert_int_equal(count, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct vector *v = vector_find(all_vectors, count, rows[i].name);

		if (v == NULL || rows[i].write() != v->len || memcmp(out, v->bytes, v->len) != 0)
			fail_msg("%s", rows[i].name);
	}
}

static size_t clear(void) { return alpha_text(out, sizeof out, &all, '0', ALPHA_FILL, ALPHA_HOLD, ""); }
static size_t string(void) { return alpha_string(out, sizeof out, &all, 'B', "A037 -> 6"); }
static size_t no_string(void) { return alpha_string(out, sizeof out, &all, 'B', ""); }
static size_t shows(void) { return alpha_shows(out, sizeof out, &all, 'A', ALPHA_FILL, ALPHA_HOLD, 'B'); }
static size_t memory(void) { return alpha_memory(out, sizeof out, &all, 'A', 32, 'B', 125); }
static size_t at_255(void) { return alpha_reset(out, sizeof out, &(struct alpha_sign){ .type = '!', .address = 255 }); }

/* What no vector has; the zeros before are left out. */
static const struct { const char *what; size_t (*write)(void); const char *packet; } packets[] = {
	{ "an empty text clears the file",		clear,		"\1Z00\2A0\4" },
	{ "a string",					string,		"\1Z00\2GBA037 -> 6\4" },
	{ "an empty string",				no_string,	"\1Z00\2GB\4" },
	{ "a text file that shows a string",		shows,		"\1Z00\2AA\33\x30" "b\20B\4" },
	{ "a text and a string get memory",		memory,		"\1Z00\2E$AAU0020FF00BBL007D0000\4" },
	{ "the address is two digits of hex",		at_255,		"\1!FF\2E,\4" },
};

static void
writes_what_the_table_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(packets); i++) {
		size_t n = packets[i].write(), len = strlen(packets[i].packet);

		if (n != 5 + len || memcmp(out, "\0\0\0\0\0", 5) != 0 || memcmp(out + 5, packets[i].packet, len) != 0)
			fail_msg("%s", packets[i].what);
	}
}

/* One with each label, so that every one of them is tried: ? is all files, 1 to 5 are counters. */
static void
labels(void **state)
{
	(void)state;
	for (int label = 0; label < 256; label++) {
		bool good = label >= 0x20 && label <= 0x7E && label != '?' && (label < '1' || label > '5');

		assert_int_equal(alpha_text(out, sizeof out, &all, label, ALPHA_FILL, ALPHA_HOLD, "A") != 0, good);
		good = good && label != ALPHA_PRIORITY;
		assert_int_equal(alpha_string(out, sizeof out, &all, label, "A") != 0, good);
		assert_int_equal(alpha_shows(out, sizeof out, &all, 'A', ALPHA_FILL, ALPHA_HOLD, label) != 0, good);
		assert_int_equal(alpha_memory(out, sizeof out, &all, label, 1, '~', 1) != 0, good && label != '~');
		assert_int_equal(alpha_memory(out, sizeof out, &all, '~', 1, label, 1) != 0, good && label != '~');
	}
}

/* No Chinese, and nothing that a sign takes for a command. */
static void
characters(void **state)
{
	char text[2] = "", longest[ALPHA_TEXT + 2];

	(void)state;
	for (int c = 1; c < 256; c++) {
		text[0] = c;
		assert_int_equal(alpha_text(out, sizeof out, &all, 'A', ALPHA_FILL, ALPHA_HOLD, text) != 0, c >= 0x20 && c <= 0x7E);
		assert_int_equal(alpha_string(out, sizeof out, &all, 'B', text) != 0, c >= 0x20 && c <= 0x7E);
	}
	assert_int_equal(alpha_string(out, sizeof out, &all, 'B', "号"), 0);
	memset(longest, 'x', sizeof longest);
	longest[ALPHA_TEXT + 1] = '\0';
	assert_int_equal(alpha_text(out, sizeof out, &all_sum, 'A', ALPHA_FILL, ALPHA_HOLD, longest), 0);
	assert_int_equal(alpha_string(out, sizeof out, &all_sum, 'B', longest), 0);
	longest[ALPHA_TEXT] = '\0';
	assert_int_not_equal(alpha_text(out, sizeof out, &all_sum, 'A', ALPHA_FILL, ALPHA_HOLD, longest), 0);
	assert_int_not_equal(alpha_string(out, sizeof out, &all_sum, 'B', longest), 0);
}

static const struct { const char *what; struct alpha_sign sign; int hour, minute; bool good; } times[] = {
	{ "midnight, all signs",	{ 'Z', 0, true },	0, 0, true },
	{ "a minute to midnight",	{ '~', 255, false },	23, 59, true },
	{ "hour 24",			{ 'Z', 0, true },	24, 0, false },
	{ "minute 60",			{ 'Z', 0, true },	0, 60, false },
	{ "before midnight",		{ 'Z', 0, true },	-1, 0, false },
	{ "minute -1",			{ 'Z', 0, true },	0, -1, false },
	{ "address 256",		{ 'Z', 256, true },	0, 0, false },
	{ "address -1",			{ 'Z', -1, true },	0, 0, false },
	{ "no type",			{ 0, 0, true },		0, 0, false },
	{ "a blank for a type",		{ ' ', 0, true },	0, 0, false },
};

static void
refuses_what_is_out_of_range(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(times); i++)
		if ((alpha_time(out, sizeof out, &times[i].sign, times[i].hour, times[i].minute) != 0) != times[i].good)
			fail_msg("%s", times[i].what);
	assert_int_equal(alpha_text(out, sizeof out, &all, 'A', 0x1F, ALPHA_HOLD, "A"), 0);
	assert_int_equal(alpha_text(out, sizeof out, &all, 'A', ALPHA_FILL, 0x7F, "A"), 0);
	assert_int_equal(alpha_shows(out, sizeof out, &all, 'A', 0x1F, ALPHA_HOLD, 'B'), 0);
	assert_int_equal(alpha_shows(out, sizeof out, &all, 'A', ALPHA_FILL, 0x7F, 'B'), 0);
	assert_int_equal(alpha_memory(out, sizeof out, &all, 'A', 0, 'B', 125), 0);
	assert_int_equal(alpha_memory(out, sizeof out, &all, 'A', 10000, 'B', 125), 0);
	assert_int_equal(alpha_memory(out, sizeof out, &all, 'A', 32, 'B', 0), 0);
	assert_int_equal(alpha_memory(out, sizeof out, &all, 'A', 32, 'B', 126), 0);
	assert_int_equal(alpha_memory(out, sizeof out, &all, 'A', 32, 'A', 125), 0);
}

static void
writes_nothing_that_does_not_fit(void **state)
{
	uint8_t copy[ALPHA_PACKET];
	size_t n = priority();

	(void)state;
	for (size_t cap = 0; cap < n; cap++) {
		memset(copy, 0xEE, sizeof copy);
		assert_int_equal(alpha_text(copy, cap, &one_sum, '0', ALPHA_BOTTOM, ALPHA_FLASH, "B012"), 0);
		for (size_t i = 0; i < sizeof copy; i++)
			assert_int_equal(copy[i], 0xEE);
	}
}

/* A classic sign: seven bits, the eighth makes their number even. */
static void
even_parity(void **state)
{
	uint8_t bytes[256];

	(void)state;
	for (int i = 0; i < 256; i++)
		bytes[i] = i;
	alpha_parity(bytes, sizeof bytes);
	for (int i = 0; i < 256; i++) {
		int ones = 0;

		for (int bit = 0; bit < 8; bit++)
			ones += bytes[i] >> bit & 1;
		assert_int_equal(ones % 2, 0);
		assert_int_equal(bytes[i] & 0x7F, i & 0x7F);
	}
}

static const struct { const char *what; const char *bytes; size_t len; int used; bool taken; unsigned error; const char *name; } answers[] = {
	{ "taken",			"\x06", 1,	1, true,  0,	"unknown error" },
	{ "taken, by 7E1",		"\x06\x06", 2,	1, true,  0,	"unknown error" },
	{ "a label that is none",	"\x15\x60", 2,	2, false, 0x20,	"illegal command or label" },
	{ "a wrong sum",		"\x15\x50", 2,	2, false, 0x10,	"checksum" },
	{ "too long",			"\x15\x48", 2,	2, false, 0x08,	"too long" },
	{ "too slow",			"\x15\x44", 2,	2, false, 0x04,	"time-out" },
	{ "framing",			"\x15\x42", 2,	2, false, 0x02,	"framing" },
	{ "parity, by 7E1",		"\x95\x41", 2,	2, false, 0x01,	"parity" },
	{ "several: the first of them",	"\x15\x51", 2,	2, false, 0x11,	"checksum" },
	{ "no error named",		"\x15\x40", 2,	2, false, 0,	"unknown error" },
	{ "the error is to come",	"\x15", 1,	0, false, 0,	"unknown error" },
	{ "nothing",			"", 0,		0, false, 0,	"unknown error" },
	{ "no error byte",		"\x15\x06", 2,	-1, false, 0,	"unknown error" },
	{ "noise",			"\x00", 1,	-1, false, 0,	"unknown error" },
};

static void
hears_answers(void **state)
{
	struct alpha_answer a;

	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++)
		if (alpha_parse(&a, (const uint8_t *)answers[i].bytes, answers[i].len) != answers[i].used ||
		    a.taken != answers[i].taken || a.error != answers[i].error ||
		    strcmp(alpha_error_name(a.error), answers[i].name) != 0)
			fail_msg("%s", answers[i].what);
}

static void
survives_any_bytes(void **state)
{
	struct alpha_answer a;
	uint8_t bytes[64];

	(void)state;
	srand(1);
	for (int i = 0; i < 200000; i++) {
		size_t len = rand() % sizeof bytes;
		int used;

		for (size_t k = 0; k < len; k++)
			bytes[k] = rand();
		used = alpha_parse(&a, bytes, len);
		assert_true(used >= -1 && used <= (int)len);
		assert_true(a.error < 0x40);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_every_vector),
		cmocka_unit_test(writes_what_the_table_says),
		cmocka_unit_test(labels),
		cmocka_unit_test(characters),
		cmocka_unit_test(refuses_what_is_out_of_range),
		cmocka_unit_test(writes_nothing_that_does_not_fit),
		cmocka_unit_test(even_parity),
		cmocka_unit_test(hears_answers),
		cmocka_unit_test(survives_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
