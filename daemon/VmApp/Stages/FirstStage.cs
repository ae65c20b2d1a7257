using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using PortableVirt.Protocol.Sockets;
using PortableVirt.Protocol.V1;
using PortableVirt.VmApp.Core;

namespace PortableVirt.VmApp.Stages;

/// <summary>The VM-app as the daemon starts it, with the daemon's rights: takes on the caller's ids, gives up every capability for good
/// and executes itself anew, so that no thread of the second stage ever had more (capabilities(7): the bounding set and no_new_privs are
/// a thread's own until an exec).</summary>
internal static class FirstStage
{
    private const int MaxCapability = 63;

    public static int Run(string[] arguments)
    {
        if (arguments.Length != 5
            || !uint.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint user)
            || !uint.TryParse(arguments[2], NumberStyles.None, CultureInfo.InvariantCulture, out uint group)
            || ParseGroups(arguments[3]) is not { } groups
            || ParseMask(arguments[4]) is not uint mask)
        {
            Console.Error.WriteLine("portablevirt-vmapp: wrong arguments of the first stage");
            return ExitCodes.Failed;
        }

        VmLaunch launch;
        try
        {
            launch = LaunchFile.Read(VmDescriptors.Launch, close: false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            Console.Error.WriteLine($"pvctl: the VM-app was started without what it needs: {e.Message}");
            return ExitCodes.Failed;
        }

        NativeProcess.UMask(mask);
        string? failed = TakeOn(user, group, groups, launch);
        if (failed is null)
        {
            string?[] environment =
                [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(v => $"{v.Key}={v.Value}"), $"TMPDIR={RunNamespaces.TemporaryFolder(user)}", null];
            NativeProcess.ExecVe(Environment.ProcessPath ?? "/proc/self/exe", ["portablevirt-vmapp", VmDescriptors.VmArgument, null], environment);
            failed = "execve";
        }

        string reason = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        Console.Error.WriteLine($"pvctl: the VM-app cannot take on the caller's rights: {failed}: {reason}");
        return ExitCodes.Failed;
    }

    /// <summary>The call that failed, or null.</summary>
    private static string? TakeOn(uint user, uint group, uint[] groups, VmLaunch launch)
    {
        if (NativeProcess.SetRLimit(NativeProcess.RlimitCore, [0, 0]) != 0)
        {
            return "setrlimit";
        }

        // A daemon without root's rights starts VMs for its own user only; there is nothing to give up then.
        if (NativeProcess.GetEUid() == 0)
        {
            for (nuint capability = 0; capability <= MaxCapability; capability++)
            {
                if (NativeProcess.PrCtl(NativeProcess.PrCapBsetDrop, capability, 0, 0, 0) != 0)
                {
                    if (capability == 0)
                    {
                        return "PR_CAPBSET_DROP";
                    }

                    break;
                }
            }

            if (NativeProcess.PrCtl(NativeProcess.PrCapAmbient, NativeProcess.PrCapAmbientClearAll, 0, 0, 0) != 0)
            {
                return "PR_CAP_AMBIENT";
            }

            if (NativeProcess.SetGroups((nuint)groups.Length, groups) != 0)
            {
                return "setgroups";
            }

            if (RunNamespaces.Enter(LaunchFile.ToOptions(launch.Options), launch.Package, Environment.ProcessPath ?? "", user, group) is { } failed)
            {
                return failed;
            }
        }

        if (NativeProcess.SetResGid(group, group, group) != 0)
        {
            return "setresgid";
        }

        if (NativeProcess.SetResUid(user, user, user) != 0)
        {
            return "setresuid";
        }

        return NativeProcess.PrCtl(NativeProcess.PrSetNoNewPrivs, 1, 0, 0, 0) != 0 ? "PR_SET_NO_NEW_PRIVS" : null;
    }

    private static uint? ParseMask(string text)
    {
        uint mask = 0;
        foreach (char digit in text)
        {
            if (digit is < '0' or > '7')
            {
                return null;
            }

            mask = ((mask << 3) | (uint)(digit - '0')) & 0x1FF;
        }

        return mask;
    }

    private static uint[]? ParseGroups(string text)
    {
        if (text == "-")
        {
            return [];
        }

        string[] words = text.Split(',');
        uint[] groups = new uint[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (!uint.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out groups[i]))
            {
                return null;
            }
        }

        return groups;
    }
}
