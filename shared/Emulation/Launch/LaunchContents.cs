using System.Runtime.InteropServices;
using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Launch;

/// <summary>A launch image that was read: its head, and its pages in guest memory. Any thread may read it while others get the start ready.</summary>
public sealed class LaunchContents
{
    private readonly GuestMemory _memory;
    private readonly int _frames;
    private bool _isTaken;

    private LaunchContents(GuestMemory memory, LaunchImageFile file, LaunchImage? image, ulong gpa, int stored, int frames, string? problem) =>
        (_memory, File, Image, Gpa, Stored, _frames, Problem) = (memory, file, image, gpa, stored, frames, problem);

    /// <summary>Where it was read from.</summary>
    internal LaunchImageFile File { get; }

    /// <summary>The image; null with <see cref="Problem"/>.</summary>
    internal LaunchImage? Image { get; }

    /// <summary>Guest-physical address of the frames: first the stored pages, then as many of zeros as the image has.</summary>
    internal ulong Gpa { get; }

    /// <summary>Number of stored pages.</summary>
    internal int Stored { get; }

    /// <summary>Why it cannot be used, as the end of a sentence for the user, or null.</summary>
    internal string? Problem { get; }

    /// <summary>Reads and checks an image. Does not throw for what files and hosts do.</summary>
    /// <param name="memory">The machine's memory.</param>
    /// <param name="file">The image.</param>
    public static LaunchContents Read(GuestMemory memory, LaunchImageFile file)
    {
        try
        {
            LaunchImage? image = ReadHead(file, out uint[] checksums, out int head);
            if (image is null)
            {
                return Failed(LaunchProcess.Damaged);
            }
            int count = image.Pages.Sum(pages => pages.Count);
            ulong gpa = count == 0 || checksums.Length > count ? 0 : memory.AllocateFrames(count);
            if (gpa == 0)
            {
                return Failed(count == 0 || checksums.Length > count ? LaunchProcess.Damaged : LaunchProcess.NoMemory);
            }
            LaunchContents contents = new(memory, file, image, gpa, checksums.Length, count, null);
            if (checksums.Length != 0)
            {
                Span<byte> target = memory.RamSpan(gpa, checksums.Length << 12);
                if (target.IsEmpty || !ReadAll(file, target, head) || Crc32C.FirstDifferent(target, checksums) >= 0)
                {
                    contents.Drop();
                    return Failed(LaunchProcess.Damaged);
                }
            }
            return contents;
        }
        catch (IOException e)
        {
            return Failed(e.Message);
        }

        LaunchContents Failed(string problem) => new(memory, file, null, 0, 0, 0, problem);
    }

    /// <summary>
    /// Has the host give the first 2 MiB of the empty pages that the program is about to write to: stacks and heaps of the image, or what the program allocates
    /// first. As a huge page, which takes 0.2 ms to clear, on another thread than the one that waits for it.
    /// </summary>
    public void TouchFirst()
    {
        const int hugeFrames = 512;
        // What a small program allocates after its start.
        const int soon = 64;
        int first = (Stored + hugeFrames - 1) & ~(hugeFrames - 1);
        if (Problem is null && first < _frames + soon)
        {
            Span<byte> page = _memory.RamSpan(Gpa + ((ulong)first << 12), sizeof(int));
            if (!page.IsEmpty)
            {
                // What is there stays: the program may have been faster.
                _ = Interlocked.Or(ref MemoryMarshal.AsRef<int>(page), 0);
            }
        }
    }

    /// <summary>The frames belong to an address space from now on.</summary>
    internal void Take() => _isTaken = true;

    /// <summary>Frees what nobody has taken.</summary>
    public void Drop()
    {
        if (!_isTaken && Gpa != 0)
        {
            _isTaken = true;
            _memory.FreeFrames(Gpa, _frames);
        }
    }

    private static LaunchImage? ReadHead(LaunchImageFile file, out uint[] checksums, out int head)
    {
        checksums = [];
        byte[] first = new byte[Math.Min(file.File.Length, LaunchImageWriter.PageSize)];
        head = ReadAll(file, first, 0) ? LaunchImageReader.HeadLength(first, file.File.Length) : 0;
        if (head == 0)
        {
            return null;
        }
        byte[] all = new byte[head];
        first.CopyTo(all, 0);
        return ReadAll(file, all.AsSpan(first.Length), first.Length) ? LaunchImageReader.Read(all, out checksums) : null;
    }

    private static bool ReadAll(LaunchImageFile file, Span<byte> target, long offset)
    {
        while (!target.IsEmpty)
        {
            int read = file.File.Read(target, offset);
            if (read == 0)
            {
                return false;
            }
            target = target[read..];
            offset += read;
        }
        return true;
    }
}
