/* SPDX-License-Identifier: MIT */
/* A simulated line with a seeded fault injector. Every byte on it knows which frame it comes from, its place there and
 * whether it was damaged, so that what a link accepts can be judged without a look at its content.
 *
 * Numbers come from splitmix64: a seed gives the same run on every machine. Time is in microseconds.
 */
#ifndef MW_FAULT_BUS_H
#define MW_FAULT_BUS_H

#include <meterwire/link.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAULT_QUEUE  16384u
#define FAULT_HEARD  16384u
#define FAULT_FRAMES 4096u /* frames remembered; a power of 2 */
#define FAULT_LONG   600u  /* bytes of the longest frame, with what is inserted */

typedef enum fault {
    FAULT_BITS,      /* some bits of an answer are wrong */
    FAULT_LOST,      /* bytes of an answer are lost */
    FAULT_INSERTED,  /* bytes come inside an answer that nobody sent */
    FAULT_FORGED,    /* an answer is damaged so that its check is right */
    FAULT_SPLIT,     /* an answer pauses */
    FAULT_MERGED,    /* an answer comes in one piece, when it is over */
    FAULT_AROUND,    /* an answer begins about when its time is over */
    FAULT_LATE,      /* an answer comes after its time */
    FAULT_FOREIGN,   /* another unit answers, too */
    FAULT_DUPLICATE, /* an answer comes twice */
    FAULT_STALE,     /* an old answer comes again */
    FAULT_ECHO,      /* the request is heard, although nobody said that it would be */
    FAULT_MASTER,    /* a second master talks */
    FAULT_STOPPED,   /* a device stops in the middle of a frame */
    FAULT_RESUMED,   /* it goes on later */
    FAULT_DEAF,      /* no device hears the request */
    FAULT_REQUEST,   /* some bits of the request are wrong */
    FAULT_NOISE,     /* bytes that nobody sent, outside of frames */
    FAULT_CANCEL,    /* the application gives up */
    FAULT_LAZY,      /* the application comes late to every appointment */
    FAULTS
} fault;

static const char *const fault_names[FAULTS] = {
    "bit errors", "lost bytes", "inserted bytes", "forged checks", "split",   "merged",  "around timeout",
    "late",       "foreign",    "duplicate",      "stale",         "echo",    "master",  "stopped",
    "resumed",    "deaf",       "request damage", "noise",         "cancels", "laziness"};

/* How often each fault happens, of 1000 exchanges. */
typedef struct fault_profile {
    const char *name;
    uint16_t often[FAULTS];
} fault_profile;

/* What stands on the line. */
typedef enum fault_kind {
    FAULT_KIND_NOISE,
    FAULT_KIND_ANSWER,    /* to us */
    FAULT_KIND_DUPLICATE, /* of an answer to us */
    FAULT_KIND_FOREIGN    /* everything else: other units, a second master, echoes */
} fault_kind;

typedef struct fault_frame {
    uint32_t source;
    uint32_t exchange; /* which one it answers */
    uint16_t length;
    uint16_t key;
    uint8_t kind;
    bool dropped;
    bool forged;
    bool misled; /* the device was asked something else, by a damaged request with a right check */
} fault_frame;

typedef struct fault_byte {
    uint64_t at_us;
    uint32_t source; /* 0: nobody */
    uint16_t index;
    uint8_t value;
    uint8_t flipped; /* bits */
} fault_byte;

typedef struct fault_bus {
    const fault_profile *profile;
    uint64_t random;
    uint64_t time_us;
    uint32_t start_us; /* what the clock shows at time 0 */
    uint32_t char_us;
    uint32_t silence_us; /* what ends a frame, without its 4 characters */
    uint32_t exchange;   /* under way */
    bool calm;           /* no faults */
    bool stream;         /* bytes come in the order in which they were put, as on TCP */
    bool cut;            /* a stream that ended inside a frame: nothing comes any more */
    bool trace;
    void (*forge)(struct fault_bus *bus, uint8_t *bytes, size_t count, uint8_t *flipped);
    uint64_t injected[FAULTS]; /* how often */
    /* What is still to be heard, in the order of time. */
    fault_byte queue[FAULT_QUEUE];
    size_t first, end;
    /* What was heard since the last request. */
    fault_byte heard[FAULT_HEARD];
    size_t heard_count;
    fault_frame frames[FAULT_FRAMES];
    uint32_t sources;
} fault_bus;

/* ---- chance ---- */

static inline uint64_t fault_random(fault_bus *bus)
{
    uint64_t z = bus->random += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static inline uint32_t fault_below(fault_bus *bus, uint32_t limit)
{
    return (uint32_t)((fault_random(bus) >> 32) * limit >> 32);
}

static inline bool fault_one_in(fault_bus *bus, uint32_t many)
{
    return fault_below(bus, many) == 0;
}

static inline bool fault_happens(fault_bus *bus, fault which)
{
    if (fault_below(bus, 1000) >= bus->profile->often[which] || bus->calm) {
        return false;
    }
    bus->injected[which]++;
    return true;
}

/* ---- the line ---- */

static inline void fault_init(fault_bus *bus, const fault_profile *profile, uint64_t seed)
{
    memset(bus, 0, sizeof *bus);
    bus->profile = profile;
    bus->random = seed * UINT64_C(0xD1342543DE82EF95) + 1;
    bus->start_us = (uint32_t)fault_random(bus);
    if (fault_one_in(bus, 4)) {
        bus->start_us = UINT32_MAX - fault_below(bus, 20000000); /* the clock wraps around soon */
    }
}

static inline uint32_t fault_now(const fault_bus *bus)
{
    return (uint32_t)(bus->start_us + bus->time_us);
}

/* Nothing that was said is heard any more: the line is silent, or the connection a new one. */
static inline void fault_clear(fault_bus *bus)
{
    bus->first = bus->end = 0;
    bus->cut = false;
}

static inline void fault_show(const fault_bus *bus, const char *what, const uint8_t *bytes, size_t count)
{
    if (bus->trace) {
        printf("%12.6f #%u %s", (double)bus->time_us / 1e6, bus->exchange, what);
        for (size_t i = 0; i < count; i++) {
            printf(" %02X", bytes[i]);
        }
        printf("\n");
    }
}

static inline void fault_put_byte(fault_bus *bus, const fault_byte *byte)
{
    size_t at;
    if (bus->end == FAULT_QUEUE) {
        bus->end -= bus->first;
        memmove(bus->queue, bus->queue + bus->first, bus->end * sizeof *bus->queue);
        bus->first = 0;
        if (bus->end == FAULT_QUEUE) {
            printf("The line is full.\n");
            exit(2);
        }
    }
    for (at = bus->end; at > bus->first && bus->queue[at - 1].at_us > byte->at_us; at--) {
        bus->queue[at] = bus->queue[at - 1];
    }
    bus->queue[at] = *byte;
    bus->end++;
}

static inline uint32_t fault_new_frame(fault_bus *bus, fault_kind kind, uint16_t key, size_t length)
{
    fault_frame *frame;
    bus->sources++;
    frame = &bus->frames[bus->sources % FAULT_FRAMES];
    memset(frame, 0, sizeof *frame);
    frame->source = bus->sources;
    frame->exchange = bus->exchange;
    frame->length = (uint16_t)length;
    frame->key = key;
    frame->kind = (uint8_t)kind;
    return bus->sources;
}

/* Flips some bits: a few anywhere, or a burst. */
static inline void fault_flip(fault_bus *bus, uint8_t *bytes, size_t count, uint8_t *flipped)
{
    const unsigned bits = 1 + fault_below(bus, 8);
    const uint32_t all = (uint32_t)count * 8;
    const uint32_t burst = fault_one_in(bus, 2) ? all : 24;
    const uint32_t from = fault_below(bus, all);
    for (unsigned i = 0; i < bits; i++) {
        const uint32_t bit = (from + fault_below(bus, burst)) % all;
        bytes[bit / 8] = (uint8_t)(bytes[bit / 8] ^ 1u << bit % 8);
        if (flipped != NULL) {
            flipped[bit / 8] = (uint8_t)(flipped[bit / 8] ^ 1u << bit % 8);
        }
    }
}

/* Random bytes, with a liking for those that mean something. */
static inline uint8_t fault_noise_byte(fault_bus *bus)
{
    static const uint8_t likely[] = {0x00, 0xFF, 0x01, 0x03, 0x04, 0x06, 0x10, 0x68, 0x16, 0xE5, 0x08, 0x02};
    const uint32_t chance = fault_below(bus, 256 + 64);
    return chance < 256 ? (uint8_t)chance : likely[chance % sizeof likely];
}

static inline void fault_noise(fault_bus *bus, uint64_t at_us, size_t count)
{
    if (bus->cut) {
        return;
    }
    if (bus->stream && bus->end > bus->first && bus->queue[bus->end - 1].at_us > at_us) {
        at_us = bus->queue[bus->end - 1].at_us;
    }
    for (size_t i = 0; i < count; i++) {
        const fault_byte byte = {at_us + i * bus->char_us, 0, 0, fault_noise_byte(bus), 0};
        fault_put_byte(bus, &byte);
    }
}

/* When the pieces of a frame are handed over: each when its last byte is there. Pauses are behind its first byte. */
static inline void fault_pace(fault_bus *bus, uint64_t at_us, fault_byte *bytes, size_t count, size_t first,
                              bool steady)
{
    /* A port hands over what came in 10 ms at once. */
    const uint32_t most = fault_one_in(bus, 2) ? 1 : 1 + fault_below(bus, bus->char_us > 0 ? 10000 / bus->char_us : 64);
    uint64_t pause_us = 0;
    size_t pause_at = count;
    size_t i = 0;
    bool merged = false;
    if (!steady) {
        merged = fault_happens(bus, FAULT_MERGED);
        if (count > first + 1 && fault_happens(bus, FAULT_SPLIT)) {
            pause_at = first + 1 + fault_below(bus, (uint32_t)(count - first - 1));
            pause_us = fault_below(bus, bus->silence_us);
        }
        if (count > first + 1 && fault_happens(bus, FAULT_RESUMED)) {
            pause_at = first + 1 + fault_below(bus, (uint32_t)(count - first - 1));
            pause_us = bus->silence_us + fault_below(bus, 400000);
        }
    }
    while (i < count) {
        size_t piece = merged ? count : most == 1 ? 1 : 1 + fault_below(bus, most);
        uint64_t piece_us;
        if (piece > count - i) {
            piece = count - i;
        }
        if (i < pause_at && pause_at < i + piece) {
            piece = pause_at - i;
        }
        piece_us = at_us + (uint64_t)bus->char_us * (i + piece - 1) + (i >= pause_at ? pause_us : 0);
        for (; piece > 0; piece--) {
            bytes[i++].at_us = piece_us;
        }
    }
}

/* Puts a frame on the line, with what happens to it there. `latest_us`: the first piece is handed over until then. */
static inline uint32_t fault_say(fault_bus *bus, uint64_t at_us, uint64_t latest_us, fault_kind kind, uint16_t key,
                                 const uint8_t *frame, size_t count)
{
    fault_byte bytes[FAULT_LONG];
    uint8_t values[FAULT_LONG];
    uint8_t flipped[FAULT_LONG] = {0};
    const uint32_t source = fault_new_frame(bus, kind, key, count);
    size_t length = 0;
    size_t first = 0;
    size_t stop = count;
    if (bus->cut) {
        return source;
    }
    memcpy(values, frame, count);
    if (fault_happens(bus, FAULT_BITS)) {
        fault_flip(bus, values, count, flipped);
    }
    if (fault_happens(bus, FAULT_FORGED)) {
        bus->forge(bus, values, count, flipped);
        bus->frames[source % FAULT_FRAMES].forged = true;
    }
    if (fault_happens(bus, FAULT_STOPPED)) {
        stop = fault_below(bus, (uint32_t)count);
        bus->cut = bus->stream;
    }
    {
        const bool lost = fault_happens(bus, FAULT_LOST);
        const bool inserted = fault_happens(bus, FAULT_INSERTED);
        const size_t lost_at = lost ? fault_below(bus, (uint32_t)count) : count;
        const size_t lost_count = 1 + (fault_one_in(bus, 2) ? fault_below(bus, 8) : 0);
        const size_t insert_at = inserted ? fault_below(bus, (uint32_t)count) : count;
        for (size_t i = 0; i < stop; i++) {
            size_t more = i == insert_at ? 1 + (fault_one_in(bus, 2) ? fault_below(bus, 8) : 0) : 0;
            for (; more > 0 && length < FAULT_LONG - 1; more--) {
                const fault_byte byte = {0, 0, 0, fault_noise_byte(bus), 0};
                bytes[length++] = byte;
            }
            if (length < FAULT_LONG && (i < lost_at || i >= lost_at + lost_count)) {
                const fault_byte byte = {0, source, (uint16_t)i, values[i], flipped[i]};
                bytes[length++] = byte;
            }
        }
    }
    while (first < length && bytes[first].source == 0) {
        first++;
    }
    fault_pace(bus, at_us, bytes, length, first, kind == FAULT_KIND_FOREIGN);
    if (first < length && bytes[first].at_us > latest_us) {
        const uint64_t shift_us = bytes[first].at_us - latest_us;
        for (size_t i = 0; i < length; i++) {
            bytes[i].at_us -= shift_us;
        }
    }
    if (bus->stream && bus->end > bus->first && length > 0 && bus->queue[bus->end - 1].at_us > bytes[0].at_us) {
        const uint64_t shift_us = bus->queue[bus->end - 1].at_us - bytes[0].at_us;
        for (size_t i = 0; i < length; i++) {
            bytes[i].at_us += shift_us;
        }
    }
    for (size_t i = 0; i < length; i++) {
        fault_put_byte(bus, &bytes[i]);
    }
    if (bus->trace && length > 0) {
        printf("%12.6f #%u   to be heard from %.6f to %.6f: source %u, kind %u, %u of %u bytes\n",
               (double)bus->time_us / 1e6, bus->exchange, (double)bytes[0].at_us / 1e6,
               (double)bytes[length - 1].at_us / 1e6, source, kind, (unsigned)length, (unsigned)count);
    }
    return source;
}

/* When the last byte of a frame is heard that is still to come; 0: none is. */
static inline uint64_t fault_end(const fault_bus *bus, uint32_t source)
{
    size_t i = bus->end;
    while (i > bus->first && bus->queue[i - 1].source != source) {
        i--;
    }
    return i > bus->first ? bus->queue[i - 1].at_us : 0;
}

/* No master can tell a second answer, or one to somebody else who asked the same, from the answer to the question asked
 * now. So those of which nothing was heard before that question stay out. Key 0 of what is foreign: it can be told. */
static inline void fault_drop_unheard(fault_bus *bus, uint16_t key)
{
    size_t kept = bus->first;
    for (size_t i = bus->first; i < bus->end; i++) {
        const fault_byte *const byte = &bus->queue[i];
        fault_frame *const frame = &bus->frames[byte->source % FAULT_FRAMES];
        const bool same = frame->kind == FAULT_KIND_DUPLICATE || (frame->kind == FAULT_KIND_FOREIGN && frame->key != 0);
        if (byte->source != 0 && frame->source == byte->source && same && frame->key == key && byte->index == 0) {
            frame->dropped = true;
        }
    }
    for (size_t i = bus->first; i < bus->end; i++) {
        const fault_byte *const byte = &bus->queue[i];
        const fault_frame *const frame = &bus->frames[byte->source % FAULT_FRAMES];
        if (byte->source == 0 || frame->source != byte->source || !frame->dropped) {
            bus->queue[kept++] = *byte;
        }
    }
    bus->end = kept;
}

/* Hands what came until now to the link, in one piece or through its own buffer. */
static inline void fault_hand_over(fault_bus *bus, mw_link *link)
{
    while (bus->first < bus->end && bus->queue[bus->first].at_us <= bus->time_us) {
        uint8_t bytes[FAULT_LONG];
        size_t count = 0;
        size_t space = sizeof bytes;
        const bool direct =
            link->state == MW_LINK_WAIT || link->state == MW_LINK_RECEIVE ? fault_one_in(bus, 2) : false;
        uint8_t *to = bytes;
        if (direct) {
            to = mw_link_space(link, &space);
        }
        while (count < space && bus->first < bus->end && bus->queue[bus->first].at_us <= bus->time_us) {
            const fault_byte *const byte = &bus->queue[bus->first++];
            to[count++] = byte->value;
            if (bus->heard_count < FAULT_HEARD) {
                bus->heard[bus->heard_count++] = *byte;
            }
        }
        fault_show(bus, "heard", to, count);
        if (direct) {
            mw_link_received(link, count, fault_now(bus));
        } else {
            mw_link_feed(link, bytes, count, fault_now(bus));
        }
    }
}

/* Lets time pass until bytes come, at most so long. */
static inline void fault_wait(fault_bus *bus, uint64_t most_us)
{
    const uint64_t until = bus->time_us + most_us;
    if (bus->first < bus->end && bus->queue[bus->first].at_us < until) {
        if (bus->queue[bus->first].at_us > bus->time_us) {
            bus->time_us = bus->queue[bus->first].at_us;
        }
    } else {
        bus->time_us = until;
    }
}

/* ---- what was accepted ---- */

typedef enum fault_verdict {
    FAULT_NOWHERE, /* the line never carried these bytes since the request */
    FAULT_INTACT,  /* a whole frame as it was sent */
    FAULT_DAMAGED  /* not as anybody sent it */
} fault_verdict;

/* Judges bytes that were accepted. *frame: the frame they are, or the one their first byte is from, or null. *flips:
 * wrong bits of a frame that is otherwise whole; else 1000. */
static inline fault_verdict fault_judge(const fault_bus *bus, const uint8_t *bytes, size_t count,
                                        const fault_frame **frame, unsigned *flips)
{
    fault_verdict verdict = FAULT_NOWHERE;
    *flips = 1000;
    *frame = NULL;
    for (size_t at = 0; at + count <= bus->heard_count && count > 0; at++) {
        const fault_byte *const heard = bus->heard + at;
        const fault_frame *const here = &bus->frames[heard->source % FAULT_FRAMES];
        bool whole = heard->source != 0 && here->source == heard->source && here->length == count;
        unsigned wrong = 0;
        size_t i = 0;
        for (; i < count && heard[i].value == bytes[i]; i++) {
            whole = whole && heard[i].source == heard->source && heard[i].index == i;
            for (unsigned bits = heard[i].flipped; bits != 0; bits &= bits - 1) {
                wrong++;
            }
        }
        if (i < count) {
            continue;
        }
        if (verdict == FAULT_NOWHERE || whole) {
            *frame = heard->source != 0 ? here : NULL;
            *flips = whole ? wrong : 1000;
        }
        if (whole && wrong == 0) {
            return FAULT_INTACT;
        }
        verdict = FAULT_DAMAGED;
    }
    return verdict;
}

#endif
