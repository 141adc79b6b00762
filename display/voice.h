/*
 * What a voice module says, and when: the announcements that wait for it, as
 * plain data.  No I/O, no clock: whoever owns it tells what happens, then asks
 * voice_next what to do, until that is to wait.
 *
 *	AWAY ---> SPEAKING <---> ASKING		is it still speaking?
 *		   |    ^
 *	      idle |    | taken
 *		   v    |
 *	  PAUSE   FREE  |			PAUSE: before the second time
 *	    |      |    |
 *	    +----> SENDING
 *
 * One announcement at a time, each said twice.  It is dropped when its ticket
 * is no longer called there, never because the module was busy, and is never
 * sent again once the module took it.  When the oldest waits too long each is
 * said once, first calls before recalls, with one chime for all of them.
 *
 * When a call is undone that had begun to be said, that is corrected, once: its
 * ticket is asked to wait on.  What is said later about the same ticket, that it
 * is called, corrects it as well.
 *
 * The end of speech is what the module says; if it says nothing for as long as
 * the text should take, it is asked.
 */
#ifndef VOICE_H
#define VOICE_H

#include "daemon/core/hall.h"
#include "display/texts.h"
#include "protocols/device.h"

#define VOICE_TIMES		2
#define VOICE_PAUSE_MS		1000	/* between the two */
#define VOICE_CROWDED_MS	15000	/* the oldest waits longer: each once */
#define VOICE_STALE_MS		60000	/* after a restart, or while the module was away: not said any more */
#define VOICE_CHARACTER_MS	300	/* slow speech (SYN6288 takes about 250) */
#define VOICE_ASK_MS		1000	/* from one question to the next, while it is busy */
#define VOICE_STUCK_MS		60000	/* no text takes so long: the module is stuck, a new text frees it */

/* A call or recall to be announced, or one to be corrected. */
struct voice_call {
	int		window;
	uint32_t	ticket;
	char		number[NUMBER_MAX];
	bool		recall;
	bool		corrects;
	bool		english;
	int		volume;		/* 0-100 */
	int		times;		/* to say it, 1 or VOICE_TIMES */
	int64_t		since_ms;	/* steady time of the call, or of its undoing */
};

/* What tells one call or recall from all others. */
struct voice_mark {
	uint32_t	ticket;		/* 0: none */
	int64_t		since_ms;
};

enum voice_phase { VOICE_AWAY, VOICE_FREE, VOICE_SENDING, VOICE_SPEAKING, VOICE_ASKING, VOICE_PAUSE };

/* How far the last call at a window has come. */
enum announced {
	ANNOUNCED_NOTHING,	/* nobody is called there, or nothing speaks for the window */
	ANNOUNCED_NOT_YET,	/* it waits for the module */
	ANNOUNCED_SPEAKING,
	ANNOUNCED_DONE,
	ANNOUNCED_FAILED,	/* the module refused it, or was away for too long */
	ANNOUNCED_STATES
};

struct voice {
	const struct texts	*texts;
	enum voice_phase	phase;
	int			character_ms;
	struct voice_call	now;		/* being said; window 0: none */
	int			said;		/* how often, until now */
	int64_t			spoke_ms;	/* speaking since */
	int64_t			due_ms;		/* SPEAKING: ask; PAUSE: say it again */
	bool			run;		/* a run of announcements said once has had its chime */
	struct voice_call	waiting[2 * WINDOWS_MAX];	/* oldest first, at most one call and one correction a window */
	int			count;
	struct {
		uint8_t			ended;	/* enum announced, of one that is over */
		struct voice_mark	begun;	/* said last, be it in part, and not corrected since */
		struct voice_mark	unsaid;	/* gave way, or failed, before it had begun */
	}			at[WINDOW_NO_MAX + 1];
};

enum voice_do { VOICE_WAIT, VOICE_SAY, VOICE_ASK };

/* Nothing waits, and the module is away.  texts is borrowed; character_ms: VOICE_CHARACTER_MS, or as tests wish. */
void	voice_init(struct voice *, const struct texts *, int character_ms);

/*
 * Fill in the call that stands at a window of the hall.  False: nobody is
 * called there.  times is VOICE_TIMES, volume the caller's.
 */
bool	voice_call(struct voice_call *, const struct hall *, int window);

/* Take a call.  The same ticket called at the same window is one announcement until it has begun. */
void	voice_add(struct voice *, const struct voice_call *);

/*
 * The last command at a window was undone, as the hall has it now: correct the
 * call that is not to be, and say the one that stands again if it gave way unsaid.
 */
void	voice_undone(struct voice *, const struct hall *, int window, int volume, int64_t steady_ms);

/*
 * After a restart: take up the call that stands at a window, if there is one.
 * Whether it was spoken before is on no disk: a call of the last VOICE_STALE_MS
 * is said, since to hear it again harms less than never to hear it, and once,
 * since most were; an older one counts as done.
 */
void	voice_resume(struct voice *, const struct hall *, int window, int volume, int64_t steady_ms);

/* Whether the module can be reached; told as often as one likes. */
void	voice_reach(struct voice *, bool, int64_t steady_ms);

/* What it answered; VOICE_NOTHING: it answered nothing to what was sent. */
void	voice_heard(struct voice *, enum voice_answer, int64_t steady_ms);

/*
 * What to do now.  VOICE_SAY: send *say, and tell voice_heard what the module
 * answers; VOICE_ASK: ask whether it speaks; VOICE_WAIT: until something
 * happens, or *wake_ms (INT64_MAX: never).
 */
enum voice_do	voice_next(struct voice *, const struct hall *, int64_t steady_ms, struct announcement *say,
		    int64_t *wake_ms);

enum announced	voice_announced(const struct voice *, const struct hall *, int window);

/* "nothing", "not_yet", "speaking", "done", "failed". */
const char	*announced_name(enum announced);

#endif
