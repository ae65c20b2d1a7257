/* Processes: creation, standard handles, inheritance, environment, exit codes, jobs, other processes' memory. */
#include "checks.h"
#include "nt.h"
#include <wchar.h>

static WCHAR self[MAX_PATH];

/* Starts this program again with arguments. Returns whether it did; the process's handles are left in `process`. */
static int start(const WCHAR *arguments, BOOL inherit, DWORD flags, void *environment, const WCHAR *folder,
                 STARTUPINFOW *startup, PROCESS_INFORMATION *process)
{
    STARTUPINFOW plain = {.cb = sizeof plain};
    WCHAR line[1024];
    swprintf(line, ARRAY_COUNT(line), L"\"%ls\" %ls", self, arguments);
    return CreateProcessW(self, line, NULL, NULL, inherit, flags, environment, folder, startup ? startup : &plain, process);
}

static DWORD finish(PROCESS_INFORMATION *process)
{
    DWORD code = 0xbad;
    WaitForSingleObject(process->hProcess, 10000);
    GetExitCodeProcess(process->hProcess, &code);
    CloseHandle(process->hThread);
    CloseHandle(process->hProcess);
    return code;
}

static DWORD run(const WCHAR *arguments)
{
    PROCESS_INFORMATION process;
    return start(arguments, FALSE, 0, NULL, NULL, NULL, &process) ? finish(&process) : 0xbad0000 + GetLastError();
}

/* Runs this program with its standard output in a pipe; gives what it wrote. */
static const char *output_of(const WCHAR *arguments, void *environment, const WCHAR *folder, const char *input)
{
    static char text[4096];
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    STARTUPINFOW startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION process;
    HANDLE out_read, in_write;
    DWORD done, total = 0;
    CreatePipe(&out_read, &startup.hStdOutput, &inherited, 0);
    CreatePipe(&startup.hStdInput, &in_write, &inherited, 0);
    SetHandleInformation(out_read, HANDLE_FLAG_INHERIT, 0);
    SetHandleInformation(in_write, HANDLE_FLAG_INHERIT, 0);
    startup.hStdError = startup.hStdOutput;
    text[0] = 0;
    if (start(arguments, TRUE, environment ? CREATE_UNICODE_ENVIRONMENT : 0, environment, folder, &startup, &process))
    {
        CloseHandle(startup.hStdOutput);
        CloseHandle(startup.hStdInput);
        WriteFile(in_write, input, (DWORD)strlen(input), &done, NULL);
        CloseHandle(in_write);
        while (total < sizeof text - 1 && ReadFile(out_read, text + total, sizeof text - 1 - total, &done, NULL) && done)
            total += done;
        text[total] = 0;
        finish(&process);
    }
    CloseHandle(out_read);
    return text;
}

static void create_group(void)
{
    WCHAR line[MAX_PATH] = L"no-such-program.exe";
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    DWORD code;
    CHECK_EQ("create.exit-code", run(L"--exit 1234567"), 1234567);
    CHECK_EQ("create.negative-exit-code", run(L"--exit 4294967295"), 0xffffffff);
    CHECK_ERROR("create.missing", CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process),
                ERROR_FILE_NOT_FOUND);
    CHECK("create.running", start(L"--sleep", FALSE, 0, NULL, NULL, NULL, &process));
    CHECK("create.still-active", GetExitCodeProcess(process.hProcess, &code) && code == STILL_ACTIVE);
    CHECK("create.ids", GetProcessId(process.hProcess) == process.dwProcessId && GetThreadId(process.hThread) == process.dwThreadId &&
                            process.dwProcessId != GetCurrentProcessId());
    CHECK_EQ("create.not-signalled", WaitForSingleObject(process.hProcess, 20), WAIT_TIMEOUT);
    CHECK("create.terminate", TerminateProcess(process.hProcess, 88));
    CHECK_EQ("create.terminated-code", finish(&process), 88);
    CHECK("create.suspended", start(L"--exit 3", FALSE, CREATE_SUSPENDED, NULL, NULL, NULL, &process) &&
                                  WaitForSingleObject(process.hProcess, 50) == WAIT_TIMEOUT);
    CHECK_EQ("create.resumed", (ResumeThread(process.hThread), finish(&process)), 3);
    CHECK_EQ("create.crash-code", run(L"--crash"), 0xc0000005);
    CHECK_EQ("create.nested", run(L"--nested 3"), 40);
}

static void communicate_group(void)
{
    static WCHAR environment[] = L"PV_ONE=1\0PV_TWO=zwei \x00e4\0SystemRoot=C:\\windows\0";
    WCHAR here[MAX_PATH];
    char expected[MAX_PATH * 3 + 8];
    HANDLE event, thread_copy;
    PROCESS_INFORMATION process;
    WCHAR arguments[64];
    CHECK("communicate.output", !strcmp(output_of(L"--echo one \"two words\" three", NULL, NULL, ""), "[one][two words][three]"));
    CHECK("communicate.odd-arguments", !strcmp(output_of(L"--echo \"\" \"a\\\"b\" \"tail\\\\\"", NULL, NULL, ""), "[][a\"b][tail\\]"));
    CHECK("communicate.input", !strcmp(output_of(L"--upper", NULL, NULL, "through the pipe"), "THROUGH THE PIPE"));
    CHECK("communicate.environment", !strcmp(output_of(L"--environment", environment, NULL, ""), "1,zwei \xc3\xa4,"));
    CreateDirectoryW(L"child-folder", NULL);
    GetFullPathNameW(L"child-folder", MAX_PATH, here, NULL);
    WideCharToMultiByte(CP_UTF8, 0, here, -1, expected, sizeof expected, NULL, NULL);
    CHECK("communicate.folder", !strcmp(output_of(L"--folder", NULL, here, ""), expected));
    event = CreateEventW(&(SECURITY_ATTRIBUTES){sizeof(SECURITY_ATTRIBUTES), NULL, TRUE}, TRUE, FALSE, NULL);
    swprintf(arguments, ARRAY_COUNT(arguments), L"--set-event %llu", (ULONGLONG)(ULONG_PTR)event);
    CHECK("communicate.inherited-handle", start(arguments, TRUE, 0, NULL, NULL, NULL, &process) && finish(&process) == 0 &&
                                              WaitForSingleObject(event, 0) == WAIT_OBJECT_0);
    ResetEvent(event);
    CHECK("communicate.not-inherited", start(arguments, FALSE, 0, NULL, NULL, NULL, &process) && finish(&process) == 1 &&
                                           WaitForSingleObject(event, 0) == WAIT_TIMEOUT);
    CloseHandle(event);
    event = CreateEventW(NULL, TRUE, FALSE, L"pv-process-event");
    CHECK("communicate.named-event", run(L"--named-event") == 0 && WaitForSingleObject(event, 0) == WAIT_OBJECT_0);
    ResetEvent(event);
    start(L"--wait-event", FALSE, 0, NULL, NULL, NULL, &process);
    CHECK("communicate.duplicate-into", DuplicateHandle(GetCurrentProcess(), event, process.hProcess, &thread_copy, 0, FALSE,
                                                        DUPLICATE_SAME_ACCESS));
    SetEvent(event);
    CHECK_EQ("communicate.waits-across", finish(&process), 0);
    CloseHandle(event);
}

static void shared_group(void)
{
    SIZE_T done = 0;
    char text[16] = "";
    void *remote;
    PROCESS_INFORMATION process;
    HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, L"pv-process-section"), mutex, opened;
    int *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    *view = 41;
    CHECK("shared.section", run(L"--increment") == 0 && *view == 42);
    mutex = CreateMutexW(NULL, FALSE, L"pv-process-mutex");
    CHECK("shared.mutex-abandoned-by-process", run(L"--take-mutex") == 0 && WaitForSingleObject(mutex, 3000) == WAIT_ABANDONED);
    CloseHandle(mutex);
    start(L"--sleep", FALSE, 0, NULL, NULL, NULL, &process);
    remote = VirtualAllocEx(process.hProcess, NULL, 4096, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    CHECK("shared.allocate-there", remote != NULL);
    CHECK("shared.write-there", WriteProcessMemory(process.hProcess, remote, "over there", 11, &done) && done == 11);
    CHECK("shared.read-there", ReadProcessMemory(process.hProcess, remote, text, 11, &done) && !strcmp(text, "over there"));
    opened = OpenProcess(SYNCHRONIZE | PROCESS_QUERY_INFORMATION, FALSE, process.dwProcessId);
    CHECK("shared.open", opened && GetProcessId(opened) == process.dwProcessId);
    CHECK_ERROR("shared.right-missing", TerminateProcess(opened, 1), ERROR_ACCESS_DENIED);
    CloseHandle(opened);
    TerminateProcess(process.hProcess, 0);
    finish(&process);
    CHECK_ERROR("shared.open-bad-id", close_good(OpenProcess(SYNCHRONIZE, FALSE, 0xfffffff0)), ERROR_INVALID_PARAMETER);
    UnmapViewOfFile(view);
    CloseHandle(section);
}

static void job_group(void)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits;
    JOBOBJECT_BASIC_ACCOUNTING_INFORMATION accounting;
    PROCESS_INFORMATION process;
    BOOL inside = FALSE;
    DWORD code = 0;
    HANDLE job = CreateJobObjectW(NULL, NULL);
    CHECK("job.create", job != NULL);
    memset(&limits, 0, sizeof limits);
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    CHECK("job.limit", SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits));
    start(L"--sleep", FALSE, CREATE_SUSPENDED, NULL, NULL, NULL, &process);
    CHECK("job.assign", AssignProcessToJobObject(job, process.hProcess));
    CHECK("job.is-in-job", IsProcessInJob(process.hProcess, job, &inside) && inside);
    CHECK("job.accounting", QueryInformationJobObject(job, JobObjectBasicAccountingInformation, &accounting, sizeof accounting, NULL) &&
                                accounting.ActiveProcesses == 1);
    ResumeThread(process.hThread);
    CloseHandle(job);
    CHECK("job.close-kills", WaitForSingleObject(process.hProcess, 5000) == WAIT_OBJECT_0 &&
                                 GetExitCodeProcess(process.hProcess, &code));
    finish(&process);
}

static void set_limits(HANDLE job, DWORD flags, DWORD processes, SIZE_T memory)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits;
    memset(&limits, 0, sizeof limits);
    limits.BasicLimitInformation.LimitFlags = flags | JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    limits.BasicLimitInformation.ActiveProcessLimit = processes;
    limits.ProcessMemoryLimit = limits.JobMemoryLimit = memory;
    SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
}

/* Run in a job by its parent: what a process of the job may start and commit. */
static int limited(const char *what)
{
    PROCESS_INFORMATION process;
    if (!strcmp(what, "join"))
    {
        BOOL inside = FALSE;
        int is_ok = start(L"--sleep", FALSE, 0, NULL, NULL, NULL, &process) && IsProcessInJob(process.hProcess, NULL, &inside) && inside;
        TerminateProcess(process.hProcess, 0);
        return is_ok ? 1 : 2;
    }
    if (!strcmp(what, "memory"))
    {
        void *small = VirtualAlloc(NULL, 0x100000, MEM_COMMIT, PAGE_READWRITE);
        void *large = VirtualAlloc(NULL, 0x10000000, MEM_COMMIT, PAGE_READWRITE);
        DWORD error = GetLastError();
        return small && VirtualAlloc(NULL, 0x10000000, MEM_RESERVE, PAGE_READWRITE) && !large ? (int)error : 2;
    }
    if (start(L"--exit 5", FALSE, strcmp(what, "leave") ? 0 : CREATE_BREAKAWAY_FROM_JOB, NULL, NULL, NULL, &process))
        return (int)finish(&process);
    return (int)GetLastError();
}

static DWORD run_in_job(HANDLE job, const WCHAR *arguments)
{
    PROCESS_INFORMATION process;
    if (!start(arguments, FALSE, CREATE_SUSPENDED, NULL, NULL, NULL, &process))
        return 0xbad;
    AssignProcessToJobObject(job, process.hProcess);
    ResumeThread(process.hThread);
    return finish(&process);
}

static void job_limits_group(void)
{
    HANDLE job = CreateJobObjectW(NULL, NULL);
    set_limits(job, 0, 0, 0);
    CHECK_EQ("job-limits.children-join", run_in_job(job, L"--limited join"), 1);
    CHECK_WINE_WRONG("job-limits.no-breakaway", run_in_job(job, L"--limited leave") == ERROR_ACCESS_DENIED, "Wine lets it leave");
    set_limits(job, JOB_OBJECT_LIMIT_BREAKAWAY_OK, 0, 0);
    CHECK_EQ("job-limits.breakaway", run_in_job(job, L"--limited leave"), 5);
    set_limits(job, JOB_OBJECT_LIMIT_ACTIVE_PROCESS, 1, 0);
    CHECK_WINE_WRONG("job-limits.processes", run_in_job(job, L"--limited start") == ERROR_NOT_ENOUGH_QUOTA, "Wine has no such limit");
    set_limits(job, JOB_OBJECT_LIMIT_ACTIVE_PROCESS, 2, 0);
    CHECK_EQ("job-limits.processes-enough", run_in_job(job, L"--limited start"), 5);
    set_limits(job, JOB_OBJECT_LIMIT_PROCESS_MEMORY, 0, 0x4000000);
    CHECK_WINE_WRONG("job-limits.process-memory", run_in_job(job, L"--limited memory") == ERROR_COMMITMENT_LIMIT, "Wine has no such limit");
    set_limits(job, JOB_OBJECT_LIMIT_JOB_MEMORY, 0, 0x4000000);
    CHECK_WINE_WRONG("job-limits.job-memory", run_in_job(job, L"--limited memory") == ERROR_COMMITMENT_LIMIT, "Wine has no such limit");
    CloseHandle(job);
}

static void many_group(void)
{
    PROCESS_INFORMATION processes[8];
    DWORD i, codes = 0;
    for (i = 0; i < ARRAY_COUNT(processes); i++)
    {
        WCHAR arguments[32];
        swprintf(arguments, ARRAY_COUNT(arguments), L"--exit %lu", i + 1);
        if (!start(arguments, FALSE, 0, NULL, NULL, NULL, &processes[i]))
            break;
    }
    CHECK_EQ("many.started", i, ARRAY_COUNT(processes));
    while (i--)
        codes += finish(&processes[i]);
    CHECK_EQ("many.exit-codes", codes, 36);
}

static int nested(const char *depth)
{
    WCHAR arguments[32];
    int left = atoi(depth);
    if (!left)
        return 37;
    swprintf(arguments, ARRAY_COUNT(arguments), L"--nested %d", left - 1);
    return (int)run(arguments) + 1;
}

static int child(int argc, char **argv)
{
    char text[256];
    WCHAR wide[256];
    DWORD done;
    int i;
    HANDLE handle;
    if (!strcmp(argv[1], "--exit"))
        ExitProcess((UINT)strtoul(argv[2], NULL, 10));
    if (!strcmp(argv[1], "--sleep"))
        Sleep(20000);
    if (!strcmp(argv[1], "--crash"))
        *(volatile int *)4 = 1;
    if (!strcmp(argv[1], "--nested"))
        return nested(argv[2]);
    if (!strcmp(argv[1], "--limited"))
        return limited(argv[2]);
    if (!strcmp(argv[1], "--echo"))
        for (i = 2; i < argc; i++)
            printf("[%s]", argv[i]);
    if (!strcmp(argv[1], "--upper"))
        while ((i = getchar()) != EOF)
            putchar(i >= 'a' && i <= 'z' ? i - 32 : i);
    if (!strcmp(argv[1], "--environment"))
    {
        for (i = 0; i < 2; i++)
        {
            wide[0] = 0;
            GetEnvironmentVariableW(i ? L"PV_TWO" : L"PV_ONE", wide, 256);
            WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, sizeof text, NULL, NULL);
            printf("%s,", text);
        }
        return GetEnvironmentVariableW(L"PV_THREE", wide, 256) != 0;
    }
    if (!strcmp(argv[1], "--folder"))
    {
        GetCurrentDirectoryW(256, wide);
        WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, sizeof text, NULL, NULL);
        printf("%s", text);
    }
    if (!strcmp(argv[1], "--set-event"))
        return !SetEvent((HANDLE)(ULONG_PTR)strtoull(argv[2], NULL, 10));
    if (!strcmp(argv[1], "--named-event"))
        return !(handle = OpenEventW(EVENT_MODIFY_STATE, FALSE, L"pv-process-event")) || !SetEvent(handle);
    if (!strcmp(argv[1], "--wait-event"))
        return !(handle = OpenEventW(SYNCHRONIZE, FALSE, L"pv-process-event")) || WaitForSingleObject(handle, 5000);
    if (!strcmp(argv[1], "--take-mutex"))
        return !(handle = OpenMutexW(SYNCHRONIZE, FALSE, L"pv-process-mutex")) || (done = WaitForSingleObject(handle, 5000));
    if (!strcmp(argv[1], "--increment"))
    {
        int *view = MapViewOfFile(OpenFileMappingW(FILE_MAP_WRITE, FALSE, L"pv-process-section"), FILE_MAP_WRITE, 0, 0, 0);
        return !view || ++*view != 42;
    }
    return 0;
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"create", create_group}, {"communicate", communicate_group}, {"shared", shared_group},
        {"job", job_group}, {"job-limits", job_limits_group}, {"many", many_group},
    };
    GetModuleFileNameW(NULL, self, MAX_PATH);
    if (argc > 1 && !strncmp(argv[1], "--", 2))
        return child(argc, argv);
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
