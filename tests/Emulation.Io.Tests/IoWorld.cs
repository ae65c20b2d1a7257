using System.Reflection;
using System.Runtime.CompilerServices;
using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;
using PortableVirt.VirtualLayer.Files;

namespace PortableVirt.Emulation.Io.Tests;

/// <summary>An executive with drives C: and Z: over temporary folders, one process and one thread, and no guest memory.</summary>
internal sealed class IoWorld : IDisposable
{
    internal IoWorld(bool readOnly = false)
    {
        Executive = WithoutMachine();
        Root = Directory.CreateTempSubdirectory("pv-io-").FullName;
        Granted = Directory.CreateDirectory(Path.Combine(Root, "granted")).FullName;
        Process = new NtProcess(Executive, (AddressSpace)RuntimeHelpers.GetUninitializedObject(typeof(AddressSpace)));
        Thread = new NtThread(Process);
        FilePolicy policy = new([new FileGrant(Granted, readOnly)]);
        Assert.Equal(NtStatus.Success, Executive.Io.Start(new VirtualDriveOptions { PrivateFolder = Path.Combine(Root, "private"), Policy = policy }));
    }

    internal Executive Executive { get; }

    internal string Root { get; }

    internal string Granted { get; }

    internal NtProcess Process { get; }

    internal NtThread Thread { get; }

    /// <summary>DOS path of a name in the granted folder.</summary>
    internal string Dos(string name) => @"\??\Z:" + Granted.Replace('/', '\\') + "\\" + name;

    internal NtStatus Create(string name, FileDisposition disposition, out FileObject file, uint access = 0x12019f, uint share = 7, FileOptions options = FileOptions.SynchronousNonAlert, uint attributes = 0) =>
        Create(name, disposition, out file, out _, access, share, options, attributes);

    internal NtStatus Create(
        string name, FileDisposition disposition, out FileObject file, out ulong information, uint access = 0x12019f, uint share = 7,
        FileOptions options = FileOptions.SynchronousNonAlert, uint attributes = 0)
    {
        NtStatus status = Executive.Io.Create(new FileCreateRequest(Thread, access, attributes, share, disposition, options, 0, false), null, name, true, out file, out information);
        if (status.IsSuccess)
        {
            Process.Handles.Insert(file, access, false, out Handle _);
        }
        return status;
    }

    /// <summary>Closes the one handle of a file object.</summary>
    internal void Close(FileObject file) => Process.Handles.Close(Process.Handles.Snapshot().First(h => h.Entry.Object == file).Handle);

    public void Dispose()
    {
        Process.Handles.CloseAll();
        Executive.Io.Dispose();
        Directory.Delete(Root, true);
    }

    private static Executive WithoutMachine()
    {
        Executive executive = (Executive)RuntimeHelpers.GetUninitializedObject(typeof(Executive));
        Give(nameof(Executive.Namespace), new ObjectNamespace());
        Give(nameof(Executive.Dispatcher), new Dispatcher());
        Give(nameof(Executive.Clock), new SystemClock());
        Give(nameof(Executive.ClientIds), new ClientIdTable());
        return executive;

        void Give(string property, object value) =>
            typeof(Executive).GetField($"<{property}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic)!.SetValue(executive, value);
    }
}
