namespace PortableVirt.Emulation.Loader;

/// <summary>
/// The conhost.exe of C:\windows\system32. AllocConsole of libwine starts it as the console's server, but the executive is the console host itself: this
/// one ends at once.
/// </summary>
internal static class ConsoleHostProgram
{
    /// <summary>Name in system32.</summary>
    public const string FileName = "conhost.exe";

    private const ulong ImageBase = 0x1_4000_0000;

    /// <summary>The bytes of the file: a program whose first function returns 0.</summary>
    public static ReadOnlyMemory<byte> Build()
    {
        PeBuilder builder = new(FileName, ImageBase) { Start = "Start" };
        builder.AddFunction("Start", [0x31, 0xc0, 0xc3]);
        return builder.Build();
    }
}
