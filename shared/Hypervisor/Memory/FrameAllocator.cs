using System.Numerics;

namespace PortableVirt.Hypervisor;

/// <summary>
/// Hands out frames from 2 MiB blocks of 512 frames. Every block has a bitmap; blocks with free frames are listed by the size of their longest free
/// run, so that an allocation looks at one block, neighbours merge by themselves, and an emptied block can be given out whole again.
/// Not thread-safe; knows frame numbers only.
/// </summary>
internal sealed class FrameAllocator(int maxBlocks)
{
    /// <summary>Frames of a block.</summary>
    public const int BlockFrames = 512;

    private const int Words = BlockFrames / 64;
    private const int Classes = 10;
    private const byte FullClass = 0xFF;
    private const int None = -1;

    private readonly int[] _heads = [None, None, None, None, None, None, None, None, None, None];
    private ulong[] _used = [];
    private byte[] _class = [];
    private int[] _next = [];
    private int[] _previous = [];
    private int _blocks;

    /// <summary>Blocks that were ever given out: memory is needed for the first this many blocks.</summary>
    public int BlockCount => _blocks;

    /// <summary>Frames given out now.</summary>
    public long AllocatedFrames { get; private set; }

    /// <summary>Finds and marks <paramref name="count"/> contiguous frames; the first frame's number, or -1 when the maximum is reached.</summary>
    public long Allocate(int count, int alignment)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (alignment is < 1 or > BlockFrames || !BitOperations.IsPow2(alignment))
        {
            throw new ArgumentOutOfRangeException(nameof(alignment), alignment, "A power of two from 1 to 512 is needed.");
        }

        long frame = count < BlockFrames ? AllocateSmall(count, alignment) : AllocateBlocks(count);
        AllocatedFrames += frame >= 0 ? count : 0;
        return frame;
    }

    /// <summary>True when all frames of the range are given out.</summary>
    public bool IsAllocated(long frame, int count)
    {
        if (frame < 0 || count < 1 || frame > ((long)_blocks * BlockFrames) - count)
        {
            return false;
        }

        for (long end = frame + count; frame < end;)
        {
            int block = (int)(frame / BlockFrames);
            int first = (int)(frame % BlockFrames);
            int last = (int)Math.Min(BlockFrames, first + (end - frame));
            if (NextFree(block, first) < last)
            {
                return false;
            }

            frame += last - first;
        }

        return true;
    }

    /// <summary>Takes frames back; the caller has checked <see cref="IsAllocated"/>.</summary>
    public void Free(long frame, int count)
    {
        AllocatedFrames -= count;
        for (long end = frame + count; frame < end;)
        {
            int block = (int)(frame / BlockFrames);
            int first = (int)(frame % BlockFrames);
            int last = (int)Math.Min(BlockFrames, first + (end - frame));
            Mark(block, first, last - first, used: false);
            frame += last - first;
        }
    }

    private long AllocateSmall(int count, int alignment)
    {
        // Any run of count + alignment - 1 frames holds an aligned one; a whole block is aligned by itself.
        int wanted = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)(count + alignment - 1)));
        for (int list = Math.Min(wanted, Classes - 1); list < Classes; list++)
        {
            int block = _heads[list];
            if (block != None)
            {
                return Take(block, FindRun(block, count, alignment), count);
            }
        }

        return AddBlocks(1) ? Take(_blocks - 1, 0, count) : -1;
    }

    private long AllocateBlocks(int count)
    {
        int needed = (int)(((long)count + BlockFrames - 1) / BlockFrames);
        int first = FindFreeBlocks(needed);
        if (first == None)
        {
            first = _blocks;
            if (!AddBlocks(needed))
            {
                return -1;
            }
        }

        for (int i = 0; i < needed; i++)
        {
            Mark(first + i, 0, Math.Min(BlockFrames, count - (i * BlockFrames)), used: true);
        }

        return (long)first * BlockFrames;
    }

    private int FindFreeBlocks(int needed)
    {
        if (needed == 1)
        {
            return _heads[Classes - 1];
        }

        int run = 0;
        for (int block = 0; block < _blocks && _heads[Classes - 1] != None; block++)
        {
            run = _class[block] == Classes - 1 ? run + 1 : 0;
            if (run == needed)
            {
                return block - needed + 1;
            }
        }

        return None;
    }

    private bool AddBlocks(int count)
    {
        if (count > maxBlocks - _blocks)
        {
            return false;
        }

        int total = _blocks + count;
        if (total > _class.Length)
        {
            int capacity = Math.Max(total, Math.Max(64, _class.Length * 2));
            Array.Resize(ref _used, capacity * Words);
            Array.Resize(ref _class, capacity);
            Array.Resize(ref _next, capacity);
            Array.Resize(ref _previous, capacity);
        }

        for (; _blocks < total; _blocks++)
        {
            Link(_blocks, Classes - 1);
        }

        return true;
    }

    private long Take(int block, int first, int count)
    {
        Mark(block, first, count, used: true);
        return ((long)block * BlockFrames) + first;
    }

    private void Mark(int block, int first, int count, bool used)
    {
        for (int end = first + count; first < end;)
        {
            int bit = first & 63;
            int bits = Math.Min(64 - bit, end - first);
            ulong mask = (bits == 64 ? ulong.MaxValue : (1UL << bits) - 1) << bit;
            ref ulong word = ref _used[(block * Words) + (first >> 6)];
            word = used ? word | mask : word & ~mask;
            first += bits;
        }

        int longest = LongestRun(block);
        int list = longest == 0 ? FullClass : BitOperations.Log2((uint)longest);
        if (list != _class[block])
        {
            Unlink(block);
            Link(block, list);
        }
    }

    private int FindRun(int block, int count, int alignment)
    {
        for (int start = NextFree(block, 0); ;)
        {
            int aligned = (start + alignment - 1) & -alignment;
            int end = NextUsed(block, start);
            if (end - aligned >= count)
            {
                return aligned;
            }

            start = NextFree(block, end);
        }
    }

    private int LongestRun(int block)
    {
        int longest = 0;
        for (int start = NextFree(block, 0); start < BlockFrames;)
        {
            int end = NextUsed(block, start);
            longest = Math.Max(longest, end - start);
            start = NextFree(block, end);
        }

        return longest;
    }

    private int NextFree(int block, int from) => Next(block, from, ulong.MaxValue);

    private int NextUsed(int block, int from) => Next(block, from, 0);

    private int Next(int block, int from, ulong flip)
    {
        while (from < BlockFrames)
        {
            ulong word = (_used[(block * Words) + (from >> 6)] ^ flip) >> (from & 63);
            if (word != 0)
            {
                return from + BitOperations.TrailingZeroCount(word);
            }

            from = (from | 63) + 1;
        }

        return BlockFrames;
    }

    private void Link(int block, int list)
    {
        _class[block] = (byte)list;
        if (list == FullClass)
        {
            return;
        }

        int head = _heads[list];
        _next[block] = head;
        _previous[block] = None;
        if (head != None)
        {
            _previous[head] = block;
        }

        _heads[list] = block;
    }

    private void Unlink(int block)
    {
        int list = _class[block];
        if (list == FullClass)
        {
            return;
        }

        if (_previous[block] == None)
        {
            _heads[list] = _next[block];
        }
        else
        {
            _next[_previous[block]] = _next[block];
        }

        if (_next[block] != None)
        {
            _previous[_next[block]] = _previous[block];
        }
    }
}
