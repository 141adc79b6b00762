/*
 * hallctl's parts: how it asks, how it shows, and its commands by what they are about.
 */
#ifndef CTL_H
#define CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "daemon/core/command.h"
#include "daemon/core/record.h"

struct hallctl {
	const char	*state, *url, *printer, *addresses, *id_number, *language, *policy;
	int		 baud, files;
	bool		 json, rehearsal, verify, personal, language_said;
	char		 socket[512];
};

/* A column of a table for people: the member's name is its heading; the last may be as wide as it likes. */
struct column { const char *name; int width; };

/* daemon/hallctl.c */
_Noreturn void	usage(int status);

/* ask.c: what does not fit into a path ends the program, it is not asked for in part. */
#define ASK_WORD	512	/* a word of 127 bytes, each escaped, behind /api/v1/ */
#define ASK_MAX		4096
void	url_of(char *out, size_t cap, const struct hallctl *ctl, const char *path);
json_t *ask_text(const struct hallctl *ctl, const char *method, const char *path, const char *text, const char *match);
json_t *ask(const struct hallctl *ctl, const char *method, const char *path, json_t *body);
const char *path_of(char *out, size_t cap, const char *before, const char *word, const char *after);
json_t *json_of(const char *member, const char *word);
int	number_of(const char *word);
json_t *list_of(const char *name, char *words);

/* show.c */
const char *text_of(const json_t *row, const char *name, char buffer[24]);
void	show_lines(const json_t *rows, const struct column *columns);
void	show_rows(const json_t *rows, const struct column *columns);
void	shorten_time(json_t *row, const char *name);
void	show_members(const json_t *v);
void	print_json(const json_t *v);
const char *said(const struct hallctl *ctl, const json_t *row, const char *name);
void	show(json_t *answer, void (*how)(const json_t *));
json_t *named(const json_t *row, const struct column *columns);
void	widen(struct column *columns, const json_t *list);

/* queue.c */
void	show_status(const json_t *v);
void	show_services(const json_t *v);
void	show_tickets(const json_t *v);
void	ctl_issue(const struct hallctl *ctl, int argc, char **argv);
void	show_bookings(const json_t *v);
void	ctl_book(const struct hallctl *ctl, int argc, char **argv);
void	ctl_import(const struct hallctl *ctl, int argc, char **argv);
void	ctl_check_in(const struct hallctl *ctl, int argc, char **argv);
void	ctl_ticket(const struct hallctl *ctl, int argc, char **argv);
void	ctl_why(const struct hallctl *ctl, int argc, char **argv);
void	ctl_story(const struct hallctl *ctl, int argc, char **argv);
void	ctl_replay(const struct hallctl *ctl, int argc, char **argv);
void	ctl_reprint(const struct hallctl *ctl, int argc, char **argv);
void	ctl_at_ticket(const struct hallctl *ctl, int argc, char **argv);
void	ctl_find(const struct hallctl *ctl, int argc, char **argv);
void	ctl_window(const struct hallctl *ctl, int argc, char **argv);
bool	has_argument(const char *command);
void	ctl_at_window(const struct hallctl *ctl, int argc, char **argv);
void	ctl_lend(const struct hallctl *ctl, int argc, char **argv);
void	ctl_events(const struct hallctl *ctl, int argc, char **argv);

/* hall.c */
char *layout_text(const struct hallctl *ctl);
void	newest(const struct hallctl *ctl, char *tag, size_t cap);
void	show_overrides(const json_t *v);
void	ctl_override(const struct hallctl *ctl, int argc, char **argv);
void	ctl_whole(const struct hallctl *ctl, int argc, char **argv);
void	ctl_help(const struct hallctl *ctl, int argc, char **argv);
void	ctl_hall(const struct hallctl *ctl, int argc, char **argv);
void	ctl_layout(const struct hallctl *ctl, int argc, char **argv);
void	ctl_alarm(const struct hallctl *ctl, int argc, char **argv);
void	ctl_push(const struct hallctl *ctl, int argc, char **argv);

/* devices.c */
void	show_devices(const json_t *v);
void	ctl_test(const struct hallctl *ctl, int argc, char **argv);
void	ctl_identify(const struct hallctl *ctl, int argc, char **argv);
void	ctl_learn(const struct hallctl *ctl, int argc, char **argv);
void	ctl_scan(const struct hallctl *ctl, int argc, char **argv);
void	ctl_roll(const struct hallctl *ctl, int argc, char **argv);

/* accounts.c */
bool	daemon_runs(const struct hallctl *ctl);
void	ctl_user(const struct hallctl *ctl, int argc, char **argv);
void	ctl_token(const struct hallctl *ctl, int argc, char **argv);

/* records.c */
void	show_subjects(const json_t *v);
void	ctl_order_list(const struct hallctl *ctl, int argc, char **argv);
void	ctl_records(const struct hallctl *ctl, enum subject subject, int argc, char **argv);
void	ctl_report(const struct hallctl *ctl, int argc, char **argv);
void	ctl_ready(const struct hallctl *ctl, int argc, char **argv);

/* kept.c */
void	ctl_audit(const struct hallctl *ctl, int argc, char **argv);
void	ctl_export(const struct hallctl *ctl, int argc, char **argv);
void	ctl_backup(const struct hallctl *ctl, int argc, char **argv);
void	ctl_restore(const struct hallctl *ctl, int argc, char **argv);

#endif
