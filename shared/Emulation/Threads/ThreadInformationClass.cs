namespace PortableVirt.Emulation.Threads;

/// <summary>THREADINFOCLASS, the values that are answered (winternl.h, ntpsapi.h).</summary>
internal enum ThreadInformationClass : uint
{
    Basic = 0,
    Times = 1,
    Priority = 2,
    BasePriority = 3,
    AffinityMask = 4,
    ImpersonationToken = 5,
    Win32StartAddress = 9,
    ZeroTlsCell = 10,
    AmILastThread = 12,
    IdealProcessor = 13,
    PriorityBoost = 14,
    IsIoPending = 16,
    HideFromDebugger = 17,
    BreakOnTermination = 18,
    IsTerminated = 20,
    IoPriority = 22,
    CycleTime = 23,
    PagePriority = 24,
    ActualBasePriority = 25,
    GroupInformation = 30,
    IdealProcessorEx = 33,
    SuspendCount = 35,
    Name = 38,
    SelectedCpuSets = 39,
    ActualGroupAffinity = 41,
    DynamicCodePolicy = 42,
    PowerThrottling = 49,
}
