namespace PortableVirt.Emulation.SystemInfo;

/// <summary>Default locales of a VM, as LCIDs ([MS-LCID]); 0x409 is en-US. The UI language follows the locale.</summary>
public sealed class LocaleSettings
{
    private volatile uint _userLocale = 0x409;
    private volatile ushort _userLanguage = 0x409;

    /// <summary>System default locale.</summary>
    public uint SystemLocale { get; init; } = 0x409;

    /// <summary>Language the system was installed in.</summary>
    public ushort InstallLanguage { get; init; } = 0x409;

    /// <summary>User default locale.</summary>
    public uint UserLocale
    {
        get => _userLocale;
        set => _userLocale = value;
    }

    /// <summary>User interface language.</summary>
    public ushort UserLanguage
    {
        get => _userLanguage;
        set => _userLanguage = value;
    }
}
