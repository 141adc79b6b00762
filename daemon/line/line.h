/*
 * Lines: the ports that devices hang on, and whose turn it is to be told
 * something.
 *
 * A line is a port as hall.json names it, with all devices and addresses that
 * share it: an RS-485 line with six cards is one line.  A line opens its port,
 * notices when it is gone and opens it again by the same name; it sends one
 * frame at a time, most urgent first, waits for the answer, tries three times,
 * and leaves an address that does not answer alone but for a probe a minute.
 * What to show, say or print is the owner's to remember: a line forgets.
 *
 * Nothing here blocks, and no callback is called from within a function below
 * except lines_run: all of them come from the event loop.  They may call
 * line_send and line_health, not lines_close.
 */
#ifndef LINE_H
#define LINE_H

#include <event2/event.h>

#include "daemon/core/layout.h"
#include "daemon/line/driver.h"

#define LINE_TRIES	3	/* frames in a row without an answer: the address is degraded */
#define LINE_PROBE_MS	60000	/* at least, from one probe of a degraded address to the next */
#define LINE_REPEAT_MS	1000	/* an equal key or rating sooner than this is a repeat: devices try for 900 ms, and tries are lost */
#define LINE_RETRY_MAX_MS 30000	/* between two tries to open a port; the first is after 1 s, and all if there is no such path */

/* Most urgent first. */
enum line_priority {
	LINE_REPLY,		/* kept for the line: what a keypad waits for */
	LINE_CALL,
	LINE_VOICE,
	LINE_PRINT,
	LINE_REPAINT,
	LINE_CLOCK,		/* and probes */
	LINE_PRIORITIES
};

enum line_outcome {
	LINE_DONE,		/* answered; or sent, if nothing is said to it */
	LINE_REFUSED,		/* the device will not have it: said is its NACK */
	LINE_SILENT,		/* no answer, or not sent since the address is degraded */
	LINE_LOST,		/* the port is not open, or was lost meanwhile */
	LINE_REPLACED		/* a newer job for the same area took its place */
};

#define LINE_NO_AREA	(-1)

/* Something to send. */
struct job {
	enum line_priority	 priority;
	int			 device;	/* place in layout.device[] */
	int			 address;
	int			 area;		/* a queued job of equal device, address, area is replaced; or LINE_NO_AREA */
	int			 tries;		/* 1 for what must not be sent twice (paper); 0: LINE_TRIES */
	bool			 deaf;		/* send it even if the address is degraded: some printers never answer */
	const struct frame	*frame;		/* borrowed for the call only */

	/* The end of it, once; said is the answer (borrowed) or NULL.  May be NULL. */
	void			(*done)(void *arg, enum line_outcome, const struct said *);
	void			*arg;
};

enum line_state {
	LINE_GONE,		/* the port is not open */
	LINE_TRYING,		/* the port was opened; not heard yet.  Jobs are sent */
	LINE_OK,		/* it answers; a device that never does: the port is open */
	LINE_DEGRADED,		/* it does not answer; jobs end at once */
	LINE_STATES
};

/* An address of a device.  Times are those of line_owner.now_ms; 0: never. */
struct line_health {
	enum line_state	 state;
	int64_t		 since_ms;
	const char	*reason;	/* of the state, in words; borrowed while the lines are open */
	const char	*trouble;	/* of the port, though it is open: it will not do; borrowed likewise, or NULL */
	int64_t		 sent_ms;	/* last frame to it */
	int64_t		 heard_ms;	/* last frame from it */
	uint64_t	 frames;	/* sent, retries included */
	uint64_t	 retries;
	uint64_t	 refused;
};

/* What the owner of the lines does for them.  Only now_ms and wake_at are needed. */
struct line_owner {
	/* Time that does not step back, milliseconds. */
	int64_t	(*now_ms)(void *arg);

	/* Call lines_run at this time, at once if it is past, and forget what was wished before; INT64_MAX: no need. */
	void	(*wake_at)(void *arg, int64_t at_ms);

	/*
	 * A device said something, but for its ACK, and its NACK to what was sent:
	 * one that comes later is told.  Keys and ratings are
	 * answered already, and their repeats are not told; said->address may be
	 * one that no window names.
	 */
	void	(*said)(void *arg, int device, const struct said *);

	/* An address has another state.  LINE_OK from any other: greet it, and show again what it should show. */
	void	(*health)(void *arg, int device, int address, const struct line_health *);
};

/*
 * Lines for the devices of a layout, whose drivers are all in drivers[].  new;
 * layout and owner are borrowed until lines_close.
 */
struct lines	*lines_open(struct event_base *, const struct layout *, const struct line_owner *, void *arg);

/* Close the ports and forget the jobs: their done is not called. */
void		 lines_close(struct lines *);

/* Do what is due. */
void		 lines_run(struct lines *);

/* Queue a job.  It ends by done; address is one that the layout names, or one that was heard. */
void		 line_send(struct lines *, const struct job *);

/* How an address is; NULL if there is none such. */
const struct line_health *line_health(const struct lines *, int device, int address);

/* "gone", "trying", "ok", "degraded". */
const char	*line_state_name(enum line_state);

#endif
