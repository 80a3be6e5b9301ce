/* SPDX-License-Identifier: MIT */
/* Runs a measured program in an emulator: time passes with every look at the clock, the UART is answered by the meter
 * of the program, and the stack is painted before and looked at afterwards. */
#include "firmware.h"

#include <stdio.h>

#define PAINT       0xA5
#define STACK_BYTES 2048

static uint32_t now_us;
static uint8_t answer[FIRMWARE_ANSWER_MAX];
static size_t answer_length;
static size_t answer_sent;
static uint32_t result;

uint32_t firmware_now_us(void)
{
    return now_us += 100;
}

void firmware_send(const uint8_t *bytes, size_t count)
{
    answer_length = firmware_answer(bytes, count, answer);
    answer_sent = 0;
}

/* A byte at a time, as an interrupt would. */
size_t firmware_receive(uint8_t *bytes, size_t size)
{
    if (answer_sent == answer_length || size == 0) {
        return 0;
    }
    *bytes = answer[answer_sent++];
    return 1;
}

void firmware_result(uint32_t value)
{
    result = value;
}

/* Deeper in the stack than this function's frame. */
static __attribute__((noinline)) uint8_t *paint(void)
{
    uint8_t *const here = __builtin_frame_address(0);
    volatile uint8_t *p = here - STACK_BYTES;
    while (p < here - 64) {
        *p++ = PAINT;
    }
    return here;
}

static __attribute__((noinline)) unsigned measure(const uint8_t *top)
{
    const volatile uint8_t *p = top - STACK_BYTES;
    while (*p == PAINT) {
        p++;
    }
    return (unsigned)(top - (const uint8_t *)p);
}

int main(void)
{
    uint8_t *const top = paint();
    firmware_run();
    printf("stack %u result %lX\n", measure(top), (unsigned long)result);
    return 0;
}
