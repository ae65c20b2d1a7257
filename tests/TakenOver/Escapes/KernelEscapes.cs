using static PortableVirt.TakenOver.Escapes.EscapeTable;
using static PortableVirt.TakenOver.Escapes.Native;

namespace PortableVirt.TakenOver.Escapes;

/// <summary>Into the kernel, and what administers the computer.</summary>
internal static class KernelEscapes
{
    public static IEnumerable<Escape> List() =>
    [
        Ends("mount", _ => CallWith(Text("none"), 165, long.MinValue, long.MinValue, long.MinValue, 0, 0)),
        Ends("mount-by-descriptor", _ => CallWith(Text("tmpfs"), 430, long.MinValue, 0)),
        Ends("copy-a-mount", _ => CallWith(Text("/"), 428, -100, long.MinValue, 1)),
        Ends("unmount", _ => CallWith(Text("/proc"), 166, long.MinValue, 2)),
        Ends("change-root", t => CallWith(Text(t.Granted), 161, long.MinValue)),
        Ends("pivot-root", t => CallWith(Text(t.Granted), 155, long.MinValue, long.MinValue)),
        Ends("change-folder", _ => CallWith(Text("/"), 80, long.MinValue)),
        Ends("add-a-key", _ => CallWith(Text("user"), 248, long.MinValue, long.MinValue, 0, 0, -3)),
        Ends("read-keys", _ => Call(250, 0, -3, 0, 0)),
        Ends("program-for-the-kernel", _ => CallWith(new byte[128], 321, 5, long.MinValue, 128)),
        Ends("performance-events", _ => CallWith(new byte[128], 298, long.MinValue, 0, -1, -1, 0)),
        Ends("user-faults", _ => Call(323, 0)),
        Ends("rings-of-requests", _ => CallWith(new byte[128], 425, 8, long.MinValue)),
        Ends("other-kernel", _ => Call(246, 0, 0, 0, 0)),
        Ends("other-kernel-by-file", _ => Call(320, 0, 0, 0, 0, 0)),
        Ends("kernel-module", _ => Call(175, 0, 0, 0)),
        Ends("kernel-module-by-file", _ => Call(313, 0, 0, 0)),
        Ends("remove-a-kernel-module", _ => Call(176, 0, 0)),
        Ends("restart-the-computer", _ => Call(169, 0, 0, 0, 0)),
        Ends("set-the-clock", _ => Call(227, 0, 0)),
        Ends("adjust-the-clock", _ => Call(159, 0)),
        Ends("name-of-the-computer", _ => CallWith(Text("x"), 170, long.MinValue, 1)),
        Ends("swap", _ => CallWith(Text("/x"), 167, long.MinValue, 0)),
        Ends("accounting", _ => Call(163, 0)),
        Ends("quota", _ => Call(179, 0, 0, 0, 0)),
        Ends("log-of-the-kernel", _ => Call(103, 3, 0, 0)),
        Ends("io-ports", _ => Call(172, 3)),
        Ends("io-port-map", _ => Call(173, 0, 1, 1)),
        Ends("descriptor-table", _ => Call(154, 1, 0, 0)),
        Ends("move-pages", _ => Call(279, 0, 0, 0, 0, 0, 0)),
        Ends("watch-the-whole-disk", _ => Call(300, 0, 0)),
        Ends("timer-descriptor", _ => Call(283, 1, 0)),
        Ends("signal-descriptor", _ => Call(289, -1, 0, 8, 0)),
        Ends("secret-memory", _ => Call(447, 0)),
        Ends("unknown-call", _ => Call(500)),
    ];
}
