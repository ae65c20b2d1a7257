using PortableVirt.Emulation.Objects;

namespace PortableVirt.Emulation.Processes;

/// <summary>What a new process gets: the fields of RTL_USER_PROCESS_PARAMETERS that matter.</summary>
public sealed record ProcessStart
{
    /// <summary>DOS path of the program.</summary>
    public required string ImagePath { get; init; }

    /// <summary>Whole command line.</summary>
    public required string CommandLine { get; init; }

    /// <summary>DOS path of the current directory, ending in a backslash.</summary>
    public required string CurrentDirectory { get; init; }

    /// <summary>Environment block: "NAME=VALUE" entries, each ended by a zero, ended by another zero.</summary>
    public required string Environment { get; init; }

    /// <summary>Directories to search for DLLs, or empty for the default.</summary>
    public string DllPath { get; init; } = "";

    /// <summary>Window title.</summary>
    public string WindowTitle { get; init; } = "";

    /// <summary>Desktop.</summary>
    public string Desktop { get; init; } = "WinSta0\\Default";

    /// <summary>ShellInfo.</summary>
    public string ShellInfo { get; init; } = "";

    /// <summary>RuntimeInfo: opaque bytes that C run-time libraries pass to children, two bytes a character.</summary>
    public string RuntimeInfo { get; init; } = "";

    /// <summary>STARTF_ flags.</summary>
    public uint WindowFlags { get; init; }

    /// <summary>SW_ value.</summary>
    public uint ShowWindow { get; init; } = 1;

    /// <summary>Standard input, as a handle in the new process.</summary>
    public Handle StandardInput { get; init; }

    /// <summary>Standard output.</summary>
    public Handle StandardOutput { get; init; }

    /// <summary>Standard error.</summary>
    public Handle StandardError { get; init; }

    /// <summary>Console handle: 0 for none.</summary>
    public Handle Console { get; init; }

    /// <summary>ConsoleFlags.</summary>
    public uint ConsoleFlags { get; init; }

    /// <summary>Process group id, 0 for the process's own.</summary>
    public uint ProcessGroupId { get; init; }
}
