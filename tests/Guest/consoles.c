/* Consoles of programs that start without a terminal: AllocConsole, FreeConsole, AttachConsole. Wine would open a window for each: it is not asked. */
#include "checks.h"
#include "nt.h"

#define CONSOLE_CHECK(name, condition) CHECK_WINE_WRONG(name, oracle_is_wine() || (condition), "needs a window under Wine")

static HANDLE console_out(void)
{
    return CreateFileW(L"CONOUT$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
}

static HANDLE console_in(void)
{
    return CreateFileW(L"CONIN$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
}

/* Runs this program again in a role; its exit code. */
static DWORD run(const char *role, DWORD flags)
{
    char own[MAX_PATH], line[MAX_PATH + 64];
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    DWORD code = 0xbad;
    GetModuleFileNameA(NULL, own, sizeof own);
    snprintf(line, sizeof line, "\"%s\" --%s %lu", own, role, GetCurrentProcessId());
    if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, flags, NULL, NULL, &startup, &process))
        return GetLastError();
    WaitForSingleObject(process.hProcess, 20000);
    GetExitCodeProcess(process.hProcess, &code);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return code;
}

/* Bits of the exit code: 1 the console was there at the start, 2 it could be attached to, 4 it is there then, 8 it is gone after FreeConsole. */
static int child(const char *role, DWORD parent)
{
    int code = close_good(console_out()) ? 1 : 0;
    if (!strcmp(role, "--attach-parent"))
        code |= AttachConsole(ATTACH_PARENT_PROCESS) ? 2 : 0;
    if (!strcmp(role, "--attach-id"))
        code |= AttachConsole(parent) ? 2 : 0;
    code |= close_good(console_out()) ? 4 : 0;
    if (code & 4)
        code |= FreeConsole() && !close_good(console_out()) ? 8 : 0;
    return code;
}

static void alloc_group(void)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    INPUT_RECORD record = {.EventType = KEY_EVENT}, back;
    DWORD n = 0, mode = 0, ids[8];
    WCHAR text[32] = L"";
    HANDLE out, in, kept = GetStdHandle(STD_OUTPUT_HANDLE);
    CONSOLE_CHECK("alloc.none-at-first", !close_good(console_out()));
    CONSOLE_CHECK("alloc.no-parent's", !AttachConsole(ATTACH_PARENT_PROCESS));
    CONSOLE_CHECK("alloc.alloc", AllocConsole());
    CONSOLE_CHECK("alloc.one-only", !AllocConsole() && GetLastError() == ERROR_ACCESS_DENIED);
    CONSOLE_CHECK("alloc.attach-when-attached", !AttachConsole(ATTACH_PARENT_PROCESS) && GetLastError() == ERROR_ACCESS_DENIED);
    out = console_out();
    in = console_in();
    CONSOLE_CHECK("alloc.buffers", out != INVALID_HANDLE_VALUE && in != INVALID_HANDLE_VALUE);
    CONSOLE_CHECK("alloc.standard-handles", GetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), &mode) || kept == GetStdHandle(STD_OUTPUT_HANDLE));
    CONSOLE_CHECK("alloc.size", GetConsoleScreenBufferInfo(out, &info) && info.dwSize.X == 80 && info.dwSize.Y >= 25);
    CONSOLE_CHECK("alloc.modes", GetConsoleMode(out, &mode) && (mode & ENABLE_PROCESSED_OUTPUT) && GetConsoleMode(in, &mode) && (mode & ENABLE_LINE_INPUT));
    CONSOLE_CHECK("alloc.write", WriteConsoleW(out, L"invisible", 9, &n, NULL) && n == 9);
    CONSOLE_CHECK("alloc.read-back", ReadConsoleOutputCharacterW(out, text, 9, (COORD){0, 0}, &n) && n == 9 && !wcscmp(text, L"invisible"));
    record.Event.KeyEvent.bKeyDown = TRUE;
    record.Event.KeyEvent.wRepeatCount = 1;
    record.Event.KeyEvent.uChar.UnicodeChar = 'k';
    CONSOLE_CHECK("alloc.input", WriteConsoleInputW(in, &record, 1, &n) && WaitForSingleObject(in, 3000) == WAIT_OBJECT_0 && ReadConsoleInputW(in, &back, 1, &n) && n == 1 &&
                                     back.Event.KeyEvent.uChar.UnicodeChar == 'k');
    CONSOLE_CHECK("alloc.no-more-input", WaitForSingleObject(in, 50) == WAIT_TIMEOUT);
    CONSOLE_CHECK("alloc.title", SetConsoleTitleW(L"unseen") && GetConsoleTitleW(text, 32) == 6 && !wcscmp(text, L"unseen"));
    CONSOLE_CHECK("alloc.processes", GetConsoleProcessList(ids, 8) == 1 && ids[0] == GetCurrentProcessId());
    CONSOLE_CHECK("alloc.child-inherits-it", run("inherit", 0) == (1 | 4 | 8));
    CONSOLE_CHECK("alloc.detached-child", run("inherit", DETACHED_PROCESS) == 0);
    CONSOLE_CHECK("alloc.child-attaches-to-its-parent's", run("attach-parent", DETACHED_PROCESS) == (2 | 4 | 8));
    CONSOLE_CHECK("alloc.child-attaches-by-id", run("attach-id", DETACHED_PROCESS) == (2 | 4 | 8));
    close_good(out);
    close_good(in);
    CONSOLE_CHECK("alloc.free", FreeConsole());
    CONSOLE_CHECK("alloc.it-is-gone", !close_good(console_out()));
    CONSOLE_CHECK("alloc.attach-to-no-process", !AttachConsole(0x7ffffff0));
    CONSOLE_CHECK("alloc.nothing-to-attach-to", run("attach-parent", DETACHED_PROCESS) == 0);
    CONSOLE_CHECK("alloc.again", AllocConsole() && close_good(console_out()));
    CONSOLE_CHECK("alloc.free-again", FreeConsole());
    SetStdHandle(STD_OUTPUT_HANDLE, kept);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {{"alloc", alloc_group}};
    if (argc == 3 && !strncmp(argv[1], "--", 2))
        return child(argv[1], (DWORD)atoi(argv[2]));
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
