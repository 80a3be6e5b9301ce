/* SPDX-License-Identifier: MIT */
/* bench_mbus [FRAME-FILE ...]: decodes frames with every record typed; without files the one below. Files have the
 * bytes of a frame as hexadecimal digits. */
#define _POSIX_C_SOURCE 199309L

#include <meterwire/mbus.h>

#include "bench.h"

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

static frame frames[FRAMES_MAX];
static unsigned frame_count;
static unsigned long record_count;

static void decode_all(void)
{
    record_count = 0;
    for (unsigned i = 0; i < frame_count; i++) {
        record_count += decode(&frames[i]);
    }
}

static void nothing(void)
{
}

int main(int argc, char **argv)
{
    frame_count = load_all(argv + 1, argc - 1, frames);
    bench("nothing", nothing);
    bench("frames", decode_all);
    printf("frame_count %u frames\nrecord_count %lu records\n", frame_count, record_count);
    return 0;
}
