/* threads.exe: makes threads until it has 500, or until no more are made; then exits with the error of that. */
#include <windows.h>

static DWORD WINAPI rest(void *unused)
{
    (void)unused;
    Sleep(INFINITE);
    return 0;
}

int main(void)
{
    int i;
    for (i = 0; i < 500; i++)
        if (!CreateThread(NULL, 0, rest, NULL, 0, NULL))
            ExitProcess(GetLastError());
    ExitProcess(0);
}
