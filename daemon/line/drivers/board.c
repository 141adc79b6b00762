/* Small boards that show a number: a ticket's digits, and the number that hall.json names when there is none. */
#include <stdlib.h>

#include "daemon/line/drivers/rows.h"
#include "protocols/board.h"

#define INFO	1	/* as in the maker's frame */

static int
value_of(const struct device *d, const struct sign_text *t)
{
	return t->number[0] != '\0' ? atoi(digits_of(t->number)) : d->dark_number;
}

/* It cannot flash: a call is red at first. */
static int
sunpn_show(struct frame *f, const struct device *d, int address, const struct sign_text *t)
{
	(void)address;
	if (t->area != 0)
		return -1;
	return framed(f, board_sunpn(f->bytes, value_of(d, t), t->flash ? BOARD_RED : BOARD_GREEN, INFO), 0, 0);
}

static int
sunpn_clear(struct frame *f, const struct device *d, int address, int area)
{
	return sunpn_show(f, d, address, &(struct sign_text){ .area = area, .number = "" });
}

/* Its answers are described in two ways: they say that it lives, and nothing waits for one. */
static int
sunpn_parse(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	int used = board_sunpn_parse(in, len);

	(void)state;
	*said = (struct said){ .kind = used > 0 ? SAID_ACK : SAID_NOTHING };
	return used;
}

static int
sum_show(struct frame *f, const struct device *d, int address, const struct sign_text *t)
{
	return framed(f, t->area == 0 ? board_sum(f->bytes, address, value_of(d, t)) : 0, 0, 0);
}

static int
sum_clear(struct frame *f, const struct device *d, int address, int area)
{
	return sum_show(f, d, address, &(struct sign_text){ .area = area, .number = "" });
}

const struct driver board_sunpn_driver = {
	.name = "board-sunpn", .kind = DRIVER_SIGN,
	.summary = "Xunpeng (sunpn) number board, one on a line",
	.baud = 9600, .answer_ms = 200, .gap_ms = 20, .address_max = 1,
	.show = sunpn_show, .clear = sunpn_clear,
	.parse = sunpn_parse,
};

const struct driver board_sum_driver = {
	.name = "board-sum", .kind = DRIVER_SIGN,
	.summary = "Number board of four bytes: id, high, low, sum",
	.baud = 9600, .answer_ms = 200, .gap_ms = 20, .address_max = 255,
	.show = sum_show, .clear = sum_clear,
	.parse = mute_parse,
};
