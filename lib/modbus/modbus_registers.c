/* SPDX-License-Identifier: MIT */
/* The rarer functions of registers: mask write, read and write in one, FIFO queue. */
#include <meterwire/modbus.h>

#include <string.h>

#include "../core/bytes.h"
#include "modbus_internal.h"

#define EXCHANGE_HEADER 10 /* function, what to read, what to write, byte count */
#define FIFO_HEADER     5  /* function, byte count, how many */

mw_status mw_modbus_put_mask_write(const mw_modbus_mask_write *content, uint8_t *pdu, size_t size, size_t *pdu_bytes)
{
    if (size < 7) {
        return MW_ERR_SPACE;
    }
    pdu[0] = MW_MODBUS_MASK_WRITE;
    mw_put_be16(pdu + 1, content->address);
    mw_put_be16(pdu + 3, content->and_mask);
    mw_put_be16(pdu + 5, content->or_mask);
    *pdu_bytes = 7;
    return MW_OK;
}

mw_status mw_modbus_get_mask_write(const uint8_t *pdu, size_t pdu_bytes, mw_modbus_mask_write *content)
{
    if (pdu_bytes != 7 || pdu[0] != MW_MODBUS_MASK_WRITE) {
        return MW_ERR_FRAME;
    }
    content->address = mw_get_be16(pdu + 1);
    content->and_mask = mw_get_be16(pdu + 3);
    content->or_mask = mw_get_be16(pdu + 5);
    return MW_OK;
}

/* Whether there are so many registers from there on, and a request may name them. */
static bool modbus_is_span(uint16_t address, uint16_t count, unsigned most)
{
    return count - 1u < most && (uint32_t)address + count <= MW_MODBUS_REGISTERS;
}

mw_status mw_modbus_put_read_write(const mw_modbus_read_write *content, uint8_t *pdu, size_t size, size_t *pdu_bytes)
{
    const size_t data_bytes = 2 * (size_t)content->write_count;
    if (!modbus_is_span(content->read_address, content->read_count, MW_MODBUS_READ_MAX) ||
        !modbus_is_span(content->write_address, content->write_count, MW_MODBUS_EXCHANGE_MAX)) {
        return MW_ERR_ARGUMENT;
    }
    if (size < EXCHANGE_HEADER + data_bytes) {
        return MW_ERR_SPACE;
    }
    memmove(pdu + EXCHANGE_HEADER, content->data, data_bytes);
    pdu[0] = MW_MODBUS_READ_WRITE;
    mw_put_be16(pdu + 1, content->read_address);
    mw_put_be16(pdu + 3, content->read_count);
    mw_put_be16(pdu + 5, content->write_address);
    mw_put_be16(pdu + 7, content->write_count);
    pdu[9] = (uint8_t)data_bytes;
    *pdu_bytes = EXCHANGE_HEADER + data_bytes;
    return MW_OK;
}

mw_status mw_modbus_get_read_write(const uint8_t *pdu, size_t pdu_bytes, mw_modbus_read_write *content)
{
    mw_modbus_read_write got;
    if (pdu_bytes < EXCHANGE_HEADER || pdu[0] != MW_MODBUS_READ_WRITE ||
        pdu_bytes != EXCHANGE_HEADER + (size_t)pdu[9]) {
        return MW_ERR_FRAME;
    }
    got.read_address = mw_get_be16(pdu + 1);
    got.read_count = mw_get_be16(pdu + 3);
    got.write_address = mw_get_be16(pdu + 5);
    got.write_count = mw_get_be16(pdu + 7);
    got.data = pdu + EXCHANGE_HEADER;
    if (got.read_count - 1u >= MW_MODBUS_READ_MAX || got.write_count - 1u >= MW_MODBUS_EXCHANGE_MAX ||
        pdu[9] != 2 * got.write_count) {
        return MW_ERR_FRAME;
    }
    *content = got;
    return MW_OK;
}

mw_status mw_modbus_put_fifo_request(uint16_t address, uint8_t *pdu, size_t size, size_t *pdu_bytes)
{
    if (size < 3) {
        return MW_ERR_SPACE;
    }
    pdu[0] = MW_MODBUS_READ_FIFO;
    mw_put_be16(pdu + 1, address);
    *pdu_bytes = 3;
    return MW_OK;
}

mw_status mw_modbus_put_fifo(const uint8_t *data, size_t count, uint8_t *pdu, size_t size, size_t *pdu_bytes)
{
    if (count > MW_MODBUS_FIFO_MAX) {
        return MW_ERR_ARGUMENT;
    }
    if (size < FIFO_HEADER + 2 * count) {
        return MW_ERR_SPACE;
    }
    if (count > 0) {
        memmove(pdu + FIFO_HEADER, data, 2 * count);
    }
    pdu[0] = MW_MODBUS_READ_FIFO;
    mw_put_be16(pdu + 1, (uint16_t)(2 + 2 * count));
    mw_put_be16(pdu + 3, (uint16_t)count);
    *pdu_bytes = FIFO_HEADER + 2 * count;
    return MW_OK;
}

mw_status mw_modbus_get_fifo(const uint8_t *pdu, size_t pdu_bytes, const uint8_t **data, size_t *count)
{
    size_t registers;
    if (pdu_bytes < FIFO_HEADER || pdu[0] != MW_MODBUS_READ_FIFO) {
        return MW_ERR_FRAME;
    }
    registers = mw_get_be16(pdu + 3);
    if (registers > MW_MODBUS_FIFO_MAX || mw_get_be16(pdu + 1) != 2 + 2 * registers ||
        pdu_bytes != FIFO_HEADER + 2 * registers) {
        return MW_ERR_FRAME;
    }
    *data = pdu + FIFO_HEADER;
    *count = registers;
    return MW_OK;
}
