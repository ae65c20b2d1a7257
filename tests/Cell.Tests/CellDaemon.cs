using System.Diagnostics;
using PortableVirt.Tests.Support;

namespace PortableVirt.Cell.Tests;

/// <summary>
/// The real daemon as root, with control groups, in a network of its own that has an interface besides the loopback's, with addresses that are kept for examples
/// (RFC 5737, RFC 3849) and nobody behind it.
/// </summary>
internal sealed class CellDaemon : IDisposable
{
    /// <summary>The interface's address.</summary>
    public const string OwnAddress = "198.51.100.1";

    /// <summary>One that is reached through it.</summary>
    public const string OtherComputer = "198.51.100.7";

    /// <summary>The same by IPv6.</summary>
    public const string OtherComputerByIp6 = "2001:db8::7";

    private const string Network = $"""
        ip link set lo up && ip link add pv0 type veth peer name pv1 && ip addr add {OwnAddress}/24 dev pv0 && ip -6 addr add 2001:db8::1/64 dev pv0 nodad &&
        ip link set pv0 up && ip link set pv1 up && exec "$@"
        """;

    private readonly Process _process;

    /// <param name="folder">For its socket and state.</param>
    /// <param name="vmApp">The VM-app that it starts.</param>
    public CellDaemon(string folder, string vmApp)
    {
        Socket = Path.Combine(folder, "run", "portablevirtd.sock");
        string program = Path.Combine(Path.GetDirectoryName(PortableVirtCommand.Pvctl)!, "portablevirtd");
        ProcessStartInfo start = new(
            "unshare",
            ["--net", "sh", "-c", Network, "sh", program, "--socket", Socket, "--state", Path.Combine(folder, "state"), "--vmapp", vmApp, "--cgroups", Groups.Folder])
        {
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        Stopwatch watch = Stopwatch.StartNew();
        while (!File.Exists(Socket))
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(20) || _process.HasExited)
            {
                _process.Kill();
                _process.WaitForExit();
                Groups.Dispose();
                Assert.Fail($"the daemon {program} does not start: these tests run as root");
            }
            Thread.Sleep(20);
        }
    }

    /// <summary>Where it listens.</summary>
    public string Socket { get; }

    /// <summary>Its process.</summary>
    public int Id => _process.Id;

    /// <summary>The control groups of its VMs.</summary>
    public TestGroup Groups { get; } = new();

    public void Dispose()
    {
        Assert.False(_process.HasExited, "an escape has ended the daemon");
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Groups.Dispose();
    }
}
