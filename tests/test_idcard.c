/*
 * Readers of ID cards: frames, and the fields of the text.
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

#include "protocols/idcard.h"
#include "tests/vectors.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static const struct { const char *name; int command, status; size_t data; } rows[] = {
	{ "find",		IDCARD_FIND,	   0, 0 },
	{ "read-text-photo",	IDCARD_READ,	   0, 0 },
	{ "sam-id",		IDCARD_SAM_NUMBER, 0, 0 },
	{ "sleep",		IDCARD_SLEEP,	   0, 0 },
	{ "rsp-found",		-1, IDCARD_FOUND, 4 },
	{ "rsp-read-failed",	-1, 0x41, 0 },
	{ "rsp-auth-failed",	-1, 0x32, 0 },
	{ "bad-length",		-1, -1, 0 },
};

static void
agrees_with_every_vector(void **state)
{
	struct vector v[16];
	size_t count = vectors_load(v, COUNT(v), "idcard-sam");

	(void)state;
	assert_int_equal(count, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct vector *found = vector_find(v, count, rows[i].name);
		uint8_t out[IDCARD_FRAME], bytes[32];
		struct idcard_answer a;
		int n;

		if (found == NULL)
			fail_msg("no vector %s", rows[i].name);
		if (rows[i].command != -1) {
			if (idcard_command(out, rows[i].command) != found->len || memcmp(out, found->bytes, found->len) != 0)
				fail_msg("%s", rows[i].name);
			continue;
		}
		memcpy(bytes, found->bytes, found->len);
		bytes[found->len] = 0xAA;	/* the next frame's head: a length that promises more gets it */
		n = idcard_parse(&a, bytes, found->len + 1);
		if (rows[i].status == -1 ? n != -1 :
		    n != (int)found->len || a.status != rows[i].status || a.length != rows[i].data)
			fail_msg("%s: %d", rows[i].name, n);
	}
}

static void
there_are_no_other_commands(void **state)
{
	uint8_t out[IDCARD_FRAME];

	(void)state;
	assert_int_equal(idcard_command(out, IDCARD_COMMANDS), 0);
	assert_int_equal(idcard_command(out, -1), 0);
}

/* A reader's frame: the drawing of the header, once more. */
static size_t
frame(uint8_t *p, int sw3, const uint8_t *data, size_t len)
{
	size_t n = 3 + len + 1;
	uint8_t x = 0;

	memcpy(p, "\xAA\xAA\xAA\x96\x69", 5);
	p[5] = n >> 8;
	p[6] = n & 0xFF;
	p[7] = p[8] = 0;
	p[9] = sw3;
	if (len > 0)
		memcpy(p + 10, data, len);
	for (size_t i = 5; i < 10 + len; i++)
		x ^= p[i];
	p[10 + len] = x;
	return 11 + len;
}

/* Write ASCII, or the two bytes of other characters, as UTF-16LE, filled up with blanks to size. */
static uint8_t *
field(uint8_t *p, const uint16_t *text, size_t chars, size_t size)
{
	for (size_t i = 0; i < size / 2; i++) {
		uint16_t c = i < chars ? text[i] : ' ';

		*p++ = c & 0xFF;
		*p++ = c >> 8;
	}
	return p;
}
#define FIELD(p, text, size) field(p, (const uint16_t *)u"" text, sizeof(u"" text) / 2 - 1, size)

static void
card(uint8_t text[IDCARD_TEXT])
{
	uint8_t *p = text;

	p = FIELD(p, "张三", 30);
	p = FIELD(p, "1", 2);
	p = FIELD(p, "01", 4);
	p = FIELD(p, "19500131", 16);
	p = FIELD(p, "云岭区青山路1号", 70);
	p = FIELD(p, "11010119500131001X", 36);
	p = FIELD(p, "云岭区公安局", 30);
	p = FIELD(p, "20100101", 16);
	p = FIELD(p, "长期", 16);
	p = FIELD(p, "", 36);
	assert_int_equal(p - text, IDCARD_TEXT);
}

static const char *const expected[IDCARD_FIELDS] = {
	"张三", "1", "01", "19500131", "云岭区青山路1号", "11010119500131001X", "云岭区公安局", "20100101", "长期", "",
};

/* Text, photo and fingerprints of all sizes there are, and the lengths of whole frames that go with them. */
static const struct { const char *what; int fingers; size_t frame; } answers[] = {
	{ "without a length for fingerprints", -1, 1295 },
	{ "no fingerprints",		0, 1297 },
	{ "fingerprints of 512 bytes",	512, 1809 },
	{ "fingerprints of 1024 bytes",	1024, 2321 },
};

static size_t
read_answer(uint8_t *out, int fingers)
{
	uint8_t data[6 + IDCARD_TEXT + 1024 + 1024];
	size_t n = 0;

	memset(data, 0x5A, sizeof(data));
	memcpy(data, "\x01\x00\x04\x00", n = 4);
	if (fingers >= 0) {
		data[n++] = fingers >> 8;
		data[n++] = fingers & 0xFF;
	}
	card(data + n);
	return frame(out, IDCARD_DONE, data, n + IDCARD_TEXT + 1024 + (fingers > 0 ? fingers : 0));
}

static void
reads_every_field_of_every_answer(void **state)
{
	static uint8_t line[2400];

	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		size_t len = read_answer(line, answers[i].fingers);
		struct idcard_answer a;
		const uint8_t *text;
		char out[IDCARD_FIELD];

		assert_int_equal(len, answers[i].frame);
		for (size_t some = 0; some < len; some++)
			if (idcard_parse(&a, line, some) != 0)
				fail_msg("%s: after %zu bytes", answers[i].what, some);
		if (idcard_parse(&a, line, len) != (int)len || (text = idcard_text(&a)) == NULL)
			fail_msg("%s", answers[i].what);
		else
			for (int f = 0; f < IDCARD_FIELDS; f++)
				if (idcard_field(out, text, f) == -1 || strcmp(out, expected[f]) != 0)
					fail_msg("%s, field %d: %s", answers[i].what, f, out);
	}
}

static const struct { const char *what; int field, at; uint16_t c; } bad[] = {
	{ "a birth with a letter",	IDCARD_BIRTH, 36, 'X' },
	{ "month 21",			IDCARD_BIRTH, 36 + 8, '2' },
	{ "day 71",			IDCARD_BIRTH, 36 + 12, '7' },
	{ "a short birth",		IDCARD_BIRTH, 36 + 14, ' ' },
	{ "a letter in a number",	IDCARD_NUMBER, 122, 'X' },
	{ "a number that ends in Y",	IDCARD_NUMBER, 122 + 34, 'Y' },
	{ "a short number",		IDCARD_NUMBER, 122 + 34, ' ' },
	{ "half a pair",		IDCARD_NAME, 0, 0xD800 },
	{ "a control character",	IDCARD_NAME, 0, 0x0007 },
};

static void
fields_that_are_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		uint8_t text[IDCARD_TEXT];
		char out[IDCARD_FIELD];

		card(text);
		text[bad[i].at] = bad[i].c & 0xFF;
		text[bad[i].at + 1] = bad[i].c >> 8;
		if (idcard_field(out, text, bad[i].field) != -1)
			fail_msg("%s: %s", bad[i].what, out);
	}
}

static void
answers_without_a_text(void **state)
{
	static const struct { const char *what; int sw3; const char *data; size_t len; } none[] = {
		{ "no card", IDCARD_NO_CARD, "", 0 },
		{ "nothing behind the status", IDCARD_DONE, "", 0 },
		{ "lengths alone", IDCARD_DONE, "\x01\x00\x04\x00", 4 },
		{ "a text of 255 bytes", IDCARD_DONE, "\x00\xFF\x00\x00", 4 + 255 },
	};
	uint8_t data[512] = { 0 }, line[600];
	struct idcard_answer a;

	(void)state;
	for (size_t i = 0; i < COUNT(none); i++) {
		memcpy(data, none[i].data, none[i].len < 4 ? none[i].len : 4);
		if (idcard_parse(&a, line, frame(line, none[i].sw3, data, none[i].len)) <= 0 || idcard_text(&a) != NULL)
			fail_msg("%s", none[i].what);
	}
}

/* Read like a port does: a byte is skipped where no frame starts.  Returns the frames found. */
static int
hear(struct idcard_answer *last, const uint8_t *in, size_t len)
{
	int count = 0, n;

	while (len > 0 && (n = idcard_parse(last, in, len)) != 0) {
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
		{ "a fourth AA: the head slides", "\xAA", 1 },
		{ "many AA",			"\xAA\xAA\xAA\xAA\xAA\xAA\xAA", 7 },
		{ "half a head",		"\xAA\xAA\xAA\x96", 4 },
		{ "a head in a head",		"\xAA\xAA\xAA\x96\x69", 5 },
		{ "a great length",		"\xAA\xAA\xAA\x96\x69\xFF\xFF", 7 },
		{ "a length of 3",		"\xAA\xAA\xAA\x96\x69\x00\x03\x00\x00\x90", 10 },
		{ "a wrong check",		"\xAA\xAA\xAA\x96\x69\x00\x04\x00\x00\x90\x95", 11 },
		{ "our own frame",		"\xAA\xAA\xAA\x96\x69\x00\x03\x20\x01\x22", 10 },
	};
	uint8_t line[64];

	(void)state;
	for (size_t i = 0; i < COUNT(before); i++) {
		struct idcard_answer a;
		size_t n = before[i].len;

		memcpy(line, before[i].noise, n);
		n += frame(line + n, 0x41, NULL, 0);
		n += frame(line + n, IDCARD_FOUND, (const uint8_t *)"\0\0\0", 4);	/* glued */
		if (hear(&a, line, n) != 2 || a.status != IDCARD_FOUND || a.length != 4)
			fail_msg("%s", before[i].what);
	}
}

static void
every_status_has_words(void **state)
{
	(void)state;
	assert_string_equal(idcard_why(IDCARD_NO_CARD), "no card");
	assert_string_equal(idcard_why(0x41), "reading failed");
	assert_string_equal(idcard_why(-1), "an error without a name");
}

static void
survives_any_bytes(void **state)
{
	static uint8_t line[2400];
	struct idcard_answer a;
	char out[IDCARD_FIELD];

	(void)state;
	srand(450);
	for (int round = 0; round < 20000; round++) {
		size_t len = rand() % 60;

		for (size_t i = 0; i < len; i++)
			line[i] = rand() % 3 == 0 ? rand() : "\xAA\xAA\x96\x69\x00\x04"[rand() % 6];
		hear(&a, line, len);
	}
	for (int round = 0; round < 500; round++) {
		size_t len = read_answer(line, -1);

		for (int i = 0; i < 8; i++)
			line[10 + rand() % (len - 11)] = rand();
		for (size_t i = 5, x = line[len - 1] = 0; i < len - 1; i++)
			line[len - 1] = x ^= line[i];
		if (idcard_parse(&a, line, len) > 0 && idcard_text(&a) != NULL)
			for (int f = 0; f < IDCARD_FIELDS; f++)
				idcard_field(out, idcard_text(&a), f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_every_vector),
		cmocka_unit_test(there_are_no_other_commands),
		cmocka_unit_test(reads_every_field_of_every_answer),
		cmocka_unit_test(fields_that_are_none),
		cmocka_unit_test(answers_without_a_text),
		cmocka_unit_test(finds_frames_between_noise),
		cmocka_unit_test(every_status_has_words),
		cmocka_unit_test(survives_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
