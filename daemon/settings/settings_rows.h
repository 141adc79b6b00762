/*
 * A row of the table of settings, and what the files around it share:
 * settings_rows.c has the table, settings.c reads by it, settings_check.c
 * looks at what no row can see alone, settings_schema.c describes it.
 */
#ifndef SETTINGS_ROWS_H
#define SETTINGS_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/settings/settings.h"
#include "daemon/core/command.h"

enum setting_kind {
	OBJECT,		/* its settings are the rows below its path */
	LIST,		/* of objects: the settings of one are below its path and a star */
	TEXT,		/* {"zh", "en"} -> struct text; zh must be there */
	STRING,		/* -> char[] */
	REFERENCE,	/* the id of a row of a list -> int, its place */
	DRIVER,		/* a name of the caller's list -> char[] */
	INTEGER,	/* -> int */
	RATE,		/* a number -> int, thousandths */
	FLAG,		/* true or false -> bool */
	CHOICE,		/* one of names[] -> int, its place there */
	TIME_OF_DAY,	/* "HH:MM" -> int, minutes after midnight */
	DATE,		/* "YYYY-MM-DD" -> int, 20261124 */
	PAPER_WIDTH,	/* 58 or 80 -> int */
	LANGUAGE_LIST,	/* ["zh", "en"] -> bool[LANGUAGES] */
	ADDRESS_LIST,	/* IP addresses -> layout.proxies */
	NAME_SET,	/* some of names[] -> uint64_t, a bit by place there */
	LEVELS,		/* ["id", {"id", "level"}] -> window_layout.level */
	DAYS,		/* [1, 7] -> uint8_t, bit 0 Monday */
	KEYS,		/* {"6 0F": "pass"} -> device.keys */
	KEY,		/* "6 0F" -> struct key_binding */
	FRAME,		/* "FF 68 addr key sum8" -> char[] */
	RATES,		/* ["31", "32"] -> device.rates */
	GRADES,		/* [5, 4, 3, 2] -> uint8_t[GRADES_MAX] */
	SENTENCES,	/* {"ticket.valid": {"zh", "en"}} -> layout.sentence; whether there are such is not its matter */
	CLIPS		/* {"please": 2, "0": "07/012", "A": {"file": "Z1", "ms": 600}} -> device.clip */
};

struct setting {
	const char		*path;		/* a JSON Pointer; * is any place of a list */
	enum setting_kind	 kind;
	size_t			 at;		/* offset in its list's row, else in struct layout */
	size_t			 size;		/* bytes of the field; of one row of a list */
	size_t			 count_at;	/* lists: offset of the number of rows, likewise */
	int			 least, most;	/* a number, a RATE in thousandths, the rows of a list */
	const char		*fallback;	/* JSON, or a plain word.  NULL: it must be given */
	const char *const	*names;		/* choices; NULL ends them */
	const char		*list;		/* references: path of the list */
	const char		*driver;	/* the kinds of driver that have it, or the one that is referred to */
	const char		*pattern;	/* strings: what they match, for both POSIX and the schema */
	const char		*right;		/* the pattern in words */
	bool			 quiet;		/* what is wrong is not repeated: it may have a secret in it */
	const char		*what;		/* a sentence for people */
};

/* A fallback: it may be left out, and then is -1, empty, or an object that is not there. */
extern const char NONE[];

/* What is referred to stands before what refers to it. */
extern const struct setting settings[];
extern const size_t settings_count;

/* Names by the place of their enum; NULL ends them. */
extern const char *const language_names[];

#define ID_PATTERN	"^[A-Za-z0-9._-]{1,23}$"
#define TIME_PATTERN	"^([01][0-9]|2[0-3]):[0-5][0-9]$"
#define DATE_PATTERN	"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
#define KEY_PATTERN	"^([0-9n] ){0,2}[0-9A-Fa-f]{2}$"
#define BYTE_PATTERN	"^[0-9A-Fa-f]{2}$"
#define FOLDER_PATTERN	"^(0?[1-9]|[1-9][0-9])/0{0,3}[1-9][0-9]{0,3}$"
#define NAME_PATTERN	"^[0-9A-Za-z]{2}$"
#define CLIP_MS_MAX	30000
#define SENTENCE_PATTERN "^[a-z0-9_.]{1,39}$"
#define LEVEL_MAX	9

/* The commands that a key of a keypad may have; NULL ends them. */
void		 keypad_commands(const char *names[VERBS + 1]);

/* The name of this setting within the object at path, or NULL: it is not in there. */
const char	*setting_in(const struct setting *, const char *path);
const struct setting *setting_find(const char *path);

/* The fallback as JSON, new; NULL if there is none. */
struct json_t	*setting_fallback(const struct setting *);

/* The line that says what is wrong. */
struct fault {
	char	*line;
	size_t	 cap;
};

/* Write the line.  Always -1, to be returned. */
int		fault_say(struct fault *, const char *pointer, const char *format, ...)
		    __attribute__((format(printf, 3, 4)));

/* How many bytes of a UTF-8 string make whole characters within max bytes. */
int		utf8_fit(const char *, size_t max);

/* What no row can see alone: 0, or -1 and a fault. */
int		settings_check(const struct layout *, const struct driver_name *, struct fault *);

#endif
