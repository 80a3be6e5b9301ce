/* SPDX-License-Identifier: MIT */
#include "nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define FAR       1000u
#define PART_COST 2u /* so that whole names come before those of which a part was typed */
#define PART_MIN  3u /* characters that say something wherever they stand */

void nearest_init(nearest *near, const char *wanted)
{
    near->wanted = wanted;
    near->count = 0;
    near->names[0].distance = 0;
}

static unsigned nearest_least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static bool nearest_same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* One field of the table of distances: row i, of `wanted`, and column j, of `name`, both from 1 on. */
static unsigned nearest_step(unsigned rows[3][NEAREST_NAME_SIZE], const char *wanted, const char *name, size_t i,
                             size_t j)
{
    const unsigned *const above = rows[(i + 2) % 3];
    const unsigned *const left = rows[i % 3] + j - 1;
    unsigned least = nearest_least(nearest_least(above[j], *left) + 1,
                                   above[j - 1] + (nearest_same(wanted[i - 1], name[j - 1]) ? 0 : 1));
    if (i > 1 && j > 1 && nearest_same(wanted[i - 1], name[j - 2]) && nearest_same(wanted[i - 2], name[j - 1])) {
        least = nearest_least(least, rows[(i + 1) % 3][j - 2] + 1);
    }
    return least;
}

/* Letters to insert, remove, replace or exchange with their neighbour to come from one to the other, or to the nearest
 * part of it. Both are shorter than NEAREST_NAME_SIZE. */
static unsigned nearest_distance(const char *wanted, const char *name, bool part)
{
    const size_t height = strlen(wanted);
    const size_t width = strlen(name);
    unsigned rows[3][NEAREST_NAME_SIZE];
    unsigned best = FAR;
    for (size_t j = 0; j <= width; j++) {
        rows[0][j] = part ? 0 : (unsigned)j;
    }
    for (size_t i = 1; i <= height; i++) {
        rows[i % 3][0] = (unsigned)i;
        for (size_t j = 1; j <= width; j++) {
            rows[i % 3][j] = nearest_step(rows, wanted, name, i, j);
        }
    }
    for (size_t j = part ? 0 : width; j <= width; j++) {
        best = nearest_least(best, rows[height % 3][j]);
    }
    return best;
}

static bool nearest_begins(const char *name, const char *wanted)
{
    while (*wanted != '\0' && nearest_same(*wanted, *name)) {
        wanted++;
        name++;
    }
    return *wanted == '\0';
}

/* How far a name is, or FAR where nobody would see that one is meant. One other digit is another number. */
static unsigned nearest_rate(const char *wanted, const char *name)
{
    const unsigned length = (unsigned)strlen(wanted);
    const bool number = *wanted >= '0' && *wanted <= '9';
    unsigned distance;
    if (length == 0 || length >= NEAREST_NAME_SIZE || strlen(name) >= NEAREST_NAME_SIZE) {
        return FAR;
    }
    distance = nearest_distance(wanted, name, false);
    if (distance <= nearest_least((length + 1) / 3, number ? 1 : 3)) {
        return distance;
    }
    if (length < PART_MIN) {
        return nearest_begins(name, wanted) ? PART_COST : FAR;
    }
    distance = nearest_distance(wanted, name, true);
    return distance <= (number ? 0 : length / 5) ? distance + PART_COST : FAR;
}

static bool nearest_has(const nearest *near, const char *name)
{
    for (size_t i = 0; i < near->count; i++) {
        if (strcmp(near->names[i].text, name) == 0) {
            return true;
        }
    }
    return false;
}

void nearest_offer(nearest *near, const char *name)
{
    const unsigned distance = nearest_rate(near->wanted, name);
    size_t i = near->count;
    if (distance == FAR || nearest_has(near, name)) {
        return;
    }
    while (i > 0 && near->names[i - 1].distance > distance) {
        i--;
    }
    if (i == NEAREST_MAX) {
        return;
    }
    near->count += near->count < NEAREST_MAX ? 1 : 0;
    memmove(near->names + i + 1, near->names + i, (near->count - i - 1) * sizeof near->names[0]);
    memcpy(near->names[i].text, name, strlen(name) + 1);
    near->names[i].distance = distance;
}

void nearest_list(char *list, size_t size, const char *name, size_t i, size_t count, const char *last)
{
    const size_t used = strlen(list);
    snprintf(list + used, size - used, "%s%s", i == 0 ? "" : i + 1 == count ? last : ", ", name);
}

const char *nearest_text(const nearest *near, char out[NEAREST_TEXT_SIZE])
{
    /* With one letter wrong, one more may be, too. */
    const unsigned most = near->names[0].distance == 1 ? 2 : near->names[0].distance;
    size_t count = 0;
    *out = '\0';
    while (count < near->count && near->names[count].distance <= most) {
        count++;
    }
    for (size_t i = 0; i < count; i++) {
        nearest_list(out, NEAREST_TEXT_SIZE, near->names[i].text, i, count, " or ");
    }
    return out;
}
