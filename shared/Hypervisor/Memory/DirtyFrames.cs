using System.Numerics;

namespace PortableVirt.Hypervisor;

/// <summary>
/// The free frames that the host still backs, with what was in them: they are zeroed when they are given out again, which is cheaper than to give them
/// back to the host and fault them in anew. Not thread-safe; knows frame numbers only.
/// </summary>
/// <param name="limit">Most frames that are kept so.</param>
internal sealed class DirtyFrames(int limit)
{
    private ulong[] _bits = [];

    /// <summary>Frames that are kept now.</summary>
    public int Count { get; private set; }

    /// <summary>Whether so many more may be kept.</summary>
    public bool HasRoom(int count) => count <= limit - Count;

    /// <summary>Keeps frames.</summary>
    public void Add(long first, int count)
    {
        int words = (int)((first + count + 63) >> 6);
        if (words > _bits.Length)
        {
            Array.Resize(ref _bits, (int)BitOperations.RoundUpToPowerOf2((uint)words));
        }

        for (long frame = first; frame < first + count; frame++)
        {
            ref ulong word = ref _bits[frame >> 6];
            ulong bit = 1UL << (int)(frame & 63);
            Count += (word & bit) == 0 ? 1 : 0;
            word |= bit;
        }
    }

    /// <summary>Takes the next run of kept frames in [<paramref name="first"/>, <paramref name="end"/>); a count of 0 when there is none.</summary>
    public (long First, int Count) Take(long first, long end)
    {
        end = Math.Min(end, (long)_bits.Length << 6);
        long frame = first;
        while (Count != 0 && frame < end)
        {
            ulong word = _bits[frame >> 6] >> (int)(frame & 63);
            if (word != 0)
            {
                frame += BitOperations.TrailingZeroCount(word);
                return frame < end ? TakeRun(frame, end) : (0, 0);
            }

            frame = (frame | 63) + 1;
        }

        return (0, 0);
    }

    private (long First, int Count) TakeRun(long first, long end)
    {
        long frame = first;
        while (frame < end && (_bits[frame >> 6] & (1UL << (int)(frame & 63))) != 0)
        {
            _bits[frame >> 6] &= ~(1UL << (int)(frame & 63));
            frame++;
        }

        Count -= (int)(frame - first);
        return (first, (int)(frame - first));
    }
}
