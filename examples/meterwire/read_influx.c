/* SPDX-License-Identifier: MIT */
/* The line protocol of InfluxDB: one line per read. */
#include <stdio.h>

#include "read.h"

/* Keys and values with what separates them escaped. */
static void influx_escaped(const char *text, const char *special)
{
    for (; *text != '\0'; text++) {
        for (const char *c = special; *c != '\0'; c++) {
            if (*text == *c) {
                putchar('\\');
            }
        }
        putchar(*text);
    }
}

static void influx_field(const read_value *value)
{
    char text[READ_TEXT_SIZE];
    influx_escaped(value->name, ",= ");
    putchar('=');
    read_value_text(&value->reading, text);
    switch (value->reading.kind) {
    case MW_KIND_NUMBER: /* without a suffix it is a float */
        printf("%s", text);
        break;
    case MW_KIND_BITS: /* signed where that is enough, as older servers know nothing else */
        printf("%s%c", text, value->reading.n < 0 ? 'u' : 'i');
        break;
    default:
        putchar('"');
        influx_escaped(text, "\"\\");
        putchar('"');
        break;
    }
}

void read_print_influx(const read_job *job, const read_result *result)
{
    char address[SHOW_SIZE];
    bool any = false;
    for (size_t i = 0; i < result->count; i++) {
        if (!read_is_finest(result, i)) {
            continue;
        }
        if (any) {
            putchar(',');
        } else {
            printf("meterwire,model=%s,%s=%s ", read_model_name(job), read_tag(job), read_address(job, address));
        }
        influx_field(&result->values[i]);
        any = true;
    }
    if (any) {
        printf(" %lld\n", (long long)result->time_ns);
    }
}
