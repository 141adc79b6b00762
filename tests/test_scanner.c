/*
 * Scanners: lines of text, however they end, and the GM65's commands.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/scanner.h"
#include "tests/vectors.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static uint8_t out[SCANNER_FRAME];

static size_t trigger(void) { return gm65_trigger(out); }
static size_t baud(void) { return gm65_baud(out, 9600); }

static const struct { const char *name; size_t (*write)(void); } written[] = {
	{ "trigger", trigger }, { "set-9600", baud },
};

static void
writes_every_vector(void **state)
{
	struct vector v[8];
	size_t count = vectors_load(v, COUNT(v), "gm65-scanner");

	(void)state;
	assert_int_equal(count, COUNT(written) + 1);
	for (size_t i = 0; i < COUNT(written); i++) {
		const struct vector *found = vector_find(v, count, written[i].name);

		if (found == NULL || written[i].write() != found->len || memcmp(out, found->bytes, found->len) != 0)
			fail_msg("%s", written[i].name);
	}
}

static void
reads_every_vector(void **state)
{
	struct vector v[8];
	const struct vector *ok = vector_find(v, vectors_load(v, COUNT(v), "gm65-scanner"), "rsp-ok"), *line;
	struct scan scan;
	bool skip = false;

	(void)state;
	assert_non_null(ok);
	assert_int_equal(scanner_parse(&scan, &skip, ok->bytes, ok->len, false), ok->len);
	assert_int_equal(scan.answer, 0);
	assert_int_equal(scan.length, 1);
	assert_int_equal(scan.text[0], 0);

	line = vector_find(v, vectors_load(v, COUNT(v), "scanner-line"), "barcode-cr");
	assert_non_null(line);
	assert_int_equal(scanner_parse(&scan, &skip, line->bytes, line->len, false), line->len);
	assert_int_equal(scan.answer, -1);
	assert_int_equal(scan.length, 6);
	assert_memory_equal(scan.text, "ABC123", 6);
}

static void
refuses_what_is_out_of_range(void **state)
{
	(void)state;
	assert_int_equal(gm65_baud(out, 1199), 0);
	assert_int_equal(gm65_baud(out, 115201), 0);
	assert_int_equal(gm65_baud(out, 115200), 10);
	assert_memory_equal(out, "\x7E\x00\x08\x02\x00\x2A\x1A\x00", 8);
	assert_int_equal(gm65_read(out, -1), 0);
	assert_int_equal(gm65_read(out, 0x10000), 0);
	assert_int_equal(gm65_read(out, 0x002A), 9);
	assert_memory_equal(out, "\x7E\x00\x07\x01\x00\x2A\x01", 7);
}

/* The texts that are heard of a stream; the last bytes are followed by silence if ended. */
static char *
heard(const uint8_t *in, size_t len, size_t step, bool ended)
{
	static char all[4096];
	struct scan scan;
	bool skip = false;
	size_t from = 0, to = 0;
	char *p = all;

	*all = '\0';
	while (to < len || ended) {
		bool quiet = to >= len;
		int n;

		to = to + step > len ? len : to + step;
		while (from < to && (n = scanner_parse(&scan, &skip, in + from, to - from, quiet)) != 0) {
			from += n;
			if (scan.answer == -1 && scan.length > 0)
				p += sprintf(p, "<%.*s>", (int)scan.length, (const char *)scan.text);
		}
		if (quiet)
			break;
	}
	return all;
}

static const struct { const char *what, *bytes; size_t len; bool ended; const char *heard; } streams[] = {
	{ "CR",			"A1\rB2\r", 6, false, "<A1><B2>" },
	{ "LF",			"A1\nB2\n", 6, false, "<A1><B2>" },
	{ "CR LF: its empty line is dropped", "A1\r\nB2\r\n", 8, false, "<A1><B2>" },
	{ "empty lines",	"\r\n\r\n\n\rA1\r", 9, false, "<A1>" },
	{ "no end, and no silence yet", "A1", 2, false, "" },
	{ "no end, then silence", "A1", 2, true, "<A1>" },
	{ "an end, then silence", "A1\r", 3, true, "<A1>" },
	{ "UTF-8",		"\xE5\x8F\xB7\r", 4, false, "<号>" },
	{ "the module's answer between texts", "A1\r\x02\x00\x00\x01\x00\x33\x31" "B2\r", 13, false, "<A1><B2>" },
	{ "a check that is not checked", "\x02\x00\x00\x01\x05\xAB\xCD" "B2\r", 10, false, "<B2>" },
	{ "half an answer, then silence", "\x02\x00\x00", 3, true, "" },
};

static void
texts_end_as_scanners_end_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(streams); i++)
		for (size_t step = 1; step <= streams[i].len; step++) {
			const char *said = heard((const uint8_t *)streams[i].bytes, streams[i].len, step, streams[i].ended);

			if (strcmp(said, streams[i].heard) != 0)
				fail_msg("%s, %zu bytes at a time: %s", streams[i].what, step, said);
		}
}

/* A line too long is dropped whole: its end is no text either. */
static void
long_lines_are_dropped_whole(void **state)
{
	static const struct { const char *what; size_t len; bool taken; } rows[] = {
		{ "the longest", SCANNER_TEXT, true }, { "one more", SCANNER_TEXT + 1, false }, { "many more", 3000, false },
	};
	static uint8_t line[4000];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t step = 1; step <= 700; step += 233) {
			char expected[SCANNER_TEXT + 16] = "<";

			memset(line, 'x', rows[i].len);
			memcpy(line + rows[i].len, "\rA1\r", 4);
			memset(expected + 1, 'x', SCANNER_TEXT);
			strcpy(expected + 1 + SCANNER_TEXT, "><A1>");
			if (strcmp(heard(line, rows[i].len + 4, step, false), rows[i].taken ? expected : "<A1>") != 0)
				fail_msg("%s, %zu bytes at a time", rows[i].what, step);
		}
	memset(line, 'x', 600);
	assert_string_equal(heard(line, 600, 100, true), "");
}

static void
survives_any_bytes(void **state)
{
	(void)state;
	srand(65);
	for (int round = 0; round < 20000; round++) {
		uint8_t line[40];
		size_t len = rand() % sizeof(line);

		for (size_t i = 0; i < len; i++)
			line[i] = rand() % 3 == 0 ? "\x02\x00\r\n"[rand() % 4] : 'A' + rand() % 3;
		heard(line, len, 1 + rand() % 8, rand() % 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_every_vector),
		cmocka_unit_test(reads_every_vector),
		cmocka_unit_test(refuses_what_is_out_of_range),
		cmocka_unit_test(texts_end_as_scanners_end_them),
		cmocka_unit_test(long_lines_are_dropped_whole),
		cmocka_unit_test(survives_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
