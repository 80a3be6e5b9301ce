/* SPDX-License-Identifier: MIT */
/* What the measured programs have around them; firmware.c plays a meter at the other end. */
#ifndef FIRMWARE_H
#define FIRMWARE_H

#include <stddef.h>
#include <stdint.h>

void firmware_run(void);
uint32_t firmware_now_us(void);
void firmware_send(const uint8_t *bytes, size_t count);
size_t firmware_receive(uint8_t *bytes, size_t size);
void firmware_result(uint32_t value);

#endif
