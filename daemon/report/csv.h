/*
 * CSV that opens right in spreadsheets: a text stands in quotes, and one that
 * would be run as a formula has ' before it.
 */
#ifndef CSV_H
#define CSV_H

#include <stdio.h>

void	csv_text(FILE *, const char *);

#endif
