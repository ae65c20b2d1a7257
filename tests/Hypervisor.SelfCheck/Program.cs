using System.Diagnostics;

namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>Runs the self-checks of hypervisor and kernel on this machine's /dev/kvm: "ok NAME" or "FAIL NAME: why" for each; exit code 1 when one failed.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        long start = Stopwatch.GetTimestamp();
        using Machine machine = new();
        Console.WriteLine($"# {machine.Host.Kind}, CR4 0x{machine.Host.Cr4:x}, XCR0 0x{machine.Host.SupportedXcr0:x}, "
            + $"{machine.Host.PhysicalAddressBits} address bits, start {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F1} ms");
        int failed = 0;
        foreach (Check check in SelfChecks.All)
        {
            if (arguments.Length > 0 && !arguments.Any(a => check.Name.StartsWith(a, StringComparison.Ordinal)))
            {
                continue;
            }

            try
            {
                check.Body(machine);
                Console.WriteLine($"ok {check.Name}");
            }
            catch (Exception e) when (e is CheckFailedException or KvmException)
            {
                failed++;
                Console.WriteLine($"FAIL {check.Name}: {e.Message}");
            }
        }

        Console.WriteLine(failed == 0 ? "# all passed" : $"# {failed} failed");
        return failed == 0 ? 0 : 1;
    }
}
