using System.Diagnostics;
using System.Globalization;
using PortableVirt.Tests.Support;

namespace PortableVirt.Benchmarks;

/// <summary>Starts of packed programs beside Wine: warm, cold and for the first time; to an interactive prompt; memory and disk.</summary>
public static class StartBenchmarks
{
    private const int Rounds = 25;
    private const int ColdRounds = 3;
    private const double WarmTarget = 0.6;
    private const double ColdTarget = 0.05;
    private const double PromptTarget = 0.7;
    private const double MemoryTarget = 0.4;
    private const long PackageTargetMib = 25;

    /// <summary>Packs, measures in turns and prints.</summary>
    public static async Task PrintAsync(Contestants contestants)
    {
        // Node.js refuses the version of Windows that this Wine says it is.
        Environment.SetEnvironmentVariable("NODE_SKIP_PLATFORM_CHECK", "1");
        string hello = await contestants.PackAsync(contestants.Hello, "starts-hello.app", "--deep");
        string node = await contestants.PackAsync(contestants.Node, ["-i"], "starts-node.app", "--deep");
        (string Name, string Program, string[] Arguments, string Package)[] programs =
        [
            ("hello", contestants.Hello, [], hello),
            ("7za i", contestants.SevenZip, ["i"], await contestants.PackAsync(contestants.SevenZip, ["i"], "starts-7za.app", "--deep")),
            ("rg --version", contestants.Ripgrep, ["--version"], await contestants.PackAsync(contestants.Ripgrep, ["--version"], "starts-rg.app", "--deep")),
            ("node -e 0", contestants.Node, ["-e", "0"], node),
        ];
        foreach ((string name, string program, string[] arguments, string package) in programs)
        {
            if (!await IsWineAbleAsync(contestants, program, arguments))
            {
                List<double> times = [];
                for (int round = 0; round < Rounds; round++)
                {
                    times.Add(Milliseconds(await contestants.HostAsync(package, arguments)));
                }
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"packed {name}: minimum {times.Min():F1} ms; this Wine does not run it"));
                continue;
            }
            Measurement wall = new($"packed {name}");
            await wall.RunAsync(Rounds, async () => Milliseconds(await contestants.HostAsync(package, arguments)), async () => Milliseconds(await contestants.WineAsync(program, arguments)));
            wall.Print(WarmTarget);
        }
        await PrintPromptAsync(contestants, node);
        await PrintMemoryAsync(contestants);
        PrintDisk(contestants, hello);
        // Last: Wine's warm server ends here.
        Measurement cold = new("packed hello, Wine cold (its server and services start with it)");
        await cold.RunAsync(ColdRounds, async () => Milliseconds(await contestants.HostAsync(hello)), async () => Milliseconds(await contestants.ColdWineAsync(contestants.Hello, [], null)));
        cold.Print(ColdTarget);
        Measurement first = new("packed hello, Wine's first start ever (it makes its prefix)");
        int prefixes = 0;
        await first.RunAsync(1, async () => Milliseconds(await contestants.HostAsync(hello)),
            async () => Milliseconds(await contestants.ColdWineAsync(contestants.Hello, [], Path.Combine(contestants.Folder, $"prefix{++prefixes}"))));
        first.Print(ColdTarget);
    }

    /// <summary>Debian's Wine 8 lacks a DLL that Rust programs need.</summary>
    private static async Task<bool> IsWineAbleAsync(Contestants contestants, string program, string[] arguments)
    {
        try
        {
            await contestants.WineAsync(program, arguments);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static double Milliseconds(ProgramRun run) => run.Wall.TotalMilliseconds;

    private static async Task PrintPromptAsync(Contestants contestants, string node)
    {
        Measurement prompt = new("packed node, to its prompt at a terminal");
        await prompt.RunAsync(Rounds, () => PromptAsync(() => contestants.StartHostAtTerminal(node, "-i")), () => PromptAsync(() => contestants.StartWineAtTerminal(contestants.Node, "-i")));
        prompt.Print(PromptTarget);
    }

    /// <summary>Milliseconds until the prompt is there: a ">" behind the welcome, between control sequences for the terminal.</summary>
    private static async Task<double> PromptAsync(Func<Process> start)
    {
        const string welcome = "more information.";
        long begin = Stopwatch.GetTimestamp();
        using Process process = start();
        string text = "";
        char[] buffer = new char[256];
        while (text.IndexOf(welcome, StringComparison.Ordinal) is not (>= 0 and int at) || !text.AsSpan(at).Contains('>'))
        {
            int read = await process.StandardOutput.ReadAsync(buffer);
            text += read > 0 ? new string(buffer, 0, read) : throw new InvalidOperationException($"{process.StartInfo.FileName} gave no prompt: {text}");
        }
        double time = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        await process.StandardInput.WriteAsync(".exit\r");
        await process.StandardInput.FlushAsync();
        // A terminal takes what nobody reads, until it is full.
        while (await process.StandardOutput.ReadAsync(buffer) > 0)
        {
        }
        await process.WaitForExitAsync();
        return time;
    }

    /// <summary>The proportional set size of everything that runs for a program that waits: one packed process; Wine's process, server and services.</summary>
    private static async Task PrintMemoryAsync(Contestants contestants)
    {
        string waiter = await contestants.PackAsync(contestants.Waiter, "starts-waiter.app", "--deep");
        double ours = await WaitingAsync(() => contestants.StartHost(waiter), process => SharedOut(process.Id));
        double wine = await WaitingAsync(() => contestants.StartWine(contestants.Waiter), _ => WineProcesses().Sum(SharedOut));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"memory of a program that waits (PSS): {ours:F1} MiB, Wine with server and services {wine:F1} MiB; ratio {ours / wine:F2}; target {MemoryTarget:F2}: {(ours / wine <= MemoryTarget ? "met" : "missed")}"));
    }

    private static async Task<double> WaitingAsync(Func<Process> start, Func<Process, double> measure)
    {
        using Process process = start();
        if (await process.StandardOutput.ReadLineAsync() is not "waiting")
        {
            throw new InvalidOperationException($"{process.StartInfo.FileName} did not start");
        }
        double value = measure(process);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return value;
    }

    private static List<int> WineProcesses()
    {
        List<int> processes = [];
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && new FileInfo($"{folder}/exe").LinkTarget?.StartsWith("/usr/lib/wine/", StringComparison.Ordinal) == true)
            {
                processes.Add(id);
            }
        }
        return processes;
    }

    private static double SharedOut(int process)
    {
        string line = File.ReadLines($"/proc/{process}/smaps_rollup").Single(l => l.StartsWith("Pss:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    private static void PrintDisk(Contestants contestants, string package)
    {
        double mib = new FileInfo(package).Length / 1048576.0;
        double wine = Mib("/usr/lib/wine") + Mib("/usr/lib/x86_64-linux-gnu/wine") + Mib("/usr/share/wine");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"disk: hello's package {mib:F1} MiB, Wine {wine:F0} MiB and its prefix {Mib(contestants.WinePrefix):F0} MiB; target {PackageTargetMib} MiB: {(mib <= PackageTargetMib ? "met" : "missed")}"));
    }

    private static double Mib(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Sum(file => file.Length) / 1048576.0;
}
