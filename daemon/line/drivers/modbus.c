/*
 * Number displays with Modbus RTU, as their registers in hall.json say.
 *
 * A ticket's number is shown whole where the display takes text and is wide
 * enough, else its digits; dark is blanks, or the number that hall.json names.
 */
#include <stdlib.h>

#include "daemon/line/drivers/rows.h"

/* Any answer will do, also that there is no such register. */
static int
sign_probe(struct frame *f, int address)
{
	return framed(f, address > 0 ? modbus_read(f->bytes, address, MODBUS_HOLDING, 0, 1) : 0, SAID(SAID_ACK), 0);
}

static int
show_text(struct frame *f, const struct device *d, int address, const char *number)
{
	const char *text = (int)strlen(number) <= d->digits ? number : digits_of(number);

	return framed(f, modbus_text(f->bytes, address, d->text_register, text, d->digits), SAID(SAID_ACK), 0);
}

static int
show_number(struct frame *f, const struct device *d, int address, const char *number)
{
	int value = number[0] != '\0' ? atoi(digits_of(number)) : d->dark_number;
	int fits = framed(f, modbus_write(f->bytes, address, d->number_register, value), SAID(SAID_ACK), 0);

	f->alike = true;
	return fits;
}

static int
sign_show(struct frame *f, const struct device *d, int address, const struct sign_text *t)
{
	if (t->area != 0 || address == 0)
		return -1;
	return (d->text_register != -1 ? show_text : show_number)(f, d, address, t->number);
}

static int
sign_clear(struct frame *f, const struct device *d, int address, int area)
{
	return sign_show(f, d, address, &(struct sign_text){ .area = area, .number = "" });
}

static int
sign_parse(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	struct modbus_answer answer;
	int used = modbus_parse(&answer, &state->modbus, in, len);

	*said = (struct said){ .kind = SAID_NOTHING };
	if (used <= 0)
		return used;
	said->kind = answer.exception == 0 ? SAID_ACK : SAID_NACK;
	said->address = state->modbus.address;
	said->error = answer.exception;
	said->why = modbus_exception_name(answer.exception);
	said->again = answer.exception == MODBUS_BUSY;
	return used;
}

static void
sign_asked(union driver_state *state, const uint8_t *frame, size_t len)
{
	modbus_ask(&state->modbus, frame, len);
}

const struct driver modbus_driver = {
	.name = "modbus", .kind = DRIVER_SIGN,
	.summary = "Number display with Modbus RTU, such as LED-485",
	.baud = 9600, .answer_ms = 200, .gap_ms = 5, .address_max = 247,
	.probe = sign_probe, .show = sign_show, .clear = sign_clear,
	.parse = sign_parse, .asked = sign_asked, .headless = true,
};
