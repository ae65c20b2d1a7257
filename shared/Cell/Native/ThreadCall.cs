namespace PortableVirt.Cell.Native;

/// <summary>A system call that every thread is to make.</summary>
internal sealed record ThreadCall(nint Number, nint First, nint Second, nint Third);
