/* Small file operations that several guest programs share. */
#ifndef PORTABLEVIRT_FILE_HELPERS_H
#define PORTABLEVIRT_FILE_HELPERS_H

#include "checks.h"

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
#define READ_WRITE (GENERIC_READ | GENERIC_WRITE)

static inline HANDLE open_file(const WCHAR *name, DWORD access, DWORD share, DWORD disposition)
{
    return CreateFileW(name, access, share, NULL, disposition, FILE_ATTRIBUTE_NORMAL, NULL);
}

static inline int opens(const WCHAR *name, DWORD access, DWORD share, DWORD disposition)
{
    HANDLE file = open_file(name, access, share, disposition);
    DWORD error = GetLastError();
    int good = close_good(file);
    SetLastError(error);
    return good;
}

static inline void put(const WCHAR *name, const void *data, DWORD length)
{
    DWORD written;
    HANDLE file = open_file(name, GENERIC_WRITE, 0, CREATE_ALWAYS);
    WriteFile(file, data, length, &written, NULL);
    CloseHandle(file);
}

static inline long long size_of(const WCHAR *name)
{
    WIN32_FILE_ATTRIBUTE_DATA data;
    if (!GetFileAttributesExW(name, GetFileExInfoStandard, &data))
        return -1;
    return ((long long)data.nFileSizeHigh << 32) | data.nFileSizeLow;
}

/* The whole file (at most capacity - 1 bytes) as a string; empty where it cannot be read. */
static inline const char *content_of(const WCHAR *name, char *buffer, DWORD capacity)
{
    DWORD done = 0;
    HANDLE file = open_file(name, GENERIC_READ, SHARE_ALL, OPEN_EXISTING);
    if (file == INVALID_HANDLE_VALUE || !ReadFile(file, buffer, capacity - 1, &done, NULL))
        done = 0;
    close_good(file);
    buffer[done] = 0;
    return buffer;
}

static inline int exists(const WCHAR *name)
{
    return GetFileAttributesW(name) != INVALID_FILE_ATTRIBUTES;
}

#endif
