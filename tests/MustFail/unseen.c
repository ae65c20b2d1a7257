/* What a program gets when it needs something that its package's list does not hold: the error of a Windows that lacks it. Groups ending in _denied and
 * _given expect the two answers of the policy. */
#include "guarded.h"

/* Pages that nothing else touches: the last instructions of a long run of no operations. */
void far_function(void *);
__asm__(".section .text$zzz,\"x\"\n.balign 4096\n.globl far_function\n.fill 40960,1,0x90\nfar_function:\nret\n.fill 40960,1,0x90\n.text\n");

static void near_function(void *unused)
{
    (void)unused;
}

static void base_group(void)
{
    CHECK("base.runs", GetModuleHandleA("kernel32.dll") != NULL);
    CHECK_EQ("base.near", guarded_run((void *)(ULONG_PTR)near_function, NULL), NO_EXCEPTION);
    CHECK_EQ("base.fault", guarded_run((void *)16, NULL), (DWORD)STATUS_ACCESS_VIOLATION);
}

static void library_denied_group(void)
{
    SetLastError(0);
    CHECK("library.denied", LoadLibraryA("mscms.dll") == NULL && GetLastError() == ERROR_MOD_NOT_FOUND);
    CHECK("library.denied-again", LoadLibraryA("mscms.dll") == NULL);
    CHECK("library.no-such", LoadLibraryA("nosuchlibrary.dll") == NULL && GetLastError() == ERROR_MOD_NOT_FOUND);
}

static void library_given_group(void)
{
    CHECK("library.given", LoadLibraryA("mscms.dll") != NULL);
}

NTSTATUS NTAPI NtAllocateLocallyUniqueId(LUID *id);

static NTSTATUS make_id(void)
{
    LUID id;
    return NtAllocateLocallyUniqueId(&id);
}

static void call_denied_group(void)
{
    CHECK_STATUS("call.denied", make_id(), STATUS_INVALID_SYSTEM_SERVICE);
    CHECK_STATUS("call.denied-again", make_id(), STATUS_INVALID_SYSTEM_SERVICE);
}

static void call_given_group(void)
{
    CHECK_STATUS("call.given", make_id(), STATUS_SUCCESS);
}

static void function_denied_group(void)
{
    SetLastError(0);
    CHECK("function.denied", GetProcAddress(GetModuleHandleA("kernel32.dll"), "GetTickCount64") == NULL && GetLastError() == ERROR_PROC_NOT_FOUND);
    CHECK("function.imported", GetProcAddress(GetModuleHandleA("kernel32.dll"), "GetProcAddress") != NULL);
}

static void function_given_group(void)
{
    CHECK("function.given", GetProcAddress(GetModuleHandleA("kernel32.dll"), "GetTickCount64") != NULL);
}

static void file_denied_group(void)
{
    WCHAR wide[8];
    CHECK("file.denied", MultiByteToWideChar(1254, 0, "a", 1, wide, 8) == 0);
}

static void file_given_group(void)
{
    WCHAR wide[8];
    CHECK("file.given", MultiByteToWideChar(1254, 0, "\xf0", 1, wide, 8) == 1 && wide[0] == 0x11f);
}

/* mov $0xfff,%eax; then the gate: a number that no table has. */
static const unsigned char by_syscall[] = {0xb8, 0xff, 0x0f, 0, 0, 0x0f, 0x05}, by_interrupt[] = {0xb8, 0xff, 0x0f, 0, 0, 0xcd, 0x2e};

static void gate_denied_group(void)
{
    CHECK_EQ("gate.syscall-denied", guarded_run_bytes(by_syscall, sizeof by_syscall, NULL), (DWORD)STATUS_ILLEGAL_INSTRUCTION);
    CHECK("gate.address", ((unsigned char *)guarded_seen.ExceptionAddress)[0] == 0x0f && ((unsigned char *)guarded_seen.ExceptionAddress)[1] == 0x05);
    CHECK_EQ("gate.interrupt-denied", guarded_run_bytes(by_interrupt, sizeof by_interrupt, NULL), (DWORD)STATUS_ILLEGAL_INSTRUCTION);
    CHECK("gate.interrupt-address", ((unsigned char *)guarded_seen.ExceptionAddress)[0] == 0xcd);
    CHECK_STATUS("gate.of-ntdll-works", NtClose((HANDLE)(ULONG_PTR)0x7774), STATUS_INVALID_HANDLE);
}

static void gate_given_group(void)
{
    CHECK_EQ("gate.syscall-given", guarded_run_bytes(by_syscall, sizeof by_syscall, NULL), NO_EXCEPTION);
    CHECK_EQ("gate.interrupt-given", guarded_run_bytes(by_interrupt, sizeof by_interrupt, NULL), NO_EXCEPTION);
}

static void page_denied_group(void)
{
    CHECK_EQ("page.denied", guarded_run((void *)(ULONG_PTR)far_function, NULL), (DWORD)STATUS_IN_PAGE_ERROR);
    CHECK("page.address", guarded_seen.ExceptionInformation[1] == (ULONG_PTR)far_function);
}

static void page_given_group(void)
{
    CHECK_EQ("page.given", guarded_run((void *)(ULONG_PTR)far_function, NULL), NO_EXCEPTION);
}

static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* Functions of a DLL that the base group does not touch. */
static void pages_of_libraries_group(void)
{
    int numbers[] = {5, 3, 9, 1, 7}, three = 3;
    qsort(numbers, ARRAY_COUNT(numbers), sizeof *numbers, compare);
    CHECK("pages.qsort", numbers[0] == 1 && numbers[4] == 9);
    CHECK("pages.bsearch", bsearch(&three, numbers, ARRAY_COUNT(numbers), sizeof *numbers, compare) == &numbers[1]);
}

/* A writer that is its own executor: the page changes sides each time, and every new instruction is what runs. */
static void code_group(void)
{
    unsigned char *page = VirtualAlloc(NULL, 8192, MEM_RESERVE | MEM_COMMIT, PAGE_EXECUTE_READWRITE);
    MEMORY_BASIC_INFORMATION info;
    int i, right = 0;
    int (*function)(void);
    *(void **)&function = page;
    memcpy(page, "\xb8\0\0\0\0\xc3", 6);
    for (i = 0; i < 200; i++)
    {
        memcpy(page + 1, &i, sizeof i);
        right += function() == i;
    }
    CHECK_EQ("code.rewritten", right, 200);
    CHECK("code.protection-is-the-programs", VirtualQuery(page, &info, sizeof info) && info.Protect == PAGE_EXECUTE_READWRITE && info.RegionSize == 8192);
}

/* One frame, two views: what is written through one runs through the other. */
static void views_group(void)
{
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_EXECUTE_READWRITE, 0, 4096, NULL);
    unsigned char *writable = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    void *executable = MapViewOfFile(section, FILE_MAP_READ | FILE_MAP_EXECUTE, 0, 0, 0);
    int i, right = 0;
    int (*function)(void);
    *(void **)&function = executable;
    memcpy(writable, "\xb8\0\0\0\0\xc3", 6);
    for (i = 0; i < 200; i++)
    {
        memcpy(writable + 1, &i, sizeof i);
        right += function() == i;
    }
    CHECK_EQ("views.rewritten", right, 200);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"base", base_group}, {"library_denied", library_denied_group}, {"library_given", library_given_group}, {"call_denied", call_denied_group},
        {"call_given", call_given_group}, {"function_denied", function_denied_group}, {"function_given", function_given_group},
        {"file_denied", file_denied_group}, {"file_given", file_given_group}, {"gate_denied", gate_denied_group}, {"gate_given", gate_given_group},
        {"page_denied", page_denied_group}, {"page_given", page_given_group}, {"pages_of_libraries", pages_of_libraries_group},
        {"code", code_group}, {"views", views_group}};
    guarded_install();
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
