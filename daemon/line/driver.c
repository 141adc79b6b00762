/* The table of drivers. */
#include <string.h>

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
	&ff68_driver,
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
		names[i] = (struct driver_name){ drivers[i]->name, driver_kind_name(drivers[i]->kind), drivers[i]->clip_wrong };
	return names;
}

const char *
driver_kind_name(enum driver_kind kind)
{
	static const char *const names[] = {
		[DRIVER_PRINTER] = "printer", [DRIVER_VOICE] = "voice", [DRIVER_SIGN] = "sign", [DRIVER_KEYPAD] = "keypad"
	};

	return names[kind];
}
