using PortableVirt.Emulation.Registry;
using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation.Registry.Tests;

public sealed class DefaultRegistryTests
{
    private static RegistryTree Load(MachineIdentity machine)
    {
        RegistryTree tree = new(new SystemClock());
        TimeZoneTable zones = new();
        DefaultRegistry.Load(tree, machine, zones, zones.FindByKeyName("UTC")!, new ProcessorTopology());
        return tree;
    }

    [Theory]
    [InlineData(@"\Registry\Machine\Software\Microsoft\Windows NT\CurrentVersion", "CurrentVersion", "10.0")]
    [InlineData(@"\Registry\Machine\Software\Microsoft\Windows NT\CurrentVersion", "CurrentBuildNumber", "19045")]
    [InlineData(@"\Registry\Machine\Software\Microsoft\Cryptography\Defaults\Provider Types\Type 001", "Name", "Microsoft Strong Cryptographic Provider")]
    [InlineData(@"\Registry\Machine\Software\Microsoft\Cryptography\Defaults\Provider\Microsoft Strong Cryptographic Provider", "Image Path", "rsaenh.dll")]
    [InlineData(@"\Registry\Machine\System\CurrentControlSet\Control\ComputerName\ActiveComputerName", "ComputerName", "BOX")]
    [InlineData(@"\Registry\Machine\System\CurrentControlSet\Control\TimeZoneInformation", "TimeZoneKeyName", "UTC")]
    [InlineData(@"\Registry\Machine\Software\Microsoft\Windows NT\CurrentVersion\Time Zones\W. Europe Standard Time", "Std", "W. Europe Standard Time")]
    [InlineData(@"\Registry\User\S-1-5-21-0-0-0-1000\Control Panel\International", "LocaleName", "en-US")]
    [InlineData(@"\Registry\User\S-1-5-21-0-0-0-1000\Volatile Environment", "USERPROFILE", @"C:\users\ann")]
    [InlineData(@"\Registry\Machine\Software\Classes\exefile\shell\open\command", "", "\"%1\" %*")]
    [InlineData(@"\Registry\Machine\Software\Wow6432Node\Microsoft\Windows NT\CurrentVersion\Fonts", "Arial (TrueType)", "arial.ttf")]
    [InlineData(@"\Registry\Machine\Software\Classes\CLSID\{CACAF262-9370-4615-A13B-9F5539DA4C0A}\InprocServer32", "", @"C:\windows\system32\windowscodecs.dll")]
    public void HoldsWhatProgramsLookFor(string key, string name, string expected) =>
        Assert.Equal(expected, Load(new MachineIdentity { ComputerName = "BOX", UserName = "ann" }).ReadText(key, name));

    [Fact]
    public void TheThirtyTwoBitViewIsSeparate()
    {
        RegistryTree tree = Load(MachineIdentity.Default);
        Assert.True(tree.Open(tree.Machine, @"Software\Microsoft\Windows\CurrentVersion", KeyLookup.View32, out KeyNode? key).IsSuccess);
        Assert.Contains("WOW6432NODE", key!.Path, StringComparison.OrdinalIgnoreCase);
        Assert.True(tree.Open(tree.Machine, @"System\CurrentControlSet\Control", KeyLookup.View32, out _).IsSuccess);
    }
}
