using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Appliance.Format;
using PortableVirt.Dispatch.Native;
using PortableVirt.Dispatch.Registry;
using PortableVirt.Protocol.Grpc;

namespace PortableVirt.Dispatch.Packages;

/// <summary>The packages' files, each once, named by its SHA-256. A file appears under its name only when all of it is on the disk, so that a
/// power cut leaves at most files that nobody knows, which the next start removes.</summary>
internal sealed class PackageStore(StateFolder state)
{
    private const string Unfinished = ".new-";
    private const int BufferLength = 1 << 18;
    private const uint OwnerReadsAndWrites = 0x180;

    /// <summary>Path of a file.</summary>
    public string PathOf(string sha256) => Path.Combine(state.Store, sha256);

    /// <summary>Copies a caller's file to an unfinished one of the store.</summary>
    /// <param name="source">A descriptor that the caller opened: whether it may be read is the caller's right, not the daemon's.</param>
    /// <returns>Path, hash in lower-case hexadecimal and length of the copy.</returns>
    /// <exception cref="GrpcException">InvalidArgument: it is no regular file, is not open for reading, or too long.</exception>
    /// <exception cref="IOException">The copy cannot be written.</exception>
    public (string Path, string Sha256, long Length) Copy(SafeFileHandle source)
    {
        if (!NativeFile.IsRegular(source))
        {
            throw new GrpcException(StatusCode.InvalidArgument, "the package's descriptor is not that of a regular file");
        }

        string path = Path.Combine(state.Store, Unfinished + Guid.NewGuid().ToString("N"));
        try
        {
            using SafeFileHandle copy = NativeFile.Open(path, NativeFile.ORdWr | NativeFile.OCreat | NativeFile.OExcl | NativeFile.OCloExec, OwnerReadsAndWrites);
            if (copy.IsInvalid)
            {
                throw NativeCall.Failed($"{path} cannot be made");
            }

            // Blocks of the same file system are shared where it can (btrfs, XFS); then only the hash is left to do.
            bool isClone = NativeFile.Clone(copy, source);
            Sha256 hash = new();
            long length = isClone ? Hash(copy, hash) : CopyBytes(source, copy, hash);
            NativeCall.Check(NativeFile.FSync(copy), "fsync");
            return (path, hash.Finish(), length);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Gives an unfinished file its name; one that is there already stays.</summary>
    public void Finish(string path, string sha256)
    {
        File.Move(path, PathOf(sha256), overwrite: true);
        SyncFolder();
    }

    /// <summary>Removes a file that no registration names.</summary>
    public void Remove(string sha256) => File.Delete(PathOf(sha256));

    /// <summary>Opens a file for a VM-app.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    public SafeFileHandle Open(string sha256) => File.OpenHandle(PathOf(sha256), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);

    /// <summary>Removes unfinished files, and those that no registration names.</summary>
    /// <returns>The number of removed files.</returns>
    public int Sweep(IReadOnlySet<string> known)
    {
        int removed = 0;
        foreach (string path in Directory.GetFiles(state.Store))
        {
            if (!known.Contains(Path.GetFileName(path)))
            {
                File.Delete(path);
                removed++;
            }
        }

        return removed;
    }

    private static long CopyBytes(SafeFileHandle source, SafeFileHandle copy, Sha256 hash)
    {
        byte[] buffer = new byte[BufferLength];
        long length = 0;
        while (true)
        {
            int read;
            try
            {
                read = RandomAccess.Read(source, buffer, length);
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException)
            {
                throw new GrpcException(StatusCode.InvalidArgument, $"the package's descriptor cannot be read: {e.Message}", e);
            }

            if (read == 0)
            {
                return length;
            }

            hash.Add(buffer.AsSpan(0, read));
            RandomAccess.Write(copy, buffer.AsSpan(0, read), length);
            length += read;
            if (length > PackageStoreLimits.LargestFile)
            {
                throw new GrpcException(StatusCode.InvalidArgument, "the file is longer than the 4 GiB that a package may have");
            }
        }
    }

    private static long Hash(SafeFileHandle file, Sha256 hash)
    {
        byte[] buffer = new byte[BufferLength];
        long length = 0;
        for (int read; (read = RandomAccess.Read(file, buffer, length)) > 0; length += read)
        {
            hash.Add(buffer.AsSpan(0, read));
        }

        return length;
    }

    private void SyncFolder()
    {
        using SafeFileHandle folder = NativeFile.Open(state.Store, NativeFile.ODirectory | NativeFile.OCloExec, 0);
        if (folder.IsInvalid || NativeFile.FSync(folder) != 0)
        {
            throw NativeCall.Failed($"the folder {state.Store} cannot be written to the disk", Marshal.GetLastPInvokeError());
        }
    }
}
