/*
 * DFPlayer voice module: frames, and what it says between noise.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/dfplayer.h"
#include "tests/vectors.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static size_t next(uint8_t *o) { return dfplayer_command(o, DFPLAYER_NEXT, false, 0); }
static size_t play10(uint8_t *o) { return dfplayer_command(o, DFPLAYER_TRACK, false, 10); }
static size_t sd(uint8_t *o) { return dfplayer_command(o, DFPLAYER_SOURCE, false, 2); }
static size_t reset(uint8_t *o) { return dfplayer_command(o, DFPLAYER_RESET, false, 0); }
static size_t folder1(uint8_t *o) { return dfplayer_folder(o, false, 1, 2); }
static size_t mp3_1999(uint8_t *o) { return dfplayer_command(o, DFPLAYER_MP3, false, 1999); }
static size_t mp3_3000(uint8_t *o) { return dfplayer_command(o, DFPLAYER_MP3, false, 3000); }
static size_t big12(uint8_t *o) { return dfplayer_big_folder(o, false, 12, 1999); }
static size_t status(uint8_t *o) { return dfplayer_command(o, DFPLAYER_QUERY_STATE, false, 0); }
static size_t files11(uint8_t *o) { return dfplayer_command(o, DFPLAYER_QUERY_FILES, false, 11); }

static const struct { const char *name; size_t (*write)(uint8_t *); /* NULL: to be refused */ } rows[] = {
	{ "next",		next },
	{ "play-10",		play10 },
	{ "device-sd",		sd },
	{ "reset",		reset },
	{ "folder1-track2",	folder1 },
	{ "mp3-1999",		mp3_1999 },
	{ "mp3-3000",		mp3_3000 },
	{ "big-12-1999",	big12 },
	{ "q-status",		status },
	{ "q-files-11",		files11 },
	{ "bad-play-1",		NULL },
};

static void
agrees_with_every_vector(void **state)
{
	struct vector v[32];
	size_t count = vectors_load(v, COUNT(v), "dfplayer");
	struct dfplayer_said said;
	uint8_t out[DFPLAYER_FRAME];

	(void)state;
	assert_int_equal(count, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct vector *found = vector_find(v, count, rows[i].name);

		if (found == NULL)
			fail_msg("no vector %s", rows[i].name);
		if (rows[i].write == NULL) {
			if (dfplayer_parse(&said, found->bytes, found->len) != -1)
				fail_msg("%s is taken", rows[i].name);
		} else if (rows[i].write(out) != found->len || memcmp(out, found->bytes, found->len) != 0 ||
		    dfplayer_parse(&said, out, found->len) != DFPLAYER_FRAME)
			fail_msg("%s", rows[i].name);
	}
}

/* Computed by hand from the drawing in the header. */
static void
asks_for_an_answer(void **state)
{
	uint8_t out[DFPLAYER_FRAME];

	(void)state;
	assert_int_equal(dfplayer_command(out, DFPLAYER_VOLUME, true, 30), DFPLAYER_FRAME);
	assert_memory_equal(out, "\x7E\xFF\x06\x06\x01\x00\x1E\xFE\xD6\xEF", DFPLAYER_FRAME);
	assert_int_equal(dfplayer_folder(out, true, 99, 255), DFPLAYER_FRAME);
	assert_memory_equal(out, "\x7E\xFF\x06\x0F\x01\x63\xFF\xFD\x89\xEF", DFPLAYER_FRAME);
}

static const struct { const char *what; enum dfplayer_command command; int least, most; } ranges[] = {
	{ "next", DFPLAYER_NEXT, 0, 0 },		{ "previous", DFPLAYER_PREVIOUS, 0, 0 },
	{ "track", DFPLAYER_TRACK, 1, 3000 },		{ "volume", DFPLAYER_VOLUME, 0, 30 },
	{ "source", DFPLAYER_SOURCE, 1, 2 },		{ "reset", DFPLAYER_RESET, 0, 0 },
	{ "mp3", DFPLAYER_MP3, 1, 3000 },		{ "stop", DFPLAYER_STOP, 0, 0 },
	{ "state", DFPLAYER_QUERY_STATE, 0, 0 },	{ "volume?", DFPLAYER_QUERY_VOLUME, 0, 0 },
	{ "files", DFPLAYER_QUERY_FILES, 1, 99 },
};

static void
refuses_what_is_out_of_range(void **state)
{
	uint8_t out[DFPLAYER_FRAME];

	(void)state;
	for (size_t i = 0; i < COUNT(ranges); i++) {
		if (dfplayer_command(out, ranges[i].command, false, ranges[i].least) != DFPLAYER_FRAME ||
		    dfplayer_command(out, ranges[i].command, false, ranges[i].most) != DFPLAYER_FRAME ||
		    dfplayer_command(out, ranges[i].command, false, ranges[i].least - 1) != 0 ||
		    dfplayer_command(out, ranges[i].command, false, ranges[i].most + 1) != 0)
			fail_msg("%s", ranges[i].what);
	}
	assert_int_equal(dfplayer_command(out, 0x0F, false, 1), 0);
	assert_int_equal(dfplayer_folder(out, false, 0, 1), 0);
	assert_int_equal(dfplayer_folder(out, false, 100, 1), 0);
	assert_int_equal(dfplayer_folder(out, false, 1, 0), 0);
	assert_int_equal(dfplayer_folder(out, false, 1, 256), 0);
	assert_int_equal(dfplayer_big_folder(out, false, 0, 1), 0);
	assert_int_equal(dfplayer_big_folder(out, false, 16, 1), 0);
	assert_int_equal(dfplayer_big_folder(out, false, 1, 0), 0);
	assert_int_equal(dfplayer_big_folder(out, false, 15, 3000), DFPLAYER_FRAME);
	assert_int_equal(dfplayer_big_folder(out, false, 1, 3001), 0);
}

/* Sums by hand: 10000h less the sum of FF to the parameter. */
static const struct { const char *what, *bytes; enum dfplayer_kind kind; int parameter; } frames[] = {
	{ "started, a card",	"\x7E\xFF\x06\x3F\x00\x00\x02\xFE\xBA\xEF", DFPLAYER_STARTED, 2 },
	{ "card in",		"\x7E\xFF\x06\x3A\x00\x00\x02\xFE\xBF\xEF", DFPLAYER_PLUGGED, 2 },
	{ "card out",		"\x7E\xFF\x06\x3B\x00\x00\x02\xFE\xBE\xEF", DFPLAYER_REMOVED, 2 },
	{ "a USB clip ended",	"\x7E\xFF\x06\x3C\x00\x00\x07\xFE\xB8\xEF", DFPLAYER_FINISHED, 7 },
	{ "a card's clip ended", "\x7E\xFF\x06\x3D\x00\x01\x56\xFE\x67\xEF", DFPLAYER_FINISHED, 342 },
	{ "taken",		"\x7E\xFF\x06\x41\x00\x00\x00\xFE\xBA\xEF", DFPLAYER_TAKEN, 0 },
	{ "no such file",	"\x7E\xFF\x06\x40\x00\x00\x06\xFE\xB5\xEF", DFPLAYER_ERROR, 6 },
	{ "the card plays",	"\x7E\xFF\x06\x42\x00\x02\x01\xFE\xB6\xEF", DFPLAYER_STATE, 0x0201 },
	{ "asleep",		"\x7E\xFF\x06\x42\x00\x10\x00\xFE\xA9\xEF", DFPLAYER_STATE, 0x1000 },
	{ "volume 30",		"\x7E\xFF\x06\x43\x00\x00\x1E\xFE\x9A\xEF", DFPLAYER_OTHER, 30 },
};

static void
reads_what_it_says_and_waits_for_the_rest(void **state)
{
	struct dfplayer_said said;

	(void)state;
	for (size_t i = 0; i < COUNT(frames); i++) {
		const uint8_t *bytes = (const uint8_t *)frames[i].bytes;

		for (size_t len = 0; len < DFPLAYER_FRAME; len++)
			if (dfplayer_parse(&said, bytes, len) != 0)
				fail_msg("%s: after %zu bytes", frames[i].what, len);
		if (dfplayer_parse(&said, bytes, DFPLAYER_FRAME) != DFPLAYER_FRAME || said.kind != frames[i].kind ||
		    said.parameter != frames[i].parameter || said.command != bytes[3])
			fail_msg("%s", frames[i].what);
	}
}

static void
refuses_every_damaged_byte(void **state)
{
	struct dfplayer_said said;
	uint8_t bytes[DFPLAYER_FRAME];

	(void)state;
	memcpy(bytes, frames[0].bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		for (int delta = 1; delta < 256; delta++) {
			bytes[i] += delta;
			if (dfplayer_parse(&said, bytes, sizeof(bytes)) > 0)
				fail_msg("byte %zu + %d", i, delta);
			bytes[i] -= delta;
		}
}

/* Read like a port does: a byte is skipped where no frame starts.  Returns the frames found. */
static int
listen(struct dfplayer_said *last, const uint8_t *in, size_t len)
{
	int count = 0, n;

	while (len > 0 && (n = dfplayer_parse(last, in, len)) != 0) {
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
		{ "nothing",		"", 0 },
		{ "half a head",	"\x7E\xFF", 2 },
		{ "heads",		"\x7E\x7E\xFF\x7E\xFF\x06", 6 },
		{ "a frame cut short",	"\x7E\xFF\x06\x41\x00\x00", 6 },
		{ "a bad sum",		"\x7E\xFF\x06\x41\x00\x00\x00\xFE\xBB\xEF", 10 },
		{ "no sum, as some copies send", "\x7E\xFF\x06\x41\x00\x00\x00\xEF", 8 },
	};
	uint8_t line[64];

	(void)state;
	for (size_t i = 0; i < COUNT(before); i++) {
		struct dfplayer_said said;
		size_t n = before[i].len;

		memcpy(line, before[i].noise, n);
		memcpy(line + n, frames[4].bytes, DFPLAYER_FRAME);
		memcpy(line + n + DFPLAYER_FRAME, frames[4].bytes, DFPLAYER_FRAME);	/* "finished" comes twice */
		if (listen(&said, line, n + 2 * DFPLAYER_FRAME) != 2 || said.parameter != 342)
			fail_msg("%s", before[i].what);
	}
}

static void
survives_any_bytes(void **state)
{
	(void)state;
	srand(1650);
	for (int round = 0; round < 20000; round++) {
		struct dfplayer_said said;
		uint8_t line[40];
		size_t len = rand() % sizeof(line);

		for (size_t i = 0; i < len; i++)
			line[i] = rand() % 4 == 0 ? "\x7E\xFF\x06\xEF"[rand() % 4] : rand();
		if (listen(&said, line, len) > 1)
			fail_msg("two frames in noise");
	}
}

static void
names_every_error(void **state)
{
	(void)state;
	assert_string_equal(dfplayer_error(6), "there is no such file");
	for (int error = -1; error < 300; error++)
		assert_non_null(dfplayer_error(error));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_every_vector),
		cmocka_unit_test(asks_for_an_answer),
		cmocka_unit_test(refuses_what_is_out_of_range),
		cmocka_unit_test(reads_what_it_says_and_waits_for_the_rest),
		cmocka_unit_test(refuses_every_damaged_byte),
		cmocka_unit_test(finds_frames_between_noise),
		cmocka_unit_test(survives_any_bytes),
		cmocka_unit_test(names_every_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
