using System.Buffers.Binary;
using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation.Registry;

/// <summary>
/// Fills a new registry with what a fresh Windows 10 has and programs look at: the texts in Default/*.reg, the time zones, and
/// the values that depend on machine and user.
/// </summary>
internal static class DefaultRegistry
{
    private const string Control = @"SYSTEM\ControlSet001\Control";

    private static readonly string[] Files = ["machine.reg", "user.reg"];

    /// <summary>HKEY_CLASSES_ROOT: read only when a program first looks below it.</summary>
    private static readonly string[] ClassesFiles = ["classes.reg", "com-classes.reg"];

    /// <summary>Fills the tree.</summary>
    public static void Load(RegistryTree tree, MachineIdentity machine, TimeZoneTable zones, WindowsTimeZone zone, ProcessorTopology processors)
    {
        Dictionary<string, string> variables = new()
        {
            ["ComputerName"] = machine.ComputerName,
            ["HostName"] = machine.ComputerName.ToLowerInvariant(),
            ["UserName"] = machine.UserName,
            ["UserSid"] = machine.UserSid,
            ["Profile"] = machine.ProfileFolder,
            ["SystemRoot"] = machine.SystemRoot,
            ["MachineGuid"] = machine.MachineGuid,
            ["Build"] = machine.Build.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["AnsiCodePage"] = machine.AnsiCodePage.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["OemCodePage"] = machine.OemCodePage.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Locale"] = machine.LocaleName,
        };
        foreach (string file in Files)
        {
            Read(tree, file, variables);
        }
        lock (tree.Lock)
        {
            KeyNode classes = tree.Ensure(tree.Machine, @"SOFTWARE\Classes");
            classes.Defer(() =>
            {
                ComServers.Register(tree, classes, machine.SystemRoot);
                foreach (string file in ClassesFiles)
                {
                    Read(tree, file, variables);
                }
            });
            AddTimeZones(tree, zones);
            SetCurrentTimeZone(tree.Ensure(tree.Machine, Control + @"\TimeZoneInformation"), zone);
            AddProcessors(tree, processors);
        }
    }

    private static void Read(RegistryTree tree, string file, Dictionary<string, string> variables)
    {
        string text = EmbeddedText.Read(file).Replace("$(UserSid)", variables["UserSid"], StringComparison.Ordinal);
        if (RegistryTextReader.Read(tree, text, variables) is { } error)
        {
            throw new InvalidOperationException($"{file}:{error.Line}: {error.Message}");
        }
    }

    private static void AddTimeZones(RegistryTree tree, TimeZoneTable zones)
    {
        KeyNode parent = tree.Ensure(tree.Machine, @"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Time Zones");
        parent.Defer(() =>
        {
            foreach (WindowsTimeZone zone in zones.Zones)
            {
                KeyNode key = tree.Ensure(parent, zone.KeyName);
                key.Defer(() => FillTimeZone(key, zone));
            }
        });
    }

    private static void FillTimeZone(KeyNode key, WindowsTimeZone zone)
    {
        SetText(key, "Display", zone.Display);
        SetText(key, "Std", zone.StandardName);
        SetText(key, "Dlt", zone.DaylightName);
        SetText(key, "MUI_Std", zone.StandardName);
        SetText(key, "MUI_Dlt", zone.DaylightName);
        key.SetValue("TZI", RegistryValueType.Binary, zone.ToTzi());
    }

    private static void SetCurrentTimeZone(KeyNode key, WindowsTimeZone zone)
    {
        byte[] tzi = zone.ToTzi();
        SetDword(key, "ActiveTimeBias", zone.BiasAt(DateTime.UtcNow.ToFileTimeUtc()));
        SetDword(key, "Bias", zone.Bias);
        SetDword(key, "DaylightBias", zone.DaylightBias);
        SetText(key, "DaylightName", zone.DaylightName);
        key.SetValue("DaylightStart", RegistryValueType.Binary, tzi[28..44]);
        SetDword(key, "DynamicDaylightTimeDisabled", 0);
        SetDword(key, "StandardBias", 0);
        SetText(key, "StandardName", zone.StandardName);
        key.SetValue("StandardStart", RegistryValueType.Binary, tzi[12..28]);
        SetText(key, "TimeZoneKeyName", zone.KeyName);
    }

    private static void AddProcessors(RegistryTree tree, ProcessorTopology processors)
    {
        KeyNode parent = tree.Ensure(tree.Machine, @"HARDWARE\DESCRIPTION\System\CentralProcessor");
        for (int i = 0; i < processors.Count; i++)
        {
            KeyNode key = tree.Ensure(parent, i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            SetText(key, "Identifier", processors.Identifier);
            SetText(key, "ProcessorNameString", processors.BrandName);
            SetText(key, "VendorIdentifier", processors.Vendor);
            SetDword(key, "~MHz", (int)processors.Megahertz);
        }
        KeyNode environment = tree.Ensure(tree.Machine, Control + @"\Session Manager\Environment");
        SetText(environment, "NUMBER_OF_PROCESSORS", processors.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        SetText(environment, "PROCESSOR_ARCHITECTURE", "AMD64");
        SetText(environment, "PROCESSOR_IDENTIFIER", $"{processors.Identifier}, {processors.Vendor}");
        SetText(environment, "PROCESSOR_LEVEL", processors.Family.ToString(System.Globalization.CultureInfo.InvariantCulture));
        SetText(environment, "PROCESSOR_REVISION", processors.Revision.ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
    }

    private static void SetText(KeyNode key, string name, string text) => key.SetValue(name, RegistryValueType.String, KeyValue.Encode(text));

    private static void SetDword(KeyNode key, string name, int value)
    {
        byte[] data = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(data, value);
        key.SetValue(name, RegistryValueType.Dword, data);
    }
}
