/* The object manager through its native calls: namespace, links, handles, types, security, jobs, atoms, keyed events,
 * completion ports, alerts, and what is known of threads. */
#include "checks.h"
#include "nt.h"
#include <wchar.h>

#define CALL NTSTATUS NTAPI
CALL NtCreateDirectoryObject(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *);
CALL NtQueryDirectoryObject(HANDLE, PVOID, ULONG, BOOLEAN, BOOLEAN, ULONG *, ULONG *);
CALL NtCreateSymbolicLinkObject(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, UNICODE_STRING *);
CALL NtOpenSymbolicLinkObject(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *);
CALL NtQuerySymbolicLinkObject(HANDLE, UNICODE_STRING *, ULONG *);
CALL NtOpenEvent(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *);
CALL NtClearEvent(HANDLE);
CALL NtOpenMutant(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *);
CALL NtMakeTemporaryObject(HANDLE);
CALL NtCompareObjects(HANDLE, HANDLE);
CALL NtQuerySecurityObject(HANDLE, ULONG, PVOID, ULONG, ULONG *);
CALL NtSetSecurityObject(HANDLE, ULONG, PVOID);
CALL NtCreateJobObject(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *);
CALL NtAssignProcessToJobObject(HANDLE, HANDLE);
CALL NtIsProcessInJob(HANDLE, HANDLE);
CALL NtQueryInformationJobObject(HANDLE, ULONG, PVOID, ULONG, ULONG *);
CALL NtSetInformationJobObject(HANDLE, ULONG, PVOID, ULONG);
CALL NtAddAtom(const WCHAR *, ULONG, USHORT *);
CALL NtFindAtom(const WCHAR *, ULONG, USHORT *);
CALL NtDeleteAtom(USHORT);
CALL NtQueryInformationAtom(USHORT, ULONG, PVOID, ULONG, ULONG *);
CALL NtAllocateLocallyUniqueId(LUID *);
CALL NtQueryIoCompletion(HANDLE, ULONG, PVOID, ULONG, ULONG *);
CALL NtRemoveIoCompletionEx(HANDLE, PVOID, ULONG, ULONG *, LARGE_INTEGER *, BOOLEAN);
CALL NtCreateTimer(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, ULONG);
CALL NtOpenTimer(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *);
CALL NtSetTimer(HANDLE, const LARGE_INTEGER *, PVOID, PVOID, BOOLEAN, ULONG, BOOLEAN *);
CALL NtCancelTimer(HANDLE, BOOLEAN *);
CALL NtQueryTimer(HANDLE, ULONG, PVOID, ULONG, ULONG *);
CALL NtAlertThreadByThreadId(HANDLE);
CALL NtWaitForAlertByThreadId(PVOID, const LARGE_INTEGER *);
CALL NtAlertResumeThread(HANDLE, ULONG *);
CALL NtOpenThread(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, CLIENT_ID *);
CALL NtGetNextThread(HANDLE, HANDLE, ACCESS_MASK, ULONG, ULONG, HANDLE *);
CALL NtSetInformationThread(HANDLE, ULONG, PVOID, ULONG);

CALL NtCreateSemaphore(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, LONG, LONG);
CALL NtOpenSemaphore(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *);
CALL NtOpenJobObject(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *);
CALL NtOpenKeyedEvent(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *);
CALL NtOpenIoCompletion(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *);
CALL NtSetThreadExecutionState(ULONG, ULONG *);
ULONG NTAPI NtGetCurrentProcessorNumber(void);

#define DIRECTORY L"\\BaseNamedObjects\\pv-objects"

static void name_object(OBJECT_ATTRIBUTES *attributes, UNICODE_STRING *string, const WCHAR *name, ULONG flags)
{
    RtlInitUnicodeString(string, name);
    InitializeObjectAttributes(attributes, string, flags, NULL, NULL);
}

static void directories_group(void)
{
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name, *entries;
    HANDLE directory, event, again, other;
    BYTE buffer[1024];
    ULONG context = 0, length = 0;
    name_object(&attributes, &name, DIRECTORY, 0);
    CHECK_STATUS("directories.create", NtCreateDirectoryObject(&directory, 0xf000f, &attributes), 0);
    CHECK_STATUS("directories.create-again", NtCreateDirectoryObject(&again, 0xf000f, &attributes), STATUS_OBJECT_NAME_COLLISION);
    attributes.Attributes = OBJ_OPENIF;
    CHECK_STATUS("directories.create-or-open", NtCreateDirectoryObject(&again, 0xf000f, &attributes), STATUS_OBJECT_NAME_EXISTS);
    NtClose(again);
    CHECK_STATUS("directories.empty", NtQueryDirectoryObject(directory, buffer, sizeof buffer, TRUE, TRUE, &context, &length),
                 STATUS_NO_MORE_ENTRIES);
    RtlInitUnicodeString(&name, L"child");
    InitializeObjectAttributes(&attributes, &name, 0, directory, NULL);
    CHECK_STATUS("directories.relative", NtCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, 0, FALSE), 0);
    CHECK_STATUS("directories.enumerate",
                 NtQueryDirectoryObject(directory, buffer, sizeof buffer, TRUE, TRUE, &context, &length), 0);
    entries = (UNICODE_STRING *)buffer;
    CHECK("directories.entry", context == 1 && entries[0].Length == 10 && !wcscmp(entries[0].Buffer, L"child") &&
                                   !wcscmp(entries[1].Buffer, L"Event"));
    CHECK_STATUS("directories.end", NtQueryDirectoryObject(directory, buffer, sizeof buffer, TRUE, FALSE, &context, &length),
                 STATUS_NO_MORE_ENTRIES);
    name_object(&attributes, &name, DIRECTORY L"\\child", 0);
    CHECK_STATUS("directories.absolute", NtOpenEvent(&again, EVENT_ALL_ACCESS, &attributes), 0);
    CHECK_STATUS("directories.other-type", NtOpenMutant(&other, MUTANT_ALL_ACCESS, &attributes), STATUS_OBJECT_TYPE_MISMATCH);
    NtClose(again);
    NtClose(event);
    CHECK_STATUS("directories.entry-gone", NtOpenEvent(&again, EVENT_ALL_ACCESS, &attributes), STATUS_OBJECT_NAME_NOT_FOUND);
    name_object(&attributes, &name, DIRECTORY L"\\missing\\child", 0);
    CHECK_STATUS("directories.path-missing", NtOpenEvent(&again, EVENT_ALL_ACCESS, &attributes), STATUS_OBJECT_PATH_NOT_FOUND);
    name_object(&attributes, &name, L"no-root", 0);
    CHECK_STATUS("directories.no-root", NtOpenEvent(&again, EVENT_ALL_ACCESS, &attributes), STATUS_OBJECT_PATH_SYNTAX_BAD);
    CHECK_STATUS("directories.no-attributes", NtOpenEvent(&again, EVENT_ALL_ACCESS, NULL), STATUS_INVALID_PARAMETER);
    NtClose(directory);
}

static void links_group(void)
{
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name, target;
    WCHAR text[64];
    HANDLE link, again, event;
    ULONG length = 0;
    name_object(&attributes, &name, L"\\BaseNamedObjects\\pv-link", 0);
    RtlInitUnicodeString(&target, L"\\BaseNamedObjects");
    CHECK_STATUS("links.create", NtCreateSymbolicLinkObject(&link, 0xf0001, &attributes, &target), 0);
    CHECK_STATUS("links.open", NtOpenSymbolicLinkObject(&again, 0xf0001, &attributes), 0);
    target.Buffer = text;
    target.MaximumLength = sizeof text;
    target.Length = 0;
    CHECK_STATUS("links.query", NtQuerySymbolicLinkObject(again, &target, &length), 0);
    CHECK("links.target", target.Length == 34 && !wcsncmp(text, L"\\BaseNamedObjects", 17));
    target.MaximumLength = 10;
    CHECK_STATUS("links.query-short", NtQuerySymbolicLinkObject(again, &target, &length), STATUS_BUFFER_TOO_SMALL);
    NtClose(again);
    name_object(&attributes, &name, L"\\BaseNamedObjects\\pv-link\\pv-through", 0);
    CHECK_STATUS("links.create-through", NtCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, 0, FALSE), 0);
    name_object(&attributes, &name, L"\\BaseNamedObjects\\pv-through", 0);
    CHECK_STATUS("links.is-where-it-leads", NtOpenEvent(&again, EVENT_ALL_ACCESS, &attributes), 0);
    NtClose(again);
    NtClose(event);
    NtClose(link);
}

static void openings_group(void)
{
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    LARGE_INTEGER none = {.QuadPart = 0};
    HANDLE first, second;
    name_object(&attributes, &name, L"\\BaseNamedObjects\\pv-opened", 0);
    NtCreateSemaphore(&first, 0x1f0003, &attributes, 1, 2);
    CHECK_STATUS("openings.semaphore", NtOpenSemaphore(&second, 0x1f0003, &attributes), 0);
    CHECK_STATUS("openings.wait", NtWaitForSingleObject(second, FALSE, &none), 0);
    CHECK_STATUS("openings.wait-none-left", NtWaitForSingleObject(first, FALSE, &none), STATUS_TIMEOUT);
    NtClose(first);
    NtClose(second);
    NtCreateJobObject(&first, JOB_OBJECT_ALL_ACCESS, &attributes);
    CHECK_STATUS("openings.job", NtOpenJobObject(&second, JOB_OBJECT_ALL_ACCESS, &attributes), 0);
    NtClose(first);
    NtClose(second);
    NtCreateKeyedEvent(&first, 0xf0003, &attributes, 0);
    CHECK_STATUS("openings.keyed-event", NtOpenKeyedEvent(&second, 0xf0003, &attributes), 0);
    NtClose(first);
    NtClose(second);
    NtCreateIoCompletion(&first, 0x1f0003, &attributes, 0);
    CHECK_STATUS("openings.completion-port", NtOpenIoCompletion(&second, 0x1f0003, &attributes), 0);
    NtClose(first);
    NtClose(second);
}

static void queries_group(void)
{
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name, *string;
    BYTE buffer[512];
    ULONG *basic = (ULONG *)buffer, length = 0;
    HANDLE event, plain = CreateEventW(NULL, TRUE, FALSE, NULL), copy;
    name_object(&attributes, &name, L"\\BaseNamedObjects\\pv-queried", 0);
    NtCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, 0, FALSE);
    string = (UNICODE_STRING *)buffer;
    CHECK_STATUS("queries.name", NtQueryObject(event, 1, buffer, sizeof buffer, &length), 0);
    CHECK("queries.name-text", !wcscmp(string->Buffer, L"\\BaseNamedObjects\\pv-queried") && length == 16 + string->MaximumLength);
    CHECK("queries.no-name", !NtQueryObject(plain, 1, buffer, sizeof buffer, &length) && string->Length == 0);
    CHECK_STATUS("queries.name-no-room", NtQueryObject(event, 1, buffer, 8, &length), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS("queries.type", NtQueryObject(event, 2, buffer, sizeof buffer, &length), 0);
    CHECK("queries.type-name", !wcscmp(string->Buffer, L"Event"));
    CHECK_STATUS("queries.basic", NtQueryObject(event, 0, buffer, 56, &length), 0);
    CHECK("queries.basic-counts", basic[1] == EVENT_ALL_ACCESS && basic[2] == 1);
    CHECK_STATUS("queries.basic-short", NtQueryObject(event, 0, buffer, 55, &length), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_WINE_WRONG("queries.bad-class", NtQueryObject(event, 99, buffer, sizeof buffer, &length) == STATUS_INVALID_INFO_CLASS,
                     "an unknown class has a status of its own");
    DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS);
    CHECK_STATUS("queries.same", NtCompareObjects(event, copy), 0);
    CHECK_STATUS("queries.not-same", NtCompareObjects(event, plain), 0xc00001ac);
    CHECK_STATUS("queries.make-temporary", NtMakeTemporaryObject(event), 0);
    CHECK("queries.clear", !NtSetEvent(event, NULL) && !NtClearEvent(event) && WaitForSingleObject(event, 0) == WAIT_TIMEOUT);
    NtClose(copy);
    NtClose(event);
    NtClose(plain);
}

static void security_group(void)
{
    BYTE buffer[1024];
    ULONG length = 0;
    SECURITY_DESCRIPTOR descriptor;
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    PSID owner = NULL;
    BOOL present = FALSE, defaulted;
    PACL dacl = (PACL)1;
    CHECK_STATUS("security.size", NtQuerySecurityObject(event, 7, NULL, 0, &length), STATUS_BUFFER_TOO_SMALL);
    CHECK("security.needs-room", length >= 20 && length <= sizeof buffer);
    CHECK_STATUS("security.query", NtQuerySecurityObject(event, 7, buffer, sizeof buffer, &length), 0);
    CHECK("security.valid", IsValidSecurityDescriptor(buffer));
    InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    SetSecurityDescriptorDacl(&descriptor, TRUE, NULL, FALSE);
    CHECK_STATUS("security.set", NtSetSecurityObject(event, 4, &descriptor), 0);
    CHECK_STATUS("security.query-again", NtQuerySecurityObject(event, 5, buffer, sizeof buffer, &length), 0);
    CHECK("security.null-dacl", GetSecurityDescriptorDacl(buffer, &present, &dacl, &defaulted) && present && !dacl);
    CHECK("security.owner", GetSecurityDescriptorOwner(buffer, &owner, &defaulted));
    CHECK_STATUS("security.bad-pointer", NtSetSecurityObject(event, 4, NULL), STATUS_ACCESS_VIOLATION);
    NtClose(event);
}

static void jobs_group(void)
{
    JOBOBJECT_BASIC_ACCOUNTING_INFORMATION accounting;
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits;
    ULONG length = 0;
    HANDLE job;
    CHECK_STATUS("jobs.create", NtCreateJobObject(&job, JOB_OBJECT_ALL_ACCESS, NULL), 0);
    CHECK_STATUS("jobs.not-in-it", NtIsProcessInJob(GetCurrentProcess(), job), 0x123);
    memset(&limits, 0, sizeof limits);
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_BREAKAWAY_OK;
    CHECK_STATUS("jobs.set-limits", NtSetInformationJobObject(job, 9, &limits, sizeof limits), 0);
    CHECK_WINE_WRONG("jobs.set-short", NtSetInformationJobObject(job, 9, &limits, 8) == STATUS_INFO_LENGTH_MISMATCH,
                     "a wrong length has a status of its own");
    memset(&limits, 0xcc, sizeof limits);
    CHECK_STATUS("jobs.query-limits", NtQueryInformationJobObject(job, 9, &limits, sizeof limits, &length), 0);
    CHECK_WINE_WRONG("jobs.limits-kept", limits.BasicLimitInformation.LimitFlags == JOB_OBJECT_LIMIT_BREAKAWAY_OK,
                     "limits can be read back");
    CHECK_STATUS("jobs.assign", NtAssignProcessToJobObject(job, GetCurrentProcess()), 0);
    CHECK_STATUS("jobs.in-it", NtIsProcessInJob(GetCurrentProcess(), job), 0x124);
    CHECK_STATUS("jobs.in-any", NtIsProcessInJob(GetCurrentProcess(), NULL), 0x124);
    CHECK("jobs.accounting", !NtQueryInformationJobObject(job, 1, &accounting, sizeof accounting, &length) &&
                                 accounting.ActiveProcesses == 1 && accounting.TotalProcesses == 1);
    NtClose(job);
}

static void atoms_group(void)
{
    struct
    {
        USHORT uses, flags, length;
        WCHAR name[64];
    } basic;
    USHORT atom = 0, again = 0, number = 0;
    ULONG length;
    LUID first, second;
    CHECK_STATUS("atoms.add", NtAddAtom(L"pv-atom", 14, &atom), 0);
    CHECK("atoms.named-range", atom >= 0xc000);
    CHECK("atoms.add-again", !NtAddAtom(L"PV-Atom", 14, &again) && again == atom);
    CHECK("atoms.find", !NtFindAtom(L"pv-atom", 14, &again) && again == atom);
    CHECK_STATUS("atoms.find-missing", NtFindAtom(L"pv-none", 14, &again), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK("atoms.integer", !NtAddAtom(L"#123", 8, &number) && number == 123);
    CHECK("atoms.information", !NtQueryInformationAtom(atom, 0, &basic, sizeof basic, &length) && basic.uses == 2 &&
                                   basic.length == 14 && !wcscmp(basic.name, L"pv-atom"));
    CHECK("atoms.delete", !NtDeleteAtom(atom) && !NtFindAtom(L"pv-atom", 14, &again));
    CHECK("atoms.delete-last", !NtDeleteAtom(atom) && NtFindAtom(L"pv-atom", 14, &again) == STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS("atoms.delete-missing", NtDeleteAtom(atom), STATUS_INVALID_HANDLE);
    CHECK("atoms.unique-ids", !NtAllocateLocallyUniqueId(&first) && !NtAllocateLocallyUniqueId(&second) &&
                                  (second.LowPart > first.LowPart || second.HighPart > first.HighPart));
}

static HANDLE keyed;

static DWORD WINAPI wait_at_key(void *key)
{
    return NtWaitForKeyedEvent(keyed, key, FALSE, NULL);
}

static DWORD finish(HANDLE thread)
{
    DWORD code = 0xbad;
    WaitForSingleObject(thread, 5000);
    GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    return code;
}

static void keyed_group(void)
{
    LARGE_INTEGER soon = {.QuadPart = -100000};
    HANDLE thread;
    CHECK_STATUS("keyed.create", NtCreateKeyedEvent(&keyed, 0xf0003, NULL, 0), 0);
    CHECK_STATUS("keyed.odd-key", NtWaitForKeyedEvent(keyed, (void *)1, FALSE, &soon), STATUS_INVALID_PARAMETER_1);
    CHECK_STATUS("keyed.alone", NtReleaseKeyedEvent(keyed, (void *)8, FALSE, &soon), STATUS_TIMEOUT);
    thread = CreateThread(NULL, 0, wait_at_key, (void *)8, 0, NULL);
    CHECK_STATUS("keyed.other-key", NtReleaseKeyedEvent(keyed, (void *)16, FALSE, &soon), STATUS_TIMEOUT);
    CHECK_STATUS("keyed.release", NtReleaseKeyedEvent(keyed, (void *)8, FALSE, NULL), 0);
    CHECK_EQ("keyed.waiter", finish(thread), 0);
    NtClose(keyed);
}

static void completion_group(void)
{
    NT_IO_COMPLETION_INFORMATION packets[4];
    LARGE_INTEGER none = {.QuadPart = 0};
    IO_STATUS_BLOCK status;
    ULONG_PTR key = 0, value = 0;
    ULONG taken = 9, depth = 9, length;
    HANDLE port;
    CHECK_STATUS("completion.create", NtCreateIoCompletion(&port, 0x1f0003, NULL, 0), 0);
    CHECK_STATUS("completion.empty", NtRemoveIoCompletion(port, &key, &value, &status, &none), STATUS_TIMEOUT);
    CHECK_STATUS("completion.post", NtSetIoCompletion(port, 1, 2, STATUS_END_OF_FILE, 3), 0);
    NtSetIoCompletion(port, 4, 5, 0, 6);
    NtSetIoCompletion(port, 7, 8, 0, 9);
    CHECK("completion.depth", !NtQueryIoCompletion(port, 0, &depth, sizeof depth, &length) && depth == 3);
    CHECK("completion.remove", !NtRemoveIoCompletion(port, &key, &value, &status, &none) && key == 1 && value == 2 &&
                                   status.Status == STATUS_END_OF_FILE && status.Information == 3);
    CHECK("completion.remove-several", !NtRemoveIoCompletionEx(port, packets, 4, &taken, &none, FALSE) && taken == 2 &&
                                           packets[0].KeyContext == (void *)4 && packets[1].ApcContext == (void *)8);
    CHECK_STATUS("completion.none-left", NtRemoveIoCompletionEx(port, packets, 4, &taken, &none, FALSE), STATUS_TIMEOUT);
    NtClose(port);
}

static void timers_group(void)
{
    struct
    {
        LARGE_INTEGER remaining;
        BOOLEAN state;
    } basic;
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    LARGE_INTEGER due = {.QuadPart = -600000000};
    BOOLEAN previous = 9;
    HANDLE timer, again, other;
    ULONG length;
    name_object(&attributes, &name, L"\\BaseNamedObjects\\pv-timer", 0);
    CHECK_STATUS("timers.create", NtCreateTimer(&timer, TIMER_ALL_ACCESS, &attributes, 0), 0);
    CHECK_STATUS("timers.open", NtOpenTimer(&again, TIMER_ALL_ACCESS, &attributes), 0);
    CHECK("timers.set", !NtSetTimer(again, &due, NULL, NULL, FALSE, 0, &previous) && previous == FALSE);
    CHECK("timers.query", !NtQueryTimer(timer, 0, &basic, sizeof basic, &length) && !basic.state &&
                              basic.remaining.QuadPart > 500000000 && basic.remaining.QuadPart <= 600000000);
    CHECK("timers.cancel", !NtCancelTimer(timer, &previous) && previous == FALSE);
    due.QuadPart = -1;
    NtSetTimer(timer, &due, NULL, NULL, FALSE, 0, NULL);
    CHECK_EQ("timers.fires", WaitForSingleObject(timer, 3000), WAIT_OBJECT_0);
    CHECK("timers.cancel-signalled", !NtCancelTimer(timer, &previous) && previous == TRUE);
    CHECK_WINE_WRONG("timers.bad-kind", NtCreateTimer(&other, TIMER_ALL_ACCESS, NULL, 7) == STATUS_INVALID_PARAMETER_4,
                     "the status names the parameter");
    NtClose(again);
    NtClose(timer);
}

static volatile LONG waiting;

static DWORD WINAPI wait_alertably(void *unused)
{
    LARGE_INTEGER long_time = {.QuadPart = -100000000};
    (void)unused;
    waiting = 1;
    return NtDelayExecution(TRUE, &long_time);
}

static DWORD WINAPI wait_for_id(void *unused)
{
    (void)unused;
    return NtWaitForAlertByThreadId(NULL, NULL);
}

static void alerts_group(void)
{
    LARGE_INTEGER soon = {.QuadPart = -10000};
    HANDLE self = (HANDLE)(ULONG_PTR)GetCurrentThreadId(), thread;
    DWORD id;
    ULONG count = 9;
    CHECK_STATUS("alerts.by-id-times-out", NtWaitForAlertByThreadId(NULL, &soon), STATUS_TIMEOUT);
    CHECK("alerts.by-id-kept", !NtAlertThreadByThreadId(self) && !NtAlertThreadByThreadId(self) &&
                                   NtWaitForAlertByThreadId(NULL, NULL) == STATUS_ALERTED);
    CHECK_STATUS("alerts.by-id-once", NtWaitForAlertByThreadId(NULL, &soon), STATUS_TIMEOUT);
    CHECK_STATUS("alerts.by-id-missing", NtAlertThreadByThreadId((HANDLE)(ULONG_PTR)0xfffffff0), STATUS_INVALID_CID);
    thread = CreateThread(NULL, 0, wait_for_id, NULL, 0, &id);
    Sleep(10);
    NtAlertThreadByThreadId((HANDLE)(ULONG_PTR)id);
    CHECK_EQ("alerts.by-id-wakes", finish(thread), STATUS_ALERTED);
    thread = CreateThread(NULL, 0, wait_alertably, NULL, 0, NULL);
    while (!waiting)
        Sleep(0);
    Sleep(20);
    CHECK_WINE_WRONG("alerts.thread", !NtAlertThread(thread) && finish(thread) == STATUS_ALERTED, "Wine does not implement alerts");
    thread = CreateThread(NULL, 0, wait_for_id, NULL, CREATE_SUSPENDED, &id);
    NtAlertThreadByThreadId((HANDLE)(ULONG_PTR)id);
    CHECK("alerts.resume", !NtAlertResumeThread(thread, &count) && count == 1);
    CHECK_EQ("alerts.before-start", finish(thread), STATUS_ALERTED);
}

static void threads_group(void)
{
    BYTE buffer[64];
    OBJECT_ATTRIBUTES attributes;
    CLIENT_ID id = {NULL, (HANDLE)(ULONG_PTR)GetCurrentThreadId()};
    HANDLE thread = NULL, next = NULL;
    ULONG length = 0, count = 9, priority;
    InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
    CHECK_STATUS("threads.open", NtOpenThread(&thread, THREAD_ALL_ACCESS, &attributes, &id), 0);
    id.UniqueThread = (HANDLE)(ULONG_PTR)0xfffffff0;
    CHECK_STATUS("threads.open-missing", NtOpenThread(&next, THREAD_ALL_ACCESS, &attributes, &id), STATUS_INVALID_CID);
    CHECK_STATUS("threads.times", NtQueryInformationThread(thread, 1, buffer, 32, &length), 0);
    CHECK_STATUS("threads.last", NtQueryInformationThread(thread, 12, buffer, 4, &length), 0);
    CHECK_STATUS("threads.last-length", NtQueryInformationThread(thread, 12, buffer, 8, &length), STATUS_INFO_LENGTH_MISMATCH);
    CHECK("threads.suspend-count", !NtQueryInformationThread(thread, 35, &count, 4, &length) && count == 0);
    CHECK_WINE_WRONG("threads.bad-class", NtQueryInformationThread(thread, 0x7777, buffer, 4, &length) == STATUS_INVALID_INFO_CLASS,
                     "an unknown class has a status of its own");
    priority = 99;
    CHECK_STATUS("threads.bad-priority", NtSetInformationThread(thread, 3, &priority, 4), STATUS_INVALID_PARAMETER);
    CHECK_STATUS("threads.walk", NtGetNextThread(GetCurrentProcess(), NULL, THREAD_ALL_ACCESS, 0, 0, &next), 0);
    CHECK("threads.walk-first", GetThreadId(next) == GetCurrentThreadId());
    CHECK_WINE_WRONG("threads.walk-end", NtGetNextThread(GetCurrentProcess(), next, THREAD_ALL_ACCESS, 0, 0, &next) == STATUS_NO_MORE_ENTRIES,
                     "threads that have ended are not walked");
    NtClose(thread);
    CHECK("threads.processor", NtGetCurrentProcessorNumber() < 64);
    CHECK_WINE_WRONG("threads.execution-state", !NtSetThreadExecutionState(ES_CONTINUOUS | ES_SYSTEM_REQUIRED, &count) && (count & ES_CONTINUOUS),
                     "the state before is continuous");
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"directories", directories_group}, {"links", links_group},     {"openings", openings_group},
        {"queries", queries_group},
        {"security", security_group},       {"jobs", jobs_group},       {"atoms", atoms_group},
        {"keyed", keyed_group},             {"completion", completion_group}, {"timers", timers_group},
        {"alerts", alerts_group},           {"threads", threads_group},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
