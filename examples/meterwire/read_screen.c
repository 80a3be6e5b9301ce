/* SPDX-License-Identifier: MIT */
/* A meter on a terminal: drawn in place, as large as it is. */
#define _XOPEN_SOURCE 700

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "read.h"

#define PICTURE_SIZE  (256 * 1024)
#define TEXT_SIZE     1024
#define CELL_WIDTH    12
#define LABEL_WIDTH   20
#define BAR_MAX       60
#define BAR_COLUMN    25 /* what stands in front of a bar */
#define COLUMNS_USUAL 80
#define LINES_USUAL   24

/* Other screen and no cursor; and back. */
static const char screen_enter[] = "\033[?1049h\033[?25l";
static const char screen_leave[] = "\033[?25h\033[?1049l";

enum { STYLE_PLAIN, STYLE_TITLE, STYLE_DIM, STYLE_IMPORT, STYLE_EXPORT, STYLE_ERROR };

/* A drawing under way. */
typedef struct picture {
    char text[PICTURE_SIZE];
    size_t used;
    unsigned width;
    unsigned height;
    unsigned limit; /* lines that are drawn; the others are only counted */
    unsigned line;
    unsigned column;
    bool colours;
    bool utf8;
} picture;

static volatile sig_atomic_t screen_stopped; /* and continued since */

static void screen_write(const char *text, size_t length)
{
    if (write(STDOUT_FILENO, text, length) < 0) {
        return; /* the next drawing will see it */
    }
}

/* Ctrl-Z: the shell gets its own screen. */
static void screen_on_stop(int number)
{
    const int error = errno;
    (void)number;
    screen_write(screen_leave, sizeof screen_leave - 1);
    kill(getpid(), SIGSTOP);
    screen_write(screen_enter, sizeof screen_enter - 1);
    screen_stopped = 1;
    errno = error;
}

bool read_screen_is_usable(void)
{
    const char *const term = getenv("TERM");
    return isatty(STDOUT_FILENO) && term != NULL && *term != '\0' && strcmp(term, "dumb") != 0;
}

static void screen_size(unsigned *width, unsigned *height)
{
    struct winsize size;
    *width = COLUMNS_USUAL;
    *height = LINES_USUAL;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        *width = size.ws_col;
        *height = size.ws_row;
    }
}

bool read_screen_is_stale(const read_state *state)
{
    unsigned width;
    unsigned height;
    screen_size(&width, &height);
    return width != state->width || height != state->height || screen_stopped != 0;
}

static void screen_open(read_state *state)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = screen_on_stop;
    action.sa_flags = SA_RESTART;
    if (!state->drawn) {
        state->drawn = true;
        setlocale(LC_CTYPE, "");
        fputs(screen_enter, stdout);
        sigaction(SIGTSTP, &action, NULL);
        tool_catch(SIGHUP);
        tool_catch(SIGQUIT);
    }
    screen_stopped = 0;
}

void read_screen_close(read_state *state)
{
    if (state->drawn) {
        fputs(screen_leave, stdout);
        fflush(stdout);
        signal(SIGTSTP, SIG_DFL);
        state->drawn = false;
    }
}

/* ---- drawing ---- */

static void picture_raw(picture *p, const char *text, size_t length)
{
    if (p->line < p->limit && p->used + length < PICTURE_SIZE) {
        memcpy(p->text + p->used, text, length);
        p->used += length;
    }
}

/* One character of a text, if there is room for it; gives its bytes. What a terminal would act on is a "?". */
static size_t picture_char(picture *p, const char *text)
{
    const unsigned char first = (unsigned char)*text;
    size_t length = 1;
    while (((unsigned char)text[length] & 0xC0u) == 0x80) {
        length++;
    }
    if (p->column < p->width) {
        if (tool_control_bytes(text) > 0 || (first >= 0x80 && !p->utf8)) {
            picture_raw(p, "?", 1);
        } else {
            picture_raw(p, text, length);
        }
        p->column++;
    }
    return length;
}

static void picture_put(picture *p, int style, const char *format, ...) TOOL_PRINTF(3, 4);
static void picture_put(picture *p, int style, const char *format, ...)
{
    static const char *const styles[] = {"", "\033[1m", "\033[2m", "\033[33m", "\033[32m", "\033[31m"};
    char text[TEXT_SIZE];
    const bool coloured = p->colours && style != STYLE_PLAIN;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (coloured) {
        picture_raw(p, styles[style], strlen(styles[style]));
    }
    for (const char *c = text; *c != '\0';) {
        c += picture_char(p, c);
    }
    if (coloured) {
        picture_raw(p, "\033[0m", 4);
    }
}

static void picture_end_line(picture *p)
{
    picture_raw(p, "\033[K\n", 4);
    p->line++;
    p->column = 0;
}

/* A text over as many lines as it needs. */
static void picture_wrap(picture *p, int style, const char *text)
{
    while (*text != '\0') {
        size_t length = strlen(text);
        if (length > p->width) {
            length = p->width;
            while (length > 0 && text[length] != ' ') {
                length--;
            }
            length = length > 0 ? length : p->width;
        }
        picture_put(p, style, "%.*s", (int)length, text);
        picture_end_line(p);
        text += length;
        text += strspn(text, " ");
    }
}

/* ---- powers ---- */

static const read_value *screen_find(const read_result *result, mw_obis id)
{
    for (size_t i = 0; i < result->count; i++) {
        if (mw_obis_equal(result->values[i].reading.id, id)) {
            return &result->values[i];
        }
    }
    return NULL;
}

/* Active power of a phase, or of all with 0. */
static mw_obis screen_power(unsigned phase)
{
    return mw_obis_make(1, (uint8_t)(16 + 20 * phase), 7, 0);
}

static bool screen_is_power(mw_obis id)
{
    return mw_obis_equal(id, screen_power(mw_obis_phase(id)));
}

/* 1, 2 or 5 times a power of ten. */
static double screen_round_up(double value)
{
    double power = 1;
    while (power * 10 < value) {
        power *= 10;
    }
    return value <= power ? power : value <= 2 * power ? 2 * power : value <= 5 * power ? 5 * power : 10 * power;
}

static double screen_magnitude(const mw_reading *reading)
{
    const double value = mw_reading_double(reading);
    return value < 0 ? -value : value;
}

static void screen_bar(picture *p, int style, double value, double scale)
{
    static const char *const parts[] = {"",
                                        "\xE2\x96\x8F",
                                        "\xE2\x96\x8E",
                                        "\xE2\x96\x8D",
                                        "\xE2\x96\x8C",
                                        "\xE2\x96\x8B",
                                        "\xE2\x96\x8A",
                                        "\xE2\x96\x89"};
    const unsigned room = p->width > BAR_COLUMN ? p->width - BAR_COLUMN : 0;
    const unsigned cells = room < BAR_MAX ? room : BAR_MAX;
    const unsigned eighths = (unsigned)(value / scale * 8 * cells + 0.5);
    const char *const cell = p->utf8 ? "\xE2\x96\x88" : "#";
    char bar[TEXT_SIZE] = "";
    size_t length = 0;
    for (unsigned i = 0; i < eighths / 8; i++, length += strlen(cell)) {
        snprintf(bar + length, sizeof bar - length, "%s", cell);
    }
    picture_put(p, style, "%s%s", bar, p->utf8 ? parts[eighths % 8] : eighths % 8 >= 4 ? "#" : "");
}

static const char *screen_arrow(const picture *p, int64_t n)
{
    if (n == 0) {
        return " ";
    }
    return n > 0 ? (p->utf8 ? "\xE2\x86\x92" : ">") : (p->utf8 ? "\xE2\x86\x90" : "<");
}

/* With all its digits, so that they stand still; the reason where there is no value. */
static const char *screen_value(const read_job *job, const mw_reading *reading, char out[SHOW_SIZE])
{
    if (reading->quality == MW_QUALITY_GOOD && reading->kind == MW_KIND_NUMBER && reading->unit != MW_UNIT_NONE) {
        return show_number(reading, out);
    }
    return reading->quality == MW_QUALITY_NOT_AVAILABLE ? "-" : show_value(job->who.model, reading, out);
}

static void screen_draw_power(picture *p, const read_job *job, const read_value *value, unsigned phase, double scale)
{
    const mw_reading *const reading = &value->reading;
    const bool good = reading->quality == MW_QUALITY_GOOD;
    const int style = !good ? STYLE_PLAIN : reading->n < 0 ? STYLE_EXPORT : STYLE_IMPORT;
    char name[SHOW_SIZE] = "all";
    char text[SHOW_SIZE];
    if (phase > 0) {
        snprintf(name, sizeof name, "L%u", phase);
    }
    picture_put(p, STYLE_TITLE, "%-4s", name);
    picture_put(p, style, "%s", good ? screen_arrow(p, reading->n) : " ");
    picture_put(p, STYLE_PLAIN, " %10s %-5s  ", screen_value(job, reading, text), good ? show_unit(reading) : "");
    if (good && phase > 0) {
        screen_bar(p, style, screen_magnitude(reading), scale);
    } else if (good && reading->n != 0) {
        picture_put(p, style, "%s", reading->n > 0 ? "import" : "export");
    }
    picture_end_line(p);
}

/* Keeps the largest power of a phase so far; whether there is one now. */
static bool screen_note_largest(read_state *state, const read_result *result)
{
    bool any = false;
    for (unsigned phase = 1; phase <= 3; phase++) {
        const read_value *const value = screen_find(result, screen_power(phase));
        if (value != NULL && value->reading.quality == MW_QUALITY_GOOD) {
            const double magnitude = screen_magnitude(&value->reading);
            state->largest_w = magnitude > state->largest_w ? magnitude : state->largest_w;
            any = true;
        }
    }
    return any;
}

static void screen_draw_powers(picture *p, read_state *state, const read_job *job, const read_result *result)
{
    const bool bars = screen_note_largest(state, result);
    const double scale = screen_round_up(state->largest_w);
    for (unsigned i = 1; i <= 4; i++) { /* L1, L2, L3, all */
        const read_value *const value = screen_find(result, screen_power(i % 4));
        if (value != NULL) {
            screen_draw_power(p, job, value, i % 4, scale);
        }
    }
    if (bars) {
        picture_put(p, STYLE_DIM, "Full bar: %g %s, the largest so far rounded up", scale < 1000 ? scale : scale / 1000,
                    scale < 1000 ? "W" : "kW");
        picture_end_line(p);
    }
}

/* ---- all other values: a line per quantity, a column per phase ---- */

/* The name without its phase. */
static void screen_label(const read_value *value, char out[SHOW_SIZE])
{
    const unsigned phase = mw_obis_phase(value->reading.id);
    char suffix[SHOW_SIZE];
    char *at;
    memcpy(out, value->name, SHOW_SIZE);
    snprintf(suffix, sizeof suffix, "_l%u", phase);
    at = phase > 0 ? strstr(out, suffix) : NULL;
    if (at != NULL) {
        memmove(at, at + strlen(suffix), strlen(at + strlen(suffix)) + 1);
    }
}

static bool screen_is_first(const read_result *result, size_t i, const char *label)
{
    char other[SHOW_SIZE];
    for (size_t j = 0; j < i; j++) {
        screen_label(&result->values[j], other);
        if (strcmp(other, label) == 0) {
            return false;
        }
    }
    return true;
}

/* As the meter displays it, or as its record has it in words. */
static const char *screen_unit(const read_value *value)
{
    return value->reading.unit == MW_UNIT_OTHER ? value->unit : show_unit(&value->reading);
}

static void screen_draw_cells(picture *p, const read_job *job, const read_result *result, size_t first,
                              const char *label, bool phases)
{
    const char *unit = "";
    for (unsigned i = phases ? 1 : 4; i <= 4; i++) {
        const char *text = "";
        char cell[SHOW_SIZE];
        char other[SHOW_SIZE];
        for (size_t j = first; j < result->count; j++) {
            const mw_reading *const reading = &result->values[j].reading;
            screen_label(&result->values[j], other);
            if (mw_obis_phase(reading->id) == i % 4 && strcmp(other, label) == 0) {
                text = screen_value(job, reading, cell);
                unit = reading->quality == MW_QUALITY_GOOD ? screen_unit(&result->values[j]) : unit;
                break;
            }
        }
        picture_put(p, STYLE_PLAIN, " %*s", CELL_WIDTH - 1, text);
    }
    picture_put(p, STYLE_PLAIN, *unit != '\0' ? " %s" : "%s", unit);
}

static bool screen_is_energy(mw_obis id)
{
    const mw_quantity quantity = mw_obis_quantity(id);
    return quantity >= MW_QUANTITY_ACTIVE_ENERGY && quantity <= MW_QUANTITY_APPARENT_ENERGY;
}

/* The lines of all energies, or of all else. */
static void screen_draw_lines(picture *p, const read_job *job, const read_result *result, bool energies, int width,
                              bool phases)
{
    char label[SHOW_SIZE];
    for (size_t i = 0; i < result->count; i++) {
        const mw_obis id = result->values[i].reading.id;
        screen_label(&result->values[i], label);
        if (!screen_is_power(id) && screen_is_energy(id) == energies && screen_is_first(result, i, label)) {
            picture_put(p, STYLE_PLAIN, "%-*s", width, label);
            screen_draw_cells(p, job, result, i, label, phases);
            picture_end_line(p);
        }
    }
}

static void screen_draw_values(picture *p, const read_job *job, const read_result *result)
{
    char label[SHOW_SIZE];
    int width = LABEL_WIDTH;
    bool phases = false;
    for (size_t i = 0; i < result->count; i++) {
        const mw_obis id = result->values[i].reading.id;
        screen_label(&result->values[i], label);
        width = (int)strlen(label) > width ? (int)strlen(label) : width;
        phases = phases || (mw_obis_phase(id) > 0 && !screen_is_power(id));
    }
    if (phases) {
        picture_put(p, STYLE_TITLE, "%-*s%*s%*s%*s%*s", width, "", CELL_WIDTH, "L1", CELL_WIDTH, "L2", CELL_WIDTH, "L3",
                    CELL_WIDTH, "all");
        picture_end_line(p);
    }
    screen_draw_lines(p, job, result, false, width, phases);
    screen_draw_lines(p, job, result, true, width, phases);
}

/* ---- the whole ---- */

static void screen_draw_body(picture *p, read_state *state, const read_job *job, const read_result *result)
{
    char line[SHOW_SIZE];
    char who[SHOW_SIZE];
    char gone[TOOL_REASON_SIZE + READ_TIME_SIZE + 16];
    unsigned line_before;
    picture_put(p, STYLE_TITLE, "%s", job->who.model != NULL ? job->who.model->title : "Any meter on M-Bus");
    picture_end_line(p);
    picture_put(p, STYLE_PLAIN, "%s at %s", tool_meter_text(&job->who, who),
                tool_line_text(job->who.line.target, &job->who.line.serial, line, sizeof line));
    picture_end_line(p);
    picture_end_line(p);
    if (state->gone) {
        snprintf(gone, sizeof gone, "gone since %s: %s", read_local_text(state->since_ns, line), state->reason);
        picture_wrap(p, STYLE_ERROR, gone);
        return;
    }
    line_before = p->line;
    screen_draw_powers(p, state, job, result);
    if (p->line > line_before) {
        picture_end_line(p);
    }
    screen_draw_values(p, job, result);
    picture_wrap(p, STYLE_ERROR, state->reason);
}

static void screen_draw_status(picture *p, const read_state *state, const read_job *job)
{
    char time[READ_TIME_SIZE];
    p->limit = p->line + 1;
    picture_raw(p, "\033[J", 3);
    if (state->last_ns != 0) {
        picture_put(p, STYLE_DIM, "Last reading %s", read_local_text(state->last_ns, time));
    } else {
        picture_put(p, STYLE_DIM, "No reading yet");
    }
    picture_put(p, STYLE_DIM, ", every %g s; Ctrl-C ends", job->period_s);
}

void read_screen_draw(read_state *state, const read_job *job, const read_result *result)
{
    static picture p; /* too large for a stack */
    const char *const no_color = getenv("NO_COLOR");
    unsigned lines;
    screen_open(state);
    memset(&p, 0, sizeof p);
    p.colours = no_color == NULL || *no_color == '\0';
    p.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    screen_size(&p.width, &p.height);
    state->width = p.width;
    state->height = p.height;
    screen_draw_body(&p, state, job, result); /* no line of it is drawn: how many are there? */
    lines = p.line;
    p.line = 0;
    p.limit = lines < p.height ? lines : p.height > 2 ? p.height - 2 : 0;
    screen_draw_body(&p, state, job, result);
    if (p.limit < lines && p.height > 1) {
        p.line = p.limit++;
        picture_put(&p, STYLE_DIM, "... %u more lines in a larger window", lines - (p.limit - 1));
        picture_end_line(&p);
    }
    screen_draw_status(&p, state, job);
    fputs("\033[H", stdout);
    fwrite(p.text, 1, p.used, stdout);
    fflush(stdout);
}
