using PortableVirt.Emulation;
using Xunit.Abstractions;

namespace PortableVirt.VmApp.Tests;

/// <summary>Stopping VMs.</summary>
public sealed class StopTests(ITestOutputHelper output)
{
    private const int Rounds = 20;

    [Fact]
    public async Task Processes_that_are_being_made_do_not_escape_a_stop()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        output.WriteLine($"seed {seed}");
        for (int round = 0; round < Rounds; round++)
        {
            using RunningVm vm = (await RunningVm.CreateAsync("breeder")).Start();
            vm.Await("ready");
            await Task.Delay(random.Next(60));
            vm.Runner.Stop();
            Assert.Equal((int)(NtStatus.ControlCExit.Value & 0xff), vm.WaitForEnd());
        }
    }
}
