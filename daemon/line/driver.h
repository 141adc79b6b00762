/*
 * Kinds of devices: what they are told as bytes, and their bytes as what they
 * said.  A row of drivers[] is all that the rest of the daemon knows of a kind;
 * its functions are pure, and a line (line.h) sends what they write.
 *
 * A NULL function means that the device cannot do it, and is no error.  Those
 * that write a frame return 0, or -1 if what is wanted does not fit or is
 * outside the range that protocols/ gives for it.
 */
#ifndef DRIVER_H
#define DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/settings/settings.h"
#include "daemon/core/layout.h"
#include "protocols/device.h"
#include "protocols/escpos.h"
#include "protocols/keyframe.h"
#include "protocols/modbus.h"

/* What a device says. */
enum said_kind {
	SAID_NOTHING,		/* of no meaning to us */
	SAID_ACK,		/* the frame was taken */
	SAID_NACK,		/* the frame was refused: error, why, again */
	SAID_KEY,		/* a key was pressed: press; the device waits for reply */
	SAID_RATING,		/* a rating was given: button; the device waits for reply */
	SAID_STATUS,		/* printer: the answer to a status request */
	SAID_REPORT,		/* printer: its whole status, by itself or to greet */
	SAID_PRINTED,		/* printer: all that was sent is on paper; paper sensors in status */
	SAID_SPEAKING,		/* voice: the answer to probe */
	SAID_IDLE,		/* voice: the answer to probe, or by itself when a text was spoken */
	SAID_ENDED,		/* voice: by itself, a clip has ended; may come twice */
	SAID_STARTED,		/* voice: power was switched on, what it was told is gone */
	SAID_SCANNED,		/* scanner: text */
	SAID_NO_CARD,		/* reader: the answer to find */
	SAID_CARD,		/* reader: the answer to read: card */
};

#define SAID(kind)	(1u << (kind))

struct key_press {
	uint8_t	digits[2];	/* 0-9, typed before the key */
	int	digit_count;
	uint8_t	key;
};

/* All that is taken from an ID card: whoever has it wipes it when it was used. */
struct card {
	int	birth;		/* 19500131 */
	char	number[19];
};

/* A card is read in this order; each is asked for when the one before was answered. */
enum card_step { CARD_FIND, CARD_SELECT, CARD_READ };

#define REPLY_MAX	16	/* bytes */

struct said {
	enum said_kind		kind;
	int			address;	/* who said it; 0 where a line has one device */
	int			error;		/* the device's own number */
	const char		*why;		/* the error in words; borrowed for ever */
	bool			again;		/* the same frame may be taken next time: busy, or damaged under way */
	struct key_press	press;
	int			button;		/* 0-3, from the left */
	struct printer_status	status;
	const uint8_t		*text;		/* scanner: text_length bytes as they were scanned; borrowed for the call */
	size_t			text_length;
	struct card		card;
	uint8_t			reply[REPLY_MAX];
	size_t			reply_length;
};

/* Bytes to send, and what is said to them. */
#define FRAME_MAX	ESCPOS_PAPER_MAX

struct frame {
	size_t		length;
	unsigned	answers;	/* SAID() of each kind that answers it, SAID_NACK apart; 0: nothing is said */
	int		work_ms;	/* how long the device works before it can answer */
	int		speech_ms;	/* voice: how long it speaks then, about; 0: not at all */
	bool		more;		/* voice: the announcement has a part after this one */
	bool		alike;		/* its answer has the very same bytes */
	uint8_t		bytes[FRAME_MAX];
};

/* What an area of a sign shows. */
struct sign_text {
	int		 area;		/* as the seat says */
	const char	*text;		/* UTF-8, lines end in LF but the last; "" is dark */
	const char	*latin;		/* the same in ASCII, for signs without Chinese */
	const char	*number;	/* the ticket at hand, for displays of a few characters; "" is dark */
	bool		 flash;		/* on and off until something else is shown */
	int		 blank_s;	/* dark when not shown again for so long, 1-65535; 0: stays */
	bool		 unanswered;	/* no answer is wanted, where a sign can be told so: the line is free the sooner */
};

enum driver_kind { DRIVER_PRINTER, DRIVER_VOICE, DRIVER_SIGN, DRIVER_KEYPAD, DRIVER_SCANNER, DRIVER_READER };

/* What a parser must remember from one answer to the next; all zero after the port was opened. */
union driver_state {
	struct escpos_parser	escpos;
	struct modbus_asked	modbus;
	bool			skip;		/* scanners: as in scanner_parse */
	struct {
		const struct device	*device;
		struct keyframe		 frame, answer;
	} keypad;
};

struct driver {
	const char		*name;		/* in hall.json: "driver": "ff68" */
	enum driver_kind	 kind;
	const char		*summary;	/* one line for `halld -L` */
	int			 baud;
	int			 answer_ms;	/* from the end of a frame to the end of its answer */
	int			 gap_ms;	/* least time between two frames, either way; 0: none, it is alone on its line */
	int			 address_max;	/* signs: the highest address on a line, and */
	int			 area_max;	/* the highest area of an address */
	int			 ended_ms;	/* silence that ends what nothing else ends; 0: none does */
	bool			 private;	/* what it says is about people: its bytes are wiped as soon as they are read */
	bool			 framed;	/* keypads: their frames are as hall.json describes them */
	const struct key_binding *keys;		/* keypads without "keys" in hall.json */
	int			 key_count;

	/* All: the shortest frame that is answered and changes nothing.  Voice: is it speaking? */
	int	(*probe)(struct frame *, int address);

	/* All: what it has to be told once when it answers again. */
	int	(*greet)(struct frame *, int address);

	/* Signs. */
	int	(*show)(struct frame *, const struct device *, int address, const struct sign_text *);
	int	(*clear)(struct frame *, const struct device *, int address, int area);

	/*
	 * Voice.  An announcement has one part or more: a text that is too long
	 * for one frame, clip after clip, a volume to be set before.  Parts are
	 * counted from 0; the next is sent when the one before was taken and
	 * spoken, for it would cut that off.  -1: it cannot be said.
	 */
	int	(*say)(struct frame *, const struct device *, const struct announcement *, int part);
	int	(*stop)(struct frame *);

	/* Voice: what this clip should be instead, as in "must be ..."; NULL: it can be played.  A NULL function: it speaks. */
	const char *(*clip_wrong)(const struct clip *);

	/* Printers.  status n is 1-4 (enum escpos_request); forget drops what was sent and is not printed. */
	int	(*print)(struct frame *, const struct device *, const struct paper *);
	int	(*status)(struct frame *, int n);
	int	(*forget)(struct frame *);

	/* Keypads.  waiting -1 and number "" are blank, or leave what was shown; rate asks for a rating, which then shows stars 1-5. */
	int	(*display)(struct frame *, int address, int waiting, const char *number);
	int	(*beep)(struct frame *, int address);
	int	(*rate)(struct frame *, int address);
	int	(*stars)(struct frame *, int address, int stars);

	/* Readers: find is answered with SAID_NO_CARD while there is none, find and select with SAID_ACK when there is. */
	int	(*card)(struct frame *, enum card_step);

	/* The port was opened: what the parser has to know of the device. */
	void	(*begin)(union driver_state *, const struct device *);

	/*
	 * Read what is said at the start of in.  Returns the bytes used, 0 if the
	 * rest is still to come, -1 if nothing starts here: skip a byte.
	 */
	int	(*parse)(union driver_state *, struct said *, const uint8_t *in, size_t len);

	/* Likewise, and nothing came for ended_ms, so there is no rest.  len may be 0. */
	int	(*ended)(union driver_state *, struct said *, const uint8_t *in, size_t len);

	/* This frame now waits for its answer, which does not say to what; len 0: none does. */
	void	(*asked)(union driver_state *, const uint8_t *frame, size_t len);

	/* Its answers have no head of their own: it should have no line with devices that speak by themselves. */
	bool	headless;
};

/* NULL ends them. */
extern const struct driver *const drivers[];

/* Their names and kinds, for settings_read. */
const struct driver_name *driver_names(void);

/* Has each sign an address and an area such as its driver knows?  0, or -1 with a line in error as settings_read writes it. */
int	driver_check(const struct layout *, char *error, size_t cap);

/* Log what works badly, and is no error: devices that do not go well on one line. */
void	driver_advise(const struct layout *);

/* The driver of this name, or NULL. */
const struct driver *driver_find(const char *name);

/* Do several of this kind share a line, each with an address?  Others have their line for themselves and address 0. */
bool		driver_addressed(enum driver_kind);

/* "printer", "voice", "sign", "keypad", "scanner", "reader". */
const char	*driver_kind_name(enum driver_kind);

#endif
