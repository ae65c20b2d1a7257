using PortableVirt.Analysis.Needs;
using PortableVirt.Emulation.Memory;
using PortableVirt.Hypervisor;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Sync.Tests.Memory;

/// <summary>No page-table entry is writable and executable at once, whatever a program does with its protections, and what becomes code is searched for gates.</summary>
public sealed class WriteXorExecuteTests
{
    private const ulong Page = 0x1000;

    private static readonly GuestKernel s_kernel = new(new Vm(KvmDevice.Open()));

    [Fact]
    public void APageThatMayBeBothIsOneOfTheTwo()
    {
        World world = new(strict: false);
        ulong page = world.Allocate(Page, PageProtection.ExecuteReadWrite);
        Assert.Equal(FaultOutcome.Resolved, world.Space.HandleFault(page, PageRights.Read | PageRights.Write));
        Assert.Equal(PageRights.Read | PageRights.Write, world.RightsAt(page));
        Assert.Equal(FaultOutcome.Resolved, world.Space.HandleFault(page, PageRights.Read | PageRights.Execute));
        Assert.Equal(PageRights.Read | PageRights.Execute, world.RightsAt(page));
        Assert.True(world.Space.TryCopyTo(page, [0xc3]));
        Assert.Equal(PageRights.Read | PageRights.Write, world.RightsAt(page));
        Assert.Equal((1, 1), (world.Counters.ToCode, world.Counters.ToData));
    }

    [Theory]
    [InlineData(0x0f, 0x05, CodeGateKind.Syscall)]
    [InlineData(0xcd, 0x2e, CodeGateKind.Int2E)]
    [InlineData(0x0f, 0x34, CodeGateKind.Sysenter)]
    public void AGateIsFoundBeforeItCanRun(byte first, byte second, CodeGateKind kind)
    {
        World world = new(strict: false);
        ulong page = world.Allocate(Page, PageProtection.ExecuteReadWrite);
        world.Space.TryCopyTo(page + 100, [first, second]);
        world.Space.HandleFault(page, PageRights.Read | PageRights.Execute);
        Assert.Equal([(page + 100, kind)], world.Gates);

        // What is written later is searched again.
        world.Space.TryCopyTo(page + 200, [first, second]);
        world.Space.HandleFault(page, PageRights.Read | PageRights.Execute);
        Assert.Equal([(page + 100, kind), (page + 100, kind), (page + 200, kind)], world.Gates);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void AGateAcrossAPageBoundaryIsFoundByThePageThatComesLast(int early, int late)
    {
        World world = new(strict: false);
        ulong pages = world.Allocate(2 * Page, PageProtection.ExecuteReadWrite);
        world.Space.TryCopyTo(pages + Page - 1, [0x0f, 0x05]);
        world.Space.HandleFault(pages + ((ulong)early * Page), PageRights.Read | PageRights.Execute);
        Assert.Empty(world.Gates);
        world.Space.HandleFault(pages + ((ulong)late * Page), PageRights.Read | PageRights.Execute);
        Assert.Equal([(pages + Page - 1, CodeGateKind.Syscall)], world.Gates);
    }

    [Fact]
    public void AProtectionThatMakesCodeOfDataSearchesIt()
    {
        World world = new(strict: false);
        ulong page = world.Allocate(Page, PageProtection.ReadWrite);
        world.Space.TryCopyTo(page, [0x0f, 0x05]);
        Assert.Empty(world.Gates);
        world.Protect(page, Page, PageProtection.ExecuteRead);
        Assert.Equal([(page, CodeGateKind.Syscall)], world.Gates);
        Assert.Equal(PageRights.Read | PageRights.Execute, world.RightsAt(page));
    }

    [Fact]
    public void AFrameWithTwoViewsIsWrittenThroughBothOrExecutedThroughBoth()
    {
        World world = new(strict: true);
        PageFileSection section = new(s_kernel.Vm.Memory, Page, MemoryTypes.SectionCommit, PageProtection.ExecuteReadWrite);
        ulong writable = world.Map(section, PageProtection.ReadWrite);
        ulong executable = world.Map(section, PageProtection.ExecuteRead);
        Assert.True(world.Space.TryCopyTo(writable, [0x0f, 0x05]));
        world.Space.HandleFault(executable, PageRights.Read | PageRights.Execute);
        Assert.Equal([(executable, CodeGateKind.Syscall)], world.Gates);
        Assert.Equal((PageRights.Read, PageRights.Read | PageRights.Execute), (world.RightsAt(writable), world.RightsAt(executable)));
        Assert.True(world.Space.TryCopyTo(writable, [0x90, 0x90]));
        Assert.Equal((PageRights.Read | PageRights.Write, PageRights.Read), (world.RightsAt(writable), world.RightsAt(executable)));
    }

    [Fact]
    public void AViewOfASectionThatCannotBeExecutedDoesNotBecomeCode()
    {
        World world = new(strict: false);
        PageFileSection section = new(s_kernel.Vm.Memory, Page, MemoryTypes.SectionCommit, PageProtection.ReadWrite);
        ulong address = world.Map(section, PageProtection.ReadWrite);
        ulong size = Page;
        Assert.Equal(NtStatus.SectionProtection, world.Space.Protect(ref address, ref size, PageProtection.ExecuteRead, out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NoOrderOfCallsAndFaultsMakesAPageWritableAndExecutable(bool strict)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Random random = new(seed);
            World world = new(strict);
            PageFileSection section = new(s_kernel.Vm.Memory, 4 * Page, MemoryTypes.SectionCommit, PageProtection.ExecuteReadWrite);
            ulong[] views =
            [
                world.Allocate(4 * Page, PageProtection.ExecuteReadWrite), world.Map(section, PageProtection.ReadWrite),
                world.Map(section, PageProtection.ExecuteRead), world.Map(section, PageProtection.ExecuteReadWrite),
            ];
            for (int step = 0; step < 400; step++)
            {
                ulong page = views[random.Next(views.Length)] + ((ulong)random.Next(4) * Page);
                switch (random.Next(4))
                {
                    case 0:
                        world.Space.HandleFault(page, PageRights.Read | PageRights.Write);
                        break;
                    case 1:
                        world.Space.HandleFault(page, PageRights.Read | PageRights.Execute);
                        break;
                    case 2:
                        world.Space.TryCopyTo(page, [1, 2, 3]);
                        break;
                    default:
                        uint[] protections = [PageProtection.ReadOnly, PageProtection.ReadWrite, PageProtection.ExecuteRead, PageProtection.ExecuteReadWrite, PageProtection.NoAccess];
                        world.Protect(page, Page, protections[random.Next(protections.Length)]);
                        break;
                }
                world.RequireOneSide(views, strict, $"seed {seed}, step {step}");
            }
        }
    }

    private sealed class World
    {
        public World(bool strict) => Space.Code = new CodeWatch(Counters, (_, gates) => Gates.AddRange(gates)) { StrictAliases = strict };

        public AddressSpace Space { get; } = new(s_kernel, new CommitCharge(1 << 30));

        public CodeCounters Counters { get; } = new();

        public List<(ulong Address, CodeGateKind Kind)> Gates { get; } = [];

        public ulong Allocate(ulong size, uint protection)
        {
            AllocationRequest request = new() { Size = size, Type = MemoryTypes.Reserve | MemoryTypes.Commit, Protection = protection };
            Assert.Equal(NtStatus.Success, Space.Allocate(request, out ulong address, out _));
            return address;
        }

        public ulong Map(SectionObject section, uint protection)
        {
            Assert.Equal(NtStatus.Success, Space.MapView(section, new AllocationRequest { Protection = protection }, 0, out ulong address, out _));
            return address;
        }

        public void Protect(ulong address, ulong size, uint protection) => Space.Protect(ref address, ref size, protection, out _);

        public PageRights RightsAt(ulong page) => PageEntry.Rights(Space.Tables.GetEntry(page));

        public void RequireOneSide(ulong[] views, bool strict, string where)
        {
            Dictionary<ulong, PageRights> frames = [];
            foreach (ulong view in views)
            {
                for (ulong page = view; page < view + (4 * Page); page += Page)
                {
                    PageRights rights = RightsAt(page);
                    Assert.False(rights.HasFlag(PageRights.Write | PageRights.Execute), where);
                    ulong frame = PageEntry.Address(Space.Tables.GetEntry(page));
                    frames[frame] = frames.GetValueOrDefault(frame) | (frame == 0 ? PageRights.None : rights);
                }
            }
            Assert.True(!strict || frames.Values.All(rights => !rights.HasFlag(PageRights.Write | PageRights.Execute)), where);
        }
    }
}
