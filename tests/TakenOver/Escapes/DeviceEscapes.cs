using static PortableVirt.TakenOver.Escapes.EscapeTable;
using static PortableVirt.TakenOver.Escapes.Native;

namespace PortableVirt.TakenOver.Escapes;

/// <summary>To devices, and through the terminal.</summary>
internal static class DeviceEscapes
{
    private const int ReadWrite = 2;

    public static IEnumerable<Escape> List() =>
    [
        Fails("open-kvm-anew", _ => Open("/dev/kvm", ReadWrite)),
        Fails("open-the-terminal-maker", _ => Open("/dev/ptmx", ReadWrite)),
        Fails("open-the-terminal", _ => Open("/dev/tty", ReadWrite)),
        Fails("open-shared-memory", _ => Open("/dev/shm/portablevirt-escape", ReadWrite | 0x40)),
        Fails("open-fuse", _ => Open("/dev/fuse", ReadWrite)),
        Fails("open-a-loop-device", _ => Open("/dev/loop-control", ReadWrite)),
        Fails("open-the-kernels-log", _ => Open("/dev/kmsg", ReadWrite)),
        Fails("make-another-vm", _ => EveryDescriptor(0xAE01, 0)),
        Fails("make-a-device-of-the-vm", _ => EveryDescriptor(0xC00C_AEE0, 0)),
        Fails("make-an-interrupt-controller", _ => EveryDescriptor(0xAE60, 0)),
        Fails("type-into-the-terminal", _ => EveryDescriptor(0x5412, Space)),
        Fails("type-into-the-console", _ => EveryDescriptor(0x541C, Space)),
        Fails("take-the-terminal", _ => EveryDescriptor(0x540E, 1)),
        Fails("own-the-terminals-jobs", _ => EveryDescriptor(0x5410, Space)),
        Fails("list-of-blocks-of-a-file", _ => EveryDescriptor(0xC020_660B, Space)),
        Fails("signals-of-a-descriptor", _ => Call(72, 0, 8, 1)),
    ];

    private static long Space { get; } = System.Runtime.InteropServices.Marshal.AllocHGlobal(4096);

    /// <summary>The best answer of all open descriptors; whose error comes from the device, not from the filter, got through.</summary>
    private static long EveryDescriptor(long request, long argument)
    {
        for (int descriptor = 0; descriptor < 256; descriptor++)
        {
            long result = Call(16, descriptor, request, argument);
            if (result != -1)
            {
                return Math.Abs(result);
            }
        }
        return -1;
    }
}
