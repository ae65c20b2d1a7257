using System.Globalization;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation.Launch;

/// <summary>
/// All that a process at its first initialiser depends on. An image is used only where every one of these is as it was when the image was made; the
/// parameters, environment, handles, folder, cookies and times are not among them, because each start makes its own.
/// </summary>
public static class LaunchInputs
{
    /// <summary>The inputs of this executive: name, as a message to the user puts it, and value.</summary>
    /// <param name="executive">The executive, with its system library.</param>
    /// <param name="version">Version of the product.</param>
    /// <param name="contents">Names the program, the DLLs and all other files of the package: a hash.</param>
    /// <param name="programPath">DOS path of the program.</param>
    /// <param name="point">Where the image is taken.</param>
    public static IReadOnlyList<(string Name, string Value)> Of(Executive executive, string version, string contents, string programPath, LaunchPoint point)
    {
        MachineIdentity machine = executive.Machine;
        Span<byte> features = stackalloc byte[64];
        features.Clear();
        ProcessorFeatures.Fill(features, executive.Kernel.Vm.Host.SupportedXcr0);
        return
        [
            ("version of PortableVirt", version),
            ("contents of the package", contents),
            ("program's path", programPath),
            ("set of processor features", Convert.ToHexString(features)),
            ("kernel's layout", string.Create(CultureInfo.InvariantCulture, $"{SharedUserData.Address:x} {SharedUserData.GateAddress:x} {RegionList.EndAddress:x}")),
            ("machine's identity", string.Create(CultureInfo.InvariantCulture, $"{machine.ComputerName} {machine.UserName} {machine.UserSid} {machine.SystemRoot} {machine.LocaleName} {machine.Build} {machine.AnsiCodePage} {machine.OemCodePage}")),
            ("watch for functions that are looked up", executive.WatchesLookups ? "yes" : "no"),
            ("locale", string.Create(CultureInfo.InvariantCulture, $"{executive.Locale.SystemLocale:x}")),
            ("point", ((int)point).ToString(CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>The name of the first input that differs, or null.</summary>
    internal static string? FirstDifference(IReadOnlyList<(string Name, string Value)> made, IReadOnlyList<(string Name, string Value)> now)
    {
        for (int i = 0; i < now.Count; i++)
        {
            if (i >= made.Count || made[i] != now[i])
            {
                return now[i].Name;
            }
        }
        return made.Count == now.Count ? null : made[now.Count].Name;
    }
}
