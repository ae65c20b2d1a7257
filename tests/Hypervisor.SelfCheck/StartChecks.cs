using System.Diagnostics;
using PortableVirt.Kernel;

namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>What starting a machine costs.</summary>
internal static class StartChecks
{
    public static IEnumerable<Check> All => [new("start.cost", Cost), new("start.machines-do-not-leak", DoNotLeak), new("start.compatibility-mode", CompatibilityMode)];

    private static void Cost(Machine machine)
    {
        string[] names = ["probe", "machine", "kernel", "first processor", "end"];
        double[] best = [.. Enumerable.Repeat(double.MaxValue, names.Length)];
        for (int round = 0; round < 8; round++)
        {
            long[] at = new long[names.Length + 1];
            at[0] = Stopwatch.GetTimestamp();
            _ = KvmHost.Probe(machine.Device);
            at[1] = Stopwatch.GetTimestamp();
            Vm vm = new(machine.Device);
            at[2] = Stopwatch.GetTimestamp();
            GuestKernel kernel = new(vm);
            at[3] = Stopwatch.GetTimestamp();
            _ = kernel.RentCpu();
            at[4] = Stopwatch.GetTimestamp();
            vm.Dispose();
            at[5] = Stopwatch.GetTimestamp();
            for (int i = 0; i < best.Length; i++)
            {
                best[i] = Math.Min(best[i], Stopwatch.GetElapsedTime(at[i], at[i + 1]).TotalMicroseconds);
            }
        }

        Console.WriteLine($"   {string.Join(", ", names.Zip(best, (name, time) => $"{name} {time:F0} us"))}");
    }

    private static void DoNotLeak(Machine machine)
    {
        static int Descriptors() => Directory.GetFiles("/proc/self/fd").Length;
        static int Mappings() => File.ReadAllLines("/proc/self/maps").Count(line => line.Contains("kvm", StringComparison.Ordinal));
        int descriptors = Descriptors();
        int mappings = Mappings();
        for (int round = 0; round < 5; round++)
        {
            using Vm vm = new(machine.Device);
            GuestKernel kernel = new(vm);
            _ = kernel.RentCpu();
        }

        Expect.Equal(descriptors, Descriptors());
        Expect.Equal(mappings, Mappings());
    }

    // kvm_pvm interprets 32-bit code and lacks SSE there; hardware runs it (both measured).
    private static void CompatibilityMode(Machine machine) =>
        Expect.True(KvmHost.ProbeCompatibilityMode(machine.Device) == (machine.Host.Kind == KvmKind.Hardware), "32-bit code runs natively on hardware alone");
}
