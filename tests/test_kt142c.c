/*
 * KT142C and KT158A voice chips: frames, and what they say between noise.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/kt142c.h"
#include "tests/vectors.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static size_t play1(uint8_t *o) { return kt142c_command(o, KT142C_PLAY, 1); }
static size_t volume10(uint8_t *o) { return kt142c_command(o, KT142C_VOLUME, 10); }

static const struct { const char *name; size_t (*write)(uint8_t *); } rows[] = {
	{ "kt142c-play-1",	play1 },
	{ "kt158a-volume-10",	volume10 },
};

static void
agrees_with_every_vector(void **state)
{
	struct vector v[32];
	size_t count = vectors_load(v, COUNT(v), "kt142c-kt158a");
	uint8_t out[KT142C_FRAME];

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

/* The sequence is the example of the KT158A's page. */
static void
writes_what_no_vector_shows(void **state)
{
	uint8_t out[KT142C_FRAME];

	(void)state;
	assert_int_equal(kt142c_sequence(out, (const uint8_t[]){ 1, 1, 3, 2 }, 4), 9);
	assert_memory_equal(out, "\x7E\x21\x00\x04\x01\x01\x03\x02\xEF", 9);
	assert_int_equal(kt142c_command(out, KT142C_PLAY, 65535), 7);
	assert_memory_equal(out, "\x7E\x03\x00\x02\xFF\xFF\xEF", 7);
	assert_int_equal(kt142c_command(out, KT142C_QUERY_STATE, 0), 7);
	assert_memory_equal(out, "\x7E\x42\x00\x02\x00\x00\xEF", 7);
}

static const struct { const char *what; enum kt142c_command command; int least, most; } ranges[] = {
	{ "next", KT142C_NEXT, 0, 0 },		{ "previous", KT142C_PREVIOUS, 0, 0 },
	{ "play", KT142C_PLAY, 1, 65535 },	{ "volume", KT142C_VOLUME, 0, 30 },
	{ "reset", KT142C_RESET, 0, 0 },	{ "stop", KT142C_STOP, 0, 0 },
	{ "state", KT142C_QUERY_STATE, 0, 0 },	{ "volume?", KT142C_QUERY_VOLUME, 0, 0 },
};

static void
refuses_what_is_out_of_range(void **state)
{
	uint8_t out[KT142C_FRAME + 1], clips[KT142C_SEQUENCE + 1];

	(void)state;
	out[KT142C_FRAME] = 0xEE;
	for (size_t i = 0; i < COUNT(ranges); i++)
		if (kt142c_command(out, ranges[i].command, ranges[i].least) != 7 ||
		    kt142c_command(out, ranges[i].command, ranges[i].most) != 7 ||
		    kt142c_command(out, ranges[i].command, ranges[i].least - 1) != 0 ||
		    kt142c_command(out, ranges[i].command, ranges[i].most + 1) != 0)
			fail_msg("%s", ranges[i].what);
	assert_int_equal(kt142c_command(out, 0x21, 1), 0);
	memset(clips, 255, sizeof(clips));
	assert_int_equal(kt142c_sequence(out, clips, 0), 0);
	assert_int_equal(kt142c_sequence(out, clips, KT142C_SEQUENCE), KT142C_FRAME);
	assert_int_equal(kt142c_sequence(out, clips, KT142C_SEQUENCE + 1), 0);
	clips[3] = 0;
	assert_int_equal(kt142c_sequence(out, clips, 4), 0);
	assert_int_equal(out[KT142C_FRAME], 0xEE);
}

static const struct { const char *what, *bytes; size_t len; enum kt142c_kind kind; int parameter; } frames[] = {
	{ "started",		"\x7E\x3F\x00\x02\x00\x04\xEF", 7, KT142C_STARTED, 4 },
	{ "a command taken",	"\x7E\x41\xEF", 3, KT142C_TAKEN, 0 },
	{ "playing",		"\x7E\x42\x00\x02\x08\x01\xEF", 7, KT142C_STATE, 0x0801 },
	{ "stopped",		"\x7E\x42\x00\x02\x08\x00\xEF", 7, KT142C_STATE, 0x0800 },
	{ "volume",		"\x7E\x43\x00\x02\x00\x0A\xEF", 7, KT142C_OTHER, 10 },
};

static void
reads_what_it_says_and_waits_for_the_rest(void **state)
{
	struct kt142c_said said;

	(void)state;
	for (size_t i = 0; i < COUNT(frames); i++) {
		const uint8_t *bytes = (const uint8_t *)frames[i].bytes;

		for (size_t len = 0; len < frames[i].len; len++)
			if (kt142c_parse(&said, bytes, len) != 0)
				fail_msg("%s: after %zu bytes", frames[i].what, len);
		if (kt142c_parse(&said, bytes, frames[i].len) != (int)frames[i].len || said.kind != frames[i].kind ||
		    said.parameter != frames[i].parameter || said.command != bytes[1])
			fail_msg("%s", frames[i].what);
	}
}

/* Read like a port does: a byte is skipped where no frame starts.  Returns the frames found. */
static int
listen(struct kt142c_said *last, const uint8_t *in, size_t len)
{
	int count = 0, n;

	while (len > 0 && (n = kt142c_parse(last, in, len)) != 0) {
		count += n > 0;
		in += n > 0 ? n : 1;
		len -= n > 0 ? n : 1;
	}
	return count;
}

static void
finds_frames_between_noise(void **state)
{
	static const struct { const char *what, *noise; size_t len; } before[] = {
		{ "nothing",			"", 0 },
		{ "heads",			"\x7E\x7E\x7E", 3 },
		{ "a frame cut short",		"\x7E\x42\x00\x02", 4 },
		{ "a tail that is none",	"\x7E\x42\x00\x02\x00\x00\xEE", 7 },
		{ "a great length",		"\x7E\x42\xFF\xFF", 4 },
		{ "a length that is not 2",	"\x7E\x42\x00\x03", 4 },
		{ "a command of ours",		"\x7E\x03\x00\x02\x00\x01\xEF", 7 },
	};
	uint8_t line[64];

	(void)state;
	for (size_t i = 0; i < COUNT(before); i++) {
		struct kt142c_said said;
		size_t n = before[i].len;

		memcpy(line, before[i].noise, n);
		memcpy(line + n, frames[2].bytes, 7);
		memcpy(line + n + 7, frames[2].bytes, 7);	/* glued */
		if (listen(&said, line, n + 14) != 2 || said.parameter != 0x0801)
			fail_msg("%s", before[i].what);
	}
}

static void
survives_any_bytes(void **state)
{
	struct kt142c_said said;

	(void)state;
	srand(142);
	for (int round = 0; round < 20000; round++) {
		uint8_t line[40];
		size_t len = rand() % sizeof(line);

		for (size_t i = 0; i < len; i++)
			line[i] = rand() % 4 == 0 ? "\x7E\x42\x00\xEF"[rand() % 4] : rand();
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
		cmocka_unit_test(reads_what_it_says_and_waits_for_the_rest),
		cmocka_unit_test(finds_frames_between_noise),
		cmocka_unit_test(survives_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
