/*
 * What a voice module says, and when: the announcements that wait for it, as
 * plain data.  No I/O, no clock: whoever owns it tells what happens, then asks
 * voice_next what to do, until that is to wait.
 *
 *	AWAY ---> SPEAKING <---> ASKING		is it still speaking?
 *		   |    ^
 *	      idle |    | taken
 *		   v    |
 *	PAUSE FREE NEXT |			PAUSE: before the second time
 *	    |   |   |   |			NEXT: another part of the same
 *	    +---+---+-> SENDING
 *
 * One announcement at a time, each said twice, or as often as its window wants.
 * It is dropped when its ticket is no longer called there, never because the
 * module was busy, and is never sent again once the module took it.  When the
 * oldest waits too long each is said once, first calls before recalls, with one
 * chime for all of them.
 *
 * A module may take an announcement in parts, each when it has spoken the one
 * before.  What has begun is finished: half a call says nothing.  A part that
 * the module refuses is left out then, and it was not said whole.
 *
 * When a call is undone that had begun to be said, that is corrected, once: its
 * ticket is asked to wait on.  What is said later about the same ticket, that it
 * is called, corrects it as well.
 *
 * Words that concern everybody (a hall that is to be left) come before all calls:
 * they cut off what is being said, and are said again and again until they end,
 * in each language in turn.  Calls wait meanwhile, and are said afterwards if
 * they are true and not too old.
 *
 * The end of speech is what the module says; if it says nothing for as long as
 * the part should take, it is asked.
 */
#ifndef VOICE_H
#define VOICE_H

#include "daemon/core/hall.h"
#include "display/texts.h"
#include "protocols/device.h"

#define VOICE_TIMES		2	/* to say it, if its window has no other number */
#define VOICE_PAUSE_MS		1000	/* between the two */
#define VOICE_CROWDED_MS	15000	/* the oldest waits longer: each once */
#define VOICE_STALE_MS		60000	/* after a restart, or while the module was away: not said any more */
#define VOICE_ASK_MS		1000	/* from one question to the next, while it is busy */
#define VOICE_ASK_PART_MS	200	/* the same when another part waits: the gap is heard */
#define VOICE_REPEAT_MS		200	/* an end told sooner is that of the clip before, told again: none is so short */
#define VOICE_WORDS_MS		2000	/* between two times of words for everybody */
#define VOICE_STUCK_MS		60000	/* no text takes so long: the module is stuck, a new text frees it */

/* A call or recall to be announced, or one to be corrected. */
struct voice_call {
	int		window;
	uint32_t	ticket;
	char		number[NUMBER_MAX];
	bool		recall;
	bool		corrects;
	bool		english;
	bool		once;		/* to be said, whatever its window wants */
	int64_t		since_ms;	/* steady time of the call, or of its undoing */
};

/* What tells one call or recall from all others. */
struct voice_mark {
	uint32_t	ticket;		/* 0: none */
	int64_t		since_ms;
};

enum voice_phase { VOICE_AWAY, VOICE_FREE, VOICE_NEXT, VOICE_SENDING, VOICE_SPEAKING, VOICE_ASKING, VOICE_PAUSE };

/* How far the last call at a window has come. */
enum announced {
	ANNOUNCED_NOTHING,	/* nobody is called there, or nothing speaks for the window now */
	ANNOUNCED_NOT_YET,	/* it waits for the module */
	ANNOUNCED_SPEAKING,
	ANNOUNCED_DONE,
	ANNOUNCED_FAILED,	/* refused, cut off, or the module was away for too long: not once was it said whole */
	ANNOUNCED_STATES
};

struct voice {
	const struct texts	*texts;
	enum voice_phase	phase;
	struct voice_call	now;		/* being said; window 0: none */
	int			round;		/* how often it was begun, until now */
	int			said;		/* how often it was said whole */
	int			part;		/* of it, from 0 */
	int			part_ms;	/* it takes about so long; 0: nothing is heard */
	bool			more;		/* there is another part */
	bool			heard;		/* some of it was taken and is or was spoken */
	bool			chime;		/* this time */
	bool			missed;		/* this time some of it was refused */
	int64_t			spoke_ms;	/* speaking since */
	int64_t			due_ms;		/* SPEAKING: ask; PAUSE: say it again */
	char			words[LANGUAGES][256];	/* for everybody; empty: none */
	enum language		tongue;		/* they are said in next */
	bool			shouts;		/* what is being said are such words; window of now is 0 */
	bool			run;		/* a run of announcements said once has had its chime */
	struct voice_call	waiting[2 * WINDOWS_MAX];	/* oldest first, at most one call and one correction a window */
	int			count;
	struct {
		uint8_t			ended;	/* enum announced, of one that is over */
		uint8_t			times;	/* to say its calls */
		struct voice_mark	begun;	/* said last, be it in part, and not corrected since */
		struct voice_mark	unsaid;	/* gave way, or failed, before it had begun */
	}			at[WINDOW_NO_MAX + 1];
};

enum voice_do { VOICE_WAIT, VOICE_SAY, VOICE_ASK };

/* Nothing waits, and the module is away.  texts is borrowed. */
void	voice_init(struct voice *, const struct texts *);

/* How often the calls of a window are said from now on, the one being said as well. */
void	voice_times(struct voice *, int window, int times);

/* Fill in the call that stands at a window of the hall.  False: nobody is called there. */
bool	voice_call(struct voice_call *, const struct hall *, int window);

/* Take a call.  The same ticket called at the same window is one announcement until it has begun. */
void	voice_add(struct voice *, const struct voice_call *);

/*
 * The last command at a window was undone, as the hall has it now: correct the
 * call that is not to be, and say the one that stands again if it gave way unsaid.
 */
void	voice_undone(struct voice *, const struct hall *, int window, int64_t steady_ms);

/*
 * After a restart: take up the call that stands at a window, if there is one.
 * Whether it was spoken before is on no disk: a call of the last VOICE_STALE_MS
 * is said, since to hear it again harms less than never to hear it, and once,
 * since most were; an older one counts as done.
 */
void	voice_resume(struct voice *, const struct hall *, int window, int64_t steady_ms);

/* Words for everybody, from now on; zh empty: none any more, en empty: in Chinese alone. */
void	voice_shout(struct voice *, const char *zh, const char *en, int64_t steady_ms);

/* Whether the module can be reached; told as often as one likes. */
void	voice_reach(struct voice *, bool, int64_t steady_ms);

/* What it answered; VOICE_NOTHING: it answered nothing to what was sent. */
void	voice_heard(struct voice *, enum voice_answer, int64_t steady_ms);

/*
 * What to do now.  VOICE_SAY: send that part of *say, at the volume of its window
 * (0: as loud as it can, at any hour), and tell voice_part what it is, or voice_skip; then voice_heard what the
 * module answers.  VOICE_ASK: ask whether it speaks, or if it cannot be asked
 * say so in its place: idle.  VOICE_WAIT: until something happens, or *wake_ms
 * (INT64_MAX: never).
 */
enum voice_do	voice_next(struct voice *, const struct hall *, int64_t steady_ms, struct announcement *say, int *part,
		    int64_t *wake_ms);

/* The part takes about so long to speak; 0: nothing is heard, as of a volume.  more: there is one after it. */
void	voice_part(struct voice *, int ms, bool more);

/* It is not to be said, or not once more: part 0 alone, before it was sent.  Nobody is told, and that is as it should be. */
void	voice_skip(struct voice *);

enum announced	voice_announced(const struct voice *, const struct hall *, int window);

/* "nothing", "not_yet", "speaking", "done", "failed". */
const char	*announced_name(enum announced);

#endif
