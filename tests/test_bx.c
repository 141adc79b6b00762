/*
 * Onbon BX font cards: frames both ways, escapes, and damage on the line.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "protocols/bx.h"
#include "tests/vectors.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static uint8_t out[BX_FRAME];

static const struct bx_area example = {
	.width = 0x18, .height = 32, .process = 0x2D, .run = BX_LOOP, .timeout_s = 2,
	.several_lines = true, .wrap = true, .show = BX_FROM_RIGHT, .speed = 4, .stay = 5,
	.text = "012345QRSTTV'B",
};
static const struct bx_area ticket_5k = {
	.width = 8, .height = 16, .run = BX_LOOP, .timeout_s = 5, .several_lines = true, .wrap = false,
	.show = BX_QUICK, .stay = 8, .text = "A001 3",
};

static size_t ping(void) { return bx_ping(out, sizeof(out), 1); }
static size_t on(void) { return bx_power(out, sizeof(out), 1, true); }
static size_t on_any(void) { return bx_power(out, sizeof(out), BX_ANY, true); }
static size_t show_example(void) { return bx_show(out, sizeof(out), 1, &example); }
static size_t show_5k(void) { return bx_show(out, sizeof(out), 1, &ticket_5k); }
static size_t delete_0(void) { return bx_delete(out, sizeof(out), 1, 0); }

static size_t
show_5k_zh(void)
{
	struct bx_area a = ticket_5k;

	a.text = "请A023号到5号窗口";
	return bx_show(out, sizeof(out), 1, &a);
}

static size_t
show_6k_zh(void)
{
	struct bx_area a = ticket_5k;

	a.id = 1;
	a.x = 16;
	a.y = 8;
	a.width = 48;
	a.text = "请A023号到5号窗口";
	return bx_show(out, sizeof(out), 3, &a);
}

static const struct {
	const char	*name;
	size_t		(*write)(void);		/* NULL: the card says it */
	bool		 taken;
	int		 error;
} rows[] = {
	{ .name = "ping",		.write = ping },
	{ .name = "power-on",		.write = on },
	{ .name = "power-on-FFFE",	.write = on_any },
	{ .name = "dyn-doc-example",	.write = show_example },
	{ .name = "dyn-5k-A001",	.write = show_5k },
	{ .name = "dyn-5k-zh",		.write = show_5k_zh },
	{ .name = "dyn-6k-zh",		.write = show_6k_zh },
	{ .name = "del-area-0-escape",	.write = delete_0 },
	{ .name = "ack",		.taken = true, .error = 0 },
	{ .name = "nack-crc",		.taken = false, .error = 5 },
};

static struct vector
vector(const char *name)
{
	struct vector v[32];
	const struct vector *found = vector_find(v, vectors_load(v, COUNT(v), "bx-k"), name);

	if (found == NULL)
		fail_msg("no vector %s", name);
	return *found;
}

static void
agrees_with_every_vector(void **state)
{
	struct vector all[32];

	(void)state;
	assert_int_equal(vectors_load(all, COUNT(all), "bx-k"), COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vector v = vector(rows[i].name);
		struct bx_frame f;
		struct bx_answer a;

		if (rows[i].write != NULL) {
			if (rows[i].write() != v.len || memcmp(out, v.bytes, v.len) != 0)
				fail_msg("%s", rows[i].name);
		} else if (bx_parse(&f, v.bytes, v.len) != (int)v.len || bx_answer(&a, &f, 1) != 0 ||
		    f.destination != BX_HOST || f.source != 1 || f.length != 5 ||
		    a.taken != rows[i].taken || a.error != rows[i].error)
			fail_msg("%s", rows[i].name);
	}
}

/* Undo the escapes of a frame without the codec's help. */
static size_t
plain_body(uint8_t *body, const uint8_t *in, size_t len)
{
	size_t n = 0;

	for (size_t i = 8; i < len - 1; i++) {
		if (in[i] == 0xA6 && in[i + 1] == 2)
			body[n++] = 0xA5, i++;
		else if (in[i] == 0xA6 && in[i + 1] == 1)
			body[n++] = 0xA6, i++;
		else if (in[i] == 0x5B && in[i + 1] == 2)
			body[n++] = 0x5A, i++;
		else if (in[i] == 0x5B && in[i + 1] == 1)
			body[n++] = 0x5B, i++;
		else
			body[n++] = in[i];
	}
	return n;
}

static void
escapes_every_byte_once(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		const uint8_t data[] = { byte, 0xA5, byte, 0xA6, byte, 0x5A, byte, 0x5B, byte, 0x02, byte, 0x01 };
		uint8_t body[64];
		struct bx_frame f;
		size_t n = bx_pack(out, sizeof(out), 0x5A5B, data, sizeof(data));

		assert_memory_equal(out, "\xA5\xA5\xA5\xA5\xA5\xA5\xA5\xA5", 8);
		assert_int_equal(out[n - 1], 0x5A);
		for (size_t i = 8; i < n - 1; i++)
			if (out[i] == 0xA5 || out[i] == 0x5A)
				fail_msg("byte %02X: %02X stands bare", byte, out[i]);
		assert_int_equal(plain_body(body, out, n), 14 + sizeof(data) + 2);
		assert_memory_equal(body, "\x5B\x5A\x00\x80\x00\x00\x00\x00\x00\x00\xFE\x02\x0C\x00", 14);
		assert_memory_equal(body + 14, data, sizeof(data));
		assert_int_equal(bx_parse(&f, out, n), n);
		assert_int_equal(f.destination, 0x5A5B);
		assert_int_equal(f.length, sizeof(data));
		assert_memory_equal(f.data, data, sizeof(data));
	}
}

static void
the_longest_frame_fits(void **state)
{
	uint8_t data[BX_DATA];
	struct bx_frame f;
	size_t n;

	(void)state;
	memset(data, 0xA5, sizeof(data));
	n = bx_pack(out, sizeof(out), 0xA5A5, data, sizeof(data));
	assert_in_range(n, 2 * BX_DATA, sizeof(out));
	assert_int_equal(bx_parse(&f, out, n), n);
	assert_memory_equal(f.data, data, sizeof(data));
	for (size_t cap = 0; cap < n; cap += 7)
		assert_int_equal(bx_pack(out, cap, 0xA5A5, data, sizeof(data)), 0);
}

static void
a_broadcast_wants_no_answer(void **state)
{
	static const struct { unsigned address; uint8_t reply; } flags[] = {
		{ 1, 1 }, { BX_HOST, 1 }, { BX_ANY, 1 }, { BX_ALL, 2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(flags); i++) {
		uint8_t body[64];

		plain_body(body, out, bx_ping(out, sizeof(out), flags[i].address));
		assert_int_equal(body[16], flags[i].reply);
	}
}

/* The fields that no vector moves, at their offsets in the area. */
static void
puts_each_field_in_its_place(void **state)
{
	const struct bx_area a = {
		.id = 254, .x = 0x0102, .y = 0x0304, .width = 0x0506, .height = 0x0708, .process = 1,
		.run = BX_BLANK, .timeout_s = 0x1234, .align = BX_CENTRE | BX_MIDDLE, .spacing = 9,
		.several_lines = false, .wrap = true, .show = BX_STATIC, .speed = 24, .stay = 255, .text = "\\C1A",
	};
	static const uint8_t want[] = {
		0xA3, 0x06, 1, 1, 0, 0, 1, 31, 0,
		0, 0x02, 0x01, 0x04, 0x03, 0x06, 0x05, 0x08, 0x07, 254, 9, 2, 0x34, 0x12, 0, 0, 0x0A, 1, 2, 1, 0, 24, 255,
		4, 0, 0, 0, '\\', 'C', '1', 'A',
	};
	uint8_t body[128];
	size_t n = plain_body(body, out, bx_show(out, sizeof(out), 7, &a));

	(void)state;
	assert_int_equal(n, 14 + sizeof(want) + 2);
	assert_memory_equal(body + 14, want, sizeof(want));
	n = plain_body(body, out, bx_power(out, sizeof(out), 7, false));
	assert_memory_equal(body + 14, "\xA3\x00\x01\x00\x00\x02", 6);
	n = plain_body(body, out, bx_delete(out, sizeof(out), 7, BX_EVERY_AREA));
	assert_memory_equal(body + 14, "\xA3\x06\x01\x00\x00\xFF\x00", 7);
	assert_int_equal(n, 14 + 7 + 2);
}

static char long_text[BX_TEXT + 2], wide_text[BX_TEXT + 4];

static const struct { const char *what; struct bx_area a; } bad_areas[] = {
	{ "id too high",	{ .id = 255, .width = 1, .height = 1, .show = BX_STATIC, .text = "" } },
	{ "id below 0",		{ .id = -1, .width = 1, .height = 1, .show = BX_STATIC, .text = "" } },
	{ "x below 0",		{ .x = -1, .width = 1, .height = 1, .show = BX_STATIC, .text = "" } },
	{ "y too high",		{ .y = 65536, .width = 1, .height = 1, .show = BX_STATIC, .text = "" } },
	{ "no width",		{ .height = 1, .show = BX_STATIC, .text = "" } },
	{ "no height",		{ .width = 1, .show = BX_STATIC, .text = "" } },
	{ "run mode",		{ .width = 1, .height = 1, .run = 6, .show = BX_STATIC, .text = "" } },
	{ "time-out",		{ .width = 1, .height = 1, .timeout_s = 65536, .show = BX_STATIC, .text = "" } },
	{ "alignment across",	{ .width = 1, .height = 1, .align = 3, .show = BX_STATIC, .text = "" } },
	{ "alignment down",	{ .width = 1, .height = 1, .align = 12, .show = BX_STATIC, .text = "" } },
	{ "spacing",		{ .width = 1, .height = 1, .spacing = 256, .show = BX_STATIC, .text = "" } },
	{ "no display mode",	{ .width = 1, .height = 1, .text = "" } },
	{ "display mode",	{ .width = 1, .height = 1, .show = 7, .text = "" } },
	{ "speed",		{ .width = 1, .height = 1, .show = BX_STATIC, .speed = 25, .text = "" } },
	{ "stay",		{ .width = 1, .height = 1, .show = BX_STATIC, .stay = 256, .text = "" } },
	{ "text too long",	{ .width = 1, .height = 1, .show = BX_STATIC, .text = long_text } },
	{ "by two bytes",	{ .width = 1, .height = 1, .show = BX_STATIC, .text = wide_text } },
};

static void
refuses_what_is_out_of_range(void **state)
{
	struct bx_area longest = { .width = 1, .height = 1, .show = BX_STATIC, .text = long_text + 1 };

	(void)state;
	memset(long_text, 'x', BX_TEXT + 1);
	memset(wide_text, 'x', BX_TEXT);
	strcat(wide_text, "号");
	for (size_t i = 0; i < COUNT(bad_areas); i++)
		if (bx_show(out, sizeof(out), 1, &bad_areas[i].a) != 0)
			fail_msg("%s", bad_areas[i].what);
	assert_int_not_equal(bx_show(out, sizeof(out), 1, &longest), 0);
	assert_int_equal(bx_ping(out, sizeof(out), 0), 0);
	assert_int_equal(bx_ping(out, sizeof(out), 0x10000), 0);
	assert_int_equal(bx_delete(out, sizeof(out), 1, 255), 0);
	assert_int_equal(bx_delete(out, sizeof(out), 1, -2), 0);
	assert_int_equal(bx_pack(out, sizeof(out), 1, out, 0), 0);
	assert_int_equal(bx_pack(out, sizeof(out), 1, out, BX_DATA + 1), 0);
}

static const struct { const char *what; size_t cap; const char *text, *plain; } plains[] = {
	{ "nothing to do",		64, "请A023号",		"请A023号" },
	{ "a colour becomes text",	64, "a\\C1b\\n",	"a＼C1b＼n" },
	{ "only backslashes",		64, "\\\\",		"＼＼" },
	{ "a backslash does not fit",	4, "a\\",		"a" },
	{ "it does",			5, "a\\",		"a＼" },
	{ "half a character",		3, "a请",		"a" },
};

static void
data_cannot_be_an_escape_of_the_card(void **state)
{
	char plain[64];

	(void)state;
	for (size_t i = 0; i < COUNT(plains); i++) {
		memset(plain, 'x', sizeof(plain));
		if (bx_plain(plain, plains[i].cap, plains[i].text) != strlen(plains[i].plain) ||
		    strcmp(plain, plains[i].plain) != 0)
			fail_msg("%s", plains[i].what);
	}
	assert_int_equal(bx_plain(NULL, 0, "a"), 0);
}

static void
waits_for_the_rest(void **state)
{
	struct vector v = vector("del-area-0-escape");
	struct bx_frame f;

	(void)state;
	for (size_t len = 0; len < v.len; len++)
		if (bx_parse(&f, v.bytes, len) != 0)
			fail_msg("after %zu bytes", len);
	assert_int_equal(bx_parse(&f, v.bytes, v.len), v.len);
}

/* Read like a port does: a byte is skipped where no frame starts.  Returns the frames found. */
static int
listen(struct bx_frame *last, const uint8_t *in, size_t len)
{
	int frames = 0, n;

	while (len > 0 && (n = bx_parse(last, in, len)) != 0) {
		frames += n > 0;
		in += n > 0 ? n : 1;
		len -= n > 0 ? n : 1;
	}
	return frames;
}

static void
finds_frames_between_noise(void **state)
{
	static const struct { const char *what, *noise; size_t len; } before[] = {
		{ "nothing",			"", 0 },
		{ "idle noise",			"\x00\xFF\x00\x5A", 4 },
		{ "more A5 than a head has",	"\xA5\xA5\xA5\xA5\xA5\xA5\xA5\xA5\xA5\xA5", 10 },
		{ "a frame without its end",	"\xA5\xA5\xA5\xA5\xA5\xA5\xA5\xA5\x00\x80\x01\x00\x00", 13 },
		{ "a head and a tail",		"\xA5\xA5\xA5\xA5\x5A", 5 },
		{ "an unknown escape",		"\xA5\xA5\xA6\x03\x5A", 5 },
		{ "half an escape",		"\xA5\xA5\x00\x5B", 4 },
	};
	struct vector v = vector("nack-crc");

	(void)state;
	for (size_t i = 0; i < COUNT(before); i++) {
		uint8_t line[256];
		struct bx_frame f;
		struct bx_answer a;
		size_t n = before[i].len;

		memcpy(line, before[i].noise, n);
		memcpy(line + n, v.bytes, v.len);
		memcpy(line + n + v.len, v.bytes, v.len);	/* glued */
		if (listen(&f, line, n + 2 * v.len) != 2 || bx_answer(&a, &f, 1) != 0 || a.error != 5)
			fail_msg("%s", before[i].what);
	}
}

static void
one_A5_is_head_enough(void **state)
{
	struct vector v = vector("ack");
	struct bx_frame f;

	(void)state;
	for (size_t skip = 0; skip < 8; skip++)
		assert_int_equal(bx_parse(&f, v.bytes + skip, v.len - skip), v.len - skip);
	assert_int_equal(bx_parse(&f, v.bytes + 8, v.len - 8), -1);
}

static void
refuses_every_single_damage(void **state)
{
	struct vector v = vector("ack");
	struct bx_frame f;

	(void)state;
	for (size_t i = 8; i < v.len - 1; i++)
		for (int bit = 0; bit < 8; bit++) {
			v.bytes[i] ^= 1 << bit;
			if (bx_parse(&f, v.bytes, v.len) > 0)
				fail_msg("bit %d of byte %zu", bit, i);
			v.bytes[i] ^= 1 << bit;
		}
}

static const struct { const char *what, *bytes; size_t len; } refused[] = {
	{ "no head",				"\x01\x00", 2 },
	{ "a ninth A5",				"\xA5\xA5\xA5\xA5\xA5\xA5\xA5\xA5\xA5", 9 },
	{ "the next head, before it is whole",	"\xA5\x00\x80\xA5", 4 },
	{ "an unknown escape",			"\xA5\x00\xA6\x03", 4 },
	{ "shorter than a header",		"\xA5\x00\x00\x5A", 4 },
	{ "length 6 of 5 bytes, CRC right",
	  "\xA5\x00\x80\x01\x00\x00\x00\x00\x00\x00\x00\xFE\x02\x06\x00\xA0\x00\x00\x00\x00\x57\xDC\x5A", 23 },
};

static void
refuses_what_is_no_frame(void **state)
{
	struct bx_frame f;

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++)
		if (bx_parse(&f, (const uint8_t *)refused[i].bytes, refused[i].len) != -1)
			fail_msg("%s", refused[i].what);
}

static void
a_frame_without_end_is_given_up(void **state)
{
	static uint8_t line[2 * BX_FRAME] = { 0xA5 };
	struct bx_frame f;

	(void)state;
	assert_int_equal(bx_parse(&f, line, sizeof(line)), -1);
	assert_int_equal(bx_parse(&f, line, 14 + BX_DATA + 2), 0);
}

static const struct {
	const char *what;
	unsigned destination, source;
	const char *data;
	size_t length;
	unsigned asked;
	int result;
} heard[] = {
	{ "the card asked",		BX_HOST, 3, "\xA0\x00\x00\x00\x00", 5, 3, 0 },
	{ "another card",		BX_HOST, 4, "\xA0\x00\x00\x00\x00", 5, 3, -1 },
	{ "any card may answer FFFE",	BX_HOST, 4, "\xA0\x00\x00\x00\x00", 5, BX_ANY, 0 },
	{ "any card may answer 8000",	BX_HOST, 4, "\xA0\x00\x00\x00\x00", 5, BX_HOST, 0 },
	{ "to another host",		0x8001, 3, "\xA0\x00\x00\x00\x00", 5, 3, -1 },
	{ "our own frame, echoed",	3, BX_HOST, "\xA2\x00\x01\x00\x00", 5, 3, -1 },
	{ "our own frame to 8000",	BX_HOST, BX_HOST, "\xA2\x00\x01\x00\x00", 5, BX_HOST, -1 },
	{ "neither ACK nor NACK",	BX_HOST, 3, "\xA0\x02\x00\x00\x00", 5, 3, -1 },
	{ "too short",			BX_HOST, 3, "\xA0\x00", 2, 3, -1 },
};

static void
takes_answers_of_the_card_that_was_asked(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(heard); i++) {
		struct bx_frame f = { .destination = heard[i].destination, .source = heard[i].source, .length = heard[i].length };
		struct bx_answer a;

		memcpy(f.data, heard[i].data, f.length);
		if (bx_answer(&a, &f, heard[i].asked) != heard[i].result)
			fail_msg("%s", heard[i].what);
	}
}

static void
names_errors(void **state)
{
	(void)state;
	assert_string_equal(bx_error_name(0), "no error");
	assert_string_equal(bx_error_name(5), "CRC error");
	assert_string_equal(bx_error_name(12), "no such font");
	assert_string_equal(bx_error_name(16), "bad block number");
	assert_string_equal(bx_error_name(17), "unknown error");
	assert_string_equal(bx_error_name(-1), "unknown error");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_every_vector),
		cmocka_unit_test(escapes_every_byte_once),
		cmocka_unit_test(the_longest_frame_fits),
		cmocka_unit_test(a_broadcast_wants_no_answer),
		cmocka_unit_test(puts_each_field_in_its_place),
		cmocka_unit_test(refuses_what_is_out_of_range),
		cmocka_unit_test(data_cannot_be_an_escape_of_the_card),
		cmocka_unit_test(waits_for_the_rest),
		cmocka_unit_test(finds_frames_between_noise),
		cmocka_unit_test(one_A5_is_head_enough),
		cmocka_unit_test(refuses_every_single_damage),
		cmocka_unit_test(refuses_what_is_no_frame),
		cmocka_unit_test(a_frame_without_end_is_given_up),
		cmocka_unit_test(takes_answers_of_the_card_that_was_asked),
		cmocka_unit_test(names_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
