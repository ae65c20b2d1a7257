/* What a program sees of its start: launch.exe ARG... prints its arguments, working folder and the variable PV_TEST, copies stdin to
   stdout in upper case, writes a line to stderr, and exits with 77. UTF-8 output, \n line ends. */
#include <ctype.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

static void put(const char *name, const wchar_t *text)
{
    char utf8[4096];
    WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8, sizeof utf8, NULL, NULL);
    printf("%s=%s\n", name, utf8);
}

int wmain(int argc, wchar_t **argv)
{
    wchar_t folder[MAX_PATH];
    int c;

    _setmode(0, _O_BINARY);
    _setmode(1, _O_BINARY);
    _setmode(2, _O_BINARY);
    for (int i = 1; i < argc; i++)
        put("argument", argv[i]);
    GetCurrentDirectoryW(MAX_PATH, folder);
    put("folder", folder);
    put("variable", _wgetenv(L"PV_TEST") ? _wgetenv(L"PV_TEST") : L"(none)");
    while ((c = getchar()) != EOF)
        putchar(toupper(c));
    fprintf(stderr, "to stderr\n");
    return 77;
}
