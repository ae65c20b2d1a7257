/* Runs code that faults, and tells with which exception. One attempt at a time, on the main thread. */
#ifndef PORTABLEVIRT_GUARDED_H
#define PORTABLEVIRT_GUARDED_H

#include "checks.h"
#include "nt.h"

#define NO_EXCEPTION 0u

static CONTEXT guarded_start;
static volatile int guarded_armed, guarded_returned;
static EXCEPTION_RECORD guarded_seen;

static LONG CALLBACK guarded_handler(EXCEPTION_POINTERS *pointers)
{
    if (!guarded_armed)
        return EXCEPTION_CONTINUE_SEARCH;
    guarded_armed = 0;
    guarded_seen = *pointers->ExceptionRecord;
    guarded_returned = 1;
    *pointers->ContextRecord = guarded_start;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static inline void guarded_install(void)
{
    AddVectoredExceptionHandler(1, guarded_handler);
}

/* Calls code at an address with one argument. Returns the exception code that ended the call, or NO_EXCEPTION. */
static __attribute__((noinline)) DWORD guarded_run(void *code, void *argument)
{
    void (*call)(void *);
    *(void **)&call = code;
    guarded_returned = 0;
    memset(&guarded_seen, 0, sizeof guarded_seen);
    RtlCaptureContext(&guarded_start);
    if (guarded_returned)
        return guarded_seen.ExceptionCode;
    guarded_armed = 1;
    call(argument);
    guarded_armed = 0;
    return NO_EXCEPTION;
}

/* Copies machine code, with a ret behind it, into memory that may be executed, and runs it. */
static inline DWORD guarded_run_bytes(const unsigned char *bytes, size_t length, void *argument)
{
    static unsigned char *page;
    if (!page)
        page = VirtualAlloc(NULL, 4096, MEM_RESERVE | MEM_COMMIT, PAGE_EXECUTE_READWRITE);
    memcpy(page, bytes, length);
    page[length] = 0xc3;
    FlushInstructionCache(GetCurrentProcess(), page, 4096);
    return guarded_run(page, argument);
}

#endif
