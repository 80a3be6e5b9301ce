/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "change_internal.h"
#include "meter_internal.h"

static bool change_is_id(const mw_change *change, uint8_t d)
{
    return mw_obis_equal(change->setting->id, mw_obis_make(0, MW_OBIS_C_COMMUNICATION, d, 0));
}

/* D of the settings that move a meter, see core/obis_name.c. */
enum { D_ADDRESS = 0, D_BAUD = 1, D_PARITY = 2, D_MBUS_ADDRESS = 3, D_MBUS_BAUD = 5, D_STOP_BITS = 6 };

bool mw_change_is_address(const mw_change *change)
{
    return change_is_id(change, D_ADDRESS) || change_is_id(change, D_MBUS_ADDRESS);
}

uint8_t mw_change_unit(const mw_change *change)
{
    return change->step == CHANGE_AFTER && mw_change_is_address(change) ? (uint8_t)change->n : change->meter->unit;
}

const mw_setting *mw_meter_setting(const mw_meter *meter, size_t index)
{
    return meter->writer != NULL ? meter->writer->setting(meter, index) : NULL;
}

const mw_setting *mw_meter_find_setting(const mw_meter *meter, mw_obis id)
{
    const mw_setting *setting;
    size_t i = 0;
    do {
        setting = mw_meter_setting(meter, i++);
    } while (setting != NULL && !mw_obis_equal(setting->id, id));
    return setting;
}

/* Of the setting and of the value. */
static unsigned change_setting_flags(const mw_change *change)
{
    const mw_choice *const choice = mw_setting_choice(change->setting, change->n);
    return change->setting->flags | (choice != NULL ? choice->flags : 0u);
}

/* Whether it may begin, with n and exponent of the caller. */
static mw_status change_check(mw_change *change, int64_t n, int8_t exp10)
{
    const mw_meter *const meter = change->meter;
    const bool broadcast = (change->flags & MW_WRITE_BROADCAST) != 0;
    if (change->setting == NULL ||
        (broadcast && ((change->setting->flags & MW_SETTING_BROADCAST) == 0 || !meter->writer->broadcasts(meter)))) {
        return MW_ERR_UNSUPPORTED;
    }
    if (mw_decimal_rescale(n, exp10, change->setting->exp10, &change->n) != MW_OK ||
        !mw_setting_allows(change->setting, change->n)) {
        return MW_ERR_RANGE;
    }
    return (change_setting_flags(change) & MW_SETTING_IRREVERSIBLE) != 0 && (change->flags & MW_WRITE_IRREVERSIBLE) == 0
               ? MW_ERR_ARGUMENT
               : MW_OK;
}

mw_status mw_change_begin(mw_change *change, mw_meter *meter, mw_obis id, int64_t n, int8_t exp10, unsigned flags)
{
    mw_status status;
    memset(change, 0, sizeof *change);
    change->meter = meter;
    change->setting = mw_meter_find_setting(meter, id);
    change->flags = (uint8_t)flags;
    change->before = -1;
    status = change_check(change, n, exp10);
    change->end = (int8_t)status;
    change->step = status != MW_OK ? CHANGE_OVER : (flags & MW_WRITE_BROADCAST) != 0 ? CHANGE_WRITE : CHANGE_IDENTIFY;
    return status;
}

static mw_status change_end(mw_change *change, mw_outcome outcome, mw_status status)
{
    change->step = CHANGE_OVER;
    change->busy = false;
    change->outcome = (uint8_t)outcome;
    change->end = (int8_t)status;
    return status;
}

/* On to another step; there is more to do. */
static mw_status change_go(mw_change *change, unsigned step)
{
    change->step = (uint8_t)step;
    return MW_OK;
}

/* The decimal number that a name of a choice is. */
static uint32_t change_number(const char *name)
{
    uint32_t n = 0;
    while (*name != '\0') {
        n = 10 * n + (uint32_t)(*name++ - '0');
    }
    return n;
}

/* How the line is to be set to reach the meter with the new value. False when it stays as it is. */
static bool change_line(mw_change *change)
{
    const mw_choice *const choice = mw_setting_choice(change->setting, change->n);
    change->line.baud = 0;
    change->line.parity = MW_PARITY_SAME;
    change->line.stop_bits = 0;
    if (choice == NULL) {
        return false;
    }
    if (change_is_id(change, D_BAUD) || change_is_id(change, D_MBUS_BAUD)) {
        change->line.baud = change_number(choice->name);
    } else if (change_is_id(change, D_PARITY)) {
        change->line.parity = choice->name[0] == 'e'   ? MW_PARITY_EVEN
                              : choice->name[0] == 'o' ? MW_PARITY_ODD
                                                       : MW_PARITY_NONE;
    } else if (change_is_id(change, D_STOP_BITS)) {
        change->line.stop_bits = (uint8_t)change_number(choice->name);
    } else {
        return false;
    }
    return true;
}

/* The answer to the write came, or did not. */
static mw_status change_written(mw_change *change, mw_status status)
{
    change->written = (int8_t)(status == MW_END ? MW_ERR_REFUSED : status);
    if ((change->flags & MW_WRITE_BROADCAST) != 0) {
        return status == MW_OK ? change_end(change, MW_OUTCOME_ACKNOWLEDGED, MW_END)
                               : change_end(change, MW_OUTCOME_UNKNOWN, status);
    }
    if (status == MW_ERR_REFUSED) {
        return change_end(change, MW_OUTCOME_OLD, status);
    }
    return change_go(change, change_line(change) ? CHANGE_MOVE : CHANGE_AFTER);
}

/* With nothing to see it by. */
static mw_status change_unseen(mw_change *change)
{
    return change->written == MW_OK ? change_end(change, MW_OUTCOME_ACKNOWLEDGED, MW_END)
                                    : change_end(change, MW_OUTCOME_UNKNOWN, (mw_status)change->written);
}

/* The meter has not taken it. It is written once more only where that can do no harm. */
static mw_status change_not_taken(mw_change *change)
{
    if (change->written == MW_OK) {
        return change_end(change, MW_OUTCOME_OLD, MW_ERR_VALUE);
    }
    if (change->setting->kind != MW_SETTING_ACTION && (change_setting_flags(change) & MW_SETTING_IRREVERSIBLE) == 0 &&
        change->tries++ < change->meter->repeats) {
        return change_go(change, CHANGE_WRITE);
    }
    return change_end(change, MW_OUTCOME_OLD, (mw_status)change->written);
}

/* The meter has been looked at, or could not be. */
static mw_status change_looked(mw_change *change, mw_status status)
{
    const bool moves = change->moved || mw_change_is_address(change) || change->setting->kind == MW_SETTING_DIGITS;
    switch ((int)status) {
    case MW_OK:
        change->meter->unit = mw_change_unit(change);
        return change_end(change, MW_OUTCOME_NEW, MW_END);
    case MW_END:
        return change_unseen(change);
    case MW_ERR_VALUE:
        return change_not_taken(change);
    case MW_ERR_REFUSED:
        return change_end(change, MW_OUTCOME_OLD, status);
    default:
        break;
    }
    if (moves) {
        return change_go(change, change->moved ? CHANGE_RESTORE : CHANGE_AFTER_STILL);
    }
    return change_end(change, change->written == MW_OK ? MW_OUTCOME_ACKNOWLEDGED : MW_OUTCOME_UNKNOWN, status);
}

/* The same at the old place. A meter that has the new value there will move later, such as when it is restarted. */
static mw_status change_looked_still(mw_change *change, mw_status status)
{
    switch ((int)status) {
    case MW_OK:
        return change_end(change, MW_OUTCOME_ACKNOWLEDGED, MW_END);
    case MW_END:
        return change_unseen(change);
    case MW_ERR_VALUE:
        return change_not_taken(change);
    case MW_ERR_REFUSED:
        return change_end(change, MW_OUTCOME_OLD, status);
    default:
        return change_end(change, MW_OUTCOME_UNKNOWN, status);
    }
}

/* What follows a step. MW_OK: another step. */
static mw_status change_went(mw_change *change, mw_status status)
{
    switch (change->step) {
    case CHANGE_WRITE:
        return change_written(change, status);
    case CHANGE_AFTER:
        return change_looked(change, status);
    case CHANGE_AFTER_STILL:
        return change_looked_still(change, status);
    default:
        return status == MW_OK ? change_go(change, change->step + 1u) : change_end(change, MW_OUTCOME_OLD, status);
    }
}

/* The port failed. */
static mw_status change_failed(mw_change *change)
{
    const bool wrote = change->step >= CHANGE_WRITE;
    const bool acknowledged = change->step > CHANGE_WRITE && change->written == MW_OK;
    return change_end(change,
                      acknowledged ? MW_OUTCOME_ACKNOWLEDGED
                      : wrote      ? MW_OUTCOME_UNKNOWN
                                   : MW_OUTCOME_OLD,
                      (mw_status)change->port_error);
}

/* Goes on with the present step, and what follows it. MW_OK: another step. */
static mw_status change_exchange(mw_change *change, uint32_t now_us)
{
    const mw_writer *const writer = change->meter->writer;
    const bool sent = change->busy;
    const mw_status status = sent ? writer->finish(change, now_us) : writer->start(change, now_us);
    change->busy = status == MW_AGAIN;
    if (status == MW_AGAIN) {
        return status;
    }
    if (status < MW_OK && !sent && change->step == CHANGE_WRITE) {
        return change_end(change, MW_OUTCOME_OLD, status); /* it cannot be coded */
    }
    return change_went(change, status);
}

mw_status mw_change_step(mw_change *change, uint32_t now_us)
{
    mw_status status = MW_OK;
    if (change->step == CHANGE_OVER) {
        return (mw_status)change->end;
    }
    if (change->port_error != MW_OK) {
        return change_failed(change);
    }
    if (change->step == CHANGE_MOVE || change->step == CHANGE_RESTORE) {
        change->moved = change->step == CHANGE_MOVE; /* the caller has set the line */
        change->step++;
    }
    while (status == MW_OK) {
        status = change_exchange(change, now_us);
        if (change->step == CHANGE_MOVE || change->step == CHANGE_RESTORE) {
            change->restore = change->step == CHANGE_RESTORE;
            return MW_OK;
        }
    }
    return status;
}

mw_status mw_change_fixed(mw_change *change)
{
    return change_unseen(change);
}

void mw_change_fail(mw_change *change, mw_status status)
{
    change->port_error = (int8_t)status;
}

/* Sets the line as the change wants it. MW_END: it cannot be set. */
static mw_status change_set_line(const mw_change *change, const mw_io *io, mw_line *former)
{
    if (io->set_line == NULL) {
        return MW_END;
    }
    return change->restore ? io->set_line(io->user, former, NULL) : io->set_line(io->user, &change->line, former);
}

mw_status mw_change_run(mw_change *change, const mw_io *io)
{
    mw_line former = {0, MW_PARITY_SAME, 0};
    mw_status status;
    while ((status = mw_change_step(change, io->now_us(io->user))) == MW_AGAIN || status == MW_OK) {
        mw_link *const link = change->meter->link;
        const mw_status ran = status == MW_AGAIN ? mw_link_run(link, io) : change_set_line(change, io, &former);
        if (status == MW_OK && ran == MW_END) {
            status = mw_change_fixed(change);
            break;
        }
        if (status == MW_OK ? ran != MW_OK : mw_link_status(link) == MW_AGAIN) {
            mw_change_fail(change, ran);
        }
    }
    return status == MW_END ? MW_OK : status;
}

static mw_status change_do(mw_meter *meter, const mw_io *io, mw_obis id, int64_t n, int8_t exp10, unsigned flags,
                           bool command)
{
    const mw_setting *const setting = mw_meter_find_setting(meter, id);
    mw_change change;
    mw_status status = MW_ERR_UNSUPPORTED;
    if (setting != NULL && (setting->kind == MW_SETTING_ACTION) == command) {
        status = mw_change_begin(&change, meter, id, n, exp10, flags);
    }
    return status == MW_OK ? mw_change_run(&change, io) : status;
}

mw_status mw_meter_set(mw_meter *meter, const mw_io *io, mw_obis id, int64_t n, int8_t exp10, unsigned flags)
{
    return change_do(meter, io, id, n, exp10, flags, false);
}

mw_status mw_meter_command(mw_meter *meter, const mw_io *io, mw_obis id, int64_t n, unsigned flags)
{
    return change_do(meter, io, id, n, 0, flags, true);
}

/* A current of a transformer in A, which has at most 5 digits. */
static bool change_is_current(const mw_reading *reading, int64_t *n)
{
    return mw_decimal_rescale(reading->n, reading->exp10, 0, n) == MW_OK && *n >= 0 && *n <= UINT16_MAX;
}

/* Both currents of a transformer as one. */
static void change_join_ratio(const mw_reading *currents, mw_reading *reading)
{
    int64_t primary;
    int64_t secondary;
    size_t length;
    if (!change_is_current(&currents[0], &primary) || !change_is_current(&currents[1], &secondary)) {
        reading->quality = MW_QUALITY_INVALID;
        return;
    }
    length = mw_decimal_text(primary, 0, reading->text, sizeof reading->text);
    reading->text[length] = '/';
    mw_decimal_text(secondary, 0, reading->text + length + 1, sizeof reading->text - length - 1);
    reading->kind = MW_KIND_TEXT;
    reading->n = 100 * primary + secondary;
    reading->exp10 = 0;
}

static mw_status change_get_ratio(mw_meter *meter, const mw_io *io, mw_obis id, mw_reading *reading)
{
    const mw_obis codes[] = {id, mw_obis_make(1, 0, 4, 5)};
    const mw_selection selection = {0, codes, 2};
    mw_reading currents[2];
    size_t count = 0;
    const mw_status status = mw_meter_read(meter, io, &selection, currents, 2, &count);
    if (count != 2) {
        return status != MW_OK ? status : MW_ERR_UNSUPPORTED;
    }
    *reading = currents[0].quality != MW_QUALITY_GOOD ? currents[0] : currents[1];
    reading->id = id;
    if (reading->quality == MW_QUALITY_GOOD) {
        change_join_ratio(currents, reading);
    }
    return status;
}

mw_status mw_meter_get(mw_meter *meter, const mw_io *io, mw_obis id, mw_reading *reading)
{
    const mw_setting *const setting = mw_meter_find_setting(meter, id);
    if (setting == NULL || setting->kind == MW_SETTING_ACTION) {
        return MW_ERR_UNSUPPORTED;
    }
    return setting->kind == MW_SETTING_RATIO ? change_get_ratio(meter, io, id, reading)
                                             : mw_meter_read_one(meter, io, id, reading);
}
