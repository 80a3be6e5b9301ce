/* SPDX-License-Identifier: MIT */
/* The end of a line at which answers are read: what is there comes at once, and time passes only while nothing is. It
 * may die after so many bytes of both directions. */
#ifndef MW_TEST_ANSWER_LINE_H
#define MW_TEST_ANSWER_LINE_H

#include <meterwire/io.h>
#include <meterwire/mbus.h>

#include <string.h>

typedef struct answer_line {
    uint8_t bytes[MW_MBUS_FRAME_MAX]; /* the longest of all frames */
    size_t count;
    uint32_t now_us;
    bool dies;
    bool silently; /* or the port fails */
    size_t left;   /* bytes, until it dies */
} answer_line;

/* How many of so many bytes get through. */
static inline size_t answer_line_carry(answer_line *line, size_t count)
{
    if (line->dies) {
        count = count < line->left ? count : line->left;
        line->left -= count;
    }
    return count;
}

static inline mw_status answer_line_state(const answer_line *line)
{
    return line->dies && line->left == 0 && !line->silently ? MW_ERR_IO : MW_OK;
}

/* Functions of an mw_io whose user is an answer_line. */

static inline mw_status answer_line_read(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
{
    answer_line *const line = (answer_line *)user;
    if (line->count == 0 && answer_line_state(line) != MW_OK) {
        return MW_ERR_IO;
    }
    *count = line->count < size ? line->count : size;
    memcpy(bytes, line->bytes, *count);
    line->count = 0;
    line->now_us += *count > 0 ? 100 : wait_us;
    return MW_OK;
}

static inline uint32_t answer_line_now(void *user)
{
    const answer_line *const line = (const answer_line *)user;
    return line->now_us;
}

#endif
