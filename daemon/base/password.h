/*
 * Passwords, kept as scrypt (RFC 7914, N = 2^15, r = 8, p = 1: 32 MB and about
 * 0.1 s): "scrypt$SALT$HASH" in hexadecimal.  Slow on purpose: for the worker,
 * never for the loop.
 */
#ifndef PASSWORD_H
#define PASSWORD_H

#include <stdbool.h>

#define PASSWORD_MIN	8	/* characters */
#define PASSWORD_MAX	128
#define PASSWORD_HASH	128	/* room for a kept one */

void	password_hash(char out[PASSWORD_HASH], const char *password);

/* Takes as long when there is no such account (kept NULL): then false. */
bool	password_right(const char *password, const char *kept);

#endif
