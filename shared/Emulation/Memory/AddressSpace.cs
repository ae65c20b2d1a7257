namespace PortableVirt.Emulation.Memory;

/// <summary>The virtual memory of one process: reservations, page states and the guest page tables that show them to the vCPUs.</summary>
public sealed partial class AddressSpace
{
    internal bool TryCopyFrom(ulong address, Span<byte> target) => throw new NotImplementedException();

    internal bool TryCopyTo(ulong address, ReadOnlySpan<byte> source) => throw new NotImplementedException();

    internal bool Probe(ulong address, ulong length, bool forWrite) => throw new NotImplementedException();

    internal bool TryGetSegments(ulong address, ulong length, bool forWrite, List<GuestSegment> segments) => throw new NotImplementedException();
}
