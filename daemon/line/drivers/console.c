/* Plain text, for a terminal and for tests: a line each time a sign is told what it shows. */
#include <stdio.h>

#include "daemon/line/drivers/rows.h"

/* "3: A001 请到3号窗口", with the area behind a point where it is not 0; a call rings the bell. */
static int
console_show(struct frame *f, const struct device *d, int address, const struct sign_text *t)
{
	char area[16] = "";
	int n;

	(void)d;
	if (t->area != 0)
		snprintf(area, sizeof(area), ".%d", t->area);
	n = snprintf((char *)f->bytes, sizeof(f->bytes), "%d%s: %s%s\r\n", address, area, t->text, t->flash ? "\a" : "");
	for (char *c = (char *)f->bytes; c < (char *)f->bytes + n - 2; c++)
		if (*c == '\n')
			*c = ' ';
	return framed(f, n < (int)sizeof(f->bytes) ? n : 0, 0, 0);
}

static int
console_clear(struct frame *f, const struct device *d, int address, int area)
{
	return console_show(f, d, address, &(struct sign_text){ .area = area, .text = "" });
}

const struct driver console_driver = {
	.name = "console", .kind = DRIVER_SIGN,
	.summary = "Plain text, a line each time, for a terminal and for tests",
	.baud = 9600, .answer_ms = 200, .gap_ms = 0, .address_max = 65535, .area_max = 255,
	.show = console_show, .clear = console_clear,
	.parse = mute_parse,
};
