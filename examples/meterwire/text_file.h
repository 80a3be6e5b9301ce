/* SPDX-License-Identifier: MIT */
/* Plain text files of words, a line each thing, with comments behind #. */
#ifndef TEXT_FILE_H
#define TEXT_FILE_H

#include "tool.h"

#define TEXT_LINE_BYTES 4096

/* A file being read. */
typedef struct text_file {
    const char *path;
    unsigned line;
    char text[TEXT_LINE_BYTES];
    const char *at;             /* what is left of the line */
    char word[TEXT_LINE_BYTES]; /* what was taken of it last, ended by a 0 */
    size_t word_bytes;          /* without that 0; words in quotation marks may have others */
    bool quoted;
} text_file;

/* Reads the file with that path, "-" being the standard input, and has `line` take the words of each line. Gives
 * TOOL_GOOD, or the exit code of what went wrong first. */
int text_read(text_file *file, const char *path, int (*line)(void *user), void *user);

/* "meterwire: FILE:LINE: ..." on the error output; gives TOOL_FAILED. */
int text_fail(const text_file *file, const char *format, ...) TOOL_PRINTF(2, 3);

/* Takes the next word; false at the end of the line. What is wrong with quotation marks is told, and ends the line with
 * *code set. */
bool text_word(text_file *file, int *code);

/* The same where there has to be one; gives TOOL_GOOD, or the exit code after an error. */
int text_need(text_file *file, const char *what);

/* The same for a number of `least` to `most`. */
int text_number(text_file *file, const char *what, unsigned long least, unsigned long most, unsigned long *value);

/* Nothing more may be on the line. */
int text_end(text_file *file);

#endif
