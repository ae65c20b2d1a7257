using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Launch;

/// <summary>
/// A process as it stands at a <see cref="LaunchPoint"/>: all static imports mapped, relocated and bound, no code of the program run. Regions, pages and
/// registers; the pages' bytes lie behind it in the file.
/// </summary>
public sealed record LaunchImage
{
    /// <summary>What the image was made of; a start with anything else does not use it. Name and value, in order.</summary>
    public required IReadOnlyList<(string Name, string Value)> Inputs { get; init; }

    /// <summary>Registers of the first thread.</summary>
    public required UserRegisters Registers { get; init; }

    /// <summary>The first 576 bytes of its XSAVE area (x87, SSE, header), empty for the state in which threads begin.</summary>
    public required byte[] ExtendedState { get; init; }

    /// <summary>Id of the process.</summary>
    public required uint ProcessId { get; init; }

    /// <summary>Id of the thread: the owner of the loader's lock.</summary>
    public required uint ThreadId { get; init; }

    /// <summary>Address of the PEB.</summary>
    public required ulong Peb { get; init; }

    /// <summary>Address of the thread's TEB.</summary>
    public required ulong Teb { get; init; }

    /// <summary>Lowest address of the thread's stack.</summary>
    public required ulong StackAllocation { get; init; }

    /// <summary>First address above it.</summary>
    public required ulong StackBase { get; init; }

    /// <summary>Base of the program.</summary>
    public required ulong ImageBase { get; init; }

    /// <summary>Base of ntdll.dll.</summary>
    public required ulong NtdllBase { get; init; }

    /// <summary>Address of the RTL_USER_PROCESS_PARAMETERS that ntdll keeps on its heap.</summary>
    public required ulong Parameters { get; init; }

    /// <summary>Address of the environment on ntdll's heap.</summary>
    public required ulong Environment { get; init; }

    /// <summary>Bytes that the environment has room for.</summary>
    public required int EnvironmentCapacity { get; init; }

    /// <summary>Addresses of the security cookies that the loader set: each start gets new ones.</summary>
    public required IReadOnlyList<ulong> Cookies { get; init; }

    /// <summary>Regions by address, without those that every process shares.</summary>
    public required IReadOnlyList<LaunchRegion> Regions { get; init; }

    /// <summary>Pages by address.</summary>
    public required IReadOnlyList<LaunchPages> Pages { get; init; }

    /// <summary>Number of stored pages.</summary>
    public required int StoredPages { get; init; }

    /// <summary>Which files the loader looked for, and which it found, before the image was taken; with a drive C: of its own a start checks them.</summary>
    public required IReadOnlyList<(string Name, bool Found)> Files { get; init; }

    /// <summary>Which keys of the user it looked for, and whether it found them; with a registry of its own a start checks them.</summary>
    public required IReadOnlyList<(string Key, bool Found)> Keys { get; init; }

    /// <summary>Which values of the user it read, likewise.</summary>
    public IReadOnlyList<LaunchValue> Values { get; init; } = [];

    /// <summary>Keys that it has open.</summary>
    public IReadOnlyList<LaunchKeyHandle> OpenKeys { get; init; } = [];

    /// <summary>Standard input, output and error that the libraries have copied; a start with others does not use the image. Empty when none has.</summary>
    public IReadOnlyList<ulong> Handles { get; init; } = [];

    /// <summary>Where kernelbase.dll keeps the names of the time zone from its initialiser on (<see cref="LaunchTimeZone"/>); 0 when it has none.</summary>
    public ulong TimeZoneNames { get; init; }

    /// <summary>What a start with a console has besides.</summary>
    public LaunchConsole Console { get; init; }

    /// <summary>Where kernelbase.dll keeps the command line in the ANSI code page; 0 when it has not been initialised.</summary>
    public ulong AnsiCommandLine { get; init; }

    /// <summary>Where the image was taken.</summary>
    public LaunchPoint Point => AnsiCommandLine == 0 ? LaunchPoint.FirstInitialiser : LaunchPoint.SecondInitialiser;
}
