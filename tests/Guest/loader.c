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

/* A PE32 file of managed code only, with the parts that a loader looks at: one section, a .NET header. */
static BOOL write_managed_file(const WCHAR *path, DWORD flags)
{
    static BYTE image[0x400];
    IMAGE_DOS_HEADER *dos = (IMAGE_DOS_HEADER *)image;
    IMAGE_NT_HEADERS32 *nt = (IMAGE_NT_HEADERS32 *)(image + 0x80);
    IMAGE_SECTION_HEADER *section;
    IMAGE_COR20_HEADER *managed = (IMAGE_COR20_HEADER *)(image + 0x200);
    HANDLE file;
    DWORD done;
    memset(image, 0, sizeof image);
    dos->e_magic = IMAGE_DOS_SIGNATURE;
    dos->e_lfanew = 0x80;
    nt->Signature = IMAGE_NT_SIGNATURE;
    nt->FileHeader.Machine = IMAGE_FILE_MACHINE_I386;
    nt->FileHeader.NumberOfSections = 1;
    nt->FileHeader.SizeOfOptionalHeader = sizeof nt->OptionalHeader;
    nt->FileHeader.Characteristics = IMAGE_FILE_EXECUTABLE_IMAGE | IMAGE_FILE_DLL | IMAGE_FILE_LARGE_ADDRESS_AWARE;
    nt->OptionalHeader.Magic = IMAGE_NT_OPTIONAL_HDR32_MAGIC;
    nt->OptionalHeader.SizeOfCode = 0x200;
    nt->OptionalHeader.ImageBase = 0x10000000;
    nt->OptionalHeader.SectionAlignment = 0x1000;
    nt->OptionalHeader.FileAlignment = 0x200;
    nt->OptionalHeader.MajorSubsystemVersion = 6;
    nt->OptionalHeader.SizeOfImage = 0x2000;
    nt->OptionalHeader.SizeOfHeaders = 0x200;
    nt->OptionalHeader.Subsystem = IMAGE_SUBSYSTEM_WINDOWS_CUI;
    nt->OptionalHeader.DllCharacteristics = IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE | IMAGE_DLLCHARACTERISTICS_NX_COMPAT;
    nt->OptionalHeader.NumberOfRvaAndSizes = IMAGE_NUMBEROF_DIRECTORY_ENTRIES;
    nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR].VirtualAddress = 0x1000;
    nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR].Size = sizeof *managed;
    section = IMAGE_FIRST_SECTION(nt);
    memcpy(section->Name, ".text", 5);
    section->Misc.VirtualSize = 0x200;
    section->VirtualAddress = 0x1000;
    section->SizeOfRawData = 0x200;
    section->PointerToRawData = 0x200;
    section->Characteristics = IMAGE_SCN_CNT_CODE | IMAGE_SCN_MEM_EXECUTE | IMAGE_SCN_MEM_READ;
    managed->cb = sizeof *managed;
    managed->MajorRuntimeVersion = 2;
    managed->MinorRuntimeVersion = 5;
    managed->Flags = flags;
    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    return file != INVALID_HANDLE_VALUE && WriteFile(file, image, sizeof image, &done, NULL) && CloseHandle(file);
}

static void managed_group(void)
{
    HMODULE managed;
    IMAGE_NT_HEADERS *nt;
    WCHAR path[MAX_PATH], mixed[MAX_PATH];
    GetFullPathNameW(L"managed.dll", MAX_PATH, path, NULL);
    GetFullPathNameW(L"mixed.dll", MAX_PATH, mixed, NULL);
    CHECK("managed.made", write_managed_file(path, COMIMAGE_FLAGS_ILONLY));
    managed = LoadLibraryW(path);
    /* The oracle runs without mscoree.dll, which would ask for Mono at every start. */
    CHECK_WINE_WRONG("managed.loads-in-64-bit-process", managed != NULL, "a file of managed code fits every processor");
    nt = managed ? (IMAGE_NT_HEADERS *)((BYTE *)managed + 0x80) : NULL;
    CHECK_WINE_WRONG("managed.headers-become-64-bit", nt && nt->OptionalHeader.Magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC, "its headers are made 64-bit in memory");
    if (managed)
        FreeLibrary(managed);
    write_managed_file(mixed, 0);
    CHECK_ERROR("managed.native-code-is-refused", LoadLibraryW(mixed), ERROR_BAD_EXE_FORMAT);
}

/* Functions of newer systems that libwine lacks and we add to its DLLs. */
static void added_group(void)
{
    typedef void *(NTAPI * address_in_section_table)(IMAGE_NT_HEADERS *, void *, ULONG);
    typedef void *(WINAPI * fls_get_value)(DWORD);
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll"), kernel = GetModuleHandleW(L"kernel32.dll");
    address_in_section_table in_table = (address_in_section_table)(void *)GetProcAddress(ntdll, "RtlAddressInSectionTable");
    fls_get_value get_value = (fls_get_value)(void *)GetProcAddress(kernel, "FlsGetValue2");
    IMAGE_NT_HEADERS *nt = (IMAGE_NT_HEADERS *)((BYTE *)kernel + ((IMAGE_DOS_HEADER *)kernel)->e_lfanew);
    IMAGE_SECTION_HEADER *text = IMAGE_FIRST_SECTION(nt);
    DWORD slot = FlsAlloc(NULL);
    FlsSetValue(slot, &slot);
    CHECK_WINE_WRONG("added.ntdll-function", in_table && in_table(nt, kernel, text->VirtualAddress + 8) == (BYTE *)kernel + text->PointerToRawData + 8,
                     "RtlAddressInSectionTable is in every version of ntdll since 4.0");
    CHECK_WINE_WRONG("added.kernel32-function", get_value && get_value(slot) == &slot, "FlsGetValue2 is in Windows 10 and later");
    {
        typedef NTSTATUS(NTAPI * flush_ex)(HANDLE, ULONG, void *, ULONG, IO_STATUS_BLOCK *);
        flush_ex flush = (flush_ex)(void *)GetProcAddress(ntdll, "NtFlushBuffersFileEx");
        HANDLE file = CreateFileW(L"flushed", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
        IO_STATUS_BLOCK io;
        CHECK_WINE_WRONG("added.system-call", flush && flush(file, 4, NULL, 0, &io) == STATUS_SUCCESS && flush(file, 0x100, NULL, 0, &io) == STATUS_INVALID_PARAMETER,
                         "NtFlushBuffersFileEx is in Windows 8 and later");
        CloseHandle(file);
    }
    {
        typedef BOOL(WINAPI * create_engine)(const DWORD *, void **);
        typedef void(WINAPI * free_engine)(void *);
        HMODULE crypt = LoadLibraryW(L"crypt32.dll");
        create_engine create = (create_engine)(void *)GetProcAddress(crypt, "CertCreateCertificateChainEngine");
        free_engine release = (free_engine)(void *)GetProcAddress(crypt, "CertFreeCertificateChainEngine");
        DWORD config[0x60 / 4] = {0};
        void *engine = NULL;
        BOOL made;
        config[0] = 0x58;
        made = create && create(config, &engine);
        CHECK_WINE_WRONG("added.chain-engine-of-windows-8", made && engine && config[0] == 0x58, "CERT_CHAIN_ENGINE_CONFIG has dwExclusiveFlags since Windows 8");
        if (made)
            release(engine);
        config[0] = 0x54;
        CHECK_ERROR("added.chain-engine-of-no-windows", create(config, &engine), E_INVALIDARG);
    }
    CHECK("added.old-functions-stay", GetProcAddress(kernel, "FlsGetValue") == GetProcAddress(kernel, "FlsGetValue") && GetProcAddress(ntdll, "RtlZeroMemory"));
    CHECK("added.old-forwarders-stay", GetProcAddress(kernel, "HeapAlloc") == GetProcAddress(ntdll, "RtlAllocateHeap"));
    FlsFree(slot);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"load", load_group}, {"entry", entry_group}, {"export", export_group}, {"free", free_group}, {"data", data_file_group},
        {"managed", managed_group}, {"added", added_group},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
