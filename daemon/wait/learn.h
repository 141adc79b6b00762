/*
 * What a hall has learnt about itself: how long services take, by whom; how
 * soon the next is called, who does not come, how long pauses are, who arrives
 * when.  A few thousand sums, each with its weight; every one is shrunk towards
 * what is assumed before anything was seen.  What was seen loses a fiftieth of
 * its weight a day, so that the sums follow what changes.
 *
 * Times are in seconds here, as laws are; services and classes are places in
 * hall.service_id and hall.class_id.
 */
#ifndef LEARN_H
#define LEARN_H

#include "daemon/core/hall.h"

#define HANDS_MAX	512
#define PARTS		48	/* of a day: half hours, from midnight */
#define PART_S		1800
#define PART_MS		(PART_S * INT64_C(1000))

/* So many were seen, with this sum; and of logarithms, with that of the squares. */
struct tally { double n, sum; };
struct law { double n, sum, squares; };

/* Who serves: somebody of the staff, or whoever sits at a window where nobody signs in. */
struct hand {
	uint32_t	staff;		/* id; 0: nobody known */
	int		window;		/* then its number */
	struct tally	all;		/* how much longer than usual, in logarithms */
	struct tally	service[SERVICES_MAX];
};

struct learnt {
	double		days;		/* weight of those that went in */
	struct law	service[SERVICES_MAX];	/* from the call to the end */
	struct tally	mean_s[SERVICES_MAX];
	struct tally	spread[SERVICES_MAX];
	struct tally	half[2];	/* before and after HALF_MIN: how much longer than usual, in logarithms */
	struct hand	hand[HANDS_MAX];
	int		hand_count;
	struct tally	gap_s;		/* from an end to the next call while somebody waits */
	struct tally	soon, late;	/* who did not come, of those called within NO_SHOW_AFTER_S; of the others, by seconds over it */
	struct tally	absent_s;	/* how long one that does not come is waited for */
	struct tally	cancel;		/* of seconds waited */
	struct tally	pause;		/* pauses after a service */
	struct law	pause_s;
	struct tally	arrive;		/* remote tickets whose holders came to the hall */
	struct tally	come_back;	/* of those passed, who came at the next call */
	struct tally	shows;		/* bookings whose holders came */
	struct law	early_s;	/* by how much before their time: no logarithms */
	struct tally	waited_s[SERVICES_MAX][PARTS];	/* of those who took a ticket then, until their first call */
	float		came[SERVICES_MAX][CLASSES_MAX][PARTS];	/* tickets, of all days */
	float		there[WINDOW_NO_MAX + 1][PARTS];	/* how much of it a window was open, of all days */

	/* Of today. */
	float		today[SERVICES_MAX][CLASSES_MAX][PARTS];
	int64_t		ended_ms[WINDOW_NO_MAX + 1];	/* steady time of the last end at a window since it opened; 0: none */
	int64_t		paused_ms[WINDOW_NO_MAX + 1];
	int64_t		opened_ms[WINDOW_NO_MAX + 1];	/* wall time; 0: not open */
};
#define NO_SHOW_AFTER_S	480
#define HALF_MIN	(13 * 60)	/* of the day: people work faster before it, or slower */

void	learn_init(struct learnt *);

/* Are these sums that could have been learnt?  What is not would make laws that break the arithmetic. */
bool	learnt_sound(const struct learnt *);

/* Facts come from now on, wall time: what was open was so until the hall's last fact, and is or is not. */
void	learn_begin(struct learnt *, const struct hall *, int64_t wall_ms);

/* A fact that the hall has just taken. */
void	learn_fact(struct learnt *, const struct layout *, const struct hall *, const struct fact *);

/* The day is over; what is open stays so. */
void	learn_day(struct learnt *, const struct hall *, int64_t wall_ms);

/* Of a service at a window: mean and deviation of the logarithm of its seconds. */
double	learnt_mean_log(const struct learnt *, const struct layout *, int service, const struct hand *);
double	learnt_sd_log(const struct learnt *, int service);
double	learnt_half(const struct learnt *, bool after);		/* of the day, to be added to the mean of the logarithm */
double	learnt_mean_s(const struct learnt *, const struct layout *, int service);
/* Who is at this window; NULL: nothing is known of them. */
const struct hand *learnt_hand(const struct learnt *, const struct hall *, int window);

double	learnt_gap_s(const struct learnt *);
double	learnt_no_show(const struct learnt *, double waited_s);	/* chance */
double	learnt_leaving(const struct learnt *);			/* rate, of a second over NO_SHOW_AFTER_S */
double	learnt_absent_s(const struct learnt *);
double	learnt_cancelling(const struct learnt *);		/* rate, of a second */
double	learnt_pauses(const struct learnt *);			/* chance, after a service */
double	learnt_pause_mean_log(const struct learnt *);
double	learnt_pause_sd_log(const struct learnt *);
double	learnt_arriving(const struct learnt *);			/* chance, of a remote ticket */
double	learnt_returning(const struct learnt *);		/* chance, of one that was passed */
double	learnt_shows(const struct learnt *);			/* chance, of a booking */
double	learnt_early_s(const struct learnt *, double *sd_s);

/* How much of a part of the day a window is open, 0 to 1; -1: no day has gone by yet. */
double	learnt_there(const struct learnt *, int window, int part);

/* How many come in a part of the day. */
double	learnt_arrivals(const struct learnt *, int service, int class, int part);

#endif
