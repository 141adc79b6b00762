/*
 * What the files that read hall.json share: the place that is read, what is said of
 * it, and values.  settings.c goes by the table, settings_values.c reads a value of each kind,
 * settings_devices.c those that depend on a device's driver.
 */
#ifndef SETTINGS_READING_H
#define SETTINGS_READING_H

#include <jansson.h>

#include "daemon/settings/settings_rows.h"

#define KNOWN_MAX	256	/* names that a misspelt one is compared with */
#define SAID_MAX	 40	/* bytes of a wrong value that are repeated in its error */

struct reading {
	struct layout			*layout;
	const struct driver_name	*drivers;
	const struct driver_name	*driver;	/* of the device at hand */
	char				 at[256];	/* JSON Pointer of the value at hand */
	struct fault			 fault;
};

/* Say what is wrong with the value at hand.  Always -1. */
#define fail(r, ...) fault_say(&(r)->fault, (r)->at, __VA_ARGS__)

/* Go to a member; what is returned to reading_leave() leads back. */
size_t	reading_enter(struct reading *, const char *name);
size_t	reading_enter_place(struct reading *, size_t place);
void	reading_leave(struct reading *, size_t back);

struct known_names {
	const char	*name[KNOWN_MAX];
	int		 count;
};
void	know_name(struct known_names *, const char *name);

/* Say the problem with a word, and which known name was meant or what names there are.  Always -1. */
int	reading_unknown(struct reading *, const char *problem, const char *word, const struct known_names *);
int	reading_unknown_word(struct reading *, const char *noun, const char *word, const struct known_names *);

/* All that follow: 0, or -1 and a fault. */

/* A value of any kind but objects and lists, into its row. */
int	reading_value(struct reading *, const struct setting *, json_t *value, void *row);

/* Copy a string that fits and has no control characters. */
int	reading_chars(struct reading *, json_t *value, char *out, size_t size);
int	reading_integer(struct reading *, json_t *value, int least, int most, int *out);

/* The place of a value in names. */
int	reading_choice(struct reading *, json_t *value, const char *const *names, int *out);

int	reading_driver(struct reading *, const struct setting *, json_t *value, char *out);
int	reading_keys(struct reading *, json_t *value, struct device *);
int	reading_key(struct reading *, json_t *value, struct key_binding *);
int	reading_frame(struct reading *, const struct setting *, json_t *value, char *out);
int	reading_rates(struct reading *, json_t *value, struct device *);
int	reading_clips(struct reading *, json_t *value, struct clip *);

/* The kind of a driver; NULL if there is none of this name. */
const char *reading_driver_kind(const struct reading *, const char *name);

bool	setting_matches(const char *value, const char *pattern);

#endif
