/*
 * Voice modules that play recorded clips: DFPlayer, the AA family (JQ8900, DY),
 * KT142C and KT158A.
 *
 * How sure it is that an announcement was spoken, and when it ends:
 *
 *	dfplayer	takes each clip and says when it has ended
 *	dy		is asked whether it is there, then told everything unanswered;
 *			asked again when the clips' lengths are over
 *	kt142c		as dy
 *	kt158a		cannot be asked: it is taken for there while its port is open,
 *			and speaks for as long as hall.json says that its clips are
 */
#include <string.h>

#include "daemon/line/drivers/rows.h"
#include "protocols/clips.h"
#include "protocols/dfplayer.h"
#include "protocols/dy.h"
#include "protocols/kt142c.h"

#define VOLUME_MAX	30	/* of all of them */

struct player {
	bool	acks;		/* what it is told is answered */
	int	(*probe)(struct frame *, int address);
	size_t	(*volume)(uint8_t *, int volume);

	/* Write the frame that plays the first of some clips, or more of them: how many is left in *used. */
	size_t	(*play)(uint8_t *, const struct clip *const *, int count, int *used);
};

static bool
speaks_english(const struct device *d)
{
	return clip_there(&d->clip[CLIP_EN_TICKET]);
}

/* The clips that say a, in order; returns how many.  0: it cannot be said. */
static int
clips_of(const struct clip *clips[CLIPS_SAID], const struct device *d, struct announcement a)
{
	uint8_t word[CLIPS_SAID];
	int said, count = 0;

	a.chime &= clip_there(&d->clip[CLIP_CHIME]);
	a.english &= speaks_english(d);
	said = clips_say(word, &a);
	for (int i = 0; i < said; i++) {
		if (!clip_there(&d->clip[word[i]]))
			return 0;
		clips[count++] = &d->clip[word[i]];
	}
	return count;
}

static int
length_ms(const struct device *d, const struct clip *const *clips, int count)
{
	int ms = 0;

	for (int i = 0; i < count; i++)
		ms += clips[i]->ms != 0 ? clips[i]->ms : d->clip_ms;
	return ms;
}

static unsigned
answers(const struct player *p)
{
	return p->acks ? SAID(SAID_ACK) : 0;
}

/* One that answers nothing it is told is asked first: what it says tells that it is there. */
static bool
is_asked(const struct player *p)
{
	return !p->acks && p->probe != NULL;
}

static int
say_clips(struct frame *f, const struct device *d, const struct clip *const *clips, int count, int part, const struct player *p)
{
	size_t length;
	int used = 0, at = 0;

	for (length = p->play(f->bytes, clips, count, &used); part > 0 && length > 0; part--) {
		at += used;
		length = at < count ? p->play(f->bytes, clips + at, count - at, &used) : 0;
	}
	if (framed(f, length, answers(p), 0) == -1)
		return -1;
	f->speech_ms = length_ms(d, clips + at, used);
	f->more = at + used < count;
	return 0;
}

/* Ask it, set the volume, play. */
static int
say(struct frame *f, const struct device *d, const struct announcement *a, int part, const struct player *p)
{
	const struct clip *clips[CLIPS_SAID];
	int count = clips_of(clips, d, *a), result;

	if (count == 0 || a->volume < 0 || a->volume > 100)
		return -1;
	if (is_asked(p) && part == 0)
		result = p->probe(f, 0);
	else if (part == is_asked(p))
		result = framed(f, p->volume(f->bytes, (a->volume * VOLUME_MAX + 50) / 100), answers(p), 0);
	else
		return say_clips(f, d, clips, count, part - is_asked(p) - 1, p);
	f->more = true;
	return result;
}

/* DFPlayer. */

static int
dfplayer_probe(struct frame *f, int address)
{
	(void)address;
	return framed(f, dfplayer_command(f->bytes, DFPLAYER_QUERY_STATE, false, 0), SAID(SAID_SPEAKING) | SAID(SAID_IDLE), 0);
}

static size_t
dfplayer_volume(uint8_t *out, int volume)
{
	return dfplayer_command(out, DFPLAYER_VOLUME, true, volume);
}

static size_t
dfplayer_play(uint8_t *out, const struct clip *const *clips, int count, int *used)
{
	const struct clip *c = clips[0];

	(void)count;
	*used = 1;
	if (c->folder == 0)
		return dfplayer_command(out, DFPLAYER_MP3, true, c->file);
	return c->file <= 255 ? dfplayer_folder(out, true, c->folder, c->file) : dfplayer_big_folder(out, true, c->folder, c->file);
}

static const char *
dfplayer_clip_wrong(const struct clip *c)
{
	uint8_t out[DFPLAYER_FRAME];
	int used;

	if (c->name[0] == '\0' && dfplayer_play(out, &c, 1, &used) > 0)
		return NULL;
	return "must be 1 to 3000 (a file in the folder MP3), \"1/1\" to \"99/255\" or \"1/1\" to \"15/3000\"";
}

static const struct player dfplayer = { .acks = true, .probe = dfplayer_probe, .volume = dfplayer_volume, .play = dfplayer_play };

static int
dfplayer_say(struct frame *f, const struct device *d, const struct announcement *a, int part)
{
	return say(f, d, a, part, &dfplayer);
}

static int
dfplayer_stop(struct frame *f)
{
	return framed(f, dfplayer_command(f->bytes, DFPLAYER_STOP, true, 0), SAID(SAID_ACK), 0);
}

/* An error is a refusal, also one that comes after the frame was taken; but while the module starts it is as good as busy. */
static void
dfplayer_error_said(struct said *said, int error)
{
	said->kind = error == DFPLAYER_STARTING ? SAID_SPEAKING : SAID_NACK;
	said->error = error;
	said->why = dfplayer_error(error);
	said->again = error == DFPLAYER_CUT || error == DFPLAYER_SUM;
}

static int
dfplayer_parse_said(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	struct dfplayer_said frame;
	int used = dfplayer_parse(&frame, in, len);

	(void)state;
	*said = (struct said){ .kind = SAID_NOTHING };
	if (used <= 0)
		return used;
	switch (frame.kind) {
	case DFPLAYER_OTHER:
	case DFPLAYER_PLUGGED:
	case DFPLAYER_REMOVED:
		break;
	case DFPLAYER_STARTED:
		said->kind = SAID_STARTED;
		break;
	case DFPLAYER_FINISHED:
		said->kind = SAID_ENDED;
		break;
	case DFPLAYER_TAKEN:
		said->kind = SAID_ACK;
		break;
	case DFPLAYER_ERROR:
		dfplayer_error_said(said, frame.parameter);
		break;
	case DFPLAYER_STATE:
		said->kind = (frame.parameter & 0xFF) == 1 ? SAID_SPEAKING : SAID_IDLE;
		break;
	}
	return used;
}

const struct driver dfplayer_driver = {
	.name = "dfplayer", .kind = DRIVER_VOICE,
	.summary = "DFPlayer Mini (YX5200, FN-M16P) voice module, plays clips",
	.baud = 9600, .answer_ms = 300, .gap_ms = 100,
	.probe = dfplayer_probe, .say = dfplayer_say, .stop = dfplayer_stop, .clip_wrong = dfplayer_clip_wrong,
	.parse = dfplayer_parse_said,
};

/* The AA family. */

#define ONE_THEN_STOP	2	/* a mode */

static int
dy_probe(struct frame *f, int address)
{
	(void)address;
	return framed(f, dy_command(f->bytes, DY_QUERY_STATE), SAID(SAID_SPEAKING) | SAID(SAID_IDLE), 0);
}

static int
dy_greet(struct frame *f, int address)
{
	(void)address;
	return framed(f, dy_mode(f->bytes, ONE_THEN_STOP), 0, 0);
}

/* Clips with names are played in one go. */
static size_t
dy_play(uint8_t *out, const struct clip *const *clips, int count, int *used)
{
	char names[CLIPS_SAID][3];
	int n = 0;

	for (; n < count && clips[n]->name[0] != '\0'; n++)
		memcpy(names[n], clips[n]->name, sizeof(names[n]));
	*used = n > 0 ? n : 1;
	return n > 0 ? dy_sequence(out, (const char (*)[3])names, n) : dy_track(out, clips[0]->file);
}

static const char *
dy_clip_wrong(const struct clip *c)
{
	return c->folder == 0 ? NULL : "must be 1 to 65535 (a track) or two characters (a file in the folder ZH)";
}

static const struct player dy = { .probe = dy_probe, .volume = dy_volume, .play = dy_play };

static int
dy_say(struct frame *f, const struct device *d, const struct announcement *a, int part)
{
	return say(f, d, a, part, &dy);
}

static int
dy_stop(struct frame *f)
{
	return framed(f, dy_command(f->bytes, DY_STOP), 0, 0);
}

static int
dy_parse_said(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	struct dy_said answer;
	int used = dy_parse(&answer, in, len);

	(void)state;
	*said = (struct said){ .kind = SAID_NOTHING };
	if (used > 0 && answer.command == DY_QUERY_STATE)
		said->kind = answer.value == 1 ? SAID_SPEAKING : SAID_IDLE;
	return used;
}

const struct driver dy_driver = {
	.name = "dy", .kind = DRIVER_VOICE,
	.summary = "JQ8900, JQ8400, DY-SV17F, DY-SV5W, DY-SV8F voice modules, play clips",
	.baud = 9600, .answer_ms = 300, .gap_ms = 30,
	.probe = dy_probe, .greet = dy_greet, .say = dy_say, .stop = dy_stop, .clip_wrong = dy_clip_wrong,
	.parse = dy_parse_said,
};

/* KT142C, KT158A. */

static int
kt142c_probe(struct frame *f, int address)
{
	(void)address;
	return framed(f, kt142c_command(f->bytes, KT142C_QUERY_STATE, 0), SAID(SAID_SPEAKING) | SAID(SAID_IDLE), 0);
}

static size_t
kt142c_volume(uint8_t *out, int volume)
{
	return kt142c_command(out, KT142C_VOLUME, volume);
}

/* Clips up to 255 are played in one go. */
static size_t
kt142c_play(uint8_t *out, const struct clip *const *clips, int count, int *used)
{
	uint8_t files[KT142C_SEQUENCE];
	int n = 0;

	for (; n < count && n < KT142C_SEQUENCE && clips[n]->file <= 255; n++)
		files[n] = clips[n]->file;
	*used = n > 0 ? n : 1;
	return n > 0 ? kt142c_sequence(out, files, n) : kt142c_command(out, KT142C_PLAY, clips[0]->file);
}

static const char *
kt142c_clip_wrong(const struct clip *c)
{
	return c->folder == 0 && c->name[0] == '\0' ? NULL : "must be 1 to 65535";
}

static const struct player kt142c = { .probe = kt142c_probe, .volume = kt142c_volume, .play = kt142c_play };
static const struct player kt158a = { .volume = kt142c_volume, .play = kt142c_play };

static int
kt142c_say(struct frame *f, const struct device *d, const struct announcement *a, int part)
{
	return say(f, d, a, part, &kt142c);
}

static int
kt158a_say(struct frame *f, const struct device *d, const struct announcement *a, int part)
{
	return say(f, d, a, part, &kt158a);
}

static int
kt142c_stop(struct frame *f)
{
	return framed(f, kt142c_command(f->bytes, KT142C_STOP, 0), 0, 0);
}

static int
kt142c_parse_said(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	struct kt142c_said frame;
	int used = kt142c_parse(&frame, in, len);

	(void)state;
	*said = (struct said){ .kind = SAID_NOTHING };
	if (used <= 0)
		return used;
	switch (frame.kind) {
	case KT142C_OTHER:
		break;
	case KT142C_STARTED:
		said->kind = SAID_STARTED;
		break;
	case KT142C_TAKEN:
		said->kind = SAID_ACK;
		break;
	case KT142C_STATE:
		said->kind = (frame.parameter & 0xFF) == 1 ? SAID_SPEAKING : SAID_IDLE;
		break;
	}
	return used;
}

const struct driver kt142c_driver = {
	.name = "kt142c", .kind = DRIVER_VOICE,
	.summary = "KT142C voice chip, plays clips",
	.baud = 9600, .answer_ms = 300, .gap_ms = 30,
	.probe = kt142c_probe, .say = kt142c_say, .stop = kt142c_stop, .clip_wrong = kt142c_clip_wrong,
	.parse = kt142c_parse_said,
};

const struct driver kt158a_driver = {
	.name = "kt158a", .kind = DRIVER_VOICE,
	.summary = "KT158A voice chip, plays clips; cannot be asked anything",
	.baud = 115200, .answer_ms = 300, .gap_ms = 30,
	.say = kt158a_say, .stop = kt142c_stop, .clip_wrong = kt142c_clip_wrong,
	.parse = kt142c_parse_said,
};
