/* The two small boards: their frames, and the answers of the one that answers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/board.h"
#include "tests/vectors.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static uint8_t out[BOARD_SUNPN];

static size_t green_888(void) { return board_sunpn(out, 888, BOARD_GREEN, 1); }
static size_t five_999(void) { return board_sum(out, 5, 999); }

static const struct { const char *protocol, *name; size_t (*write)(void); } rows[] = {
	{ "sunpn-board",	"show-888-green",	green_888 },
	{ "id-hi-lo-sum-board",	"show-999",		five_999 },
};

static void
agrees_with_every_vector(void **state)
{
	struct vector v[2];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(vectors_load(v, COUNT(v), rows[i].protocol), 1);
		if (strcmp(v->name, rows[i].name) != 0 || rows[i].write() != v->len || memcmp(out, v->bytes, v->len) != 0)
			fail_msg("%s", rows[i].name);
	}
}

static size_t highest(void) { return board_sunpn(out, 65535, BOARD_RED, 255); }
static size_t lowest(void) { return board_sunpn(out, 0, BOARD_YELLOW, 0); }
static size_t last_board(void) { return board_sum(out, 255, 65535); }

/* The one has the low byte first, the other the high one. */
static const struct { const char *what; size_t (*write)(void); const char *bytes; size_t len; } frames[] = {
	{ "all that fits, red",	highest,	"\x3A\x02\xFF\xFF\xFF\x39\x0A", 7 },
	{ "nothing, yellow",	lowest,		"\x3A\x01\x00\x00\x00\x3B\x0A", 7 },
	{ "board 255",		last_board,	"\xFF\xFF\xFF\xFD", 4 },
};

static void
writes_what_the_header_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(frames); i++)
		if (frames[i].write() != frames[i].len || memcmp(out, frames[i].bytes, frames[i].len) != 0)
			fail_msg("%s", frames[i].what);
}

static void
refuses_what_is_out_of_range(void **state)
{
	(void)state;
	assert_int_equal(board_sunpn(out, -1, BOARD_GREEN, 1), 0);
	assert_int_equal(board_sunpn(out, 65536, BOARD_GREEN, 1), 0);
	assert_int_equal(board_sunpn(out, 1, BOARD_RED + 1, 1), 0);
	assert_int_equal(board_sunpn(out, 1, BOARD_GREEN, -1), 0);
	assert_int_equal(board_sunpn(out, 1, BOARD_GREEN, 256), 0);
	assert_int_equal(board_sum(out, -1, 1), 0);
	assert_int_equal(board_sum(out, 256, 1), 0);
	assert_int_equal(board_sum(out, 1, -1), 0);
	assert_int_equal(board_sum(out, 1, 65536), 0);
}

static const struct { const char *what; const char *bytes; size_t len; int used; } answers[] = {
	{ "as it is described",			"\x3A\x01\x3B\x0A", 4,			4 },
	{ "as it is shown",			"\x2A\x00\x78\x03\x01\xA6\x0A", 7,	7 },
	{ "as it is shown, with our sum",	"\x2A\x00\x78\x03\x01\xB6\x0A", 7,	7 },
	{ "a wrong sum",			"\x3A\x01\x3C\x0A", 4,			-1 },
	{ "a wrong sum of the other",		"\x2A\x00\x78\x03\x01\xA7\x0A", 7,	-1 },
	{ "no tail",				"\x3A\x01\x3B\x0B", 4,			-1 },
	{ "our own frame",			"\x3A\x00\x78\x03\x01\xB6\x0A", 7,	-1 },
	{ "noise",				"\x00", 1,				-1 },
	{ "nothing",				"", 0,					0 },
};

static void
hears_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		const uint8_t *in = (const uint8_t *)answers[i].bytes;

		if (board_sunpn_parse(in, answers[i].len) != answers[i].used)
			fail_msg("%s", answers[i].what);
		for (size_t len = 0; answers[i].used > 0 && len < answers[i].len; len++)
			if (board_sunpn_parse(in, len) != 0)
				fail_msg("%s, after %zu bytes", answers[i].what, len);
	}
}

static void
survives_any_bytes(void **state)
{
	uint8_t bytes[16];

	(void)state;
	srand(1);
	for (int i = 0; i < 200000; i++) {
		size_t len = rand() % sizeof bytes;
		int used;

		for (size_t k = 0; k < len; k++)
			bytes[k] = rand();
		if (len > 0)
			bytes[0] = rand() % 2 ? 0x3A : 0x2A;
		used = board_sunpn_parse(bytes, len);
		assert_true(used >= -1 && used <= (int)len);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_every_vector),
		cmocka_unit_test(writes_what_the_header_says),
		cmocka_unit_test(refuses_what_is_out_of_range),
		cmocka_unit_test(hears_answers),
		cmocka_unit_test(survives_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
