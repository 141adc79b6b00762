/*
 * Voice modules of the AA family: frames, and answers between noise.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/dy.h"
#include "tests/vectors.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static size_t state_(uint8_t *o) { return dy_command(o, DY_QUERY_STATE); }
static size_t pause(uint8_t *o) { return dy_command(o, DY_PAUSE); }
static size_t next(uint8_t *o) { return dy_command(o, DY_NEXT); }
static size_t track1(uint8_t *o) { return dy_track(o, 1); }
static size_t volume6(uint8_t *o) { return dy_volume(o, 6); }
static size_t combo(uint8_t *o) { return dy_sequence(o, (const char [][3]){ "01", "12" }, 2); }
static size_t combo_end(uint8_t *o) { return dy_command(o, DY_END_SEQUENCE); }

static const struct { const char *name; size_t (*write)(uint8_t *); } rows[] = {
	{ "q-state",	state_ },
	{ "pause",	pause },
	{ "next",	next },
	{ "track-1",	track1 },
	{ "volume-6",	volume6 },
	{ "combo-01-12", combo },
	{ "combo-end",	combo_end },
};

static void
agrees_with_every_vector(void **state)
{
	struct vector v[32];
	size_t count = vectors_load(v, COUNT(v), "dy-jq8x00");
	uint8_t out[DY_FRAME];

	(void)state;
	assert_int_equal(count, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct vector *found = vector_find(v, count, rows[i].name);

		if (found == NULL)
			fail_msg("no vector %s", rows[i].name);
		if (rows[i].write(out) != found->len || memcmp(out, found->bytes, found->len) != 0)
			fail_msg("%s", rows[i].name);
	}
}

/* Computed by hand from the drawing in the header. */
static void
writes_what_no_vector_shows(void **state)
{
	uint8_t out[DY_FRAME];

	(void)state;
	assert_int_equal(dy_mode(out, 2), 5);
	assert_memory_equal(out, "\xAA\x18\x01\x02\xC5", 5);
	assert_int_equal(dy_track(out, 65535), 6);
	assert_memory_equal(out, "\xAA\x07\x02\xFF\xFF\xB1", 6);
	assert_int_equal(dy_command(out, DY_STOP), 4);
	assert_memory_equal(out, "\xAA\x04\x00\xAE", 4);
}

static void
refuses_what_is_out_of_range(void **state)
{
	static char names[DY_SEQUENCE + 1][3];
	uint8_t out[DY_FRAME + 1];

	(void)state;
	out[DY_FRAME] = 0xEE;
	assert_int_equal(dy_command(out, 0x07), 0);
	assert_int_equal(dy_track(out, 0), 0);
	assert_int_equal(dy_track(out, 65536), 0);
	assert_int_equal(dy_volume(out, -1), 0);
	assert_int_equal(dy_volume(out, 0), 5);
	assert_int_equal(dy_volume(out, 30), 5);
	assert_int_equal(dy_volume(out, 31), 0);
	assert_int_equal(dy_mode(out, -1), 0);
	assert_int_equal(dy_mode(out, 7), 5);
	assert_int_equal(dy_mode(out, 8), 0);
	for (size_t i = 0; i < COUNT(names); i++)
		strcpy(names[i], "Z9");
	assert_int_equal(dy_sequence(out, (const char (*)[3])names, 0), 0);
	assert_int_equal(dy_sequence(out, (const char (*)[3])names, DY_SEQUENCE), DY_FRAME);
	assert_int_equal(out[2], 2 * DY_SEQUENCE);
	assert_int_equal(dy_sequence(out, (const char (*)[3])names, DY_SEQUENCE + 1), 0);
	assert_int_equal(dy_sequence(out, (const char [][3]){ "0" }, 1), 0);
	assert_int_equal(dy_sequence(out, (const char [][3]){ "0/" }, 1), 0);
	assert_int_equal(out[DY_FRAME], 0xEE);
}

static const struct { const char *what, *bytes; size_t len; int command, value; } answers[] = {
	{ "stopped",	"\xAA\x01\x01\x00\xAC", 5, DY_QUERY_STATE, 0 },
	{ "playing",	"\xAA\x01\x01\x01\xAD", 5, DY_QUERY_STATE, 1 },
	{ "paused",	"\xAA\x01\x01\x02\xAE", 5, DY_QUERY_STATE, 2 },
	{ "drives",	"\xAA\x09\x01\x04\xB8", 5, DY_QUERY_DRIVES, 4 },
	{ "files",	"\xAA\x0C\x02\x01\x02\xBB", 6, DY_QUERY_COUNT, 258 },
};

static void
reads_answers_and_waits_for_the_rest(void **state)
{
	struct dy_said said;

	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		const uint8_t *bytes = (const uint8_t *)answers[i].bytes;

		for (size_t len = 0; len < answers[i].len; len++)
			if (dy_parse(&said, bytes, len) != 0)
				fail_msg("%s: after %zu bytes", answers[i].what, len);
		if (dy_parse(&said, bytes, answers[i].len) != (int)answers[i].len || said.command != answers[i].command ||
		    said.value != answers[i].value)
			fail_msg("%s", answers[i].what);
	}
}

static void
refuses_every_damaged_byte(void **state)
{
	uint8_t bytes[5] = "\xAA\x01\x01\x01\xAD";
	struct dy_said said;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		for (int delta = 1; delta < 256; delta++) {
			bytes[i] += delta;
			if (dy_parse(&said, bytes, sizeof(bytes)) > 0)
				fail_msg("byte %zu + %d", i, delta);
			bytes[i] -= delta;
		}
}

/* Read like a port does: a byte is skipped where no answer starts.  Returns the answers found. */
static int
listen(struct dy_said *last, const uint8_t *in, size_t len)
{
	int count = 0, n;

	while (len > 0 && (n = dy_parse(last, in, len)) != 0) {
		count += n > 0;
		in += n > 0 ? n : 1;
		len -= n > 0 ? n : 1;
	}
	return count;
}

static void
finds_answers_between_noise(void **state)
{
	static const struct { const char *what, *noise; size_t len; } before[] = {
		{ "nothing",			"", 0 },
		{ "heads",			"\xAA\xAA", 2 },
		{ "an answer cut short",	"\xAA\x01\x01", 3 },
		{ "a bad sum",			"\xAA\x01\x01\x01\xAC", 5 },
		{ "an unknown command of great length", "\xAA\x1B\xFF\x30", 4 },
		{ "a length that is not the answer's", "\xAA\x01\x80", 3 },
		{ "our own question",		"\xAA\x01\x00\xAB", 4 },
	};
	uint8_t line[64];

	(void)state;
	for (size_t i = 0; i < COUNT(before); i++) {
		struct dy_said said;
		size_t n = before[i].len;

		memcpy(line, before[i].noise, n);
		memcpy(line + n, answers[1].bytes, 5);
		memcpy(line + n + 5, answers[1].bytes, 5);	/* glued */
		if (listen(&said, line, n + 10) != 2 || said.value != 1)
			fail_msg("%s", before[i].what);
	}
}

static void
survives_any_bytes(void **state)
{
	struct dy_said said;

	(void)state;
	srand(8900);
	for (int round = 0; round < 20000; round++) {
		uint8_t line[40];
		size_t len = rand() % sizeof(line);

		for (size_t i = 0; i < len; i++)
			line[i] = rand() % 4 == 0 ? "\xAA\x01\x0C\x02"[rand() % 4] : rand();
		listen(&said, line, len);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_every_vector),
		cmocka_unit_test(writes_what_no_vector_shows),
		cmocka_unit_test(refuses_what_is_out_of_range),
		cmocka_unit_test(reads_answers_and_waits_for_the_rest),
		cmocka_unit_test(refuses_every_damaged_byte),
		cmocka_unit_test(finds_answers_between_noise),
		cmocka_unit_test(survives_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
