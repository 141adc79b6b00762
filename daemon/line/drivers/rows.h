/*
 * The rows of drivers[] (driver.h), each in the file of its family, and what
 * these files share.
 */
#ifndef ROWS_H
#define ROWS_H

#include <string.h>

#include "daemon/line/driver.h"

extern const struct driver escpos_driver, bx_driver, bx6k_driver, ff68_driver;
extern const struct driver keypad_driver, scanner_driver, gm65_driver, idcard_driver;
extern const struct driver syn6288_driver, syn6658_driver, xfs5152_driver;
extern const struct driver dfplayer_driver, dy_driver, kt142c_driver, kt158a_driver;
extern const struct driver alpha_driver, alpha_7e1_driver, modbus_driver, board_sunpn_driver, board_sum_driver, console_driver;

/* Complete a frame whose bytes are written.  A length of 0: what is wanted does not fit; -1. */
static inline int
framed(struct frame *f, size_t length, unsigned answers, int work_ms)
{
	f->length = length;
	f->answers = answers;
	f->work_ms = work_ms;
	f->speech_ms = 0;
	f->more = false;
	f->alike = false;
	return length > 0 ? 0 : -1;
}

/* A parser for devices that say nothing: all that is heard is noise. */
static inline int
mute_parse(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	(void)state, (void)in;
	*said = (struct said){ .kind = SAID_NOTHING };
	return len > 0 ? -1 : 0;
}

/* The digits of a ticket's number: "037" of "A037". */
static inline const char *
digits_of(const char *number)
{
	return number + strcspn(number, "0123456789");
}

#endif
