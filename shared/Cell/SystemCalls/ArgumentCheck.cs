namespace PortableVirt.Cell.SystemCalls;

/// <summary>What an argument of a system call must be: its masked value is one of some, or none of them.</summary>
/// <param name="Index">Which argument, 0 to 5.</param>
/// <param name="Mask">The bits that are looked at. Where no bit above 31 is in it, the upper half is not looked at: so the kernel treats an int.</param>
/// <param name="Values">The masked values that are meant.</param>
/// <param name="MustBeOne">True: the argument must be one of the values; false: it must be none.</param>
internal sealed record ArgumentCheck(int Index, ulong Mask, ulong[] Values, bool MustBeOne = true)
{
    private const ulong Word = uint.MaxValue;

    /// <summary>Holds never.</summary>
    public static ArgumentCheck Impossible { get; } = new(0, 0, [0], false);

    /// <summary>An int argument that is one of some values.</summary>
    public static ArgumentCheck OneOf(int index, params ulong[] values) => new(index, Word, values);

    /// <summary>An int argument that is none of some values.</summary>
    public static ArgumentCheck NoneOf(int index, params ulong[] values) => new(index, Word, values, false);

    /// <summary>An argument without some bits.</summary>
    public static ArgumentCheck Without(int index, ulong bits) => new(index, bits, [0]);

    /// <summary>An argument that has, of the bits of a mask, exactly these.</summary>
    public static ArgumentCheck Exactly(int index, ulong mask, ulong bits) => new(index, mask, [bits]);
}
