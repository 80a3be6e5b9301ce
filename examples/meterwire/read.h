/* SPDX-License-Identifier: MIT */
/* 'meterwire read': what is to be read, one read with its result, and the forms in which it is printed. */
#ifndef READ_H
#define READ_H

#include "show.h"
#include "tool_meter.h"

#define READ_VALUES_MAX 1024
#define READ_CODES_MAX  64
#define READ_TIME_SIZE  40
/* Any exact value: mw_reading_text() with any exponent, or a text. */
#define READ_TEXT_SIZE  160

typedef enum read_format {
    READ_TABLE = 0,
    READ_JSON,
    READ_JSONL,
    READ_CSV,
    READ_INFLUX,
    READ_PROMETHEUS,
    READ_FORMATS
} read_format;

typedef struct read_job {
    tool_meter who;
    read_format format;
    double period_s; /* 0: read once */
    bool screen;     /* redraw in place, on a terminal */
    mw_selection selection;
    const char *code_texts[READ_CODES_MAX]; /* as they were given; understood when the model is known */
    mw_obis codes[READ_CODES_MAX];
    bool open; /* kept from one read to the next */
} read_job;

/* A reading, and how it is called. */
typedef struct read_value {
    mw_reading reading;
    char name[SHOW_SIZE]; /* of its code, or made of the record's description; no other record has the same */
    char unit[SHOW_SIZE]; /* base unit */
} read_value;

typedef struct read_result {
    read_value values[READ_VALUES_MAX];
    size_t count;
    unsigned requests;
    unsigned registers;
    uint32_t elapsed_us;
    int64_t time_ns; /* when it was over, since 1970 */
    unsigned faults; /* records that could not be taken apart */
    bool offline;    /* the line could not be opened */
    mw_status status;
    uint8_t refusal; /* exception or application error */
} read_result;

/* Reads, after opening the line where it is not open. Of a meter that does not answer every value comes "not read". */
void read_take(read_job *job, read_result *result);
void read_close(read_job *job);
/* Whether telegrams of any meter are printed as they come, with all there is to know, and not as readings. */
bool read_is_shown(const read_job *job);
/* Whether the meter answered with something. */
bool read_is_up(const read_result *result);
/* Why a read failed, and what to check. */
void read_reason(const read_job *job, const read_result *result, char out[TOOL_REASON_SIZE]);
/* Who is read, for programs: what kind of address it is, and the address. */
const char *read_tag(const read_job *job);
const char *read_address(const read_job *job, char out[SHOW_SIZE]);
/* The name of the model, or "mbus". */
const char *read_model_name(const read_job *job);
bool read_is_mbus(const read_job *job);

/* Whether a value is good, and no other one of the same name is finer. */
bool read_is_finest(const read_result *result, size_t i);
/* The exact value, without quotation marks; "" where there is none. */
const char *read_value_text(const mw_reading *reading, char out[READ_TEXT_SIZE]);
int64_t read_now_ns(void);
/* UTC with milliseconds, such as "2026-01-31T12:00:00.000Z". */
const char *read_time_text(int64_t time_ns, char out[READ_TIME_SIZE]);
/* The time on the clock on the wall, "2026-01-31 13:00:00". */
const char *read_local_text(int64_t time_ns, char out[READ_TIME_SIZE]);

/* Prints the result in the format of the job; gives an exit code. */
int read_print(const read_job *job, const read_result *result);
void read_print_table(const read_job *job, const read_result *result);
int read_print_json(const read_job *job, const read_result *result);
int read_print_jsonl(const read_job *job, const read_result *result);
void read_print_csv_head(void);
void read_print_csv(const read_job *job, const read_result *result);
void read_print_influx(const read_job *job, const read_result *result);
void read_print_prometheus(const read_job *job, const read_result *result);

/* Reads every period until it is interrupted. */
int read_watch(read_job *job, read_result *result);

/* What the reads of --watch have said so far. */
typedef struct read_state {
    bool gone;
    int64_t since_ns;              /* when it is gone */
    int64_t last_ns;               /* of the last reading; 0: none yet */
    char reason[TOOL_REASON_SIZE]; /* "": the last read was good */
    /* Of the picture on a terminal. */
    bool drawn;
    unsigned width;
    unsigned height;
    double largest_w; /* power of a phase */
} read_state;

/* Whether the output is a terminal on which one can draw. */
bool read_screen_is_usable(void);
void read_screen_draw(read_state *state, const read_job *job, const read_result *result);
/* Whether the last picture is not what the terminal shows, or not of its size. */
bool read_screen_is_stale(const read_state *state);
/* Gives the terminal back as it was. */
void read_screen_close(read_state *state);

#endif
