/* window.exe: takes the console over, prints its window's size at the start and whenever it is told of another; ends with 7 by q. */
#include <stdio.h>
#include <windows.h>

static void print_size(void)
{
    CONSOLE_SCREEN_BUFFER_INFO info;

    if (!GetConsoleScreenBufferInfo(GetStdHandle(STD_OUTPUT_HANDLE), &info))
        ExitProcess(1);
    printf("size %dx%d\n", info.srWindow.Right - info.srWindow.Left + 1, info.srWindow.Bottom - info.srWindow.Top + 1);
    fflush(stdout);
}

int main(void)
{
    HANDLE in = GetStdHandle(STD_INPUT_HANDLE);
    INPUT_RECORD record;
    DWORD count;

    if (!SetConsoleMode(in, ENABLE_WINDOW_INPUT))
        return 1;
    print_size();
    while (ReadConsoleInputW(in, &record, 1, &count)) {
        if (record.EventType == WINDOW_BUFFER_SIZE_EVENT)
            print_size();
        else if (record.EventType == KEY_EVENT && record.Event.KeyEvent.uChar.UnicodeChar == 'q')
            return 7;
    }
    return 2;
}
