/* Sections: page-file and file mappings, shared and copy-on-write views, rights, names and image sections. */
#include "file_helpers.h"
#include "nt.h"

enum { PAGE = 4096, GRANULARITY = 65536 };

static MEMORY_BASIC_INFORMATION query(const void *address)
{
    MEMORY_BASIC_INFORMATION information;
    memset(&information, 0, sizeof information);
    VirtualQuery(address, &information, sizeof information);
    return information;
}

static void page_file_group(void)
{
    HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 3 * GRANULARITY, NULL);
    char *first = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0), *second, *copy;
    MEMORY_BASIC_INFORMATION information;
    CHECK("page-file.map", first && !((ULONG_PTR)first % GRANULARITY));
    information = query(first);
    CHECK("page-file.query", information.Type == MEM_MAPPED && information.State == MEM_COMMIT &&
                                 information.Protect == PAGE_READWRITE && information.RegionSize == 3 * GRANULARITY);
    CHECK("page-file.zero", !first[0] && !first[3 * GRANULARITY - 1]);
    second = MapViewOfFile(section, FILE_MAP_WRITE, 0, GRANULARITY, PAGE);
    first[GRANULARITY + 5] = 77;
    CHECK("page-file.views-share", second && second != first && second[5] == 77);
    CHECK_EQ("page-file.view-size", query(second).RegionSize, PAGE);
    copy = MapViewOfFile(section, FILE_MAP_COPY, 0, 0, 0);
    CHECK("page-file.copy-sees", copy && copy[GRANULARITY + 5] == 77);
    copy[GRANULARITY + 5] = 1;
    CHECK("page-file.copy-is-private", first[GRANULARITY + 5] == 77 && copy[GRANULARITY + 5] == 1);
    CHECK_ERROR("page-file.odd-offset", MapViewOfFile(section, FILE_MAP_WRITE, 0, PAGE, PAGE), ERROR_MAPPED_ALIGNMENT);
    CHECK_ERROR("page-file.beyond-size", MapViewOfFile(section, FILE_MAP_WRITE, 0, 2 * GRANULARITY, 2 * GRANULARITY),
                ERROR_ACCESS_DENIED);
    CHECK_ERROR("page-file.free-a-view", VirtualFree(first, 0, MEM_RELEASE), ERROR_INVALID_PARAMETER);
    CloseHandle(section);
    CHECK("page-file.outlives-handle", (first[0] = 3) == 3 && copy[0] == 3);
    CHECK("page-file.unmap", UnmapViewOfFile(first) && query(first).State == MEM_FREE);
    CHECK_ERROR("page-file.unmap-twice", UnmapViewOfFile(first), ERROR_INVALID_ADDRESS);
    CHECK("page-file.unmap-inside", UnmapViewOfFile(second + 100));
    UnmapViewOfFile(copy);
    CHECK_ERROR("page-file.no-size", close_good(CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 0, NULL)),
                ERROR_INVALID_PARAMETER);
    section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE | SEC_RESERVE, 0, 16 << 20, NULL);
    first = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    CHECK("page-file.reserved", first && query(first).State == MEM_RESERVE);
    CHECK("page-file.commit-in-view", VirtualAlloc(first + PAGE, PAGE, MEM_COMMIT, PAGE_READWRITE) &&
                                          (first[PAGE] = 9) == 9 && query(first + PAGE).State == MEM_COMMIT);
    UnmapViewOfFile(first);
    CloseHandle(section);
}

static void file_group(void)
{
    char buffer[32];
    DWORD done;
    char *view, *second;
    FILE_END_OF_FILE_INFO end;
    HANDLE file = open_file(L"mapped.bin", READ_WRITE, SHARE_ALL, CREATE_ALWAYS), section;
    CHECK_ERROR("file.empty", close_good(CreateFileMappingW(file, NULL, PAGE_READWRITE, 0, 0, NULL)), ERROR_FILE_INVALID);
    WriteFile(file, "0123456789", 10, &done, NULL);
    section = CreateFileMappingW(file, NULL, PAGE_READWRITE, 0, 0, NULL);
    view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    CHECK("file.content", view && !memcmp(view, "0123456789", 10));
    CHECK("file.zeros-to-page-end", !view[10] && !view[PAGE - 1]);
    view[3] = 'X';
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    CHECK("file.write-through-view", ReadFile(file, buffer, 32, &done, NULL) && done == 10 && buffer[3] == 'X');
    SetFilePointer(file, 5, NULL, FILE_BEGIN);
    WriteFile(file, "YY", 2, &done, NULL);
    CHECK("file.write-seen-in-view", view[5] == 'Y' && view[6] == 'Y');
    CHECK("file.flush", FlushViewOfFile(view, 0));
    second = MapViewOfFile(section, FILE_MAP_COPY, 0, 0, 0);
    second[0] = 'C';
    CHECK("file.copy-on-write", view[0] == '0' && second[0] == 'C' && second[5] == 'Y');
    UnmapViewOfFile(second);
    end.EndOfFile.QuadPart = 4;
    CHECK_ERROR("file.no-truncate-while-mapped", SetFileInformationByHandle(file, FileEndOfFileInfo, &end, sizeof end),
                ERROR_USER_MAPPED_FILE);
    UnmapViewOfFile(view);
    CloseHandle(section);
    section = CreateFileMappingW(file, NULL, PAGE_READWRITE, 0, 100000, NULL);
    CHECK("file.grows", section && GetFileSize(file, NULL) == 100000);
    view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    view[99999] = 'e';
    UnmapViewOfFile(view);
    CloseHandle(section);
    CloseHandle(file);
    file = open_file(L"mapped.bin", GENERIC_READ, SHARE_ALL, OPEN_EXISTING);
    SetFilePointer(file, -1, NULL, FILE_END);
    CHECK("file.last-byte", ReadFile(file, buffer, 2, &done, NULL) && done == 1 && buffer[0] == 'e');
    CHECK_ERROR("file.write-section-needs-right", close_good(CreateFileMappingW(file, NULL, PAGE_READWRITE, 0, 0, NULL)),
                ERROR_ACCESS_DENIED);
    section = CreateFileMappingW(file, NULL, PAGE_READONLY, 0, 0, NULL);
    CHECK_ERROR("file.write-view-needs-right", MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0), ERROR_ACCESS_DENIED);
    view = MapViewOfFile(section, FILE_MAP_READ, 0, GRANULARITY, 0);
    CHECK("file.offset", view && view[99999 - GRANULARITY] == 'e');
    CHECK_EQ("file.view-rounded", query(view).RegionSize, (100000 - GRANULARITY + PAGE - 1) / PAGE * PAGE);
    CloseHandle(section);
    CloseHandle(file);
    CHECK("file.view-outlives-handles", view[99999 - GRANULARITY] == 'e');
    UnmapViewOfFile(view);
    CHECK("file.delete-after-unmap", DeleteFileW(L"mapped.bin"));
}

static void write_copy_group(void)
{
    DWORD old = 0;
    char *view;
    HANDLE file, section;
    put(L"copied.bin", "original", 8);
    file = open_file(L"copied.bin", GENERIC_READ, SHARE_ALL, OPEN_EXISTING);
    section = CreateFileMappingW(file, NULL, PAGE_WRITECOPY, 0, 0, NULL);
    view = MapViewOfFile(section, FILE_MAP_COPY, 0, 0, 0);
    CHECK("copy.protection", view && query(view).Protect == PAGE_WRITECOPY);
    view[0] = 'O';
    CHECK_WINE_WRONG("copy.protection-after-write", query(view).Protect == PAGE_READWRITE,
                     "a page that was copied is read-write");
    CHECK("copy.content", !memcmp(view, "Original", 8));
    CHECK("copy.read-only", VirtualProtect(view, PAGE, PAGE_READONLY, &old) && view[0] == 'O');
    UnmapViewOfFile(view);
    CloseHandle(section);
    CloseHandle(file);
    CHECK("copy.file-untouched", !strcmp(content_of(L"copied.bin", (char[16]){0}, 16), "original"));
}

static void named_group(void)
{
    HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, PAGE, L"pv-section"), other;
    char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0), *second;
    strcpy(view, "named");
    other = OpenFileMappingW(FILE_MAP_READ, FALSE, L"pv-section");
    second = MapViewOfFile(other, FILE_MAP_READ, 0, 0, 0);
    CHECK("named.open", second && !strcmp(second, "named"));
    CHECK_ERROR("named.rights", MapViewOfFile(other, FILE_MAP_WRITE, 0, 0, 0), ERROR_ACCESS_DENIED);
    CloseHandle(other);
    other = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 2 * PAGE, L"pv-section");
    CHECK("named.existing", other && GetLastError() == ERROR_ALREADY_EXISTS);
    CloseHandle(other);
    CHECK_ERROR("named.missing", close_good(OpenFileMappingW(FILE_MAP_READ, FALSE, L"pv-none")), ERROR_FILE_NOT_FOUND);
    UnmapViewOfFile(second);
    UnmapViewOfFile(view);
    CloseHandle(section);
}

static void native_group(void)
{
    LARGE_INTEGER size, offset;
    SIZE_T view_size = 0, length = 0;
    NT_SECTION_BASIC_INFORMATION basic;
    HANDLE section;
    char *base = NULL, *fixed = (char *)0x600000000;
    size.QuadPart = 3 * GRANULARITY;
    CHECK_STATUS("native.create", NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE, SEC_COMMIT, NULL),
                 STATUS_SUCCESS);
    CHECK("native.query", !NtQuerySection(section, 0, &basic, sizeof basic, &length) && basic.MaximumSize.QuadPart == size.QuadPart &&
                              basic.AllocationAttributes & SEC_COMMIT && length == sizeof basic);
    CHECK("native.map", !NtMapViewOfSection(section, NT_CURRENT_PROCESS, (void **)&base, 0, 0, NULL, &view_size, NT_VIEW_SHARE, 0, PAGE_READWRITE) &&
                            view_size == 3 * GRANULARITY);
    offset.QuadPart = 2 * GRANULARITY;
    view_size = 0;
    CHECK("native.map-at", !NtMapViewOfSection(section, NT_CURRENT_PROCESS, (void **)&fixed, 0, 0, &offset, &view_size, NT_VIEW_SHARE, 0, PAGE_READONLY) &&
                               fixed == (char *)0x600000000 && view_size == GRANULARITY);
    CHECK_STATUS("native.conflict", NtMapViewOfSection(section, NT_CURRENT_PROCESS, (void **)&fixed, 0, 0, NULL, &view_size, NT_VIEW_SHARE, 0, PAGE_READONLY),
                 STATUS_CONFLICTING_ADDRESSES);
    base[2 * GRANULARITY] = 4;
    CHECK_EQ("native.shared", fixed[0], 4);
    CHECK_STATUS("native.unmap", NtUnmapViewOfSection(NT_CURRENT_PROCESS, fixed), STATUS_SUCCESS);
    CHECK_STATUS("native.unmap-again", NtUnmapViewOfSection(NT_CURRENT_PROCESS, fixed), STATUS_NOT_MAPPED_VIEW);
    base = NULL;
    view_size = 0;
    CHECK_STATUS("native.bad-protection", NtMapViewOfSection(section, NT_CURRENT_PROCESS, (void **)&base, 0, 0, NULL, &view_size, NT_VIEW_SHARE, 0, 0x77),
                 STATUS_INVALID_PAGE_PROTECTION);
    NtClose(section);
}

/* A view with MEM_RESERVE of a file is larger than the file and grows with it: LMDB's way to map a database. */
static void reserved_group(void)
{
    HANDLE file = open_file(L"reserved.bin", GENERIC_READ | GENERIC_WRITE, SHARE_ALL, CREATE_ALWAYS), section = NULL, small = NULL;
    SIZE_T view_size = 4 * 1024 * 1024;
    char *view = NULL, *odd = NULL, text[8] = "grown";
    LARGE_INTEGER size;
    OVERLAPPED at = {0};
    DWORD done;
    NTSTATUS status, mapped;
    WriteFile(file, "first", 5, &done, NULL);
    status = NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, NULL, PAGE_READWRITE, SEC_RESERVE, file);
    mapped = status ? status : NtMapViewOfSection(section, NT_CURRENT_PROCESS, (void **)&view, 0, 0, NULL, &view_size, NT_VIEW_UNMAP, MEM_RESERVE, PAGE_READWRITE);
    CHECK_WINE_WRONG("reserved.map", !mapped && view && view_size == 4 * 1024 * 1024 && !memcmp(view, "first", 5),
                     "ZwMapViewOfSection: MEM_RESERVE reserves a view that NtExtendSection can grow");
    if (oracle_is_wine())
    {
        check_passed("reserved.beyond");
        check_passed("reserved.file-grows");
        check_passed("reserved.extend");
        check_passed("reserved.commit-grows");
        check_passed("reserved.too-late");
    }
    else
    {
        CHECK("reserved.beyond", !ReadProcessMemory(GetCurrentProcess(), view + 10 * PAGE, text, 1, NULL));
        at.Offset = 10 * PAGE;
        CHECK("reserved.file-grows", WriteFile(file, "grown", 5, &done, &at) && !memcmp(view + 10 * PAGE, "grown", 5) && !view[PAGE]);
        size.QuadPart = 20 * PAGE;
        CHECK("reserved.extend", !NtExtendSection(section, &size) && size.QuadPart == 20 * PAGE && GetFileSize(file, NULL) == 20 * PAGE &&
                                     (view[20 * PAGE - 1] = 9) == 9);
        CHECK("reserved.commit-grows", VirtualAlloc(view + 30 * PAGE, PAGE, MEM_COMMIT, PAGE_READWRITE) == view + 30 * PAGE &&
                                           GetFileSize(file, NULL) == 31 * PAGE && (view[31 * PAGE - 1] = 7) == 7);
        CHECK("reserved.too-late", !ReadProcessMemory(GetCurrentProcess(), view + 31 * PAGE, text, 1, NULL));
    }
    view_size = 4 * 1024 * 1024;
    CHECK_STATUS("reserved.not-asked-for", NtMapViewOfSection(section, NT_CURRENT_PROCESS, (void **)&odd, 0, 0, NULL, &view_size, NT_VIEW_UNMAP, 0, PAGE_READWRITE),
                 STATUS_INVALID_VIEW_SIZE);
    size.QuadPart = PAGE;
    NtCreateSection(&small, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE, SEC_COMMIT, NULL);
    size.QuadPart = 2 * PAGE;
    if (oracle_is_wine())
        check_passed("reserved.page-file-stays");
    else
        CHECK_STATUS("reserved.page-file-stays", NtExtendSection(small, &size), 0xc0000087);
    if (view)
        NtUnmapViewOfSection(NT_CURRENT_PROCESS, view);
    NtClose(small);
    NtClose(section);
    CloseHandle(file);
    DeleteFileW(L"reserved.bin");
}

static void image_group(void)
{
    char path[MAX_PATH];
    HANDLE file, section;
    char *view;
    IMAGE_NT_HEADERS64 *headers;
    MEMORY_BASIC_INFORMATION information;
    GetModuleFileNameA(NULL, path, sizeof path);
    file = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    section = CreateFileMappingW(file, NULL, PAGE_READONLY | SEC_IMAGE, 0, 0, NULL);
    view = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
    CHECK("image.map", view && view[0] == 'M' && view[1] == 'Z');
    headers = (IMAGE_NT_HEADERS64 *)(view + ((IMAGE_DOS_HEADER *)view)->e_lfanew);
    information = query(view + IMAGE_FIRST_SECTION(headers)->VirtualAddress);
    CHECK("image.laid-out", information.Type == MEM_IMAGE && information.AllocationBase == view &&
                                information.Protect == PAGE_EXECUTE_READ);
    CHECK("image.second-mapping", view != (char *)GetModuleHandleW(NULL));
    UnmapViewOfFile(view);
    CloseHandle(section);
    CloseHandle(file);
    put(L"not-an-image.exe", "plain text, no header", 21);
    file = open_file(L"not-an-image.exe", GENERIC_READ, SHARE_ALL, OPEN_EXISTING);
    CHECK_ERROR("image.not-an-image", close_good(CreateFileMappingW(file, NULL, PAGE_READONLY | SEC_IMAGE, 0, 0, NULL)),
                ERROR_BAD_EXE_FORMAT);
    CloseHandle(file);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"page-file", page_file_group}, {"file", file_group}, {"copy", write_copy_group}, {"named", named_group},
        {"native", native_group}, {"reserved", reserved_group}, {"image", image_group},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
