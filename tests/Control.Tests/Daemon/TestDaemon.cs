using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;
using PortableVirt.Tests.Support;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>The real daemon as root on a socket of its own, with pvctl as root or as an ordinary user who cannot open /dev/kvm.</summary>
public sealed class TestDaemon : IDisposable
{
    /// <summary>An ordinary user, "nobody" on Debian.</summary>
    public const uint OrdinaryUser = 65534;

    private readonly ScratchFolder _folder = new();
    private readonly ConcurrentQueue<string> _log = new();
    private Process _process;

    public TestDaemon()
    {
        if (Environment.UserName != "root")
        {
            throw new InvalidOperationException("these tests start the daemon as root and clients as another user: run them as root");
        }

        string daemon = System.IO.Path.Combine(Programs, "portablevirtd");
        if (!File.Exists(daemon))
        {
            throw new InvalidOperationException($"{daemon} does not exist: build it with 'bash packaging/build.sh', or name its folder in PORTABLEVIRT_BIN");
        }

        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0x1FF);
        _process = Start();
    }

    /// <summary>The folder of the programs under test.</summary>
    public static string Programs => System.IO.Path.GetDirectoryName(PortableVirtCommand.Pvctl)!;

    /// <summary>A folder that every user may write to.</summary>
    public string Folder => _folder.Path;

    /// <summary>The daemon's process id.</summary>
    public int ProcessId => _process.Id;

    public string SocketPath => System.IO.Path.Combine(_folder.Path, "run", "portablevirtd.sock");

    /// <summary>The folder of its registry.</summary>
    public string StatePath => System.IO.Path.Combine(_folder.Path, "state");

    /// <summary>What it has logged so far.</summary>
    public IReadOnlyCollection<string> Log => _log;

    /// <summary>A channel to it, as root.</summary>
    public GrpcChannel Connect() => GrpcChannel.ForPath(SocketPath);

    /// <summary>Ends it with a signal and gives its exit code: KILL and TERM leave its VMs, INT ends them first.</summary>
    public int End(string signal)
    {
        Signal(_process.Id, signal);
        Assert.True(_process.WaitForExit(15_000), $"the daemon does not end by SIG{signal}");
        return _process.ExitCode;
    }

    /// <summary>Starts it again.</summary>
    public void Restart()
    {
        _process.Dispose();
        _process = Start();
    }

    /// <summary>The command line of pvctl.</summary>
    public static IReadOnlyList<string> Pvctl(uint user, params string[] arguments)
    {
        string id = user.ToString(CultureInfo.InvariantCulture);
        return user == 0
            ? [PortableVirtCommand.Pvctl, .. arguments]
            : ["setpriv", "--reuid", id, "--regid", id, "--clear-groups", "--no-new-privs", PortableVirtCommand.Pvctl, .. arguments];
    }

    /// <summary>Runs pvctl to its end.</summary>
    public Task<ProgramRun> RunAsync(uint user, byte[]? input, params string[] arguments) => ProgramRunner.RunAsync(
        Pvctl(user, arguments),
        Folder,
        new Dictionary<string, string?> { ["PORTABLEVIRT_SOCKET"] = SocketPath, ["PV_TEST"] = "value ž" },
        input,
        TimeSpan.FromSeconds(60));

    /// <summary>Starts pvctl and waits until the program that it runs has printed READY.</summary>
    public async Task<Process> StartReadyAsync(uint user, string way, params string[] arguments)
    {
        IReadOnlyList<string> command = Pvctl(user, ["run", way, "--", .. arguments]);
        ProcessStartInfo start = new(command[0], command.Skip(1))
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PORTABLEVIRT_SOCKET"] = SocketPath;
        Process process = Process.Start(start)!;
        string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(line?.TrimEnd() == "READY", $"got \"{line}\"; {(line is null ? await process.StandardError.ReadToEndAsync() : "")}");
        return process;
    }

    /// <summary>The VMs that root sees.</summary>
    public async Task<IReadOnlyList<Vm>> ListAsync()
    {
        using GrpcChannel channel = Connect();
        return (await channel.UnaryCallAsync(DaemonMethods.ListVms, new ListVmsRequest(), new CallOptions(TimeSpan.FromSeconds(10)))).Vms;
    }

    /// <summary>Waits until a VM is in a state.</summary>
    public async Task AssertStateAsync(string vmId, VmState state)
    {
        using GrpcChannel channel = Connect();
        Vm vm = new();
        for (int i = 0; i < 250 && vm.State != state; i++)
        {
            await Task.Delay(i == 0 ? 0 : 20);
            vm = (await channel.UnaryCallAsync(DaemonMethods.InspectVm, new InspectVmRequest { VmId = vmId }, new CallOptions(TimeSpan.FromSeconds(10)))).Vm;
        }

        Assert.Equal(state, vm.State);
    }

    /// <summary>Waits until no VM is left.</summary>
    public async Task AssertNoVmsAsync()
    {
        for (int i = 0; i < 100 && (await ListAsync()).Count > 0; i++)
        {
            await Task.Delay(20);
        }

        Assert.Empty(await ListAsync());
    }

    /// <summary>Sends a signal to a process.</summary>
    public static void Signal(int processId, string signal)
    {
        using Process kill = Process.Start("kill", ["-" + signal, processId.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits until a process is gone.</summary>
    public static async Task AssertGoneAsync(int processId, TimeSpan? limit = null)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (Directory.Exists($"/proc/{processId}"))
        {
            Assert.True(watch.Elapsed < (limit ?? TimeSpan.FromSeconds(10)), $"process {processId} is still there");
            await Task.Delay(20);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            End("INT");
        }

        _process.Dispose();
        _folder.Dispose();
    }

    private Process Start()
    {
        ProcessStartInfo start = new(System.IO.Path.Combine(Programs, "portablevirtd"), ["--socket", SocketPath, "--state", StatePath]) { RedirectStandardError = true };
        Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using GrpcChannel channel = Connect();
                channel.UnaryCallAsync(DaemonMethods.ListVms, new ListVmsRequest(), new CallOptions(TimeSpan.FromSeconds(10))).GetAwaiter().GetResult();
                return process;
            }
            catch (GrpcException) when (watch.Elapsed < TimeSpan.FromSeconds(20) && !process.HasExited)
            {
                Thread.Sleep(20);
            }
        }
    }
}
