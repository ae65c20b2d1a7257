namespace PortableVirt.VmApp.Core;

/// <summary>All that one run of a program needs to know. The same for embedded runs and runs under the daemon.</summary>
public sealed record LaunchOptions
{
    /// <summary>Host path of the program as the user gave it, absolute or relative to <see cref="WorkingFolder"/>.</summary>
    public required string ProgramPath { get; init; }

    /// <summary>Arguments after the program's name, one entry each, not quoted.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Absolute host path of the folder that the program starts in; also the VM-app's own current folder.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>Environment of the caller, with what the command line changed.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Host paths granted by the command line, in its order.</summary>
    public IReadOnlyList<Grant> Grants { get; init; } = [];

    /// <summary>True: nothing but <see cref="Grants"/> is granted, not even the working folder and the program's folder.</summary>
    public bool Private { get; init; }

    /// <summary>Folder of the system libraries (PE DLLs), or null for the installed libwine.</summary>
    public string? SystemLibraryFolder { get; init; }

    /// <summary>The package that program, system libraries and locale files come from; null for a program of the host. Embedded runs only.</summary>
    public PackagedProgram? Package { get; init; }

    /// <summary>Folder that keeps the program's C: drive and registry, or null for a fresh one that goes with the run.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Records what the run uses of the foreign OS, or null. Embedded runs only.</summary>
    public PortableVirt.Emulation.Recording.UseRecorder? Recorder { get; init; }

    /// <summary>Decides about what the package's list does not hold, or null. Embedded runs only.</summary>
    public PortableVirt.Emulation.Unseen.UnseenGuard? Unseen { get; init; }

    /// <summary>The launch images to start from, the first that fits counts. Embedded runs only.</summary>
    public IReadOnlyList<PortableVirt.Emulation.Launch.LaunchImageFile> LaunchImages { get; init; } = [];

    /// <summary>Takes a launch image of the run, or null; needs <see cref="Recorder"/>. Embedded runs only.</summary>
    public PortableVirt.Emulation.Launch.LaunchCapture? LaunchCapture { get; init; }

    /// <summary>Absolute host path of the file that a report of a crash is added to, or null for none.</summary>
    public string? CrashReportFile { get; init; }

    /// <summary>Every system call is written to stderr.</summary>
    public bool Trace { get; init; }

    /// <summary>Counters of the run (VM exits by reason, times, memory) are written to stderr at its end.</summary>
    public bool Stats { get; init; }

    /// <summary>Descriptor that is the program's standard input.</summary>
    public int StdIn { get; init; }

    /// <summary>Descriptor that is the program's standard output.</summary>
    public int StdOut { get; init; } = 1;

    /// <summary>Descriptor that is the program's standard error.</summary>
    public int StdErr { get; init; } = 2;

    /// <summary>What of the host's network the program sees.</summary>
    public NetworkMode Network { get; init; }

    /// <summary>What the process keeps when its cell is closed around it, before the program's first instruction; null for no cell.</summary>
    public RunCell? Cell { get; init; }
}
