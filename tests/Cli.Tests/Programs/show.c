// Shows its working folder and arguments in UTF-8, one a line, and the content of those that are files; leaves ARGUMENT.seen beside them.
#include <windows.h>
#include <shellapi.h>
#include <stdio.h>

static void put(const char *what, const WCHAR *text)
{
    char utf8[4096];
    int length = WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8, sizeof utf8, NULL, NULL);
    printf("%s %s\n", what, length > 0 ? utf8 : "?");
}

static void show_file(const WCHAR *path)
{
    char content[256];
    WCHAR seen[1024];
    DWORD read = 0;
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return;
    ReadFile(file, content, sizeof content - 1, &read, NULL);
    CloseHandle(file);
    content[read] = 0;
    printf("content %s\n", content);
    lstrcpyW(seen, path);
    lstrcatW(seen, L".seen");
    file = CreateFileW(seen, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    printf("written %d\n", file != INVALID_HANDLE_VALUE);
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
}

int main(void)
{
    WCHAR folder[1024];
    int count, i;
    WCHAR **words = CommandLineToArgvW(GetCommandLineW(), &count);
    GetCurrentDirectoryW(1024, folder);
    put("folder", folder);
    for (i = 1; i < count; i++)
    {
        put("argument", words[i]);
        show_file(words[i]);
    }
    return 7;
}
