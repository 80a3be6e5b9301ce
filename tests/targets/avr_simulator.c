/* SPDX-License-Identifier: MIT */
/* Runs a program on an ATmega1281 whose external memory is full: 63.5 KB of RAM, as much as an AVR can have. It prints
 * what the program sends through its first UART, until the processor sleeps for ever. */
#include <simavr/avr_uart.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>
#include <stdio.h>

#define RAM_END 0xFEFF /* where the linker, too, thinks that it ends */

static void print(struct avr_irq_t *irq, uint32_t value, void *user)
{
    (void)irq;
    (void)user;
    putchar((int)value);
}

static void log_nothing(avr_t *avr, const int level, const char *format, va_list values)
{
    (void)avr;
    if (level <= LOG_ERROR) {
        vprintf(format, values);
    }
}

int main(int argc, char **argv)
{
    elf_firmware_t firmware = {0};
    avr_t *const avr = avr_make_mcu_by_name("atmega1281");
    uint32_t flags = 0;
    int state;
    avr_global_logger_set(log_nothing);
    if (argc != 2 || avr == NULL || elf_read_firmware(argv[1], &firmware) != 0) {
        printf("usage: %s PROGRAM\n", argv[0]);
        return 1;
    }
    firmware.frequency = 16000000;
    avr->ramend = RAM_END;
    avr_init(avr);
    avr->log = LOG_ERROR;
    avr_load_firmware(avr, &firmware);
    avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags); /* neither waits nor prints by itself */
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT), print, NULL);
    do {
        state = avr_run(avr);
    } while (state != cpu_Done && state != cpu_Crashed);
    return state == cpu_Done ? 0 : 1;
}
