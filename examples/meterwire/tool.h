/* SPDX-License-Identifier: MIT */
/* What the commands of the tool share. */
#ifndef TOOL_H
#define TOOL_H

#include <getopt.h>
#include <stdarg.h>

#include <meterwire/meterwire.h>
#include <meterwire/port.h>

struct cJSON;
struct nearest;

/* Exit codes. */
enum { TOOL_GOOD = 0, TOOL_FAILED = 1, TOOL_USAGE = 2 };

#if defined(__GNUC__)
#define TOOL_PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define TOOL_PRINTF(at, first)
#endif

typedef struct tool_command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
    const char *usage; /* whole text of --help */
} tool_command;

extern const tool_command tool_commands[]; /* ended by one without a name */
const tool_command *tool_find_command(const char *name);

/* "meterwire: ..." on the error output; gives TOOL_FAILED. */
int tool_fail(const char *format, ...) TOOL_PRINTF(1, 2);
/* The same for wrong usage, with a hint where to read; gives TOOL_USAGE. */
int tool_misuse(const char *command, const char *format, ...) TOOL_PRINTF(2, 3);

/* The same for a name that does not exist: the nearest that do, or else what to do instead, or else that hint (null).
 */
int tool_unknown(const char *command, const struct nearest *near, const char *otherwise, const char *format, ...)
    TOOL_PRINTF(4, 5);
/* Offers the name of a code, or the code itself where one was typed. */
void tool_offer_obis(struct nearest *near, mw_obis id);
int tool_no_command(const char *name);
/* A word that is none of "a|b|c", of an option or whatever it is. */
int tool_no_word(const char *command, const char *what, const char *words, const char *argument);
/* What is no OBIS code and no name of one, or what the model does not have. Without a model, both null, it is held
 * against those of all models. */
int tool_no_obis(const mw_model *model, const mw_mbus_model *mbus, const char *text);
/* The same as a text, and that of a model; `or_any`: also TOOL_ANY_MBUS. */
#define TOOL_ERROR_SIZE 1024
const char *tool_obis_error(const mw_model *model, const mw_mbus_model *mbus, const char *text,
                            char out[TOOL_ERROR_SIZE]);
const char *tool_model_error(const char *name, bool or_any, char out[TOOL_ERROR_SIZE]);

/* For what getopt_long() did not understand, ':' or '?', with the argument it looked at last. */
int tool_bad_option(const char *command, const struct option *options, int option, const char *text);

/* A number of 0 to `most` in decimal or 0x...; false when it is none. */
bool tool_number(const char *text, unsigned long least, unsigned long most, unsigned long *value);

#define TOOL_ANY_MBUS "mbus" /* to 'read', instead of a model */
/* The model with that name, or null after an error with the names that are near. */
const mw_model *tool_model(const char *command, const char *name);

/* SIGINT and SIGTERM end the program at once, for as long as there is nothing to put in order. */
void tool_end_on_signals(void);
/* From now on SIGINT and SIGTERM only set what tool_interrupted() gives. One that comes just before a wait does not end
 * it, so no wait may be longer than this. */
#define TOOL_WAIT_MS 200
void tool_catch_signals(void);
void tool_catch(int number); /* that signal, too */
bool tool_interrupted(void);

/* Writes what was printed so far. False when that failed, now or before; main() tells it. */
bool tool_written(void);

/* A clock that only goes forward. */
double tool_seconds(void);

/* A line as the options of several commands describe it. */
typedef struct tool_line {
    const char *target;
    mw_serial serial;
    bool parity_given;
    bool trace;
    bool warned; /* that the port did not take the parity */
    mw_port port;
} tool_line;

/* Options of every command that opens a line; their numbers and their entries in a table of long options. */
enum { TOOL_OPT_BAUD = 512, TOOL_OPT_PARITY, TOOL_OPT_TRACE, TOOL_OPT_MBUS, TOOL_OPT_ASCII, TOOL_OPT_DATA_BITS };
#define TOOL_LINE_OPTIONS                                                                                              \
    {"baud", required_argument, NULL, TOOL_OPT_BAUD}, {"parity", required_argument, NULL, TOOL_OPT_PARITY},            \
        {"trace", no_argument, NULL, TOOL_OPT_TRACE},                                                                  \
    {                                                                                                                  \
        "mbus", no_argument, NULL, TOOL_OPT_MBUS                                                                       \
    }

/* Those of commands that can do with Modbus ASCII. */
#define TOOL_ASCII_OPTIONS                                                                                             \
    {"ascii", no_argument, NULL, TOOL_OPT_ASCII},                                                                      \
    {                                                                                                                  \
        "data-bits", required_argument, NULL, TOOL_OPT_DATA_BITS                                                       \
    }

/* Takes one of these options; gives TOOL_GOOD or TOOL_USAGE. */
int tool_line_option(tool_line *line, const char *command, int option, const char *argument);
/* Speeds that are usual. */
enum { TOOL_MODBUS_BAUD = 9600, TOOL_MBUS_BAUD = 2400 };
/* Opens the line, after completing its settings where no option did (0: what is usual); an error is told. Reading from
 * it ends when the tool is interrupted. */
int tool_line_open(tool_line *line, const char *command, uint32_t baud, uint8_t parity);
/* The two halves of it, for those who open a line again and again: settings, and opening without a word of errors. */
int tool_line_settle(tool_line *line, const char *command, uint32_t baud, uint8_t parity);
mw_status tool_line_connect(tool_line *line);

/* Why the line cannot be opened, and what may have been meant; gives TOOL_FAILED or TOOL_USAGE. */
int tool_bad_target(const tool_line *line, const char *command, mw_status status);

/* What to check, by what went wrong with an exchange that had so long; gives TOOL_FAILED. */
int tool_explain(const tool_line *line, const char *who, mw_status status, unsigned long timeout_ms);
/* The same as a text. */
#define TOOL_REASON_SIZE 512
void tool_reason(const tool_line *line, const char *who, mw_status status, unsigned long timeout_ms,
                 char out[TOOL_REASON_SIZE]);

/* The line as people write it: "/dev/ttyUSB0 at 9600 8E1" or the TCP target. */
const char *tool_line_text(const char *target, const mw_serial *serial, char *out, size_t size);
bool tool_is_tcp(const char *target);
bool tool_is_mbus_tcp(const char *target);
/* These never have a parity, so that it is not worth a word. */
bool tool_is_pseudo_terminal(const char *path);
bool tool_parity(const char *text, uint8_t *parity);
const char *tool_parity_name(uint8_t parity);

/* The bytes of a control character that stands here, on which a terminal would act: 1, or 2 of UTF-8, of which the last
 * is its code. 0 for any other character. */
size_t tool_control_bytes(const char *text);

/* Prints an object on one line, on which no terminal acts, and frees it. */
int tool_print_json(struct cJSON *root);

int cmd_command(int argc, char **argv);
int cmd_decode(int argc, char **argv);
int cmd_get(int argc, char **argv);
int cmd_identify(int argc, char **argv);
int cmd_modbus(int argc, char **argv);
int cmd_models(int argc, char **argv);
int cmd_monitor(int argc, char **argv);
int cmd_read(int argc, char **argv);
int cmd_scan(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_set(int argc, char **argv);
int cmd_simulate(int argc, char **argv);

#endif
