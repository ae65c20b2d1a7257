namespace PortableVirt.Emulation.Objects;

/// <summary>The directories and links that every Windows session finds.</summary>
public sealed partial class ObjectNamespace
{
    private static readonly string[] _standardDirectories =
    [
        @"\??", @"\GLOBAL??", @"\Device", @"\Driver", @"\FileSystem", @"\ObjectTypes", @"\Security", @"\KernelObjects", @"\KnownDlls", @"\NLS",
        @"\RPC Control", @"\BaseNamedObjects", @"\BaseNamedObjects\Restricted", @"\Windows", @"\Windows\WindowStations", @"\Sessions",
        @"\Sessions\BNOLINKS", @"\Sessions\0", @"\Sessions\0\BaseNamedObjects", @"\Sessions\0\DosDevices", @"\Sessions\1",
        @"\Sessions\1\BaseNamedObjects", @"\Sessions\1\BaseNamedObjects\Restricted", @"\Sessions\1\DosDevices", @"\Sessions\1\Windows",
        @"\Sessions\1\Windows\WindowStations",
    ];

    private static readonly (string Path, string Target)[] _standardLinks =
    [
        (@"\DosDevices", @"\??"),
        (@"\SystemRoot", @"\??\C:\windows"),
        (@"\KnownDlls\KnownDllPath", @"C:\windows\system32"),
        (@"\BaseNamedObjects\Global", @"\BaseNamedObjects"),
        (@"\BaseNamedObjects\Local", @"\BaseNamedObjects"),
        (@"\BaseNamedObjects\Session", @"\Sessions\BNOLINKS"),
        (@"\Sessions\BNOLINKS\0", @"\BaseNamedObjects"),
        (@"\Sessions\BNOLINKS\1", @"\Sessions\1\BaseNamedObjects"),
        (@"\Sessions\0\BaseNamedObjects\Global", @"\BaseNamedObjects"),
        (@"\Sessions\0\BaseNamedObjects\Local", @"\Sessions\0\BaseNamedObjects"),
        (@"\Sessions\0\BaseNamedObjects\Session", @"\Sessions\BNOLINKS"),
        (@"\Sessions\1\BaseNamedObjects\Global", @"\BaseNamedObjects"),
        (@"\Sessions\1\BaseNamedObjects\Local", @"\Sessions\1\BaseNamedObjects"),
        (@"\Sessions\1\BaseNamedObjects\Session", @"\Sessions\BNOLINKS"),
    ];

    /// <summary>A namespace with the standard tree: base named objects of sessions 0 and 1, devices, known DLLs, window stations.</summary>
    public ObjectNamespace()
    {
        Root.Name = @"\";
        Root.IsPermanent = true;
        foreach (string path in _standardDirectories)
        {
            AddStandard(path, new DirectoryObject());
        }
        foreach ((string path, string target) in _standardLinks)
        {
            AddStandard(path, new SymbolicLinkObject(target));
        }
    }

    private void AddStandard(string path, KernelObject value)
    {
        value.IsPermanent = true;
        Insert(null, path, false, value, out _);
    }
}
