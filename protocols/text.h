/*
 * Text for devices that know GBK: conversion and measure.
 *
 * A character is one ASCII byte or one UTF-8 sequence.  A byte that belongs to
 * no sequence counts as a character of its own and becomes '?'.  Control bytes
 * (below 20 and 7F) are dropped and take no column: text can never hold a
 * device's command.
 */
#ifndef PROTOCOLS_TEXT_H
#define PROTOCOLS_TEXT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Write utf8 as GBK to out, at most cap bytes and never half a character.
 * Returns the bytes written; there is no NUL.  What GBK's two-byte area does
 * not have (rare characters, emoji: four bytes in GB18030, in no device's ROM)
 * becomes '?'.
 */
size_t	text_gbk(uint8_t *out, size_t cap, const char *utf8);

/* Bytes of the character that utf8 starts with, 1-4; 0 at the end of the text. */
size_t	text_character(const char *utf8);

/* Columns on a printer or sign: 1 for ASCII, 2 for everything else. */
int	text_columns(const char *utf8);

/* Copy to out at most cap - 1 bytes, never half a character, and a NUL.  Returns the bytes before the NUL. */
size_t	text_cut(char *out, size_t cap, const char *utf8);

/*
 * The bytes of utf8 that make its first row, width columns wide: up to the last
 * blank if a Latin word would be broken, else up to the last character that
 * fits, and at least one character.  0 only at the end of the text.
 */
size_t	text_row(const char *utf8, int width);

#endif
