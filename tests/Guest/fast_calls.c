/* Calls that need no exit once a program has made many: times, the return from exceptions, and short calls in quick succession, also
 * while the calling thread is suspended, looked at, single-stepped or interrupted by APCs. */
#include "checks.h"
#include "nt.h"

NTSYSAPI NTSTATUS NTAPI NtQueryPerformanceCounter(LARGE_INTEGER *counter, LARGE_INTEGER *frequency);
NTSYSAPI NTSTATUS NTAPI NtContinue(CONTEXT *context, BOOLEAN alert);

NTSYSAPI NTSTATUS NTAPI NtAlertThreadByThreadId(HANDLE id);
NTSYSAPI NTSTATUS NTAPI NtWaitForAlertByThreadId(PVOID address, LARGE_INTEGER *timeout);

enum { WARM_CALLS = 2000, MANY = 200000, INTERRUPTIONS = 400, STEPPED_CALLS = 200, HITS = 30000, PROTECTIONS = 3000 };

static HANDLE event;
static volatile LONG stop, rounds, wrong, apcs, steps;
static volatile DWORD64 *mailbox;

/* Until the host has seen that this thread makes many calls. */
static void warm_up(void)
{
    ULONGLONG until = GetTickCount64() + 150;
    int i;
    while (GetTickCount64() < until)
        for (i = 0; i < WARM_CALLS; i++)
            NtClose((HANDLE)(ULONG_PTR)0x7ffffff4);
}

static long long counter_now(void)
{
    LARGE_INTEGER now;
    QueryPerformanceCounter(&now);
    return now.QuadPart;
}

static void times_group(void)
{
    LARGE_INTEGER first, second, frequency;
    FILETIME before, after;
    long long last = 0, backwards = 0, counted, system, ticks;
    ULONGLONG tick;
    int i;

    warm_up();
    CHECK_STATUS("times.counter", NtQueryPerformanceCounter(&first, &frequency), STATUS_SUCCESS);
    CHECK_EQ("times.frequency", frequency.QuadPart, 10000000);
    CHECK_STATUS("times.no-frequency", NtQueryPerformanceCounter(&second, NULL), STATUS_SUCCESS);
    CHECK("times.counter-advances", second.QuadPart >= first.QuadPart && second.QuadPart - first.QuadPart < 10000000);
    CHECK_STATUS("times.bad-counter", NtQueryPerformanceCounter((LARGE_INTEGER *)8, NULL), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS("times.bad-frequency", NtQueryPerformanceCounter(&first, (LARGE_INTEGER *)8), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS("times.bad-system-time", NtQuerySystemTime((LARGE_INTEGER *)8), STATUS_ACCESS_VIOLATION);
    for (i = 0; i < MANY; i++)
    {
        long long now = counter_now();
        backwards += now < last;
        last = now;
    }
    CHECK_EQ("times.counter-never-goes-back", backwards, 0);

    tick = GetTickCount64();
    GetSystemTimeAsFileTime(&before);
    counted = counter_now();
    Sleep(300);
    counted = counter_now() - counted;
    GetSystemTimeAsFileTime(&after);
    ticks = (long long)(GetTickCount64() - tick);
    system = (long long)(((DWORD64)after.dwHighDateTime << 32 | after.dwLowDateTime) - ((DWORD64)before.dwHighDateTime << 32 | before.dwLowDateTime));
    CHECK("times.counter-measures", counted >= 2990000);
    CHECK("times.clocks-agree", llabs(counted - system) < 500000 && llabs(counted / 10000 - ticks) < 60);
}

static void continue_group(void)
{
    CONTEXT context;
    volatile int passes = 0;
    volatile double kept = 1.5;

    warm_up();
    RtlCaptureContext(&context);
    if (++passes < 2000)
    {
        kept += 1.0;
        RtlRestoreContext(&context, NULL);
    }
    CHECK_EQ("continue.restored-2000-times", passes, 2000);
    CHECK("continue.locals-kept", kept == 1.5 + 1999.0);
    RtlCaptureContext(&context);
    CHECK_STATUS("continue.bad-context", NtContinue((CONTEXT *)16, FALSE), STATUS_ACCESS_VIOLATION);
}

static LONG CALLBACK resume(EXCEPTION_POINTERS *info)
{
    if (info->ExceptionRecord->ExceptionCode == 0xE0001234)
    {
        InterlockedIncrement(&rounds);
        return EXCEPTION_CONTINUE_EXECUTION;
    }
    if (info->ExceptionRecord->ExceptionCode == (DWORD)STATUS_SINGLE_STEP)
    {
        InterlockedIncrement(&steps);
        if (!stop)
            info->ContextRecord->EFlags |= 0x100;
        return EXCEPTION_CONTINUE_EXECUTION;
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

static void exceptions_group(void)
{
    void *handler = AddVectoredExceptionHandler(1, resume);
    int i, bad = 0;

    warm_up();
    rounds = 0;
    for (i = 0; i < 5000; i++)
        RaiseException(0xE0001234, 0, 0, NULL);
    CHECK_EQ("exceptions.continued", rounds, 5000);

    /* Stepping through calls that may be posted: each instruction of the way traps. */
    stop = 0;
    steps = 0;
    for (i = 0; i < STEPPED_CALLS; i++)
    {
        __asm__ volatile("pushfq\n\torq $0x100, (%%rsp)\n\tpopfq" ::: "memory", "cc");
        bad += NtClose((HANDLE)(ULONG_PTR)0x7ffffff4) != STATUS_INVALID_HANDLE;
    }
    stop = 1;
    __asm__ volatile("nop\n\tnop");
    CHECK_EQ("exceptions.stepped-calls-answer-right", bad, 0);
    CHECK("exceptions.steps-seen", steps > STEPPED_CALLS);
    RemoveVectoredExceptionHandler(handler);
}

static DWORD WINAPI call_until_stopped(void *unused)
{
    NT_EVENT_BASIC_INFORMATION state;
    LONG previous;
    ULONG length;
    (void)unused;
    while (!stop)
    {
        LONG bad = 0;
        bad |= NtSetEvent(event, &previous) != STATUS_SUCCESS || previous != 0;
        bad |= NtQueryEvent(event, 0, &state, sizeof state, &length) != STATUS_SUCCESS || state.EventState != 1 || length != sizeof state;
        bad |= NtResetEvent(event, &previous) != STATUS_SUCCESS || previous != 1;
        bad |= WaitForSingleObject(event, 0) != WAIT_TIMEOUT;
        bad |= NtClose((HANDLE)(ULONG_PTR)0x7ffffff4) != STATUS_INVALID_HANDLE;
        bad |= counter_now() == 0;
        SleepEx(0, TRUE);
        InterlockedExchangeAdd(&wrong, bad);
        InterlockedIncrement(&rounds);
    }
    return 7;
}

static HANDLE start_caller(void)
{
    ULONGLONG until = GetTickCount64() + 5000;
    HANDLE thread;
    stop = wrong = rounds = apcs = 0;
    event = CreateEventA(NULL, TRUE, FALSE, NULL);
    thread = CreateThread(NULL, 0, call_until_stopped, NULL, 0, NULL);
    while (rounds < WARM_CALLS && GetTickCount64() < until)
        Sleep(1);
    return thread;
}

static DWORD end_caller(HANDLE thread)
{
    DWORD code = 0;
    stop = 1;
    WaitForSingleObject(thread, 10000);
    GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    CloseHandle(event);
    return code;
}

static void suspended_group(void)
{
    HANDLE thread = start_caller();
    LONG before, moved = 0, failed = 0;
    int i;

    for (i = 0; i < INTERRUPTIONS; i++)
    {
        CONTEXT context;
        memset(&context, 0, sizeof context);
        context.ContextFlags = CONTEXT_FULL;
        failed += SuspendThread(thread) != 0;
        failed += !GetThreadContext(thread, &context) || !context.Rip || !context.Rsp;
        before = rounds;
        if (i % 3 == 0)
            failed += !SetThreadContext(thread, &context);
        moved += rounds != before;
        failed += ResumeThread(thread) != 1;
        if (i % 8 == 0)
            Sleep(1);
    }
    CHECK_EQ("suspended.calls-succeed", failed, 0);
    CHECK_EQ("suspended.stands-still", moved, 0);
    CHECK_EQ("suspended.thread-goes-on", end_caller(thread), 7);
    CHECK_EQ("suspended.answers-right", wrong, 0);
}

static VOID CALLBACK count_apc(ULONG_PTR unused)
{
    NT_EVENT_BASIC_INFORMATION state;
    ULONG length;
    (void)unused;
    NtQueryEvent(event, 0, &state, sizeof state, &length);
    NtClose((HANDLE)(ULONG_PTR)0x7ffffff0);
    InterlockedIncrement(&apcs);
}

static void interrupted_group(void)
{
    HANDLE thread = start_caller();
    ULONGLONG until = GetTickCount64() + 10000;
    LONG queued = 0;
    int i;
    for (i = 0; i < INTERRUPTIONS; i++)
    {
        queued += QueueUserAPC(count_apc, thread, 0) != 0;
        if (i % 4 == 0)
            Sleep(1);
    }
    while (apcs < queued && GetTickCount64() < until)
        Sleep(1);
    end_caller(thread);
    CHECK_EQ("interrupted.apcs-ran", apcs, INTERRUPTIONS);
    CHECK_EQ("interrupted.answers-right", wrong, 0);
}

static volatile LONG ball;
static DWORD players[2];

/* Each hits the ball when it is the own turn and alerts the other; a lost alert would end the game. */
static DWORD WINAPI play(void *argument)
{
    LONG self = (LONG)(ULONG_PTR)argument;
    while (ball < HITS)
    {
        while (ball % 2 != self && ball < HITS)
            NtWaitForAlertByThreadId(NULL, NULL);
        if (ball < HITS)
            InterlockedIncrement(&ball);
        NtAlertThreadByThreadId((HANDLE)(ULONG_PTR)players[!self]);
    }
    return 7;
}

static void alerts_group(void)
{
    LARGE_INTEGER none = {.QuadPart = 0}, brief = {.QuadPart = -10000};
    ULONGLONG until = GetTickCount64() + 30000;
    HANDLE threads[2];
    DWORD code = 0;
    int i;

    warm_up();
    CHECK_STATUS("alerts.none-yet", NtWaitForAlertByThreadId(NULL, &none), STATUS_TIMEOUT);
    CHECK_STATUS("alerts.time-out", NtWaitForAlertByThreadId(NULL, &brief), STATUS_TIMEOUT);
    NtAlertThreadByThreadId((HANDLE)(ULONG_PTR)GetCurrentThreadId());
    NtAlertThreadByThreadId((HANDLE)(ULONG_PTR)GetCurrentThreadId());
    CHECK_STATUS("alerts.kept", NtWaitForAlertByThreadId(NULL, NULL), STATUS_ALERTED);
    CHECK_STATUS("alerts.one-at-most", NtWaitForAlertByThreadId(NULL, &none), STATUS_TIMEOUT);

    ball = 0;
    for (i = 0; i < 2; i++)
        threads[i] = CreateThread(NULL, 0, play, (void *)(ULONG_PTR)i, CREATE_SUSPENDED, &players[i]);
    ResumeThread(threads[0]);
    ResumeThread(threads[1]);
    for (i = 0; ball < HITS && GetTickCount64() < until; i++)
    {
        CONTEXT context;
        memset(&context, 0, sizeof context);
        context.ContextFlags = CONTEXT_FULL;
        SuspendThread(threads[i % 2]);
        GetThreadContext(threads[i % 2], &context);
        ResumeThread(threads[i % 2]);
        Sleep(1);
    }
    CHECK_EQ("alerts.none-lost", ball, HITS);
    for (i = 0; i < 2; i++)
    {
        WaitForSingleObject(threads[i], 10000);
        GetExitCodeThread(threads[i], &code);
        CHECK_EQ(i ? "alerts.second-player-ended" : "alerts.first-player-ended", code, 7);
        CloseHandle(threads[i]);
    }
}

static volatile LONG *page;

static LONG CALLBACK wait_for_right(EXCEPTION_POINTERS *info)
{
    if (info->ExceptionRecord->ExceptionCode != (DWORD)STATUS_ACCESS_VIOLATION || info->ExceptionRecord->ExceptionInformation[1] != (ULONG_PTR)page)
        return EXCEPTION_CONTINUE_SEARCH;
    InterlockedIncrement(&steps);
    return EXCEPTION_CONTINUE_EXECUTION;
}

static DWORD WINAPI write_until_stopped(void *unused)
{
    (void)unused;
    while (!stop)
    {
        ++*page;
        InterlockedIncrement(&rounds);
    }
    return 7;
}

/* A page that loses the right to be written, again and again, touched in between or not: no write gets through afterwards. */
static void protected_group(void)
{
    void *handler = AddVectoredExceptionHandler(1, wait_for_right);
    LONG slipped = 0, failed = 0, before;
    HANDLE thread;
    DWORD old, code = 0;
    int i, k;

    page = VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    stop = rounds = steps = 0;
    thread = CreateThread(NULL, 0, write_until_stopped, NULL, 0, NULL);
    while (rounds < 1000)
        Sleep(0);
    for (i = 0; i < PROTECTIONS; i++)
    {
        failed += !VirtualProtect((void *)page, 4096, i % 3 ? PAGE_READONLY : PAGE_NOACCESS, &old);
        if (i % 3)
        {
            before = *page;
            for (k = 0; k < 300; k++)
                slipped += *page != before;
        }
        failed += !VirtualProtect((void *)page, 4096, PAGE_READWRITE, &old);
        if (i % 2)
            for (before = rounds, k = 0; rounds == before && k < 100000; k++)
                YieldProcessor();
    }
    stop = 1;
    WaitForSingleObject(thread, 10000);
    GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    CHECK_EQ("protected.calls-succeed", failed, 0);
    CHECK_EQ("protected.no-write-slips-through", slipped, 0);
    CHECK_EQ("protected.writer-ended", code, 7);
    VirtualFree((void *)page, 0, MEM_RELEASE);
    RemoveVectoredExceptionHandler(handler);
}

static DWORD WINAPI call_and_tell(void *unused)
{
    (void)unused;
    warm_up();
    mailbox = (volatile DWORD64 *)__readgsqword(0x7c0);
    call_until_stopped(NULL);
    return 7;
}

/* The mailbox is the program's own memory: whatever is written there, the thread and the machine go on. */
static void spoiled_group(void)
{
    ULONGLONG until = GetTickCount64() + 300;
    DWORD64 random = 88172645463325252ull;
    HANDLE thread;
    DWORD code = 0;
    if (oracle_is_wine())
    {
        check_passed("spoiled.thread-goes-on");
        return;
    }
    stop = wrong = rounds = 0;
    mailbox = NULL;
    event = CreateEventA(NULL, TRUE, FALSE, NULL);
    thread = CreateThread(NULL, 0, call_and_tell, NULL, 0, NULL);
    while (!mailbox && GetTickCount64() < until + 3000)
        Sleep(1);
    until = GetTickCount64() + 300;
    while (mailbox && GetTickCount64() < until)
    {
        random ^= random << 13, random ^= random >> 7, random ^= random << 17;
        switch (random % 4)
        {
        case 0: *(volatile DWORD *)mailbox = (DWORD)(random >> 32) % 6; break;
        case 1: mailbox[1] = (random >> 20) % 0x2000; break;
        case 2: mailbox[6] = random; break;
        default: mailbox[7] = random; break;
        }
    }
    stop = 1;
    WaitForSingleObject(thread, 10000);
    GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    CHECK_EQ("spoiled.thread-goes-on", code, 7);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"times", times_group},         {"continue", continue_group},       {"exceptions", exceptions_group},
        {"suspended", suspended_group}, {"interrupted", interrupted_group}, {"alerts", alerts_group},
        {"protected", protected_group},
        {"spoiled", spoiled_group},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
