using System.Text;
using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.VmApp.Core;

/// <summary>
/// The environment of the first process: what Windows sets, what libwine's DLLs rely on (measured on libwine 8.0), and the
/// caller's variables except those that mean something else on Windows.
/// </summary>
public static class GuestEnvironment
{
    /// <summary>Host variables that would mislead a Windows program.</summary>
    private static readonly HashSet<string> _hostOnly = new(StringComparer.OrdinalIgnoreCase)
    {
        "PATH", "HOME", "SHELL", "PWD", "OLDPWD", "TMPDIR", "TEMP", "TMP", "USER", "USERNAME", "LOGNAME", "HOSTNAME", "_", "SHLVL", "MAIL",
        "APPDATA", "LOCALAPPDATA", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "SYSTEMROOT", "WINDIR", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "OS",
    };

    private static readonly string[] _hostOnlyPrefixes = ["LD_", "XDG_", "DBUS_", "SSH_", "WINE", "PORTABLEVIRT_", "SUDO_"];

    /// <summary>Makes the block: "NAME=VALUE" entries sorted by name, each ended by a zero, ended by another zero.</summary>
    public static string Create(IReadOnlyDictionary<string, string> host, MachineIdentity machine, int processors)
    {
        SortedDictionary<string, string> variables = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in host)
        {
            if (name.Length != 0 && !name.Contains('=') && !_hostOnly.Contains(name) && !Array.Exists(_hostOnlyPrefixes, p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase)))
            {
                variables[name] = value;
            }
        }
        foreach ((string name, string value) in Standard(machine, processors))
        {
            variables[name] = value;
        }
        StringBuilder block = new();
        foreach ((string name, string value) in variables)
        {
            block.Append(name).Append('=').Append(value.Replace("\0", "", StringComparison.Ordinal)).Append('\0');
        }
        return block.Append('\0').ToString();
    }

    private static IEnumerable<(string Name, string Value)> Standard(MachineIdentity machine, int processors)
    {
        string root = machine.SystemRoot;
        string profile = machine.ProfileFolder;
        yield return ("ALLUSERSPROFILE", @"C:\ProgramData");
        yield return ("APPDATA", profile + @"\AppData\Roaming");
        yield return ("CommonProgramFiles", @"C:\Program Files\Common Files");
        yield return ("COMPUTERNAME", machine.ComputerName);
        yield return ("ComSpec", root + @"\system32\cmd.exe");
        yield return ("HOMEDRIVE", "C:");
        yield return ("HOMEPATH", profile[2..]);
        yield return ("LOCALAPPDATA", profile + @"\AppData\Local");
        yield return ("NUMBER_OF_PROCESSORS", processors.ToString(System.Globalization.CultureInfo.InvariantCulture));
        yield return ("OS", "Windows_NT");
        yield return ("PATH", $@"{root}\system32;{root};{root}\system32\wbem");
        yield return ("PATHEXT", ".COM;.EXE;.BAT;.CMD;.VBS;.JS;.WS");
        yield return ("PROCESSOR_ARCHITECTURE", "AMD64");
        yield return ("ProgramData", @"C:\ProgramData");
        yield return ("ProgramFiles", @"C:\Program Files");
        yield return ("ProgramW6432", @"C:\Program Files");
        yield return ("PUBLIC", @"C:\users\Public");
        yield return ("SystemDrive", "C:");
        yield return ("SystemRoot", root);
        yield return ("TEMP", profile + @"\AppData\Local\Temp");
        yield return ("TMP", profile + @"\AppData\Local\Temp");
        yield return ("USERDOMAIN", machine.ComputerName);
        yield return ("USERNAME", machine.UserName);
        yield return ("USERPROFILE", profile);
        yield return ("windir", root);
        yield return ("WINEHOMEDIR", @"\??\" + profile);
        yield return ("WINEUSERLOCALE", machine.LocaleName);
        yield return ("WINEUSERNAME", machine.UserName);
    }
}
