/*
 * What modules that play clips have in common: something is played, for so
 * long, and ends.  A unit's state begins with a struct player; the first of its
 * kind's options is how long a clip is.
 *
 * It says, a line an occurrence:
 *
 *	plays CLIP...	by number, FOLDER/FILE or name, as it was told
 *	done		all of them have been played
 *	cut off (something else is to be played)
 *	stopped, paused, resumed
 *	volume N
 */
#ifndef HALLSIM_PLAYER_H
#define HALLSIM_PLAYER_H

#include "tests/hallsim/sim.h"

#define PLAYER_VOLUME_MAX	30

struct player {
	bool	playing, paused;
	bool	busy;		/* told to play for ever */
	int64_t	ends_ms;	/* when it will be over */
	int64_t	left_ms;	/* how long it has to go, while paused */
	int	volume;
	char	what[256];	/* it plays, or played last */
};

#define PLAYER_OPTION	{ "ms_per_clip", 400, 0, 10000, "how long a clip is" }

/* Rows for controls[] of a kind. */
#define PLAYER_CONTROLS	{ "busy", "on|off", "it says that it plays, and never ends", 1, 1, ONE, player_control_busy }

/* Play so many clips, named in words. */
void	player_play(struct unit *, int clips, const char *format, ...) __attribute__((format(printf, 3, 4)));

void	player_stop(struct unit *);
void	player_pause(struct unit *);
void	player_resume(struct unit *);
void	player_volume(struct unit *, int volume);

/* 0 stopped, 1 playing, 2 paused: as all of these modules say it. */
int	player_state(const struct unit *);

/* For tick: is what was played over now? */
bool	player_over(struct unit *);

void	player_power(struct unit *);
void	player_show(struct unit *, FILE *);

const char *player_control_busy(struct unit *, int argc, char **argv, FILE *);

#endif
