using System.Runtime.InteropServices;
using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Mailbox;

/// <summary>
/// The state of one event in memory of all processes of the VM, where the gate in user mode sets it, resets it and waits for it. Only while nobody waits for the event on the
/// host's side is the state there; else the word says that the host has it. The word is the program's to spoil: whatever it holds, it means set or not set.
/// </summary>
/// <param name="memory">Guest-physical memory.</param>
/// <param name="gpa">Guest-physical address of the word, which stays allocated as long as the VM lives.</param>
/// <param name="offset">Byte offset in the view of <see cref="SharedEvents"/>.</param>
internal sealed class EventWord(GuestMemory memory, ulong gpa, int offset)
{
    /// <summary>Bytes from one word to the next: a cache line.</summary>
    public const int Bytes = 64;

    /// <summary>Offset of the count of threads that look at a notification event in user mode.</summary>
    public const int LookersOffset = 4;

    /// <summary>State: not signaled.</summary>
    public const int Clear = 0;

    /// <summary>State: signaled.</summary>
    public const int Set = 1;

    /// <summary>State: the host has it.</summary>
    public const int Held = 2;

    /// <summary>Byte offset in the view of <see cref="SharedEvents"/>.</summary>
    public int Offset { get; } = offset;

    /// <summary>Whether the state is set; false while the host has it.</summary>
    public bool IsSet => Volatile.Read(ref Words[0]) == Set;

    /// <summary>True while a thread looks at a notification event in user mode: it must not miss that it was set.</summary>
    public bool HasLookers => Volatile.Read(ref Words[1]) != 0;

    private Span<int> Words => MemoryMarshal.Cast<byte, int>(memory.RamSpan(gpa, 2 * sizeof(int)));

    /// <summary>Takes the state back to the host; true when it was set.</summary>
    public bool Take() => (Interlocked.Exchange(ref Words[0], Held) & Set) != 0;

    /// <summary>Leaves the state to the program.</summary>
    public void Give(bool isSet) => Volatile.Write(ref Words[0], isSet ? Set : Clear);

    /// <summary>Makes the word fit for another event.</summary>
    public void Reset() => (Words[0], Words[1]) = (Held, 0);
}
