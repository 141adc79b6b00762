/*
 * SYN6658 voice module: frames and answers.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/syn6658.h"
#include "tests/vectors.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* 宇音天下 */
#define GBK_NAME	"\xD3\xEE\xD2\xF4\xCC\xEC\xCF\xC2"
#define BIG5_NAME	"\xA6\x74\xAD\xB5\xA4\xD1\xA4\x55"
#define UNICODE_NAME	"\x5B\x87\x97\xF3\x59\x29\x4E\x0B"

static size_t
name(uint8_t *o, enum syn6658_encoding encoding, const char *bytes)
{
	return syn6658_speak_bytes(o, encoding, (const uint8_t *)bytes, 8);
}

static size_t gb2312(uint8_t *o) { return name(o, SYN6658_GB2312, GBK_NAME); }
static size_t big5(uint8_t *o) { return name(o, SYN6658_BIG5, BIG5_NAME); }
static size_t unicode(uint8_t *o) { return name(o, SYN6658_UNICODE_BE, UNICODE_NAME); }
static size_t tag(uint8_t *o) { return syn6658_speak(o, "[v8]"); }
static size_t cache(uint8_t *o) { return syn6658_speak_cache(o, SYN6658_GBK, 3); }
static size_t stop(uint8_t *o) { return syn6658_command(o, TTS_STOP); }
static size_t pause(uint8_t *o) { return syn6658_command(o, TTS_PAUSE); }
static size_t query(uint8_t *o) { return syn6658_command(o, TTS_QUERY); }
static size_t standby(uint8_t *o) { return syn6658_command(o, TTS_STANDBY); }
static size_t wake(uint8_t *o) { return syn6658_command(o, TTS_WAKE); }

static const struct { const char *name; size_t (*write)(uint8_t *); } rows[] = {
	{ "speak-gb2312",	gb2312 },
	{ "speak-big5",		big5 },
	{ "speak-unicode-be",	unicode },
	{ "tag-v8",		tag },
	{ "pause",		pause },
	{ "query",		query },
	{ "standby",		standby },
	{ "wake",		wake },
	{ "cache-play",		cache },
	{ "stop",		stop },
};

static void
agrees_with_every_vector(void **state)
{
	struct vector v[32];
	size_t count = vectors_load(v, COUNT(v), "syn6658");
	uint8_t out[SYN6658_FRAME];

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
	uint8_t out[SYN6658_FRAME];

	(void)state;
	assert_int_equal(syn6658_command(out, TTS_RESUME), 4);
	assert_memory_equal(out, "\xFD\x00\x01\x04", 4);
	assert_int_equal(syn6658_speak(out, "宇音天下"), 13);
	assert_memory_equal(out, "\xFD\x00\x0A\x01\x01" GBK_NAME, 13);
	assert_int_equal(syn6658_store(out, 15, (const uint8_t *)"A1", 2), 7);
	assert_memory_equal(out, "\xFD\x00\x04\x31\x0F" "A1", 7);
}

/* The trap: the SYN6288's length counts a check byte; this module has none. */
static void
the_length_counts_what_follows_and_there_is_no_check(void **state)
{
	uint8_t out[SYN6658_FRAME + 1], text[SYN6658_TEXT];

	(void)state;
	memset(text, 'x', sizeof(text));
	out[SYN6658_FRAME] = 0xEE;
	for (size_t len = 1; len <= sizeof(text); len++) {
		size_t n = syn6658_speak_bytes(out, SYN6658_GBK, text, len);

		assert_int_equal(n, len + 5);
		assert_int_equal(out[1] << 8 | out[2], len + 2);
		assert_int_equal(out[n - 1], 'x');
	}
	assert_int_equal(out[SYN6658_FRAME], 0xEE);
}

static void
refuses_what_is_out_of_range(void **state)
{
	static char text[SYN6658_TEXT + 2];
	static const uint8_t bytes[SYN6658_TEXT + 1];
	uint8_t out[SYN6658_FRAME];

	(void)state;
	assert_int_equal(name(out, 5, GBK_NAME), 0);
	assert_int_equal(syn6658_speak(out, ""), 0);
	assert_int_equal(syn6658_speak_bytes(out, SYN6658_GBK, bytes, 0), 0);
	assert_int_equal(syn6658_speak_bytes(out, SYN6658_GBK, bytes, SYN6658_TEXT + 1), 0);
	memset(text, 'x', SYN6658_TEXT);
	assert_int_equal(syn6658_speak(out, text), SYN6658_FRAME);
	text[SYN6658_TEXT] = 'x';
	assert_int_equal(syn6658_speak(out, text), 0);
	assert_int_equal(syn6658_command(out, 0x31), 0);
	assert_int_equal(syn6658_store(out, -1, bytes, 1), 0);
	assert_int_equal(syn6658_store(out, 16, bytes, 1), 0);
	assert_int_equal(syn6658_store(out, 0, bytes, 0), 0);
	assert_int_equal(syn6658_store(out, 0, bytes, 4096), 4101);
	assert_int_equal(syn6658_store(out, 15, bytes, 256), 261);
	assert_int_equal(syn6658_store(out, 15, bytes, 257), 0);
	assert_int_equal(syn6658_speak_cache(out, SYN6658_GBK, 0), 0);
	assert_int_equal(syn6658_speak_cache(out, SYN6658_GBK, 16), 0);
	assert_int_equal(syn6658_speak_cache(out, 5, 1), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_every_vector),
		cmocka_unit_test(writes_what_no_vector_shows),
		cmocka_unit_test(the_length_counts_what_follows_and_there_is_no_check),
		cmocka_unit_test(refuses_what_is_out_of_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
