namespace PortableVirt.Emulation.Recording;

/// <summary>What kind of use of the desktop a call of win32u is.</summary>
internal static class WindowUse
{
    private static readonly (string Part, string Kind)[] s_kinds =
    [
        ("Clipboard", "clipboard"), ("Menu", "menu"), ("MessageBox", "dialog"), ("Dialog", "dialog"), ("CreateWindow", "window"), ("RegisterClass", "window"),
        ("Cursor", "pointer"), ("Icon", "pointer"), ("Hook", "hook"), ("Key", "input"), ("Input", "input"), ("Display", "display"), ("Monitor", "display"),
        ("Message", "message"), ("WindowStation", "desktop"), ("Desktop", "desktop"), ("Window", "window"), ("DC", "drawing"),
    ];

    /// <summary>"window", "dialog", "menu"..., "desktop" for the rest; null for calls of ntdll.</summary>
    public static string? KindOf(string call)
    {
        if (call.StartsWith("NtGdi", StringComparison.Ordinal))
        {
            return "drawing";
        }
        if (!call.StartsWith("NtUser", StringComparison.Ordinal))
        {
            return null;
        }
        foreach ((string part, string kind) in s_kinds)
        {
            if (call.Contains(part, StringComparison.Ordinal))
            {
                return kind;
            }
        }
        return "desktop";
    }
}
