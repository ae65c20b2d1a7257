namespace PortableVirt.Cell;

/// <summary>What a closed cell is made of.</summary>
/// <param name="LandlockVersion">Version of the kernel's Landlock; 0: it has none, or one too old, and the paths are not limited; <see cref="NoThreads"/>.</param>
/// <param name="Threads">Threads of the process that gave up their rights.</param>
/// <param name="FilterLength">Instructions of the filter of system calls.</param>
/// <param name="Time">How long it took.</param>
public sealed record CellReport(int LandlockVersion, int Threads, int FilterLength, TimeSpan Time)
{
    /// <summary>There is no /proc, as in a bare root folder: other threads cannot be found, and nothing but the system calls is limited.</summary>
    public const int NoThreads = -1;
}
