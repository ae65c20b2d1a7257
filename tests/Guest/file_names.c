/* Files: names (case, Unicode, length, path forms), attributes, times and what a handle tells about its file. */
#include "file_helpers.h"
#include <wchar.h>

static void case_group(void)
{
    WIN32_FIND_DATAW found;
    HANDLE find;
    put(L"MixedCase.TXT", "m", 1);
    CHECK("case.lower", opens(L"mixedcase.txt", GENERIC_READ, 0, OPEN_EXISTING));
    CHECK("case.upper", opens(L"MIXEDCASE.TXT", GENERIC_READ, 0, OPEN_EXISTING));
    CHECK_ERROR("case.collision", opens(L"mixedcase.txt", GENERIC_WRITE, 0, CREATE_NEW), ERROR_FILE_EXISTS);
    find = FindFirstFileW(L"mixedcase.txt", &found);
    CHECK("case.preserved", find != INVALID_HANDLE_VALUE && !wcscmp(found.cFileName, L"MixedCase.TXT"));
    FindClose(find);
    CreateDirectoryW(L"Folder.Case", NULL);
    put(L"FOLDER.case\\Inner.txt", "i", 1);
    CHECK("case.in-folder-path", opens(L"folder.CASE\\INNER.TXT", GENERIC_READ, 0, OPEN_EXISTING));
    CHECK("case.overwrite-keeps-name", opens(L"MIXEDCASE.txt", GENERIC_WRITE, 0, CREATE_ALWAYS));
    find = FindFirstFileW(L"mixed*", &found);
    CHECK("case.one-file", find != INVALID_HANDLE_VALUE && !FindNextFileW(find, &found) &&
                               !wcscmp(found.cFileName, L"MixedCase.TXT"));
    FindClose(find);
}

static void unicode_group(void)
{
    static const WCHAR *const names[] = {
        L"\x00e4\x00f6\x00fc\x00df.txt", L"\x65e5\x672c\x8a9e.txt", L"\x0440\x0443\x0441\x0441\x043a\x0438\x0439.txt",
        L"\xd83d\xde00 smile.txt",       L"e\x0301.txt",            L"a b  c.txt",
    };
    WIN32_FIND_DATAW found;
    HANDLE find;
    size_t i;
    int seen = 0;
    char buffer[16];
    CreateDirectoryW(L"unicode", NULL);
    SetCurrentDirectoryW(L"unicode");
    for (i = 0; i < ARRAY_COUNT(names); i++)
        put(names[i], names[i], 2);
    find = FindFirstFileW(L"*.txt", &found);
    do
        for (i = 0; i < ARRAY_COUNT(names); i++)
            seen += !wcscmp(found.cFileName, names[i]);
    while (FindNextFileW(find, &found));
    FindClose(find);
    CHECK_EQ("unicode.names-come-back", seen, ARRAY_COUNT(names));
    CHECK("unicode.case-insensitive", opens(L"\x00c4\x00d6\x00dc\x00df.TXT", GENERIC_READ, 0, OPEN_EXISTING));
    CHECK("unicode.cyrillic-case-insensitive",
          opens(L"\x0420\x0423\x0421\x0421\x041a\x0418\x0419.txt", GENERIC_READ, 0, OPEN_EXISTING));
    CHECK("unicode.no-normalisation", !exists(L"\x00e9.txt"));
    CHECK("unicode.content", !memcmp(content_of(names[1], buffer, sizeof buffer), names[1], 2));
    SetCurrentDirectoryW(L"..");
}

static void length_group(void)
{
    WCHAR name[400], path[2048];
    DWORD length, i;
    int made = 1;
    length = GetCurrentDirectoryW(ARRAY_COUNT(path), path);
    swprintf(name, ARRAY_COUNT(name), L"\\\\?\\%ls\\", path);
    length = (DWORD)wcslen(name);
    wmemset(name + length, L'n', 255);
    name[length + 255] = 0;
    CHECK("length.component-of-255", opens(name, GENERIC_WRITE, 0, CREATE_NEW));
    wcscpy(name + length + 255, L"n");
    CHECK("length.component-of-256", !opens(name, GENERIC_WRITE, 0, CREATE_NEW));
    swprintf(path, ARRAY_COUNT(path), L"%.*ls", (int)length, name);
    for (i = 0; i < 10; i++)
    {
        wcscat(path, i ? L"\\" : L"");
        wcscat(path, L"a-folder-with-a-rather-long-name-so-that-the-path-grows-quickly");
        made = made && CreateDirectoryW(path, NULL);
    }
    wcscat(path, L"\\file.txt");
    CHECK("length.deep-folders", made);
    CHECK("length.file-beyond-600", opens(path, GENERIC_WRITE, 0, CREATE_NEW) && wcslen(path) > 600);
    CHECK("length.found-again", exists(path));
}

static void path_group(void)
{
    WCHAR path[MAX_PATH], here[MAX_PATH], *part;
    GetCurrentDirectoryW(MAX_PATH, here);
    CHECK("path.dots", GetFullPathNameW(L"C:\\a\\.\\b\\..\\c", MAX_PATH, path, &part) && !wcscmp(path, L"C:\\a\\c"));
    CHECK("path.file-part", part && !wcscmp(part, L"c"));
    CHECK("path.above-root", GetFullPathNameW(L"C:\\..\\..\\x", MAX_PATH, path, NULL) && !wcscmp(path, L"C:\\x"));
    CHECK("path.slashes", GetFullPathNameW(L"C:/a//b/", MAX_PATH, path, NULL) && !wcscmp(path, L"C:\\a\\b\\"));
    CHECK("path.trailing-dots", GetFullPathNameW(L"C:\\a.\\b. .", MAX_PATH, path, NULL) && !wcscmp(path, L"C:\\a\\b"));
    CHECK("path.relative", GetFullPathNameW(L"x", MAX_PATH, path, NULL) == wcslen(here) + 2);
    CHECK("path.device", GetFullPathNameW(L"nul", MAX_PATH, path, NULL) && !wcscmp(path, L"\\\\.\\nul"));
    CHECK_EQ("path.needed-length", GetFullPathNameW(L"C:\\abc", 3, path, NULL), 7);
    put(L"path.txt", "x", 1);
    CHECK("path.verbatim-prefix", swprintf(path, MAX_PATH, L"\\\\?\\%ls\\path.txt", here) > 0 && exists(path));
    CHECK("path.verbatim-no-dots", swprintf(path, MAX_PATH, L"\\\\?\\%ls\\.\\path.txt", here) > 0 && !exists(path));
    CHECK("path.device-prefix", swprintf(path, MAX_PATH, L"\\\\.\\%ls\\path.txt", here) > 0 && exists(path));
    CHECK("path.drive-relative", swprintf(path, MAX_PATH, L"%lc:path.txt", here[0]) > 0 && exists(path));
    CHECK("path.root-relative", swprintf(path, MAX_PATH, L"%ls\\path.txt", here + 2) > 0 && exists(path));
    CHECK("path.long-name", GetLongPathNameW(L"PATH.TXT", path, MAX_PATH) && !wcscmp(path, L"path.txt"));
}

static void attributes_group(void)
{
    WIN32_FILE_ATTRIBUTE_DATA data;
    BY_HANDLE_FILE_INFORMATION first, second;
    HANDLE file;
    put(L"attributes.bin", "12345", 5);
    CHECK_EQ("attributes.new-file", GetFileAttributesW(L"attributes.bin"), FILE_ATTRIBUTE_ARCHIVE);
    CHECK_EQ("attributes.folder", GetFileAttributesW(L"."), FILE_ATTRIBUTE_DIRECTORY);
    CHECK_ERROR("attributes.missing", exists(L"missing"), ERROR_FILE_NOT_FOUND);
    CHECK_ERROR("attributes.missing-path", exists(L"missing\\missing"), ERROR_PATH_NOT_FOUND);
    CHECK("attributes.set-read-only", SetFileAttributesW(L"attributes.bin", FILE_ATTRIBUTE_READONLY) &&
                                          GetFileAttributesW(L"attributes.bin") & FILE_ATTRIBUTE_READONLY);
    CHECK_WINE_WRONG("attributes.read-only-denies-write",
                     !opens(L"attributes.bin", GENERIC_WRITE, 0, OPEN_EXISTING) &&
                         GetLastError() == ERROR_ACCESS_DENIED,
                     "a read-only file cannot be opened for writing, whoever asks");
    CHECK("attributes.read-only-allows-read", opens(L"attributes.bin", GENERIC_READ, 0, OPEN_EXISTING));
    CHECK("attributes.clear", SetFileAttributesW(L"attributes.bin", FILE_ATTRIBUTE_NORMAL) &&
                                  opens(L"attributes.bin", GENERIC_WRITE, 0, OPEN_EXISTING));
    CHECK_WINE_WRONG("attributes.hidden",
                     SetFileAttributesW(L"attributes.bin", FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM) &&
                         GetFileAttributesW(L"attributes.bin") == (FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM),
                     "attributes that were set are read back");
    SetFileAttributesW(L"attributes.bin", FILE_ATTRIBUTE_NORMAL);
    CHECK("attributes.ex", GetFileAttributesExW(L"attributes.bin", GetFileExInfoStandard, &data) &&
                               data.nFileSizeLow == 5 && !data.nFileSizeHigh &&
                               CompareFileTime(&data.ftLastWriteTime, &data.ftCreationTime) >= 0);
    file = open_file(L"attributes.bin", GENERIC_READ, SHARE_ALL, OPEN_EXISTING);
    CHECK("attributes.by-handle", GetFileInformationByHandle(file, &first) && first.nFileSizeLow == 5 &&
                                      first.nNumberOfLinks == 1 && !(first.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY));
    CloseHandle(file);
    file = open_file(L"ATTRIBUTES.bin", GENERIC_READ, SHARE_ALL, OPEN_EXISTING);
    CHECK("attributes.same-file-id", GetFileInformationByHandle(file, &second) &&
                                         first.nFileIndexLow == second.nFileIndexLow &&
                                         first.nFileIndexHigh == second.nFileIndexHigh &&
                                         first.dwVolumeSerialNumber == second.dwVolumeSerialNumber);
    CloseHandle(file);
    put(L"attributes2.bin", "", 0);
    file = open_file(L"attributes2.bin", GENERIC_READ, SHARE_ALL, OPEN_EXISTING);
    GetFileInformationByHandle(file, &second);
    CHECK("attributes.other-file-id", first.nFileIndexLow != second.nFileIndexLow ||
                                          first.nFileIndexHigh != second.nFileIndexHigh);
    CloseHandle(file);
}

static void times_group(void)
{
    SYSTEMTIME when = {1999, 12, 0, 31, 23, 59, 58, 123}, back;
    FILETIME time, access, write, later;
    FILE_BASIC_INFO basic;
    DWORD done;
    HANDLE file = open_file(L"times.bin", GENERIC_READ | GENERIC_WRITE, SHARE_ALL, CREATE_ALWAYS);
    CHECK("times.convert", SystemTimeToFileTime(&when, &time) && FileTimeToSystemTime(&time, &back) &&
                               back.wYear == 1999 && back.wMilliseconds == 123 && back.wDayOfWeek == 5);
    time.dwLowDateTime += 4567;
    CHECK("times.set", SetFileTime(file, NULL, &time, &time));
    CHECK("times.get", GetFileTime(file, NULL, &access, &write) && !CompareFileTime(&write, &time) &&
                           !CompareFileTime(&access, &time));
    CloseHandle(file);
    file = open_file(L"times.bin", GENERIC_READ | GENERIC_WRITE, SHARE_ALL, OPEN_EXISTING);
    CHECK("times.persist", GetFileTime(file, NULL, NULL, &write) && !CompareFileTime(&write, &time));
    WriteFile(file, "x", 1, &done, NULL);
    CloseHandle(file);
    file = open_file(L"times.bin", GENERIC_READ | FILE_WRITE_ATTRIBUTES, SHARE_ALL, OPEN_EXISTING);
    CHECK("times.write-updates", GetFileTime(file, NULL, NULL, &later) && CompareFileTime(&later, &time) > 0);
    CHECK("times.basic-information", GetFileInformationByHandleEx(file, FileBasicInfo, &basic, sizeof basic) &&
                                         basic.LastWriteTime.LowPart == later.dwLowDateTime &&
                                         basic.LastWriteTime.HighPart == (LONG)later.dwHighDateTime);
    basic.LastWriteTime.QuadPart = 119600064000000000LL;
    basic.FileAttributes = 0;
    CHECK("times.set-basic-information", SetFileInformationByHandle(file, FileBasicInfo, &basic, sizeof basic) &&
                                             GetFileTime(file, NULL, NULL, &write) &&
                                             write.dwHighDateTime == (DWORD)(119600064000000000LL >> 32));
    CloseHandle(file);
    CHECK("times.dos", FileTimeToDosDateTime(&time, &back.wYear, &back.wMonth) && back.wYear == 0x279f);
}

static void handle_group(void)
{
    WCHAR path[MAX_PATH];
    BYTE raw[512];
    FILE_NAME_INFO *name = (FILE_NAME_INFO *)raw;
    FILE_ID_INFO id, other;
    DWORD flags, length, maximum;
    ULARGE_INTEGER free, total;
    HANDLE file;
    put(L"Handle.Bin", "x", 1);
    file = open_file(L"handle.bin", GENERIC_READ, SHARE_ALL, OPEN_EXISTING);
    length = GetFinalPathNameByHandleW(file, path, MAX_PATH, FILE_NAME_NORMALIZED);
    CHECK("handle.final-path-prefix", length && !wcsncmp(path, L"\\\\?\\", 4) && path[5] == L':');
    CHECK("handle.final-path-name", length > 10 && !wcscmp(path + length - 10, L"Handle.Bin"));
    CHECK("handle.name-information", GetFileInformationByHandleEx(file, FileNameInfo, raw, sizeof raw) &&
                                         name->FileName[0] == L'\\' && name->FileNameLength > 20);
    CHECK("handle.id", GetFileInformationByHandleEx(file, FileIdInfo, &id, sizeof id));
    CloseHandle(file);
    file = open_file(L"handle.bin", GENERIC_READ, SHARE_ALL, OPEN_EXISTING);
    CHECK("handle.same-id", GetFileInformationByHandleEx(file, FileIdInfo, &other, sizeof other) &&
                                !memcmp(&id, &other, sizeof id));
    CHECK_EQ("handle.type", GetFileType(file), FILE_TYPE_DISK);
    CloseHandle(file);
    CHECK("handle.volume", GetVolumeInformationW(L"C:\\", NULL, 0, NULL, &maximum, &flags, path, MAX_PATH) &&
                               maximum >= 255 && flags);
    CHECK("handle.free-space", GetDiskFreeSpaceExW(NULL, &free, &total, NULL) && total.QuadPart &&
                                   free.QuadPart <= total.QuadPart);
    CHECK_EQ("handle.drive-type", GetDriveTypeW(L"C:\\"), DRIVE_FIXED);
    CHECK_EQ("handle.missing-drive-type", GetDriveTypeW(L"B:\\"), DRIVE_NO_ROOT_DIR);
    CHECK("handle.logical-drives", GetLogicalDrives() & 4);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"case", case_group},   {"unicode", unicode_group}, {"length", length_group},
        {"path", path_group},   {"times", times_group},     {"attributes", attributes_group},
        {"handle", handle_group},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
