namespace PortableVirt.Dispatch.Native;

/// <summary>How a child process ended.</summary>
/// <param name="Exited">True: by itself; false: by a signal.</param>
/// <param name="Status">Exit code or signal number.</param>
internal readonly record struct ChildEnd(bool Exited, int Status);
