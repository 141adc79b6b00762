/*
 * What a hall is made of and the rules it follows: hall.json as plain data.
 *
 * A layout holds no pointers and is read-only after it was read; places in its
 * arrays ("service 2") are what the rest of the program names things by, and
 * hold for one layout only: whatever is stored or sent names them by id.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/hours.h"

#define ID_MAX		 24	/* bytes of an id with its NUL */
#define TEXT_MAX	 96	/* bytes of a sentence in UTF-8 with its NUL */
#define SERVICES_MAX	 64
#define CLASSES_MAX	 16
#define ZONES_MAX	 16
#define DEVICES_MAX	128
#define WINDOWS_MAX	256
#define WINDOW_NO_MAX	999
#define KEYS_MAX	 32
#define CLIPS_MAX	 80
#define GRADES_MAX	 8	/* keys of a rater */
#define BUTTONS_MAX	 16
#define CALENDAR_MAX	256
#define SEGMENTS_MAX	 16
#define PUSH_MAX	 4
#define SLOTS_MAX	 48
#define SENTENCES_MAX	 64
#define SENTENCE_KEY	 40	/* bytes of its key with their NUL */
#define SENTENCE_MAX	161	/* likewise of itself */
#define FRAME_WORDS	 96	/* bytes of a frame in words (protocols/keyframe.h) with their NUL */

/* A text for people, in the languages a hall can have. */
enum language { LANG_ZH, LANG_EN, LANGUAGES };
struct text { char in[LANGUAGES][TEXT_MAX]; };

/* Is a ticket had by an ID card at a kiosk? */
enum real_name { REAL_NAME_NONE, REAL_NAME_OPTIONAL, REAL_NAME_REQUIRED, REAL_NAMES };
extern const char *const real_names[REAL_NAMES + 1];	/* "none", ..., NULL */

/* A date that is not as its day of the week says. */
enum day_kind { DAY_WORK, DAY_REST, DAY_MAKEUP };
struct calendar_day {
	int		date;		/* 20261001 */
	int		kind;		/* enum day_kind */
	struct hours	hours;		/* of all services; none: as on its day of the week, a makeup day as on Monday */
	struct text	note;		/* why, for people; empty: nothing to say */
};

/* How many tickets are to be had in a part of each day. */
struct segment {
	int		from_min, to_min;	/* minutes after midnight; `to` is not in it */
	int		limit;
};

/* Tickets that are taken from afar. */
struct remote {
	int		quota;		/* of one business day; -1: no limit */
	int		from_min;	/* from when on a day, minutes after midnight; -1: as all tickets */
	int		checkin_s;	/* how long it waits, being next, for its holder to check in; under 1: none are to be had */
};

/* A time that one can book. */
struct bookable {
	uint8_t		days;		/* bit 0 Monday, to bit 6 Sunday */
	int		from_min, to_min;	/* minutes after midnight; `to` is not in it */
	int		limit;		/* so many bookings */
};

/* A kind of business that people take a ticket for. */
struct service {
	char		id[ID_MAX];
	char		prefix[4];	/* of its numbers; services may share one */
	struct text	name;
	struct text	group;		/* what it stands under at the kiosk; empty: its place */
	struct text	place;		/* where to wait: "二楼B区" */
	struct text	bring;		/* what to bring; empty: nothing to say */
	int		first, last;	/* range of its numbers */
	int		width;		/* digits they are padded to */
	int		target_wait_s;	/* nobody should wait longer; 0: nothing said */
	int		nominal_s;	/* what one service should take; 0: nothing said */
	struct hours	hours;		/* none: always open */
	int		quota_day;	/* tickets of one business day; -1: no limit */
	int		quota_person;	/* of one person on one day; 0: no limit */
	struct segment	segment[SEGMENTS_MAX];
	int		segment_count;
	enum real_name	real_name;	/* is an ID number asked for? */
	struct remote	remote;
	struct bookable	slot[SLOTS_MAX];
	int		slot_count;
};

/* A class of visitors; score = base_s * 1000 + rate * waited ms. */
enum proof { PROOF_NONE, PROOF_ID_AGE, PROOF_STAFF };
struct class {
	char		id[ID_MAX];
	struct text	name;
	int		base_s;		/* head start; CLASS_FROM_PRESET before presets are filled in */
	int		rate;		/* thousandths; likewise */
	enum proof	proof;
	int		age;		/* PROOF_ID_AGE: in years, at least */
	bool		strict;		/* above all classes that are not, of its level */
};
#define CLASS_FROM_PRESET (-1)

/* Which device shows or enters something for a window. */
struct seat {
	int		device;		/* in devices[], -1: none */
	int		address;
	int		area;		/* of a card that serves several windows */
};

struct window_layout {
	int		no;		/* 1-999, what is painted over the window */
	struct text	name;
	struct text	place;
	int		zone;		/* in zones[], -1: none */
	uint8_t		level[SERVICES_MAX];	/* 0: not served here; 1 is called first */
	bool		start_key;	/* the clerk marks the start of a service */
	bool		auto_call;	/* idle, it calls whoever comes by itself */
	struct seat	sign, keypad, rater;
	uint8_t		grade[GRADES_MAX];	/* of each key of the rater, 1-5; 0: no such key */
};

struct zone {
	char		id[ID_MAX];
	struct text	name;
	int		voice;		/* in devices[], -1: none */
	int		volume;		/* 0-100 */
	struct hours	hours;		/* when it speaks */
};

/* A row of devices[]; which settings it may have is its driver's matter. */
#define KEY_ANY_DIGIT 0xff	/* in digits[]: whichever digit; written n */
struct key_binding {
	uint8_t		digits[2];	/* 0-9, as typed before the key */
	uint8_t		digit_count;
	uint8_t		key;
	char		command[16];
};

/* A key that issues a ticket. */
struct button {
	int		address;	/* of the box on its line */
	struct key_binding key;		/* command is empty */
	char		service[ID_MAX], class[ID_MAX];	/* class empty: the first */
	int		language;
	char		printer[ID_MAX];	/* empty: the first there is */
};

/* Where a voice module keeps a recorded word: by number, by number in a folder, or by a name of two characters. */
struct clip {
	uint16_t	file;		/* 0: it has a name, or is not there */
	uint8_t		folder;		/* 0: none */
	char		name[3];
	int16_t		ms;		/* how long it is; 0: as device.clip_ms */
};

/* Who draws QR codes: the printer, we, or nobody. */
enum qr { QR_NATIVE, QR_RASTER, QR_NONE };

struct device {
	char		id[ID_MAX];
	char		driver[16];
	char		port[160];	/* path or URL; devices may share one */
	int		baud;		/* 0: the driver's */
	bool		rs485;		/* its line is half duplex, and the kernel has to switch the driver */
	int		answer_ms;	/* how long to wait for an answer; 0: the driver's */
	int		width_mm;	/* printers: 58 or 80 */
	char		kiosk[ID_MAX];	/* printers, scanners, readers: the kiosk that they stand at; or empty */
	enum qr		qr;		/* printers */
	char		stand_in[ID_MAX];	/* printers: the one that prints while this one cannot; or empty */
	int		roll_m;		/* printers: length of a new roll; 0: not known */
	int		area_x, area_y, area_width, area_height;	/* signs, in the card's units */
	int		area_step;	/* signs: y of area n is area_y + n * area_step */
	int		text_register, number_register;	/* signs with Modbus; text_register -1: it takes no text */
	int		digits;		/* signs with Modbus: characters it has */
	int		dark_number;	/* signs that show a number only: when there is no ticket */
	struct key_binding keys[KEYS_MAX];	/* keypads; key_count 0: the driver's table */
	int		key_count;
	struct button	buttons[BUTTONS_MAX];	/* keypads */
	int		button_count;
	char		frame[FRAME_WORDS];	/* keypads that are described: their frames */
	char		reply[FRAME_WORDS];	/* likewise what they wait for: words, "echo", or nothing */
	uint8_t		rates[GRADES_MAX];	/* likewise: keys of a rater, from the left */
	int		rate_count;
	struct clip	clip[CLIPS_MAX];	/* voice modules that play clips, by enum clip_word (protocols/clips.h) */
	int		clip_ms;	/* how long a clip is that does not say so */
};

enum preset { PRESET_HEAD_START, PRESET_FCFS, PRESET_ACCUMULATE, PRESET_STRICT, PRESETS };
#define SERVE_ALL (-1)
struct policy {
	int		recall_max, recall_gap_s;	/* 0: no limit, no gap */
	int		passed_after, passed_max;
	int		undo_s;
	int		double_press_s;
	bool		implicit_finish;
	int		hold_s, no_answer_s;	/* 0: no limit */
	int		print_stale_s;
	int		max_wait_s;	/* who waits longer comes first; 0: nobody does */
	int		serve_on_s;	/* for so long after closing people are still called; SERVE_ALL: all who have a ticket */
	int		bookings_person, bookings_days;	/* of one person, 0: no limit; so many days ahead */
	enum preset	preset;
	bool		early_by_score;	/* no setting: bookings before their time are called by score, for comparisons */
};

/* Where a secret is: in a file, or in the environment; the other is empty. */
struct secret_place { char file[160], env[64]; };

/* Somebody outside who is told what happens. */
#define PUSH_SECRETS 2
struct push {
	char		url[200];
	struct secret_place secret[PUSH_SECRETS];	/* while they change, both sign */
	int		secret_count;
	uint64_t	kinds;		/* bits by place in push_kinds (push.h) */
	bool		commands;	/* what residents do there is fetched */
	bool		gzip;		/* of the states */
};

/* What is said in other words than those of display/text/; a language that is empty stays as it is there. */
struct sentence { char key[SENTENCE_KEY], in[LANGUAGES][SENTENCE_MAX]; };

/* Copies of the database. */
struct backup_policy { char folder[160]; int keep; };	/* a second place; empty: none.  The newest so many */

/* What somebody on the staff gets points for, or loses them; the names are score_names. */
enum score_of { SCORE_LATE, SCORE_EARLY, SCORE_HALF, SCORE_ABSENT, SCORE_AWAY, SCORE_IDLE, SCORE_NO_HAND_OVER, SCORE_VACANT,
	SCORE_GRADE_1, SCORE_GRADE_2, SCORE_GRADE_3, SCORE_GRADE_4, SCORE_GRADE_5, SCORES_OF };
extern const char *const score_names[SCORES_OF];
#define STARS	5

/* When hall management speaks up by itself, 0: never; and what it counts. */
struct office_policy {
	int	away_max_s;		/* a window paused for longer */
	int	idle_max_s;		/* or idle beside people it could serve */
	int	hand_over_s;		/* post b takes over within so long */
	int	late_min;		/* signed in so many minutes after a shift began: late */
	int	half_day_min;		/* absent for half of it */
	int	repair_after_s;		/* a fault that lasts so long is one for repair */
	int	near_mm;		/* left on a roll whose sensor says that it is nearly out */
	int	ready_min;		/* before the hall opens it is looked whether it can */
	int	points[SCORES_OF];	/* to 100, for each time */
	int	stars[STARS];		/* the least score for one, for two, ... */
};

struct layout {
	char		id[ID_MAX];
	struct text	name;
	char		timezone[40];
	bool		speaks[LANGUAGES];
	int		day_starts_min;		/* minutes after midnight */
	int		retention_days;		/* what people said is kept for so long; 0: nothing is erased (of no hall.json) */
	char		listen[64];		/* ADDR:PORT */
	char		proxies[8][46];		/* addresses whose X-Forwarded-For is believed */
	int		proxy_count;
	char		public_url[128];	/* empty: phones cannot reach the hall */

	struct push	push[PUSH_MAX];
	int		push_count;

	struct calendar_day calendar[CALENDAR_MAX];
	int		calendar_count;

	struct service	service[SERVICES_MAX];
	struct class	class[CLASSES_MAX];
	struct zone	zone[ZONES_MAX];
	struct device	device[DEVICES_MAX];
	struct window_layout window[WINDOWS_MAX];
	int		service_count, class_count, zone_count, device_count, window_count;
	int16_t		window_at[WINDOW_NO_MAX + 1];	/* no -> place in window[], or -1 */

	struct policy	policy;
	struct backup_policy backup;
	struct office_policy office;

	struct sentence	sentence[SENTENCES_MAX];
	int		sentence_count;
};

/* The place of an id, or -1. */
int	layout_service(const struct layout *, const char *id);
int	layout_class(const struct layout *, const char *id);
int	layout_device(const struct layout *, const char *id);

/* All of them, a bit each by place. */
uint64_t layout_services(const struct layout *);

bool	clip_there(const struct clip *);

/* Does any window serve it? */
bool	layout_served(const struct layout *, int service);

/* The window with this number, or NULL. */
const struct window_layout *layout_window(const struct layout *, int no);

#endif
