using System.Globalization;
using PortableVirt.Cli.Output;

namespace PortableVirt.Cli.Vms;

/// <summary>"pvctl top" as text.</summary>
internal static class TopTable
{
    /// <summary>All lines, as they are.</summary>
    public static string Write(IReadOnlyList<TopRow> rows)
    {
        Table table = new("ID", "NAME", "UID", "STATE", "CPU%", "CPU TIME", "MEMORY", "THREADS", "PROGRAM");
        foreach (TopRow row in rows)
        {
            table.Add(
                row.Id, row.Name.Length == 0 ? "-" : Table.Plain(row.Name), row.Uid.ToString(CultureInfo.InvariantCulture), row.State,
                row.CpuPercent is { } percent ? percent.ToString("F1", CultureInfo.InvariantCulture) : "-",
                string.Create(CultureInfo.InvariantCulture, $"{row.CpuSeconds:F2} s"), Size.Of(row.Memory), row.Threads.ToString(CultureInfo.InvariantCulture), Table.Plain(row.Program));
        }
        return table.ToString();
    }

    /// <summary>A whole screen: a line about all, the table, cut to the terminal's size. Each line is cleared to its end, and what is below.</summary>
    /// <param name="rows">The lines.</param>
    /// <param name="time">When.</param>
    /// <param name="columns">Width of the terminal.</param>
    /// <param name="lines">Its height.</param>
    public static string Screen(IReadOnlyList<TopRow> rows, DateTimeOffset time, int columns, int lines)
    {
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"pvctl top  {time:HH:mm:ss}  {rows.Count} {(rows.Count == 1 ? "VM" : "VMs")}, {rows.Sum(r => r.CpuPercent ?? 0):F1}% CPU, {Size.Of(rows.Sum(r => r.Memory))}, {rows.Sum(r => r.Threads)} threads; q ends");
        IEnumerable<string> text = [head, "", .. Write(rows).TrimEnd('\n').Split('\n')];
        return "\e[H" + string.Join("\e[K\r\n", text.Take(Math.Max(1, lines)).Select(l => l.Length <= columns ? l : l[..Math.Max(0, columns)])) + "\e[K\e[J";
    }
}
