/* Synchronisation in user mode on NT's alerts and keyed events, and completion ports. */
#include "checks.h"
#include "nt.h"

enum { THREADS = 4, ROUNDS = 20000 };

static volatile LONG counter, turn;
static CRITICAL_SECTION section;
static SRWLOCK lock = SRWLOCK_INIT;
static CONDITION_VARIABLE condition = CONDITION_VARIABLE_INIT;
static INIT_ONCE once = INIT_ONCE_STATIC_INIT;

static HANDLE start(LPTHREAD_START_ROUTINE routine, void *argument)
{
    return CreateThread(NULL, 0, routine, argument, 0, NULL);
}

static DWORD join(HANDLE thread)
{
    DWORD code = 0xbad;
    WaitForSingleObject(thread, 10000);
    GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    return code;
}

static void run_all(LPTHREAD_START_ROUTINE routine)
{
    HANDLE threads[THREADS];
    int i;
    counter = 0;
    for (i = 0; i < THREADS; i++)
        threads[i] = start(routine, NULL);
    for (i = 0; i < THREADS; i++)
        join(threads[i]);
}

static DWORD WINAPI add_in_section(void *unused)
{
    int i;
    (void)unused;
    for (i = 0; i < ROUNDS; i++)
    {
        EnterCriticalSection(&section);
        counter = counter + 1;
        LeaveCriticalSection(&section);
    }
    return 0;
}

static DWORD WINAPI try_section(void *unused)
{
    (void)unused;
    return TryEnterCriticalSection(&section);
}

static void section_group(void)
{
    InitializeCriticalSection(&section);
    run_all(add_in_section);
    CHECK_EQ("section.contended", counter, THREADS * ROUNDS);
    EnterCriticalSection(&section);
    CHECK("section.recursive", TryEnterCriticalSection(&section));
    CHECK_EQ("section.held", join(start(try_section, NULL)), 0);
    LeaveCriticalSection(&section);
    LeaveCriticalSection(&section);
    CHECK_EQ("section.free", join(start(try_section, NULL)), 1);
    InitializeCriticalSectionAndSpinCount(&section, 4000);
    run_all(add_in_section);
    CHECK_EQ("section.spinning", counter, THREADS * ROUNDS);
    DeleteCriticalSection(&section);
}

static DWORD WINAPI add_in_lock(void *unused)
{
    int i;
    (void)unused;
    for (i = 0; i < ROUNDS; i++)
    {
        AcquireSRWLockExclusive(&lock);
        counter = counter + 1;
        ReleaseSRWLockExclusive(&lock);
        AcquireSRWLockShared(&lock);
        ReleaseSRWLockShared(&lock);
    }
    return 0;
}

static DWORD WINAPI try_lock(void *shared)
{
    BOOLEAN taken = shared ? TryAcquireSRWLockShared(&lock) : TryAcquireSRWLockExclusive(&lock);
    if (taken && shared)
        ReleaseSRWLockShared(&lock);
    else if (taken)
        ReleaseSRWLockExclusive(&lock);
    return taken;
}

static DWORD WINAPI pong(void *unused)
{
    (void)unused;
    AcquireSRWLockExclusive(&lock);
    while (turn >= 0)
    {
        while (!(turn & 1) && turn >= 0)
            SleepConditionVariableSRW(&condition, &lock, INFINITE, 0);
        if (turn >= 0)
            turn++;
        WakeAllConditionVariable(&condition);
    }
    ReleaseSRWLockExclusive(&lock);
    return 0;
}

static void lock_group(void)
{
    HANDLE thread;
    int i;
    run_all(add_in_lock);
    CHECK_EQ("lock.contended", counter, THREADS * ROUNDS);
    AcquireSRWLockShared(&lock);
    CHECK_EQ("lock.shared-with-shared", join(start(try_lock, (void *)1)), 1);
    CHECK_EQ("lock.no-exclusive-beside-shared", join(start(try_lock, NULL)), 0);
    ReleaseSRWLockShared(&lock);
    AcquireSRWLockExclusive(&lock);
    CHECK_EQ("lock.no-shared-beside-exclusive", join(start(try_lock, (void *)1)), 0);
    ReleaseSRWLockExclusive(&lock);
    thread = start(pong, NULL);
    AcquireSRWLockExclusive(&lock);
    for (i = 0; i < 2000; i++)
    {
        turn++;
        WakeAllConditionVariable(&condition);
        while (turn & 1)
            SleepConditionVariableSRW(&condition, &lock, INFINITE, 0);
    }
    CHECK_EQ("lock.condition-ping-pong", turn, 4000);
    turn = -1;
    WakeAllConditionVariable(&condition);
    ReleaseSRWLockExclusive(&lock);
    CHECK_EQ("lock.condition-thread-ends", join(thread), 0);
    AcquireSRWLockExclusive(&lock);
    CHECK_ERROR("lock.condition-times-out", SleepConditionVariableSRW(&condition, &lock, 20, 0), ERROR_TIMEOUT);
    ReleaseSRWLockExclusive(&lock);
}

static BOOL CALLBACK initialise(INIT_ONCE *unused, void *argument, void **context)
{
    (void)unused;
    Sleep(10);
    InterlockedIncrement((LONG *)argument);
    *context = (void *)0x1230;
    return TRUE;
}

static DWORD WINAPI use_once(void *unused)
{
    void *context = NULL;
    (void)unused;
    InitOnceExecuteOnce(&once, initialise, (void *)&counter, &context);
    return (DWORD)(ULONG_PTR)context;
}

static LONG watched;

static DWORD WINAPI wake_address(void *all)
{
    Sleep(20);
    InterlockedExchange(&watched, 1);
    if (all)
        WakeByAddressAll(&watched);
    else
        WakeByAddressSingle(&watched);
    return 0;
}

static DWORD WINAPI wait_address(void *unused)
{
    LONG zero = 0;
    (void)unused;
    while (!*(volatile LONG *)&watched)
        if (!WaitOnAddress(&watched, &zero, sizeof zero, 5000))
            return 1;
    return 0;
}

static void address_group(void)
{
    LONG zero = 0;
    HANDLE waiters[3], waker;
    DWORD codes = 0;
    size_t i;
    BOOL pending;
    void *context = NULL;
    INIT_ONCE manual = INIT_ONCE_STATIC_INIT;
    run_all(use_once);
    CHECK_EQ("address.once-runs-once", counter, 1);
    CHECK_EQ("address.once-context", join(start(use_once, NULL)), 0x1230);
    CHECK("address.once-begin", InitOnceBeginInitialize(&manual, 0, &pending, &context) && pending);
    CHECK("address.once-complete", InitOnceComplete(&manual, 0, (void *)0x40) &&
                                       InitOnceBeginInitialize(&manual, 0, &pending, &context) && !pending &&
                                       context == (void *)0x40);
    waker = start(wake_address, NULL);
    CHECK_EQ("address.wake-single", wait_address(NULL), 0);
    join(waker);
    CHECK("address.value-differs", WaitOnAddress(&watched, &zero, sizeof zero, 5000));
    watched = 0;
    CHECK_ERROR("address.times-out", WaitOnAddress(&watched, &zero, sizeof zero, 20), ERROR_TIMEOUT);
    for (i = 0; i < ARRAY_COUNT(waiters); i++)
        waiters[i] = start(wait_address, NULL);
    waker = start(wake_address, (void *)1);
    for (i = 0; i < ARRAY_COUNT(waiters); i++)
        codes += join(waiters[i]);
    join(waker);
    CHECK_EQ("address.wake-all", codes, 0);
}

static DWORD WINAPI release_key(void *event)
{
    LARGE_INTEGER due;
    due.QuadPart = -30000000;
    return (DWORD)NtReleaseKeyedEvent(event, (void *)0x1000, FALSE, &due);
}

static void keyed_group(void)
{
    HANDLE event, thread;
    LARGE_INTEGER due;
    due.QuadPart = -200000;
    CHECK_STATUS("keyed.create", NtCreateKeyedEvent(&event, GENERIC_ALL, NULL, 0), STATUS_SUCCESS);
    CHECK_STATUS("keyed.times-out", NtWaitForKeyedEvent(event, (void *)0x1000, FALSE, &due), STATUS_TIMEOUT);
    thread = start(release_key, event);
    due.QuadPart = -30000000;
    CHECK_STATUS("keyed.wait", NtWaitForKeyedEvent(event, (void *)0x1000, FALSE, &due), STATUS_SUCCESS);
    CHECK_EQ("keyed.release", join(thread), STATUS_SUCCESS);
    CHECK_STATUS("keyed.odd-key", NtWaitForKeyedEvent(event, (void *)0x1001, FALSE, &due), STATUS_INVALID_PARAMETER_1);
    NtClose(event);
}

static DWORD WINAPI get_one(void *port)
{
    DWORD bytes = 0;
    ULONG_PTR key = 0;
    OVERLAPPED *overlapped = NULL;
    return GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 5000) ? (DWORD)key : GetLastError();
}

static void port_group(void)
{
    OVERLAPPED first, second, *overlapped, at = {0};
    OVERLAPPED_ENTRY entries[4];
    ULONG_PTR key = 0;
    ULONG removed = 0;
    DWORD bytes = 0;
    char buffer[16] = "";
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0), thread, file;
    CHECK("port.create", port != NULL);
    CHECK_ERROR("port.times-out", GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 20), WAIT_TIMEOUT);
    CHECK("port.time-out-gives-no-packet", overlapped == NULL);
    PostQueuedCompletionStatus(port, 11, 101, &first);
    PostQueuedCompletionStatus(port, 22, 202, &second);
    CHECK("port.first-in", GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 0) && bytes == 11 && key == 101 &&
                               overlapped == &first);
    CHECK("port.second", GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 0) && bytes == 22 && key == 202 &&
                             overlapped == &second);
    PostQueuedCompletionStatus(port, 1, 1, NULL);
    PostQueuedCompletionStatus(port, 2, 2, NULL);
    PostQueuedCompletionStatus(port, 3, 3, NULL);
    CHECK("port.several-at-once", GetQueuedCompletionStatusEx(port, entries, 4, &removed, 0, FALSE) && removed == 3 &&
                                      entries[2].lpCompletionKey == 3 && entries[2].dwNumberOfBytesTransferred == 3);
    thread = start(get_one, port);
    Sleep(20);
    PostQueuedCompletionStatus(port, 0, 77, NULL);
    CHECK_EQ("port.wakes-waiter", join(thread), 77);
    file = CreateFileW(L"port.bin", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                       FILE_FLAG_OVERLAPPED | FILE_FLAG_DELETE_ON_CLOSE, NULL);
    CHECK("port.associate", CreateIoCompletionPort(file, port, 555, 0) == port);
    CHECK_ERROR("port.associate-twice", CreateIoCompletionPort(file, port, 556, 0), ERROR_INVALID_PARAMETER);
    CHECK("port.write-starts", WriteFile(file, "asynchronous", 12, NULL, &at) || GetLastError() == ERROR_IO_PENDING);
    CHECK("port.write-completes", GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 3000) && bytes == 12 &&
                                      key == 555 && overlapped == &at);
    CHECK("port.read-starts", ReadFile(file, buffer, 16, NULL, &at) || GetLastError() == ERROR_IO_PENDING);
    CHECK("port.read-completes", GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 3000) && bytes == 12 &&
                                     !memcmp(buffer, "asynchronous", 12) && at.Internal == STATUS_SUCCESS &&
                                     at.InternalHigh == 12);
    CHECK("port.result", GetOverlappedResult(file, &at, &bytes, FALSE) && bytes == 12);
    at.Offset = 1000;
    at.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (ReadFile(file, buffer, 16, NULL, &at) || GetLastError() == ERROR_IO_PENDING)
        GetOverlappedResult(file, &at, &bytes, TRUE);
    CHECK_EQ("port.read-past-end", GetLastError(), ERROR_HANDLE_EOF);
    CloseHandle(at.hEvent);
    CloseHandle(file);
    CHECK("port.close", CloseHandle(port));
    SetLastError(0);
    CHECK_ERROR("port.use-closed", GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 0), ERROR_INVALID_HANDLE);
}

static void CALLBACK completed(DWORD error, DWORD bytes, OVERLAPPED *overlapped)
{
    counter = error ? -1 : (LONG)bytes;
    turn = (LONG)(LONG_PTR)overlapped->hEvent;
}

static void completion_routine_group(void)
{
    OVERLAPPED at = {0};
    char buffer[8] = "";
    HANDLE file = CreateFileW(L"routine.bin", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                              FILE_FLAG_OVERLAPPED | FILE_FLAG_DELETE_ON_CLOSE, NULL);
    at.hEvent = (HANDLE)(LONG_PTR)4321;
    CHECK("routine.write", WriteFileEx(file, "12345", 5, &at, completed));
    counter = 0;
    CHECK_EQ("routine.called-in-alertable-wait", SleepEx(3000, TRUE), WAIT_IO_COMPLETION);
    CHECK("routine.arguments", counter == 5 && turn == 4321);
    CHECK("routine.read", ReadFileEx(file, buffer, 5, &at, completed) && SleepEx(3000, TRUE) == WAIT_IO_COMPLETION &&
                              !memcmp(buffer, "12345", 5));
    CloseHandle(file);
}

typedef NTSTATUS(NTAPI *create_packet_function)(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *);
typedef NTSTATUS(NTAPI *associate_function)(HANDLE, HANDLE, HANDLE, PVOID, PVOID, NTSTATUS, ULONG_PTR, BOOLEAN *);
typedef NTSTATUS(NTAPI *cancel_packet_function)(HANDLE, BOOLEAN);

/* Wine 8 has no wait completion packets: they are in Windows 8 and later. */
#define PACKET_CHECK(name, condition) CHECK_WINE_WRONG(name, oracle_is_wine() || (condition), "NtAssociateWaitCompletionPacket is in Windows 8 and later")

static int takes(HANDLE port, ULONG_PTR key, DWORD bytes, DWORD wait)
{
    ULONG_PTR got = 0;
    DWORD count = 0;
    OVERLAPPED *overlapped = NULL;
    return GetQueuedCompletionStatus(port, &count, &got, &overlapped, wait) && got == key && count == bytes && overlapped == (OVERLAPPED *)&counter;
}

static int is_empty(HANDLE port)
{
    ULONG_PTR key;
    DWORD count;
    OVERLAPPED *overlapped;
    return !GetQueuedCompletionStatus(port, &count, &key, &overlapped, 0) && GetLastError() == WAIT_TIMEOUT;
}

static void packet_group(void)
{
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    create_packet_function create = (create_packet_function)(void *)GetProcAddress(ntdll, "NtCreateWaitCompletionPacket");
    associate_function associate = (associate_function)(void *)GetProcAddress(ntdll, "NtAssociateWaitCompletionPacket");
    cancel_packet_function cancel = (cancel_packet_function)(void *)GetProcAddress(ntdll, "NtCancelWaitCompletionPacket");
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0), packet = NULL, other = NULL, none = NULL;
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL), mutant = CreateMutexW(NULL, FALSE, NULL), semaphore = CreateSemaphoreW(NULL, 2, 9, NULL);
    HANDLE timer = CreateWaitableTimerW(NULL, TRUE, NULL), thread, chain[64], ports[64];
    LARGE_INTEGER due = {.QuadPart = -200000};
    BOOLEAN signaled = 7;
    int i, passed;
    PACKET_CHECK("packet.create", create(&packet, GENERIC_ALL, NULL) >= 0 && create(&other, GENERIC_ALL, NULL) >= 0);
    PACKET_CHECK("packet.cancel-unused", cancel(packet, FALSE) == STATUS_CANCELLED);
    PACKET_CHECK("packet.associate", associate(packet, port, event, (PVOID)11, (PVOID)&counter, STATUS_SUCCESS, 42, &signaled) == STATUS_SUCCESS && !signaled);
    PACKET_CHECK("packet.in-use", associate(packet, port, event, (PVOID)12, (PVOID)&counter, 0, 0, NULL) == STATUS_INVALID_PARAMETER_1);
    PACKET_CHECK("packet.not-yet", is_empty(port));
    SetEvent(event);
    PACKET_CHECK("packet.queued", takes(port, 11, 42, 0));
    PACKET_CHECK("packet.takes-the-signal", WaitForSingleObject(event, 0) == WAIT_TIMEOUT);
    PACKET_CHECK("packet.once", (SetEvent(event), is_empty(port)));
    PACKET_CHECK("packet.after-use", cancel(packet, TRUE) == STATUS_CANCELLED);
    PACKET_CHECK("packet.already-signaled", associate(packet, port, event, (PVOID)13, (PVOID)&counter, 0, 1, &signaled) == STATUS_SUCCESS && signaled == TRUE);
    PACKET_CHECK("packet.queued-stays", cancel(packet, FALSE) == STATUS_PENDING);
    PACKET_CHECK("packet.queued-is-in-use", associate(packet, port, event, 0, 0, 0, 0, NULL) == STATUS_INVALID_PARAMETER_1);
    PACKET_CHECK("packet.queued-is-removed", cancel(packet, TRUE) == STATUS_SUCCESS && is_empty(port));
    PACKET_CHECK("packet.cancel-waiting", associate(packet, port, event, 0, 0, 0, 0, NULL) == STATUS_SUCCESS && cancel(packet, FALSE) == STATUS_SUCCESS);
    SetEvent(event);
    PACKET_CHECK("packet.cancelled-takes-nothing", is_empty(port) && WaitForSingleObject(event, 0) == WAIT_OBJECT_0);
    PACKET_CHECK("packet.semaphore", associate(packet, port, semaphore, (PVOID)1, (PVOID)&counter, 0, 5, NULL) == STATUS_SUCCESS && takes(port, 1, 5, 0) &&
                                         WaitForSingleObject(semaphore, 0) == WAIT_OBJECT_0 && WaitForSingleObject(semaphore, 0) == WAIT_TIMEOUT);
    PACKET_CHECK("packet.mutant", associate(packet, port, mutant, 0, 0, 0, 0, NULL) == STATUS_INVALID_PARAMETER_3);
    SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE);
    PACKET_CHECK("packet.timer", associate(packet, port, timer, (PVOID)2, (PVOID)&counter, 0, 6, &signaled) == STATUS_SUCCESS && takes(port, 2, 6, 5000));
    thread = start(get_one, port);
    Sleep(20);
    if (oracle_is_wine())
        PostQueuedCompletionStatus(port, 0, 77, NULL);
    else
    {
        associate(packet, port, event, (PVOID)77, (PVOID)&counter, 0, 0, NULL);
        SetEvent(event);
    }
    CHECK_EQ("packet.wakes-waiter", join(thread), 77);
    thread = start(try_section, NULL);
    PACKET_CHECK("packet.thread", associate(packet, port, thread, (PVOID)3, (PVOID)&counter, 0, 7, NULL) == STATUS_SUCCESS && takes(port, 3, 7, 5000));
    join(thread);
    PACKET_CHECK("packet.two-of-one-event", associate(packet, port, event, (PVOID)4, (PVOID)&counter, 0, 0, NULL) == STATUS_SUCCESS &&
                                                associate(other, port, event, (PVOID)5, (PVOID)&counter, 0, 0, NULL) == STATUS_SUCCESS &&
                                                SetEvent(event) && takes(port, 4, 0, 0) && is_empty(port) && SetEvent(event) && takes(port, 5, 0, 0));
    PACKET_CHECK("packet.no-packet", associate(port, port, event, 0, 0, 0, 0, NULL) == STATUS_OBJECT_TYPE_MISMATCH &&
                                         associate(none, port, event, 0, 0, 0, 0, NULL) == STATUS_INVALID_HANDLE);
    PACKET_CHECK("packet.no-port", associate(packet, event, event, 0, 0, 0, 0, NULL) == STATUS_OBJECT_TYPE_MISMATCH);
    PACKET_CHECK("packet.no-target", associate(packet, port, packet, 0, 0, 0, 0, NULL) == STATUS_OBJECT_TYPE_MISMATCH);
    PACKET_CHECK("packet.closed-waits-no-more", associate(packet, port, event, 0, 0, 0, 0, NULL) == STATUS_SUCCESS && CloseHandle(packet) && SetEvent(event) &&
                                                    WaitForSingleObject(event, 0) == WAIT_OBJECT_0);
    passed = 1;
    for (i = 0; i < 1000 && passed && !oracle_is_wine(); i++)
    {
        SetEvent(event);
        passed = associate(other, port, event, (PVOID)(ULONG_PTR)i, (PVOID)&counter, 0, 0, NULL) == STATUS_SUCCESS && (i % 7 ? cancel(other, TRUE) == STATUS_SUCCESS : takes(port, i, 0, 0));
    }
    CHECK("packet.many-withdrawn", passed && is_empty(port));
    /* Ports that wait for each other in a ring. */
    for (i = 0; i < 64 && !oracle_is_wine(); i++)
        ports[i] = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    for (i = 0; i < 64 && passed && !oracle_is_wine(); i++)
        passed = create(&chain[i], GENERIC_ALL, NULL) >= 0 && associate(chain[i], ports[(i + 1) % 64], ports[i], (PVOID)(ULONG_PTR)i, (PVOID)&counter, 0, i, NULL) == STATUS_SUCCESS;
    if (!oracle_is_wine())
        PostQueuedCompletionStatus(ports[0], 1000, 1000, (OVERLAPPED *)&counter);
    PACKET_CHECK("packet.ring", passed && takes(ports[0], 1000, 1000, 0) && takes(ports[0], 63, 63, 0) && takes(ports[63], 62, 62, 0) && is_empty(ports[0]));
    for (i = 0; i < 64 && !oracle_is_wine(); i++)
    {
        CloseHandle(ports[i]);
        CloseHandle(chain[i]);
    }
    PACKET_CHECK("packet.close", CloseHandle(other));
    CloseHandle(port);
    CloseHandle(event);
    CloseHandle(mutant);
    CloseHandle(semaphore);
    CloseHandle(timer);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"section", section_group}, {"lock", lock_group}, {"address", address_group},
        {"keyed", keyed_group},     {"port", port_group},     {"packet", packet_group}, {"routine", completion_routine_group},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
