/* What modules that play clips have in common. */
#include <stdarg.h>

#include "tests/hallsim/player.h"

void
player_play(struct unit *u, int clips, const char *format, ...)
{
	struct player *p = u->state;
	va_list ap;

	if (p->playing)
		say(u->name, "cut off (something else is to be played)");
	va_start(ap, format);
	vsnprintf(p->what, sizeof p->what, format, ap);
	va_end(ap);
	say(u->name, "plays %s", p->what);
	p->playing = true;
	p->paused = false;
	p->ends_ms = now_ms() + (int64_t)clips * u->line->option[0];
	u->due_ms = p->busy ? NEVER : p->ends_ms;
}

void
player_stop(struct unit *u)
{
	struct player *p = u->state;

	if (p->playing)
		say(u->name, "stopped");
	p->playing = p->paused = false;
	u->due_ms = NEVER;
}

void
player_pause(struct unit *u)
{
	struct player *p = u->state;

	if (!p->playing || p->paused)
		return;
	p->paused = true;
	p->left_ms = p->ends_ms - now_ms();
	u->due_ms = NEVER;
	say(u->name, "paused");
}

void
player_resume(struct unit *u)
{
	struct player *p = u->state;

	if (!p->paused)
		return;
	p->paused = false;
	p->ends_ms = now_ms() + p->left_ms;
	u->due_ms = p->busy ? NEVER : p->ends_ms;
	say(u->name, "resumed");
}

void
player_volume(struct unit *u, int volume)
{
	struct player *p = u->state;

	if (volume != p->volume)
		say(u->name, "volume %d", volume);
	p->volume = volume;
}

int
player_state(const struct unit *u)
{
	const struct player *p = u->state;

	return p->paused ? 2 : p->playing || p->busy;
}

bool
player_over(struct unit *u)
{
	struct player *p = u->state;

	if (!p->playing || p->paused || now_ms() < p->ends_ms)
		return false;
	p->playing = false;
	say(u->name, "done");
	return true;
}

void
player_power(struct unit *u)
{
	struct player *p = u->state;

	*p = (struct player){ .busy = p->busy, .volume = PLAYER_VOLUME_MAX };
}

void
player_show(struct unit *u, FILE *f)
{
	const struct player *p = u->state;
	const char *doing = p->paused ? "paused in" : p->playing ? "plays" : p->what[0] != '\0' ? "idle, played" : "idle";

	fprintf(f, "%s: %s%s%s, volume %d\n", u->name, doing, p->what[0] != '\0' ? " " : "", p->what, p->volume);
}

const char *
player_control_busy(struct unit *u, int argc, char **argv, FILE *f)
{
	struct player *p = u->state;
	int on = on_off(argv[0]);

	(void)argc, (void)f;
	if (on == -1)
		return "on or off";
	p->busy = on;
	if (p->playing && !p->paused)
		u->due_ms = on ? NEVER : p->ends_ms;
	return NULL;
}
