/* SPDX-License-Identifier: MIT */
/* What a test on an AVR needs besides: text through the UART, a watch over the stack, and an end. */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <stdint.h>
#include <stdio.h>

#define CANARY 0x5A
#define GUARD  320 /* bytes above the variables that no stack may reach, nor step over with a buffer it leaves out */

extern uint8_t __heap_start;

static int put(char c, FILE *file)
{
    (void)file;
    while ((UCSR0A & (1 << UDRE0)) == 0) {
    }
    UDR0 = (uint8_t)c;
    return 0;
}

static FILE uart = FDEV_SETUP_STREAM(put, NULL, _FDEV_SETUP_WRITE);

__attribute__((constructor)) static void begin(void)
{
    UCSR0B = 1 << TXEN0;
    stdout = &uart;
    for (uint16_t i = 0; i < GUARD; i++) {
        (&__heap_start)[i] = CANARY;
    }
}

/* The simulator ends where a processor sleeps for ever. */
__attribute__((destructor)) static void end(void)
{
    for (uint16_t i = 0; i < GUARD; i++) {
        if ((&__heap_start)[i] != CANARY) {
            puts("the stack ran into the variables");
            break;
        }
    }
    cli();
    sleep_mode();
}
