/*
 * fuzz.h: what the fuzz targets have in common.
 *
 * Each target is one function, which libFuzzer calls with bytes of its making.
 * It must hold for any of them; so it asks for more than no crash.
 */
#ifndef CREDRELAY_FUZZ_H
#define CREDRELAY_FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* Stays in an optimized build; libFuzzer keeps the input that breaks it. */
#define HOLD(condition)                                                        \
	do {                                                                   \
		if (!(condition)) {                                            \
			fprintf(stderr, "%s:%d: does not hold: %s\n",          \
			    __FILE__, __LINE__, #condition);                   \
			abort();                                               \
		}                                                              \
	} while (0)

/* Always 0. */
int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Called once, where a target has it. */
int	LLVMFuzzerInitialize(int *argc, char ***argv);

/*
 * A string of the bytes up to the first NUL, to the byte, so that a sanitizer
 * sees a look beyond it; owned by the caller.
 */
static inline char *
fuzz_string(const void *bytes, size_t size)
{
	return (mem_strndup(bytes, strnlen(bytes, size)));
}

#endif
