/* Debugging: this program debugs copies of itself. Events and their order, breakpoints, single steps, contexts and code of
 * another process, attaching, detaching, killing. */
#include "checks.h"
#include "nt.h"
#include <wchar.h>

#define EXCEPTION_OWN 0xe0505631
#define DLL_NAME "version.dll"
#define EVENT_LIMIT 400

#define DEBUG_OBJECT_ALL 0x1f000f
#define DEBUG_OBJECT_KILL_ON_CLOSE 1
#define CLASS_DEBUG_PORT 7
#define CLASS_DEBUG_OBJECT 30
#define CLASS_DEBUG_FLAGS 31

NTSTATUS NTAPI NtCreateDebugObject(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, ULONG);
NTSTATUS NTAPI NtDebugActiveProcess(HANDLE, HANDLE);
NTSTATUS NTAPI NtRemoveProcessDebug(HANDLE, HANDLE);
NTSTATUS NTAPI NtWaitForDebugEvent(HANDLE, BOOLEAN, LARGE_INTEGER *, PVOID);
NTSTATUS NTAPI NtDebugContinue(HANDLE, CLIENT_ID *, NTSTATUS);
NTSTATUS NTAPI NtSetInformationDebugObject(HANDLE, ULONG, PVOID, ULONG, ULONG *);

static char self[MAX_PATH];

/* ---- what the debugged copies do ---- */

__attribute__((noinline)) int probe(int a, int b)
{
    __asm__ volatile("" : "+r"(a), "+r"(b));
    return a * 10 + b;
}

static DWORD WINAPI short_thread(void *argument)
{
    return (DWORD)(ULONG_PTR)argument;
}

static LONG CALLBACK swallow_own(EXCEPTION_POINTERS *pointers)
{
    return pointers->ExceptionRecord->ExceptionCode == EXCEPTION_OWN ? EXCEPTION_CONTINUE_EXECUTION : EXCEPTION_CONTINUE_SEARCH;
}

static LONG handled_count;

static LONG CALLBACK count_own(EXCEPTION_POINTERS *pointers)
{
    if (pointers->ExceptionRecord->ExceptionCode != EXCEPTION_OWN)
        return EXCEPTION_CONTINUE_SEARCH;
    handled_count++;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static int child_events(void)
{
    HANDLE thread;
    HMODULE module;
    DWORD code = 0;
    OutputDebugStringA("narrow words");
    thread = CreateThread(NULL, 0, short_thread, (void *)77, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    module = LoadLibraryA(DLL_NAME);
    FreeLibrary(module);
    return IsDebuggerPresent() ? 21 : 22;
}

static int child_exceptions(void)
{
    ULONG_PTR words[2] = {5, 6};
    void *handler = AddVectoredExceptionHandler(1, count_own);
    RaiseException(EXCEPTION_OWN, 0, 2, words);
    RaiseException(EXCEPTION_OWN, 0, 2, words);
    RemoveVectoredExceptionHandler(handler);
    return 30 + handled_count;
}

static int child_wait(const char *name)
{
    HANDLE event = OpenEventA(EVENT_ALL_ACCESS, FALSE, name);
    WaitForSingleObject(event, 20000);
    return IsDebuggerPresent() ? 41 : 42;
}

static int child_parent(void)
{
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    char line[MAX_PATH + 32];
    DWORD code = 0;
    snprintf(line, sizeof line, "\"%s\" --child exit", self);
    if (!CreateProcessA(self, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process))
        return 1;
    WaitForSingleObject(process.hProcess, 20000);
    GetExitCodeProcess(process.hProcess, &code);
    return (int)code + 1;
}

static volatile LONG watched = 1;

__attribute__((noinline)) static int landmark(int value)
{
    __asm__ volatile("" : "+r"(value));
    return value + watched + 1;
}

static int child_landmarks(void)
{
    int value = probe(3, 4);
    value += watched - 1;
    watched = 7;
    return landmark(value);
}

static volatile LONG spin_stop, spin_count;

static int child_spin(void)
{
    while (!spin_stop)
        spin_count++;
    return 61;
}

static int child(const char *what, const char *argument)
{
    if (!strcmp(what, "events"))
        return child_events();
    if (!strcmp(what, "exceptions"))
        return child_exceptions();
    if (!strcmp(what, "probe"))
        return probe(3, 4);
    if (!strcmp(what, "landmarks"))
        return child_landmarks();
    if (!strcmp(what, "wait"))
        return child_wait(argument);
    if (!strcmp(what, "crash"))
        return *(volatile int *)0x10;
    if (!strcmp(what, "parent"))
        return child_parent();
    if (!strcmp(what, "spin"))
        return child_spin();
    return !strcmp(what, "exit") ? 50 : 1;
}

/* ---- the debugger's side ---- */

static int start(const char *what, const char *argument, DWORD flags, PROCESS_INFORMATION *process)
{
    STARTUPINFOA startup = {.cb = sizeof startup};
    char line[MAX_PATH + 128];
    snprintf(line, sizeof line, "\"%s\" --child %s %s", self, what, argument);
    return CreateProcessA(self, line, NULL, NULL, FALSE, flags, NULL, NULL, &startup, process);
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

static void go(const DEBUG_EVENT *event, DWORD how)
{
    if (event->dwDebugEventCode == CREATE_PROCESS_DEBUG_EVENT)
        CloseHandle(event->u.CreateProcessInfo.hFile);
    else if (event->dwDebugEventCode == LOAD_DLL_DEBUG_EVENT)
        CloseHandle(event->u.LoadDll.hFile);
    ContinueDebugEvent(event->dwProcessId, event->dwThreadId, how);
}

/* Waits for an event of a kind; continues the others. Exceptions other than breakpoints go to the program. */
static int wait_for(DWORD code, DEBUG_EVENT *event)
{
    int i;
    for (i = 0; i < EVENT_LIMIT && WaitForDebugEvent(event, 10000); i++)
    {
        if (event->dwDebugEventCode == code)
            return 1;
        if (event->dwDebugEventCode == EXIT_PROCESS_DEBUG_EVENT)
        {
            go(event, DBG_CONTINUE);
            return 0;
        }
        go(event, event->dwDebugEventCode == EXCEPTION_DEBUG_EVENT ? DBG_EXCEPTION_NOT_HANDLED : DBG_CONTINUE);
    }
    return 0;
}

static int wait_for_exception(DWORD code, DEBUG_EVENT *event)
{
    while (wait_for(EXCEPTION_DEBUG_EVENT, event))
    {
        if (event->u.Exception.ExceptionRecord.ExceptionCode == code)
            return 1;
        go(event, DBG_EXCEPTION_NOT_HANDLED);
    }
    return 0;
}

static DWORD run_to_end(void)
{
    DEBUG_EVENT event;
    DWORD code = 0xbad;
    if (wait_for(EXIT_PROCESS_DEBUG_EVENT, &event))
    {
        code = event.u.ExitProcess.dwExitCode;
        go(&event, DBG_CONTINUE);
    }
    return code;
}

/* The file name at the end of the path of an image's file. */
static int is_file(HANDLE file, const char *name)
{
    char path[MAX_PATH];
    DWORD length = GetFinalPathNameByHandleA(file, path, sizeof path, 0);
    size_t wanted = strlen(name);
    return length > wanted && length < sizeof path && !_stricmp(path + length - wanted, name);
}

static void *in_child(void *base, const void *own)
{
    return (char *)base + ((const char *)own - (const char *)GetModuleHandleA(NULL));
}

static void events_group(void)
{
    DEBUG_EVENT event;
    PROCESS_INFORMATION process;
    IMAGE_DOS_HEADER header;
    char text[64] = "";
    SIZE_T done = 0;
    DWORD new_thread = 0, exit_code = 0;
    int loads = 0, own_dll = 0, ntdll = 0, i;
    void *dll_base = NULL;
    CHECK("events.start", start("events", "", DEBUG_ONLY_THIS_PROCESS, &process));
    CHECK("events.first", WaitForDebugEvent(&event, 10000) && event.dwDebugEventCode == CREATE_PROCESS_DEBUG_EVENT);
    CHECK("events.ids", event.dwProcessId == process.dwProcessId && event.dwThreadId == process.dwThreadId);
    CHECK("events.process-handle", GetProcessId(event.u.CreateProcessInfo.hProcess) == process.dwProcessId);
    CHECK("events.thread-handle", GetThreadId(event.u.CreateProcessInfo.hThread) == process.dwThreadId);
    CHECK("events.file-handle", is_file(event.u.CreateProcessInfo.hFile, "debugger.exe"));
    CHECK("events.image-base", ReadProcessMemory(process.hProcess, event.u.CreateProcessInfo.lpBaseOfImage, &header, sizeof header, &done) &&
                                   header.e_magic == IMAGE_DOS_SIGNATURE);
    CHECK("events.teb", event.u.CreateProcessInfo.lpThreadLocalBase != NULL);
    CHECK("events.start-address", event.u.CreateProcessInfo.lpStartAddress != NULL);
    CHECK_EQ("events.stands-still", WaitForDebugEvent(&event, 100), FALSE);
    CHECK_EQ("events.timeout", GetLastError(), ERROR_SEM_TIMEOUT);
    CHECK("events.continue", ContinueDebugEvent(process.dwProcessId, process.dwThreadId, DBG_CONTINUE));
    CHECK_WINE_WRONG("events.continue-twice", !ContinueDebugEvent(process.dwProcessId, process.dwThreadId, DBG_CONTINUE) && GetLastError() == ERROR_INVALID_PARAMETER,
                     "NtDebugContinue answers STATUS_INVALID_PARAMETER where no event waits");
    for (i = 0; i < EVENT_LIMIT && WaitForDebugEvent(&event, 10000) && event.dwDebugEventCode != EXCEPTION_DEBUG_EVENT; i++)
    {
        if (event.dwDebugEventCode == LOAD_DLL_DEBUG_EVENT)
        {
            loads++;
            ntdll |= is_file(event.u.LoadDll.hFile, "ntdll.dll") && event.u.LoadDll.lpBaseOfDll == GetModuleHandleA("ntdll.dll");
        }
        go(&event, DBG_CONTINUE);
    }
    CHECK("events.libraries-before-breakpoint", loads >= 3 && ntdll);
    CHECK("events.loader-breakpoint", event.dwDebugEventCode == EXCEPTION_DEBUG_EVENT &&
                                          event.u.Exception.ExceptionRecord.ExceptionCode == EXCEPTION_BREAKPOINT && event.u.Exception.dwFirstChance);
    go(&event, DBG_CONTINUE);
    CHECK("events.output-string", wait_for(OUTPUT_DEBUG_STRING_EVENT, &event));
    CHECK("events.output-text", !event.u.DebugString.fUnicode && event.u.DebugString.nDebugStringLength == sizeof "narrow words" &&
                                    ReadProcessMemory(process.hProcess, event.u.DebugString.lpDebugStringData, text, event.u.DebugString.nDebugStringLength, &done) &&
                                    !strcmp(text, "narrow words"));
    go(&event, DBG_CONTINUE);
    CHECK("events.new-thread", wait_for(CREATE_THREAD_DEBUG_EVENT, &event));
    new_thread = event.dwThreadId;
    CHECK("events.new-thread-handle", GetThreadId(event.u.CreateThread.hThread) == new_thread && new_thread != process.dwThreadId);
    CHECK("events.new-thread-teb", event.u.CreateThread.lpThreadLocalBase != NULL);
    go(&event, DBG_CONTINUE);
    CHECK("events.thread-end", wait_for(EXIT_THREAD_DEBUG_EVENT, &event) && event.dwThreadId == new_thread && event.u.ExitThread.dwExitCode == 77);
    go(&event, DBG_CONTINUE);
    for (i = 0; i < EVENT_LIMIT && !own_dll && wait_for(LOAD_DLL_DEBUG_EVENT, &event); i++)
    {
        own_dll = is_file(event.u.LoadDll.hFile, DLL_NAME);
        dll_base = event.u.LoadDll.lpBaseOfDll;
        if (own_dll)
        {
            void *name = NULL;
            WCHAR wide[MAX_PATH] = L"";
            ReadProcessMemory(process.hProcess, event.u.LoadDll.lpImageName, &name, sizeof name, &done);
            for (i = 0; name && i < MAX_PATH - 1; i++)
                if (!ReadProcessMemory(process.hProcess, (WCHAR *)name + i, wide + i, sizeof(WCHAR), &done) || !wide[i])
                    break;
            CHECK("events.library-name", event.u.LoadDll.fUnicode && i > 11 && !_wcsicmp(wide + i - 11, L"version.dll"));
        }
        go(&event, DBG_CONTINUE);
    }
    CHECK("events.library-loaded", own_dll);
    CHECK("events.library-unloaded", wait_for(UNLOAD_DLL_DEBUG_EVENT, &event) && event.u.UnloadDll.lpBaseOfDll == dll_base);
    go(&event, DBG_CONTINUE);
    CHECK("events.process-end", wait_for(EXIT_PROCESS_DEBUG_EVENT, &event) && event.dwProcessId == process.dwProcessId);
    exit_code = event.u.ExitProcess.dwExitCode;
    CHECK_EQ("events.exit-code", exit_code, 21);
    go(&event, DBG_CONTINUE);
    CHECK_EQ("events.waited-for", finish(&process), 21);
}

static void exceptions_group(void)
{
    DEBUG_EVENT event;
    PROCESS_INFORMATION process;
    EXCEPTION_RECORD *record = &event.u.Exception.ExceptionRecord;
    start("exceptions", "", DEBUG_ONLY_THIS_PROCESS, &process);
    CHECK("exceptions.first-chance", wait_for_exception(EXCEPTION_OWN, &event) && event.u.Exception.dwFirstChance);
    CHECK("exceptions.parameters", record->NumberParameters == 2 && record->ExceptionInformation[0] == 5 && record->ExceptionInformation[1] == 6);
    go(&event, DBG_CONTINUE);
    CHECK("exceptions.second", wait_for_exception(EXCEPTION_OWN, &event));
    go(&event, DBG_EXCEPTION_NOT_HANDLED);
    CHECK_EQ("exceptions.one-of-two-seen", run_to_end(), 31);
    finish(&process);
    start("crash", "", DEBUG_ONLY_THIS_PROCESS, &process);
    CHECK("exceptions.fault", wait_for_exception(EXCEPTION_ACCESS_VIOLATION, &event) && event.u.Exception.dwFirstChance);
    CHECK("exceptions.fault-parameters", record->NumberParameters == 2 && record->ExceptionInformation[0] == 0 && record->ExceptionInformation[1] == 0x10);
    go(&event, DBG_EXCEPTION_NOT_HANDLED);
    CHECK("exceptions.last-chance", wait_for_exception(EXCEPTION_ACCESS_VIOLATION, &event) && !event.u.Exception.dwFirstChance);
    go(&event, DBG_EXCEPTION_NOT_HANDLED);
    CHECK_EQ("exceptions.ended-by-it", run_to_end(), (DWORD)EXCEPTION_ACCESS_VIOLATION);
    CHECK_EQ("exceptions.exit-code", finish(&process), (DWORD)EXCEPTION_ACCESS_VIOLATION);
    CHECK_EQ("exceptions.no-handler-of-debugger", (AddVectoredExceptionHandler(1, swallow_own), RaiseException(EXCEPTION_OWN, 0, 0, NULL), 1), 1);
}

static void breakpoint_group(void)
{
    static const unsigned char int3 = 0xcc;
    unsigned char saved = 0, seen = 0;
    DEBUG_EVENT event;
    PROCESS_INFORMATION process;
    CONTEXT context = {.ContextFlags = CONTEXT_FULL};
    char *target;
    SIZE_T done;
    DWORD64 at;
    int steps;
    start("probe", "", DEBUG_ONLY_THIS_PROCESS, &process);
    CHECK("breakpoint.loader", wait_for(CREATE_PROCESS_DEBUG_EVENT, &event));
    target = in_child(event.u.CreateProcessInfo.lpBaseOfImage, probe);
    go(&event, DBG_CONTINUE);
    CHECK("breakpoint.first", wait_for_exception(EXCEPTION_BREAKPOINT, &event));
    CHECK("breakpoint.read-code", ReadProcessMemory(process.hProcess, target, &saved, 1, &done) && done == 1 && saved == *(unsigned char *)probe);
    CHECK("breakpoint.write-code", WriteProcessMemory(process.hProcess, target, &int3, 1, &done) && done == 1);
    CHECK("breakpoint.flush", FlushInstructionCache(process.hProcess, target, 1));
    CHECK("breakpoint.written", ReadProcessMemory(process.hProcess, target, &seen, 1, &done) && seen == int3);
    CHECK("breakpoint.own-copy-untouched", *(volatile unsigned char *)probe == saved);
    go(&event, DBG_CONTINUE);
    CHECK("breakpoint.hit", wait_for_exception(EXCEPTION_BREAKPOINT, &event) && event.u.Exception.ExceptionRecord.ExceptionAddress == target);
    CHECK("breakpoint.context", GetThreadContext(process.hThread, &context));
    CHECK("breakpoint.behind-it", context.Rip == (DWORD64)target + 1);
    CHECK("breakpoint.arguments", (int)context.Rcx == 3 && (int)context.Rdx == 4);
    CHECK("breakpoint.take-out", WriteProcessMemory(process.hProcess, target, &saved, 1, &done));
    context.Rip--;
    context.Rdx = 9;
    context.EFlags |= 0x100;
    CHECK("breakpoint.change", SetThreadContext(process.hThread, &context));
    go(&event, DBG_CONTINUE);
    CHECK("breakpoint.single-step", wait_for_exception(EXCEPTION_SINGLE_STEP, &event));
    at = (DWORD64)event.u.Exception.ExceptionRecord.ExceptionAddress;
    CHECK("breakpoint.one-instruction", at > (DWORD64)target && at <= (DWORD64)target + 15);
    GetThreadContext(process.hThread, &context);
    CHECK("breakpoint.step-context", context.Rip == at && (int)context.Rdx == 9);
    CHECK("breakpoint.step-flag-clear", !(context.EFlags & 0x100));
    for (steps = 0; steps < 3; steps++)
    {
        context.EFlags |= 0x100;
        SetThreadContext(process.hThread, &context);
        go(&event, DBG_CONTINUE);
        if (!wait_for_exception(EXCEPTION_SINGLE_STEP, &event))
            break;
        GetThreadContext(process.hThread, &context);
    }
    CHECK_EQ("breakpoint.more-steps", steps, 3);
    go(&event, DBG_CONTINUE);
    CHECK_EQ("breakpoint.changed-argument", run_to_end(), 39);
    finish(&process);
}

/* The child stands at probe by an ordinary breakpoint first: debug registers that are emulated make it slow. */
static void hardware_group(void)
{
    static const unsigned char int3 = 0xcc;
    DEBUG_EVENT event;
    PROCESS_INFORMATION process;
    CONTEXT context = {.ContextFlags = CONTEXT_DEBUG_REGISTERS};
    char *target, *word, *function;
    unsigned char saved = *(unsigned char *)probe;
    SIZE_T done;
    LONG value = 0;
    start("landmarks", "", DEBUG_ONLY_THIS_PROCESS, &process);
    wait_for(CREATE_PROCESS_DEBUG_EVENT, &event);
    target = in_child(event.u.CreateProcessInfo.lpBaseOfImage, probe);
    word = in_child(event.u.CreateProcessInfo.lpBaseOfImage, (const void *)&watched);
    function = in_child(event.u.CreateProcessInfo.lpBaseOfImage, landmark);
    go(&event, DBG_CONTINUE);
    wait_for_exception(EXCEPTION_BREAKPOINT, &event);
    WriteProcessMemory(process.hProcess, target, &int3, 1, &done);
    go(&event, DBG_CONTINUE);
    wait_for_exception(EXCEPTION_BREAKPOINT, &event);
    WriteProcessMemory(process.hProcess, target, &saved, 1, &done);
    context.ContextFlags = CONTEXT_CONTROL | CONTEXT_DEBUG_REGISTERS;
    GetThreadContext(process.hThread, &context);
    CHECK("hardware.clear-at-first", context.Dr0 == 0 && (context.Dr7 & 0xff) == 0);
    context.Rip--;
    context.Dr0 = (DWORD64)function;
    context.Dr1 = (DWORD64)word;
    context.Dr7 = 0x5 | (0xd << 20);
    CHECK("hardware.set", SetThreadContext(process.hThread, &context));
    memset(&context, 0, sizeof context);
    context.ContextFlags = CONTEXT_DEBUG_REGISTERS;
    CHECK("hardware.kept", GetThreadContext(process.hThread, &context) && context.Dr0 == (DWORD64)function && (context.Dr7 & 0xff) == 5);
    context.ContextFlags = CONTEXT_CONTROL;
    GetThreadContext(process.hThread, &context);
    context.Dr0 = 0;
    SetThreadContext(process.hThread, &context);
    context.ContextFlags = CONTEXT_DEBUG_REGISTERS;
    CHECK("hardware.only-asked-for", GetThreadContext(process.hThread, &context) && context.Dr0 == (DWORD64)function);
    go(&event, DBG_CONTINUE);
    CHECK("hardware.write-watched", wait_for_exception(EXCEPTION_SINGLE_STEP, &event));
    context.ContextFlags = CONTEXT_DEBUG_REGISTERS | CONTEXT_CONTROL;
    CHECK("hardware.write-which", GetThreadContext(process.hThread, &context) && (context.Dr6 & 15) == 2);
    CHECK("hardware.written", ReadProcessMemory(process.hProcess, word, &value, sizeof value, &done) && value == 7);
    go(&event, DBG_CONTINUE);
    CHECK("hardware.executed", wait_for_exception(EXCEPTION_SINGLE_STEP, &event) && event.u.Exception.ExceptionRecord.ExceptionAddress == function);
    CHECK("hardware.executed-which", GetThreadContext(process.hThread, &context) && (context.Dr6 & 15) == 1 && context.Rip == (DWORD64)function);
    context.Dr7 = 0;
    context.Dr6 = 0;
    SetThreadContext(process.hThread, &context);
    go(&event, DBG_CONTINUE);
    CHECK_EQ("hardware.goes-on", run_to_end(), 42);
    finish(&process);
}

static void attach_group(void)
{
    DEBUG_EVENT event;
    PROCESS_INFORMATION process;
    BOOL present = FALSE;
    HANDLE ready = CreateEventA(NULL, TRUE, FALSE, "pv-debugger-event");
    int created = 0, loads = 0, i;
    LONG before = 0, after = 0, stop = 1;
    char *counter;
    SIZE_T done;
    start("wait", "pv-debugger-event", 0, &process);
    Sleep(300);
    CHECK("attach.not-debugged", CheckRemoteDebuggerPresent(process.hProcess, &present) && !present);
    CHECK("attach.attach", DebugActiveProcess(process.dwProcessId));
    CHECK("attach.present", CheckRemoteDebuggerPresent(process.hProcess, &present) && present);
    CHECK_WINE_WRONG("attach.twice", !DebugActiveProcess(process.dwProcessId) && GetLastError() == ERROR_INVALID_PARAMETER,
                     "ERROR_INVALID_PARAMETER stands for STATUS_PORT_ALREADY_SET");
    for (i = 0; i < EVENT_LIMIT && WaitForDebugEvent(&event, 10000); i++)
    {
        created += event.dwDebugEventCode == CREATE_PROCESS_DEBUG_EVENT;
        loads += event.dwDebugEventCode == LOAD_DLL_DEBUG_EVENT;
        if (event.dwDebugEventCode == EXCEPTION_DEBUG_EVENT)
            break;
        go(&event, DBG_CONTINUE);
    }
    CHECK("attach.process-reported", created == 1);
    CHECK("attach.libraries-reported", loads >= 3);
    CHECK("attach.break-in", event.dwDebugEventCode == EXCEPTION_DEBUG_EVENT && event.u.Exception.ExceptionRecord.ExceptionCode == EXCEPTION_BREAKPOINT &&
                                 event.dwThreadId != process.dwThreadId);
    go(&event, DBG_CONTINUE);
    CHECK("attach.break-in-ends", wait_for(EXIT_THREAD_DEBUG_EVENT, &event));
    go(&event, DBG_CONTINUE);
    CHECK("attach.break-again", DebugBreakProcess(process.hProcess) && wait_for_exception(EXCEPTION_BREAKPOINT, &event));
    go(&event, DBG_CONTINUE);
    wait_for(EXIT_THREAD_DEBUG_EVENT, &event);
    go(&event, DBG_CONTINUE);
    CHECK("attach.detach", DebugActiveProcessStop(process.dwProcessId));
    CHECK("attach.gone", CheckRemoteDebuggerPresent(process.hProcess, &present) && !present);
    SetEvent(ready);
    CHECK_EQ("attach.goes-on", finish(&process), 42);
    CHECK_ERROR("attach.no-such-process", DebugActiveProcess(0xfffffff0), ERROR_INVALID_PARAMETER);
    CloseHandle(ready);

    start("spin", "", 0, &process);
    Sleep(300);
    DebugActiveProcess(process.dwProcessId);
    CHECK("attach.running", wait_for(CREATE_PROCESS_DEBUG_EVENT, &event));
    counter = in_child(event.u.CreateProcessInfo.lpBaseOfImage, (const void *)&spin_count);
    ReadProcessMemory(process.hProcess, counter, &before, sizeof before, &done);
    Sleep(50);
    ReadProcessMemory(process.hProcess, counter, &after, sizeof after, &done);
    CHECK("attach.stands-still", before == after && before != 0);
    CHECK("attach.write-data", WriteProcessMemory(process.hProcess, in_child(event.u.CreateProcessInfo.lpBaseOfImage, (const void *)&spin_stop), &stop, sizeof stop, &done));
    go(&event, DBG_CONTINUE);
    CHECK_EQ("attach.data-seen", run_to_end(), 61);
    finish(&process);
}

static void kill_group(void)
{
    DEBUG_EVENT event;
    PROCESS_INFORMATION process;
    HANDLE debug, ready = CreateEventA(NULL, TRUE, FALSE, "pv-debugger-kill"), second;
    DWORD code = 0;
    ULONG_PTR port = 1;
    ULONG flags = 2, kill = 0, returned = 9;
    LARGE_INTEGER now = {.QuadPart = 0};
    unsigned char state[256];
    CLIENT_ID id = {0};
    start("wait", "pv-debugger-kill", 0, &process);
    Sleep(300);
    CHECK_STATUS("kill.create-object", NtCreateDebugObject(&debug, DEBUG_OBJECT_ALL, NULL, DEBUG_OBJECT_KILL_ON_CLOSE), STATUS_SUCCESS);
    CHECK_STATUS("kill.bad-flags", NtCreateDebugObject(&second, DEBUG_OBJECT_ALL, NULL, 0x80), STATUS_INVALID_PARAMETER);
    CHECK_STATUS("kill.nothing-yet", NtWaitForDebugEvent(debug, FALSE, &now, state), STATUS_TIMEOUT);
    CHECK_EQ("kill.object-not-signalled", WaitForSingleObject(debug, 0), WAIT_TIMEOUT);
    CHECK_WINE_WRONG("kill.not-attached", NtRemoveProcessDebug(process.hProcess, debug) == STATUS_PORT_NOT_SET, "the process has no debug port");
    CHECK_STATUS("kill.self", NtDebugActiveProcess(GetCurrentProcess(), debug), STATUS_ACCESS_DENIED);
    CHECK_STATUS("kill.attach", NtDebugActiveProcess(process.hProcess, debug), STATUS_SUCCESS);
    CHECK_WINE_WRONG("kill.attach-twice", NtDebugActiveProcess(process.hProcess, debug) == STATUS_PORT_ALREADY_SET, "the process has a debug port");
    CHECK_EQ("kill.object-signalled", WaitForSingleObject(debug, 1000), WAIT_OBJECT_0);
    CHECK_STATUS("kill.debug-port", NtQueryInformationProcess(process.hProcess, CLASS_DEBUG_PORT, &port, sizeof port, NULL), STATUS_SUCCESS);
    CHECK_EQ("kill.debug-port-set", port, ~(ULONG_PTR)0);
    CHECK_STATUS("kill.debug-flags", NtQueryInformationProcess(process.hProcess, CLASS_DEBUG_FLAGS, &flags, sizeof flags, NULL), STATUS_SUCCESS);
    CHECK("kill.debug-object", NtQueryInformationProcess(process.hProcess, CLASS_DEBUG_OBJECT, &second, sizeof second, NULL) == STATUS_SUCCESS && close_good(second));
    CHECK_STATUS("kill.no-debug-object", NtQueryInformationProcess(GetCurrentProcess(), CLASS_DEBUG_OBJECT, &second, sizeof second, NULL), STATUS_PORT_NOT_SET);
    CHECK_STATUS("kill.get-event", NtWaitForDebugEvent(debug, FALSE, &now, state), STATUS_SUCCESS);
    memcpy(&id, state + 8, sizeof id);
    CHECK_EQ("kill.event-process", (DWORD)(ULONG_PTR)id.UniqueProcess, process.dwProcessId);
    CHECK_STATUS("kill.bad-continue-status", NtDebugContinue(debug, &id, STATUS_ACCESS_DENIED), STATUS_INVALID_PARAMETER);
    CHECK_STATUS("kill.information-length", NtSetInformationDebugObject(debug, 1, &kill, 2, &returned), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS("kill.information-class", NtSetInformationDebugObject(debug, 7, &kill, 4, &returned), STATUS_INVALID_PARAMETER);
    CHECK_EQ("kill.still-there", WaitForSingleObject(process.hProcess, 50), WAIT_TIMEOUT);
    CloseHandle(debug);
    CHECK_EQ("kill.killed", WaitForSingleObject(process.hProcess, 10000), WAIT_OBJECT_0);
    GetExitCodeProcess(process.hProcess, &code);
    CHECK("kill.exit-code", code != STILL_ACTIVE && code != 41 && code != 42);
    CloseHandle(process.hProcess);
    CloseHandle(process.hThread);

    start("wait", "pv-debugger-kill", 0, &process);
    Sleep(300);
    NtCreateDebugObject(&debug, DEBUG_OBJECT_ALL, NULL, DEBUG_OBJECT_KILL_ON_CLOSE);
    NtDebugActiveProcess(process.hProcess, debug);
    CHECK_STATUS("kill.switch-off", NtSetInformationDebugObject(debug, 1, &kill, sizeof kill, NULL), STATUS_SUCCESS);
    CloseHandle(debug);
    CHECK_EQ("kill.lives-on", WaitForSingleObject(process.hProcess, 100), WAIT_TIMEOUT);
    SetEvent(ready);
    CHECK_EQ("kill.undisturbed", finish(&process), 42);
    CloseHandle(ready);

    start("exit", "", DEBUG_ONLY_THIS_PROCESS, &process);
    wait_for_exception(EXCEPTION_BREAKPOINT, &event);
    CHECK("kill.terminate-stopped", TerminateProcess(process.hProcess, 99));
    go(&event, DBG_CONTINUE);
    CHECK_EQ("kill.terminated", run_to_end(), 99);
    finish(&process);
}

static void children_group(void)
{
    DEBUG_EVENT event;
    PROCESS_INFORMATION process;
    int processes = 0, exits = 0, i;
    DWORD code = 0;
    start("parent", "", DEBUG_PROCESS, &process);
    for (i = 0; i < 2 * EVENT_LIMIT && exits < 2 && WaitForDebugEvent(&event, 10000); i++)
    {
        processes += event.dwDebugEventCode == CREATE_PROCESS_DEBUG_EVENT;
        if (event.dwDebugEventCode == EXIT_PROCESS_DEBUG_EVENT)
        {
            exits++;
            code = event.u.ExitProcess.dwExitCode;
        }
        go(&event, DBG_CONTINUE);
    }
    CHECK_EQ("children.both", processes, 2);
    CHECK_EQ("children.ends", exits, 2);
    CHECK_EQ("children.code", code, 51);
    finish(&process);
    processes = 0;
    start("parent", "", DEBUG_ONLY_THIS_PROCESS, &process);
    for (i = 0; i < EVENT_LIMIT && WaitForDebugEvent(&event, 10000); i++)
    {
        processes += event.dwDebugEventCode == CREATE_PROCESS_DEBUG_EVENT;
        go(&event, DBG_CONTINUE);
        if (event.dwDebugEventCode == EXIT_PROCESS_DEBUG_EVENT)
            break;
    }
    CHECK_EQ("children.only-this", processes, 1);
    CHECK_EQ("children.only-code", finish(&process), 51);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"events", events_group},     {"exceptions", exceptions_group}, {"breakpoint", breakpoint_group},
        {"hardware", hardware_group}, {"attach", attach_group},         {"kill", kill_group},
        {"children", children_group},
    };
    GetModuleFileNameA(NULL, self, sizeof self);
    if (argc >= 3 && !strcmp(argv[1], "--child"))
        return child(argv[2], argc > 3 ? argv[3] : "");
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
