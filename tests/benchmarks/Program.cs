using PortableVirt.Benchmarks;

// Runs PortableVirt and Wine side by side, in turns, and prints the ratios. See README.md beside this file.
string[] known = ["hello", "packed", "starts", "pack", "exits", "winbench", "pause", "daemon"];
string[] chosen = args.Where(argument => !argument.StartsWith('-')).ToArray();
if (chosen.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
{
    Console.Error.WriteLine($"No benchmark '{unknown}'. Known: {string.Join(", ", known)}.");
    return 2;
}

chosen = chosen.Length == 0 ? known : chosen;
if (chosen.Contains("pause"))
{
    await PauseBenchmarks.PrintAsync();
}

if (chosen is ["pause"])
{
    return 0;
}

await using Contestants contestants = await Contestants.PrepareAsync();
if (chosen.Contains("hello"))
{
    await ProgramBenchmarks.HelloAsync(contestants);
}

if (chosen.Contains("packed"))
{
    await PackedBenchmarks.PrintAsync(contestants);
}

if (chosen.Contains("starts"))
{
    await StartBenchmarks.PrintAsync(contestants);
}

if (chosen.Contains("pack"))
{
    await ProgramBenchmarks.PackAsync(contestants);
}

if (chosen.Contains("exits"))
{
    await ExitStatistics.PrintAsync(contestants);
}

if (chosen.Contains("winbench"))
{
    await MicroBenchmarks.PrintAsync(contestants);
}

if (chosen.Contains("daemon"))
{
    await DaemonBenchmarks.PrintAsync(contestants.Hello);
}

return 0;
