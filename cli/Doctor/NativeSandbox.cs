using System.Runtime.InteropServices;

namespace PortableVirt.Cli.Doctor;

/// <summary>System calls about what the kernel offers for a VM-app's cell.</summary>
internal static partial class NativeSandbox
{
    private const long CreateRuleset = 444;
    private const uint AskVersion = 1;
    private const int GetSeccomp = 21;

    /// <summary>ABI of Landlock, or 0 where the kernel has none, or it is switched off (landlock_create_ruleset(2)).</summary>
    public static int LandlockVersion => (int)Math.Max(0, SystemCall(CreateRuleset, 0, 0, AskVersion));

    /// <summary>The kernel has seccomp (prctl(2), PR_GET_SECCOMP).</summary>
    public static bool HasSeccomp => Control(GetSeccomp, 0, 0, 0, 0) >= 0;

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long SystemCall(long number, nint attributes, nuint size, uint flags);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint a, nuint b, nuint c, nuint d);
}
