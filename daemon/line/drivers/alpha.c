/*
 * Alpha and BetaBrite signs.  They know no Chinese.
 *
 * A call that flashes is the priority text, which stands above all else at
 * once; what stays is a string file, which changes without a blink, shown by
 * the one text file.  That file and its memory are the sign's greeting.
 */
#include "daemon/line/drivers/rows.h"
#include "protocols/alpha.h"

#define TEXT		'A'	/* the text file, */
#define TEXT_SIZE	32
#define STRING		'B'	/* and the string that it shows */
#define PAUSE		512	/* zeros, half a second of them: the sign sets up its memory */

/* Add a packet that was written at the end of f; 0: it did not fit, and the frame is none. */
static void
add(struct frame *f, bool *fits, size_t packet)
{
	f->length += packet;
	*fits &= packet > 0;
}

static struct alpha_sign
sign_at(int address)
{
	return (struct alpha_sign){ .type = ALPHA_ANY, .address = address, .sum = true };
}

#define END(f)	(f)->bytes + (f)->length, sizeof((f)->bytes) - (f)->length

static int
sign_greet(struct frame *f, int address)
{
	const struct alpha_sign s = sign_at(address);
	bool fits = true;

	f->length = 0;
	add(f, &fits, alpha_memory(END(f), &s, TEXT, TEXT_SIZE, STRING, ALPHA_TEXT));
	memset(f->bytes + f->length, 0, PAUSE);
	f->length += PAUSE;
	add(f, &fits, alpha_shows(END(f), &s, TEXT, ALPHA_FILL, ALPHA_HOLD, STRING));
	return framed(f, fits ? f->length : 0, 0, 0);
}

static int
sign_show(struct frame *f, const struct device *d, int address, const struct sign_text *t)
{
	const struct alpha_sign s = sign_at(address);
	const char *text = t->latin[0] != '\0' ? t->latin : " ";
	bool fits = t->area == 0;

	(void)d;
	f->length = 0;
	if (t->flash)
		add(f, &fits, alpha_text(END(f), &s, ALPHA_PRIORITY, ALPHA_FILL, ALPHA_FLASH, text));
	else {
		add(f, &fits, alpha_string(END(f), &s, STRING, text));
		add(f, &fits, alpha_text(END(f), &s, ALPHA_PRIORITY, ALPHA_FILL, ALPHA_HOLD, ""));
	}
	return framed(f, fits ? f->length : 0, 0, 0);
}

static int
sign_clear(struct frame *f, const struct device *d, int address, int area)
{
	return sign_show(f, d, address, &(struct sign_text){ .area = area, .latin = "" });
}

/* One that was told to answer by somebody else: it lives, which is all that we ask. */
static int
sign_parse(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	struct alpha_answer answer;
	int used = alpha_parse(&answer, in, len);

	(void)state;
	*said = (struct said){ .kind = SAID_NOTHING };
	if (used <= 0)
		return used;
	said->kind = answer.taken ? SAID_ACK : SAID_NACK;
	said->error = answer.error;
	said->why = answer.taken ? NULL : alpha_error_name(answer.error);
	return used;
}

static int
parity(struct frame *f, int framed)
{
	alpha_parity(f->bytes, f->length);
	return framed;
}

static int
sign_greet_7e1(struct frame *f, int address)
{
	return parity(f, sign_greet(f, address));
}

static int
sign_show_7e1(struct frame *f, const struct device *d, int address, const struct sign_text *t)
{
	return parity(f, sign_show(f, d, address, t));
}

static int
sign_clear_7e1(struct frame *f, const struct device *d, int address, int area)
{
	return parity(f, sign_clear(f, d, address, area));
}

const struct driver alpha_driver = {
	.name = "alpha", .kind = DRIVER_SIGN,
	.summary = "Alpha and BetaBrite LED sign, Latin only, 8N1",
	.baud = 9600, .answer_ms = 200, .gap_ms = 100, .address_max = 255,
	.greet = sign_greet, .show = sign_show, .clear = sign_clear,
	.parse = sign_parse,
};

const struct driver alpha_7e1_driver = {
	.name = "alpha-7e1", .kind = DRIVER_SIGN,
	.summary = "Alpha LED sign, Latin only, classic 7E1",
	.baud = 9600, .answer_ms = 200, .gap_ms = 100, .address_max = 255,
	.greet = sign_greet_7e1, .show = sign_show_7e1, .clear = sign_clear_7e1,
	.parse = sign_parse,
};
