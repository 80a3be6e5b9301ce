/* SPDX-License-Identifier: MIT */
/* bench_mbus COUNT [FRAME-FILE ...]: decodes each frame COUNT times with every record typed; without files the one
 * below. Files have the bytes of a frame as hexadecimal digits. Prints frames, records and nanoseconds a frame. */
#define _POSIX_C_SOURCE 199309L /* clock_gettime() */

#include <meterwire/mbus.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../vectors/wago_879_mbus.h"

#define FRAMES_MAX 64

typedef struct frame {
    const uint8_t *bytes;
    size_t length;
} frame;

static size_t load(const char *path, uint8_t *bytes)
{
    unsigned byte;
    size_t n = 0;
    FILE *const file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    while (n < MW_MBUS_FRAME_MAX && fscanf(file, "%2x", &byte) == 1) {
        bytes[n++] = (uint8_t)byte;
    }
    fclose(file);
    return n;
}

/* The frames of the files; how many. */
static unsigned load_all(char **paths, int count, frame *frames)
{
    static uint8_t bytes[FRAMES_MAX][MW_MBUS_FRAME_MAX];
    unsigned n = 0;
    if (count == 0) {
        frames[n++] = (frame){wago_mbus_frame, sizeof wago_mbus_frame};
    }
    for (int i = 0; i < count && n < FRAMES_MAX; i++) {
        frames[n].length = load(paths[i], bytes[n]);
        frames[n].bytes = bytes[n];
        n++;
    }
    return n;
}

static unsigned decode(const frame *from)
{
    mw_mbus_telegram telegram;
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    unsigned records = 0;
    if (mw_mbus_decode(from->bytes, from->length, &telegram, NULL) != MW_OK) {
        return 0;
    }
    mw_mbus_records(&telegram, &cursor);
    while (mw_mbus_next(&cursor, &record) == MW_OK) {
        records++;
    }
    return records;
}

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

int main(int argc, char **argv)
{
    static frame frames[FRAMES_MAX];
    const unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    const unsigned n = load_all(argv + 2, argc > 2 ? argc - 2 : 0, frames);
    unsigned long records = 0;
    const double begin = now_ns();
    for (unsigned long i = 0; i < count; i++) {
        for (unsigned k = 0; k < n; k++) {
            records += decode(&frames[k]);
        }
    }
    if (count > 0) {
        printf("%u frames, %lu records, %.0f ns\n", n, records / count, (now_ns() - begin) / (double)count / (double)n);
    }
    return 0;
}
