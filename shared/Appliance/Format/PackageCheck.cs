using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Appliance.Format;

/// <summary>Compares parts of a file with what they must be. Hashes are computed in <see cref="Finish"/>, on all processors, the largest first.</summary>
/// <param name="file">The file.</param>
internal sealed class PackageCheck(SafeFileHandle file)
{
    private const int BufferSize = 1 << 18;

    private readonly List<(string Name, long Offset, long Length, string Sha256)> _hashes = [];

    /// <summary>Requires bytes of a hash.</summary>
    public void RequireHash(string name, long offset, long length, string sha256) => _hashes.Add((name, offset, length, sha256));

    /// <summary>Requires these bytes, now.</summary>
    public void Require(string name, long offset, ReadOnlySpan<byte> expected)
    {
        byte[] actual = new byte[expected.Length];
        if (RandomAccess.Read(file, actual, offset) != actual.Length || !expected.SequenceEqual(actual))
        {
            throw PackageReader.Damaged(name);
        }
    }

    /// <summary>Requires zeros between two offsets, fewer than two pages, now.</summary>
    public void RequireZeros(string name, long start, long end) => Require(name, start, new byte[end - start]);

    /// <summary>Compares the hashes. Throws <see cref="PackageException"/> for the first difference in the file's order.</summary>
    public void Finish()
    {
        bool[] differs = new bool[_hashes.Count];
        int[] bySize = [.. Enumerable.Range(0, _hashes.Count).OrderByDescending(i => _hashes[i].Length)];
        int next = -1;
        Thread[] helpers = [.. Enumerable.Range(1, Math.Max(0, Math.Min(Environment.ProcessorCount, 8) - 1)).Select(_ => new Thread(Work, 256 << 10) { IsBackground = true })];
        foreach (Thread helper in helpers)
        {
            helper.Start();
        }
        Work();
        foreach (Thread helper in helpers)
        {
            helper.Join();
        }
        int first = Array.IndexOf(differs, true);
        if (first >= 0)
        {
            throw PackageReader.Damaged(_hashes[first].Name);
        }

        void Work()
        {
            byte[] buffer = new byte[BufferSize];
            for (int i; (i = Interlocked.Increment(ref next)) < bySize.Length;)
            {
                differs[bySize[i]] = !HasHash(bySize[i], buffer);
            }
        }
    }

    private bool HasHash(int index, byte[] buffer)
    {
        (_, long offset, long length, string expected) = _hashes[index];
        Sha256 hash = new();
        try
        {
            while (length > 0)
            {
                int read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(length, buffer.Length)), offset);
                if (read == 0)
                {
                    return false;
                }
                hash.Add(buffer.AsSpan(0, read));
                offset += read;
                length -= read;
            }
        }
        catch (IOException)
        {
            // A disk that cannot read the bytes does not have them.
            return false;
        }
        return hash.Finish() == expected;
    }
}
