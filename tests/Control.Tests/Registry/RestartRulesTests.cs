using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Control.Tests.Registry;

/// <summary>When VMs are started again.</summary>
public sealed class RestartRulesTests
{
    [Theory]
    [InlineData(RestartMode.Never, 1, "", 0u, 0u, null)]
    [InlineData(RestartMode.OnFailure, 0, "", 0u, 0u, null)]
    [InlineData(RestartMode.OnFailure, 1, "", 0u, 0u, 1000.0)]
    [InlineData(RestartMode.OnFailure, 0, "killed", 0u, 0u, 1000.0)]
    [InlineData(RestartMode.OnFailure, 1, "", 0u, 3u, 8000.0)]
    [InlineData(RestartMode.OnFailure, 1, "", 0u, 9u, 60_000.0)]
    [InlineData(RestartMode.OnFailure, 1, "", 0u, 10u, null)]
    [InlineData(RestartMode.OnFailure, 1, "", 3u, 3u, null)]
    [InlineData(RestartMode.Always, 0, "", 0u, 0u, 1000.0)]
    [InlineData(RestartMode.Always, 0, "", 0u, 4_000_000_000u, 60_000.0)]
    public void The_delay_doubles_and_ends(RestartMode mode, int code, string failure, uint most, uint inRow, double? milliseconds)
    {
        RestartPolicy policy = new() { Mode = mode, MaxRestarts = most };
        TimeSpan? delay = RestartRules.Delay(policy, new RunExit { ExitCode = code, Failure = failure }, inRow);
        Assert.Equal(milliseconds, delay?.TotalMilliseconds);
    }

    [Fact]
    public void An_exit_code_whose_low_byte_is_zero_is_a_failure() =>
        Assert.NotNull(RestartRules.Delay(new RestartPolicy { Mode = RestartMode.OnFailure }, new RunExit { ExitCode = 0, NtStatus = 0x100 }, 0));

    [Fact]
    public void A_delay_longer_than_a_minute_stays() =>
        Assert.Equal(
            TimeSpan.FromHours(1),
            RestartRules.Delay(new RestartPolicy { Mode = RestartMode.Always, DelayMilliseconds = 3_600_000 }, new RunExit(), 7));
}
