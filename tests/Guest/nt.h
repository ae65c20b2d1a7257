/* Native calls and structures that the mingw-w64 headers do not declare. Names, numbers and layouts are NT's own. */
#ifndef PORTABLEVIRT_NT_H
#define PORTABLEVIRT_NT_H

#include <windows.h>
#include <winternl.h>
#include <ntstatus.h>

#ifndef STATUS_SUCCESS
#define STATUS_SUCCESS ((NTSTATUS)0)
#endif

typedef VOID(NTAPI *NT_APC_ROUTINE)(PVOID, PVOID, PVOID);

typedef struct
{
    LONG EventType;
    LONG EventState;
} NT_EVENT_BASIC_INFORMATION;

typedef struct
{
    LONG CurrentCount;
    LONG MaximumCount;
} NT_SEMAPHORE_BASIC_INFORMATION;

typedef struct
{
    LONG CurrentCount;
    BOOLEAN OwnedByCaller;
    BOOLEAN AbandonedState;
} NT_MUTANT_BASIC_INFORMATION;

typedef struct
{
    NTSTATUS ExitStatus;
    PVOID TebBaseAddress;
    HANDLE UniqueProcess;
    HANDLE UniqueThread;
    ULONG_PTR AffinityMask;
    LONG Priority;
    LONG BasePriority;
} NT_THREAD_BASIC_INFORMATION;

typedef struct
{
    PVOID BaseAddress;
    ULONG AllocationAttributes;
    LARGE_INTEGER MaximumSize;
} NT_SECTION_BASIC_INFORMATION;

typedef struct
{
    PVOID KeyContext;
    PVOID ApcContext;
    IO_STATUS_BLOCK IoStatusBlock;
} NT_IO_COMPLETION_INFORMATION;

#define NT_CURRENT_PROCESS ((HANDLE)(LONG_PTR)-1)
#define NT_CURRENT_THREAD ((HANDLE)(LONG_PTR)-2)
#define NT_VIEW_SHARE 1
#define NT_VIEW_UNMAP 2

#ifdef __cplusplus
extern "C"
{
#endif
    NTSTATUS NTAPI NtAllocateVirtualMemory(HANDLE, PVOID *, ULONG_PTR, SIZE_T *, ULONG, ULONG);
    NTSTATUS NTAPI NtFreeVirtualMemory(HANDLE, PVOID *, SIZE_T *, ULONG);
    NTSTATUS NTAPI NtProtectVirtualMemory(HANDLE, PVOID *, SIZE_T *, ULONG, ULONG *);
    NTSTATUS NTAPI NtQueryVirtualMemory(HANDLE, PVOID, ULONG, PVOID, SIZE_T, SIZE_T *);
    NTSTATUS NTAPI NtReadFile(HANDLE, HANDLE, NT_APC_ROUTINE, PVOID, IO_STATUS_BLOCK *, PVOID, ULONG,
                              LARGE_INTEGER *, ULONG *);
    NTSTATUS NTAPI NtWriteFile(HANDLE, HANDLE, NT_APC_ROUTINE, PVOID, IO_STATUS_BLOCK *, const void *, ULONG,
                               LARGE_INTEGER *, ULONG *);
    NTSTATUS NTAPI NtCreateEvent(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, ULONG, BOOLEAN);
    NTSTATUS NTAPI NtSetEvent(HANDLE, LONG *);
    NTSTATUS NTAPI NtResetEvent(HANDLE, LONG *);
    NTSTATUS NTAPI NtQueryEvent(HANDLE, ULONG, PVOID, ULONG, ULONG *);
    NTSTATUS NTAPI NtQuerySemaphore(HANDLE, ULONG, PVOID, ULONG, ULONG *);
    NTSTATUS NTAPI NtQueryMutant(HANDLE, ULONG, PVOID, ULONG, ULONG *);
    NTSTATUS NTAPI NtReleaseMutant(HANDLE, LONG *);
    NTSTATUS NTAPI NtReleaseSemaphore(HANDLE, LONG, LONG *);
    NTSTATUS NTAPI NtCreateKeyedEvent(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, ULONG);
    NTSTATUS NTAPI NtWaitForKeyedEvent(HANDLE, const void *, BOOLEAN, const LARGE_INTEGER *);
    NTSTATUS NTAPI NtReleaseKeyedEvent(HANDLE, const void *, BOOLEAN, const LARGE_INTEGER *);
    NTSTATUS NTAPI NtCreateSection(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, LARGE_INTEGER *, ULONG, ULONG, HANDLE);
    NTSTATUS NTAPI NtExtendSection(HANDLE, LARGE_INTEGER *);
    NTSTATUS NTAPI NtMapViewOfSection(HANDLE, HANDLE, PVOID *, ULONG_PTR, SIZE_T, LARGE_INTEGER *, SIZE_T *, ULONG,
                                      ULONG, ULONG);
    NTSTATUS NTAPI NtUnmapViewOfSection(HANDLE, PVOID);
    NTSTATUS NTAPI NtQuerySection(HANDLE, ULONG, PVOID, SIZE_T, SIZE_T *);
    NTSTATUS NTAPI NtQueryDirectoryFile(HANDLE, HANDLE, NT_APC_ROUTINE, PVOID, IO_STATUS_BLOCK *, PVOID, ULONG, ULONG,
                                        BOOLEAN, UNICODE_STRING *, BOOLEAN);
    NTSTATUS NTAPI NtQueryAttributesFile(const OBJECT_ATTRIBUTES *, PVOID);
    NTSTATUS NTAPI NtQueueApcThread(HANDLE, PVOID, ULONG_PTR, ULONG_PTR, ULONG_PTR);
    NTSTATUS NTAPI NtTestAlert(void);
    NTSTATUS NTAPI NtAlertThread(HANDLE);
    NTSTATUS NTAPI NtDelayExecution(BOOLEAN, const LARGE_INTEGER *);
    NTSTATUS NTAPI NtYieldExecution(void);
    NTSTATUS NTAPI NtOpenKey(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *);
    NTSTATUS NTAPI NtQueryKey(HANDLE, ULONG, PVOID, ULONG, ULONG *);
    NTSTATUS NTAPI NtQueryValueKey(HANDLE, UNICODE_STRING *, ULONG, PVOID, ULONG, ULONG *);
    NTSTATUS NTAPI NtOpenProcess(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, CLIENT_ID *);
    NTSTATUS NTAPI NtReadVirtualMemory(HANDLE, const void *, PVOID, SIZE_T, SIZE_T *);
    NTSTATUS NTAPI NtWriteVirtualMemory(HANDLE, PVOID, const void *, SIZE_T, SIZE_T *);
    NTSTATUS NTAPI NtDuplicateObject(HANDLE, HANDLE, HANDLE, HANDLE *, ACCESS_MASK, ULONG, ULONG);
    NTSTATUS NTAPI NtQueryPerformanceCounter(LARGE_INTEGER *, LARGE_INTEGER *);
    NTSTATUS NTAPI NtCreateIoCompletion(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, ULONG);
    NTSTATUS NTAPI NtSetIoCompletion(HANDLE, ULONG_PTR, ULONG_PTR, NTSTATUS, ULONG_PTR);
    NTSTATUS NTAPI NtRemoveIoCompletion(HANDLE, ULONG_PTR *, ULONG_PTR *, IO_STATUS_BLOCK *, LARGE_INTEGER *);
    NTSTATUS NTAPI NtOpenDirectoryObject(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *);
    NTSTATUS NTAPI NtGetContextThread(HANDLE, CONTEXT *);
    NTSTATUS NTAPI NtSetContextThread(HANDLE, const CONTEXT *);
    NTSTATUS NTAPI RtlDosPathNameToNtPathName_U_WithStatus(const WCHAR *, UNICODE_STRING *, WCHAR **, PVOID);
    NTSTATUS NTAPI RtlGetVersion(OSVERSIONINFOEXW *);
#ifdef __cplusplus
}
#endif

#endif
