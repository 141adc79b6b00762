/* The backend for pseudo-terminals and character devices that are no tty: see port.h. */
#ifndef PLAIN_H
#define PLAIN_H

#include "daemon/line/port.h"

extern const struct port_backend port_plain;

#endif
