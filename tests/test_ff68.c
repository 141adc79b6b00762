/*
 * Caller keypads and raters: frames both ways, and damage on the line.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "protocols/ff68.h"
#include "tests/vectors.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static uint8_t out[FF68_FRAME];

static size_t ticket(void) { return ff68_show(out, 1, -1, "023"); }
static size_t waiting(void) { return ff68_show(out, 5, 12, ""); }
static size_t beep(void) { return ff68_beep(out, 3); }
static size_t stars(void) { return ff68_stars(out, 2, 5); }
static size_t start(void) { return ff68_start_rating(out, 2); }

static const struct {
	const char	*name;
	size_t		(*write)(void);		/* NULL: a device sends it */
	uint8_t		 address;
	const char	*digits;
	int		 key;			/* -1: a rating */
	int		 rating;		/* -1: a key */
} rows[] = {
	{ .name = "show-ticket-023",	.write = ticket },
	{ .name = "show-waiting-012",	.write = waiting },
	{ .name = "beep",		.write = beep },
	{ .name = "stars-5",		.write = stars },
	{ .name = "start-rating",	.write = start },
	{ .name = "key-pause",		.address = 7, .digits = "", .key = FF68_PAUSE, .rating = -1 },
	{ .name = "key-transfer",	.address = 7, .digits = "", .key = FF68_TRANSFER, .rating = -1 },
	{ .name = "key-0-ok",		.address = 1, .digits = "0", .key = FF68_OK, .rating = -1 },
	{ .name = "rating-0",		.address = 2, .key = -1, .rating = 0 },
	{ .name = "rating-3",		.address = 2, .key = -1, .rating = 3 },
};

static struct vector
vector(const char *name)
{
	struct vector v[32];
	const struct vector *found = vector_find(v, vectors_load(v, COUNT(v), "caller-ff68"), name);

	if (found == NULL)
		fail_msg("no vector %s", name);
	return *found;
}

static bool
reads(const struct vector *v, size_t row)
{
	struct ff68_frame f;
	struct ff68_press p;
	char digits[4] = "";

	if (ff68_parse(&f, v->bytes, v->len) != (int)v->len || f.address != rows[row].address ||
	    ff68_rating(&f) != rows[row].rating)
		return false;
	if (rows[row].key == -1)
		return ff68_press(&p, &f) == -1;
	if (ff68_press(&p, &f) != 0)
		return false;
	for (int i = 0; i < p.digit_count; i++)
		digits[i] = '0' + p.digits[i];
	return p.address == f.address && p.command == 1 && p.key == rows[row].key && strcmp(digits, rows[row].digits) == 0;
}

static void
agrees_with_every_vector(void **state)
{
	struct vector all[32];

	(void)state;
	assert_int_equal(vectors_load(all, COUNT(all), "caller-ff68"), COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vector v = vector(rows[i].name);

		if (rows[i].write == NULL ? !reads(&v, i) :
		    rows[i].write() != v.len || memcmp(out, v.bytes, v.len) != 0)
			fail_msg("%s", rows[i].name);
	}
}

static const struct { const char *what; int waiting; const char *number, *data; } shows[] = {
	{ "both",			12, "A037",	"\x00\x01\x02\x00\x03\x07" },
	{ "nothing",			-1, "",		"\x0A\x0A\x0A\x0A\x0A\x0A" },
	{ "nobody waits",		0, "",		"\x00\x00\x00\x0A\x0A\x0A" },
	{ "999 wait",			999, "",	"\x09\x09\x09\x0A\x0A\x0A" },
	{ "more than it can show",	1000, "",	"\x09\x09\x09\x0A\x0A\x0A" },
	{ "last three of four digits",	-1, "A1023",	"\x0A\x0A\x0A\x00\x02\x03" },
	{ "a short number",		-1, "B7",	"\x0A\x0A\x0A\x0A\x0A\x07" },
	{ "a number without digits",	-1, "特",	"\x0A\x0A\x0A\x0A\x0A\x0A" },
};

static void
shows_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shows); i++)
		if (ff68_show(out, 1, shows[i].waiting, shows[i].number) != 15 || memcmp(out + 7, shows[i].data, 6) != 0)
			fail_msg("%s", shows[i].what);
}

static void
refuses_what_is_out_of_range(void **state)
{
	(void)state;
	assert_int_equal(ff68_show(out, 1, -2, ""), 0);
	assert_int_equal(ff68_stars(out, 1, 0), 0);
	assert_int_equal(ff68_stars(out, 1, 6), 0);
	assert_int_equal(ff68_frame(out, 1, 2, (const uint8_t *)"1234567", 7), 0);
	assert_int_equal(ff68_frame(out, 1, 2, (const uint8_t *)"123456", 6), FF68_FRAME);
}

static void
answers_a_key_with_its_echo(void **state)
{
	static const char *const keys[] = { "key-pause", "key-transfer", "key-0-ok" };

	(void)state;
	for (size_t i = 0; i < COUNT(keys); i++) {
		struct vector v = vector(keys[i]);
		struct ff68_frame f;

		ff68_parse(&f, v.bytes, v.len);
		assert_int_equal(ff68_answer(out, &f), v.len);
		assert_memory_equal(out, v.bytes, v.len);
	}
}

static void
answers_a_rating_with_command_01(void **state)
{
	for (int button = 0; button < 4; button++) {
		struct vector v = vector("rating-0");
		struct ff68_frame f;

		(void)state;
		v.bytes[7] = button;
		v.bytes[8] += button;
		assert_int_equal(ff68_parse(&f, v.bytes, v.len), v.len);
		assert_int_equal(ff68_rating(&f), button);
		v.bytes[6] = 0x01;
		v.bytes[8] -= 0x10;
		assert_int_equal(ff68_answer(out, &f), v.len);
		assert_memory_equal(out, v.bytes, v.len);
	}
}

/* The echo of the rate key is the frame that starts a rating. */
static void
the_echo_of_rate_starts_a_rating(void **state)
{
	struct vector v = vector("start-rating");
	struct ff68_frame f;

	(void)state;
	assert_int_equal(ff68_parse(&f, v.bytes, v.len), v.len);
	assert_int_equal(ff68_answer(out, &f), v.len);
	assert_memory_equal(out, v.bytes, v.len);
}

static const struct { const char *what; uint8_t command, data[3]; int length; int digits; /* -1: no key */ uint8_t key; } presses[] = {
	{ "next",			0x01, { 0x0C }, 1,		0, FF68_NEXT },
	{ "6 OK",			0x01, { 6, 0x0F }, 2,		1, FF68_OK },
	{ "12 OK",			0x01, { 1, 2, 0x0F }, 3,	2, FF68_OK },
	{ "a digit alone",		0x01, { 5 }, 1,			0, 5 },
	{ "a key that we do not know",	0x01, { 0x7F }, 1,		0, 0x7F },
	{ "a command that we do not know", 0x05, { 0x0C }, 1,		0, FF68_NEXT },
	{ "two keys in one",		0x01, { 0x0C, 0x0D }, 2,	-1, 0 },
	{ "a blank for a digit",	0x01, { 0x0A, 0x0F }, 2,	-1, 0 },
	{ "a rating",			0x11, { 2 }, 1,			-1, 0 },
	{ "stars, echoed by the line",	0x02, { 5 }, 1,			-1, 0 },
};

static void
reads_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(presses); i++) {
		struct ff68_frame f = { .address = 9, .command = presses[i].command, .length = presses[i].length };
		struct ff68_press p;
		int result;

		memcpy(f.data, presses[i].data, 3);
		result = ff68_press(&p, &f);
		if (presses[i].digits == -1 ? result != -1 :
		    result != 0 || p.digit_count != presses[i].digits || p.key != presses[i].key || p.address != 9 ||
		    memcmp(p.digits, f.data, p.digit_count) != 0)
			fail_msg("%s", presses[i].what);
	}
}

static const struct { const char *what; uint8_t data[3]; int length; } no_ratings[] = {
	{ "button too high",	{ 4 }, 1 },
	{ "two buttons",	{ 1, 2 }, 2 },
};

static void
refuses_other_ratings(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(no_ratings); i++) {
		struct ff68_frame f = { .command = FF68_RATING, .length = no_ratings[i].length };

		memcpy(f.data, no_ratings[i].data, 3);
		if (ff68_rating(&f) != -1)
			fail_msg("%s", no_ratings[i].what);
	}
}

static const struct { const char *what, *bytes; size_t len; int result; } frames[] = {
	{ "3 bytes counted",		"\xFF\x68\x03\x03\x68\x07\x01\x12\x1A\x16", 10,		10 },
	{ "5 bytes counted",		"\xFF\x68\x05\x05\x68\x07\x01\x01\x02\x0F\x1A\x16", 12,	12 },
	{ "sum over 255",		"\xFF\x68\x03\x03\x68\xFF\x01\x12\x12\x16", 10,		10 },
	{ "more behind it",		"\xFF\x68\x03\x03\x68\x07\x01\x12\x1A\x16\xFF", 11,	10 },
	{ "first byte",			"\xFE\x68\x03\x03\x68\x07\x01\x12\x1A\x16", 10,		-1 },
	{ "first 68",			"\xFF\x69\x03\x03\x68\x07\x01\x12\x1A\x16", 10,		-1 },
	{ "lengths differ",		"\xFF\x68\x03\x04\x68\x07\x01\x12\x1A\x16", 10,		-1 },
	{ "length 2: of the host",	"\xFF\x68\x02\x02\x68\x03\x03\x06\x16", 9,		-1 },
	{ "length 6",			"\xFF\x68\x06\x06\x68\x01\x01\x00\x00\x00\x0F\x11\x16", 13, -1 },
	{ "second 68",			"\xFF\x68\x03\x03\x67\x07\x01\x12\x1A\x16", 10,		-1 },
	{ "sum",			"\xFF\x68\x03\x03\x68\x07\x01\x12\x1B\x16", 10,		-1 },
	{ "tail",			"\xFF\x68\x03\x03\x68\x07\x01\x12\x1A\x17", 10,		-1 },
	{ "wrong before it is whole",	"\xFF\x68\x03\x04", 4,					-1 },
};

static void
parses_or_refuses(void **state)
{
	struct ff68_frame f;

	(void)state;
	for (size_t i = 0; i < COUNT(frames); i++)
		if (ff68_parse(&f, (const uint8_t *)frames[i].bytes, frames[i].len) != frames[i].result)
			fail_msg("%s", frames[i].what);
}

static void
waits_for_the_rest(void **state)
{
	struct vector v = vector("key-0-ok");
	struct ff68_frame f;

	(void)state;
	for (size_t len = 0; len < v.len; len++)
		if (ff68_parse(&f, v.bytes, len) != 0)
			fail_msg("after %zu bytes", len);
}

/* Read like a port does: a byte is skipped where no frame starts.  Returns the frames found. */
static int
listen(struct ff68_frame *last, const uint8_t *in, size_t len)
{
	int count = 0, n;

	while (len > 0 && (n = ff68_parse(last, in, len)) != 0) {
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
		{ "idle line",			"\x00\xFF\xFF\x00\xFF", 5 },
		{ "half a head",		"\xFF\x68", 2 },
		{ "a frame cut short",		"\xFF\x68\x05\x05\x68\x07\x01", 7 },
		{ "a frame with a bad sum",	"\xFF\x68\x03\x03\x68\x07\x01\x12\x00\x16", 10 },
		{ "our own beep, echoed",	"\xFF\x68\x02\x02\x68\x03\x03\x06\x16", 9 },
	};
	struct vector v = vector("key-pause");

	(void)state;
	for (size_t i = 0; i < COUNT(before); i++) {
		uint8_t line[64];
		struct ff68_frame f;
		size_t n = before[i].len;

		memcpy(line, before[i].noise, n);
		memcpy(line + n, v.bytes, v.len);
		memcpy(line + n + v.len, v.bytes, v.len);	/* glued */
		if (listen(&f, line, n + 2 * v.len) != 2 || f.address != 7)
			fail_msg("%s", before[i].what);
	}
}

static void
refuses_every_damaged_byte(void **state)
{
	struct vector v = vector("key-0-ok");
	struct ff68_frame f;

	(void)state;
	for (size_t i = 0; i < v.len; i++)
		for (int delta = 1; delta < 256; delta++) {
			v.bytes[i] += delta;
			if (ff68_parse(&f, v.bytes, v.len) > 0)
				fail_msg("byte %zu + %d", i, delta);
			v.bytes[i] -= delta;
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_every_vector),
		cmocka_unit_test(shows_numbers),
		cmocka_unit_test(refuses_what_is_out_of_range),
		cmocka_unit_test(answers_a_key_with_its_echo),
		cmocka_unit_test(answers_a_rating_with_command_01),
		cmocka_unit_test(the_echo_of_rate_starts_a_rating),
		cmocka_unit_test(reads_keys),
		cmocka_unit_test(refuses_other_ratings),
		cmocka_unit_test(parses_or_refuses),
		cmocka_unit_test(waits_for_the_rest),
		cmocka_unit_test(finds_frames_between_noise),
		cmocka_unit_test(refuses_every_damaged_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
