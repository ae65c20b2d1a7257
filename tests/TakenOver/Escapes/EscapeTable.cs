namespace PortableVirt.TakenOver.Escapes;

/// <summary>All ways out that are tried.</summary>
internal static class EscapeTable
{
    public static IReadOnlyList<Escape> All { get; } =
        [.. FileEscapes.List(), .. ProcessEscapes.List(), .. SocketEscapes.List(), .. DeviceEscapes.List(), .. KernelEscapes.List()];

    /// <summary>An attempt that the list of system calls must end.</summary>
    internal static Escape Ends(string name, Func<Target, long> attempt) => new(name, true, attempt);

    /// <summary>An attempt that must fail.</summary>
    internal static Escape Fails(string name, Func<Target, long> attempt) => new(name, false, attempt);

    /// <summary>An attempt that must fail under the daemon; without one, nothing is in its way.</summary>
    internal static Escape FailsUnderDaemon(string name, Func<Target, long> attempt) => new(name, false, attempt, NeedsDaemon: true);
}
