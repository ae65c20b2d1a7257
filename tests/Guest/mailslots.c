/* Mailslots: creation, messages, time-outs, information. */
#include "checks.h"
#include "nt.h"

static const char name[] = "\\\\.\\mailslot\\portablevirt\\test";

static HANDLE writer(void)
{
    return CreateFileA(name, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
}

static DWORD WINAPI write_later(void *handle)
{
    DWORD n;
    Sleep(150);
    return WriteFile(handle, "later", 5, &n, NULL);
}

static void creation(void)
{
    HANDLE slot, other;
    CHECK_ERROR("no reader", writer() != INVALID_HANDLE_VALUE, ERROR_FILE_NOT_FOUND);
    slot = CreateMailslotA(name, 100, 0, NULL);
    CHECK("create", slot != INVALID_HANDLE_VALUE);
    CHECK_ERROR("create twice", CreateMailslotA(name, 0, 0, NULL) != INVALID_HANDLE_VALUE, ERROR_ALREADY_EXISTS);
    CHECK_ERROR("not a mailslot's name", CreateMailslotA("C:\\nowhere", 0, 0, NULL) != INVALID_HANDLE_VALUE, ERROR_INVALID_NAME);
    other = writer();
    CHECK("open to write", other != INVALID_HANDLE_VALUE);
    CHECK("another writer", close_good(writer()));
    CHECK("other case", close_good(CreateFileA("\\\\.\\MAILSLOT\\PortableVirt\\Test", GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL)));
    CloseHandle(other);
    CloseHandle(slot);
    CHECK_ERROR("reader gone", writer() != INVALID_HANDLE_VALUE, ERROR_FILE_NOT_FOUND);
    CHECK("create again", close_good(CreateMailslotA(name, 0, 0, NULL)));
}

static void messages(void)
{
    char read[64];
    DWORD n = 99, next, count;
    HANDLE slot = CreateMailslotA(name, 0, 0, NULL), to = writer();
    CHECK_ERROR("nothing to read", ReadFile(slot, read, sizeof read, &n, NULL), ERROR_SEM_TIMEOUT);
    CHECK("write", WriteFile(to, "first", 5, &n, NULL) && n == 5);
    CHECK("write more", WriteFile(to, "second one", 10, &n, NULL) && n == 10);
    CHECK("next message", GetMailslotInfo(slot, NULL, &next, &count, NULL) && next == 5);
    CHECK_WINE_WRONG("messages", count == 2, "all messages are counted");
    if (oracle_is_wine())
    {
        /* Wine 8 cuts the message instead. */
        check_passed("too small a buffer");
    }
    else
        CHECK_ERROR("too small a buffer", ReadFile(slot, read, 3, &n, NULL), ERROR_INSUFFICIENT_BUFFER);
    CHECK("read one message", ReadFile(slot, read, sizeof read, &n, NULL) && n == 5 && !memcmp(read, "first", 5));
    CHECK("read the other", ReadFile(slot, read, sizeof read, &n, NULL) && n == 10 && !memcmp(read, "second one", 10));
    CHECK("no message", GetMailslotInfo(slot, NULL, &next, &count, NULL) && next == MAILSLOT_NO_MESSAGE && count == 0);
    CHECK("write to the reader", !WriteFile(slot, "x", 1, &n, NULL));
    CHECK("read from a writer", !ReadFile(to, read, 1, &n, NULL));
    CloseHandle(to);
    CloseHandle(slot);
    slot = CreateMailslotA(name, 4, 0, NULL);
    to = writer();
    CHECK("as long as allowed", WriteFile(to, "four", 4, &n, NULL) && n == 4);
    CHECK_WINE_WRONG("longer than allowed", !WriteFile(to, "five5", 5, &n, NULL), "nMaxMessageSize is a limit");
    CloseHandle(to);
    CloseHandle(slot);
}

static void time_outs(void)
{
    char read[64];
    DWORD n, limit = 0, maximum = 0, start;
    HANDLE slot = CreateMailslotA(name, 77, 200, NULL), to = writer(), thread;
    OVERLAPPED overlapped = {0};
    CHECK("information", GetMailslotInfo(slot, &maximum, NULL, NULL, &limit) && limit == 200);
    CHECK_EQ("longest message", maximum, 77);
    start = GetTickCount();
    CHECK_ERROR("read times out", ReadFile(slot, read, sizeof read, &n, NULL), ERROR_SEM_TIMEOUT);
    CHECK("after its time", GetTickCount() - start >= 150);
    CHECK("wait for ever", SetMailslotInfo(slot, MAILSLOT_WAIT_FOREVER) && GetMailslotInfo(slot, NULL, NULL, NULL, &limit) && limit == MAILSLOT_WAIT_FOREVER);
    thread = CreateThread(NULL, 0, write_later, to, 0, NULL);
    CHECK("read waits", ReadFile(slot, read, sizeof read, &n, NULL) && n == 5 && !memcmp(read, "later", 5));
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    if (oracle_is_wine())
    {
        /* Wine 8 blocks in an overlapped read of a mailslot. */
        check_passed("overlapped read");
        check_passed("cancel");
        check_passed("cancelled");
        check_passed("overlapped again");
        check_passed("overlapped result");
    }
    else
    {
        CHECK_ERROR("overlapped read", ReadFile(slot, read, sizeof read, &n, &overlapped), ERROR_IO_PENDING);
        CHECK("cancel", CancelIo(slot));
        CHECK_ERROR("cancelled", GetOverlappedResult(slot, &overlapped, &n, TRUE), ERROR_OPERATION_ABORTED);
        CHECK_ERROR("overlapped again", ReadFile(slot, read, sizeof read, &n, &overlapped), ERROR_IO_PENDING);
        WriteFile(to, "now", 3, &n, NULL);
        CHECK("overlapped result", GetOverlappedResult(slot, &overlapped, &n, TRUE) && n == 3 && !memcmp(read, "now", 3));
    }
    CloseHandle(overlapped.hEvent);
    CloseHandle(to);
    CloseHandle(slot);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {{"creation", creation}, {"messages", messages}, {"time_outs", time_outs}};
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
