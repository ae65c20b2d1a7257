using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Loader;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Gates.Shell;

/// <summary>
/// pvshell.dll: classes of Windows' shell that libwine lacks and that make sense without a desktop. Interfaces and identifiers: shobjidl_core.h of
/// the Windows SDK.
/// </summary>
internal static class ShellLibrary
{
    /// <summary>File name.</summary>
    public const string FileName = "pvshell.dll";

    /// <summary>Bytes of stack that <see cref="StringAllocated"/> gives back: room for the four home slots of the allocator, and alignment.</summary>
    public const int AllocationFrame = 0x28;

    /// <summary>Where a method goes on when its string has been allocated.</summary>
    public const string StringAllocated = "StringAllocated";

    /// <summary>The classes.</summary>
    public static readonly IReadOnlyList<ComClass> Classes =
    [
        new(
            "UserNotification",
            new Guid("0010890e-8789-413c-adbc-48f5b511b3af"),
            [new Guid("ba9711ba-5893-4787-a7e1-41277151550b"), new Guid("215913cc-57eb-4fab-ab5a-e5fa7bea2a6c")],
            ["NotificationSetBalloonInfo", "NotificationSetBalloonRetry", Succeed, Show, Succeed]),
        new(
            "DesktopWallpaper",
            new Guid("c2cf3110-460e-4fc1-b9d0-8a1c0c9cc4bd"),
            [new Guid("b92b56a9-8b55-4e14-9a89-0199bbb6f93b")],
            [
                "WallpaperSet", "WallpaperGet", "WallpaperGetMonitorPath", "WallpaperGetMonitorCount", "WallpaperGetMonitorRect", NotImplemented, NotImplemented,
                "WallpaperSetPosition", "WallpaperGetPosition", NotImplemented, NotImplemented, NotImplemented, NotImplemented, NotImplemented,
                "WallpaperGetStatus", NotImplemented,
            ]),
    ];

    private const string Show = "NotificationShow";
    private const string Succeed = "Succeed";
    private const string NotImplemented = "NotImplemented";
    private const string One = "One";

    private static readonly Lazy<PeExports> _exports = new(ReadExports);

    /// <summary>Adds what is no gate: small functions, method tables, objects.</summary>
    /// <param name="gate">Code of the gate of a name: mov r10, rcx; mov eax, number; syscall; ret.</param>
    public static void AddTo(PeBuilder builder, Func<string, byte[]> gate)
    {
        // mov eax, 1: what AddRef and Release of an object that is never freed return, and S_FALSE.
        builder.AddFunction(One, [0xb8, 1, 0, 0, 0, 0xc3]);
        builder.AddFunction("DllCanUnloadNow", [0xb8, 1, 0, 0, 0, 0xc3]);
        builder.AddFunction(Succeed, [0x31, 0xc0, 0xc3]);
        builder.AddFunction(NotImplemented, [0xb8, 1, 0x40, 0, 0x80, 0xc3]);
        // add rsp, AllocationFrame; mov rcx, rax; the gate.
        builder.AddFunction(StringAllocated, [0x48, 0x83, 0xc4, AllocationFrame, 0x48, 0x89, 0xc1, .. gate("FinishString")]);
        builder.AddFunction(Show, ShowCode(gate("NotificationWait").AsSpan()[..^1]));
        builder.AddPointers("Factory.Table", "ComQueryInterface", One, One, "ComCreateInstance", Succeed);
        foreach (ComClass type in Classes)
        {
            builder.AddPointers(type.Name + ".Table", ["ComQueryInterface", One, One, .. type.Methods]);
            builder.AddPointers(type.Name, type.Name + ".Table");
            builder.AddPointers(type.Factory, "Factory.Table");
        }
    }

    /// <summary>Address of an export in the caller's process; 0 when the DLL is not loaded there.</summary>
    public static ulong AddressOf(NtThread thread, string export)
    {
        ulong start = thread.Process.Modules.FindBase(FileName);
        return start != 0 && _exports.Value.TryFind(export, out PeExport found) ? start + found.Rva : 0;
    }

    /// <summary>
    /// Show(this, IQueryContinue *, DWORD milliseconds, ...): waits, and asks the program's QueryContinue (the fourth method) between, until the time is
    /// over or the answer is not S_OK. Returns ERROR_CANCELLED as an HRESULT.
    /// </summary>
    private static byte[] ShowCode(ReadOnlySpan<byte> wait)
    {
        byte[] begin = [0x53, 0x56, 0x48, 0x83, 0xec, 0x28, 0x48, 0x89, 0xd3, 0x44, 0x89, 0xc6]; // push rbx; push rsi; sub rsp, 40; mov rbx, rdx; mov esi, r8d
        byte[] ask = [0x48, 0x85, 0xdb, 0x74, 0, 0x48, 0x8b, 0x03, 0x48, 0x89, 0xd9, 0xff, 0x50, 0x18, 0x85, 0xc0, 0x74, 0]; // if (rbx) call QueryContinue
        byte[] end = [0xb8, 0xc7, 0x04, 0x07, 0x80, 0x48, 0x83, 0xc4, 0x28, 0x5e, 0x5b, 0xc3]; // mov eax, 0x800704c7; add rsp, 40; pop rsi; pop rbx; ret
        byte[] loop = [0x89, 0xf1, .. wait, 0x85, 0xc0, 0x74, (byte)ask.Length]; // mov ecx, esi; the gate; test eax, eax; je end
        ask[4] = (byte)-(loop.Length + 5);
        ask[^1] = (byte)-(loop.Length + ask.Length);
        return [.. begin, .. loop, .. ask, .. end];
    }

    private static PeExports ReadExports() => PeImage.TryParse(GateModules.Build(FileName), out PeImage? image, out PeError? error)
        ? image.Exports
        : throw new InvalidOperationException(error.Describe(FileName));
}
