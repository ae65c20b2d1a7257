using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Registry;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;
using PortableVirt.Emulation.Ui;

namespace PortableVirt.Emulation.Gates.Shell;

/// <summary>IDesktopWallpaper: the wallpaper of the program's own session, which is in its registry as on Windows. The host's desktop is not touched.</summary>
internal static class WallpaperGates
{
    private const string Monitor = @"\\?\DISPLAY#Default_Monitor#1&0&0&UID0#{e6f07b5f-ee97-4a90-b076-33f57bf4eaa7}";
    private const string Wallpaper = "Wallpaper";
    private const string Style = "WallpaperStyle";
    private const string Tile = "TileWallpaper";

    /// <summary>WallpaperStyle of DESKTOP_WALLPAPER_POSITION: centre, tile, stretch, fit, fill, span.</summary>
    private static readonly string[] Styles = ["0", "0", "2", "6", "10", "22"];
    private const uint TilePosition = 1, FillPosition = 4;

    /// <summary>Ends GetWallpaper and GetMonitorDevicePathAt: RCX is the allocated memory.</summary>
    [GateExport(ShellLibrary.FileName, "FinishString")]
    internal static uint FinishString(NtThread thread, GuestPointer memory) => ShellText.Finish(thread, memory);

    /// <summary>SetWallpaper(this, LPCWSTR monitor, LPCWSTR path).</summary>
    [GateExport(ShellLibrary.FileName, "WallpaperSet")]
    internal static uint Set(NtThread thread, ulong self, GuestPointer monitor, GuestPointer path)
    {
        if (!ShellText.TryRead(thread, path, out string file))
        {
            return HResult.Pointer;
        }
        Write(thread, Wallpaper, file);
        return HResult.Ok;
    }

    /// <summary>GetWallpaper(this, LPCWSTR monitor, LPWSTR *path): "" where there is none.</summary>
    [GateExport(ShellLibrary.FileName, "WallpaperGet")]
    internal static uint Get(NtThread thread, ulong self, GuestPointer monitor, GuestPointer result) => ShellText.Return(thread, result, Read(thread, Wallpaper));

    /// <summary>GetMonitorDevicePathAt(this, UINT index, LPWSTR *path).</summary>
    [GateExport(ShellLibrary.FileName, "WallpaperGetMonitorPath")]
    internal static uint GetMonitorPath(NtThread thread, ulong self, uint index, GuestPointer result) =>
        index == 0 ? ShellText.Return(thread, result, Monitor) : HResult.InvalidArgument;

    /// <summary>GetMonitorDevicePathCount(this, UINT *count).</summary>
    [GateExport(ShellLibrary.FileName, "WallpaperGetMonitorCount")]
    internal static uint GetMonitorCount(NtThread thread, ulong self, GuestPointer result) => thread.Memory.TryWrite(result, 1u) ? HResult.Ok : HResult.Pointer;

    /// <summary>GetMonitorRECT(this, LPCWSTR monitor, RECT *).</summary>
    [GateExport(ShellLibrary.FileName, "WallpaperGetMonitorRect")]
    internal static uint GetMonitorRect(NtThread thread, ulong self, GuestPointer monitor, GuestPointer result)
    {
        const uint screenWidth = 0, screenHeight = 1;
        ulong corner = (uint)UiSystemMetrics.Metric(screenWidth) | ((ulong)(uint)UiSystemMetrics.Metric(screenHeight) << 32);
        return thread.Memory.TryWrite(result, 0ul) && thread.Memory.TryWrite(result + 8, corner) ? HResult.Ok : HResult.Pointer;
    }

    /// <summary>SetPosition(this, DESKTOP_WALLPAPER_POSITION).</summary>
    [GateExport(ShellLibrary.FileName, "WallpaperSetPosition")]
    internal static uint SetPosition(NtThread thread, ulong self, uint position)
    {
        if (position >= (uint)Styles.Length)
        {
            return HResult.InvalidArgument;
        }
        Write(thread, Style, Styles[position]);
        Write(thread, Tile, position == TilePosition ? "1" : "0");
        return HResult.Ok;
    }

    /// <summary>GetPosition(this, DESKTOP_WALLPAPER_POSITION *).</summary>
    [GateExport(ShellLibrary.FileName, "WallpaperGetPosition")]
    internal static uint GetPosition(NtThread thread, ulong self, GuestPointer result)
    {
        int found = Array.IndexOf(Styles, Read(thread, Style));
        uint position = found < 0 ? FillPosition : found == 0 && Read(thread, Tile) == "1" ? TilePosition : (uint)found;
        return thread.Memory.TryWrite(result, position) ? HResult.Ok : HResult.Pointer;
    }

    /// <summary>GetStatus(this, DESKTOP_SLIDESHOW_STATE *): enabled, no slide show.</summary>
    [GateExport(ShellLibrary.FileName, "WallpaperGetStatus")]
    internal static uint GetStatus(NtThread thread, ulong self, GuestPointer result) => thread.Memory.TryWrite(result, 1u) ? HResult.Ok : HResult.Pointer;

    private static KeyNode Key(NtThread thread)
    {
        RegistryTree tree = thread.Executive.Registry;
        return tree.Ensure(tree.User, thread.Executive.Machine.UserSid + @"\Control Panel\Desktop");
    }

    private static string Read(NtThread thread, string name)
    {
        lock (thread.Executive.Registry.Lock)
        {
            return Key(thread).TryGetValue(name, out KeyValue? value) ? value.Text ?? "" : "";
        }
    }

    private static void Write(NtThread thread, string name, string text)
    {
        RegistryTree tree = thread.Executive.Registry;
        lock (tree.Lock)
        {
            tree.SetValue(Key(thread), name, RegistryValueType.String, KeyValue.Encode(text));
        }
    }
}
