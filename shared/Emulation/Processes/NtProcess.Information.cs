using PortableVirt.Emulation.Security;
using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation.Processes;

public sealed partial class NtProcess
{
    private TokenObject? _token;

    /// <summary>NT path of the image as the kernel names it, e.g. "\Device\HarddiskVolume1\tools\x.exe"; the DOS path below "\??\" unless the loader sets it.</summary>
    public string NtImagePath
    {
        get => field.Length != 0 ? field : @"\??\" + ImagePath;
        internal set;
    } = "";

    /// <summary>Process id of the creator; 0 when it was started from outside.</summary>
    public uint ParentProcessId { get; internal set; }

    /// <summary>Session; the interactive session of Windows is 1.</summary>
    public uint SessionId { get; internal set; } = 1;

    /// <summary>Creation time (FILETIME).</summary>
    public long CreateTime { get; internal set; } = DateTime.UtcNow.ToFileTimeUtc();

    /// <summary>Exit time (FILETIME); 0 while the process lives. Set when it ends.</summary>
    public long ExitTime { get; internal set; }

    /// <summary>Default hard-error mode (SEM_ flags, with SEM_FAILCRITICALERRORS inverted as NT keeps it).</summary>
    public uint HardErrorMode { get; internal set; } = 1;

    /// <summary>PROCESS_PRIORITY_CLASS_: 1 idle, 2 normal, 3 high, 4 realtime, 5 below normal, 6 above normal.</summary>
    public byte PriorityClass { get; internal set; } = 2;

    /// <summary>Base priority, 1 to 31; 8 is normal.</summary>
    public int BasePriority { get; internal set; } = 8;

    /// <summary>True when dynamic priority boosts are off.</summary>
    public bool PriorityBoostDisabled { get; internal set; }

    /// <summary>Processors that the threads may run on; 0 means all.</summary>
    public ulong AffinityMask { get; internal set; }

    /// <summary>Page priority, 1 to 5.</summary>
    public uint PagePriority { get; internal set; } = 5;

    /// <summary>I/O priority hint, 0 to 4; 2 is normal.</summary>
    public uint IoPriority { get; internal set; } = 2;

    /// <summary>Random number that RtlEncodePointer mixes in.</summary>
    public uint Cookie { get; } = BitConverter.ToUInt32(HostRandom.GetBytes(4)) | 1;

    /// <summary>The primary token.</summary>
    public TokenObject Token
    {
        get => _token ?? Interlocked.CompareExchange(ref _token, TokenObject.CreateUserToken(Executive.Machine), null) ?? _token!;
        internal set => _token = value;
    }
}
