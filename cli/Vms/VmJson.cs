using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Vms;

/// <summary>What the daemon tells, as JSON (docs/json.md). Each writes one value.</summary>
internal static class VmJson
{
    /// <summary>A VM of a list.</summary>
    public static void Write(Utf8JsonWriter writer, Vm vm)
    {
        writer.WriteStartObject();
        writer.WriteString("id", vm.Id);
        writer.WriteString("name", vm.Name);
        writer.WriteNumber("uid", vm.Uid);
        writer.WriteNumber("pid", vm.Pid);
        writer.WriteString("state", VmText.Of(vm.State));
        writer.WriteString("origin", VmText.Of(vm.Origin));
        WriteTime(writer, "started", vm.Started);
        WriteTime(writer, "ended", vm.Ended);
        writer.WriteString("program", vm.ProgramPath);
        writer.WriteString("package", vm.Package);
        WriteStrings(writer, "arguments", vm.Arguments);
        writer.WriteNumber("restarts", vm.Restarts);
        writer.WritePropertyName("exit");
        Write(writer, vm.Exit);
        writer.WriteEndObject();
    }

    /// <summary>The end of a run, or null.</summary>
    public static void Write(Utf8JsonWriter writer, RunExit? exit)
    {
        if (exit is null)
        {
            writer.WriteNullValue();
            return;
        }
        writer.WriteStartObject();
        writer.WriteNumber("code", exit.ExitCode);
        writer.WriteNumber("ntStatus", exit.NtStatus);
        writer.WriteBoolean("exception", exit.GuestException);
        writer.WriteString("failure", exit.Failure.Length == 0 ? null : exit.Failure);
        writer.WriteEndObject();
    }

    /// <summary>What a VM uses, or null.</summary>
    public static void Write(Utf8JsonWriter writer, VmStats? stats)
    {
        if (stats is null)
        {
            writer.WriteNullValue();
            return;
        }
        writer.WriteStartObject();
        writer.WriteString("id", stats.VmId);
        writer.WriteNumber("cpuNanoseconds", stats.CpuNanoseconds);
        writer.WriteNumber("memoryBytes", stats.MemoryBytes);
        WriteNumber(writer, "cgroupMemoryBytes", stats.HasCgroupMemoryBytes ? stats.CgroupMemoryBytes : null);
        writer.WriteNumber("threads", stats.Threads);
        WriteNumber(writer, "vmExits", stats.HasVmExits ? stats.VmExits : null);
        writer.WriteEndObject();
    }

    /// <summary>Limits; 0 stands for none.</summary>
    public static void Write(Utf8JsonWriter writer, VmLimits? limits)
    {
        writer.WriteStartObject();
        writer.WriteNumber("memoryBytes", limits?.MemoryBytes ?? 0);
        writer.WriteNumber("cpuPercent", limits?.CpuPercent ?? 0);
        writer.WriteNumber("maxThreads", limits?.MaxThreads ?? 0);
        writer.WriteEndObject();
    }

    /// <summary>A registered package.</summary>
    public static void Write(Utf8JsonWriter writer, RegisteredPackage package)
    {
        writer.WriteStartObject();
        writer.WriteString("id", package.Id);
        writer.WriteString("name", package.Name);
        writer.WriteNumber("uid", package.Uid);
        writer.WriteBoolean("forAll", package.ForAll);
        writer.WriteString("program", package.Program);
        writer.WriteString("packageId", package.PackageId);
        writer.WriteString("sha256", package.Sha256);
        writer.WriteNumber("bytes", package.Size);
        WriteTime(writer, "registered", package.Registered);
        writer.WriteString("source", package.SourcePath);
        writer.WriteString("keyFingerprint", package.KeyFingerprint.Length == 0 ? null : package.KeyFingerprint);
        writer.WriteString("keyName", package.KeyName.Length == 0 ? null : package.KeyName);
        writer.WriteEndObject();
    }

    /// <summary>A member with a time, or null.</summary>
    public static void WriteTime(Utf8JsonWriter writer, string name, Timestamp? time)
    {
        if (time is null)
        {
            writer.WriteNull(name);
        }
        else
        {
            writer.WriteString(name, time.ToDateTime());
        }
    }

    /// <summary>A member with a list of strings.</summary>
    public static void WriteStrings(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (string text in texts)
        {
            writer.WriteStringValue(text);
        }
        writer.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, ulong? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
