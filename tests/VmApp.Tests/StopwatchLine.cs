namespace PortableVirt.VmApp.Tests;

/// <summary>What stopwatch.exe said of a wait.</summary>
/// <param name="Text">The line.</param>
/// <param name="At">When it came, on the host's clock, from the program's start of its waits.</param>
/// <param name="Counter">Milliseconds that the wait took on the guest's performance counter.</param>
/// <param name="System">Milliseconds on its system clock.</param>
public sealed record StopwatchLine(string Text, TimeSpan At, long Counter, long System);
