/* SPDX-License-Identifier: MIT */
/** @file
 * The other side: a meter made of a model and a function that gives its values. It makes simulators, and tests of
 * applications without a meter.
 */
#ifndef MW_DEVICE_H
#define MW_DEVICE_H

#include <meterwire/mbus_slave.h>
#include <meterwire/modbus.h>
#include <meterwire/model.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MW_DEVICE_ROW_REGS 32 /**< Registers of the largest value a device can give. */

/** A device. All members are the caller's. */
typedef struct mw_device {
    const mw_model *model; /**< What it is. */
    uint8_t unit;          /**< Its address; broadcasts are obeyed, too. */
    void *user;            /**< Handed to the functions. */
    /** Gives the value of a row, as a reading that mw_row_encode() takes. Returns MW_OK, or an error: the request is
     * then answered with exception 4, device failure. */
    mw_status (*value)(void *user, const mw_row *row, mw_reading *reading);
    /** Takes a value for a setting, which is one the setting allows, or does a command. `value` is what the row at the
     * setting's address reads the registers as; n is in the last digit of the setting. Returns MW_OK, or an error,
     * answered with exception 4. Null: writing is answered with exception 1, illegal function. */
    mw_status (*set)(void *user, const mw_modbus_setting *setting, const mw_reading *value);
} mw_device;

/** Answers a request frame: reads from the model's blocks, writes the model's settings. What the model has no register
 * for gets exception 2, also a write with another function or number of registers than the setting's. A value that a
 * setting does not allow gets exception 3, as does a ratio of a transformer whose coding cannot be told. A value of
 * more than MW_DEVICE_ROW_REGS registers cannot be given: exception 4.
 * @param device   the device; it is not changed, but by the functions it names.
 * @param framing  how the request travelled.
 * @param request  the frame, whole and nothing else.
 * @param length   its bytes.
 * @param reply    receives the reply; may not overlap the request.
 * @param size     bytes at reply, at least MW_MODBUS_FRAME_MAX.
 * @param reply_length  receives its length; 0 when nothing is to be sent: a broadcast, or another unit.
 * @return as mw_modbus_serve().
 * Cost: linear in the rows of the model and in the registers asked for. */
MW_API mw_status mw_device_answer(mw_device *device, mw_modbus_framing framing, const uint8_t *request, size_t length,
                                  uint8_t *reply, size_t size, size_t *reply_length);

/** A device on M-Bus. Filled in by mw_mbus_device_init(); user, value and set are the caller's, header and fabrication
 * number of the slave may be changed. It points into itself: it stays where it is. */
typedef struct mw_mbus_device {
    mw_mbus_slave slave;        /**< Its link layer. */
    const mw_mbus_model *model; /**< What it is. */
    void *user;                 /**< Handed to the functions. */
    /** Gives the value of a row. `reading` comes with unit and exponent of the record's last digit; n is to be given in
     * that exponent or a coarser one, or a quality that is not good, which is sent as "invalid". Returns MW_OK, or an
     * error: the readout is then answered with an application error. */
    mw_status (*value)(void *user, mw_obis id, mw_reading *reading);
    /** Takes a value for a setting, which is one the setting allows, or does a command. Returns MW_OK, or an error: the
     * next readout is then answered with an application error. Null: nothing can be set. Address and identification
     * change by themselves when it returns MW_OK. */
    mw_status (*set)(void *user, const mw_mbus_setting *setting, int64_t n);
} mw_mbus_device;

/** Makes a device ready: with the header of the model, the identification 0 and the model's factory address.
 * @param device  the device; user, value and set are to be set afterwards.
 * @param model   its model; kept by pointer.
 * @param reply   where replies are built, MW_MBUS_FRAME_MAX bytes; kept by pointer. */
MW_API void mw_mbus_device_init(mw_mbus_device *device, const mw_mbus_model *model, uint8_t *reply);

/** Answers a frame: reads all rows of the model, writes its settings. Of a frame with several records either all are
 * carried out, or, when one of them is not understood or not allowed, none.
 * @param device        the device.
 * @param request       the frame, whole; bytes behind it are not looked at.
 * @param count         its bytes.
 * @param reply_length  receives the bytes of the answer at device->slave.reply; 0 when nothing is to be sent.
 * @return as mw_mbus_slave_answer(). */
MW_API mw_status mw_mbus_device_answer(mw_mbus_device *device, const uint8_t *request, size_t count,
                                       size_t *reply_length);

#ifdef __cplusplus
}
#endif

#endif
