/* What a hall has learnt about itself. */
#include <math.h>
#include <string.h>

#include "daemon/wait/learn.h"

#define KEEPS		0.98	/* of its weight, from day to day */
#define NOMINAL_S	480	/* of a service of which nothing is said */
#define NO_START_S	15	/* a ticket that ends so soon without a start was nobody */
#define GAP_MAX_S	120	/* longer, the window was doing something else */
#define PAUSE_MAX_S	7200	/* longer, it was none */
#define LONGEST_S	1e6	/* nothing is so long, */
#define LONGEST_LOG	14	/* nor has a logarithm as far from 0 */
#define EARLY_SD_S	60	/* at least */

/* What is assumed, and how much it weighs. */
#define SERVICE_N	5
#define SPREAD		0.42	/* variance of the logarithm of a service */
#define HAND_N		15
#define HAND_SERVICE_N	25
#define HALF_N		50

static const struct learnt before_all = {
	.gap_s = { 20, 20 * 20 }, .soon = { 80, 4 }, .late = { 20 * 1500, 5 }, .absent_s = { 10, 450 },
	.cancel = { 100000, 2 }, .pause = { 80, 2 },
	.pause_s = { 5, 5 * 5.77, 5 * (5.77 * 5.77 + 0.5) },		/* seven minutes */
	.arrive = { 10, 7 }, .come_back = { 10, 4 }, .shows = { 10, 8.8 }, .early_s = { 5, 5 * 420, 5 * (420.0 * 420 + 480.0 * 480) },
};

void
learn_init(struct learnt *l)
{
	*l = before_all;
}

static void
count(struct tally *t, double x)
{
	t->n++;
	t->sum += x;
}

static void
count_law(struct law *l, double x)
{
	l->n++;
	l->sum += x;
	l->squares += x * x;
}

/* A weight, and a sum of as many, each between these. */
static bool
can_be(double n, double sum, double least, double most)
{
	return n >= 0 && sum >= n * least && sum <= n * most;
}

static bool
is_tally(const struct tally *t, double least, double most)
{
	return can_be(t->n, t->sum, least, most);
}

/* What is divided by its weight has in it what was assumed, but for what fading rounds. */
static bool
is_share(const struct tally *t, const struct tally *before, double least, double most)
{
	return t->n >= 0.99 * before->n && is_tally(t, least, most);
}

static bool
is_law(const struct law *l, const struct law *before, double least, double most)
{
	return l->n >= 0.99 * before->n && can_be(l->n, l->sum, least, most) && can_be(l->n, l->squares, 0, most * most);
}

static bool
are_counts(const float count[], int parts)
{
	for (int i = 0; i < parts; i++)
		if (!(count[i] >= 0) || isinf(count[i]))
			return false;
	return true;
}

static bool
is_service(const struct learnt *l, int s)
{
	bool sound = is_law(&l->service[s], &before_all.service[s], 0, LONGEST_LOG) && is_tally(&l->mean_s[s], 0, LONGEST_S) &&
	    is_tally(&l->spread[s], 0, LONGEST_LOG * LONGEST_LOG);

	for (int p = 0; p < PARTS; p++)
		sound &= is_tally(&l->waited_s[s][p], 0, LONGEST_S);
	return sound && are_counts(l->came[s][0], CLASSES_MAX * PARTS) && are_counts(l->today[s][0], CLASSES_MAX * PARTS);
}

static bool
is_sound_hand(const struct hand *hand)
{
	bool sound = is_tally(&hand->all, -LONGEST_LOG, LONGEST_LOG);

	for (int s = 0; s < SERVICES_MAX; s++)
		sound &= is_tally(&hand->service[s], -LONGEST_LOG, LONGEST_LOG);
	return sound;
}

bool
learnt_sound(const struct learnt *l)
{
	const struct learnt *before = &before_all;
	bool sound = l->days >= 0 && is_share(&l->gap_s, &before->gap_s, 0, GAP_MAX_S) && is_share(&l->soon, &before->soon, 0, 1) &&
	    is_share(&l->late, &before->late, -1, 1) && is_share(&l->absent_s, &before->absent_s, 0, LONGEST_S) &&
	    is_share(&l->cancel, &before->cancel, 0, 1) && is_share(&l->pause, &before->pause, 0, LONGEST_S) &&
	    is_share(&l->arrive, &before->arrive, 0, 1) && is_share(&l->come_back, &before->come_back, 0, 1) &&
	    is_share(&l->shows, &before->shows, 0, 1) && is_law(&l->pause_s, &before->pause_s, 0, LONGEST_LOG) &&
	    is_law(&l->early_s, &before->early_s, -LONGEST_S, LONGEST_S);

	for (int i = 0; i < 2; i++)
		sound &= is_tally(&l->half[i], -LONGEST_LOG, LONGEST_LOG);
	for (int s = 0; s < SERVICES_MAX; s++)
		sound &= is_service(l, s);
	for (int i = 0; i < l->hand_count; i++)
		sound &= is_sound_hand(&l->hand[i]);
	return sound && are_counts(l->there[0], (WINDOW_NO_MAX + 1) * PARTS);
}

static double
share(const struct tally *t)
{
	return t->sum / t->n;
}

static double
variance(const struct law *l)
{
	double mean = l->sum / l->n, v = l->squares / l->n - mean * mean;

	return v > 0 ? v : 0;
}

static bool
is_hand(const struct hand *hand, uint32_t staff, int window)
{
	return hand->staff == staff && (staff != 0 || hand->window == window);
}

const struct hand *
learnt_hand(const struct learnt *l, const struct hall *h, int window)
{
	for (int i = 0; i < l->hand_count; i++)
		if (is_hand(&l->hand[i], h->window[window].staff, window))
			return &l->hand[i];
	return NULL;
}

/* New, in the place of whoever was seen least when there is no room. */
static struct hand *
hand_of(struct learnt *l, const struct hall *h, int window)
{
	struct hand *hand = (struct hand *)learnt_hand(l, h, window);

	if (hand != NULL)
		return hand;
	hand = &l->hand[0];
	if (l->hand_count < HANDS_MAX)
		hand = &l->hand[l->hand_count++];
	else
		for (int i = 1; i < HANDS_MAX; i++)
			if (l->hand[i].all.n < hand->all.n)
				hand = &l->hand[i];
	*hand = (struct hand){ .staff = h->window[window].staff, .window = window };
	return hand;
}

/* Mean of the logarithm of a service, whoever serves. */
static double
usual(const struct learnt *l, const struct layout *layout, int service)
{
	const struct law *law = &l->service[service];
	int nominal_s = service < layout->service_count ? layout->service[service].nominal_s : 0;
	double before = log(nominal_s > 0 ? nominal_s : NOMINAL_S) - SPREAD / 2;

	return (law->sum + SERVICE_N * before) / (law->n + SERVICE_N);
}

double
learnt_mean_log(const struct learnt *l, const struct layout *layout, int service, const struct hand *hand)
{
	double mean = usual(l, layout, service), all;

	if (hand == NULL)
		return mean;
	all = hand->all.sum / (hand->all.n + HAND_N);
	return mean + all + (hand->service[service].sum - hand->service[service].n * all) / (hand->service[service].n + HAND_SERVICE_N);
}

double
learnt_half(const struct learnt *l, bool after)
{
	const struct tally *half = &l->half[after];

	return half->sum / (half->n + HALF_N);
}

double
learnt_sd_log(const struct learnt *l, int service)
{
	const struct tally *square = &l->spread[service];

	return sqrt(fmax(0.04, (square->sum + SERVICE_N * SPREAD) / (square->n + SERVICE_N)));
}

double
learnt_mean_s(const struct learnt *l, const struct layout *layout, int service)
{
	int nominal_s = service < layout->service_count ? layout->service[service].nominal_s : 0;

	return (l->mean_s[service].sum + SERVICE_N * (nominal_s > 0 ? nominal_s : NOMINAL_S)) / (l->mean_s[service].n + SERVICE_N);
}

double
learnt_gap_s(const struct learnt *l)
{
	return share(&l->gap_s);
}

double
learnt_leaving(const struct learnt *l)
{
	return fmax(0, share(&l->late));
}

/* Some never come; the longer the wait, the more have left. */
double
learnt_no_show(const struct learnt *l, double waited_s)
{
	double over_s = waited_s > NO_SHOW_AFTER_S ? waited_s - NO_SHOW_AFTER_S : 0;

	return 1 - (1 - share(&l->soon)) * exp(-learnt_leaving(l) * over_s);
}

double
learnt_absent_s(const struct learnt *l)
{
	return share(&l->absent_s);
}

double
learnt_cancelling(const struct learnt *l)
{
	return share(&l->cancel);
}

double
learnt_pauses(const struct learnt *l)
{
	return share(&l->pause);
}

double
learnt_pause_mean_log(const struct learnt *l)
{
	return l->pause_s.sum / l->pause_s.n;
}

double
learnt_pause_sd_log(const struct learnt *l)
{
	return sqrt(fmax(0.04, variance(&l->pause_s)));
}

double
learnt_arriving(const struct learnt *l)
{
	return share(&l->arrive);
}

double
learnt_returning(const struct learnt *l)
{
	return share(&l->come_back);
}

double
learnt_shows(const struct learnt *l)
{
	return share(&l->shows);
}

double
learnt_early_s(const struct learnt *l, double *sd_s)
{
	*sd_s = fmax(EARLY_SD_S, sqrt(variance(&l->early_s)));
	return l->early_s.sum / l->early_s.n;
}

double
learnt_there(const struct learnt *l, int window, int part)
{
	return l->days == 0 ? -1 : fmin(1, l->there[window][part] / l->days);
}

double
learnt_arrivals(const struct learnt *l, int service, int class, int part)
{
	return l->days > 0 && part < PARTS ? l->came[service][class][part] / l->days : 0;
}

static int
minute(int64_t wall_ms)
{
	int min;

	date_at(wall_ms, &min);
	return min;
}

/* The leg that this fact ended at its window; NULL: it was none. */
static const struct leg *
ended(const struct hall *h, const struct ticket *t, const struct fact *f)
{
	for (uint32_t at = t->first + 1; at != 0; at = h->leg[at - 1].next)
		if (h->leg[at - 1].ended_ms == f->at.steady_ms && h->leg[at - 1].window == f->window)
			return &h->leg[at - 1];
	return NULL;
}

/* Was it held by its window?  Its last call is not its first then.  Of a remote ticket held_ms says when it was reached. */
static bool
was_held(const struct hall *h, const struct leg *leg)
{
	return leg->held_ms != 0 && !h->ticket[leg->ticket].remote;
}

/* Until its last call; that the hall stood still is nobody's wait. */
static double
waited_s(const struct hall *h, const struct leg *leg)
{
	return fmax(0, (leg->called_ms - leg->entry_ms - hall_stood(h, leg->entry_ms, leg->called_ms)) / 1e3);
}

static void
served(struct learnt *l, const struct layout *layout, const struct hall *h, const struct leg *leg, int min)
{
	struct hand *hand = hand_of(l, h, leg->window);
	double s = fmax(1, (leg->ended_ms - leg->called_ms) / 1e3), more = log(s) - usual(l, layout, leg->service), off;

	if (was_held(h, leg) || hall_stood(h, leg->called_ms, leg->ended_ms) > 0 || (leg->no_start && s < NO_START_S))
		return;
	off = log(s) - learnt_mean_log(l, layout, leg->service, hand) - learnt_half(l, min >= HALF_MIN);
	count(&l->spread[leg->service], off * off);
	count_law(&l->service[leg->service], log(s));
	count(&l->mean_s[leg->service], s);
	count(&hand->all, more);
	count(&hand->service[leg->service], more);
	count(&l->half[min >= HALF_MIN], more);
	count(&l->pause, 0);
	if (leg->passes > 0)
		count(&l->come_back, 1);
}

static void
absent(struct learnt *l, const struct hall *h, const struct leg *leg, int64_t at_ms)
{
	if (was_held(h, leg))
		return;
	if (leg->passes > (leg->state == LEG_PASSED))
		count(&l->come_back, 0);
	else if (waited_s(h, leg) < NO_SHOW_AFTER_S)
		l->soon.sum++;
	else
		l->late.sum++;
	count(&l->absent_s, (at_ms - leg->called_ms) / 1e3);
	count(&l->pause, 0);
}

/*
 * Somebody was called so long after others begin to leave.  Of many such, the
 * share 1 - exp(-rate * over) has left, which is what is counted against those
 * that do not come; some of the rest would not have come in any case.
 */
static void
stayed(struct learnt *l, double over_s)
{
	double rate = fmax(1e-6, learnt_leaving(l)), left = 1 - exp(-rate * over_s);

	l->late.n += left / rate;
	l->late.sum -= (1 - left) * share(&l->soon);
}

static void
called(struct learnt *l, const struct hall *h, const struct ticket *t, const struct leg *leg)
{
	int64_t *ended_ms = &l->ended_ms[leg->window];
	double s = waited_s(h, leg);

	if (*ended_ms != 0 && leg->entry_ms < *ended_ms)
		count(&l->gap_s, fmin((leg->called_ms - *ended_ms) / 1e3, GAP_MAX_S));
	*ended_ms = 0;
	if (was_held(h, leg))
		return;
	l->cancel.n += s;
	if (leg->passes > 0)
		return;
	if (!t->remote && (uint32_t)(leg - h->leg) == t->first)
		count(&l->waited_s[leg->service][minute(t->issued_ms) * 60 / PART_S], s);
	if (s < NO_SHOW_AFTER_S)
		l->soon.n++;
	else
		stayed(l, s - NO_SHOW_AFTER_S);
}

/* It was open until now: so much of each part of the day that this touches. */
static void
leaves(struct learnt *l, int no, int64_t to_ms)
{
	int64_t from_ms = l->opened_ms[no];

	l->opened_ms[no] = l->ended_ms[no] = 0;
	if (from_ms == 0 || to_ms - from_ms > 86400 * INT64_C(1000))
		return;
	while (from_ms < to_ms) {
		int64_t next_ms = from_ms - from_ms % PART_MS + PART_MS;

		if (next_ms > to_ms)
			next_ms = to_ms;
		l->there[no][minute(from_ms) * 60 / PART_S] += (float)(next_ms - from_ms) / PART_MS;
		from_ms = next_ms;
	}
}

static void
open_from(struct learnt *l, const struct hall *h, int64_t wall_ms)
{
	for (int no = 0; no <= WINDOW_NO_MAX; no++)
		l->opened_ms[no] = window_open(&h->window[no]) ? wall_ms : 0;
}

void
learn_begin(struct learnt *l, const struct hall *h, int64_t wall_ms)
{
	for (int no = 0; no <= WINDOW_NO_MAX; no++)
		leaves(l, no, h->wall_ms);
	open_from(l, h, wall_ms);
}

static void
paused(struct learnt *l, const struct fact *f)
{
	leaves(l, f->window, f->at.wall_ms);
	l->pause.sum++;
	l->paused_ms[f->window] = f->at.steady_ms;
}

static void
back(struct learnt *l, const struct fact *f)
{
	int64_t *paused_ms = &l->paused_ms[f->window];
	double s = (f->at.steady_ms - *paused_ms) / 1e3;

	if (*paused_ms != 0 && s >= 1 && s < PAUSE_MAX_S)
		count_law(&l->pause_s, log(s));
	*paused_ms = l->ended_ms[f->window] = 0;
	l->opened_ms[f->window] = f->at.wall_ms;
}

static void
booked(struct learnt *l, const struct booking *b, const struct fact *f)
{
	double early_s = b == NULL ? 0 : (b->from_ms - f->at.wall_ms) / 1e3;

	count(&l->shows, f->kind == BOOKING_CHECKED_IN);
	if (b == NULL || f->kind != BOOKING_CHECKED_IN)
		return;
	count_law(&l->early_s, early_s);
}

void
learn_fact(struct learnt *l, const struct layout *layout, const struct hall *h, const struct fact *f)
{
	const struct ticket *t = f->ticket == 0 ? NULL : hall_ticket(h, f->ticket);
	const struct leg *leg = t == NULL ? NULL : hall_leg(h, t);

	/* Later: a window means to pause or close, or does not any more; it is told again when it does. */
	if ((t != NULL && t->rehearsal) || f->later)
		return;
	switch (f->kind) {
	case TICKET_ISSUED:
		if (leg != NULL && !f->remote && f->booking == 0)
			l->today[leg->service][t->class][minute(f->at.wall_ms) * 60 / PART_S]++;
		break;
	case TICKET_CALLED:
		if (leg != NULL)
			called(l, h, t, leg);
		break;
	case TICKET_FINISHED:
	case TICKET_TRANSFERRED:
		if (t != NULL && !f->at_close && (leg = ended(h, t, f)) != NULL)
			served(l, layout, h, leg, minute(f->at.wall_ms));
		l->ended_ms[f->window] = f->at.steady_ms;
		break;
	case TICKET_PASSED:
	case TICKET_ABANDONED:
		if (leg != NULL)
			absent(l, h, leg, f->at.steady_ms);
		l->ended_ms[f->window] = f->at.steady_ms;
		break;
	case TICKET_CANCELLED:
		if (f->window == 0)
			l->cancel.sum++;
		break;
	case TICKET_CHECKED_IN:
	case TICKET_NO_SHOW:
		count(&l->arrive, f->kind == TICKET_CHECKED_IN);
		break;
	case BOOKING_CHECKED_IN:
	case BOOKING_NO_SHOW:
		booked(l, hall_booking(h, f->booking), f);
		break;
	case WINDOW_PAUSED:
		paused(l, f);
		break;
	case WINDOW_OPENED:
	case WINDOW_RESUMED:
		back(l, f);
		break;
	case WINDOW_CLOSED:
		leaves(l, f->window, f->at.wall_ms);
		l->paused_ms[f->window] = 0;
		break;
	default:
		break;
	}
}

/* What was seen weighs less; what is assumed does not: after a quiet year one person would be all that is known. */
static void
fade_number(double *x, double before)
{
	*x = before + (*x - before) * KEEPS;
}

static void
fade(struct tally *t, const struct tally *before)
{
	fade_number(&t->n, before->n);
	fade_number(&t->sum, before->sum);
}

static void
fade_law(struct law *l, const struct law *before)
{
	fade_number(&l->n, before->n);
	fade_number(&l->sum, before->sum);
	fade_number(&l->squares, before->squares);
}

void
learn_day(struct learnt *l, const struct hall *h, int64_t wall_ms)
{
	const struct learnt *before = &before_all;

	for (int no = 0; no <= WINDOW_NO_MAX; no++)
		leaves(l, no, wall_ms);
	l->days = (l->days + 1) * KEEPS;
	for (int s = 0; s < SERVICES_MAX; s++) {
		fade_law(&l->service[s], &before->service[s]);
		fade(&l->mean_s[s], &before->mean_s[s]);
		fade(&l->spread[s], &before->spread[s]);
		for (int p = 0; p < PARTS; p++)
			fade(&l->waited_s[s][p], &before->waited_s[s][p]);
		for (int c = 0; c < CLASSES_MAX; c++)
			for (int p = 0; p < PARTS; p++)
				l->came[s][c][p] = (l->came[s][c][p] + l->today[s][c][p]) * KEEPS;
	}
	for (int i = 0; i < l->hand_count; i++) {
		fade(&l->hand[i].all, &before->hand[i].all);
		for (int s = 0; s < SERVICES_MAX; s++)
			fade(&l->hand[i].service[s], &before->hand[i].service[s]);
	}
	for (int no = 0; no <= WINDOW_NO_MAX; no++)
		for (int p = 0; p < PARTS; p++)
			l->there[no][p] *= KEEPS;
	fade(&l->half[0], &before->half[0]);
	fade(&l->half[1], &before->half[1]);
	fade(&l->gap_s, &before->gap_s);
	fade(&l->soon, &before->soon);
	fade(&l->late, &before->late);
	fade(&l->absent_s, &before->absent_s);
	fade(&l->cancel, &before->cancel);
	fade(&l->pause, &before->pause);
	fade(&l->arrive, &before->arrive);
	fade(&l->come_back, &before->come_back);
	fade(&l->shows, &before->shows);
	fade_law(&l->pause_s, &before->pause_s);
	fade_law(&l->early_s, &before->early_s);
	memset(l->today, 0, sizeof l->today);
	memset(l->ended_ms, 0, sizeof l->ended_ms);
	memset(l->paused_ms, 0, sizeof l->paused_ms);
	open_from(l, h, wall_ms);
}
