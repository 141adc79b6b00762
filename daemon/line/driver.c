/* The table of drivers. */
#include <stdio.h>
#include <string.h>

#include "daemon/base/log.h"
#include "daemon/line/drivers/rows.h"

const struct driver *const drivers[] = {
	&escpos_driver,
	&syn6288_driver,
	&syn6658_driver,
	&xfs5152_driver,
	&dfplayer_driver,
	&dy_driver,
	&kt142c_driver,
	&kt158a_driver,
	&bx_driver,
	&bx6k_driver,
	&alpha_driver,
	&alpha_7e1_driver,
	&modbus_driver,
	&board_sunpn_driver,
	&board_sum_driver,
	&console_driver,
	&ff68_driver,
	&keypad_driver,
	&scanner_driver,
	&gm65_driver,
	&idcard_driver,
	NULL
};

const struct driver *
driver_find(const char *name)
{
	for (const struct driver *const *d = drivers; *d != NULL; d++)
		if (strcmp((*d)->name, name) == 0)
			return *d;
	return NULL;
}

const struct driver_name *
driver_names(void)
{
	static struct driver_name names[sizeof(drivers) / sizeof(drivers[0])];

	for (int i = 0; drivers[i] != NULL; i++)
		names[i] = (struct driver_name){ .name = drivers[i]->name, .kind = driver_kind_name(drivers[i]->kind),
		    .clip_wrong = drivers[i]->clip_wrong, .framed = drivers[i]->framed };
	return names;
}

int
driver_check(const struct layout *l, char *error, size_t cap)
{
	for (int i = 0; i < l->window_count; i++) {
		const struct seat *s = &l->window[i].sign;
		const struct driver *d = s->device == -1 ? NULL : driver_find(l->device[s->device].driver);
		bool address = d != NULL && s->address > d->address_max;

		if (!address && (d == NULL || s->area <= d->area_max))
			continue;
		snprintf(error, cap, "/windows/%d/sign/%s: %d is over %d, the highest of driver %s", i,
		    address ? "address" : "area", address ? s->address : s->area,
		    address ? d->address_max : d->area_max, d->name);
		return -1;
	}
	return 0;
}

void
driver_advise(const struct layout *l)
{
	for (const struct device *a = l->device; a < l->device + l->device_count; a++)
		for (const struct device *b = l->device; b < l->device + l->device_count; b++)
			if (driver_find(a->driver)->headless && driver_find(b->driver)->kind == DRIVER_KEYPAD &&
			    strcmp(a->port, b->port) == 0)
				log_line("devices %s, %s: keys are pressed into the answers of %s; better lines of their own",
				    a->id, b->id, a->driver);
}

bool
driver_addressed(enum driver_kind kind)
{
	return kind == DRIVER_SIGN || kind == DRIVER_KEYPAD;
}

const char *
driver_kind_name(enum driver_kind kind)
{
	static const char *const names[] = {
		[DRIVER_PRINTER] = "printer", [DRIVER_VOICE] = "voice", [DRIVER_SIGN] = "sign", [DRIVER_KEYPAD] = "keypad",
		[DRIVER_SCANNER] = "scanner", [DRIVER_READER] = "reader"
	};

	return names[kind];
}
