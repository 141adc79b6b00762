/*
 * XFS5152CE voice module: frames.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/xfs5152.h"
#include "tests/vectors.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static size_t
tag(uint8_t *o, const char *text)
{
	return xfs5152_speak_bytes(o, XFS5152_GB2312, (const uint8_t *)text, strlen(text));
}

static size_t volume9(uint8_t *o) { return tag(o, "[v9]"); }
static size_t volume10(uint8_t *o) { return tag(o, "[v10]"); }
static size_t stop(uint8_t *o) { return xfs5152_command(o, TTS_STOP); }
static size_t query(uint8_t *o) { return xfs5152_command(o, TTS_QUERY); }
static size_t sleep_(uint8_t *o) { return xfs5152_command(o, TTS_STANDBY); }
static size_t wake(uint8_t *o) { return xfs5152_command(o, TTS_WAKE); }

static const struct { const char *name; size_t (*write)(uint8_t *); } rows[] = {
	{ "stop",	stop },
	{ "sleep",	sleep_ },
	{ "volume-9",	volume9 },
	{ "volume-10",	volume10 },
	{ "query",	query },
	{ "wake",	wake },
};

static void
agrees_with_every_vector(void **state)
{
	struct vector v[32];
	size_t count = vectors_load(v, COUNT(v), "xfs5152ce");
	uint8_t out[XFS5152_FRAME];

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
	uint8_t out[XFS5152_FRAME];

	(void)state;
	assert_int_equal(xfs5152_command(out, TTS_PAUSE), 4);
	assert_memory_equal(out, "\xFD\x00\x01\x03", 4);
	assert_int_equal(xfs5152_command(out, TTS_RESUME), 4);
	assert_memory_equal(out, "\xFD\x00\x01\x04", 4);
	assert_int_equal(xfs5152_speak(out, "请"), 7);
	assert_memory_equal(out, "\xFD\x00\x04\x01\x01\xC7\xEB", 7);
}

static void
refuses_what_is_out_of_range(void **state)
{
	static char text[XFS5152_TEXT + 2];
	static const uint8_t bytes[XFS5152_TEXT + 1];
	uint8_t out[XFS5152_FRAME + 1];

	(void)state;
	out[XFS5152_FRAME] = 0xEE;
	assert_int_equal(xfs5152_speak_bytes(out, 4, bytes, 1), 0);
	assert_int_equal(xfs5152_speak_bytes(out, XFS5152_UNICODE, bytes, 0), 0);
	assert_int_equal(xfs5152_speak_bytes(out, XFS5152_UNICODE, bytes, XFS5152_TEXT + 1), 0);
	assert_int_equal(xfs5152_speak(out, ""), 0);
	memset(text, 'x', XFS5152_TEXT);
	assert_int_equal(xfs5152_speak(out, text), XFS5152_FRAME);
	assert_int_equal(out[1] << 8 | out[2], XFS5152_TEXT + 2);
	text[XFS5152_TEXT] = 'x';
	assert_int_equal(xfs5152_speak(out, text), 0);
	assert_int_equal(xfs5152_command(out, 0x32), 0);
	assert_int_equal(out[XFS5152_FRAME], 0xEE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_every_vector),
		cmocka_unit_test(writes_what_no_vector_shows),
		cmocka_unit_test(refuses_what_is_out_of_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
