/* The console on a terminal: run with a terminal as standard input; results go to standard output, a file. */
#include "checks.h"
#include <wchar.h>

static HANDLE in, out;

static COORD at(int x, int y)
{
    COORD c = {(SHORT)x, (SHORT)y};
    return c;
}

static COORD cursor(HANDLE buffer)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    memset(&info, 0, sizeof info);
    GetConsoleScreenBufferInfo(buffer, &info);
    return info.dwCursorPosition;
}

static int cursor_is(HANDLE buffer, int x, int y)
{
    COORD c = cursor(buffer);
    return c.X == x && c.Y == y;
}

static void write_text(HANDLE buffer, const WCHAR *text)
{
    DWORD n;
    WriteConsoleW(buffer, text, (DWORD)wcslen(text), &n, NULL);
}

static int text_at(HANDLE buffer, int x, int y, const WCHAR *expected)
{
    WCHAR read[80];
    DWORD n = 0, length = (DWORD)wcslen(expected);
    return ReadConsoleOutputCharacterW(buffer, read, length, at(x, y), &n) && n == length && !wmemcmp(read, expected, length);
}

static int attribute_at(HANDLE buffer, int x, int y)
{
    WORD read = 0xffff;
    DWORD n = 0;
    return ReadConsoleOutputAttribute(buffer, &read, 1, at(x, y), &n) && n == 1 ? read & 0xff : -1;
}

static void clear(void)
{
    DWORD n;
    FillConsoleOutputCharacterW(out, ' ', 1 << 20, at(0, 0), &n);
    FillConsoleOutputAttribute(out, 7, 1 << 20, at(0, 0), &n);
    SetConsoleCursorPosition(out, at(0, 0));
}

static void press(WORD key, WCHAR c, DWORD state)
{
    INPUT_RECORD r[2];
    DWORD n;
    memset(r, 0, sizeof r);
    r[0].EventType = KEY_EVENT;
    r[0].Event.KeyEvent.bKeyDown = TRUE;
    r[0].Event.KeyEvent.wRepeatCount = 1;
    r[0].Event.KeyEvent.wVirtualKeyCode = key;
    r[0].Event.KeyEvent.uChar.UnicodeChar = c;
    r[0].Event.KeyEvent.dwControlKeyState = state;
    r[1] = r[0];
    r[1].Event.KeyEvent.bKeyDown = FALSE;
    WriteConsoleInputW(in, r, 2, &n);
}

static void type(const WCHAR *text)
{
    for (; *text; text++)
        press(*text == '\r' ? VK_RETURN : *text == '\b' ? VK_BACK : 0, *text, 0);
}

static int line_is(const WCHAR *expected)
{
    WCHAR line[200];
    DWORD n = 0;
    return ReadConsoleW(in, line, ARRAY_COUNT(line), &n, NULL) && n == wcslen(expected) && !wmemcmp(line, expected, n);
}

static void handles(void)
{
    DWORD mode = 0, n;
    CONSOLE_SCREEN_BUFFER_INFO info;
    CHECK_EQ("input type", GetFileType(in), FILE_TYPE_CHAR);
    CHECK_EQ("output type", GetFileType(out), FILE_TYPE_CHAR);
    CHECK("input mode", GetConsoleMode(in, &mode) && (mode & (ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT | ENABLE_PROCESSED_INPUT)) == (ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT | ENABLE_PROCESSED_INPUT));
    CHECK("set input mode", SetConsoleMode(in, ENABLE_PROCESSED_INPUT | ENABLE_WINDOW_INPUT) && GetConsoleMode(in, &n) && n == (ENABLE_PROCESSED_INPUT | ENABLE_WINDOW_INPUT));
    SetConsoleMode(in, mode);
    CHECK("output mode", GetConsoleMode(out, &mode) && (mode & 3) == (ENABLE_PROCESSED_OUTPUT | ENABLE_WRAP_AT_EOL_OUTPUT));
    CHECK("set output mode", SetConsoleMode(out, 3 | ENABLE_VIRTUAL_TERMINAL_PROCESSING) && GetConsoleMode(out, &n) && n == 7);
    SetConsoleMode(out, 3);
    CHECK("events of output", !GetNumberOfConsoleInputEvents(out, &n));
    CHECK("screen of input", !GetConsoleScreenBufferInfo(in, &info));
    CHECK("write to input", !WriteConsoleW(in, L"x", 1, &n, NULL));
    CHECK("size", GetConsoleScreenBufferInfo(out, &info) && info.dwSize.X == info.srWindow.Right + 1 && info.dwSize.X > 20 && info.dwSize.Y > 10);
    CHECK("largest window", GetLargestConsoleWindowSize(out).X >= info.dwSize.X);
}

static void screen(void)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    CONSOLE_CURSOR_INFO shape;
    DWORD n;
    WCHAR line[300];
    int i;
    GetConsoleScreenBufferInfo(out, &info);
    CHECK("move cursor", SetConsoleCursorPosition(out, at(3, 4)) && cursor_is(out, 3, 4));
    CHECK_ERROR("cursor outside", SetConsoleCursorPosition(out, at(info.dwSize.X, 0)), ERROR_INVALID_PARAMETER);
    CHECK_ERROR("cursor before", SetConsoleCursorPosition(out, at(-1, 0)), ERROR_INVALID_PARAMETER);
    CHECK("fill characters", FillConsoleOutputCharacterW(out, ' ', info.dwSize.X * info.dwSize.Y, at(0, 0), &n) && n == (DWORD)(info.dwSize.X * info.dwSize.Y));
    CHECK("fill attributes", FillConsoleOutputAttribute(out, 7, 1 << 20, at(0, 0), &n) && n == (DWORD)(info.dwSize.X * info.dwSize.Y));
    write_text(out, L"abc");
    CHECK("cursor behind text", cursor_is(out, 6, 4));
    CHECK("text read back", text_at(out, 2, 4, L" abc "));
    write_text(out, L"\bX\rY\nZ");
    CHECK("control characters", text_at(out, 0, 4, L"Y  abX ") && text_at(out, 0, 5, L"Z ") && cursor_is(out, 1, 5));
    write_text(out, L"\tT");
    CHECK("tab", text_at(out, 8, 5, L"T") && cursor_is(out, 9, 5));
    CHECK("set attributes", SetConsoleTextAttribute(out, 0x1e) && GetConsoleScreenBufferInfo(out, &info) && info.wAttributes == 0x1e);
    SetConsoleCursorPosition(out, at(0, 6));
    write_text(out, L"col");
    CHECK_EQ("attribute read back", attribute_at(out, 1, 6), 0x1e);
    CHECK_EQ("attribute beside", attribute_at(out, 3, 6), 7);
    SetConsoleTextAttribute(out, 7);
    CHECK("fill a run", FillConsoleOutputCharacterW(out, '#', 5, at(2, 7), &n) && n == 5 && text_at(out, 0, 7, L"  ##### "));
    CHECK("fill wraps", FillConsoleOutputCharacterW(out, '+', 4, at(info.dwSize.X - 2, 7), &n) && text_at(out, info.dwSize.X - 2, 7, L"++") && text_at(out, 0, 8, L"++ "));
    CHECK("write characters", WriteConsoleOutputCharacterW(out, L"direct", 6, at(4, 9), &n) && n == 6 && text_at(out, 3, 9, L" direct "));
    {
        WORD colours[3] = {1, 2, 4};
        CHECK("write attributes", WriteConsoleOutputAttribute(out, colours, 3, at(5, 9), &n) && n == 3 && attribute_at(out, 6, 9) == 2 && text_at(out, 4, 9, L"direct"));
    }
    for (i = 0; i < info.dwSize.X; i++)
        line[i] = (WCHAR)('a' + i % 26);
    line[i] = 0;
    SetConsoleCursorPosition(out, at(0, 10));
    write_text(out, line);
    CHECK("wrapped cursor", cursor_is(out, 0, 11));
    write_text(out, L"next");
    CHECK("wrapped text", text_at(out, 0, 11, L"next"));
    CHECK("cursor shape", GetConsoleCursorInfo(out, &shape) && shape.bVisible && (shape.dwSize = 50, SetConsoleCursorInfo(out, &shape)) && GetConsoleCursorInfo(out, &shape) && shape.dwSize == 50);
    shape.dwSize = 0;
    CHECK_ERROR("bad cursor shape", SetConsoleCursorInfo(out, &shape), ERROR_INVALID_PARAMETER);
    shape.dwSize = 25;
    shape.bVisible = FALSE;
    CHECK("hidden cursor", SetConsoleCursorInfo(out, &shape) && GetConsoleCursorInfo(out, &shape) && !shape.bVisible);
    shape.bVisible = TRUE;
    SetConsoleCursorInfo(out, &shape);
}

static void rectangles(void)
{
    CHAR_INFO cells[12], read[12];
    SMALL_RECT region = {2, 2, 5, 4}, source, clip;
    CONSOLE_SCREEN_BUFFER_INFOEX ex;
    CHAR_INFO fill;
    DWORD n;
    int i;
    for (i = 0; i < 12; i++)
    {
        cells[i].Char.UnicodeChar = (WCHAR)('A' + i);
        cells[i].Attributes = (WORD)(i + 1);
    }
    CHECK("write cells", WriteConsoleOutputW(out, cells, at(4, 3), at(0, 0), &region) && region.Left == 2 && region.Top == 2 && region.Right == 5 && region.Bottom == 4);
    CHECK("cells are there", text_at(out, 2, 2, L"ABCD") && text_at(out, 2, 4, L"IJKL") && attribute_at(out, 3, 3) == 6);
    memset(read, 0, sizeof read);
    CHECK("read cells", ReadConsoleOutputW(out, read, at(4, 3), at(0, 0), &region) && !memcmp(read, cells, sizeof cells));
    region.Left = 3;
    region.Right = 30;
    region.Top = 3;
    region.Bottom = 3;
    CHECK("read is clipped to the array", ReadConsoleOutputW(out, read, at(4, 3), at(0, 0), &region) && region.Right == 6 && read[0].Char.UnicodeChar == 'F');
    source.Left = 2;
    source.Top = 2;
    source.Right = 5;
    source.Bottom = 4;
    fill.Char.UnicodeChar = '.';
    fill.Attributes = 7;
    CHECK("scroll", ScrollConsoleScreenBufferW(out, &source, NULL, at(3, 3), &fill) && text_at(out, 2, 2, L"....") && text_at(out, 2, 3, L".ABCD") && text_at(out, 3, 5, L"IJKL"));
    clip = source;
    clip.Bottom = 2;
    CHECK("scroll clipped", ScrollConsoleScreenBufferW(out, &source, &clip, at(2, 1), &fill) && text_at(out, 3, 5, L"IJKL"));
    memset(&ex, 0, sizeof ex);
    CHECK_ERROR("extended without size", GetConsoleScreenBufferInfoEx(out, &ex), ERROR_INVALID_PARAMETER);
    ex.cbSize = sizeof ex;
    CHECK("extended", GetConsoleScreenBufferInfoEx(out, &ex) && ex.dwSize.X > 20);
    CHECK_WINE_WRONG("colour table", ex.ColorTable[0] == 0 && ex.ColorTable[15] == 0xffffff, "the sixteen colours have values");
    CHECK("fill nothing", FillConsoleOutputCharacterW(out, 'q', 0, at(0, 0), &n) && n == 0);
}

static void buffers(void)
{
    DWORD n, mode;
    HANDLE other = CreateConsoleScreenBuffer(GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, CONSOLE_TEXTMODE_BUFFER, NULL);
    CHECK("create buffer", other != INVALID_HANDLE_VALUE);
    SetConsoleCursorPosition(out, at(0, 12));
    write_text(out, L"main text");
    SetConsoleCursorPosition(other, at(0, 12));
    write_text(other, L"other");
    CHECK("own cells", text_at(other, 0, 12, L"other ") && text_at(out, 0, 12, L"main text"));
    CHECK("own cursor", cursor_is(other, 5, 12) && cursor_is(out, 9, 12));
    CHECK("own mode", SetConsoleMode(other, 1) && GetConsoleMode(out, &mode) && (mode & 3) == 3);
    CHECK("activate", SetConsoleActiveScreenBuffer(other));
    {
        HANDLE current = CreateFileW(L"CONOUT$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
        CHECK("CONOUT$ is the active one", text_at(current, 0, 12, L"other "));
        CloseHandle(current);
    }
    CHECK("activate main", SetConsoleActiveScreenBuffer(out));
    CHECK("main again", text_at(out, 0, 12, L"main text"));
    SetConsoleActiveScreenBuffer(other);
    CloseHandle(other);
    CHECK("closing the active one", WriteConsoleW(out, L"!", 1, &n, NULL) && text_at(out, 9, 12, L"!"));
    CHECK_ERROR("bad flags", CreateConsoleScreenBuffer(GENERIC_READ, 0, NULL, 7, NULL) != INVALID_HANDLE_VALUE, ERROR_INVALID_PARAMETER);
}

static void records(void)
{
    INPUT_RECORD r[8];
    DWORD n = 99;
    FlushConsoleInputBuffer(in);
    CHECK("no events", GetNumberOfConsoleInputEvents(in, &n) && n == 0);
    CHECK("peek at nothing", PeekConsoleInputW(in, r, 8, &n) && n == 0);
    CHECK_EQ("not signaled", WaitForSingleObject(in, 20), WAIT_TIMEOUT);
    press('A', 'a', SHIFT_PRESSED);
    CHECK("events", GetNumberOfConsoleInputEvents(in, &n) && n == 2);
    CHECK_EQ("signaled", WaitForSingleObject(in, 1000), WAIT_OBJECT_0);
    CHECK("peek", PeekConsoleInputW(in, r, 8, &n) && n == 2 && r[0].EventType == KEY_EVENT && r[0].Event.KeyEvent.bKeyDown && r[0].Event.KeyEvent.uChar.UnicodeChar == 'a');
    CHECK("read one", ReadConsoleInputW(in, r, 1, &n) && n == 1 && r[0].Event.KeyEvent.wVirtualKeyCode == 'A' && r[0].Event.KeyEvent.dwControlKeyState == SHIFT_PRESSED);
    CHECK("read the other", ReadConsoleInputA(in, r, 8, &n) && n == 1 && !r[0].Event.KeyEvent.bKeyDown && r[0].Event.KeyEvent.uChar.AsciiChar == 'a');
    memset(r, 0, sizeof r);
    r[0].EventType = MENU_EVENT;
    r[0].Event.MenuEvent.dwCommandId = 42;
    CHECK("other records", WriteConsoleInputW(in, r, 1, &n) && n == 1 && ReadConsoleInputW(in, r, 8, &n) && n == 1 && r[0].EventType == MENU_EVENT && r[0].Event.MenuEvent.dwCommandId == 42);
    press('B', 'b', 0);
    CHECK("flush", FlushConsoleInputBuffer(in) && GetNumberOfConsoleInputEvents(in, &n) && n == 0);
    CHECK_EQ("flushed is not signaled", WaitForSingleObject(in, 0), WAIT_TIMEOUT);
}

static void lines(void)
{
    DWORD mode, n;
    char bytes[32];
    WCHAR wide[8];
    GetConsoleMode(in, &mode);
    clear();
    type(L"hello\r");
    CHECK("a line", line_is(L"hello\r\n"));
    type(L"hellp\bo\r");
    CHECK("backspace", line_is(L"hello\r\n"));
    type(L"ad");
    press(VK_LEFT, 0, ENHANCED_KEY);
    type(L"bc");
    press(VK_HOME, 0, ENHANCED_KEY);
    type(L"<");
    press(VK_END, 0, ENHANCED_KEY);
    type(L">\r");
    CHECK("cursor keys", line_is(L"<abcd>\r\n"));
    type(L"xyz");
    press(VK_HOME, 0, ENHANCED_KEY);
    press(VK_DELETE, 0, ENHANCED_KEY);
    type(L"\r");
    CHECK("delete", line_is(L"yz\r\n"));
    type(L"rubbish");
    press(VK_ESCAPE, 0x1b, 0);
    type(L"kept\r");
    CHECK_WINE_WRONG("escape", line_is(L"kept\r\n"), "Esc clears the line");
    type(L"one two");
    press(VK_LEFT, 0, ENHANCED_KEY | LEFT_CTRL_PRESSED);
    type(L"&\r");
    CHECK("word left", line_is(L"one &two\r\n"));
    type(L"0123456789\r");
    CHECK("piece of a line", ReadConsoleW(in, wide, 4, &n, NULL) && n == 4 && !wmemcmp(wide, L"0123", 4));
    CHECK("rest of a line", line_is(L"456789\r\n"));
    clear();
    SetConsoleCursorPosition(out, at(0, 14));
    type(L"shown\r");
    line_is(L"shown\r\n");
    CHECK_WINE_WRONG("echo", text_at(out, 0, 14, L"shown "), "the line is in the buffer");
    CHECK_WINE_WRONG("row below the line", cursor_is(out, 0, 15), "Enter is echoed");
    SetConsoleMode(in, mode & ~ENABLE_ECHO_INPUT);
    type(L"secret\r");
    CHECK("without echo", line_is(L"secret\r\n") && text_at(out, 0, 15, L"      "));
    SetConsoleMode(in, ENABLE_PROCESSED_INPUT);
    type(L"ab");
    CHECK("raw", line_is(L"ab"));
    SetConsoleMode(in, mode);
    type(L"bytes\r");
    CHECK("ReadFile", ReadFile(in, bytes, sizeof bytes, &n, NULL) && n == 7 && !memcmp(bytes, "bytes\r\n", 7));
    type(L"\x1a\r");
    CHECK_WINE_WRONG("Ctrl-Z ends ReadFile", ReadFile(in, bytes, sizeof bytes, &n, NULL) && n == 0, "a line that begins with Ctrl-Z is the end of the input");
    type(L"A\r");
    CHECK("ReadConsoleA", ReadConsoleA(in, bytes, sizeof bytes, &n, NULL) && n == 3 && !memcmp(bytes, "A\r\n", 3));
    {
        CONSOLE_READCONSOLE_CONTROL control = {sizeof control, 2, 1 << '\t', 0};
        WCHAR line[20] = L"in";
        type(L"put\tmore\r");
        CHECK("wake-up character", ReadConsoleW(in, line, ARRAY_COUNT(line), &n, &control) && n == 6 && !wmemcmp(line, L"input\t", 6));
        FlushConsoleInputBuffer(in);
    }
}

static void code_pages(void)
{
    UINT input = GetConsoleCP(), output = GetConsoleOutputCP();
    DWORD n;
    char bytes[8];
    clear();
    CHECK("set code page", SetConsoleCP(1252) && GetConsoleCP() == 1252);
    CHECK("set output code page", SetConsoleOutputCP(437) && GetConsoleOutputCP() == 437);
    CHECK_ERROR("no such code page", SetConsoleOutputCP(12345), ERROR_INVALID_PARAMETER);
    SetConsoleCursorPosition(out, at(0, 16));
    WriteFile(out, "\xc9\xcd\xbb", 3, &n, NULL);
    CHECK("code page 437", text_at(out, 0, 16, L"\x2554\x2550\x2557 "));
    WriteConsoleA(out, "\x84", 1, &n, NULL);
    CHECK("WriteConsoleA", text_at(out, 3, 16, L"\xe4"));
    type(L"\xe4\r");
    CHECK("ReadFile in 1252", ReadFile(in, bytes, sizeof bytes, &n, NULL) && n == 3 && (unsigned char)bytes[0] == 0xe4);
    SetConsoleOutputCP(CP_UTF8);
    SetConsoleCP(CP_UTF8);
    SetConsoleCursorPosition(out, at(0, 17));
    WriteFile(out, "\xc3\xa9z", 3, &n, NULL);
    CHECK("UTF-8", text_at(out, 0, 17, L"\xe9z "));
    WriteFile(out, "\xe2\x82", 2, &n, NULL);
    WriteFile(out, "\xac.", 2, &n, NULL);
    CHECK_WINE_WRONG("a character cut in two", text_at(out, 2, 17, L"\x20ac. "), "a console decodes a stream, not a write");
    SetConsoleCP(input);
    SetConsoleOutputCP(output);
    {
        WCHAR title[64] = L"", first[MAX_PATH] = L"";
        CHECK_WINE_WRONG("a title from the start", GetConsoleTitleW(first, MAX_PATH) && wcsstr(first, L"console"), "the program's path");
        CHECK("title", SetConsoleTitleW(L"a title \xe9") && GetConsoleTitleW(title, 64) && !wcscmp(title, L"a title \xe9"));
    }
}

static void sequences(void)
{
    clear();
    SetConsoleMode(out, 7);
    SetConsoleCursorPosition(out, at(0, 18));
    if (oracle_is_wine())
    {
        /* Wine 8 takes the mode but does not follow sequences. */
        check_passed("cursor sequence");
        check_passed("colour sequence");
        check_passed("erase sequence");
        check_passed("insert sequence");
        SetConsoleMode(out, 3);
        return;
    }
    write_text(out, L"abcdef\x1b[3D*");
    CHECK("cursor sequence", text_at(out, 0, 18, L"abc*ef ") && cursor_is(out, 4, 18));
    write_text(out, L"\x1b[20;1H\x1b[1;31;44mred\x1b[0m");
    CHECK("colour sequence", text_at(out, 0, 19, L"red") && attribute_at(out, 0, 19) == 0x1c && attribute_at(out, 3, 19) == 7);
    write_text(out, L"\x1b[19;3H\x1b[K");
    CHECK("erase sequence", text_at(out, 0, 18, L"ab     "));
    write_text(out, L"\x1b[19;1H\x1b[2@");
    CHECK("insert sequence", text_at(out, 0, 18, L"  ab "));
    SetConsoleMode(out, 3);
}

static volatile LONG breaks, controls;

static BOOL WINAPI handler(DWORD kind)
{
    InterlockedIncrement(kind == CTRL_BREAK_EVENT ? &breaks : &controls);
    return TRUE;
}

static HANDLE start_child(const char *role, DWORD flags, DWORD *id)
{
    char self[MAX_PATH], command[MAX_PATH + 32];
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION info;
    GetModuleFileNameA(NULL, self, sizeof self);
    snprintf(command, sizeof command, "\"%s\" child %s", self, role);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, flags, NULL, NULL, &startup, &info))
        return NULL;
    CloseHandle(info.hThread);
    *id = info.dwProcessId;
    return info.hProcess;
}

static DWORD child_code(HANDLE child)
{
    DWORD code = 0xdead;
    if (WaitForSingleObject(child, 20000) == WAIT_OBJECT_0)
        GetExitCodeProcess(child, &code);
    else
        TerminateProcess(child, 1);
    CloseHandle(child);
    return code;
}

static void control(void)
{
    DWORD ids[8], count, id = 0;
    HANDLE ready = CreateEventA(NULL, FALSE, FALSE, "console-child-ready"), child;
    int i;
    SetConsoleCtrlHandler(handler, TRUE);
    CHECK("raise Ctrl-C", GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0));
    for (i = 0; i < 200 && !controls; i++)
        Sleep(10);
    CHECK_EQ("handler called", controls, 1);
    SetConsoleCtrlHandler(NULL, TRUE);
    GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0);
    Sleep(100);
    CHECK_EQ("Ctrl-C ignored", controls, 1);
    SetConsoleCtrlHandler(NULL, FALSE);
    CHECK("bad event", !GenerateConsoleCtrlEvent(7, 0));
    child = start_child("break", CREATE_NEW_PROCESS_GROUP, &id);
    CHECK_EQ("child is ready", WaitForSingleObject(ready, 20000), WAIT_OBJECT_0);
    count = GetConsoleProcessList(ids, 8);
    CHECK("process list", count >= 2 && (ids[0] == id || ids[1] == id || (count > 2 && ids[2] == id)));
    CHECK_WINE_WRONG("break a group", GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, id), "a group can be addressed");
    if (oracle_is_wine())
        TerminateProcess(child, 77);
    CHECK_EQ("group got it", child_code(child), 77);
    CHECK_EQ("we did not", breaks, 0);
    child = start_child("attach", DETACHED_PROCESS, &id);
    CHECK_EQ("attach to the parent's console", child_code(child), 0);
    SetConsoleCtrlHandler(handler, FALSE);
    CHECK_ERROR("remove no handler", SetConsoleCtrlHandler(handler, FALSE), ERROR_INVALID_PARAMETER);
    CHECK_ERROR("attach twice", AttachConsole(ATTACH_PARENT_PROCESS), ERROR_ACCESS_DENIED);
}

static BOOL WINAPI leave(DWORD kind)
{
    ExitProcess(kind == CTRL_BREAK_EVENT ? 77 : 78);
    return TRUE;
}

static int run_child(const char *role)
{
    HANDLE ready = OpenEventA(EVENT_MODIFY_STATE, FALSE, "console-child-ready"), conout;
    DWORD ids[4], n;
    if (!strcmp(role, "break"))
    {
        SetConsoleCtrlHandler(leave, TRUE);
        SetEvent(ready);
        Sleep(20000);
        return 1;
    }
    if (GetConsoleProcessList(ids, 4) != 0)
        return 2;
    if (CreateFileA("CONOUT$", GENERIC_WRITE, 3, NULL, OPEN_EXISTING, 0, NULL) != INVALID_HANDLE_VALUE)
        return 3;
    if (!AttachConsole(ATTACH_PARENT_PROCESS))
        return 4;
    conout = CreateFileA("CONOUT$", GENERIC_READ | GENERIC_WRITE, 3, NULL, OPEN_EXISTING, 0, NULL);
    if (conout == INVALID_HANDLE_VALUE || !WriteConsoleA(conout, "child", 5, &n, NULL))
        return 5;
    return FreeConsole() && GetConsoleProcessList(ids, 4) == 0 ? 0 : 6;
}

/* The terminal is the console that a program gets back. Wine would open a window. */
static void again(void)
{
    CONSOLE_SCREEN_BUFFER_INFO before, after;
    HANDLE other;
    GetConsoleScreenBufferInfo(out, &before);
    CHECK_WINE_WRONG("again.free", oracle_is_wine() || FreeConsole(), "not asked");
    other = oracle_is_wine() ? NULL : CreateFileW(L"CONOUT$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    CHECK_WINE_WRONG("again.none", oracle_is_wine() || other == INVALID_HANDLE_VALUE, "not asked");
    CHECK_WINE_WRONG("again.alloc", oracle_is_wine() || AllocConsole(), "not asked");
    other = oracle_is_wine() ? NULL : CreateFileW(L"CONOUT$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    CHECK_WINE_WRONG("again.the-same", oracle_is_wine() || (GetConsoleScreenBufferInfo(other, &after) && !memcmp(&before.dwSize, &after.dwSize, sizeof before.dwSize)), "not asked");
    CHECK_WINE_WRONG("again.attach", oracle_is_wine() || (CloseHandle(other) && FreeConsole() && AttachConsole(ATTACH_PARENT_PROCESS)), "not asked");
    other = oracle_is_wine() ? NULL : CreateFileW(L"CONOUT$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    CHECK_WINE_WRONG("again.attached", oracle_is_wine() || (GetConsoleScreenBufferInfo(other, &after) && CloseHandle(other)), "not asked");
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"handles", handles}, {"screen", screen}, {"rectangles", rectangles}, {"buffers", buffers}, {"records", records},
        {"lines", lines}, {"code_pages", code_pages}, {"sequences", sequences}, {"control", control}, {"again", again},
    };
    if (argc == 3 && !strcmp(argv[1], "child"))
        return run_child(argv[2]);
    in = CreateFileW(L"CONIN$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    out = CreateFileW(L"CONOUT$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    if (in == INVALID_HANDLE_VALUE || out == INVALID_HANDLE_VALUE)
    {
        printf("FAIL console: there is none (%lu)\n", GetLastError());
        return 1;
    }
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
