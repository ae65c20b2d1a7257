using System.Diagnostics;
using PortableVirt.Emulation.Memory;
using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Mailbox;

/// <summary>The words of events that the programs of a VM use often, in a section that each process maps. Thread-safe.</summary>
internal sealed class SharedEvents(GuestMemory memory)
{
    /// <summary>Bytes of the section: 1024 words. More events than that stay with the host.</summary>
    public const int Bytes = 64 << 10;

    /// <summary>A word is not used again for so long, since a thread may still look at it whose handle another thread has closed.</summary>
    private static readonly long _rest = Stopwatch.Frequency / 10;

    private readonly Lock _lock = new();
    private readonly Queue<(EventWord Word, long Since)> _free = new();
    private int _made;

    /// <summary>The section.</summary>
    public PageFileSection Section { get; } = new(memory, Bytes, MemoryTypes.SectionCommit, PageProtection.ReadWrite);

    /// <summary>A word that the host holds, or null when there is none left.</summary>
    public EventWord? TryRent()
    {
        lock (_lock)
        {
            if (_free.TryPeek(out (EventWord Word, long Since) oldest) && Stopwatch.GetTimestamp() - oldest.Since > _rest)
            {
                _free.Dequeue();
                oldest.Word.Reset();
                return oldest.Word;
            }
            ulong gpa = _made == Bytes ? 0 : Section.Store.GetFrames(0, Bytes / GuestMemory.FrameSize).Gpa;
            if (gpa == 0)
            {
                return null;
            }
            EventWord word = new(memory, gpa + (ulong)_made, _made);
            _made += EventWord.Bytes;
            word.Reset();
            return word;
        }
    }

    /// <summary>Takes a word back that the host holds.</summary>
    public void Return(EventWord word)
    {
        lock (_lock)
        {
            _free.Enqueue((word, Stopwatch.GetTimestamp()));
        }
    }
}
