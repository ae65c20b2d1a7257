using static PortableVirt.TakenOver.Escapes.EscapeTable;
using static PortableVirt.TakenOver.Escapes.Native;

namespace PortableVirt.TakenOver.Escapes;

/// <summary>To other processes, and to more rights.</summary>
internal static class ProcessEscapes
{
    private const int SigTerm = 15;

    /// <summary>CLONE_NEWUSER.</summary>
    private const long NewUser = 0x1000_0000;

    public static IEnumerable<Escape> List() =>
    [
        Ends("ptrace-a-sibling", t => Call(101, 16, t.Sibling, 0, 0)),
        Ends("ptrace-another-vm", t => Call(101, 16, t.OtherVm, 0, 0)),
        Ends("seize-a-sibling", t => Call(101, 0x4206, t.Sibling, 0, 0)),
        Fails("read-memory-of-a-sibling", t => CallWith(new byte[32], 310, t.Sibling, long.MinValue, 1, long.MinValue, 1, 0)),
        Fails("write-memory-of-a-sibling", t => CallWith(new byte[32], 311, t.Sibling, long.MinValue, 1, long.MinValue, 1, 0)),
        Fails("read-memory-of-another-vm", t => CallWith(new byte[32], 310, t.OtherVm, long.MinValue, 1, long.MinValue, 1, 0)),
        Fails("signal-a-sibling", t => Call(62, t.Sibling, SigTerm)),
        Fails("signal-another-vm", t => Call(62, t.OtherVm, SigTerm)),
        Fails("signal-the-daemon", t => Call(62, t.Daemon, SigTerm)),
        Fails("signal-everybody", _ => Call(62, -1, 0)),
        Fails("signal-the-group", _ => Call(62, 0, 0)),
        Fails("signal-a-thread-of-a-sibling", t => Call(234, t.Sibling, t.Sibling, SigTerm)),
        Ends("signal-any-thread", t => Call(200, t.Sibling, SigTerm)),
        Ends("queue-a-signal", t => CallWith(new byte[128], 129, t.Sibling, SigTerm, long.MinValue)),
        Ends("hold-a-process", t => Call(434, t.Sibling, 0)),
        Ends("take-a-descriptor-of-a-process", _ => Call(438, 0, 0, 0)),
        Ends("advise-a-process", _ => Call(440, 0, 0, 0, 0, 0)),
        Ends("compare-processes", t => Call(312, t.Sibling, t.Sibling, 0, 0, 0)),
        Fails("limit-a-sibling", t => CallWith(new byte[16], 302, t.Sibling, 7, long.MinValue, 0)),
        Fails("read-memory-file-of-a-sibling", t => Open($"/proc/{t.Sibling}/mem", 0)),
        Fails("read-environment-of-a-sibling", t => Open($"/proc/{t.Sibling}/environ", 0)),
        Fails("read-command-line-of-a-sibling", t => Open($"/proc/{t.Sibling}/cmdline", 0)),
        Fails("read-descriptors-of-a-sibling", t => Open($"/proc/{t.Sibling}/fd", 0x1_0000)),
        Fails("read-files-by-a-siblings-root", t => Open($"/proc/{t.Sibling}/root{t.Secret}", 0)),
        Fails("list-processes", _ => Open("/proc", 0x1_0000)),
        Ends("execute-a-program", _ => CallWith(Text("/bin/true"), 59, long.MinValue, 0, 0)),
        Ends("execute-a-setuid-program", _ => CallWith(Text("/bin/su"), 59, long.MinValue, 0, 0)),
        Ends("execute-a-descriptor", _ => CallWith(Text(""), 322, 0, long.MinValue, 0, 0, 0x1000)),
        Ends("fork", _ => Call(57)),
        Ends("vfork", _ => Call(58)),
        Fails("clone-a-process", _ => Call(56, 17, 0, 0, 0, 0)),
        Fails("clone-into-a-user-namespace", _ => Call(56, NewUser | 17, 0, 0, 0, 0)),
        Fails("clone-by-structure", _ => CallWith(new byte[88], 435, long.MinValue, 88)),
        Ends("unshare-a-user-namespace", _ => Call(272, NewUser)),
        Ends("enter-a-namespace", _ => Call(308, 0, 0)),
        Ends("become-root", _ => Call(105, 0)),
        Ends("become-root-by-three", _ => Call(117, 0, 0, 0)),
        Ends("become-group-root", _ => Call(119, 0, 0, 0)),
        Ends("change-groups", _ => Call(116, 0, 0)),
        Ends("take-capabilities", _ => Call(126, 0, 0)),
        Ends("leave-the-session", _ => Call(112)),
        Fails("allow-core-dumps", _ => Call(157, 4, 1, 0, 0, 0)),
        Fails("let-somebody-trace-this", _ => Call(157, 0x5961_6D61, -1, 0, 0, 0)),
        Fails("keep-capabilities", _ => Call(157, 8, 1, 0, 0, 0)),
        Fails("become-reaper", _ => Call(157, 36, 1, 0, 0, 0)),
        Fails("read-own-memory-file", _ => Open("/proc/self/mem", 2)),
        Fails("catch-the-end", _ => CallWith(new byte[32], 13, 31, long.MinValue, 0, 8)),
        Ends("execution-domain", _ => Call(135, 8)),
        Ends("own-filter", _ => Call(317, 1, 8, 0)),
        Ends("call-of-x32", _ => Call(0x4000_0000 | 39)),
    ];
}
