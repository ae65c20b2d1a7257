namespace PortableVirt.Emulation;

/// <summary>
/// The guest's times as linear functions of the time-stamp counter, from one point on: what the gate in user mode computes too, bit for bit.
/// All times are in units of 100 ns.
/// </summary>
/// <param name="Counter">The counter at that point.</param>
/// <param name="InterruptTime">Interrupt time there.</param>
/// <param name="SystemTime">System time there (FILETIME).</param>
/// <param name="Rate">Units a count, times 2^32.</param>
internal sealed record TimeBase(ulong Counter, long InterruptTime, long SystemTime, ulong Rate)
{
    /// <summary>Units that passed between the base and a later reading of the counter; 0 for an earlier one.</summary>
    public long Elapsed(ulong counter)
    {
        long delta = (long)(counter - Counter);
        return delta <= 0 ? 0 : (long)(((UInt128)(ulong)delta * Rate) >> 32);
    }
}
