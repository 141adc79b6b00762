/* Keypads and raters, FF 68. */
#include <string.h>

#include "daemon/line/drivers/rows.h"
#include "protocols/ff68.h"

static const struct key_binding keypad_keys[] = {
	{ .key = FF68_NEXT,	.command = "next" },
	{ .key = FF68_RECALL,	.command = "recall" },
	{ .key = FF68_RATE,	.command = "finish" },
	{ .key = FF68_PAUSE,	.command = "pause" },
	{ .key = FF68_LINE,	.command = "start" },
	{ .key = FF68_CANCEL,	.command = "undo" },
	{ .digits = { KEY_ANY_DIGIT }, .digit_count = 1, .key = FF68_TRANSFER, .command = "transfer" },
	{ .digits = { 6 }, .digit_count = 1, .key = FF68_OK, .command = "pass" },
	{ .digits = { 0 }, .digit_count = 1, .key = FF68_OK, .command = "hold" },
	{ .digits = { 3 }, .digit_count = 1, .key = FF68_OK, .command = "unhold" },
	{ .digits = { 2 }, .digit_count = 1, .key = FF68_OK, .command = "serve" },
	{ .digits = { 9 }, .digit_count = 1, .key = FF68_PAUSE, .command = "close" },
};

static bool
keypad_address(int address)
{
	return address >= 0 && address <= 255;
}

static int
keypad_display(struct frame *f, int address, int waiting, const char *number)
{
	return framed(f, keypad_address(address) ? ff68_show(f->bytes, address, waiting, number) : 0, 0, 0);
}

static int
keypad_beep(struct frame *f, int address)
{
	return framed(f, keypad_address(address) ? ff68_beep(f->bytes, address) : 0, 0, 0);
}

static int
keypad_rate(struct frame *f, int address)
{
	return framed(f, keypad_address(address) ? ff68_start_rating(f->bytes, address) : 0, 0, 0);
}

static int
keypad_stars(struct frame *f, int address, int stars)
{
	return framed(f, keypad_address(address) ? ff68_stars(f->bytes, address, stars) : 0, 0, 0);
}

static int
keypad_parse(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	struct ff68_frame frame;
	struct ff68_press press;
	int used = ff68_parse(&frame, in, len);

	(void)state;
	*said = (struct said){ .kind = SAID_NOTHING };
	if (used <= 0)
		return used;
	said->address = frame.address;
	if (ff68_rating(&frame) != -1) {
		said->kind = SAID_RATING;
		said->button = ff68_rating(&frame);
	} else if (ff68_press(&press, &frame) == 0) {
		said->kind = SAID_KEY;
		said->press.key = press.key;
		said->press.digit_count = press.digit_count;
		memcpy(said->press.digits, press.digits, press.digit_count);
	} else
		return used;
	said->reply_length = ff68_answer(said->reply, &frame);
	return used;
}

const struct driver ff68_driver = {
	.name = "ff68", .kind = DRIVER_KEYPAD,
	.summary = "Caller keypads and four-key raters, FF 68 frames, many on a line",
	.baud = 9600, .answer_ms = 200, .gap_ms = 4,
	.keys = keypad_keys, .key_count = sizeof(keypad_keys) / sizeof(keypad_keys[0]),
	.display = keypad_display, .beep = keypad_beep, .rate = keypad_rate, .stars = keypad_stars,
	.parse = keypad_parse,
};
