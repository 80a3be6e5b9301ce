/* SPDX-License-Identifier: MIT */
#include "show_mbus.h"

#include <stdio.h>
#include <string.h>

#include "show.h"
#include "tool.h"

#define LINE_WIDTH 120
/* Any text of a record with all its characters escaped, a unit behind it. */
#define CELL_SIZE  2304
/* Any text of a record in UTF-8, as mw_mbus_text() says. */
#define TEXT_SIZE  513
/* Columns are not made wider than this for a few long cells. */
#define CELL_WIDTH 30

enum {
    COLUMN_INDEX,
    COLUMN_FUNCTION,
    COLUMN_WHERE,
    COLUMN_QUANTITY,
    COLUMN_VALUE,
    COLUMN_OBIS,
    COLUMN_BYTES,
    COLUMN_NOTES,
    COLUMNS
};

typedef struct mbus_row {
    char cells[COLUMNS][CELL_SIZE];
    char data[SHOW_MBUS_HEX_SIZE]; /* what is too long for the column of bytes, in hexadecimal */
    int point;                     /* digits in front of the decimal point of a number; -1 for everything else */
} mbus_row;

typedef struct mbus_layout {
    int widths[COLUMNS]; /* 0 for a column with nothing to say, which is left out */
    int point;           /* of the number with the most digits in front of its point */
    int behind;          /* most characters of a number from its point on */
} mbus_layout;

const char *show_mbus_hex(const uint8_t *bytes, size_t count, char out[SHOW_MBUS_HEX_SIZE])
{
    size_t i = 0;
    for (; i < count && 2 * i + 2 < SHOW_MBUS_HEX_SIZE; i++) {
        out[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[bytes[i] & 0xFu];
    }
    out[2 * i] = '\0';
    return out;
}

bool show_mbus_is_unknown(const mw_mbus_record *record)
{
    const bool none_here = record->quantity != MW_MBUS_Q_MANUFACTURER_SPECIFIC && mw_mbus_has(record, 0x15);
    return record->quality == MW_QUALITY_UNCERTAIN || (record->quality == MW_QUALITY_NOT_AVAILABLE && !none_here);
}

size_t show_mbus_errors(const mw_mbus_telegram *telegram, mw_mbus_error errors[SHOW_MBUS_ERRORS_MAX])
{
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    mw_status status;
    size_t count = 0;
    if (telegram->content == MW_MBUS_NOTHING) {
        return 0;
    }
    mw_mbus_records(telegram, &cursor);
    while ((status = mw_mbus_next(&cursor, &record)) != MW_END) {
        if (status != MW_OK && count < SHOW_MBUS_ERRORS_MAX) {
            errors[count++] = cursor.error;
        }
    }
    return count;
}

void show_mbus_print_error(uint8_t fault, size_t offset, bool json)
{
    if (json) {
        printf("{\"error\":\"%s\",\"offset\":%zu}\n", mw_mbus_fault_text(fault), offset);
    } else {
        (void)tool_fail("offset %zu: %s", offset, mw_mbus_fault_text(fault));
    }
}

static void mbus_append(char out[CELL_SIZE], const char *text)
{
    const size_t length = strlen(out);
    snprintf(out + length, CELL_SIZE - length, "%s", text);
}

/* The same with a separator, if something stands there. */
static void mbus_append_note(char out[CELL_SIZE], const char *text)
{
    mbus_append(out, *out != '\0' ? ", " : "");
    mbus_append(out, text);
}

/* Words joined by "_" as words. */
static const char *mbus_words(const char *name, char out[SHOW_SIZE])
{
    snprintf(out, SHOW_SIZE, "%s", name);
    for (char *c = strchr(out, '_'); c != NULL; c = strchr(c, '_')) {
        *c = ' ';
    }
    return out;
}

/* A text from the wire, on which no terminal acts: control characters and the backslash as \xNN. */
static void mbus_append_escaped(char out[CELL_SIZE], const char *text)
{
    char one[8];
    for (const char *c = text; *c != '\0'; c++) {
        const size_t control = tool_control_bytes(c);
        if (control > 0 || *c == '\\') {
            c += control > 0 ? control - 1 : 0;
            snprintf(one, sizeof one, "\\x%02x", (unsigned char)*c);
        } else {
            snprintf(one, sizeof one, "%c", *c);
        }
        mbus_append(out, one);
    }
}

/* Seconds in the longest unit that makes a whole number of them. */
static void mbus_shorten_time(mw_reading *reading, const char **unit)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (reading->exp10 == 0 && reading->n != 0 && reading->n % units[i].seconds == 0) {
            reading->n /= units[i].seconds;
            reading->unit = MW_UNIT_NONE;
            *unit = units[i].text;
            break;
        }
    }
}

static void mbus_fill_number(mbus_row *row, const mw_mbus_record *record)
{
    char *const cell = row->cells[COLUMN_VALUE];
    char text[SHOW_SIZE];
    char plain[TEXT_SIZE];
    mw_reading reading;
    const char *unit;
    mw_mbus_reading(0, record, &reading);
    unit = show_unit(&reading);
    if (reading.unit == MW_UNIT_S) {
        mbus_shorten_time(&reading, &unit);
    }
    mbus_append(cell, show_value(NULL, &reading, text));
    row->point = record->unit != MW_UNIT_NONE ? (int)strcspn(cell, ".") : -1;
    if (record->quantity == MW_MBUS_Q_PLAIN_TEXT) {
        mw_mbus_unit_text(record, plain, sizeof plain);
        mbus_append(cell, *plain != '\0' ? " " : "");
        mbus_append_escaped(cell, plain);
    } else {
        mbus_append(cell, *unit != '\0' ? " " : "");
        mbus_append(cell, unit);
    }
}

static void mbus_fill_text(char cell[CELL_SIZE], const mw_mbus_record *record)
{
    char text[TEXT_SIZE];
    mw_mbus_text(record, text, sizeof text);
    mbus_append(cell, "\"");
    mbus_append_escaped(cell, text);
    mbus_append(cell, "\"");
    mw_mbus_unit_text(record, text, sizeof text);
    mbus_append(cell, *text != '\0' ? " " : "");
    mbus_append_escaped(cell, text);
}

static void mbus_fill_value(mbus_row *row, const mw_mbus_record *record)
{
    char text[SHOW_SIZE];
    mw_reading reading;
    row->point = -1;
    if (record->quality != MW_QUALITY_GOOD) {
        mbus_append(row->cells[COLUMN_VALUE], "-");
        return;
    }
    switch (record->kind) {
    case MW_KIND_NUMBER:
        mbus_fill_number(row, record);
        break;
    case MW_KIND_TEXT:
        mbus_fill_text(row->cells[COLUMN_VALUE], record);
        break;
    default:
        mw_mbus_reading(0, record, &reading);
        mbus_append(row->cells[COLUMN_VALUE], show_value(NULL, &reading, text));
        break;
    }
}

static const char *mbus_quality_note(const mw_mbus_record *record)
{
    switch (record->quality) {
    case MW_QUALITY_NOT_AVAILABLE:
        return record->kind == MW_KIND_NONE ? "no data" : "not available";
    case MW_QUALITY_OVERFLOW:
        return "out of range";
    case MW_QUALITY_UNCERTAIN:
        return "meaning unknown";
    default:
        return "invalid";
    }
}

/* Multipliers are left out: the value has them in it. */
static void mbus_fill_notes(char cell[CELL_SIZE], const mw_mbus_record *record)
{
    char text[SHOW_SIZE];
    for (unsigned i = 0; record->quantity != MW_MBUS_Q_MANUFACTURER_SPECIFIC; i++) {
        const unsigned modifier = mw_mbus_modifier(record, i);
        if (modifier == MW_MBUS_NO_MODIFIER) {
            break;
        }
        if ((modifier < 0x70 || modifier > 0x77) && modifier != 0x7D) {
            mbus_append_note(cell, mbus_words(mw_mbus_modifier_text(modifier), text));
        }
    }
    if (record->summer_time && record->quality == MW_QUALITY_GOOD) {
        mbus_append_note(cell, "summer time");
    }
    if (record->quality != MW_QUALITY_GOOD) {
        mbus_append_note(cell, mbus_quality_note(record));
    }
}

/* DIB, VIB and data. */
static void mbus_fill_bytes(mbus_row *row, const mw_mbus_record *record)
{
    char *const cell = row->cells[COLUMN_BYTES];
    const size_t head = record->dib_bytes + (size_t)record->vib_bytes;
    char hex[SHOW_MBUS_HEX_SIZE];
    row->data[0] = '\0';
    if (head > 0) {
        mbus_append(cell, show_mbus_hex(record->bytes, record->dib_bytes, hex));
        mbus_append(cell, " ");
        mbus_append(cell, show_mbus_hex(record->bytes + record->dib_bytes, record->vib_bytes, hex));
        mbus_append(cell, " ");
    }
    show_mbus_hex(record->bytes + head, record->length - head, hex);
    if (strlen(cell) + strlen(hex) <= CELL_WIDTH) {
        mbus_append(cell, hex);
    } else {
        memcpy(row->data, hex, sizeof hex);
        mbus_append(cell, "...");
    }
}

static void mbus_fill(mbus_row *row, uint8_t medium, const mw_mbus_record *record)
{
    static const char *const functions[] = {"", "max", "min", "error"};
    char text[SHOW_SIZE];
    mw_obis id;
    for (size_t i = 0; i < COLUMNS; i++) {
        row->cells[i][0] = '\0';
    }
    snprintf(row->cells[COLUMN_INDEX], CELL_SIZE, "%3u", record->index);
    mbus_append(row->cells[COLUMN_FUNCTION], functions[record->function & 3u]);
    if (record->storage != 0 || record->tariff != 0 || record->subunit != 0) {
        snprintf(row->cells[COLUMN_WHERE], CELL_SIZE, "%llu/%lu/%u", (unsigned long long)record->storage,
                 (unsigned long)record->tariff, record->subunit);
    }
    mbus_append(row->cells[COLUMN_QUANTITY], mbus_words(mw_mbus_quantity_text(record->quantity), text));
    mbus_fill_value(row, record);
    if (mw_mbus_obis(medium, record, &id)) {
        mw_obis_text(id, row->cells[COLUMN_OBIS], CELL_SIZE);
    }
    mbus_fill_bytes(row, record);
    mbus_fill_notes(row->cells[COLUMN_NOTES], record);
}

/* Characters, not bytes. */
static int mbus_width(const char *text)
{
    int width = 0;
    for (; *text != '\0'; text++) {
        width += ((unsigned char)*text & 0xC0u) != 0x80 ? 1 : 0;
    }
    return width;
}

static void mbus_at_least(int *width, int least)
{
    if (*width < least) {
        *width = least;
    }
}

static void mbus_measure(mbus_layout *layout, const mbus_row *row)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        const int width = mbus_width(row->cells[i]);
        if (i == COLUMN_VALUE && row->point >= 0) {
            mbus_at_least(&layout->point, row->point);
            mbus_at_least(&layout->behind, width - row->point);
        } else {
            mbus_at_least(&layout->widths[i], width > CELL_WIDTH ? CELL_WIDTH : width);
        }
    }
}

/* One cell behind the ones before it; `*gap` spaces are due then. */
static void mbus_print_cell(const mbus_layout *layout, size_t column, const char *text, int indent, int *gap)
{
    const int width = mbus_width(text) + indent;
    if (layout->widths[column] == 0 || *text == '\0') {
        return;
    }
    printf("%*s%s", *gap + indent, "", text);
    *gap = 2 + (width < layout->widths[column] ? layout->widths[column] - width : 0);
}

/* A part of the data that fills a line; how many characters. */
static size_t mbus_print_part(const char *hex)
{
    printf("     %.*s\n", LINE_WIDTH - 6, hex);
    return strlen(hex) < LINE_WIDTH - 6 ? strlen(hex) : LINE_WIDTH - 6;
}

static void mbus_print_titles(const mbus_layout *layout)
{
    static const char *const titles[COLUMNS] = {"  #", "func", "S/T/U", "quantity", "value", "OBIS", "bytes", "notes"};
    int gap = 0;
    for (size_t i = 0; i < COLUMNS; i++) {
        mbus_print_cell(layout, i, titles[i], 0, &gap);
    }
    printf("\n");
}

static void mbus_print_row(const mbus_layout *layout, const mbus_row *row)
{
    int gap = 0;
    for (size_t i = 0; i < COLUMNS; i++) {
        const int indent = i == COLUMN_VALUE && row->point >= 0 ? layout->point - row->point : 0;
        mbus_print_cell(layout, i, row->cells[i][0] != '\0' || i == COLUMN_NOTES ? row->cells[i] : "-", indent, &gap);
    }
    printf("\n");
    for (const char *at = row->data; *at != '\0'; at += mbus_print_part(at)) {
    }
}

/* Every column that says something is as wide as its title. */
static void mbus_settle(mbus_layout *layout)
{
    static const uint8_t least[COLUMNS] = {3, 4, 5, 8, 5, 4, 5, 0};
    mbus_at_least(&layout->widths[COLUMN_VALUE], layout->point + layout->behind);
    for (size_t i = 0; i < COLUMNS; i++) {
        if (layout->widths[i] > 0) {
            mbus_at_least(&layout->widths[i], least[i]);
        }
    }
}

/* All records, to measure them or to print them; the cursor is at the end then. */
static void mbus_records(const mw_mbus_telegram *telegram, mbus_layout *layout, bool print, mw_mbus_cursor *cursor)
{
    static mbus_row row; /* too large for a stack */
    mw_mbus_record record;
    mw_status status;
    mw_mbus_records(telegram, cursor);
    while ((status = mw_mbus_next(cursor, &record)) != MW_END) {
        if (status == MW_OK) {
            mbus_fill(&row, telegram->header.medium, &record);
            if (print) {
                mbus_print_row(layout, &row);
            } else {
                mbus_measure(layout, &row);
            }
        }
    }
}

/* A title and bytes, on more lines where there are many. */
static void mbus_print_block(const char *title, const uint8_t *bytes, size_t count)
{
    char hex[SHOW_MBUS_HEX_SIZE];
    const int column = (int)strlen(title) + 2;
    const int room = (LINE_WIDTH - column) / 2 * 2;
    printf("%s: ", title);
    show_mbus_hex(bytes, count, hex);
    if (count == 0) {
        printf("none\n");
    }
    for (int at = 0; at < (int)strlen(hex); at += room) {
        printf("%*s%.*s\n", at > 0 ? column : 0, "", room, hex + at);
    }
}

static void mbus_print_records(const mw_mbus_telegram *telegram)
{
    mbus_layout layout;
    mw_mbus_cursor cursor;
    memset(&layout, 0, sizeof layout);
    mbus_records(telegram, &layout, false, &cursor);
    if (layout.widths[COLUMN_INDEX] > 0) {
        mbus_settle(&layout);
        printf("\n");
        mbus_print_titles(&layout);
        mbus_records(telegram, &layout, true, &cursor);
    } else {
        printf("No records\n");
    }
    if (cursor.manufacturer_bytes > 0) {
        mbus_print_block("Manufacturer's data", cursor.manufacturer, cursor.manufacturer_bytes);
    }
    if (cursor.global_readout) {
        printf("Global readout: the meter is to send everything\n");
    }
    if (cursor.more_records) {
        printf("More records follow in the next telegram\n");
    }
}

/* What the C field is for. */
static void mbus_print_c(uint8_t c)
{
    static const struct {
        uint8_t c;
        const char *text;
    } codes[] = {{MW_MBUS_SND_NKE, "SND_NKE"},
                 {MW_MBUS_SND_UD, "SND_UD"},
                 {0x43, "SND_UD2"},
                 {MW_MBUS_REQ_UD1, "REQ_UD1"},
                 {MW_MBUS_REQ_UD2, "REQ_UD2"}};
    printf("C %02x", c);
    if ((c & 0xCFu) == MW_MBUS_RSP_UD) {
        printf(" RSP_UD%s%s", (c & MW_MBUS_ACD) != 0 ? ", ACD (urgent data)" : "",
               (c & MW_MBUS_DFC) != 0 ? ", DFC (busy)" : "");
        return;
    }
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        const bool counted = (codes[i].c & MW_MBUS_FCV) != 0;
        if (c == codes[i].c || (counted && c == (codes[i].c | MW_MBUS_FCB))) {
            printf(" %s", codes[i].text);
            if (counted) {
                printf(", FCB %u", (c & MW_MBUS_FCB) != 0 ? 1u : 0u);
            }
        }
    }
}

static const char *mbus_address_text(uint8_t address)
{
    switch (address) {
    case MW_MBUS_ADDRESS_NEW:
        return " (not configured)";
    case MW_MBUS_ADDRESS_SELECTED:
        return " (the selected meter)";
    case MW_MBUS_ADDRESS_ALL:
        return " (all, with answer)";
    case MW_MBUS_ADDRESS_SILENT:
        return " (all, without answer)";
    default:
        return "";
    }
}

static const char *mbus_ci_text(uint8_t ci)
{
    static const struct {
        uint8_t first;
        uint8_t last;
        const char *text;
    } texts[] = {
        {0x50, 0x50, "application reset or select"},
        {0x51, 0x51, "data to the meter"},
        {0x52, 0x52, "selection"},
        {0x53, 0x53, "application reset or select"},
        {0x54, 0x54, "synchronise, or request of the selected application"},
        {0x55, 0x55, "data to the meter, mode 2"},
        {0x56, 0x56, "selection, mode 2"},
        {0x5A, 0x5B, "command"},
        {0x5C, 0x5C, "synchronise"},
        {0x69, 0x6B, "format frame"},
        {0x6C, 0x6D, "time synchronisation"},
        {0x6E, 0x70, "application error"},
        {0x71, 0x71, "alarm"},
        {0x72, 0x72, "variable data"},
        {0x73, 0x73, "fixed data"},
        {0x74, 0x75, "alarm"},
        {0x76, 0x76, "variable data, mode 2"},
        {0x77, 0x77, "fixed data, mode 2"},
        {0x78, 0x78, "variable data"},
        {0x79, 0x79, "compact frame"},
        {0x7A, 0x7A, "variable data"},
        {0x7B, 0x7B, "compact frame"},
        {0xA0, 0xB7, "manufacturer specific"},
        {0xB8, 0xBF, "set baud rate"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (ci >= texts[i].first && ci <= texts[i].last) {
            return texts[i].text;
        }
    }
    return "not supported";
}

static void mbus_print_status(const mw_mbus_telegram *telegram)
{
    static const char *const states[] = {"", "application busy", "application error", "abnormal condition"};
    const uint8_t status = telegram->header.status;
    const bool fixed = telegram->header_type == MW_MBUS_HEADER_FIXED;
    char text[CELL_SIZE] = "";
    char own[SHOW_SIZE];
    if (fixed) {
        mbus_append_note(text, (status & MW_MBUS_STATUS_BINARY) != 0 ? "binary counters" : "BCD counters");
        mbus_append_note(text, (status & MW_MBUS_STATUS_STORED) != 0 ? "stored values" : "present values");
    } else if ((status & MW_MBUS_STATUS_APPLICATION) != 0) {
        mbus_append_note(text, states[status & MW_MBUS_STATUS_APPLICATION]);
    }
    if ((status & MW_MBUS_STATUS_POWER_LOW) != 0) {
        mbus_append_note(text, "power low");
    }
    if ((status & MW_MBUS_STATUS_PERMANENT) != 0) {
        mbus_append_note(text, "permanent error");
    }
    if ((status & MW_MBUS_STATUS_TEMPORARY) != 0) {
        mbus_append_note(text, "temporary error");
    }
    if (status >> 5 != 0) {
        snprintf(own, sizeof own, "manufacturer's bits %02x", status & 0xE0u);
        mbus_append_note(text, own);
    }
    printf("Status %02x: %s", status, *text != '\0' ? text : "no error");
}

static void mbus_print_encryption(const mw_mbus_telegram *telegram)
{
    const unsigned mode = mw_mbus_mode(&telegram->header);
    if (telegram->header_type == MW_MBUS_HEADER_FIXED) {
        return;
    }
    if (telegram->content == MW_MBUS_ENCRYPTED) {
        printf("; encrypted, mode %u%s", mode, mode == 5 ? " (AES-CBC)" : " (AES-CBC, derived key)");
    } else if (telegram->header.signature == 0) {
        printf("; not encrypted");
    } else {
        printf("; not encrypted, though the configuration word is %04x (mode %u)", telegram->header.signature, mode);
    }
}

static void mbus_print_header(const mw_mbus_telegram *telegram)
{
    const mw_mbus_header *const header = &telegram->header;
    char letters[MW_MBUS_MANUFACTURER_SIZE];
    if (telegram->header_type == MW_MBUS_HEADER_NONE) {
        return;
    }
    if (telegram->header_type != MW_MBUS_HEADER_SHORT) {
        printf("Meter %08lX, ", (unsigned long)header->id);
        if (telegram->header_type == MW_MBUS_HEADER_LONG) {
            mw_mbus_manufacturer_text(header->manufacturer, letters);
            printf("manufacturer %s, version %u, ", letters, header->version);
        }
        printf("medium %s (%02x), ", mw_mbus_medium_text(header->medium), header->medium);
        printf("access number %u\n", header->access);
    } else {
        printf("Access number %u\n", header->access);
    }
    mbus_print_status(telegram);
    mbus_print_encryption(telegram);
    printf("\n");
}

static void mbus_print_code(const mw_mbus_telegram *telegram)
{
    const bool alarm = telegram->content == MW_MBUS_ALARM;
    if (!telegram->has_code) {
        printf("%s without a code\n", alarm ? "Alarm" : "Application error");
    } else if (alarm) {
        printf("Alarm state %02x\n", telegram->code);
    } else {
        printf("Application error %u: %s\n", telegram->code, mw_mbus_application_error_text(telegram->code));
    }
}

static void mbus_print_content(const mw_mbus_telegram *telegram)
{
    switch (telegram->content) {
    case MW_MBUS_RECORDS:
    case MW_MBUS_FIXED:
        mbus_print_records(telegram);
        break;
    case MW_MBUS_APPLICATION_ERROR:
    case MW_MBUS_ALARM:
        mbus_print_code(telegram);
        break;
    case MW_MBUS_COMPACT:
        printf("Its records need a template, which is sent apart\n");
        mbus_print_block("Data", telegram->body, telegram->body_bytes);
        break;
    case MW_MBUS_NOTHING:
        mbus_print_block("Data", telegram->frame.data, telegram->frame.data_bytes);
        break;
    default:
        mbus_print_block("Data", telegram->body, telegram->body_bytes);
        break;
    }
}

void show_mbus_print(const mw_mbus_telegram *telegram)
{
    static const char *const types[] = {"", "Short", "Control", "Long"};
    const mw_mbus_frame *const frame = &telegram->frame;
    if (frame->type == MW_MBUS_ACK) {
        printf("Single character e5: acknowledged\n");
        return;
    }
    printf("%s frame: ", types[frame->type & 3u]);
    mbus_print_c(frame->c);
    printf(", address %u%s", frame->address, mbus_address_text(frame->address));
    if (frame->type == MW_MBUS_SHORT) {
        printf("\n");
        return;
    }
    printf(", CI %02x %s\n", frame->ci, mbus_ci_text(frame->ci));
    mbus_print_header(telegram);
    mbus_print_content(telegram);
}
