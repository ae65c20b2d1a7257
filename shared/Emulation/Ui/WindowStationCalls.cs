using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.SystemInfo;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Ui;

/// <summary>Window stations and desktops: one of each, not visible.</summary>
internal static class WindowStationCalls
{
    private const uint FlagsIndex = 1, NameIndex = 2, TypeIndex = 3, SidIndex = 4, HeapSizeIndex = 5, IoIndex = 6;

    [NtSyscall("NtUserGetProcessWindowStation", Support.Full)]
    internal static ulong NtUserGetProcessWindowStation(NtThread t) => t.Process.WindowStation.Value;

    [NtSyscall("NtUserGetThreadDesktop", Support.Partial, "the desktop of other processes' threads")]
    internal static ulong NtUserGetThreadDesktop(NtThread t, uint threadId) =>
        t.Executive.ClientIds.FindThread(threadId)?.Process == t.Process ? t.Process.Desktop.Value : UiResult.Fail(t, UiResult.InvalidParameter);

    [NtSyscall("NtUserOpenInputDesktop", Support.Full)]
    internal static ulong NtUserOpenInputDesktop(NtThread t, uint flags, bool inherit, uint access) =>
        t.Process.Handles.Insert(new UserObject(ObjectKinds.Desktop, "Default"), ObjectKinds.Desktop.MapAccess(access), inherit, out Handle handle).IsSuccess
            ? handle.Value
            : UiResult.Fail(t, UiResult.AccessDenied);

    [NtSyscall("NtUserCloseDesktop", Support.Full)]
    internal static ulong NtUserCloseDesktop(NtThread t, Handle handle) => Close(t, handle, t.Process.Desktop);

    [NtSyscall("NtUserCloseWindowStation", Support.Full)]
    internal static ulong NtUserCloseWindowStation(NtThread t, Handle handle) => Close(t, handle, t.Process.WindowStation);

    [NtSyscall("NtUserGetObjectInformation", Support.Full)]
    internal static ulong NtUserGetObjectInformation(NtThread t, Handle handle, uint index, GuestPointer buffer, uint length, GuestPointer needed)
    {
        if (!t.Reference(handle, 0, out UserObject target).IsSuccess)
        {
            return UiResult.Fail(t, UiResult.InvalidHandle);
        }
        InformationBuilder b = new();
        switch (index)
        {
            case FlagsIndex:
                b.U32(0).U32(0).U32(0);
                break;
            case NameIndex:
                b.Utf16(target.UserObjectName).U16(0);
                break;
            case TypeIndex:
                b.Utf16(target.Kind.Name).U16(0);
                break;
            case HeapSizeIndex or IoIndex:
                b.U32(0);
                break;
            case SidIndex:
                break;
            default:
                return UiResult.Fail(t, UiResult.InvalidParameter);
        }
        if (!needed.IsNull && !t.Memory.TryWrite(needed, (uint)b.Length))
        {
            return UiResult.Fail(t, UiResult.NoAccess);
        }
        if (length < b.Length)
        {
            return UiResult.Fail(t, UiResult.InsufficientBuffer);
        }
        return t.Memory.TryWrite(buffer, b.Data) ? 1 : UiResult.Fail(t, UiResult.NoAccess);
    }

    private static ulong Close(NtThread t, Handle handle, Handle own)
    {
        if (handle == own || !t.Reference(handle, 0, out UserObject _).IsSuccess)
        {
            return handle == own ? UiResult.Fail(t, UiResult.AccessDenied) : UiResult.Fail(t, UiResult.InvalidHandle);
        }
        return t.Process.Handles.Close(handle).IsSuccess ? 1 : UiResult.Fail(t, UiResult.InvalidHandle);
    }
}
