/*
 * hallsim: pretend devices on pseudo-terminals, for tests and for trying a hall
 * without hardware.  Each device is written from its maker's papers, seen from
 * the device's side, and shares no code with the daemon: it is what the
 * daemon's drivers are checked against.
 *
 * A line is one pseudo-terminal, or a port of TCP.  On it sit one or more units, the devices: a
 * printer or a voice module alone, signs and keypads each with an address.
 * What happens to a unit is said on stdout as "NAME: what".
 */
#ifndef HALLSIM_SIM_H
#define HALLSIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define NEVER		INT64_MAX	/* a due_ms that does not come */
#define NAME_SIZE	64		/* of a line's name, its NUL included */
#define LINE_INPUT	(256 * 1024)	/* bytes a line holds unread by its device */
#define UNITS_MAX	32		/* addresses on a line */
#define OPTIONS_MAX	4		/* of a kind */
#define WORDS_MAX	600		/* in a control line */

struct unit;
struct line;

/* A setting of a kind of device, a whole number: "speed=0" after the link. */
struct setting {
	const char	*name;
	int		 value, min, max;	/* value: the default */
	const char	*summary;
};

/* A word that steers a device: "NAME WORD ARGUMENT..." or "WORD NAME ARGUMENT...". */
struct control {
	const char	*word;
	const char	*arguments;	/* for people */
	const char	*summary;
	int		 least, most;	/* number of arguments */
	enum {
		EACH,			/* the name of a line stands for all its units */
		ONE,			/* one unit has to be named */
		WHOLE			/* it is done to the line, once */
	}		 scope;

	/* Returns NULL, or why not; lines written to answer go before "ok". */
	const char	*(*run)(struct unit *, int argc, char **argv, FILE *answer);
};

/* A kind of device.  A NULL function means that it does not need to know. */
struct kind {
	const char	*name;
	const char	*summary;
	bool		 addressed;	/* several on one line, addresses 1-254 */
	int		 gap_ms;	/* silence after which a begun frame is given up; 0: never */
	size_t		 size;		/* of the state of a unit, zero at start */
	struct setting	 options[OPTIONS_MAX];
	const struct control *controls;	/* up to a row without word */

	/* The unit has been switched on: what it held in memory is lost. */
	void		(*power)(struct unit *);

	/* Somebody has opened the line. */
	void		(*opened)(struct line *);

	/* Bytes have come.  Returns how many are used; 0: the rest is still to come. */
	size_t		(*input)(struct line *, const uint8_t *bytes, size_t len);

	/* The frame begun with these bytes was not finished in gap_ms; they go. */
	void		(*gap)(struct line *, const uint8_t *bytes, size_t len);

	/* due_ms has come, and was set to NEVER before this call. */
	void		(*tick)(struct unit *);

	/* Write what the unit shows now, a line or more. */
	void		(*show)(struct unit *, FILE *);
};

struct unit {
	struct line	*line;
	int		 address;
	char		 name[NAME_SIZE + 8];	/* NAME, or NAME/ADDRESS */
	bool		 off;			/* has no power */
	bool		 silent;		/* works, but sends nothing */
	bool		 badcheck;		/* sends wrong checks */
	int		 nack;			/* the error it refuses all with, or -1 */
	int64_t		 due_ms;		/* when its tick is due, or NEVER */
	void		*state;			/* the kind's own */
};

struct line {
	const struct kind *kind;
	char		 name[NAME_SIZE];
	char		*link;
	char		 path[64];		/* of the pseudo-terminal's slave */
	int		 master, slave;		/* -1: unplugged; or nobody is connected */
	int		 tcp, listening;	/* the port and its socket; 0: it is a pseudo-terminal */
	struct wire	*wire;
	int		 watch;			/* inotify's number, or -1 */
	int		 listeners;		/* how many hold the slave open, without us */
	bool		 echo;			/* what it receives comes back */
	bool		 tells;			/* what becomes of the frames of its units */
	int		 option[OPTIONS_MAX];	/* as kind->options */
	struct unit	 unit[UNITS_MAX];
	int		 units;
	int64_t		 gap_due_ms;		/* when the begun frame is given up */
	size_t		 in_len;
	uint8_t		 in[LINE_INPUT];	/* came and is not yet used */
};

/* hallsim.c */

/* Do what is due on all lines.  Returns when the next is, or NEVER. */
int64_t	lines_tick(void);

/* Say on stdout what happened to name. */
void	say(const char *name, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));

/* Say that name received something it cannot make sense of, and why. */
void	bad_frame(const char *name, const uint8_t *bytes, size_t len,
	    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* 1 for "on", 0 for "off", -1 for anything else. */
int	on_off(const char *word);

/* A whole number of min to max in decimal, or -1. */
int	number(const char *word, int min, int max);

/* For the controls of kinds whose frames carry a check. */
const char *control_badcheck(struct unit *, int argc, char **argv, FILE *answer);

/* pace.c */

/* Take the time from a halld's test clock, which listens at this path. */
void	pace_by(const char *socket);
bool	paced(void);

/* Milliseconds that never go back: the machine's, or those the clock has moved. */
int64_t	now_ms(void);

/* Move the held clock to a time, and with it halld and all devices.  As control.run. */
const char *pace_advance(const char *time, FILE *answer);

/* line.c */

/* Prepare the descriptor that tells who opens the lines.  Returns it, or -1. */
int	lines_watch(struct line *const *lines, int count);

/* Take note of who has opened and closed the lines since the last call. */
void	lines_opened(void);

/* Make the pseudo-terminal and its link, or listen.  0, or -1 with errno. */
int	line_plug(struct line *);
bool	line_plugged(const struct line *);

/* Take both away; those who hold the slave open get a hang-up. */
void	line_unplug(struct line *);

/* Plug it in as another pseudo-terminal.  0, or -1 with errno. */
int	line_rename(struct line *);

/* What to wait for; -1: nothing. */
int	line_fd(const struct line *);

/* Read what has come; the device gets it when its time on the wire is over. */
void	line_readable(struct line *);

/* Let arrive what was sent on any line, both ways.  Was there anything since the last call? */
bool	lines_exchange(void);

/* Give the device what it has not used yet. */
void	line_feed(struct line *);

/* The gap or a tick may be due: do it.  Returns when the next is. */
int64_t	line_tick(struct line *);

/* Send a whole frame, if the unit can speak.  Without a listener the bytes are lost, as on a wire. */
void	unit_send(struct unit *, const uint8_t *bytes, size_t len);

/* Send from the line itself, whatever state its units are in. */
void	line_send(struct line *, const uint8_t *bytes, size_t len);

/* The unit with this address, or NULL. */
struct unit *line_unit(struct line *, int address);

/* Make all folders on the way to path.  0, or -1 with errno. */
int	make_parents(const char *path);

/* wire.c */

/*
 * The way of the bytes: at a baud they take their time, and noise spoils some,
 * both ways.  A wire without a baud or noise is not there.
 */
enum way { TO_DEVICE, FROM_DEVICE, WAYS };

struct wire *wire_new(void);

/* 0: bytes take no time. */
void	wire_baud(struct wire *, int baud);

/*
 * Of so many of a thousand bytes each is changed, lost, or has another before
 * it; how is one of "change", "lose", "add", "any".  -1: it is none of these.
 */
int	wire_noise(struct wire *, int permille, const char *how, uint64_t seed);

/* Of the frames that devices say so many end in their middle (-1: without end), each with a chance of so many in a thousand. */
void	wire_halve(struct wire *, int frames, int permille, uint64_t seed);

/* A frame is said: how many of its bytes set out. */
size_t	wire_frame(struct wire *, size_t len);

/* Bytes set out.  Are they whole, without a spoilt one? */
bool	wire_put(struct wire *, enum way, const uint8_t *bytes, size_t len);

/* How many are on their way, or have arrived. */
size_t	wire_length(const struct wire *, enum way);

/* Those that have arrived.  Returns how many. */
size_t	wire_get(struct wire *, enum way, uint8_t *bytes, size_t cap);

/* When the next arrive, or NEVER. */
int64_t	wire_due_ms(const struct wire *, enum way);

/* When all that has set out has arrived. */
int64_t	wire_done_ms(const struct wire *, enum way);

/* What is on its way is lost. */
void	wire_cut(struct wire *);

/* text.c */

/*
 * Decode len bytes of a character set into UTF-8.  What is no character, and
 * control characters, are written as \xNN.  Returns the length without the NUL.
 */
size_t	text_decode(char *out, size_t cap, const char *charset, const uint8_t *in, size_t len);

/* How many characters a UTF-8 text has. */
size_t	text_count(const char *text);

/* Two hexadecimal digits a byte.  Returns the number of bytes, or -1. */
int	hex_parse(uint8_t *out, size_t cap, char **words, int count);

/* capture.c */

/* The line of this kind plays what stands in a file; ends the program when that cannot be. */
void	capture_load(struct line *, const char *path);

extern const char capture_help[];
extern const struct kind capture_kind;

/* The devices, a file each. */
extern const struct kind printer_kind, sign_kind, keypad_kind;
extern const struct kind buttons_kind, scanner_kind, idcard_kind;
extern const struct kind voice_kind, syn6658_kind, xfs5152_kind;
extern const struct kind dfplayer_kind, dy_kind, kt142c_kind, kt158a_kind;
extern const struct kind alpha_kind, modbus_kind, sunpn_kind, sum_kind, console_kind;

#endif
