namespace PortableVirt.Emulation.Objects;

/// <summary>
/// An NT HANDLE as the guest passes it: 64 bits, of which NT uses the low 32, sign-extended. Table handles are multiples of 4
/// (bits 0-1 are the caller's tag bits and ignored); small negative values are pseudo handles.
/// </summary>
/// <param name="Value">The raw 64-bit value.</param>
public readonly record struct Handle(ulong Value)
{
    /// <summary>The null handle.</summary>
    public static readonly Handle Null;

    /// <summary>NtCurrentProcess(): -1.</summary>
    public static readonly Handle CurrentProcess = new(ulong.MaxValue);

    /// <summary>NtCurrentThread(): -2.</summary>
    public static readonly Handle CurrentThread = new(ulong.MaxValue - 1);

    /// <summary>NtCurrentProcessToken(): -4.</summary>
    public static readonly Handle CurrentProcessToken = new(ulong.MaxValue - 3);

    /// <summary>NtCurrentThreadToken(): -5.</summary>
    public static readonly Handle CurrentThreadToken = new(ulong.MaxValue - 4);

    /// <summary>NtCurrentThreadEffectiveToken(): -6.</summary>
    public static readonly Handle CurrentThreadEffectiveToken = new(ulong.MaxValue - 5);

    /// <summary>True for 0.</summary>
    public bool IsNull => Value == 0;

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:x}";
}
