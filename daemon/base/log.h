/*
 * One line an event, to stderr: what, which, why.  systemd adds the time; on a
 * terminal the line begins with it.
 */
#ifndef LOG_H
#define LOG_H

void	log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Start-up only: one line "PROGRAM: ...", then exit status 1. */
_Noreturn void fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
