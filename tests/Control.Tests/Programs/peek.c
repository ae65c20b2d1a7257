/* peek.exe PATH...: reads each file, or makes it where the path follows a plus sign; prints one line for each that it could. */
#include <stdio.h>
#include <windows.h>

int wmain(int argc, wchar_t **argv)
{
    int i;
    for (i = 1; i < argc; i++)
    {
        int make = argv[i][0] == L'+';
        char byte = 'x';
        DWORD count = 0;
        HANDLE file = CreateFileW(argv[i] + make, make ? GENERIC_WRITE : GENERIC_READ, 7, NULL, make ? CREATE_ALWAYS : OPEN_EXISTING, 0, NULL);
        if (file != INVALID_HANDLE_VALUE && (make ? WriteFile(file, &byte, 1, &count, NULL) : ReadFile(file, &byte, 1, &count, NULL)) && count == 1)
            printf("%s %ls\n", make ? "MADE" : "READ", argv[i] + make);
    }
    return 0;
}
