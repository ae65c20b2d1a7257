/* diskfull.exe FILE: writes to a new file until an error, at most 64 MiB; exits with the error, 0 where there was none. */
#include <windows.h>

int main(int argc, char **argv)
{
    static char block[65536];
    HANDLE file = CreateFileA(argv[argc - 1], GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD done;
    int i;
    if (file == INVALID_HANDLE_VALUE)
        return 1;
    for (i = 0; i < 1024; i++)
        if (!WriteFile(file, block, sizeof block, &done, NULL))
            return GetLastError();
    return 0;
}
