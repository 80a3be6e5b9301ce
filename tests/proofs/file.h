/* SPDX-License-Identifier: MIT */
/* Of a list of file records that asks for some: parts of 7 bytes. */
#ifndef PROOF_FILE_H
#define PROOF_FILE_H

#define REQUIRES_file_answer(pdu) ((pdu)[1] <= 0xF5 && (pdu)[1] % 7 == 0)

#endif
