using PortableVirt.Emulation.Loader;
using PortableVirt.Emulation.Registry;
using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation;

public sealed partial class Executive
{
    private readonly Lock _identityLock = new();
    private readonly List<KeyObject> _openBefore = [];
    private RegistryTree? _registry;
    private WindowsTimeZone? _timeZone;

    /// <summary>What programs learn about machine and user. Set before the first process is made.</summary>
    public MachineIdentity Machine { get; set; } = MachineIdentity.Default;

    /// <summary>The system library's *.nls tables.</summary>
    public IFileSource NlsFiles { get; set; } = new FolderSource(SystemLibrary.DebianNlsFolder);

    /// <summary>Default locales.</summary>
    public LocaleSettings Locale { get; set; } = new();

    /// <summary>The processors that the guest sees.</summary>
    public ProcessorTopology Processors => field ??= new ProcessorTopology();

    /// <summary>
    /// File that keeps HKEY_CURRENT_USER between runs, or null when changes end with the VM. Set before the registry is used;
    /// then call <see cref="LoadRegistryStore"/>, and <see cref="SaveRegistryStore"/> when the VM ends.
    /// </summary>
    public RegistryStore? RegistryStore { get; set; }

    /// <summary>All time zones.</summary>
    public TimeZoneTable TimeZones { get; } = new();

    /// <summary>The guest's time zone: the policy's, or the host's.</summary>
    public WindowsTimeZone TimeZone
    {
        get
        {
            lock (_identityLock)
            {
                return _timeZone ??= (Machine.TimeZoneKeyName is { } name ? TimeZones.FindByKeyName(name) : null) ?? TimeZones.FindHostZone();
            }
        }
    }

    /// <summary>The registry; filled with its default contents at the first use.</summary>
    public RegistryTree Registry
    {
        get
        {
            if (Volatile.Read(ref _registry) is { } registry)
            {
                return registry;
            }
            lock (_identityLock)
            {
                if (_registry is null)
                {
                    registry = new RegistryTree(Clock);
                    DefaultRegistry.Load(registry, Machine, TimeZones, TimeZone, Processors);
                    registry.NoteSaved();
                    foreach (KeyObject key in _openBefore)
                    {
                        key.Resolve(registry);
                    }
                    Volatile.Write(ref _registry, registry);
                }
                return _registry;
            }
        }
    }

    /// <summary>An open key of a launch image, found when the registry is filled.</summary>
    internal KeyObject OpenLater(string path)
    {
        KeyObject key = new(this, path);
        lock (_identityLock)
        {
            if (_registry is { } registry)
            {
                key.Resolve(registry);
            }
            else
            {
                _openBefore.Add(key);
            }
        }
        return key;
    }

    /// <summary>Puts the stored user keys in place. Null, or an error for people.</summary>
    public string? LoadRegistryStore()
    {
        if (RegistryStore is not { } store)
        {
            // The registry may still be in the making, on another thread; nobody waits for it here.
            return null;
        }
        string? error = store.Load(Registry, UserKey());
        Registry.NoteSaved();
        return error;
    }

    /// <summary>True when the program has changed user keys that would be stored.</summary>
    public bool HasRegistryChanges => Volatile.Read(ref _registry) is { HasUserChanges: true };

    /// <summary>Saves the user keys. Null, or an error for people.</summary>
    public string? SaveRegistryStore() => RegistryStore?.Save(Registry, UserKey());

    private KeyNode UserKey()
    {
        lock (Registry.Lock)
        {
            return Registry.Ensure(Registry.User, Machine.UserSid);
        }
    }
}
