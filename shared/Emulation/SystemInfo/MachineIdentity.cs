namespace PortableVirt.Emulation.SystemInfo;

/// <summary>
/// What programs learn about the machine and its user: constants by policy, never the host's own. The registry, tokens and the
/// environment of every process take them from here.
/// </summary>
public sealed record MachineIdentity
{
    /// <summary>Default identity.</summary>
    public static readonly MachineIdentity Default = new();

    /// <summary>NetBIOS name, upper case, at most 15 characters.</summary>
    public string ComputerName { get; init; } = "PORTABLEVIRT";

    /// <summary>Account name of the user.</summary>
    public string UserName { get; init; } = "user";

    /// <summary>SID of the user; names HKEY_CURRENT_USER.</summary>
    public string UserSid { get; init; } = "S-1-5-21-0-0-0-1000";

    /// <summary>Value MachineGuid of HKLM\Software\Microsoft\Cryptography.</summary>
    public string MachineGuid { get; init; } = "7c0a9d52-51f3-4b7e-9c38-0f6d2a1be4c7";

    /// <summary>Windows folder of the guest.</summary>
    public string SystemRoot { get; init; } = @"C:\windows";

    /// <summary>Profile folder of the user.</summary>
    public string ProfileFolder => @"C:\users\" + UserName;

    /// <summary>Windows time zone key name, or null for the host's own zone.</summary>
    public string? TimeZoneKeyName { get; init; }

    /// <summary>Locale name, e.g. "en-US".</summary>
    public string LocaleName { get; init; } = "en-US";

    /// <summary>Windows build reported; 19045 is Windows 10 22H2.</summary>
    public uint Build { get; init; } = 19045;

    /// <summary>ANSI code page.</summary>
    public uint AnsiCodePage { get; init; } = 1252;

    /// <summary>OEM code page.</summary>
    public uint OemCodePage { get; init; } = 437;
}
