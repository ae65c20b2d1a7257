/* Threads: life, suspension, contexts, storage, names, priorities, stacks, fibers and the thread pool. */
#include "checks.h"
#include "nt.h"
#include <wchar.h>

static volatile LONG counter;

static DWORD WINAPI return_argument(void *argument)
{
    return (DWORD)(ULONG_PTR)argument;
}

static DWORD WINAPI exit_by_call(void *argument)
{
    ExitThread((DWORD)(ULONG_PTR)argument);
}

static DWORD WINAPI increment(void *argument)
{
    InterlockedIncrement(&counter);
    return (DWORD)(ULONG_PTR)argument;
}

static DWORD WINAPI wait_for_event(void *event)
{
    InterlockedIncrement(&counter);
    return WaitForSingleObject(event, 10000);
}

static HANDLE start(LPTHREAD_START_ROUTINE routine, void *argument, DWORD flags)
{
    return CreateThread(NULL, 0, routine, argument, flags, NULL);
}

/* Waits for the thread, closes it and gives its exit code. */
static DWORD join(HANDLE thread)
{
    DWORD code = 0xbad;
    WaitForSingleObject(thread, 5000);
    GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    return code;
}

static void life_group(void)
{
    DWORD code, id;
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL), thread, other;
    NT_THREAD_BASIC_INFORMATION basic;
    FILETIME created, exited, kernel, user;
    CHECK_EQ("life.return-code", join(start(return_argument, (void *)0x12345678, 0)), 0x12345678);
    CHECK_EQ("life.exit-thread", join(start(exit_by_call, (void *)77, 0)), 77);
    counter = 0;
    thread = CreateThread(NULL, 0, wait_for_event, event, 0, &id);
    while (!counter)
        Sleep(0);
    CHECK("life.still-active", GetExitCodeThread(thread, &code) && code == STILL_ACTIVE);
    CHECK_EQ("life.running-not-signalled", WaitForSingleObject(thread, 0), WAIT_TIMEOUT);
    CHECK_EQ("life.id", GetThreadId(thread), id);
    CHECK_EQ("life.process-id", GetProcessIdOfThread(thread), GetCurrentProcessId());
    other = OpenThread(THREAD_QUERY_INFORMATION, FALSE, id);
    CHECK("life.open-by-id", other && GetThreadId(other) == id);
    CloseHandle(other);
    CHECK("life.basic-information", !NtQueryInformationThread(thread, 0, &basic, sizeof basic, NULL) &&
                                        basic.UniqueThread == (HANDLE)(ULONG_PTR)id && basic.TebBaseAddress &&
                                        basic.ExitStatus == STATUS_PENDING);
    CHECK("life.times", GetThreadTimes(thread, &created, &exited, &kernel, &user) && created.dwHighDateTime);
    CHECK("life.terminate", TerminateThread(thread, 99) && join(thread) == 99);
    CHECK("life.open-ended", !OpenThread(THREAD_QUERY_INFORMATION, FALSE, 0xfffff0));
    thread = start(wait_for_event, event, 0);
    SetEvent(event);
    CHECK_EQ("life.woken", join(thread), WAIT_OBJECT_0);
    CHECK_EQ("life.current-id-in-teb", (ULONG_PTR)NtCurrentTeb()->Reserved1[9], GetCurrentThreadId());
    CHECK_EQ("life.pseudo-handle", GetThreadId(GetCurrentThread()), GetCurrentThreadId());
    CHECK("life.duplicate-pseudo-handle",
          DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &other, 0, FALSE,
                          DUPLICATE_SAME_ACCESS) &&
              other != GetCurrentThread() && GetThreadId(other) == GetCurrentThreadId());
    CloseHandle(other);
    CloseHandle(event);
}

static void many_group(void)
{
    HANDLE threads[100];
    DWORD i, codes = 0;
    counter = 0;
    for (i = 0; i < ARRAY_COUNT(threads); i++)
        threads[i] = start(increment, (void *)(ULONG_PTR)(i + 1), 0);
    CHECK_EQ("many.wait-all-64", WaitForMultipleObjects(64, threads, TRUE, 5000), WAIT_OBJECT_0);
    for (i = 0; i < ARRAY_COUNT(threads); i++)
        codes += join(threads[i]);
    CHECK_EQ("many.all-ran", counter, 100);
    CHECK_EQ("many.exit-codes", codes, 5050);
    for (i = 0; i < 300; i++)
        join(start(increment, NULL, 0));
    CHECK_EQ("many.one-after-the-other", counter, 400);
}

static void suspend_group(void)
{
    HANDLE thread;
    counter = 0;
    thread = start(increment, (void *)5, CREATE_SUSPENDED);
    CHECK_EQ("suspend.created-waits", WaitForSingleObject(thread, 30), WAIT_TIMEOUT);
    CHECK_EQ("suspend.created-did-not-run", counter, 0);
    CHECK_EQ("suspend.second-count", SuspendThread(thread), 1);
    CHECK_EQ("suspend.resume-count", ResumeThread(thread), 2);
    CHECK_EQ("suspend.still-suspended", WaitForSingleObject(thread, 20), WAIT_TIMEOUT);
    CHECK_EQ("suspend.last-resume", ResumeThread(thread), 1);
    CHECK_EQ("suspend.ran", WaitForSingleObject(thread, 3000), WAIT_OBJECT_0);
    CHECK_EQ("suspend.ended-exit-code", join(thread), 5);
    thread = start(return_argument, NULL, CREATE_SUSPENDED);
    CHECK("suspend.terminate-while-suspended", TerminateThread(thread, 3) && join(thread) == 3);
}

static volatile LONG spinning, leave_loop, redirected;

static DWORD WINAPI spin(void *argument)
{
    spinning = 1;
    while (!leave_loop)
        counter++;
    return (DWORD)(ULONG_PTR)argument;
}

static void redirect_target(void)
{
    redirected = 1;
    ExitThread(42);
}

static void context_group(void)
{
    CONTEXT *context = _aligned_malloc(sizeof *context, 16);
    LONG before;
    HANDLE thread = start(spin, (void *)1, 0);
    while (!spinning)
        Sleep(0);
    CHECK_EQ("context.suspend-running", SuspendThread(thread), 0);
    memset(context, 0, sizeof *context);
    context->ContextFlags = CONTEXT_FULL;
    CHECK("context.get", GetThreadContext(thread, context));
    before = counter;
    Sleep(10);
    CHECK_EQ("context.stands-still", counter, before);
    CHECK("context.rip-in-loop", context->Rip >= (DWORD64)spin && context->Rip < (DWORD64)spin + 256);
    CHECK("context.segments", context->SegCs == 0x33 && context->SegSs == 0x2b);
    CHECK("context.flags", (context->EFlags & 0x202) == 0x202);
    ResumeThread(thread);
    while (counter == before)
        Sleep(0);
    CHECK("context.goes-on", counter != before);
    SuspendThread(thread);
    context->ContextFlags = CONTEXT_FULL;
    GetThreadContext(thread, context);
    context->Rip = (DWORD64)redirect_target;
    context->Rsp = (context->Rsp & ~15ULL) - 8;
    context->R12 = 0x1122334455667788ULL;
    CHECK("context.set", SetThreadContext(thread, context));
    memset(context, 0, sizeof *context);
    context->ContextFlags = CONTEXT_FULL;
    CHECK("context.read-back", GetThreadContext(thread, context) && context->Rip == (DWORD64)redirect_target &&
                                   context->R12 == 0x1122334455667788ULL);
    ResumeThread(thread);
    CHECK_EQ("context.redirected", join(thread), 42);
    CHECK_EQ("context.redirected-code-ran", redirected, 1);
    _aligned_free(context);
}

static DWORD tls_index;

static DWORD WINAPI tls_user(void *argument)
{
    void *first = TlsGetValue(tls_index);
    TlsSetValue(tls_index, argument);
    Sleep(1);
    return first == NULL && TlsGetValue(tls_index) == argument;
}

static void WINAPI fls_done(void *value)
{
    InterlockedExchangeAdd(&counter, (LONG)(LONG_PTR)value);
}

static DWORD WINAPI fls_user(void *argument)
{
    FlsSetValue(tls_index, argument);
    return 0;
}

static void storage_group(void)
{
    HANDLE threads[20];
    DWORD indexes[200], i, right = 0, allocated = 0;
    tls_index = TlsAlloc();
    CHECK("storage.allocate", tls_index != TLS_OUT_OF_INDEXES);
    TlsSetValue(tls_index, (void *)123);
    for (i = 0; i < ARRAY_COUNT(threads); i++)
        threads[i] = start(tls_user, (void *)(ULONG_PTR)(i + 1000), 0);
    for (i = 0; i < ARRAY_COUNT(threads); i++)
        right += join(threads[i]);
    CHECK_EQ("storage.per-thread", right, ARRAY_COUNT(threads));
    CHECK_EQ("storage.own-kept", (ULONG_PTR)TlsGetValue(tls_index), 123);
    for (i = 0; i < ARRAY_COUNT(indexes) && (indexes[i] = TlsAlloc()) != TLS_OUT_OF_INDEXES; i++)
        allocated += TlsSetValue(indexes[i], (void *)(ULONG_PTR)i);
    for (i = right = 0; i < allocated; i++)
        right += (ULONG_PTR)TlsGetValue(indexes[i]) == i;
    CHECK("storage.beyond-64", allocated == 200 && right == 200);
    for (i = 0; i < allocated; i++)
        TlsFree(indexes[i]);
    CHECK("storage.free", TlsFree(tls_index));
    CHECK_ERROR("storage.free-bad", TlsFree(0xffff), ERROR_INVALID_PARAMETER);
    counter = 0;
    tls_index = FlsAlloc(fls_done);
    join(start(fls_user, (void *)11, 0));
    join(start(fls_user, (void *)22, 0));
    CHECK_EQ("storage.fls-callback-at-exit", counter, 33);
    FlsFree(tls_index);
}

static DWORD WINAPI stack_user(void *argument)
{
    ULONG_PTR low = 0, high = 0;
    volatile char here = 0;
    GetCurrentThreadStackLimits(&low, &high);
    (void)argument;
    return low < (ULONG_PTR)&here && (ULONG_PTR)&here < high ? (DWORD)((high - low) >> 10) : 0;
}

static DWORD WINAPI stack_deep(void *argument)
{
    volatile char page[4096];
    ULONG_PTR depth = (ULONG_PTR)argument;
    page[0] = (char)depth;
    return depth ? stack_deep((void *)(depth - 1)) + (page[0] == (char)depth) : 0;
}

/* The import library lacks these two. */
static void check_description(HANDLE thread)
{
    HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
    HRESULT(WINAPI * set)(HANDLE, const WCHAR *) = (void *)GetProcAddress(kernel, "SetThreadDescription");
    HRESULT(WINAPI * get)(HANDLE, WCHAR **) = (void *)GetProcAddress(kernel, "GetThreadDescription");
    WCHAR *name = NULL;
    CHECK("properties.name", set && SUCCEEDED(set(thread, L"worker \x2603")));
    CHECK("properties.name-back", get && SUCCEEDED(get(thread, &name)) && !wcscmp(name, L"worker \x2603"));
    LocalFree(name);
}

static void properties_group(void)
{
    DWORD_PTR process_mask = 0, system_mask = 0;
    HANDLE thread = start(return_argument, NULL, CREATE_SUSPENDED);
    check_description(thread);
    CHECK_EQ("properties.priority", GetThreadPriority(thread), THREAD_PRIORITY_NORMAL);
    CHECK("properties.set-priority", SetThreadPriority(thread, THREAD_PRIORITY_HIGHEST) &&
                                         GetThreadPriority(thread) == THREAD_PRIORITY_HIGHEST);
    CHECK_ERROR("properties.bad-priority", SetThreadPriority(thread, 77), ERROR_INVALID_PARAMETER);
    CHECK("properties.affinity", GetProcessAffinityMask(GetCurrentProcess(), &process_mask, &system_mask) &&
                                     process_mask && !(process_mask & ~system_mask));
    CHECK_EQ("properties.affinity-returns-old", SetThreadAffinityMask(thread, 1), process_mask);
    CHECK_EQ("properties.affinity-set", SetThreadAffinityMask(thread, process_mask), 1);
    ResumeThread(thread);
    join(thread);
    thread = CreateThread(NULL, 4 << 20, stack_user, NULL, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    CHECK_EQ("properties.stack-reservation", join(thread), 4 << 10);
    thread = CreateThread(NULL, 4 << 20, stack_deep, (void *)900, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    CHECK_EQ("properties.stack-is-usable", join(thread), 900);
    SetLastError(1234);
    join(start(exit_by_call, NULL, 0));
    SetLastError(1234);
    SwitchToThread();
    CHECK_EQ("properties.last-error-per-thread", GetLastError(), 1234);
}

static void *main_fiber;
static int fiber_steps;

static void WINAPI fiber_body(void *argument)
{
    for (;;)
    {
        fiber_steps += (int)(LONG_PTR)argument;
        SwitchToFiber(main_fiber);
    }
}

static void fibers_group(void)
{
    void *first, *second;
    int i;
    main_fiber = ConvertThreadToFiber((void *)55);
    CHECK("fibers.convert", main_fiber && GetCurrentFiber() == main_fiber && GetFiberData() == (void *)55);
    first = CreateFiber(0, fiber_body, (void *)1);
    second = CreateFiber(0, fiber_body, (void *)100);
    for (i = 0; i < 50; i++)
    {
        SwitchToFiber(first);
        SwitchToFiber(second);
    }
    CHECK_EQ("fibers.switch", fiber_steps, 5050);
    DeleteFiber(first);
    DeleteFiber(second);
    CHECK("fibers.convert-back", ConvertFiberToThread() && !IsThreadAFiber());
}

static void CALLBACK pool_work(PTP_CALLBACK_INSTANCE instance, void *context, PTP_WORK work)
{
    (void)instance;
    (void)work;
    InterlockedIncrement((LONG *)context);
}

static void CALLBACK pool_simple(PTP_CALLBACK_INSTANCE instance, void *event)
{
    (void)instance;
    SetEvent(event);
}

static void CALLBACK pool_timer(PTP_CALLBACK_INSTANCE instance, void *event, PTP_TIMER timer)
{
    (void)instance;
    (void)timer;
    SetEvent(event);
}

static void CALLBACK registered_wait(void *event, BOOLEAN timed_out)
{
    if (!timed_out)
        SetEvent(event);
}

static void pool_group(void)
{
    PTP_WORK work = CreateThreadpoolWork(pool_work, (void *)&counter, NULL);
    PTP_TIMER timer;
    FILETIME due = {(DWORD)-100000, (DWORD)-1};
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL), trigger = CreateEventW(NULL, FALSE, FALSE, NULL), wait;
    int i;
    counter = 0;
    for (i = 0; i < 200; i++)
        SubmitThreadpoolWork(work);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    CHECK_EQ("pool.work", counter, 200);
    CloseThreadpoolWork(work);
    CHECK("pool.simple", TrySubmitThreadpoolCallback(pool_simple, event, NULL) &&
                             WaitForSingleObject(event, 3000) == WAIT_OBJECT_0);
    timer = CreateThreadpoolTimer(pool_timer, event, NULL);
    SetThreadpoolTimer(timer, &due, 0, 0);
    CHECK_EQ("pool.timer", WaitForSingleObject(event, 3000), WAIT_OBJECT_0);
    CloseThreadpoolTimer(timer);
    CHECK("pool.registered-wait", RegisterWaitForSingleObject(&wait, trigger, registered_wait, event, INFINITE,
                                                              WT_EXECUTEONLYONCE) &&
                                      SetEvent(trigger) && WaitForSingleObject(event, 3000) == WAIT_OBJECT_0);
    UnregisterWaitEx(wait, INVALID_HANDLE_VALUE);
    CHECK("pool.queue-work-item", QueueUserWorkItem(wait_for_event, trigger, 0) && SetEvent(trigger));
    CloseHandle(event);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"life", life_group},       {"many", many_group},       {"suspend", suspend_group}, {"context", context_group},
        {"storage", storage_group}, {"properties", properties_group}, {"fibers", fibers_group}, {"pool", pool_group},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
