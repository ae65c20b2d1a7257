namespace PortableVirt.Emulation.Memory;

public sealed partial class AddressSpace
{
    private const uint ReadOnlyCode = PageProtection.Execute | PageProtection.ExecuteRead;

    private readonly Lock _patch = new();

    /// <summary>
    /// Writes to memory as a debugger does: pages of code that may not be written are made writable for as long as the write takes, and an
    /// image's page becomes a private copy. Windows' WriteProcessMemory does this in kernelbase, libwine's leaves it to the system call.
    /// False where the memory is neither writable nor code.
    /// </summary>
    internal bool TryPatch(ulong address, ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            ReadOnlySpan<byte> part = source[..(int)Math.Min((ulong)source.Length, 0x1000 - (address & 0xfff))];
            if (!TryCopyTo(address, part) && !TryPatchPage(address, part))
            {
                return false;
            }
            source = source[part.Length..];
            address += (ulong)part.Length;
        }
        return true;
    }

    private bool TryPatchPage(ulong address, ReadOnlySpan<byte> source)
    {
        // Not under the address space's lock: a page of a shared section changes for all its views, which takes their locks.
        lock (_patch)
        {
            if (!IsReadOnlyCode(address))
            {
                return false;
            }
            ulong start = address;
            ulong size = (ulong)source.Length;
            if (!Protect(ref start, ref size, PageProtection.ExecuteReadWrite, out uint old).IsSuccess)
            {
                return false;
            }
            bool written = TryCopyTo(address, source);
            return Protect(ref start, ref size, old, out _).IsSuccess && written;
        }
    }

    private bool IsReadOnlyCode(ulong address)
    {
        lock (_lock)
        {
            return address < RegionList.EndAddress && _regions.Find(address) is { } region && (StateAt(region, region.PageOf(address & ~0xffful)).Protection & ReadOnlyCode) != 0;
        }
    }
}
