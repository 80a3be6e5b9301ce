/* SPDX-License-Identifier: MIT */
/* The names that are nearest to one that does not exist. */
#ifndef NEAREST_H
#define NEAREST_H

#include <stddef.h>

#define NEAREST_MAX       3
#define NEAREST_NAME_SIZE 128 /* longer ones are nobody's mistake */
#define NEAREST_TEXT_SIZE (NEAREST_MAX * (NEAREST_NAME_SIZE + 4))

typedef struct nearest {
    const char *wanted;
    size_t count;
    struct nearest_name {
        char text[NEAREST_NAME_SIZE];
        unsigned distance;
    } names[NEAREST_MAX]; /* the best first */
} nearest;

/* `wanted` is what was typed; it stays the caller's. */
void nearest_init(nearest *near, const char *wanted);
/* Takes a name that exists, if it is near enough: a few letters wrong, missing, too many or exchanged, in it or in the
 * part of it that was typed. It is copied. */
void nearest_offer(nearest *near, const char *name);
/* "a, b or c"; empty when none is near. */
const char *nearest_text(const nearest *near, char out[NEAREST_TEXT_SIZE]);

/* Puts name i of `count` behind those of a list: "a", "a, b", and the last one behind `last`, such as " or ". */
void nearest_list(char *list, size_t size, const char *name, size_t i, size_t count, const char *last);

#endif
