/*
 * Every handler, by the file it is in.  routes.c says what leads to it.
 */
#ifndef HANDLERS_H
#define HANDLERS_H

#include "daemon/net/server.h"

extern const struct route routes[];

/* status.c: reading the hall */
extern const struct shared shared[];
enum refusal	get_status(struct request *);
enum refusal	get_events(struct request *);
enum refusal	get_services(struct request *);
enum refusal	get_health(struct request *);
enum refusal	get_devices(struct request *);
enum refusal	post_roll(struct request *);

/* stock.c: what is to be ordered */
enum refusal	get_order_list(struct request *);

/* devices.c: testing them, and finding out which is which */
enum refusal	post_device_test(struct request *);
enum refusal	post_identify(struct request *);
enum refusal	post_learn(struct request *);
json_t		*json_strangers(const struct show *, const struct instant *now);

/* waits.c: what one more window would do, and when it is best to come */
enum refusal	get_advice(struct request *);
enum refusal	get_times(struct request *);

/* uplinks.c: endpoints outside */
enum refusal	get_push(struct request *);
enum refusal	post_push_again(struct request *);

/* backups.c, restoring.c */
enum refusal	get_backup(struct request *);
enum refusal	post_backup(struct request *);
enum refusal	post_restore(struct request *);

/* records.c: hall management */
enum refusal	get_subjects(struct request *);
enum refusal	get_records(struct request *);
enum refusal	get_record(struct request *);
enum refusal	post_record(struct request *);
enum refusal	put_record(struct request *);
enum refusal	post_record_step(struct request *);

/* ready.c: can the hall open? */
enum refusal	get_ready(struct request *);

/* audits.c: what the log says to those who check */
enum refusal	get_audit(struct request *);
enum refusal	get_audit_verify(struct request *);

/* exports.c */
enum refusal	get_export(struct request *);
enum refusal	get_export_table(struct request *);
/* staff.c: people */
enum refusal	get_presence(struct request *);
enum refusal	post_roster_copy(struct request *);
enum refusal	post_roster_swap(struct request *);
enum refusal	post_clock_in(struct request *);

/* reports.c */
enum refusal	get_reports(struct request *);
enum refusal	get_report(struct request *);
enum refusal	get_own_figures(struct request *);
enum refusal	get_own_points(struct request *);

/* metrics.c */
enum refusal	get_metrics(struct request *);

/* tickets.c */
enum refusal	post_ticket(struct request *);
enum refusal	get_tickets(struct request *);
enum refusal	get_ticket(struct request *);
enum refusal	post_ticket_command(struct request *);

/* bookings.c */
enum refusal	get_slots(struct request *);
enum refusal	post_booking(struct request *);
enum refusal	get_bookings(struct request *);
enum refusal	get_booking(struct request *);
enum refusal	post_booking_command(struct request *);
enum refusal	get_board(struct request *);
json_t		*json_booking(const struct request *, const struct hall *, const struct booking *);

/* import.c */
enum refusal	post_import(struct request *);

/* Parts of a request for a ticket or a booking, from the body into the command (tickets.c). */
enum refusal	choose_printer(struct request *, char printer[ID_MAX]);
enum refusal	choose_class(struct request *, int *class);
enum refusal	choose_person(struct request *, struct command *);
enum refusal	choose_booking(struct request *, struct command *);	/* (bookings.c) all of it */
enum refusal	choose_language(struct request *, int *language);

/* Nobody whom the hall knows: asks seldom (times a minute, counted as `what`), or is made to wait. */
bool		is_guest(const struct request *);
enum refusal	guest_waits(struct request *, const char *what, int times);

/* The time in which a key was looked for that is none, by who guesses: OK, or they are made to wait. */
enum refusal	missed(struct request *, const char *what);

/* A phone is in the hall when its holder reads the code on the board; who stands at a kiosk or a desk is seen. */
enum refusal	check_presence(struct request *);

/* What prints for a kiosk, or, with an empty name, for everybody else; NULL: there is no printer. */
const struct device *kiosk_printer(const struct layout *, const char *kiosk);

/* overrides.c: today's exceptions */
enum refusal	get_overrides(struct request *);
enum refusal	post_override(struct request *);
enum refusal	delete_override(struct request *);
/* past.c: what the log tells */
enum refusal	get_call_why(struct request *);
enum refusal	get_ticket_why(struct request *);
enum refusal	get_story(struct request *);

/* replay.c */
enum refusal	get_replay(struct request *);

/* windows.c */
enum refusal	get_window(struct request *);
enum refusal	post_window_command(struct request *);
enum refusal	post_lend(struct request *);
enum refusal	get_rating(struct request *);
enum refusal	post_rating(struct request *);

/* hall.c: what concerns all of it */
enum refusal	post_clock(struct request *);
enum refusal	post_endday(struct request *);
enum refusal	post_suspend(struct request *);
enum refusal	post_resume(struct request *);
enum refusal	post_evacuate(struct request *);
enum refusal	post_notice(struct request *);
enum refusal	delete_notice(struct request *);
enum refusal	get_alarms(struct request *);
enum refusal	post_alarm_answer(struct request *);
enum refusal	post_alarm_end(struct request *);

/* layouts.c: the layout, and those before it */
enum refusal	get_layout(struct request *);
enum refusal	put_layout(struct request *);
enum refusal	post_layout_check(struct request *);
enum refusal	get_layout_versions(struct request *);
enum refusal	get_layout_version(struct request *);

/* accounts.c: who may come in */
enum refusal	post_session(struct request *);
enum refusal	get_session(struct request *);
enum refusal	delete_session(struct request *);
enum refusal	post_user(struct request *);
enum refusal	post_password(struct request *);

/* paired.c: devices that stand in the hall, and how they get in */
enum refusal	post_pairing(struct request *);
enum refusal	get_pairing(struct request *);
enum refusal	post_token(struct request *);
enum refusal	delete_token(struct request *);
enum refusal	get_kiosk(struct request *);
enum refusal	get_card(struct request *);
enum refusal	post_card(struct request *);
enum refusal	delete_card(struct request *);
enum refusal	get_scan(struct request *);

/* Is the card that was read at this kiosk a proof of it? */
bool		card_proves(const struct request *, const struct class *);

/* help.c: calls for help at kiosks */
enum refusal	post_help(struct request *);
enum refusal	get_help(struct request *);
enum refusal	post_help_answer(struct request *);
enum refusal	post_help_end(struct request *);
json_t		*json_help(const struct hall *, const char *kiosk);	/* null, "called" or "answered" */

/* site.c: pages */
enum refusal	get_page(struct request *);
enum refusal	get_asset(struct request *);

#endif
