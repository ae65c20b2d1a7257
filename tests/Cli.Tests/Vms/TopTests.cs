using Google.Protobuf.WellKnownTypes;
using PortableVirt.Cli.Vms;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Tests.Vms;

/// <summary>What "pvctl top" computes and draws.</summary>
public sealed class TopTests
{
    private static readonly DateTime s_start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void ProcessorTimeIsThatSinceTheSampleBefore()
    {
        TopSampler sampler = new();
        Vm[] vms = [Make("a"), Make("b"), Make("gone")];
        IReadOnlyList<TopRow> first = sampler.Take(Sample(0, ("a", 5_000), ("b", 100)), vms);
        Assert.All(first, r => Assert.Null(r.CpuPercent));
        // A second later: a used 10 ms, b 500 ms, c is not listed yet.
        IReadOnlyList<TopRow> second = sampler.Take(Sample(1, ("a", 5_010), ("b", 600), ("c", 1)), vms);
        Assert.Equal(["b", "a"], second.Select(r => r.Id));
        Assert.Equal([50.0, 1.0], second.Select(r => Math.Round(r.CpuPercent!.Value, 6)));
        // b was started again and counts from zero.
        Assert.Null(sampler.Take(Sample(2, ("b", 20)), vms).Single().CpuPercent);
    }

    [Theory]
    [InlineData(80, 24)]
    [InlineData(20, 4)]
    [InlineData(1, 1)]
    public void AScreenFitsTheTerminal(int columns, int lines)
    {
        TopSampler sampler = new();
        string screen = TopTable.Screen(sampler.Take(Sample(0, [.. Enumerable.Range(0, 40).Select(i => ($"vm{i}", (ulong)i))]), [.. Enumerable.Range(0, 40).Select(i => Make($"vm{i}"))]), s_start, columns, lines);
        Assert.StartsWith("\e[H", screen, StringComparison.Ordinal);
        Assert.EndsWith("\e[K\e[J", screen, StringComparison.Ordinal);
        string[] shown = screen["\e[H".Length..^"\e[K\e[J".Length].Split("\e[K\r\n");
        Assert.InRange(shown.Length, 1, lines);
        Assert.All(shown, line => Assert.InRange(line.Length, 0, columns));
    }

    [Fact]
    public void WhatAProgramIsCalledDoesNotReachTheTerminalAsControl()
    {
        Vm vm = Make("a");
        vm.ProgramPath = "/x/\e[2Jevil\n.exe";
        string text = TopTable.Write(new TopSampler().Take(Sample(0, ("a", 1)), [vm]));
        Assert.DoesNotContain('\e', text);
        Assert.Equal(2, text.Count(c => c == '\n'));
    }

    private static Vm Make(string id) => new() { Id = id, ProgramPath = "/x/7za.exe", State = VmState.Running };

    private static StatsSample Sample(int second, params (string Id, ulong Milliseconds)[] vms)
    {
        StatsSample sample = new() { Time = Timestamp.FromDateTime(s_start.AddSeconds(second)) };
        sample.Vms.AddRange(vms.Select(v => new VmStats { VmId = v.Id, CpuNanoseconds = v.Milliseconds * 1_000_000, MemoryBytes = 1 << 20, Threads = 3 }));
        return sample;
    }
}
