namespace PortableVirt.Emulation.Memory;

/// <summary>
/// An address in a guest process: a plain number that the guest chose. It becomes memory only through
/// <see cref="GuestAccessor"/>.
/// </summary>
/// <param name="Address">The 64-bit address.</param>
public readonly record struct GuestPointer(ulong Address)
{
    /// <summary>True for address 0.</summary>
    public bool IsNull => Address == 0;

    /// <summary>The address <paramref name="offset"/> bytes further; wraps like the guest's own arithmetic.</summary>
    public static GuestPointer operator +(GuestPointer pointer, long offset) => new(unchecked(pointer.Address + (ulong)offset));

    /// <inheritdoc/>
    public override string ToString() => $"0x{Address:x}";
}
