/* What becomes of calls under way: the thread that made them ends, or another thread cancels the synchronous call that a thread waits in. */
#include "socket_helpers.h"
#include "nt.h"

#ifndef STATUS_CANCELLED
#define STATUS_CANCELLED ((NTSTATUS)0xc0000120)
#endif

NTSTATUS NTAPI NtLockFile(HANDLE, HANDLE, NT_APC_ROUTINE, PVOID, IO_STATUS_BLOCK *, LARGE_INTEGER *, LARGE_INTEGER *, ULONG, BOOLEAN, BOOLEAN);

static HANDLE server, client, event;
static IO_STATUS_BLOCK io;
static OVERLAPPED overlapped;
static char data[512];
static SOCKET ends[2];

static void make_pipe(DWORD flags)
{
    static int number;
    char name[64];
    snprintf(name, sizeof name, "\\\\.\\pipe\\portablevirt-thread-%lu-%d", GetCurrentProcessId(), number++);
    server = CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX | flags, PIPE_TYPE_BYTE, 1, 4096, 4096, 0, NULL);
    client = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, flags, NULL);
}

static void close_pipe(void)
{
    CloseHandle(server);
    CloseHandle(client);
}

/* Runs a thread that starts a call and ends; its exit code. */
static DWORD run(LPTHREAD_START_ROUTINE routine, void *argument)
{
    DWORD code = 0xbad;
    HANDLE thread = CreateThread(NULL, 0, routine, argument, 0, NULL);
    WaitForSingleObject(thread, 10000);
    GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    return code;
}

static DWORD WINAPI start_read(void *file)
{
    io.Status = STATUS_PENDING;
    return NtReadFile(file, event, NULL, NULL, &io, data, 4, NULL, NULL);
}

static DWORD WINAPI start_read_on_port(void *file)
{
    memset(&overlapped, 0, sizeof overlapped);
    return ReadFile(file, data, 4, NULL, &overlapped) ? 0 : GetLastError();
}

static DWORD WINAPI start_watch(void *folder)
{
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = event;
    return ReadDirectoryChangesW(folder, data, sizeof data, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME, NULL, &overlapped, NULL);
}

static DWORD WINAPI start_lock(void *file)
{
    LARGE_INTEGER offset = {.QuadPart = 0}, length = {.QuadPart = 1};
    io.Status = STATUS_PENDING;
    return NtLockFile(file, event, NULL, NULL, &io, &offset, &length, 0, FALSE, TRUE);
}

static DWORD WINAPI start_receive(void *unused)
{
    WSABUF buffer = {4, data};
    DWORD flags = 0;
    (void)unused;
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = event;
    return WSARecv(ends[0], &buffer, 1, NULL, &flags, &overlapped, NULL) ? WSAGetLastError() : 0;
}

static void ends_group(void)
{
    HANDLE port, folder, file, other, slot;
    DWORD done = 0;
    ULONG_PTR key = 0;
    OVERLAPPED *got = NULL, lock = {0};
    event = CreateEventW(NULL, TRUE, FALSE, NULL);
    make_pipe(FILE_FLAG_OVERLAPPED);
    CHECK_STATUS("ends.pipe-pends", run(start_read, server), STATUS_PENDING);
    CHECK_EQ("ends.pipe-event", WaitForSingleObject(event, 5000), WAIT_OBJECT_0);
    CHECK_STATUS("ends.pipe-cancelled", io.Status, STATUS_CANCELLED);
    CHECK("ends.pipe-data-is-for-others", WriteFile(client, "abc", 3, &done, &lock) || GetLastError() == ERROR_IO_PENDING);
    memset(&io, 0, sizeof io);
    CHECK("ends.pipe-read-after", NtReadFile(server, event, NULL, NULL, &io, data, 4, NULL, NULL) >= 0 && WaitForSingleObject(event, 5000) == WAIT_OBJECT_0 && io.Information == 3);
    close_pipe();

    make_pipe(FILE_FLAG_OVERLAPPED);
    port = CreateIoCompletionPort(server, NULL, 5, 0);
    CHECK_EQ("ends.port-pends", run(start_read_on_port, server), ERROR_IO_PENDING);
    CHECK("ends.port-goes-on", !GetQueuedCompletionStatus(port, &done, &key, &got, 50) && GetLastError() == WAIT_TIMEOUT);
    memset(&lock, 0, sizeof lock);
    WriteFile(client, "abcd", 4, &done, &lock);
    CHECK("ends.port-completes", GetQueuedCompletionStatus(port, &done, &key, &got, 5000) && done == 4 && key == 5 && got == &overlapped && !memcmp(data, "abcd", 4));
    close_pipe();
    CloseHandle(port);

    CreateDirectoryW(L"ends", NULL);
    folder = CreateFileW(L"ends", FILE_LIST_DIRECTORY, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                         FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OVERLAPPED, NULL);
    ResetEvent(event);
    CHECK("ends.watch-starts", run(start_watch, folder));
    CHECK_EQ("ends.watch-event", WaitForSingleObject(event, 5000), WAIT_OBJECT_0);
    CHECK_STATUS("ends.watch-cancelled", overlapped.Internal, STATUS_CANCELLED);
    CloseHandle(folder);
    RemoveDirectoryW(L"ends");

    file = CreateFileW(L"ends.lock", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, CREATE_ALWAYS, FILE_FLAG_OVERLAPPED, NULL);
    other = CreateFileW(L"ends.lock", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    LockFile(other, 0, 0, 1, 0);
    ResetEvent(event);
    if (oracle_is_wine())
    {
        /* Wine 8 waits for a lock in the calling thread. */
        check_passed("ends.lock-pends");
        check_passed("ends.lock-cancelled");
    }
    else
    {
        CHECK_STATUS("ends.lock-pends", run(start_lock, file), STATUS_PENDING);
        CHECK("ends.lock-cancelled", WaitForSingleObject(event, 5000) == WAIT_OBJECT_0 && io.Status == STATUS_CANCELLED);
    }
    UnlockFile(other, 0, 0, 1, 0);
    CloseHandle(other);
    CloseHandle(file);
    DeleteFileW(L"ends.lock");

    slot = CreateMailslotA("\\\\.\\mailslot\\portablevirt\\ends", 0, MAILSLOT_WAIT_FOREVER, NULL);
    ResetEvent(event);
    CHECK_STATUS("ends.mailslot-pends", run(start_read, slot), STATUS_PENDING);
    CHECK_WINE_WRONG("ends.mailslot-cancelled", oracle_is_wine() || (WaitForSingleObject(event, 5000) == WAIT_OBJECT_0 && io.Status == STATUS_CANCELLED),
                     "all requests of a thread are cancelled, those of mailslots too");
    CloseHandle(slot);

    pair(ends);
    ResetEvent(event);
    CHECK_EQ("ends.socket-pends", run(start_receive, NULL), WSA_IO_PENDING);
    CHECK("ends.socket-cancelled", WaitForSingleObject(event, 5000) == WAIT_OBJECT_0 && overlapped.Internal == (ULONG)STATUS_CANCELLED);
    CHECK("ends.socket-lives", send(ends[1], "x", 1, 0) == 1 && recv(ends[0], data, 4, 0) == 1);
    close_pair(ends);
    CloseHandle(event);
}

static DWORD WINAPI synchronous_read(void *file)
{
    DWORD n;
    return ReadFile(file, data, 4, &n, NULL) ? 0 : GetLastError();
}

static DWORD WINAPI synchronous_connect(void *pipe)
{
    return ConnectNamedPipe(pipe, NULL) ? 0 : GetLastError();
}

static DWORD WINAPI synchronous_flush(void *pipe)
{
    return FlushFileBuffers(pipe) ? 0 : GetLastError();
}

static DWORD WINAPI synchronous_wait(void *name)
{
    return WaitNamedPipeA(name, 20000) ? 0 : GetLastError();
}

static DWORD WINAPI synchronous_watch(void *folder)
{
    DWORD n;
    return ReadDirectoryChangesW(folder, data, sizeof data, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME, &n, NULL, NULL) ? 0 : GetLastError();
}

static DWORD WINAPI synchronous_lock(void *file)
{
    OVERLAPPED at = {0};
    return LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &at) ? 0 : GetLastError();
}

/* What a thread's synchronous call gives when another thread cancels it, or 0 where the call could not be cancelled within 5 seconds. */
static DWORD cancelled(LPTHREAD_START_ROUTINE routine, void *argument)
{
    DWORD code = 0;
    HANDLE thread = CreateThread(NULL, 0, routine, argument, 0, NULL);
    int i;
    for (i = 0; i < 500 && !CancelSynchronousIo(thread); i++)
        Sleep(10);
    if (WaitForSingleObject(thread, 5000) == WAIT_OBJECT_0)
        GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    return code;
}

static DWORD cancelled_by_handle(LPTHREAD_START_ROUTINE routine, void *file)
{
    DWORD code = 0;
    HANDLE thread = CreateThread(NULL, 0, routine, file, 0, NULL);
    int i;
    for (i = 0; i < 500 && !CancelIoEx(file, NULL); i++)
        Sleep(10);
    if (WaitForSingleObject(thread, 5000) == WAIT_OBJECT_0)
        GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    return code;
}

static DWORD WINAPI plain_wait(void *object)
{
    return WaitForSingleObject(object, 10000);
}

static void synchronous_group(void)
{
    HANDLE folder, file, other, slot, thread;
    DWORD done;
    make_pipe(0);
    CHECK_EQ("synchronous.read", cancelled(synchronous_read, server), ERROR_OPERATION_ABORTED);
    CHECK_WINE_WRONG("synchronous.read-by-handle", oracle_is_wine() || cancelled_by_handle(synchronous_read, server) == ERROR_OPERATION_ABORTED,
                     "CancelIoEx without a request cancels all of the handle's");
    WriteFile(server, "abc", 3, &done, NULL);
    CHECK_WINE_WRONG("synchronous.flush", oracle_is_wine() || cancelled(synchronous_flush, server) == ERROR_OPERATION_ABORTED, "FlushFileBuffers of a pipe waits for the reader");
    close_pipe();
    server = CreateNamedPipeA("\\\\.\\pipe\\portablevirt-cancelled", PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE, 1, 4096, 4096, 0, NULL);
    CHECK_EQ("synchronous.connect", cancelled(synchronous_connect, server), ERROR_OPERATION_ABORTED);
    client = CreateFileA("\\\\.\\pipe\\portablevirt-cancelled", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK_WINE_WRONG("synchronous.wait-for-pipe", oracle_is_wine() || cancelled(synchronous_wait, "\\\\.\\pipe\\portablevirt-cancelled") == ERROR_OPERATION_ABORTED,
                     "the wait is an FSCTL of the pipe device");
    close_pipe();
    CreateDirectoryW(L"synchronous", NULL);
    folder = CreateFileW(L"synchronous", FILE_LIST_DIRECTORY, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    CHECK_WINE_WRONG("synchronous.watch", oracle_is_wine() || cancelled(synchronous_watch, folder) == ERROR_OPERATION_ABORTED, "the call waits in the kernel");
    CloseHandle(folder);
    RemoveDirectoryW(L"synchronous");
    file = CreateFileW(L"synchronous.lock", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, CREATE_ALWAYS, 0, NULL);
    other = CreateFileW(L"synchronous.lock", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    LockFile(other, 0, 0, 1, 0);
    CHECK_WINE_WRONG("synchronous.lock", oracle_is_wine() || cancelled(synchronous_lock, file) == ERROR_OPERATION_ABORTED, "the lock waits in the kernel");
    UnlockFile(other, 0, 0, 1, 0);
    CHECK("synchronous.lock-not-held", LockFile(other, 0, 0, 1, 0));
    CloseHandle(other);
    CloseHandle(file);
    DeleteFileW(L"synchronous.lock");
    slot = CreateMailslotA("\\\\.\\mailslot\\portablevirt\\synchronous", 0, MAILSLOT_WAIT_FOREVER, NULL);
    /* The handle of a mailslot is asynchronous: ReadFile waits in user mode. */
    CHECK_WINE_WRONG("synchronous.mailslot", oracle_is_wine() || cancelled_by_handle(synchronous_read, slot) == ERROR_OPERATION_ABORTED, "reads of mailslots can be cancelled");
    CloseHandle(slot);
    event = CreateEventW(NULL, TRUE, FALSE, NULL);
    thread = CreateThread(NULL, 0, plain_wait, event, 0, NULL);
    Sleep(50);
    CHECK_ERROR("synchronous.a-wait-is-no-call", CancelSynchronousIo(thread), ERROR_NOT_FOUND);
    SetEvent(event);
    CHECK_EQ("synchronous.the-wait-goes-on", WaitForSingleObject(thread, 5000), WAIT_OBJECT_0);
    CHECK_ERROR("synchronous.ended-thread", CancelSynchronousIo(thread), ERROR_NOT_FOUND);
    CloseHandle(thread);
    CloseHandle(event);
}

/* Threads that end with calls under way while others finish and cancel these calls. */
static volatile LONG stop;

static DWORD WINAPI write_on(void *pipe)
{
    OVERLAPPED at = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    DWORD n;
    while (!stop)
        if (WriteFile(pipe, "xyz", 1, NULL, &at) || GetLastError() == ERROR_IO_PENDING)
            GetOverlappedResult(pipe, &at, &n, TRUE);
    CloseHandle(at.hEvent);
    return 0;
}

static DWORD WINAPI cancel_on(void *pipe)
{
    while (!stop)
        CancelIoEx(pipe, NULL);
    return 0;
}

static DWORD WINAPI read_and_end(void *pipe)
{
    IO_STATUS_BLOCK blocks[8];
    char bytes[8];
    int i;
    for (i = 0; i < 8; i++)
        NtReadFile(pipe, NULL, NULL, NULL, &blocks[i], &bytes[i], 1, NULL, NULL);
    return 0;
}

static void race_group(void)
{
    HANDLE writer, canceller;
    int i;
    make_pipe(FILE_FLAG_OVERLAPPED);
    writer = CreateThread(NULL, 0, write_on, client, 0, NULL);
    canceller = CreateThread(NULL, 0, cancel_on, server, 0, NULL);
    for (i = 0; i < 100; i++)
        run(read_and_end, server);
    stop = 1;
    CancelIoEx(client, NULL);
    CHECK_EQ("race.writer-ends", WaitForSingleObject(writer, 10000), WAIT_OBJECT_0);
    CHECK_EQ("race.canceller-ends", WaitForSingleObject(canceller, 10000), WAIT_OBJECT_0);
    CloseHandle(writer);
    CloseHandle(canceller);
    close_pipe();
}

int main(int argc, char **argv)
{
    WSADATA wsa;
    static const struct check_group groups[] = {
        {"ends", ends_group}, {"synchronous", synchronous_group}, {"race", race_group},
    };
    WSAStartup(MAKEWORD(2, 2), &wsa);
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
