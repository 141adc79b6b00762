/*
 * hallsim: the command line, the table of kinds, the loop, and the controls
 * that are the same for all devices.
 */
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/hallsim/sim.h"

#define LINES_MAX	32
#define CLIENTS_MAX	16

static const struct kind *const kinds[] = {
	&printer_kind, &sign_kind, &keypad_kind, &buttons_kind, &scanner_kind, &idcard_kind,
	&voice_kind, &syn6658_kind, &xfs5152_kind, &dfplayer_kind, &dy_kind, &kt142c_kind, &kt158a_kind,
	&alpha_kind, &modbus_kind, &sunpn_kind, &sum_kind, &console_kind,
};

#define KINDS	(sizeof kinds / sizeof kinds[0])

/* Who gives control lines: stdin, or a connection to the control socket. */
struct client {
	int	in, out;
	size_t	len;
	char	buf[4096];
};

static struct line *lines[LINES_MAX];
static int line_count;
static struct client *clients[CLIENTS_MAX];
static int client_count;
static volatile sig_atomic_t stopping;
static bool stamped;			/* lines begin with the time */

/* Nobody reads what happens any more: there is nothing left to do. */
static void
flush(void)
{
	if (fflush(stdout) == EOF && errno == EPIPE)
		stopping = 1;
}

/* Begin a line. */
static void
begin(const char *name)
{
	if (stamped)
		printf("%lld ", (long long)now_ms());
	printf("%s: ", name);
}

void
say(const char *name, const char *format, ...)
{
	va_list ap;

	begin(name);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	flush();
}

void
bad_frame(const char *name, const uint8_t *bytes, size_t len, const char *format, ...)
{
	va_list ap;

	begin(name);
	printf("bad frame ");
	for (size_t i = 0; i < len && i < 256; i++)
		printf("%02X", bytes[i]);
	printf(len > 256 ? "... " : " ");
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	flush();
}

int
on_off(const char *word)
{
	if (strcmp(word, "on") == 0)
		return 1;
	return strcmp(word, "off") == 0 ? 0 : -1;
}

int
number(const char *word, int min, int max)
{
	char *end;
	long n;

	if (!isdigit((unsigned char)*word))
		return -1;
	errno = 0;
	n = strtol(word, &end, 10);
	return *end != '\0' || errno != 0 || n < min || n > max ? -1 : (int)n;
}

/* The controls common to all kinds. */

static const char *
control_silent(struct unit *u, int argc, char **argv, FILE *answer)
{
	int on = on_off(argv[0]);

	(void)argc, (void)answer;
	if (on == -1)
		return "on or off";
	u->silent = on;
	return NULL;
}

const char *
control_badcheck(struct unit *u, int argc, char **argv, FILE *answer)
{
	int on = on_off(argv[0]);

	(void)argc, (void)answer;
	if (on == -1)
		return "on or off";
	u->badcheck = on;
	return NULL;
}

static void
power(struct unit *u, bool on)
{
	u->off = !on;
	u->due_ms = NEVER;
	if (on && u->line->kind->power != NULL)
		u->line->kind->power(u);
}

static const char *
control_power(struct unit *u, int argc, char **argv, FILE *answer)
{
	int on = on_off(argv[0]);

	(void)argc, (void)answer;
	if (on == -1)
		return "on or off";
	if (u->off != on)
		return on ? "it is on" : "it is off";
	say(u->name, "power %s", argv[0]);
	power(u, on);
	line_feed(u->line);
	return NULL;
}

static const char *
control_hex(struct unit *u, int argc, char **argv, FILE *answer)
{
	uint8_t bytes[1024];
	int n = hex_parse(bytes, sizeof bytes, argv, argc);

	(void)answer;
	if (n == -1)
		return "bytes are two hexadecimal digits each, 1024 at most";
	line_send(u->line, bytes, n);
	return NULL;
}

static const char *
control_noise(struct unit *u, int argc, char **argv, FILE *answer)
{
	uint8_t bytes[256];
	int n = number(argv[0], 1, sizeof bytes);

	(void)argc, (void)answer;
	if (n == -1 || getrandom(bytes, n, 0) != n)
		return "1 to 256 bytes";
	line_send(u->line, bytes, n);
	return NULL;
}

static const char *
control_spoil(struct unit *u, int argc, char **argv, FILE *answer)
{
	int permille = number(argv[0], 0, 1000), seed = argc > 2 ? number(argv[2], 0, INT_MAX) : 1;

	(void)answer;
	if (permille == -1 || seed == -1 || wire_noise(u->line->wire, permille, argc > 1 ? argv[1] : "any", seed) == -1)
		return "0 to 1000; change, lose, add or any; a seed";
	return NULL;
}

static const char *
control_tell(struct unit *u, int argc, char **argv, FILE *answer)
{
	int on = on_off(argv[0]);

	(void)argc, (void)answer;
	if (on == -1)
		return "on or off";
	u->line->tells = on;
	return NULL;
}

static const char *
control_half(struct unit *u, int argc, char **argv, FILE *answer)
{
	bool each = strcmp(argv[0], "each") == 0, off = strcmp(argv[0], "off") == 0;
	int frames = each ? -1 : off ? 0 : number(argv[0], 1, INT_MAX);
	int permille = each && argc > 1 ? number(argv[1], 0, 1000) : each ? -1 : 1000;
	int seed = argc > 2 ? number(argv[2], 0, INT_MAX) : 1;

	(void)answer;
	if ((!each && !off && frames == -1) || permille == -1 || seed == -1 || (!each && argc > 1))
		return "how many, each with a chance of 0 to 1000, or off";
	wire_halve(u->line->wire, frames, permille, seed);
	return NULL;
}

static const char *
control_unplug(struct unit *u, int argc, char **argv, FILE *answer)
{
	(void)argc, (void)argv, (void)answer;
	if (!line_plugged(u->line))
		return "it is not plugged in";
	line_unplug(u->line);
	say(u->line->name, "unplugged");
	return NULL;
}

static const char *
control_replug(struct unit *u, int argc, char **argv, FILE *answer)
{
	(void)argc, (void)argv, (void)answer;
	if (line_plugged(u->line))
		return "it is plugged in";
	if (line_plug(u->line) == -1)
		return strerror(errno);
	say(u->line->name, "plugged in");
	return NULL;
}

static const char *
control_rename(struct unit *u, int argc, char **argv, FILE *answer)
{
	(void)argc, (void)argv, (void)answer;
	if (u->line->slave == -1)
		return "it is not plugged in, or has no name";
	if (line_rename(u->line) == -1)
		return strerror(errno);
	say(u->line->name, "plugged in as another");
	return NULL;
}

static const char *
control_show(struct unit *u, int argc, char **argv, FILE *answer)
{
	(void)argc, (void)argv;
	if (u->off)
		fprintf(answer, "%s: no power\n", u->name);
	else
		u->line->kind->show(u, answer);
	return NULL;
}

static const struct control common[] = {
	{ "show", "", "what it shows now, before the ok", 0, 0, EACH, control_show },
	{ "silent", "on|off", "it works, but sends nothing", 1, 1, EACH, control_silent },
	{ "power", "off|on", "it hears, sends and shows nothing, and forgets", 1, 1, EACH,
	  control_power },
	{ "unplug", "", "take away the pseudo-terminal and its link", 0, 0, WHOLE, control_unplug },
	{ "replug", "", "make new ones", 0, 0, WHOLE, control_replug },
	{ "rename", "", "both at once, and the new one has another name", 0, 0, WHOLE, control_rename },
	{ "noise", "N", "send N random bytes", 1, 1, WHOLE, control_noise },
	{ "spoil", "PERMILLE [HOW [SEED]]", "of bytes, both ways: change, lose, add, any of them", 1, 3, WHOLE, control_spoil },
	{ "half", "N|each PERMILLE [SEED]|off", "the next N frames that devices say, or of all so many, end in their middle", 1, 3, WHOLE,
	  control_half },
	{ "tell", "on|off", "of frames that devices send: when they arrive, in milliseconds, and whether whole", 1, 1, WHOLE, control_tell },
	{ "hex", "BYTE...", "send these bytes", 1, WORDS_MAX, WHOLE, control_hex },
	{ .word = NULL },
};

static const struct control *
control_find(const struct control *c, const char *word)
{
	for (; c != NULL && c->word != NULL; c++)
		if (strcmp(c->word, word) == 0)
			return c;
	return NULL;
}

/* The line a name stands for, and the unit if it names one, or has but one. */
static struct line *
find(const char *name, struct unit **unit)
{
	for (int i = 0; i < line_count; i++) {
		struct line *l = lines[i];

		*unit = l->units == 1 ? &l->unit[0] : NULL;
		if (strcmp(l->name, name) == 0)
			return l;
		for (int k = 0; k < l->units; k++) {
			*unit = &l->unit[k];
			if (strcmp(l->unit[k].name, name) == 0)
				return l;
		}
	}
	return NULL;
}

/* Do one control line, cut into words.  Returns NULL, or why not. */
static const char *
control(int argc, char **argv, FILE *answer)
{
	const struct control *c;
	struct unit *u;
	struct line *l;
	const char *why = NULL, *word;

	if (argc == 3 && strcmp(argv[0], "advance") == 0 && strcmp(argv[1], "to") == 0)
		return pace_advance(argv[2], answer);
	if (argc < 2)
		return "say NAME WORD ARGUMENT..., see hallsim -h";
	word = argv[1];
	if ((l = find(argv[0], &u)) == NULL) {
		word = argv[0];
		l = find(argv[1], &u);
	}
	if (l == NULL)
		return "no device of this name";
	if ((c = control_find(common, word)) == NULL &&
	    (c = control_find(l->kind->controls, word)) == NULL)
		return "this kind of device does not know this word";
	argc -= 2;
	argv += 2;
	if (argc < c->least || argc > c->most)
		return *c->arguments != '\0' ? c->arguments : "this word takes no arguments";
	if (c->scope == WHOLE)
		return c->run(&l->unit[0], argc, argv, answer);
	if (u != NULL)
		return c->run(u, argc, argv, answer);
	if (c->scope == ONE)
		return "which address? say NAME/ADDRESS";
	for (int i = 0; i < l->units && why == NULL; i++)
		why = c->run(&l->unit[i], argc, argv, answer);
	return why;
}

/* Do one line as text; the answer goes to out in one write. */
static void
control_line(int out, char *text)
{
	char *argv[WORDS_MAX], *answer = NULL, *save;
	const char *why;
	size_t size, done = 0;
	FILE *f = open_memstream(&answer, &size);
	int argc = 0;
	ssize_t n;

	if (f == NULL)
		abort();
	for (char *p = strtok_r(text, " \t\r", &save); p != NULL && argc < WORDS_MAX;
	    p = strtok_r(NULL, " \t\r", &save))
		argv[argc++] = p;
	why = argc == 0 ? NULL : control(argc, argv, f);
	fprintf(f, why == NULL ? "ok\n" : "error %s\n", why);
	fclose(f);
	while (done < size && (n = write(out, answer + done, size - done)) > 0)
		done += n;
	free(answer);
}

static void
client_add(int in, int out)
{
	struct client *c;

	if (client_count == CLIENTS_MAX) {
		close(in);
		return;
	}
	if ((c = calloc(1, sizeof *c)) == NULL)
		abort();
	c->in = in;
	c->out = out;
	clients[client_count++] = c;
}

static void
client_remove(int i)
{
	if (clients[i]->in != STDIN_FILENO)
		close(clients[i]->in);
	free(clients[i]);
	clients[i] = clients[--client_count];
}

/* Read control lines and do them.  0, or -1 when the client has gone. */
static int
client_readable(struct client *c)
{
	ssize_t n = read(c->in, c->buf + c->len, sizeof c->buf - c->len);
	char *p = c->buf, *end;

	if (n <= 0)
		return n == -1 && (errno == EINTR || errno == EAGAIN) ? 0 : -1;
	c->len += n;
	while ((end = memchr(p, '\n', c->buf + c->len - p)) != NULL) {
		*end = '\0';
		control_line(c->out, p);
		p = end + 1;
	}
	c->len -= p - c->buf;
	memmove(c->buf, p, c->len);
	return c->len == sizeof c->buf ? -1 : 0;
}

/* The control socket, over a stale one but over nothing else. */
static int
control_listen(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct stat st;
	int fd;

	if (strlen(path) >= sizeof sun.sun_path)
		errx(1, "%s: longer than a socket's path may be", path);
	memcpy(sun.sun_path, path, strlen(path) + 1);
	if (make_parents(path) == -1)
		err(1, "%s", path);
	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1 || bind(fd, (struct sockaddr *)&sun, sizeof sun) == -1 || listen(fd, 8) == -1)
		err(1, "%s", path);
	return fd;
}

/* The command line. */

static void
usage_controls(const struct control *c)
{
	for (; c != NULL && c->word != NULL; c++)
		printf("    %-8s %-26s %s\n", c->word, c->arguments, c->summary);
}

static void
usage(void)
{
	printf("usage: hallsim [-T] [-c CONTROL] [-t CLOCK] KIND=LINK[,name=NAME][,address=N[-M]][,tcp=PORT][,baud=N][,OPTION=N...] ...\n"
	    "       hallsim [-T] [-c CONTROL] [-t CLOCK] --replay FILE.ser=LINK[,name=NAME][,tcp=PORT][,baud=N] ...\n"
	    "       hallsim -s CONTROL CONTROL-LINE...     to one that runs already\n\n"
	    "Each device is a pseudo-terminal linked at LINK, or listens at a PORT of 127.0.0.1; with\n"
	    "a baud its bytes take their time, else none.  What happens to it is said on\n"
	    "stdout as \"NAME: what\"; what it received and cannot understand as\n"
	    "\"NAME: bad frame HEX why\"; NAME is by default the last part of LINK.  Those with an\n"
	    "address are called NAME/ADDRESS; there may be several on a line.  With echo=1 all\n"
	    "that the line receives comes back at once, as from an adapter that hears itself.\n\n"
	    "Control lines come on stdin and on the Unix stream socket CONTROL: NAME WORD\n"
	    "ARGUMENT... or WORD NAME ARGUMENT...  Each is answered with \"ok\" or \"error why\".\n"
	    "With -t time is that of a halld with --test-clock CLOCK, and moves by \"advance to T\".\n"
	    "With -T what happens is said with its time, in milliseconds.\n\n");
	fputs(capture_help, stdout);
	printf("\nFor all kinds:\n");
	usage_controls(common);
	for (size_t i = 0; i < KINDS; i++) {
		const struct kind *k = kinds[i];

		printf("\n%s: %s\n", k->name, k->summary);
		for (const struct setting *o = k->options; o < k->options + OPTIONS_MAX && o->name != NULL; o++)
			printf("  option %-13s %d-%d, default %d: %s\n", o->name, o->min, o->max,
			    o->value, o->summary);
		usage_controls(k->controls);
	}
}

static void
set_addresses(struct line *l, const char *value)
{
	int first, last, used = 0;

	if (!l->kind->addressed)
		errx(2, "%s: a %s has no address", l->link, l->kind->name);
	if (sscanf(value, "%d%n-%d%n", &first, &used, &last, &used) == 1)
		last = first;
	if (used == 0 || value[used] != '\0' || first < 1 || last < first || last > 254 ||
	    last - first >= UNITS_MAX)
		errx(2, "%s: address=%s: N or N-M, 1 to 254, at most %d", l->link, value, UNITS_MAX);
	l->units = last - first + 1;
	for (int i = 0; i < l->units; i++)
		l->unit[i].address = first + i;
}

static void
set_name(struct line *l, const char *value)
{
	if (*value == '\0' || strlen(value) >= sizeof l->name || strpbrk(value, " /:") != NULL)
		errx(2, "%s: \"%s\" is no name", l->link, value);
	memcpy(l->name, value, strlen(value) + 1);
}

static int
set_number(struct line *l, const char *key, const char *value, int min, int max)
{
	int n = number(value, min, max);

	if (n == -1)
		errx(2, "%s: %s=%s: %d to %d", l->link, key, value, min, max);
	return n;
}

static void
set_option(struct line *l, const char *key, const char *value)
{
	for (int i = 0; i < OPTIONS_MAX && l->kind->options[i].name != NULL; i++) {
		const struct setting *o = &l->kind->options[i];

		if (strcmp(o->name, key) != 0)
			continue;
		l->option[i] = set_number(l, key, value, o->min, o->max);
		return;
	}
	errx(2, "%s: a %s has no option %s", l->link, l->kind->name, key);
}

/* Give every unit its name and its state. */
static void
make_units(struct line *l)
{
	for (int i = 0; i < l->units; i++) {
		struct unit *u = &l->unit[i];

		u->line = l;
		u->nack = -1;
		u->due_ms = NEVER;
		if (l->kind->addressed)
			snprintf(u->name, sizeof u->name, "%s/%d", l->name, u->address);
		else
			snprintf(u->name, sizeof u->name, "%s", l->name);
		if ((u->state = calloc(1, l->kind->size)) == NULL)
			abort();
	}
}

/* LINK[,key=value...]; link is cut up and kept. */
static struct line *
line_new(const struct kind *kind, char *link)
{
	struct line *l = calloc(1, sizeof *l);
	char *save, *base;

	if (l == NULL)
		abort();
	l->master = l->slave = l->watch = l->listening = -1;
	l->wire = wire_new();
	l->gap_due_ms = NEVER;
	l->kind = kind;
	if ((l->link = strtok_r(link, ",", &save)) == NULL)
		errx(2, "a %s without a link, see hallsim -h", kind->name);
	base = strrchr(l->link, '/');
	set_name(l, base != NULL ? base + 1 : l->link);
	l->units = 1;
	if (l->kind->addressed)
		set_addresses(l, "1");
	for (int i = 0; i < OPTIONS_MAX; i++)
		l->option[i] = l->kind->options[i].value;
	for (char *key = strtok_r(NULL, ",", &save); key != NULL; key = strtok_r(NULL, ",", &save)) {
		char *value = strchr(key, '=');

		if (value == NULL)
			errx(2, "%s: %s: not OPTION=VALUE", l->link, key);
		*value++ = '\0';
		if (strcmp(key, "name") == 0)
			set_name(l, value);
		else if (strcmp(key, "address") == 0)
			set_addresses(l, value);
		else if (strcmp(key, "tcp") == 0)
			l->tcp = set_number(l, key, value, 1, 65535);
		else if (strcmp(key, "baud") == 0)
			wire_baud(l->wire, set_number(l, key, value, 300, 1000000));
		else if (strcmp(key, "echo") == 0)
			l->echo = strcmp(value, "1") == 0;
		else
			set_option(l, key, value);
	}
	make_units(l);
	return l;
}

static struct line *
line_add(const struct kind *kind, char *link)
{
	struct line *l;
	struct unit *u;

	if (line_count == LINES_MAX)
		errx(2, "more than %d devices", LINES_MAX);
	l = line_new(kind, link);
	if (find(l->name, &u) != NULL)
		errx(2, "two devices are called %s: use name=", l->name);
	return lines[line_count++] = l;
}

/* Cut WHAT=LINK... in two.  Returns LINK... */
static char *
cut(char *text, const char *form)
{
	char *link = strchr(text, '=');

	if (link == NULL)
		errx(2, "%s: not %s, see hallsim -h", text, form);
	*link = '\0';
	return link + 1;
}

static void
add_device(char *text)
{
	char *link = cut(text, "KIND=LINK");

	for (size_t i = 0; i < KINDS; i++)
		if (strcmp(kinds[i]->name, text) == 0) {
			line_add(kinds[i], link);
			return;
		}
	errx(2, "%s: no such kind of device, see hallsim -h", text);
}

static void
add_replay(char *text)
{
	char *link = cut(text, "FILE.ser=LINK");

	capture_load(line_add(&capture_kind, link), text);
}

/* The loop. */

static void
stop(int sig)
{
	(void)sig;
	stopping = 1;
}

/* The signals that end us are let in only while we wait, so none is missed. */
static void
prepare_signals(sigset_t *waiting)
{
	struct sigaction sa = { .sa_handler = stop };
	sigset_t block;

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTTIN, SIG_IGN);
	sigemptyset(&block);
	sigaddset(&block, SIGTERM);
	sigaddset(&block, SIGINT);
	sigprocmask(SIG_BLOCK, &block, waiting);
	sigdelset(waiting, SIGTERM);
	sigdelset(waiting, SIGINT);
}

int64_t
lines_tick(void)
{
	int64_t next = NEVER, due;

	for (int i = 0; i < line_count; i++)
		if ((due = line_tick(lines[i])) < next)
			next = due;
	return next;
}

/* Do what is due.  Returns how long nothing else will be, in ms; -1: for ever. */
static int
tick(void)
{
	int64_t next = lines_tick(), now = now_ms();

	if (next == NEVER || (paced() && next > now))
		return -1;
	return next <= now ? 0 : (int)(next - now);
}

static void
turn(int listening, int opened, const sigset_t *waiting)
{
	struct pollfd fds[2 + CLIENTS_MAX + LINES_MAX];
	int wait_ms = tick(), n = 0, first_client, asked;
	struct timespec ts = { wait_ms / 1000, wait_ms % 1000 * 1000000L };

	fds[n++] = (struct pollfd){ .fd = opened, .events = POLLIN };
	fds[n++] = (struct pollfd){ .fd = listening, .events = POLLIN };
	for (int i = 0; i < line_count; i++)
		fds[n++] = (struct pollfd){ .fd = line_fd(lines[i]), .events = POLLIN };
	first_client = n;
	asked = client_count;
	for (int i = 0; i < client_count; i++)
		fds[n++] = (struct pollfd){ .fd = clients[i]->in, .events = POLLIN };
	if (ppoll(fds, n, wait_ms == -1 ? NULL : &ts, waiting) <= 0)
		return;
	lines_opened();		/* though poll did not see it: who opened a line may have written since */
	for (int i = 0; i < line_count; i++)
		if (fds[2 + i].revents)
			line_readable(lines[i]);
	/* From the last, as a removal puts the last into the gap. */
	for (int i = asked - 1; i >= 0; i--)
		if (fds[first_client + i].revents && client_readable(clients[i]) == -1)
			client_remove(i);
	if (fds[1].revents) {
		int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);

		if (fd != -1)
			client_add(fd, fd);
	}
}

/* Say a control line to a hallsim that runs already, and print what it answers. */
static int
tell(const char *path, int words, char **word)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char answer[4096], *last;
	size_t len = 0;
	ssize_t n;

	if (fd == -1 || strlen(path) >= sizeof sun.sun_path)
		errx(1, "%s: no socket can have this name", path);
	strcpy(sun.sun_path, path);
	if (connect(fd, (struct sockaddr *)&sun, sizeof sun) == -1)
		err(1, "%s", path);
	for (int i = 0; i < words; i++)
		dprintf(fd, "%s%s", i == 0 ? "" : " ", word[i]);
	dprintf(fd, "\n");
	shutdown(fd, SHUT_WR);
	while (len < sizeof answer - 1 && (n = read(fd, answer + len, sizeof answer - 1 - len)) > 0)
		len += n;
	answer[len] = '\0';
	fputs(answer, stdout);
	close(fd);
	if (len > 0 && answer[len - 1] == '\n')
		answer[len - 1] = '\0';
	last = strrchr(answer, '\n');
	return strncmp(last == NULL ? answer : last + 1, "ok", 2) != 0;
}

static const struct option words[] = {
	{ "replay", required_argument, NULL, 'r' },
	{ .name = NULL },
};

int
main(int argc, char **argv)
{
	const char *socket_path = NULL;
	int c, listening = -1, opened;
	sigset_t waiting;

	while ((c = getopt_long(argc, argv, "c:s:t:Th", words, NULL)) != -1) {
		switch (c) {
		case 'r':
			add_replay(optarg);
			break;
		case 'c':
			socket_path = optarg;
			break;
		case 't':
			pace_by(optarg);
			break;
		case 'T':
			stamped = true;
			break;
		case 's':
			return tell(optarg, argc - optind, argv + optind);
		case 'h':
			usage();
			return 0;
		default:
			errx(2, "see hallsim -h");
		}
	}
	for (int i = optind; i < argc; i++)
		add_device(argv[i]);
	if (line_count == 0)
		errx(2, "no devices given, see hallsim -h");

	prepare_signals(&waiting);
	opened = lines_watch(lines, line_count);
	if (socket_path != NULL)
		listening = control_listen(socket_path);
	for (int i = 0; i < line_count && !stopping; i++) {
		if (line_plug(lines[i]) == -1) {
			warn("%s", lines[i]->link);
			stopping = 2;
		}
		for (int k = 0; k < lines[i]->units; k++)
			power(&lines[i]->unit[k], true);
	}
	if (!stopping) {
		client_add(STDIN_FILENO, STDOUT_FILENO);
		puts("ready");
		flush();
	}
	while (!stopping)
		turn(listening, opened, &waiting);

	for (int i = 0; i < line_count; i++) {
		line_unplug(lines[i]);
		for (int k = 0; k < lines[i]->units; k++)
			free(lines[i]->unit[k].state);
		free(lines[i]->wire);
		free(lines[i]);
	}
	while (client_count > 0)
		client_remove(0);
	if (socket_path != NULL)
		unlink(socket_path);
	return stopping == 2;
}
