/* SPDX-License-Identifier: MIT */
/* What the measured programs have around them. */
#ifndef FIRMWARE_H
#define FIRMWARE_H

#include <stddef.h>
#include <stdint.h>

#define FIRMWARE_ANSWER_MAX 264
#define FIRMWARE_GOOD       0x43434343u

/* Of the program: what is measured, and the meter at the other end of its line, which answers with so many bytes. */
void firmware_run(void);
size_t firmware_answer(const uint8_t *request, size_t count, uint8_t answer[FIRMWARE_ANSWER_MAX]);

uint32_t firmware_now_us(void);
void firmware_send(const uint8_t *bytes, size_t count);
size_t firmware_receive(uint8_t *bytes, size_t size);
/* FIRMWARE_GOOD, or else it did not do what it should. */
void firmware_result(uint32_t value);

#endif
