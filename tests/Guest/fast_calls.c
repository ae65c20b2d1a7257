/* Calls that need no exit once a program has made many: times, the return from exceptions, and short calls in quick succession, also
 * while the calling thread is suspended, looked at, single-stepped or interrupted by APCs. */
#include "checks.h"
#include "nt.h"

NTSYSAPI NTSTATUS NTAPI NtQueryPerformanceCounter(LARGE_INTEGER *counter, LARGE_INTEGER *frequency);
NTSYSAPI NTSTATUS NTAPI NtContinue(CONTEXT *context, BOOLEAN alert);
NTSYSAPI NTSTATUS NTAPI NtWaitForMultipleObjects(ULONG count, const HANDLE *handles, ULONG any, BOOLEAN alertable, const LARGE_INTEGER *timeout);

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

static HANDLE ping, pong, quit;
static volatile LONG released;

static void use_often(HANDLE handle)
{
    int i;
    for (i = 0; i < 100; i++)
    {
        SetEvent(handle);
        WaitForSingleObject(handle, 0);
        ResetEvent(handle);
    }
}

static DWORD WINAPI answer_pings(void *argument)
{
    HANDLE both[2] = {quit, ping};
    BOOL many = argument != NULL;
    for (;;)
    {
        if (many ? WaitForMultipleObjects(2, both, FALSE, INFINITE) != WAIT_OBJECT_0 + 1 : WaitForSingleObject(ping, INFINITE) != WAIT_OBJECT_0 || stop)
            return 7;
        InterlockedIncrement(&rounds);
        SetEvent(pong);
    }
}

/* Every signal is answered, also while the partner is stopped again and again. */
static LONG play_events(BOOL many, LONG games, BOOL disturb)
{
    HANDLE partner;
    DWORD code = 0;
    LONG i, lost = 0;
    stop = rounds = 0;
    ResetEvent(quit);
    partner = CreateThread(NULL, 0, answer_pings, (void *)(ULONG_PTR)many, 0, NULL);
    for (i = 0; i < games && !lost; i++)
    {
        if (disturb && i % 20 == 0)
        {
            CONTEXT context;
            memset(&context, 0, sizeof context);
            context.ContextFlags = CONTEXT_FULL;
            SuspendThread(partner);
            GetThreadContext(partner, &context);
            if (i % 40 == 0)
                SetThreadContext(partner, &context);
            ResumeThread(partner);
        }
        SetEvent(ping);
        lost += WaitForSingleObject(pong, 10000) != WAIT_OBJECT_0;
    }
    lost += rounds != i;
    stop = 1;
    SetEvent(quit);
    if (!many)
        SetEvent(ping);
    WaitForSingleObject(partner, 10000);
    GetExitCodeThread(partner, &code);
    CloseHandle(partner);
    ResetEvent(ping);
    return lost + (code != 7);
}

/* Waits for two events, and tells each time which of them came. */
static DWORD WINAPI wait_for_both_kinds(void *argument)
{
    HANDLE both[2] = {quit, ping};
    (void)argument;
    while (!stop)
    {
        InterlockedIncrement(&rounds);
        if (WaitForMultipleObjects(2, both, FALSE, 5000) == WAIT_TIMEOUT)
            return 1;
        InterlockedIncrement(&released);
        WaitForSingleObject(pong, 5000);
    }
    return 7;
}

static DWORD WINAPI wait_for_pulse(void *argument)
{
    (void)argument;
    InterlockedIncrement(&rounds);
    return WaitForSingleObject(ping, 5000) == WAIT_OBJECT_0 ? 7 : 1;
}

static void events_group(void)
{
    HANDLE thread, copy, weak, mutex;
    LARGE_INTEGER long_ago = {.QuadPart = -1};
    DWORD code = 0;
    LONG previous = -1, i, missed = 0;
    ULONGLONG tick;

    warm_up();
    ping = CreateEventA(NULL, FALSE, FALSE, NULL);
    pong = CreateEventA(NULL, FALSE, FALSE, NULL);
    quit = CreateEventA(NULL, TRUE, FALSE, NULL);
    use_often(ping);
    use_often(pong);
    use_often(quit);

    CHECK("events.set-twice-is-once", SetEvent(ping) && SetEvent(ping) && !WaitForSingleObject(ping, 0) && WaitForSingleObject(ping, 0) == WAIT_TIMEOUT);
    CHECK("events.notification-stays-set", SetEvent(quit) && !WaitForSingleObject(quit, 0) && !WaitForSingleObject(quit, 0));
    CHECK("events.reset", ResetEvent(quit) && WaitForSingleObject(quit, 0) == WAIT_TIMEOUT);
    CHECK_STATUS("events.previous-state", NtSetEvent(ping, &previous), STATUS_SUCCESS);
    CHECK("events.was-not-set", previous == 0 && !NtSetEvent(ping, &previous) && previous == 1);
    CHECK("events.host-takes-what-was-set", WaitForSingleObject(ping, 0) == WAIT_OBJECT_0 && WaitForSingleObject(ping, 0) == WAIT_TIMEOUT);
    CHECK_STATUS("events.bad-time-out", NtWaitForSingleObject(ping, FALSE, (LARGE_INTEGER *)8), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS("events.short-time-out", NtWaitForSingleObject(ping, FALSE, &long_ago), STATUS_TIMEOUT);
    tick = GetTickCount64();
    CHECK("events.long-time-out", WaitForSingleObject(ping, 60) == WAIT_TIMEOUT && GetTickCount64() - tick >= 45);
    {
        HANDLE both[2] = {quit, ping};
        CHECK_EQ("events.any-of-two-times-out", WaitForMultipleObjects(2, both, FALSE, 0), WAIT_TIMEOUT);
        SetEvent(ping);
        CHECK_EQ("events.any-of-two-second", WaitForMultipleObjects(2, both, FALSE, 0), WAIT_OBJECT_0 + 1);
        SetEvent(quit);
        SetEvent(ping);
        CHECK_EQ("events.any-of-two-first", WaitForMultipleObjects(2, both, FALSE, 0), WAIT_OBJECT_0);
        CHECK_EQ("events.all-of-two", WaitForMultipleObjects(2, both, TRUE, 0), WAIT_OBJECT_0);
        CHECK_EQ("events.all-took-the-second", WaitForSingleObject(ping, 0), WAIT_TIMEOUT);
        ResetEvent(quit);
        CHECK_STATUS("events.bad-handle-array", NtWaitForMultipleObjects(2, (HANDLE *)8, 1, FALSE, NULL), STATUS_ACCESS_VIOLATION);
    }

    DuplicateHandle(GetCurrentProcess(), ping, GetCurrentProcess(), &weak, SYNCHRONIZE, FALSE, 0);
    DuplicateHandle(GetCurrentProcess(), ping, GetCurrentProcess(), &copy, EVENT_MODIFY_STATE, FALSE, 0);
    for (i = 0; i < 100; i++)
        missed += !SetEvent(copy) || WaitForSingleObject(weak, 0) != WAIT_OBJECT_0;
    CHECK_EQ("events.handles-of-one-event", missed, 0);
    CHECK("events.no-right-to-set", !SetEvent(weak) && GetLastError() == ERROR_ACCESS_DENIED);
    CHECK("events.no-right-to-wait", WaitForSingleObject(copy, 0) == WAIT_FAILED && GetLastError() == ERROR_ACCESS_DENIED);
    CloseHandle(copy);
    CHECK_STATUS("events.closed-handle", NtSetEvent(copy, NULL), STATUS_INVALID_HANDLE);
    mutex = CreateMutexA(NULL, FALSE, NULL);
    CHECK("events.value-of-another-object", mutex != copy || NtSetEvent(mutex, NULL) == STATUS_OBJECT_TYPE_MISMATCH);
    CloseHandle(mutex);
    CloseHandle(weak);

    CHECK_EQ("events.hand-over", play_events(FALSE, 20000, FALSE), 0);
    CHECK_EQ("events.hand-over-any", play_events(TRUE, 20000, FALSE), 0);
    CHECK_EQ("events.hand-over-disturbed", play_events(FALSE, 2000, TRUE), 0);
    CHECK_EQ("events.hand-over-any-disturbed", play_events(TRUE, 2000, TRUE), 0);

    /* Who waits for a notification event when it is set is released, also when it is reset at once. */
    stop = released = rounds = 0;
    thread = CreateThread(NULL, 0, wait_for_both_kinds, NULL, 0, NULL);
    for (i = 1; i <= 2000 && !missed; i++)
    {
        ULONGLONG until = GetTickCount64() + 5000;
        while (rounds < i && GetTickCount64() < until)
            YieldProcessor();
        while (released < i && GetTickCount64() < until)
        {
            LONG pauses;
            if (i % 4 == 0)
                SetEvent(quit), ResetEvent(quit);
            else
                SetEvent(ping);
            for (pauses = 0; pauses < 20000 && released < i; pauses++)
                YieldProcessor();
        }
        missed += released != i;
        ResetEvent(ping);
        SetEvent(pong);
    }
    stop = 1;
    SetEvent(quit);
    SetEvent(pong);
    WaitForSingleObject(thread, 10000);
    GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    CHECK("events.notification-releases", missed == 0 && code == 7);
    ResetEvent(quit);

    /* A pulse releases who waits, here and in user mode. */
    for (i = 0, code = 7; i < 3 && code == 7; i++)
    {
        ResetEvent(ping);
        rounds = 0;
        thread = CreateThread(NULL, 0, wait_for_pulse, NULL, 0, NULL);
        while (!rounds)
            Sleep(1);
        Sleep(20);
        PulseEvent(ping);
        WaitForSingleObject(thread, 10000);
        GetExitCodeThread(thread, &code);
        CloseHandle(thread);
    }
    CHECK_EQ("events.pulse-releases", code, 7);
    CHECK_EQ("events.pulse-leaves-it-reset", WaitForSingleObject(ping, 0), WAIT_TIMEOUT);
    use_often(ping);
    CHECK("events.works-after-a-pulse", SetEvent(ping) && !WaitForSingleObject(ping, 0));
    CloseHandle(ping);
    CloseHandle(pong);
    CloseHandle(quit);
}

static volatile LONG order[8], orders;
static HANDLE apc_owner;

static VOID CALLBACK note_apc(ULONG_PTR value)
{
    if (orders < 8)
        order[orders] = (LONG)value;
    orders++;
}

static VOID CALLBACK nest_apc(ULONG_PTR value)
{
    note_apc(value);
    QueueUserAPC(note_apc, GetCurrentThread(), value + 1);
}

static DWORD WINAPI queue_to_owner(void *value)
{
    QueueUserAPC(note_apc, apc_owner, (ULONG_PTR)value);
    return 0;
}

static void queue_from_other(ULONG_PTR value)
{
    HANDLE thread = CreateThread(NULL, 0, queue_to_owner, (void *)value, 0, NULL);
    WaitForSingleObject(thread, 10000);
    CloseHandle(thread);
}

/* At each depth of the stack: the frame of an APC reaches the guard page now and then. */
static LONG __attribute__((noinline)) run_apcs_down(int depth)
{
    volatile char frame[300];
    LONG failed;
    frame[0] = (char)depth;
    orders = 0;
    failed = !QueueUserAPC(note_apc, GetCurrentThread(), 9) || SleepEx(0, TRUE) != WAIT_IO_COMPLETION || orders != 1;
    if (depth > 0)
        failed += run_apcs_down(depth - 1);
    return failed + (frame[0] != (char)depth);
}

static DWORD WINAPI go_down(void *unused)
{
    (void)unused;
    warm_up();
    return run_apcs_down(1000) == 0 ? 7 : 1;
}

static void apcs_group(void)
{
    LARGE_INTEGER now = {.QuadPart = 0};
    int i, failed = 0;
    double kept = 2.5;

    warm_up();
    DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &apc_owner, 0, FALSE, DUPLICATE_SAME_ACCESS);
    for (i = 0; i < 3000; i++)
    {
        orders = 0;
        failed += !QueueUserAPC(note_apc, GetCurrentThread(), 5);
        failed += SleepEx(0, TRUE) != WAIT_IO_COMPLETION || orders != 1 || order[0] != 5;
        kept += 1.0;
    }
    CHECK_EQ("apcs.to-oneself", failed, 0);
    CHECK("apcs.locals-kept", kept == 3002.5);
    CHECK_EQ("apcs.none-left", SleepEx(0, TRUE), 0);

    orders = 0;
    QueueUserAPC(note_apc, GetCurrentThread(), 1);
    CHECK_EQ("apcs.wait-without-alert", SleepEx(0, FALSE), 0);
    CHECK_EQ("apcs.not-run-by-it", orders, 0);
    QueueUserAPC(note_apc, GetCurrentThread(), 2);
    queue_from_other(3);
    QueueUserAPC(note_apc, GetCurrentThread(), 4);
    CHECK_STATUS("apcs.delay-runs-them", NtDelayExecution(TRUE, &now), STATUS_USER_APC);
    CHECK("apcs.in-order", orders == 4 && order[0] == 1 && order[1] == 2 && order[2] == 3 && order[3] == 4);

    orders = 0;
    QueueUserAPC(note_apc, GetCurrentThread(), 1);
    queue_from_other(2);
    CHECK_EQ("apcs.object-wait-runs-them", WaitForSingleObjectEx(apc_owner, 0, TRUE), WAIT_IO_COMPLETION);
    CHECK("apcs.own-first", orders == 2 && order[0] == 1 && order[1] == 2);

    orders = 0;
    QueueUserAPC(nest_apc, GetCurrentThread(), 1);
    CHECK_EQ("apcs.nested", SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    while (orders < 2 && SleepEx(0, TRUE) == WAIT_IO_COMPLETION)
        ;
    CHECK("apcs.nested-ran", orders == 2 && order[0] == 1 && order[1] == 2);

    orders = 0;
    QueueUserAPC(note_apc, GetCurrentThread(), 6);
    CHECK_EQ("apcs.long-delay-ends-early", SleepEx(20000, TRUE), WAIT_IO_COMPLETION);
    CHECK("apcs.long-delay-ran-it", orders == 1 && order[0] == 6);

    orders = 0;
    QueueUserAPC(note_apc, GetCurrentThread(), 7);
    NtTestAlert();
    CHECK("apcs.test-alert", orders == 1 && order[0] == 7);
    CloseHandle(apc_owner);

    {
        DWORD code = 0;
        HANDLE thread = CreateThread(NULL, 1 << 20, go_down, NULL, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
        WaitForSingleObject(thread, 10000);
        GetExitCodeThread(thread, &code);
        CloseHandle(thread);
        CHECK_EQ("apcs.stack-grows-below-them", code, 7);
    }
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"times", times_group},         {"continue", continue_group},       {"exceptions", exceptions_group},
        {"suspended", suspended_group}, {"interrupted", interrupted_group}, {"alerts", alerts_group},
        {"protected", protected_group}, {"events", events_group},           {"apcs", apcs_group},
        {"spoiled", spoiled_group},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
