using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Gates.Shell;

/// <summary>The COM plumbing of pvshell.dll: IUnknown, IClassFactory, and the DLL's entry for classes.</summary>
internal static class ComGates
{
    private static readonly Guid Unknown = new("00000000-0000-0000-c000-000000000046");
    private static readonly Guid ClassFactory = new("00000001-0000-0000-c000-000000000046");

    /// <summary>HRESULT DllGetClassObject(REFCLSID, REFIID, void **).</summary>
    [GateExport(ShellLibrary.FileName, "DllGetClassObject")]
    internal static uint DllGetClassObject(NtThread thread, GuestPointer classId, GuestPointer interfaceId, GuestPointer result)
    {
        if (!thread.Memory.TryRead(classId, out Guid id))
        {
            return HResult.Pointer;
        }
        ComClass? type = ShellLibrary.Classes.FirstOrDefault(c => c.Id == id);
        return type is null ? HResult.ClassNotAvailable : Query(thread, type.Factory, [ClassFactory], interfaceId, result);
    }

    /// <summary>IUnknown::QueryInterface of every object and factory.</summary>
    [GateExport(ShellLibrary.FileName, "ComQueryInterface")]
    internal static uint QueryInterface(NtThread thread, ulong self, GuestPointer interfaceId, GuestPointer result)
    {
        foreach (ComClass type in ShellLibrary.Classes)
        {
            if (ShellLibrary.AddressOf(thread, type.Name) == self)
            {
                return Query(thread, type.Name, type.Interfaces, interfaceId, result);
            }
            if (ShellLibrary.AddressOf(thread, type.Factory) == self)
            {
                return Query(thread, type.Factory, [ClassFactory], interfaceId, result);
            }
        }
        return HResult.Pointer;
    }

    /// <summary>IClassFactory::CreateInstance(this, IUnknown *outer, REFIID, void **).</summary>
    [GateExport(ShellLibrary.FileName, "ComCreateInstance")]
    internal static uint CreateInstance(NtThread thread, ulong self, GuestPointer outer, GuestPointer interfaceId, GuestPointer result)
    {
        if (!outer.IsNull)
        {
            return HResult.NoAggregation;
        }
        ComClass? type = ShellLibrary.Classes.FirstOrDefault(c => ShellLibrary.AddressOf(thread, c.Factory) == self);
        return type is null ? HResult.Pointer : Query(thread, type.Name, type.Interfaces, interfaceId, result);
    }

    private static uint Query(NtThread thread, string variable, IReadOnlyList<Guid> interfaces, GuestPointer interfaceId, GuestPointer result)
    {
        if (!thread.Memory.TryRead(interfaceId, out Guid id) || !thread.Memory.CanWrite(result, 8))
        {
            return HResult.Pointer;
        }
        bool known = id == Unknown || interfaces.Contains(id);
        thread.Memory.TryWrite(result, known ? ShellLibrary.AddressOf(thread, variable) : 0ul);
        return known ? HResult.Ok : HResult.NoInterface;
    }
}
