namespace PortableVirt.Emulation.Processes;

public sealed partial class NtProcess
{
    /// <summary>Guest address where the program starts, 0 when it has no entry point.</summary>
    public ulong EntryPoint { get; internal set; }

    /// <summary>DOS path of the program.</summary>
    public string ImagePath { get; private set; } = "";

    /// <summary>Command line.</summary>
    public string CommandLine { get; private set; } = "";

    /// <summary>SECTION_IMAGE_INFORMATION of the program, 64 bytes.</summary>
    public byte[] ImageInformation { get; private set; } = [];

    /// <summary>The program belongs to the system library: libwine marks its files.</summary>
    internal bool IsLibraryProgram { get; set; }

    /// <summary>Process group for console control events: the process id of its first process.</summary>
    internal uint ProcessGroupId { get; set; }

    /// <summary>Ctrl-C is ignored, and the program's own flag was cleared so that other events come through.</summary>
    internal bool IgnoresCtrlC { get; set; }

    internal void SetImage(string path, string commandLine, byte[] information) => (ImagePath, CommandLine, ImageInformation) = (path, commandLine, information);
}
