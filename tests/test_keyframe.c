/*
 * Keypads of any make: what words can describe, and frames by them.
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

#include "protocols/ff68.h"
#include "protocols/keyframe.h"
#include "tests/vectors.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define FF68		"FF 68 len len 68 [ ( addr 01 digits key ) ] sum8 16"

static struct keyframe
described(const char *words)
{
	struct keyframe f;
	const char *wrong = keyframe_read(&f, words);

	if (wrong != NULL)
		fail_msg("%s: %s", words, wrong);
	return f;
}

/* Every key of an FF 68 keypad, as its own codec reads and answers it. */
static void
describes_ff68(void **state)
{
	struct keyframe f = described(FF68);
	struct keyframe_press press;
	uint8_t bytes[FF68_FRAME], out[KEYFRAME_BYTES];

	(void)state;
	for (int address = 0; address < 256; address += 51)
		for (int digits = 0; digits <= 2; digits++)
			for (int key = 0; key < 256; key++) {
				const uint8_t data[] = { 6, 9, key };
				size_t n = ff68_frame(bytes, address, FF68_KEY, data + 2 - digits, digits + 1);

				for (size_t some = 0; some < n; some++)
					assert_int_equal(keyframe_parse(&f, &press, bytes, some), 0);
				assert_int_equal(keyframe_parse(&f, &press, bytes, n), n);
				assert_int_equal(press.address, address);
				assert_int_equal(press.digit_count, digits);
				assert_memory_equal(press.digits, data + 2 - digits, digits);
				assert_int_equal(press.key, key);
				assert_int_equal(keyframe_write(out, &f, &press), n);
				assert_memory_equal(out, bytes, n);
			}
}

static void
reads_the_vectors_of_ff68(void **state)
{
	struct keyframe f = described(FF68);
	struct keyframe_press press;
	struct vector v[16];
	size_t count = vectors_load(v, COUNT(v), "caller-ff68"), keys = 0;

	(void)state;
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++) {
		int n = keyframe_parse(&f, &press, v[i].bytes, v[i].len);

		if (strncmp(v[i].name, "key-", 4) != 0)
			continue;
		keys++;
		if (n != (int)v[i].len || press.address != v[i].bytes[5] || press.key != v[i].bytes[v[i].len - 3])
			fail_msg("%s", v[i].name);
	}
	assert_int_equal(keys, 3);
}

static const struct { const char *what, *words, *bytes; size_t len; int address; const char *digits; int key; } frames[] = {
	{ "a rater that sends a character", "key", "3", 1, 1, "", '3' },
	{ "head, key, tail",		"AA key 55", "\xAA\x05\x55", 3, 1, "", 5 },
	{ "xor of all before it",	"A5 addr key xor", "\xA5\x02\x0C\xAB", 4, 2, "", 0x0C },
	{ "sum of all before it",	"A5 addr key sum8 0D", "\xA5\x02\x0C\xB3\x0D", 5, 2, "", 0x0C },
	{ "CRC-16/MODBUS, low first",	"addr 03 00 00 00 key crc16", "\x01\x03\x00\x00\x00\x0A\xC5\xCD", 8, 1, "", 0x0A },
	{ "len counts more than is checked", "02 [ len addr ( 31 key ) ] sum8 03", "\x02\x04\x07\x31\x0C\x3D\x03", 7, 7, "", 0x0C },
	{ "digits as characters",	"02 len [ digits key ] xor", "\x02\x03" "12C\x41", 6, 1, "\1\2", 'C' },
	{ "no digits typed",		"02 len [ digits key ] xor", "\x02\x01" "C\x40", 4, 1, "", 'C' },
	{ "a byte that counts up",	"7E any key 7F", "\x7E\xC4\x01\x7F", 4, 1, "", 1 },
	{ "lower case, blanks",		"  aa  key ", "\xAA\x09", 2, 1, "", 9 },
};

static void
describes_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(frames); i++) {
		struct keyframe f = described(frames[i].words);
		struct keyframe_press press;
		uint8_t out[KEYFRAME_BYTES];
		const uint8_t *in = (const uint8_t *)frames[i].bytes;

		for (size_t some = 0; some < frames[i].len; some++)
			if (keyframe_parse(&f, &press, in, some) != 0)
				fail_msg("%s: after %zu bytes", frames[i].what, some);
		if (keyframe_parse(&f, &press, in, frames[i].len) != (int)frames[i].len ||
		    press.address != frames[i].address || press.key != frames[i].key ||
		    press.digit_count != (int)strlen(frames[i].digits) ||
		    memcmp(press.digits, frames[i].digits, press.digit_count) != 0)
			fail_msg("%s: address %d, key %02X", frames[i].what, press.address, press.key);
		if (strstr(frames[i].what, "characters") == NULL &&
		    (keyframe_write(out, &f, &press) != frames[i].len || memcmp(out, in, frames[i].len) != 0))
			fail_msg("%s, written", frames[i].what);
	}
}

static const struct { const char *what, *words, *wrong; } bad[] = {
	{ "nothing",		"", "must have key once" },
	{ "no key",		"FF addr", "must have key once" },
	{ "two keys",		"key key", "must have key once" },
	{ "two addresses",	"addr addr key", "must have key once" },
	{ "two checks",		"key sum8 xor", "must have key once" },
	{ "an unknown word",	"FF command key", "must be bytes in hex" },
	{ "a byte of one digit", "F key", "must be bytes in hex" },
	{ "a byte of three",	"FFF key", "must be bytes in hex" },
	{ "len of nothing",	"FF len key", "must have [ ] around what len counts" },
	{ "a range without len", "FF [ key ]", "must have [ ] around what len counts" },
	{ "not closed",		"len [ key", "must have [ ] and ( )" },
	{ "not opened",		"len key ]", "must have [ ] and ( )" },
	{ "empty",		"len [ ] key", "must have [ ] and ( )" },
	{ "twice",		"len [ key ] [ addr ]", "must have [ ] and ( )" },
	{ "a check of nothing",	"sum8 key", "must have what is checked" },
	{ "a check of itself",	"FF ( key sum8 )", "must have what is checked" },
	{ "parentheses for none", "FF ( key )", "must have sum8" },
	{ "digits without len",	"FF digits key", "must have digits behind len" },
	{ "digits len does not count", "len [ key ] digits", "must have digits behind len" },
	{ "17 words",		"1 2 3", "must be bytes in hex" },
	{ "17 bytes",		"01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 key 17", "must be at most 16 words" },
	{ "17 bytes with digits", "len [ 02 03 04 05 06 07 08 09 10 11 12 13 digits key ] 16", "must be at most 16 bytes" },
};

static void
words_that_describe_no_frame(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct keyframe f;
		const char *wrong = keyframe_read(&f, bad[i].words);

		if (wrong == NULL || strncmp(wrong, bad[i].wrong, strlen(bad[i].wrong)) != 0)
			fail_msg("%s: %s", bad[i].what, wrong);
	}
}

static const struct { const char *what, *bytes; size_t len; } broken[] = {
	{ "another head",	"\xFE", 1 },
	{ "a length too short",	"\xFF\x68\x02", 3 },
	{ "a length too long",	"\xFF\x68\x06", 3 },
	{ "lengths that differ", "\xFF\x68\x03\x04\x68\x01\x01\x00\x0C\x0E\x16", 11 },
	{ "a digit over 9",	"\xFF\x68\x04\x04\x68\x01\x01\x0A\x0C", 9 },
	{ "a wrong sum",	"\xFF\x68\x03\x03\x68\x01\x01\x0C\x0F", 9 },
	{ "a wrong end",	"\xFF\x68\x03\x03\x68\x01\x01\x0C\x0E\x17", 10 },
	{ "a rating: another command", "\xFF\x68\x03\x03\x68\x01\x11", 7 },
};

static void
frames_that_are_broken(void **state)
{
	struct keyframe f = described(FF68);
	struct keyframe_press press;

	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++)
		if (keyframe_parse(&f, &press, (const uint8_t *)broken[i].bytes, broken[i].len) != -1)
			fail_msg("%s", broken[i].what);
}

/* An answer has a form of its own, of what was pressed. */
static void
answers(void **state)
{
	struct keyframe f = described("A5 any addr key sum8"), answer = described("5A any addr ( 06 key ) xor");
	struct keyframe_press press;
	uint8_t out[KEYFRAME_BYTES];

	(void)state;
	assert_int_equal(keyframe_parse(&f, &press, (const uint8_t *)"\xA5\x33\x02\x0C\xE6", 5), 5);
	assert_int_equal(keyframe_write(out, &answer, &press), 6);
	assert_memory_equal(out, "\x5A\x33\x02\x06\x0C\x0A", 6);
}

static void
survives_any_bytes(void **state)
{
	(void)state;
	srand(2);
	for (int round = 0; round < 20000; round++) {
		struct keyframe f = described(round % 2 == 0 ? FF68 : frames[rand() % COUNT(frames)].words);
		struct keyframe_press press;
		uint8_t line[24];
		size_t len = rand() % sizeof(line);

		for (size_t i = 0; i < len; i++)
			line[i] = rand() % 3 == 0 ? rand() : "\xFF\x68\x03\x03\x68\x16"[rand() % 6];
		for (size_t i = 0; i < len; i++)
			assert_true(keyframe_parse(&f, &press, line + i, len - i) <= (int)(len - i));
	}
	for (int round = 0; round < 20000; round++) {
		static const char *const words[] = { "FF ", "len ", "[ ", "] ", "( ", ") ", "addr ", "digits ", "key ", "sum8 ", "crc16 " };
		char text[128] = "";
		struct keyframe f;

		for (int i = rand() % 12; i > 0; i--)
			strcat(text, words[rand() % COUNT(words)]);
		if (keyframe_read(&f, text) == NULL) {
			struct keyframe_press press;
			uint8_t line[24];

			memset(line, rand() % 4, sizeof(line));
			assert_true(keyframe_parse(&f, &press, line, sizeof(line)) <= KEYFRAME_BYTES);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(describes_ff68),
		cmocka_unit_test(reads_the_vectors_of_ff68),
		cmocka_unit_test(describes_others),
		cmocka_unit_test(words_that_describe_no_frame),
		cmocka_unit_test(frames_that_are_broken),
		cmocka_unit_test(answers),
		cmocka_unit_test(survives_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
