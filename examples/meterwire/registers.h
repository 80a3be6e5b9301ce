/* SPDX-License-Identifier: MIT */
/* Registers and bits of Modbus units, from a plain text file, and the server that has them. */
#ifndef REGISTERS_H
#define REGISTERS_H

#include "tool.h"

#define REGISTERS_UNITS   256
#define REGISTERS_OBJECTS 256
#define REGISTERS_QUEUES  16
/* Bytes of an identification's object, and of a server ID. */
#define REGISTERS_TEXT    244

/* A queue for function 24. */
typedef struct registers_queue {
    uint16_t address;
    uint16_t count;
    uint8_t data[2 * MW_MODBUS_FIFO_MAX];
} registers_queue;

/* What one unit has. */
typedef struct registers_unit {
    uint8_t there[MW_MODBUS_REGISTERS]; /* bit n: there is one in area n of mw_modbus_area */
    uint8_t bits[MW_MODBUS_REGISTERS];  /* bit n: its value, for coils and discrete inputs */
    uint16_t holding[MW_MODBUS_REGISTERS];
    uint16_t input[MW_MODBUS_REGISTERS];
    mw_modbus_object objects[REGISTERS_OBJECTS]; /* in ascending order of ids */
    size_t object_count;
    uint8_t texts[REGISTERS_OBJECTS][REGISTERS_TEXT]; /* of the objects, by id */
    uint8_t server_id[REGISTERS_TEXT];
    size_t server_id_bytes;
    uint8_t status; /* exception status */
    registers_queue queues[REGISTERS_QUEUES];
    size_t queue_count;
    uint16_t event_count;
} registers_unit;

typedef struct registers {
    bool tcp;                               /* where unit 0 is one like the others */
    registers_unit *units[REGISTERS_UNITS]; /* null where there is none */
    uint16_t message_count;
} registers;

/* Reads a file, "-" being the standard input. What stands in front of its first line "unit N" goes to the units that
 * are marked. Gives TOOL_GOOD, or the exit code after an error that names the line. */
int registers_load(registers *all, const char *path, const bool units[REGISTERS_UNITS]);

/* Answers a frame; the length of the reply, 0 for none. */
size_t registers_answer(registers *all, const uint8_t *frame, size_t length, uint8_t *reply, size_t size);

#endif
