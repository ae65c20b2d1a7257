using PortableVirt.Cell.Filters;
using PortableVirt.Cell.SystemCalls;

namespace PortableVirt.Cell.Tests;

/// <summary>The compiled filters do what the list says, for every profile.</summary>
public sealed class FilterTests
{
    private const int ProcessId = 4711;

    /// <summary>An instruction limit of the kernel (BPF_MAXINSNS).</summary>
    private const int MostInstructions = 4096;

    private static readonly ulong[] _interesting =
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 15, 16, 17, 21, 26, 31, 41, 50, ProcessId, ProcessId + 1, 0x20, 0x22, 0x5401, 0x5412, 0xAE01, 0xAE80, 0x3D_0F00, 0x1100_0011,
        0x80000 | 1, 0x80000 | 3, 0x80800 | 2, 0x5356_4D41, 0x9000_AECF, uint.MaxValue, 0x1_0000_0000, 0x1_0000_0004, 0x1_0000_AE80, ulong.MaxValue,
    ];

    public static TheoryData<bool, CellNetwork, bool> Profiles()
    {
        TheoryData<bool, CellNetwork, bool> data = [];
        foreach (CellNetwork network in Enum.GetValues<CellNetwork>())
        {
            data.Add(false, network, false);
            data.Add(true, network, false);
            data.Add(false, network, true);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_filter_answers_as_its_list_does(bool isUnderDaemon, CellNetwork network, bool makesCode)
    {
        SystemCallRule[] rules = [.. SystemCallList.For(new CellProfile(isUnderDaemon, network, makesCode), ProcessId)];
        Assert.Equal(rules.Length, rules.Select(r => r.Call).Distinct().Count());
        FilterInstruction[] filter = FilterCompiler.Compile(rules, CallAnswer.Report);
        Assert.InRange(filter.Length, rules.Length, MostInstructions);
        Dictionary<int, SystemCallRule> byNumber = rules.ToDictionary(r => (int)r.Call);
        const int seed = 20261122;
        Random random = new(seed);
        for (int number = 0; number < 600; number++)
        {
            for (int round = 0; round < 200; round++)
            {
                ulong[] arguments = [.. Enumerable.Range(0, 6).Select(_ => _interesting[random.Next(_interesting.Length)])];
                uint expected = byNumber.TryGetValue(number, out SystemCallRule? rule) ? Expected(rule, arguments) : CallAnswer.Report.Code;
                Assert.True(
                    expected == FilterMachine.Run(filter, number, arguments),
                    $"{SystemCallNames.Of(number)}({string.Join(", ", arguments.Select(a => a.ToString("x")))}): {expected:x} expected");
            }
        }
    }

    [Fact]
    public void Other_calling_conventions_end_the_process()
    {
        const uint architecture32 = 0x4000_0003;
        const int x32 = 0x4000_0000;
        FilterInstruction[] filter = FilterCompiler.Compile(SystemCallList.For(default, ProcessId), CallAnswer.Report);
        Assert.Equal(CallAnswer.Kill.Code, FilterMachine.Run(filter, (int)SystemCall.Getpid, new ulong[6], architecture32));
        Assert.Equal(CallAnswer.Kill.Code, FilterMachine.Run(filter, x32 | (int)SystemCall.Getpid, new ulong[6]));
        Assert.Equal(CallAnswer.Kill.Code, FilterMachine.Run(filter, -1, new ulong[6]));
    }

    /// <summary>What the kernel makes of a call, by name, so that a wrong number or place in the list shows.</summary>
    [Theory]
    [InlineData("socket", false, 1UL, 1UL, 0UL)] // AF_UNIX
    [InlineData("socket", true, 2UL, 0x80801UL, 6UL)] // AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK
    [InlineData("socket", false, 2UL, 3UL, 1UL)] // SOCK_RAW
    [InlineData("socket", false, 17UL, 3UL, 0UL)] // AF_PACKET
    [InlineData("socket", false, 16UL, 3UL, 0UL)] // AF_NETLINK
    [InlineData("ioctl", true, 5UL, 0xAE80UL, 0UL)] // KVM_RUN
    [InlineData("ioctl", false, 5UL, 0xAE01UL, 0UL)] // KVM_CREATE_VM
    [InlineData("ioctl", false, 0UL, 0x5412UL, 0UL)] // TIOCSTI
    [InlineData("ioctl", false, 0UL, 0x541CUL, 0UL)] // TIOCLINUX
    [InlineData("ioctl", true, 0UL, 0x1_0000_5401UL, 0UL)] // TCGETS: the kernel takes the low half
    [InlineData("clone", true, 0x3D0F00UL, 0UL, 0UL)] // a thread of glibc
    [InlineData("clone", false, 0x11UL, 0UL, 0UL)] // a process
    [InlineData("clone", false, 0x103D0F00UL, 0UL, 0UL)] // a thread in a user namespace
    [InlineData("kill", true, 4711UL, 19UL, 0UL)]
    [InlineData("kill", false, ulong.MaxValue, 9UL, 0UL)]
    [InlineData("tgkill", false, 1UL, 1UL, 9UL)]
    [InlineData("mmap", true, 0UL, 4096UL, 3UL)] // PROT_READ | PROT_WRITE
    [InlineData("mmap", false, 0UL, 4096UL, 7UL)]
    [InlineData("mprotect", false, 0UL, 4096UL, 5UL)] // PROT_READ | PROT_EXEC
    [InlineData("mprotect", true, 0UL, 4096UL, 3UL)]
    [InlineData("prctl", true, 15UL, 0UL, 0UL)] // PR_SET_NAME
    [InlineData("prctl", false, 4UL, 1UL, 0UL)] // PR_SET_DUMPABLE
    [InlineData("rt_sigaction", false, 31UL, 0UL, 0UL)] // SIGSYS
    [InlineData("rt_sigaction", true, 2UL, 0UL, 0UL)]
    [InlineData("clone3", false, 0UL, 0UL, 0UL)]
    [InlineData("fcntl", false, 3UL, 8UL, 1UL)] // F_SETOWN
    [InlineData("fcntl", true, 3UL, 1030UL, 0UL)] // F_DUPFD_CLOEXEC
    [InlineData("execve", false, 0UL, 0UL, 0UL)]
    [InlineData("ptrace", false, 16UL, 1UL, 0UL)]
    [InlineData("read", true, 0UL, 0UL, 0UL)]
    public void Calls_are_answered_by_name(string name, bool isAllowed, ulong first, ulong second, ulong third)
    {
        FilterInstruction[] filter = FilterCompiler.Compile(SystemCallList.For(new CellProfile(false, CellNetwork.Loopback, false), ProcessId), CallAnswer.Report);
        int number = Enumerable.Range(0, SystemCallNames.Count).Single(n => SystemCallNames.Of(n) == name);
        Assert.Equal(isAllowed, FilterMachine.Run(filter, number, [first, second, third, 0, 0, 0]) == CallAnswer.Allow.Code);
    }

    [Fact]
    public void Written_pages_never_become_code_in_a_native_program()
    {
        FilterInstruction[] filter = FilterCompiler.Compile(SystemCallList.For(new CellProfile(true, CellNetwork.Host, false), ProcessId), CallAnswer.Report);
        for (ulong protection = 0; protection < 8; protection++)
        {
            bool isExecutable = (protection & 4) != 0;
            bool isWritable = (protection & 2) != 0;
            Assert.Equal(!isExecutable, FilterMachine.Run(filter, 10, [0, 0, protection, 0, 0, 0]) == CallAnswer.Allow.Code);
            Assert.Equal(!isExecutable, FilterMachine.Run(filter, 9, [0, 0, protection, 0x22, 0, 0]) == CallAnswer.Allow.Code);
            Assert.Equal(!(isExecutable && isWritable), FilterMachine.Run(filter, 9, [0, 0, protection, 2, 0, 0]) == CallAnswer.Allow.Code);
        }
    }

    private static uint Expected(SystemCallRule rule, ulong[] arguments) =>
        rule.Ways.Length == 0 || rule.Ways.Any(way => way.All(check => Holds(check, arguments))) ? CallAnswer.Allow.Code : rule.Otherwise.Code;

    private static bool Holds(ArgumentCheck check, ulong[] arguments) => check.Values.Contains(arguments[check.Index] & check.Mask) == check.MustBeOne;
}
