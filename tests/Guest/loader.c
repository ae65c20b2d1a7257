/* The loader: loading and freeing, look-up by name and number, forwarding, entry points, static TLS, resources. */
#include "checks.h"
#include "nt.h"
#include <wchar.h>

static HMODULE library;

static DWORD WINAPI use_thread_value(void *unused)
{
    int *(*thread_value)(void) = (int *(*)(void))(void *)GetProcAddress(library, "thread_value");
    (void)unused;
    return *thread_value() == 1234 ? (*thread_value() = 5) : 0;
}

static void load_group(void)
{
    WCHAR path[MAX_PATH], name[MAX_PATH];
    HMODULE again;
    int (*add)(int, int);
    CHECK("load.not-there-before", GetModuleHandleW(L"dll_loader.dll") == NULL);
    library = LoadLibraryW(L"dll_loader.dll");
    CHECK("load.by-name", library != NULL);
    CHECK("load.module-handle", GetModuleHandleW(L"DLL_LOADER") == library);
    CHECK("load.file-name", GetModuleFileNameW(library, path, MAX_PATH) && !_wcsicmp(wcsrchr(path, L'\\'), L"\\dll_loader.dll"));
    CHECK("load.again-by-path", (again = LoadLibraryW(path)) == library && FreeLibrary(again));
    add = (int (*)(int, int))(void *)GetProcAddress(library, "add");
    CHECK("load.function", add && add(40, 2) == 42);
    CHECK("load.data", *(int *)(void *)GetProcAddress(library, "exported_data") == 17);
    CHECK_ERROR("load.missing-function", GetProcAddress(library, "Add"), ERROR_PROC_NOT_FOUND);
    CHECK_ERROR("load.missing-number", GetProcAddress(library, (char *)(ULONG_PTR)999), ERROR_PROC_NOT_FOUND);
    CHECK_ERROR("load.missing-library", LoadLibraryW(L"no_such_library.dll"), ERROR_MOD_NOT_FOUND);
    CHECK("load.module-of-address", GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                                                       (const WCHAR *)(void *)add, &again) && again == library);
    GetModuleFileNameW(NULL, name, MAX_PATH);
    CopyFileW(path, L"broken.dll", FALSE);
    {
        DWORD done;
        HANDLE file = CreateFileW(L"broken.dll", GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
        WriteFile(file, "ZM", 2, &done, NULL);
        CloseHandle(file);
    }
    CHECK_ERROR("load.broken-library", LoadLibraryW(L".\\broken.dll"), ERROR_BAD_EXE_FORMAT);
}

static void entry_group(void)
{
    LONG (*count_of)(int) = (LONG(*)(int))(void *)GetProcAddress(library, "count_of");
    int *(*thread_value)(void) = (int *(*)(void))(void *)GetProcAddress(library, "thread_value");
    DWORD code = 0;
    HANDLE thread;
    CHECK_EQ("entry.process-attach-once", count_of(0), 1);
    CHECK_EQ("entry.tls-initialised", *thread_value(), 1234);
    *thread_value() = 99;
    thread = CreateThread(NULL, 0, use_thread_value, NULL, 0, NULL);
    WaitForSingleObject(thread, 5000);
    CHECK("entry.tls-own-block", GetExitCodeThread(thread, &code) && code == 5);
    CloseHandle(thread);
    CHECK_EQ("entry.tls-kept", *thread_value(), 99);
    CHECK_EQ("entry.thread-attach", count_of(1), 1);
    CHECK_EQ("entry.thread-detach", count_of(2), 1);
    CHECK_EQ("entry.tls-callback", count_of(3), 1);
    CHECK("entry.no-more-calls", DisableThreadLibraryCalls(library) || GetLastError());
}

static void export_group(void)
{
    DWORD (*forwarded)(void) = (DWORD(*)(void))(void *)GetProcAddress(library, "forwarded");
    int (*by_number)(int, int) = (int (*)(int, int))(void *)GetProcAddress(library, (char *)(ULONG_PTR)77);
    CHECK("export.forwarded", forwarded && forwarded() == GetCurrentProcessId());
    CHECK("export.forwarded-is-the-target",
          (void *)forwarded == (void *)GetProcAddress(GetModuleHandleW(L"kernel32"), "GetCurrentProcessId"));
    CHECK("export.by-number", by_number && by_number(1, 2) == 3);
    CHECK("export.api-set", GetProcAddress(LoadLibraryW(L"api-ms-win-core-file-l1-1-0.dll"), "CreateFileW") != NULL);
    CHECK("export.system-library", GetProcAddress(LoadLibraryW(L"version.dll"), "GetFileVersionInfoW") != NULL);
}

static void free_group(void)
{
    const char *(*text)(void) = (const char *(*)(void))(void *)GetProcAddress(library, "text");
    const char *inside = text();
    MEMORY_BASIC_INFORMATION information;
    CHECK("free.works-before", !strcmp(inside, "from the library"));
    CHECK("free.last", FreeLibrary(library) && GetModuleHandleW(L"dll_loader.dll") == NULL);
    CHECK("free.unmapped", VirtualQuery(inside, &information, sizeof information) && information.State == MEM_FREE);
    CHECK("free.twice", !FreeLibrary(library));
    SetEnvironmentVariableA("PV_REFUSE", "1");
    CHECK_ERROR("free.entry-refuses", LoadLibraryW(L"dll_loader.dll"), ERROR_DLL_INIT_FAILED);
    CHECK("free.refused-is-gone", GetModuleHandleW(L"dll_loader.dll") == NULL);
    SetEnvironmentVariableA("PV_REFUSE", NULL);
    library = LoadLibraryW(L"dll_loader.dll");
    CHECK("free.loads-again", library && ((LONG(*)(int))(void *)GetProcAddress(library, "count_of"))(0) == 1);
    FreeLibrary(library);
}

static void data_file_group(void)
{
    WCHAR path[MAX_PATH];
    HMODULE data, kernel = GetModuleHandleW(L"kernel32.dll");
    CHECK("data.own-imports-bound", (void *)GetProcAddress(kernel, "GetTickCount") != NULL);
    GetModuleFileNameW(kernel, path, MAX_PATH);
    CHECK("data.system-library-path", !_wcsicmp(path, L"C:\\windows\\system32\\kernel32.dll"));
    data = LoadLibraryExW(L"version.dll", NULL, LOAD_LIBRARY_AS_DATAFILE);
    CHECK("data.as-data-file", data != NULL && FreeLibrary(data));
    CHECK("data.search-folder", SetDllDirectoryW(L"C:\\windows\\temp") && !LoadLibraryW(L"no_such_library.dll"));
    CHECK("data.ntdll-first", GetModuleHandleW(L"ntdll.dll") && GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtClose"));
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"load", load_group}, {"entry", entry_group}, {"export", export_group}, {"free", free_group}, {"data", data_file_group},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
