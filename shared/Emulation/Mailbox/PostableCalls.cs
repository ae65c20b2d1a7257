namespace PortableVirt.Emulation.Mailbox;

/// <summary>
/// The calls that may be posted: they touch neither the vCPU nor a thread that has to be stopped, and they end soon. Where a wait or a transfer would
/// block, the method itself answers <see cref="NtStatus.MustExit"/> to a posted call before it has changed anything.
/// </summary>
internal static class PostableCalls
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        // Waits and synchronisation.
        "NtAlertThreadByThreadId", "NtCancelTimer", "NtClearEvent", "NtCreateEvent", "NtCreateIoCompletion", "NtCreateMutant", "NtCreateSemaphore",
        "NtCreateTimer", "NtDelayExecution", "NtOpenEvent", "NtOpenMutant", "NtOpenSemaphore", "NtPulseEvent", "NtQueryEvent", "NtQueryIoCompletion",
        "NtQueryMutant", "NtQuerySemaphore", "NtQueryTimer", "NtReleaseMutant", "NtReleaseSemaphore", "NtRemoveIoCompletion", "NtResetEvent",
        "NtSetEvent", "NtSetIoCompletion", "NtSetTimer", "NtWaitForAlertByThreadId", "NtWaitForMultipleObjects", "NtWaitForSingleObject",
        "NtYieldExecution",

        // Objects, memory and sections.
        "NtAllocateVirtualMemory", "NtClose", "NtCreateSection", "NtDuplicateObject", "NtFreeVirtualMemory", "NtMapViewOfSection", "NtOpenSection",
        "NtProtectVirtualMemory", "NtQueryObject", "NtQuerySection", "NtQueryVirtualMemory", "NtUnmapViewOfSection",

        // Files.
        "NtCreateFile", "NtOpenFile", "NtQueryAttributesFile", "NtQueryDirectoryFile", "NtQueryFullAttributesFile", "NtQueryInformationFile",
        "NtQueryVolumeInformationFile", "NtReadFile", "NtSetInformationFile", "NtWriteFile",

        // Registry.
        "NtCreateKey", "NtDeleteKey", "NtDeleteValueKey", "NtEnumerateKey", "NtEnumerateValueKey", "NtOpenKey", "NtOpenKeyEx", "NtQueryKey",
        "NtQueryValueKey", "NtSetValueKey",

        // Information.
        "NtQueryInformationProcess", "NtQueryPerformanceCounter", "NtQuerySystemInformation", "NtQuerySystemTime", "NtQueueApcThread",
    ];
}
