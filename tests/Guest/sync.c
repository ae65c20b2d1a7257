/* Synchronisation objects: events, mutants, semaphores, timers, waits, APCs and named objects. */
#include "checks.h"
#include "nt.h"

static volatile LONG counter;

static HANDLE start(LPTHREAD_START_ROUTINE routine, void *argument)
{
    return CreateThread(NULL, 0, routine, argument, 0, NULL);
}

static DWORD wait(HANDLE handle)
{
    return WaitForSingleObject(handle, 3000);
}

static void finish(HANDLE thread)
{
    wait(thread);
    CloseHandle(thread);
}

static int signalled(HANDLE handle)
{
    return WaitForSingleObject(handle, 0) == WAIT_OBJECT_0;
}

static void events_group(void)
{
    NT_EVENT_BASIC_INFORMATION information;
    LONG previous = 77;
    ULONGLONG before;
    HANDLE manual = CreateEventW(NULL, TRUE, FALSE, NULL), automatic = CreateEventW(NULL, FALSE, TRUE, NULL);
    CHECK("events.initially-unset", !signalled(manual));
    CHECK("events.initially-set", signalled(automatic));
    CHECK("events.auto-resets", !signalled(automatic));
    SetEvent(manual);
    CHECK("events.manual-stays", signalled(manual) && signalled(manual));
    CHECK("events.reset", ResetEvent(manual) && !signalled(manual));
    CHECK("events.set-twice-is-once", SetEvent(automatic) && SetEvent(automatic) && signalled(automatic) &&
                                          !signalled(automatic));
    CHECK("events.native-previous", !NtSetEvent(manual, &previous) && previous == 0 && !NtSetEvent(manual, &previous) &&
                                        previous == 1 && !NtResetEvent(manual, &previous) && previous == 1);
    CHECK("events.native-query", !NtQueryEvent(manual, 0, &information, sizeof information, NULL) &&
                                     information.EventType == 0 && information.EventState == 0);
    before = GetTickCount64();
    CHECK_EQ("events.time-out", WaitForSingleObject(manual, 60), WAIT_TIMEOUT);
    CHECK("events.time-out-took-time", GetTickCount64() - before >= 40);
    CHECK("events.pulse", PulseEvent(manual) && !signalled(manual));
    CloseHandle(manual);
    SetLastError(0);
    CHECK("events.wait-on-closed", WaitForSingleObject(manual, 0) == WAIT_FAILED &&
                                       GetLastError() == ERROR_INVALID_HANDLE);
    CHECK_ERROR("events.set-closed", SetEvent(manual), ERROR_INVALID_HANDLE);
    CloseHandle(automatic);
}

static DWORD WINAPI take_and_keep(void *mutex)
{
    return WaitForSingleObject(mutex, 1000);
}

static DWORD WINAPI release_not_owned(void *mutex)
{
    return ReleaseMutex(mutex) ? 0 : GetLastError();
}

static DWORD WINAPI try_take(void *mutex)
{
    return WaitForSingleObject(mutex, 0);
}

static DWORD run(LPTHREAD_START_ROUTINE routine, void *argument)
{
    DWORD code = 0xbad;
    HANDLE thread = start(routine, argument);
    wait(thread);
    GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    return code;
}

static void mutants_group(void)
{
    NT_MUTANT_BASIC_INFORMATION information;
    LONG previous = 5;
    HANDLE mutex = CreateMutexW(NULL, TRUE, NULL);
    CHECK("mutants.recursive", wait(mutex) == WAIT_OBJECT_0 && wait(mutex) == WAIT_OBJECT_0);
    CHECK("mutants.query", !NtQueryMutant(mutex, 0, &information, sizeof information, NULL) &&
                               information.CurrentCount == -2 && information.OwnedByCaller);
    CHECK_EQ("mutants.other-cannot-take", run(try_take, mutex), WAIT_TIMEOUT);
    CHECK_EQ("mutants.other-cannot-release", run(release_not_owned, mutex), ERROR_NOT_OWNER);
    CHECK("mutants.release-count", !NtReleaseMutant(mutex, &previous) && previous == -2 && ReleaseMutex(mutex));
    CHECK_EQ("mutants.still-held", run(try_take, mutex), WAIT_TIMEOUT);
    CHECK("mutants.last-release", ReleaseMutex(mutex));
    CHECK_ERROR("mutants.release-too-often", ReleaseMutex(mutex), ERROR_NOT_OWNER);
    CHECK_EQ("mutants.taken-by-other", run(take_and_keep, mutex), WAIT_OBJECT_0);
    CHECK_EQ("mutants.abandoned", wait(mutex), WAIT_ABANDONED);
    CHECK("mutants.owned-after-abandonment", ReleaseMutex(mutex) && wait(mutex) == WAIT_OBJECT_0 && ReleaseMutex(mutex));
    CloseHandle(mutex);
}

static void semaphores_group(void)
{
    NT_SEMAPHORE_BASIC_INFORMATION information;
    LONG previous = 77;
    HANDLE semaphore = CreateSemaphoreW(NULL, 2, 3, NULL);
    CHECK("semaphores.counts-down", signalled(semaphore) && signalled(semaphore) && !signalled(semaphore));
    CHECK("semaphores.release", ReleaseSemaphore(semaphore, 2, &previous) && previous == 0);
    CHECK("semaphores.query", !NtQuerySemaphore(semaphore, 0, &information, sizeof information, NULL) &&
                                  information.CurrentCount == 2 && information.MaximumCount == 3);
    CHECK_ERROR("semaphores.over-maximum", ReleaseSemaphore(semaphore, 2, &previous), ERROR_TOO_MANY_POSTS);
    CHECK("semaphores.over-maximum-changes-nothing", ReleaseSemaphore(semaphore, 1, &previous) && previous == 2);
    CHECK_WINE_WRONG("semaphores.release-none", !ReleaseSemaphore(semaphore, 0, NULL), "the count must be above zero");
    CloseHandle(semaphore);
    CHECK_ERROR("semaphores.bad-count", close_good(CreateSemaphoreW(NULL, 4, 3, NULL)), ERROR_INVALID_PARAMETER);
    CHECK_ERROR("semaphores.bad-maximum", close_good(CreateSemaphoreW(NULL, 0, 0, NULL)), ERROR_INVALID_PARAMETER);
}

static void multiple_group(void)
{
    HANDLE events[65], mutex = CreateMutexW(NULL, FALSE, NULL);
    DWORD i;
    for (i = 0; i < ARRAY_COUNT(events); i++)
        events[i] = CreateEventW(NULL, FALSE, FALSE, NULL);
    CHECK_EQ("multiple.none", WaitForMultipleObjects(64, events, FALSE, 0), WAIT_TIMEOUT);
    SetEvent(events[40]);
    SetEvent(events[7]);
    CHECK_EQ("multiple.lowest-index-first", WaitForMultipleObjects(64, events, FALSE, 0), WAIT_OBJECT_0 + 7);
    CHECK_EQ("multiple.then-the-next", WaitForMultipleObjects(64, events, FALSE, 0), WAIT_OBJECT_0 + 40);
    SetEvent(events[0]);
    CHECK_EQ("multiple.all-not-yet", WaitForMultipleObjects(2, events, TRUE, 0), WAIT_TIMEOUT);
    CHECK("multiple.all-takes-nothing-early", signalled(events[0]));
    SetEvent(events[0]);
    SetEvent(events[1]);
    CHECK_EQ("multiple.all", WaitForMultipleObjects(2, events, TRUE, 0), WAIT_OBJECT_0);
    CHECK("multiple.all-takes-both", !signalled(events[0]) && !signalled(events[1]));
    CHECK_EQ("multiple.too-many", WaitForMultipleObjects(65, events, FALSE, 0), WAIT_FAILED);
    CHECK_EQ("multiple.zero", WaitForMultipleObjects(0, events, FALSE, 0), WAIT_FAILED);
    SetEvent(events[1]);
    run(take_and_keep, mutex);
    events[0] = mutex;
    CHECK_EQ("multiple.abandoned", WaitForMultipleObjects(2, events, FALSE, 0), WAIT_ABANDONED_0);
    ReleaseMutex(mutex);
    events[2] = (HANDLE)(ULONG_PTR)0x7778;
    SetLastError(0);
    CHECK("multiple.bad-handle", WaitForMultipleObjects(3, events, FALSE, 0) == WAIT_FAILED &&
                                     GetLastError() == ERROR_INVALID_HANDLE);
    events[1] = events[0];
    CHECK_WINE_WRONG("multiple.all-with-duplicate", WaitForMultipleObjects(2, events, TRUE, 0) == WAIT_FAILED,
                     "a wait for all may not name one object twice");
}

static DWORD WINAPI set_later(void *event)
{
    Sleep(30);
    SetEvent(event);
    return 0;
}

static void wake_group(void)
{
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL), other = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE both[2] = {event, other}, threads[2];
    threads[0] = start(set_later, event);
    CHECK_EQ("wake.single", wait(event), WAIT_OBJECT_0);
    finish(threads[0]);
    threads[0] = start(set_later, other);
    CHECK_EQ("wake.any", WaitForMultipleObjects(2, both, FALSE, 3000), WAIT_OBJECT_0 + 1);
    finish(threads[0]);
    ResetEvent(other);
    threads[0] = start(set_later, event);
    threads[1] = start(set_later, other);
    CHECK_EQ("wake.all", WaitForMultipleObjects(2, both, TRUE, 3000), WAIT_OBJECT_0);
    finish(threads[0]);
    finish(threads[1]);
    threads[0] = start(set_later, event);
    CHECK_EQ("wake.thread-end", wait(threads[0]), WAIT_OBJECT_0);
    CHECK_EQ("wake.signal-and-wait", SignalObjectAndWait(event, other, 3000, FALSE), WAIT_OBJECT_0);
    CHECK("wake.signal-and-wait-signalled", signalled(event));
    ResetEvent(other);
    CHECK_EQ("wake.signal-and-wait-times-out", SignalObjectAndWait(event, other, 20, FALSE), WAIT_TIMEOUT);
    CHECK_ERROR("wake.signal-wrong-kind",
                SignalObjectAndWait(GetCurrentProcess(), other, 0, FALSE) != WAIT_FAILED, ERROR_INVALID_HANDLE);
    CloseHandle(threads[0]);
    CloseHandle(event);
    CloseHandle(other);
}

static char order[16];
static int order_length;

static void CALLBACK note(ULONG_PTR letter)
{
    if (order_length < 15)
        order[order_length++] = (char)letter;
}

static void CALLBACK note_and_queue(ULONG_PTR letter)
{
    note(letter);
    QueueUserAPC(note, GetCurrentThread(), 'z');
}

static DWORD WINAPI apc_first(void *unused)
{
    (void)unused;
    return order_length == 1 && order[0] == 's';
}

static DWORD WINAPI sleep_alertably(void *unused)
{
    (void)unused;
    InterlockedIncrement(&counter);
    return SleepEx(3000, TRUE);
}

static void CALLBACK apc_aligned(ULONG_PTR result)
{
    *(ULONG_PTR *)result = (ULONG_PTR)__builtin_frame_address(0);
}

static void apc_group(void)
{
    DWORD code = 0;
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL), thread;
    QueueUserAPC(note, GetCurrentThread(), 'a');
    QueueUserAPC(note, GetCurrentThread(), 'b');
    QueueUserAPC(note, GetCurrentThread(), 'c');
    CHECK_EQ("apc.not-in-plain-wait", WaitForSingleObject(event, 1), WAIT_TIMEOUT);
    CHECK_EQ("apc.none-delivered", order_length, 0);
    CHECK_EQ("apc.alertable-sleep", SleepEx(1000, TRUE), WAIT_IO_COMPLETION);
    CHECK("apc.order", !strcmp(order, "abc"));
    CHECK_EQ("apc.none-left", SleepEx(0, TRUE), 0);
    memset(order, 0, sizeof order);
    order_length = 0;
    QueueUserAPC(note_and_queue, GetCurrentThread(), 'x');
    CHECK_EQ("apc.alertable-wait", WaitForSingleObjectEx(event, 1000, TRUE), WAIT_IO_COMPLETION);
    CHECK("apc.queued-by-apc", !strcmp(order, "xz"));
    QueueUserAPC(note, GetCurrentThread(), 'n');
    {
        ULONG_PTR frame = 1, direct = 2;
        apc_aligned((ULONG_PTR)&direct);
        QueueUserAPC(apc_aligned, GetCurrentThread(), (ULONG_PTR)&frame);
        CHECK("apc.stack-aligned", SleepEx(0, TRUE) == WAIT_IO_COMPLETION && (frame & 15) == (direct & 15));
    }
    CHECK("apc.test-alert", NtTestAlert() == STATUS_SUCCESS && order_length == 3);
    SetEvent(event);
    QueueUserAPC(note, GetCurrentThread(), 'm');
    CHECK_EQ("apc.signalled-object-first", WaitForSingleObjectEx(event, 1000, TRUE), WAIT_OBJECT_0);
    CHECK_EQ("apc.still-pending", SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    order_length = 0;
    thread = CreateThread(NULL, 0, apc_first, NULL, CREATE_SUSPENDED, NULL);
    QueueUserAPC(note, thread, 's');
    ResumeThread(thread);
    wait(thread);
    CHECK("apc.before-thread-start", GetExitCodeThread(thread, &code) && code == 1);
    CHECK("apc.to-ended-thread", !QueueUserAPC(note, thread, 's'));
    CloseHandle(thread);
    thread = start(sleep_alertably, NULL);
    while (!counter)
        Sleep(0);
    Sleep(20);
    QueueUserAPC(note, thread, 't');
    wait(thread);
    CHECK("apc.wakes-other-thread", GetExitCodeThread(thread, &code) && code == WAIT_IO_COMPLETION);
    CloseHandle(thread);
    CloseHandle(event);
}

static void CALLBACK timer_note(void *letter, DWORD low, DWORD high)
{
    (void)low;
    (void)high;
    note((ULONG_PTR)letter);
}

static void timers_group(void)
{
    LARGE_INTEGER due;
    int i, ticks = 0;
    HANDLE manual = CreateWaitableTimerW(NULL, TRUE, NULL), automatic = CreateWaitableTimerW(NULL, FALSE, NULL);
    ULONGLONG before = GetTickCount64();
    due.QuadPart = -500000;
    CHECK("timers.set", SetWaitableTimer(manual, &due, 0, NULL, NULL, FALSE) && !signalled(manual));
    CHECK_EQ("timers.fires", wait(manual), WAIT_OBJECT_0);
    CHECK("timers.not-early", GetTickCount64() - before >= 30);
    CHECK("timers.manual-stays", signalled(manual));
    CHECK("timers.set-resets", SetWaitableTimer(manual, &due, 0, NULL, NULL, FALSE) && !signalled(manual));
    CHECK("timers.cancel", CancelWaitableTimer(manual) && WaitForSingleObject(manual, 80) == WAIT_TIMEOUT);
    due.QuadPart = -10000;
    SetWaitableTimer(automatic, &due, 5, NULL, NULL, FALSE);
    for (i = 0; i < 5; i++)
        ticks += wait(automatic) == WAIT_OBJECT_0;
    CHECK_EQ("timers.periodic", ticks, 5);
    CancelWaitableTimer(automatic);
    due.QuadPart = 0x01c0000000000000LL;
    CHECK("timers.absolute-past", SetWaitableTimer(automatic, &due, 0, NULL, NULL, FALSE) &&
                                      wait(automatic) == WAIT_OBJECT_0 && !signalled(automatic));
    order_length = 0;
    due.QuadPart = -10000;
    SetWaitableTimer(manual, &due, 0, timer_note, (void *)'T', FALSE);
    CHECK("timers.apc", SleepEx(3000, TRUE) == WAIT_IO_COMPLETION && order_length == 1 && order[0] == 'T');
    CloseHandle(manual);
    CloseHandle(automatic);
}

static void named_group(void)
{
    HANDLE first, second;
    SetLastError(99);
    first = CreateEventW(NULL, TRUE, FALSE, L"pv-named");
    CHECK_EQ("named.new", GetLastError(), ERROR_SUCCESS);
    second = CreateEventW(NULL, FALSE, TRUE, L"pv-named");
    CHECK_EQ("named.existing", GetLastError(), ERROR_ALREADY_EXISTS);
    CHECK("named.same-object", first != second && SetEvent(second) && signalled(first));
    CloseHandle(second);
    second = OpenEventW(SYNCHRONIZE, FALSE, L"Local\\pv-named");
    CHECK("named.local-prefix", second && signalled(second));
    CHECK_ERROR("named.right-missing", SetEvent(second), ERROR_ACCESS_DENIED);
    CloseHandle(second);
    CHECK_ERROR("named.case-sensitive", close_good(OpenEventW(SYNCHRONIZE, FALSE, L"PV-NAMED")), ERROR_FILE_NOT_FOUND);
    CHECK_ERROR("named.other-kind", close_good(CreateMutexW(NULL, FALSE, L"pv-named")), ERROR_INVALID_HANDLE);
    CHECK_ERROR("named.open-other-kind", close_good(OpenMutexW(SYNCHRONIZE, FALSE, L"pv-named")), ERROR_INVALID_HANDLE);
    CHECK_ERROR("named.backslash", close_good(CreateEventW(NULL, 0, 0, L"a\\b")), ERROR_PATH_NOT_FOUND);
    CloseHandle(first);
    CHECK_ERROR("named.gone-with-last-handle", close_good(OpenEventW(SYNCHRONIZE, FALSE, L"pv-named")),
                ERROR_FILE_NOT_FOUND);
    first = CreateMutexW(NULL, FALSE, L"Global\\pv-global");
    CHECK("named.global", close_good(OpenMutexW(SYNCHRONIZE, FALSE, L"Global\\pv-global")));
    CHECK_ERROR("named.global-is-not-local", close_good(OpenMutexW(SYNCHRONIZE, FALSE, L"Local\\pv-global")),
                ERROR_FILE_NOT_FOUND);
    CloseHandle(first);
}

static void handles_group(void)
{
    DWORD flags = 99;
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL), copy, weak;
    HANDLE self = GetCurrentProcess();
    CHECK("handles.duplicate", DuplicateHandle(self, event, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS) && copy != event);
    CHECK("handles.duplicate-is-same-object", SetEvent(copy) && signalled(event));
    CHECK("handles.duplicate-less-access", DuplicateHandle(self, event, self, &weak, SYNCHRONIZE, FALSE, 0));
    CHECK_ERROR("handles.less-access-holds", ResetEvent(weak), ERROR_ACCESS_DENIED);
    CHECK("handles.close-source", DuplicateHandle(self, event, self, &event, 0, FALSE,
                                                  DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE) && signalled(event));
    CHECK("handles.information", GetHandleInformation(event, &flags) && flags == 0);
    CHECK("handles.inherit-flag", SetHandleInformation(event, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT) &&
                                      GetHandleInformation(event, &flags) && flags == HANDLE_FLAG_INHERIT);
    CHECK("handles.protect", SetHandleInformation(event, HANDLE_FLAG_PROTECT_FROM_CLOSE, HANDLE_FLAG_PROTECT_FROM_CLOSE) &&
                                 !CloseHandle(event));
    CHECK("handles.unprotect", SetHandleInformation(event, HANDLE_FLAG_PROTECT_FROM_CLOSE, 0) && CloseHandle(event));
    CHECK("handles.multiples-of-four", !((ULONG_PTR)copy & 3));
    CHECK("handles.low-bits-ignored", signalled((HANDLE)((ULONG_PTR)copy | 3)));
    CHECK_STATUS("handles.native-bad", NtClose((HANDLE)(ULONG_PTR)0xdead0000), STATUS_INVALID_HANDLE);
    CHECK_STATUS("handles.native-wrong-kind", NtReleaseSemaphore(copy, 1, NULL), STATUS_OBJECT_TYPE_MISMATCH);
    CloseHandle(copy);
    CloseHandle(weak);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"events", events_group}, {"mutants", mutants_group}, {"semaphores", semaphores_group},
        {"multiple", multiple_group}, {"wake", wake_group}, {"apc", apc_group}, {"timers", timers_group},
        {"named", named_group}, {"handles", handles_group},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
