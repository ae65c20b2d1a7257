namespace PortableVirt.Cell.SystemCalls;

/// <summary>errno values (asm-generic/errno.h).</summary>
internal static class ErrorNumber
{
    public const int NotPermitted = 1;
    public const int NoSuchThread = 3;
    public const int Access = 13;
    public const int Invalid = 22;
    public const int NoSystemCall = 38;
    public const int NotSupported = 95;
}
