/* Keypads and raters whose frames are described in hall.json. */
#include <string.h>

#include "daemon/line/drivers/rows.h"

#define ECHO "echo"

/* The settings were read: the words are good. */
static void
keypad_begin(union driver_state *state, const struct device *d)
{
	state->keypad.device = d;
	keyframe_read(&state->keypad.frame, d->frame);
	if (d->reply[0] != '\0' && strcmp(d->reply, ECHO) != 0)
		keyframe_read(&state->keypad.answer, d->reply);
}

/* The place of a key among those that rate, or -1. */
static int
button_of(const struct device *d, uint8_t key)
{
	for (int i = 0; i < d->rate_count; i++)
		if (d->rates[i] == key)
			return i;
	return -1;
}

/* Is it a key at all?  Where frames are short, all that is not is noise. */
static bool
has_key(const struct device *d, uint8_t key)
{
	for (int i = 0; i < d->key_count; i++)
		if (d->keys[i].key == key)
			return true;
	for (int i = 0; i < d->button_count; i++)
		if (d->buttons[i].key.key == key)
			return true;
	return false;
}

static int
keypad_parse(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	const struct device *d = state->keypad.device;
	struct keyframe_press press;
	int used = keyframe_parse(&state->keypad.frame, &press, in, len);

	*said = (struct said){ .kind = SAID_NOTHING };
	if (used <= 0)
		return used;
	said->address = press.address;
	if ((said->button = button_of(d, press.key)) != -1)
		said->kind = SAID_RATING;
	else if (has_key(d, press.key))
		said->kind = SAID_KEY;
	else
		return used;
	said->press.key = press.key;
	said->press.digit_count = press.digit_count;
	memcpy(said->press.digits, press.digits, press.digit_count);
	if (strcmp(d->reply, ECHO) == 0)
		memcpy(said->reply, press.raw, said->reply_length = press.length);
	else if (d->reply[0] != '\0')
		said->reply_length = keyframe_write(said->reply, &state->keypad.answer, &press);
	return used;
}

const struct driver keypad_driver = {
	.name = "keypad", .kind = DRIVER_KEYPAD,
	.summary = "Keypads and raters of any make, frames as \"frame\" describes them",
	.baud = 9600, .answer_ms = 200, .gap_ms = 4, .framed = true,
	.begin = keypad_begin, .parse = keypad_parse,
};
