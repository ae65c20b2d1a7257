using System.Text;
using PortableVirt.Desktop.Files;

namespace PortableVirt.Desktop.Entries;

/// <summary>
/// Windows programs on a user's desktop: a desktop entry that file managers offer for .exe files ("Open with PortableVirt"), and their icon. Nothing is
/// taken from other programs: where several open .exe files, the user's choice counts.
/// </summary>
/// <param name="dataHome">$XDG_DATA_HOME.</param>
/// <param name="configuration">The user's folder of decisions, <see cref="UserFolders.Configuration"/>.</param>
/// <param name="computer">The document types of the computer, without the user's own.</param>
public sealed class ExeFiles(string dataHome, string configuration, MimeDatabase computer)
{
    private const string Name = "portablevirt";
    private const string Extension = "exe";
    private const string DecisionOff = "exe off\n";

    /// <summary>The type that IANA has for PE files; what .exe files are where the computer has no type for them.</summary>
    private const string RegisteredType = "application/vnd.microsoft.portable-executable";

    /// <summary>What versions of shared-mime-info, and other programs, call them.</summary>
    private static readonly string[] s_types =
        [RegisteredType, "application/x-ms-dos-executable", "application/x-msdos-program", "application/x-msdownload", "application/x-dosexec"];

    private readonly DesktopFolders _folders = new(dataHome);

    private string Decision => Path.Combine(configuration, "desktop");

    /// <summary>True unless the user took the registration away (<see cref="Decide"/>).</summary>
    public bool IsWanted => !File.Exists(Decision) || File.ReadAllText(Decision) != DecisionOff;

    /// <summary>The type that the desktop gives to .exe files.</summary>
    public string Type => computer.Find(Extension) ?? RegisteredType;

    /// <summary>Those of our files that are there.</summary>
    public IReadOnlyList<string> Present => [.. Places.Where(File.Exists)];

    private IEnumerable<string> Places =>
        [_folders.Entry(Name), _folders.MimePackage(Name), _folders.ProgramDrawing(Name), .. s_types.Select(_folders.TypeDrawing)];

    /// <summary>Keeps the user's decision. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    public void Decide(bool isWanted)
    {
        if (!isWanted)
        {
            DesktopFolders.Write(Decision, DecisionOff);
        }
        else if (File.Exists(Decision))
        {
            File.Delete(Decision);
            EmptyFolders.Remove(configuration);
        }
    }

    /// <summary>Writes what is missing or different. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    /// <param name="pvctl">Full path of pvctl.</param>
    /// <returns>The files.</returns>
    public IReadOnlyList<string> Register(string pvctl)
    {
        List<(string Path, string Text)> files = [(_folders.ProgramDrawing(Name), Drawing), (_folders.TypeDrawing(Type), Drawing)];
        if (computer.Find(Extension) is null)
        {
            files.Add((_folders.MimePackage(Name), TypeDefinition));
        }
        files.Add((_folders.Entry(Name), Entry(pvctl)));
        bool isChanged = false;
        foreach ((string path, string text) in files.Where(f => !File.Exists(f.Path) || File.ReadAllText(f.Path) != f.Text))
        {
            DesktopFolders.Write(path, text);
            isChanged = true;
        }
        if (isChanged)
        {
            _folders.Update();
        }
        return [.. files.Select(f => f.Path)];
    }

    /// <summary>Takes all of it away. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    /// <returns>The files that were removed.</returns>
    public IReadOnlyList<string> Unregister()
    {
        IReadOnlyList<string> present = Present;
        foreach (string path in present)
        {
            File.Delete(path);
        }
        if (present.Count != 0)
        {
            _folders.Update();
            _folders.RemoveEmpty();
        }
        return present;
    }

    /// <summary>TryExec hides the entry where pvctl is no longer installed. It is no program of its own, so menus leave it out.</summary>
    private static string Entry(string pvctl)
    {
        StringBuilder text = new("[Desktop Entry]\nType=Application\nVersion=1.0\nName=PortableVirt\nGenericName=Windows programs\n");
        text.Append("Comment=Runs a Windows program in a virtual machine of its own\n");
        text.Append($"TryExec={DesktopText.Value(pvctl)}\nExec={DesktopText.Value(DesktopText.Argument(pvctl))} open --desktop -- %f\n");
        return text.Append($"Icon={Name}\nTerminal=false\nNoDisplay=true\nStartupNotify=false\nMimeType={string.Concat(s_types.Select(t => t + ";"))}\n").ToString();
    }

    private static string TypeDefinition => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
          <mime-type type="{RegisteredType}">
            <comment>Windows program</comment>
            <magic priority="50">
              <match type="string" offset="0" value="MZ"/>
            </magic>
            <glob pattern="*.{Extension}"/>
          </mime-type>
        </mime-info>

        """;

    /// <summary>A window in a machine.</summary>
    private const string Drawing = """
        <svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">
          <rect x="4" y="6" width="56" height="52" rx="7" fill="#1f3a5f"/>
          <rect x="10" y="13" width="44" height="38" rx="3" fill="#f4f7fb"/>
          <rect x="10" y="13" width="44" height="9" rx="3" fill="#3d8bd4"/>
          <circle cx="15.5" cy="17.5" r="2" fill="#f4f7fb"/>
          <path d="M18 30l7 6-7 6" fill="none" stroke="#1f3a5f" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/>
          <path d="M31 43h13" stroke="#1f3a5f" stroke-width="4" stroke-linecap="round"/>
        </svg>

        """;
}
