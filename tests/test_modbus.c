/*
 * Modbus RTU: requests, answers found by length and CRC, exceptions.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/modbus.h"
#include "tests/vectors.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static uint8_t out[MODBUS_FRAME];
static struct vector vectors[16];
static size_t vector_count;

static size_t hold_17(void) { return modbus_read(out, 17, MODBUS_HOLDING, 0x007C, 2); }
static size_t input_254(void) { return modbus_read(out, 254, MODBUS_INPUT, 3, 1); }
static size_t single(void) { return modbus_write(out, 1, 4, 1); }
static size_t value_123(void) { return modbus_write(out, 1, 0, 123); }
static size_t text(void) { return modbus_text(out, 1, 0x0070, "A001", 4); }

static const struct { const char *name; size_t (*write)(void); } rows[] = {
	{ "read-hold-17",	hold_17 },
	{ "read-input-254",	input_254 },
	{ "write-single-1",	single },
	{ "led485-value-123",	value_123 },
	{ "led485-text",	text },
	{ "read-hold-17-exc",	NULL },		/* a device says it */
};

static struct modbus_asked
asked(size_t len)
{
	struct modbus_asked a;

	modbus_ask(&a, out, len);
	return a;
}

static void
agrees_with_every_vector(void **state)
{
	(void)state;
	assert_int_equal(vector_count, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct vector *v = vector_find(vectors, vector_count, rows[i].name);

		if (v == NULL)
			fail_msg("no vector %s", rows[i].name);
		if (rows[i].write != NULL) {
			if (rows[i].write() != v->len || memcmp(out, v->bytes, v->len) != 0)
				fail_msg("%s", rows[i].name);
		} else {
			struct modbus_asked a = asked(hold_17());
			struct modbus_answer answer;

			if (modbus_parse(&answer, &a, v->bytes, v->len) != (int)v->len || answer.exception != 2)
				fail_msg("%s", rows[i].name);
		}
	}
}

static size_t many(void) { return modbus_write_many(out, 1, 0x90, (const uint16_t[]){ 0x42F6, 0xE979 }, 2); }
static size_t negative(void) { return modbus_write(out, 1, 0, -1); }
static size_t right(void) { return modbus_text(out, 1, 0x70, "37", 4); }
static size_t five(void) { return modbus_text(out, 1, 0x70, "A037", 5); }
static size_t blank(void) { return modbus_text(out, 1, 0x70, "", 4); }

/* What no vector has, without the CRC: that of all frames is tested by the vectors, and by parsing. */
static const struct { const char *what; size_t (*write)(void); const char *bytes; size_t len; } requests[] = {
	{ "several registers, high byte first",	many,	"\x01\x10\x00\x90\x00\x02\x04\x42\xF6\xE9\x79", 11 },
	{ "a number below 0",		negative,	"\x01\x06\x00\x00\xFF\xFF", 6 },
	{ "text stands on the right",	right,		"\x01\x10\x00\x70\x00\x02\x04  37", 11 },
	{ "of an odd width too",	five,		"\x01\x10\x00\x70\x00\x03\x06 A037 ", 13 },
	{ "blanks",			blank,		"\x01\x10\x00\x70\x00\x02\x04    ", 11 },
};

static void
writes_what_the_table_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(requests); i++)
		if (requests[i].write() != requests[i].len + 2 || memcmp(out, requests[i].bytes, requests[i].len) != 0)
			fail_msg("%s", requests[i].what);
}

static void
refuses_what_is_out_of_range(void **state)
{
	static uint16_t values[MODBUS_WRITE + 1];
	char longest[2 * MODBUS_WRITE + 2];

	(void)state;
	assert_int_not_equal(modbus_read(out, 0, MODBUS_HOLDING, 0, 1), 0);
	assert_int_not_equal(modbus_read(out, 255, MODBUS_INPUT, 0xFFFF, 1), 0);
	assert_int_not_equal(modbus_read(out, 1, MODBUS_HOLDING, 0, 125), 0);
	assert_int_equal(modbus_read(out, -1, MODBUS_HOLDING, 0, 1), 0);
	assert_int_equal(modbus_read(out, 256, MODBUS_HOLDING, 0, 1), 0);
	assert_int_equal(modbus_read(out, 1, MODBUS_HOLDING, 0, 0), 0);
	assert_int_equal(modbus_read(out, 1, MODBUS_HOLDING, 0, 126), 0);
	assert_int_equal(modbus_read(out, 1, MODBUS_HOLDING, -1, 1), 0);
	assert_int_equal(modbus_read(out, 1, MODBUS_HOLDING, 0xFFFF, 2), 0);
	assert_int_equal(modbus_read(out, 1, MODBUS_ONE, 0, 1), 0);
	assert_int_not_equal(modbus_write(out, 1, 0, -32768), 0);
	assert_int_not_equal(modbus_write(out, 1, 0xFFFF, 65535), 0);
	assert_int_equal(modbus_write(out, 1, 0, -32769), 0);
	assert_int_equal(modbus_write(out, 1, 0, 65536), 0);
	assert_int_equal(modbus_write(out, 1, 0x10000, 0), 0);
	assert_int_not_equal(modbus_write_many(out, 1, 0, values, 123), 0);
	assert_int_equal(modbus_write_many(out, 1, 0, values, 124), 0);
	assert_int_equal(modbus_write_many(out, 1, 0, values, 0), 0);

	memset(longest, 'x', sizeof longest);
	longest[2 * MODBUS_WRITE + 1] = '\0';
	assert_int_equal(modbus_text(out, 1, 0, longest, 2 * MODBUS_WRITE), 0);
	assert_int_equal(modbus_text(out, 1, 0, longest, 2 * MODBUS_WRITE + 1), 0);
	longest[2 * MODBUS_WRITE] = '\0';
	assert_int_equal(modbus_text(out, 1, 0, longest, 2 * MODBUS_WRITE), 9 + 2 * MODBUS_WRITE);
	assert_int_equal(modbus_text(out, 1, 0, "", 0), 0);
	assert_int_equal(modbus_text(out, 1, 0, "A0001", 4), 0);
	assert_int_equal(modbus_text(out, 1, 0, "\x1F", 4), 0);
	assert_int_equal(modbus_text(out, 1, 0, "\x7F", 4), 0);
	assert_int_equal(modbus_text(out, 1, 0, "号", 4), 0);
}

/* Answers by the papers' own frames; CRCs as python3-pymodbus computes them. */
static const struct { const char *what; size_t (*ask)(void); const char *bytes; size_t len; int exception, count, first; } heard[] = {
	{ "two registers",	hold_17,	"\x11\x03\x04\x00\x01\x00\x02\x3B\xF3", 9,	0, 2, 1 },
	{ "no such register",	hold_17,	"\x11\x83\x02\xC1\x34", 5,			2, 0, 0 },
	{ "one is written: the request itself", value_123, "\x01\x06\x00\x00\x00\x7B\xC9\xE9", 8, 0, 0, 0 },
	{ "busy",		value_123,	"\x01\x86\x06\xC2\x62", 5,			6, 0, 0 },
	{ "a text is written",	text,		"\x01\x10\x00\x70\x00\x02\x40\x13", 8,		0, 0, 0 },
};

static void
hears_answers(void **state)
{
	struct modbus_answer answer;

	(void)state;
	for (size_t i = 0; i < COUNT(heard); i++) {
		struct modbus_asked a = asked(heard[i].ask());
		const uint8_t *in = (const uint8_t *)heard[i].bytes;

		for (size_t len = 0; len < heard[i].len; len++)
			if (modbus_parse(&answer, &a, in, len) != 0)
				fail_msg("%s, after %zu bytes", heard[i].what, len);
		if (modbus_parse(&answer, &a, in, heard[i].len) != (int)heard[i].len || answer.exception != heard[i].exception ||
		    answer.count != heard[i].count || answer.value[0] != heard[i].first)
			fail_msg("%s", heard[i].what);
	}
}

/* Silence says nothing: what stands before an answer, or after, must not keep it from being found. */
static void
frames_by_length_and_crc(void **state)
{
	static const struct { const char *what; const char *before; size_t len; } noises[] = {
		{ "nothing",				"", 0 },
		{ "noise of an idle line",		"\x00\xFF\xFF", 3 },
		{ "the address",			"\x01", 1 },
		{ "the beginning of the answer",	"\x01\x10\x00\x70", 4 },
		{ "one that would be very long",	"\x01\x03\xFA", 3 },
		{ "an answer of another",		"\x02\x10\x00\x70\x00\x02\x40\x20", 8 },
		{ "an answer to another request",	"\x01\x10\x00\x71\x00\x02\x11\xD3", 8 },
		{ "one that is damaged",		"\x01\x10\x00\x70\x00\x02\x40\x14", 8 },
	};
	static const uint8_t good[] = { 0x01, 0x10, 0x00, 0x70, 0x00, 0x02, 0x40, 0x13 };

	(void)state;
	for (size_t i = 0; i < COUNT(noises); i++) {
		struct modbus_asked a = asked(text());
		struct modbus_answer answer;
		uint8_t line[64];
		size_t len = noises[i].len + sizeof good, have = 0, at = 0;
		int found = 0;

		memcpy(line, noises[i].before, noises[i].len);
		memcpy(line + noises[i].len, good, sizeof good);
		/* Byte by byte, as a port does. */
		while (have++ < len)
			for (int n = -1; at < have && n != 0;) {
				n = modbus_parse(&answer, &a, line + at, have - at);
				found += n > 0;
				at += n > 0 ? n : n == -1;
			}
		if (found != 1 || at != len)
			fail_msg("%s: %d found", noises[i].what, found);
	}
}

static void
hears_nothing_that_was_not_asked(void **state)
{
	static const uint8_t echo[] = { 0x01, 0x06, 0x00, 0x00, 0x00, 0x7B, 0xC9, 0xE9 };
	struct modbus_answer answer;
	struct modbus_asked a = { 0 };

	(void)state;
	assert_int_equal(modbus_parse(&answer, &a, echo, sizeof echo), -1);
	a = asked(modbus_write(out, 0, 0, 123));	/* to all: nobody answers */
	assert_int_equal(modbus_parse(&answer, &a, echo, sizeof echo), -1);
	a = asked(value_123() - 1);			/* no frame */
	assert_int_equal(modbus_parse(&answer, &a, echo, sizeof echo), -1);
	a = asked(modbus_write(out, 1, 0, 124));	/* another value */
	assert_int_equal(modbus_parse(&answer, &a, echo, sizeof echo), -1);
}

/* More registers than an answer can have: its length would not fit into its byte, or its values into ours. */
static void
a_request_for_too_much_is_none(void **state)
{
	static const struct { const char *what, *bytes; bool asks; } much[] = {
		{ "125 registers",	"\x01\x03\x00\x00\x00\x7D\x85\xEB", true },
		{ "126",		"\x01\x03\x00\x00\x00\x7E\xC5\xEA", false },
		{ "384",		"\x01\x03\x00\x00\x01\x80\x45\xFA", false },
		{ "none",		"\x01\x03\x00\x00\x00\x00\x45\xCA", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(much); i++) {
		struct modbus_asked a;

		print_message("%s\n", much[i].what);
		modbus_ask(&a, (const uint8_t *)much[i].bytes, 8);
		assert_int_equal(a.function, much[i].asks ? MODBUS_HOLDING : 0);
	}
}

static void
refuses_every_single_damage(void **state)
{
	struct modbus_asked a = asked(hold_17());
	struct modbus_answer answer;

	(void)state;
	for (size_t at = 0; at < 9; at++)
		for (int bit = 0; bit < 8; bit++) {
			uint8_t damaged[9];

			memcpy(damaged, heard[0].bytes, sizeof damaged);
			damaged[at] ^= 1 << bit;
			assert_int_not_equal(modbus_parse(&answer, &a, damaged, sizeof damaged), sizeof damaged);
		}
}

static void
survives_any_bytes(void **state)
{
	size_t (*const asks[])(void) = { hold_17, input_254, single, text };
	struct modbus_answer answer;
	uint8_t bytes[300];

	(void)state;
	srand(1);
	for (int i = 0; i < 100000; i++) {
		struct modbus_asked a = asked(asks[i % COUNT(asks)]());
		size_t len = rand() % sizeof bytes;
		int used;

		for (size_t k = 0; k < len; k++)
			bytes[k] = rand();
		if (rand() % 2 == 0 && len >= 2) {	/* as far as its function */
			bytes[0] = a.address;
			bytes[1] = a.function | (rand() % 2 ? 0x80 : 0);
		}
		used = modbus_parse(&answer, &a, bytes, len);
		assert_true(used >= -1 && used <= (int)len);
		assert_true(answer.count >= 0 && answer.count <= MODBUS_READ);
	}
}

static void
names_exceptions(void **state)
{
	(void)state;
	assert_string_equal(modbus_exception_name(1), "unknown function");
	assert_string_equal(modbus_exception_name(2), "no such register");
	assert_string_equal(modbus_exception_name(6), "busy");
	assert_string_equal(modbus_exception_name(11), "unknown exception");
	assert_string_equal(modbus_exception_name(-1), "unknown exception");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_every_vector),
		cmocka_unit_test(writes_what_the_table_says),
		cmocka_unit_test(refuses_what_is_out_of_range),
		cmocka_unit_test(hears_answers),
		cmocka_unit_test(frames_by_length_and_crc),
		cmocka_unit_test(hears_nothing_that_was_not_asked),
		cmocka_unit_test(a_request_for_too_much_is_none),
		cmocka_unit_test(refuses_every_single_damage),
		cmocka_unit_test(survives_any_bytes),
		cmocka_unit_test(names_exceptions),
	};

	vector_count = vectors_load(vectors, COUNT(vectors), "modbus-rtu");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
