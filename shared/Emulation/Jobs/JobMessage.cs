namespace PortableVirt.Emulation.Jobs;

/// <summary>JOB_OBJECT_MSG_: what a job posts to its completion port.</summary>
internal enum JobMessage : uint
{
    ActiveProcessLimit = 3,
    ActiveProcessZero = 4,
    NewProcess = 6,
    ExitProcess = 7,
    AbnormalExitProcess = 8,
}
