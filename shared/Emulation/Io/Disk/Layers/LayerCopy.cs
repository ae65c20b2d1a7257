using System.Globalization;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk.Layers;

/// <summary>Copies from a read-only layer to the host folder above it: written beside the folder, synchronised, then renamed into it.</summary>
internal static class LayerCopy
{
    /// <summary>End of the names of files that are being written; what a crash left is removed by the next run that keeps its changes there.</summary>
    public const string UnfinishedSuffix = ".new";

    private const uint NoReplace = 1;
    private const int BufferSize = 1 << 18;

    private static int s_count;

    /// <summary>Copies a file up. The folder that it goes to exists. Callers hold the volume's lock.</summary>
    /// <param name="withContent">False: it is about to be overwritten, an empty file will do.</param>
    /// <param name="target">Path in the tree, in the host's spelling.</param>
    public static NtStatus Write(LayerFile file, bool withContent, PrivateFolder folder, HostTree upper, string target)
    {
        string leaf = string.Create(CultureInfo.InvariantCulture, $"copy-up-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}{UnfinishedSuffix}");
        string temporary = Path.Combine(folder.Base, leaf);
        try
        {
            Copy(file, withContent ? file.Length : 0, temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            return Errno.ToNtStatus(Errno.Of(e));
        }
        NtStatus status = Publish(HostName.PathFromHost(folder.Base), leaf, upper, target);
        if (!status.IsSuccess)
        {
            File.Delete(temporary);
        }
        return status;
    }

    /// <summary>Makes one folder; its parent exists.</summary>
    public static NtStatus MakeFolder(HostTree upper, string path)
    {
        NtStatus status = upper.OpenParent(path, out SafeFileHandle parent, out byte[] leaf);
        if (!status.IsSuccess)
        {
            return status;
        }
        using (parent)
        {
            if (NativeIo.MkdirAt(parent, in leaf[0], 0x1ff) != 0 && Errno.Last != Errno.EEXIST)
            {
                return Errno.LastStatus;
            }
        }
        upper.NoteAdded(path);
        return NtStatus.Success;
    }

    private static void Copy(LayerFile file, long length, string path)
    {
        using SafeFileHandle target = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        byte[] buffer = new byte[Math.Min(BufferSize, Math.Max(length, 1))];
        for (long done = 0; done < length;)
        {
            int read = RandomAccess.Read(file.Container, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - done)), file.Offset + done);
            if (read == 0)
            {
                throw new EndOfStreamException();
            }
            RandomAccess.Write(target, buffer.AsSpan(0, read), done);
            done += read;
        }
        File.SetLastWriteTimeUtc(target, DateTime.FromFileTimeUtc(file.Stat.ModifyTime.ToFileTime()));
        RandomAccess.FlushToDisk(target);
    }

    private static NtStatus Publish(string from, string name, HostTree upper, string target)
    {
        NtStatus status = HostTree.Create(from, false, null, out HostTree tree);
        if (!status.IsSuccess)
        {
            return status;
        }
        using (tree)
        {
            status = upper.OpenParent(target, out SafeFileHandle parent, out byte[] leaf);
            if (!status.IsSuccess)
            {
                return status;
            }
            using (parent)
            {
                if (NativeIo.RenameAt2(tree.Root, in HostName.ToHost(name)[0], parent, in leaf[0], NoReplace) != 0)
                {
                    return Errno.LastStatus;
                }
            }
        }
        upper.NoteAdded(target);
        return NtStatus.Success;
    }
}
