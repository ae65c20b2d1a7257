namespace PortableVirt.Cli.Vms;

/// <summary>A line of "pvctl top".</summary>
/// <param name="Id">Id of the VM.</param>
/// <param name="Name">Its name, or "".</param>
/// <param name="Uid">User id that it runs under.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="CpuPercent">Processor time in percent of one processor since the sample before; null for the first.</param>
/// <param name="CpuSeconds">Processor time since its start.</param>
/// <param name="Memory">Bytes.</param>
/// <param name="Threads">Host threads.</param>
/// <param name="Program">Its command line.</param>
internal sealed record TopRow(string Id, string Name, uint Uid, string State, double? CpuPercent, double CpuSeconds, long Memory, uint Threads, string Program);
