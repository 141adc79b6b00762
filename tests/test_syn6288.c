/*
 * SYN6288 voice module: frames and answers.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "protocols/syn6288.h"
#include "tests/vectors.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

#define GBK_NAME	"\xD3\xEE\xD2\xF4\xCC\xEC\xCF\xC2"	/* 宇音天下 */
#define BIG5_NAME	"\xA6\x74\xAD\xB5\xA4\xD1\xA4\x55"

static size_t
name(uint8_t *o, enum syn6288_encoding encoding, int music)
{
	return syn6288_speak_bytes(o, encoding, music,
	    (const uint8_t *)(encoding == SYN6288_BIG5 ? BIG5_NAME : GBK_NAME), 8);
}

static size_t gb2312(uint8_t *o) { return name(o, SYN6288_GB2312, 0); }
static size_t big5(uint8_t *o) { return name(o, SYN6288_BIG5, 0); }
static size_t music1(uint8_t *o) { return name(o, SYN6288_GBK, 1); }
static size_t music15(uint8_t *o) { return name(o, SYN6288_GBK, 15); }
static size_t baud_9600(uint8_t *o) { return syn6288_baud(o, 9600); }
static size_t baud_38400(uint8_t *o) { return syn6288_baud(o, 38400); }
static size_t stop(uint8_t *o) { return syn6288_command(o, TTS_STOP); }
static size_t resume(uint8_t *o) { return syn6288_command(o, TTS_RESUME); }
static size_t standby(uint8_t *o) { return syn6288_command(o, TTS_STANDBY); }

static const struct {
	const char		*name;
	size_t			(*write)(uint8_t *);	/* NULL: the module says it */
	enum voice_answer	 answer;
} rows[] = {
	{ "speak-gb2312",	gb2312,			0 },
	{ "speak-big5",		big5,			0 },
	{ "speak-gbk-music1",	music1,			0 },
	{ "speak-gbk-music15",	music15,		0 },
	{ "baud-9600",		baud_9600,		0 },
	{ "baud-38400",		baud_38400,		0 },
	{ "stop",			stop,			0 },
	{ "resume",		resume,			0 },
	{ "powerdown",		standby,		0 },
	{ "rsp-init",		NULL,			VOICE_STARTED },
	{ "rsp-err",		NULL,			VOICE_REFUSED },
	{ "rsp-idle",		NULL,			VOICE_IDLE },
};

static void
agrees_with_every_vector(void **state)
{
	struct vector v[32];
	size_t count = vectors_load(v, COUNT(v), "syn6288");
	uint8_t out[SYN6288_FRAME];

	(void)state;
	assert_int_equal(count, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct vector *found = vector_find(v, count, rows[i].name);

		if (found == NULL)
			fail_msg("no vector %s", rows[i].name);
		if (rows[i].write == NULL) {
			if (tts_answer(found->bytes[0]) != rows[i].answer)
				fail_msg("%s", rows[i].name);
		} else if (rows[i].write(out) != found->len || memcmp(out, found->bytes, found->len) != 0)
			fail_msg("%s", rows[i].name);
	}
}

static void
knows_all_answers_and_no_others(void **state)
{
	static const enum voice_answer said[256] = {
		[0x4A] = VOICE_STARTED, [0x41] = VOICE_ACCEPTED, [0x45] = VOICE_REFUSED,
		[0x4E] = VOICE_BUSY, [0x4F] = VOICE_IDLE,
	};

	(void)state;
	for (int byte = 0; byte < 256; byte++)
		if (tts_answer(byte) != said[byte])
			fail_msg("byte %02X", byte);
}

/* Computed by hand from the drawing in the header. */
static void
writes_what_no_vector_shows(void **state)
{
	uint8_t out[SYN6288_FRAME];

	(void)state;
	assert_int_equal(syn6288_command(out, TTS_QUERY), 5);
	assert_memory_equal(out, "\xFD\x00\x02\x21\xDE", 5);
	assert_int_equal(syn6288_command(out, TTS_PAUSE), 5);
	assert_memory_equal(out, "\xFD\x00\x02\x03\xFC", 5);
	assert_int_equal(syn6288_baud(out, 19200), 6);
	assert_memory_equal(out, "\xFD\x00\x03\x31\x01\xCE", 6);
	assert_int_equal(syn6288_speak(out, "宇音天下"), 14);
	assert_memory_equal(out, "\xFD\x00\x0B\x01\x01" GBK_NAME "\xC0", 14);
	assert_int_equal(syn6288_speak(out, "[v5]A\n😀"), 12);
	assert_memory_equal(out, "\xFD\x00\x09\x01\x01[v5]A?\xCF", 12);
}

static void
refuses_what_is_out_of_range(void **state)
{
	uint8_t out[SYN6288_FRAME + 1];
	char text[256] = "";

	(void)state;
	out[SYN6288_FRAME] = 0xEE;
	assert_int_equal(syn6288_baud(out, 115200), 0);
	assert_int_equal(syn6288_command(out, TTS_WAKE), 0);
	assert_int_equal(syn6288_command(out, 0x05), 0);
	assert_int_equal(name(out, SYN6288_GBK, 16), 0);
	assert_int_equal(name(out, SYN6288_GBK, -1), 0);
	assert_int_equal(name(out, 4, 0), 0);
	assert_int_equal(syn6288_speak(out, ""), 0);
	assert_int_equal(syn6288_speak(out, "\n"), 0);
	memset(text, 'x', 200);
	assert_int_equal(syn6288_speak(out, text), SYN6288_FRAME);
	assert_int_equal(out[1] << 8 | out[2], 203);
	strcpy(text + 199, "号");	/* 201 bytes */
	assert_int_equal(syn6288_speak(out, text), 0);
	strcpy(text + 198, "号");
	assert_int_equal(syn6288_speak(out, text), SYN6288_FRAME);
	strcpy(text + 200, "x");
	assert_int_equal(syn6288_speak(out, text), 0);
	strcpy(text + 200, "号");
	assert_int_equal(syn6288_speak(out, text), 0);
	assert_int_equal(out[SYN6288_FRAME], 0xEE);
}

static void
the_check_is_the_xor_of_all_before_it(void **state)
{
	uint8_t out[SYN6288_FRAME], text[SYN6288_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i * 7 + 3;
	for (size_t len = 1; len <= sizeof(text); len++) {
		size_t n = syn6288_speak_bytes(out, SYN6288_GBK, 0, text, len);
		uint8_t all = 0;

		assert_int_equal(n, len + 6);
		assert_int_equal(out[1] << 8 | out[2], n - 3);
		for (size_t i = 0; i < n; i++)
			all ^= out[i];
		assert_int_equal(all, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_every_vector),
		cmocka_unit_test(knows_all_answers_and_no_others),
		cmocka_unit_test(writes_what_no_vector_shows),
		cmocka_unit_test(refuses_what_is_out_of_range),
		cmocka_unit_test(the_check_is_the_xor_of_all_before_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
