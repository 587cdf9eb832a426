/* sandbox_parts.h: what the files of the sandbox share. */
#ifndef CREDRELAY_SANDBOX_PARTS_H
#define CREDRELAY_SANDBOX_PARTS_H

#include "sandbox.h"

/* A sanitizer or gcov wants more than we do. */
#if defined(__SANITIZE_ADDRESS__)
#define SANDBOX_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANDBOX_SANITIZED 1
#endif
#endif

/* Loads the filter of system calls.  STATUS_IO: errno tells. */
enum status	 sandbox_filter_calls(const struct sandbox *) MUST_CHECK;

#endif
