using PortableVirt.Hypervisor.SelfCheck;

namespace PortableVirt.Hypervisor.Tests;

/// <summary>The self-checks on this machine's /dev/kvm.</summary>
public sealed class SelfCheckTests(MachineFixture fixture) : IClassFixture<MachineFixture>
{
    public static TheoryData<string> Names => [.. SelfChecks.All.Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Holds(string name) => SelfChecks.All.Single(check => check.Name == name).Body(fixture.Machine);
}
