using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

public sealed partial class AddressSpace
{
    private const int MostAttempts = 1000;

    internal bool TryCopyFrom(ulong address, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            int length = Math.Min(target.Length, 0x1000 - (int)(address & 0xfff));
            ulong gpa = Resolve(address, PageRights.Read);
            if (gpa == 0)
            {
                return false;
            }
            Span<byte> part = _memory.RamSpan(gpa, length);
            if (!part.IsEmpty)
            {
                part.CopyTo(target);
            }
            else if (!_memory.TryCopyFrom(gpa, target[..length]))
            {
                return false;
            }
            target = target[length..];
            address += (ulong)length;
        }
        return true;
    }

    internal bool TryCopyTo(ulong address, ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            int length = Math.Min(source.Length, 0x1000 - (int)(address & 0xfff));
            ulong gpa = Resolve(address, PageRights.Read | PageRights.Write);
            if (gpa == 0)
            {
                return false;
            }
            Span<byte> part = _memory.RamSpan(gpa, length);
            if (!part.IsEmpty)
            {
                source[..length].CopyTo(part);
            }
            else if (!_memory.TryCopyTo(gpa, source[..length]))
            {
                return false;
            }
            source = source[length..];
            address += (ulong)length;
        }
        return true;
    }

    internal bool Probe(ulong address, ulong length, bool forWrite)
    {
        if (length == 0)
        {
            return true;
        }
        if (address >= RegionList.EndAddress || length > RegionList.EndAddress - address)
        {
            return false;
        }
        PageRights rights = forWrite ? PageRights.Read | PageRights.Write : PageRights.Read;
        for (ulong page = address & ~0xffful; page < address + length; page += 0x1000)
        {
            if (Resolve(page, rights) == 0)
            {
                return false;
            }
        }
        return true;
    }

    internal bool TryGetSegments(ulong address, ulong length, bool forWrite, List<GuestSegment> segments)
    {
        PageRights rights = forWrite ? PageRights.Read | PageRights.Write : PageRights.Read;
        ulong end = address + length;
        if (end < address || end > RegionList.EndAddress)
        {
            return false;
        }
        nint next = 0;
        while (address < end)
        {
            int part = (int)Math.Min(end - address, 0x1000 - (address & 0xfff));
            ulong gpa = Resolve(address, rights);
            if (gpa == 0 || !_memory.TryGetHostAddress(gpa, (ulong)part, out nint host, out _))
            {
                return false;
            }
            if (segments.Count > 0 && host == next)
            {
                GuestSegment last = segments[^1];
                segments[^1] = last with { Length = last.Length + (nuint)part };
            }
            else
            {
                segments.Add(new GuestSegment(host, (nuint)part));
            }
            next = host + part;
            address += (ulong)part;
        }
        return true;
    }

    /// <summary>The guest-physical address behind a user address with these rights, after demand filling; 0 when it may not be touched.</summary>
    private ulong Resolve(ulong address, PageRights rights)
    {
        // The page tables of an ended process may be another's by now.
        if (address >= RegionList.EndAddress || _regions.IsClosed)
        {
            return 0;
        }
        // A page that another thread executes meanwhile may have changed back: then it is asked for again.
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            ulong gpa = Tables.Translate(address, rights);
            if (gpa != 0)
            {
                return gpa;
            }
            FaultOutcome outcome = HandleFault(address, rights);
            if (outcome == FaultOutcome.GuardPage)
            {
                GuardPageHit?.Invoke(address);
            }
            else if (outcome != FaultOutcome.Resolved)
            {
                return 0;
            }
        }
        return 0;
    }
}
