using System.Globalization;
using System.Text.Json;
using PortableVirt.Cli.Output;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Vms;

/// <summary>What "pvctl inspect" tells of a VM.</summary>
internal static class VmReport
{
    /// <summary>For people.</summary>
    public static string ToText(InspectVmResponse report)
    {
        Vm vm = report.Vm;
        Table table = new("id", vm.Id);
        table.Add("name", vm.Name.Length == 0 ? "-" : Table.Plain(vm.Name));
        table.Add("state", VmText.Of(vm.State));
        table.Add("program", Table.Plain(VmText.Program(vm)));
        table.Add("came by", VmText.Of(vm.Origin));
        table.Add("user", Number($"{vm.Uid}, group {report.Gid}{string.Concat(report.Groups.Select(g => $", {g}"))}"));
        table.Add("process", vm.Pid == 0 ? "-" : Number($"{vm.Pid}"));
        table.Add("started", VmText.Of(vm.Started));
        table.Add("ended", vm.Ended is null ? "-" : $"{VmText.Of(vm.Ended)}{(vm.Exit is null ? "" : ", " + Table.Plain(VmText.Of(vm.Exit)))}");
        table.Add("starts again", Restarts(report.Restart, vm));
        table.Add("limits", Limits(report.Limits));
        if (report.Stats is { } stats)
        {
            table.Add("uses", Number($"{Size.Of((long)stats.MemoryBytes)}, {stats.Threads} threads, {stats.CpuNanoseconds / 1e9:F2} s of processor time"));
        }
        if (report.Options is { } options)
        {
            table.Add("folder", Table.Plain(options.WorkingFolder));
            table.Add("network", options.Network.ToString().ToLowerInvariant());
            foreach (Grant grant in options.Grants)
            {
                table.Add("granted", Table.Plain(grant.Path) + (grant.ReadOnly ? ", for reading" : ""));
            }
        }
        foreach ((string name, string path) in (IEnumerable<(string, string)>)[("log", report.LogPath), ("socket", report.SocketPath), ("cgroup", report.CgroupPath), ("VM-app", report.VmappVersion)])
        {
            if (path.Length != 0)
            {
                table.Add(name, Table.Plain(path));
            }
        }
        foreach (StateChange change in report.States)
        {
            table.Add(VmText.Of(change.Time), $"{VmText.Of(change.State)}{(change.Reason.Length == 0 ? "" : ": " + Table.Plain(change.Reason))}");
        }
        foreach (ExitRecord exit in report.Exits)
        {
            table.Add("run", Number($"{VmText.Of(exit.Started)} to {VmText.Of(exit.Ended)}: {Table.Plain(exit.Exit is null ? "end not known" : VmText.Of(exit.Exit))}{(exit.Signal == 0 ? "" : $", signal {exit.Signal}")}{(exit.Stopped ? ", stopped" : "")}"));
        }
        return table.ToString();
    }

    /// <summary>For programs.</summary>
    public static string ToJson(InspectVmResponse report) => Json.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("vm");
        VmJson.Write(writer, report.Vm);
        writer.WriteNumber("gid", report.Gid);
        writer.WriteStartArray("groups");
        foreach (uint group in report.Groups)
        {
            writer.WriteNumberValue(group);
        }
        writer.WriteEndArray();
        WriteOptions(writer, report.Options);
        writer.WriteStartObject("restart");
        writer.WriteString("mode", VmText.Of(report.Restart?.Mode ?? RestartMode.Never));
        writer.WriteNumber("maxRestarts", report.Restart?.MaxRestarts ?? 0);
        writer.WriteNumber("delayMilliseconds", report.Restart?.DelayMilliseconds ?? 0);
        writer.WriteEndObject();
        writer.WritePropertyName("limits");
        VmJson.Write(writer, report.Limits);
        writer.WriteStartArray("states");
        foreach (StateChange change in report.States)
        {
            writer.WriteStartObject();
            VmJson.WriteTime(writer, "time", change.Time);
            writer.WriteString("state", VmText.Of(change.State));
            writer.WriteString("reason", change.Reason);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("exits");
        foreach (ExitRecord exit in report.Exits)
        {
            writer.WriteStartObject();
            VmJson.WriteTime(writer, "started", exit.Started);
            VmJson.WriteTime(writer, "ended", exit.Ended);
            writer.WriteNumber("pid", exit.Pid);
            writer.WritePropertyName("exit");
            VmJson.Write(writer, exit.Exit);
            writer.WriteNumber("signal", exit.Signal);
            writer.WriteBoolean("stopped", exit.Stopped);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WritePropertyName("stats");
        VmJson.Write(writer, report.Stats);
        writer.WriteString("vmappVersion", report.VmappVersion);
        writer.WriteString("socket", report.SocketPath);
        writer.WriteString("log", report.LogPath);
        writer.WriteString("cgroup", report.CgroupPath);
        writer.WriteEndObject();
    });

    private static void WriteOptions(Utf8JsonWriter writer, LaunchOptions? options)
    {
        writer.WriteStartObject("options");
        writer.WriteString("workingFolder", options?.WorkingFolder);
        writer.WriteString("network", (options?.Network ?? NetworkMode.None).ToString().ToLowerInvariant());
        writer.WriteBoolean("private", options?.Private ?? false);
        writer.WriteString("dataFolder", options?.DataFolder is { Length: > 0 } data ? data : null);
        writer.WriteStartArray("grants");
        foreach (Grant grant in options?.Grants ?? [])
        {
            writer.WriteStartObject();
            writer.WriteString("path", grant.Path);
            writer.WriteBoolean("readOnly", grant.ReadOnly);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Restarts(RestartPolicy? policy, Vm vm) => policy is null || policy.Mode == RestartMode.Never ? "never"
        : Number($"{VmText.Of(policy.Mode)}{(policy.MaxRestarts == 0 ? "" : $", at most {policy.MaxRestarts} times in a row")}; did {vm.Restarts} times");

    private static string Limits(VmLimits? limits)
    {
        List<string> parts = [];
        if (limits is { MemoryBytes: > 0 })
        {
            parts.Add(Size.Of((long)limits.MemoryBytes) + " of memory");
        }
        if (limits is { CpuPercent: > 0 })
        {
            parts.Add(Number($"{limits.CpuPercent}% of a processor"));
        }
        if (limits is { MaxThreads: > 0 })
        {
            parts.Add(Number($"{limits.MaxThreads} threads"));
        }
        return parts.Count == 0 ? "none" : string.Join(", ", parts);
    }

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
