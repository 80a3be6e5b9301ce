/* SPDX-License-Identifier: MIT */
/* bench_mbus FRAME-FILE... COUNT: decodes each frame COUNT times with every record typed; prints frames and records. */
#include <meterwire/mbus.h>

#include <stdio.h>
#include <stdlib.h>

#define FRAMES_MAX 64

static uint8_t frames[FRAMES_MAX][MW_MBUS_FRAME_MAX];
static size_t lengths[FRAMES_MAX];

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

static unsigned decode(const uint8_t *bytes, size_t length)
{
    mw_mbus_telegram telegram;
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    unsigned records = 0;
    if (mw_mbus_decode(bytes, length, &telegram, NULL) != MW_OK) {
        return 0;
    }
    mw_mbus_records(&telegram, &cursor);
    while (mw_mbus_next(&cursor, &record) == MW_OK) {
        records++;
    }
    return records;
}

int main(int argc, char **argv)
{
    const unsigned long count = strtoul(argv[argc - 1], NULL, 10);
    unsigned long records = 0;
    int files = argc - 2 < FRAMES_MAX ? argc - 2 : FRAMES_MAX;
    for (int i = 0; i < files; i++) {
        lengths[i] = load(argv[i + 1], frames[i]);
    }
    for (unsigned long n = 0; n < count; n++) {
        for (int i = 0; i < files; i++) {
            records += decode(frames[i], lengths[i]);
        }
    }
    printf("%d frames, %lu records\n", files, count > 0 ? records / count : 0);
    return 0;
}
